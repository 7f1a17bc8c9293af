"""A court with something on every page. Everything is made by the services people use; all of it is fictional."""

from __future__ import annotations

import datetime as dt
import io
from types import SimpleNamespace

from bihuan.disclosure import services as opinions
from bihuan.disclosure.flows import OPINION_FLOW
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
from bihuan.rectification.tests import bulletin_ways
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
    held.bulletin = bulletin_ways.at(court, "issued", bulletin_ways.WEEKLY)
    held.bulletin_draft = bulletin_ways.begin(court, bulletin_ways.MONTHLY)
    held.meeting = court.meeting()
    held.opinion = opinions.receive(actor=court.secretary, channel="phone", text="开庭改期没有通知", name="钱多多").opinion
    held.handed = _handed(court)
    held.notice = opinions.draw_up(actor=court.rectifier, no="通报〔2026〕1号", round=held.open.measure.round, title="整改进展通报", signed_by="党组")
    held.section = held.notice.sections.filter(kind="entry").first()
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


def _handed(court):
    row = opinions.receive(actor=court.secretary, channel="letter", text="退费没有到账").opinion
    data = {"brief": row.text, "unit": court.units["civil"], "due": dt.date(2026, 6, 10), "problems": []}
    return OPINION_FLOW.perform(row, "route", actor=court.inspector, data=data).task


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
