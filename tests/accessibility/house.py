"""A court with something on every page. Everything is made by the services people use; all of it is fictional."""

from __future__ import annotations

import datetime as dt
import io
from types import SimpleNamespace

from bihuan.kernel import clock, patrol
from bihuan.kernel.indicators import snapshots
from bihuan.kernel.ledger import registry
from bihuan.kernel.models import Alert, InboxItem, LogEntry
from bihuan.kernel.sheets import drafts, dryrun, merging
from bihuan.kernel.sheets.columns import suggest
from bihuan.people.services import audit, duty, posts
from bihuan.people.tracks import tracks
from bihuan.rectification import services as s
from bihuan.rectification.models import Attempt, LookBack, ProblemKind, Rebound, SupervisionLetter
from bihuan.rectification.plan_lists.tests.made import xlsx
from bihuan.rectification.tests.factory import APPROVED, TODAY
from tests.support.court import make_court

HEADS = ["数据项", "期间", "部门", "数值"]


def load() -> SimpleNamespace:
    """Fill the database; the rows that pages are about, by name."""
    court = make_court()
    held = SimpleNamespace(court=court)
    with clock.simulate(APPROVED):
        held.waiting = court.approved(due=dt.date(2026, 4, 30))
    held.open = court.at("in_progress", due=dt.date(2026, 6, 5))
    court.file(held.open.measure)
    s.add_progress(actor=court.clerk, measure=held.open.measure, day=TODAY, text="已核查 36 件")
    s.add_situation(
        actor=court.clerk, problem=held.open.measure.problem, measure=held.open.measure, day=TODAY, text="新增三件"
    )
    held.change = s.request_change(
        actor=court.judge,
        measure=held.open.measure,
        changes={"due": "2026-09-30"},
        reason="案件尚在审理",
        kind="extension",
    )
    held.passed = court.at("leader_passed")
    held.verified = court.at("verified")
    court.read(("2026-03", "4"), ("2026-04", "4.2"))
    held.closed = court.at("internally_closed", criteria=[court.in_range, ("onsite_check", {})])
    court.read(("2026-04", "9.5"))
    held.rebound = Rebound.objects.get()
    held.accepted = court.at("accepted")
    held.refused = court.at("externally_refused")
    s.plan_look_back(actor=court.inspector, measure=held.accepted.measure)
    held.look_back = LookBack.objects.get()
    s.issue_letter(
        actor=court.rectifier, no="督〔2026〕1号", to_unit=court.units["civil"], title="请加快办理", text="逾期未结，请说明。",
        due=dt.date(2026, 5, 29), measures=[held.waiting.measure],
    )  # fmt: skip
    held.letter = SupervisionLetter.objects.get()
    held.meeting = court.meeting()
    held.draft = court._new_round()
    court.__dict__["round"] = held.draft
    held.problem = court.problem(kind=ProblemKind.LONG_TERM)
    held.planned = court.measure(held.problem)
    held.criterion = held.planned.criteria.first()
    held.imported = _import(
        court, "四月.xlsx", [["超期率", "2026-02", "立案庭", 3], ["无此项", "2026-02", "立案庭", 3]]
    )
    merged = _import(court, "一月.xlsx", [["超期率", "2026-01", "立案庭", 2]])
    held.merged = merging.merge(actor=court.keeper, draft=merged).draft
    _people(court)
    patrol.run(TODAY)
    for day in (dt.date(2026, 3, 31), dt.date(2026, 4, 30), TODAY):
        snapshots.take(day)
    held.alert = Alert.objects.order_by("-severity").first()
    held.message = InboxItem.objects.first()
    audit.verify_log(actor=court.audit)
    held.verify_entry = LogEntry.objects.filter(type="log.verified").first()
    held.attempt = Attempt.objects.get(pk=held.open.pk)
    return held


def _import(court, name, rows):
    ledger = registry.get("rectification.readings")
    draft = drafts.receive(
        actor=court.keeper,
        ledger=ledger,
        file=io.BytesIO(xlsx(("读数", [HEADS, *rows]))),
        filename=name,
        cut_off=dt.date(2026, 4, 30),
    )
    chosen = suggest(ledger, drafts.read(draft).headings, court.keeper).mapping
    return dryrun.check(actor=court.keeper, draft=draft, mapping=chosen)


def _people(court):
    given = {"starts": TODAY, "ends": dt.date(2026, 5, 29)}
    duty.delegate(actor=court.political, person=court.head, deputy=court.judge, reason="外出培训", **given)
    duty.be_away(actor=court.political, person=court.head, kind="培训", **given)
    duty.hand_over(actor=court.political, giver=court.stranger, taker=court.judge, on=TODAY, reason="岗位调整")
    track = next(iter(tracks()))
    posts.grant(actor=court.security, person=court.inspector, track=track, reason="专案核查", **given)
