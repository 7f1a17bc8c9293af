"""Every address of the house, with the rows of a small court that belong to one department: the civil division.

What is that department's alone carries the word SECRET somewhere; whoever may not see it must never be sent the word.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from bihuan.kernel import clock, evidence, patrol
from bihuan.kernel.bulletins import services as bulletins
from bihuan.kernel.ledger import registry
from bihuan.kernel.ledger.service import create
from bihuan.kernel.models import (
    Alert,
    Delegation,
    Evidence,
    Grant,
    HandOver,
    InboxItem,
    Lead,
    Leave,
    LogEntry,
    SavedFilter,
)
from bihuan.kernel.models.duties import Duty, DutyOccurrence
from bihuan.kernel.sheets import drafts
from bihuan.kernel.work import unit_of_work
from bihuan.people.services import accounts
from bihuan.people.tests.court import protect
from bihuan.rectification import models as m
from bihuan.rectification import services as s
from bihuan.rectification.tests import bulletin_ways
from bihuan.rectification.tests.factory import TODAY, Court
from tests.support.again import written

from .case_rows import case_rows
from .disclosure_rows import disclosure_rows
from .walk_cases import meeting_rows
from .watch_rows import watch_rows

SECRET = "云栖密标"
FILED = "江渚收标"
"""What is of the civil division's filing: also for those who watch over filing."""
TOKEN = "A" * 24
ADMINS = {"system": "管系统", "security": "管安全", "audit": "管审计"}


def administrators() -> dict[str, Any]:
    """The three administrators by kind."""
    return {
        kind: accounts.make(
            actor=None,
            username=f"{kind}-admin",
            name=name,
            password="Bamboo-river-2026",
            must_change=False,
            admin_role=kind,
        )
        for kind, name in ADMINS.items()
    }


@written
def made() -> World:
    """A court with the rows, and its administrators."""
    court = Court()
    return World(court, administrators())


class World:
    """The rows, and the arguments that the addresses take."""

    def __init__(self, court: Court, admins: dict[str, Any]) -> None:
        self.court, self.admins = court, admins
        court.read(("2026-03", "3"), ("2026-04", "4"))
        named = {"title": f"{SECRET}问题", "verbatim": f"{SECRET}原文"}
        problem = court.problem(**named)
        late = court.measure(problem, text=f"{SECRET}逾期措施", due=dt.date(2026, 5, 1))
        more = court.measure(problem, text=f"{SECRET}变更措施")
        self.measure = court.measure(problem, text=f"{SECRET}措施", completion_standard=f"{SECRET}标准")
        court.approve()
        self.problem, self.late = problem, late
        self.attempt = court.at("internally_closed", court.attempt(self.measure))
        self.more = court.at("in_progress", court.attempt(more))
        s.add_progress(actor=court.judge, measure=more, text=f"{SECRET}进展")
        self.change = s.request_change(
            actor=court.judge, measure=more, changes={"due": "2026-08-01"}, reason=f"{SECRET}理由", kind="extension"
        )
        self.look_back = s.plan_look_back(
            actor=court.inspector, measure=self.measure, planned_on=TODAY + dt.timedelta(days=9)
        )
        self.rebound = s.raise_rebound(actor=court.inspector, attempt=self.attempt, reason=f"{SECRET}反弹")
        self.letter = s.issue_letter(
            actor=court.rectifier, no="督〔2026〕1号", to_unit=court.units["civil"], title=f"{SECRET}函",
            text=f"{SECRET}督办", due=TODAY + dt.timedelta(days=9), measures=[self.measure],
        )  # fmt: skip
        evidence.add(
            actor=court.clerk, obj=more, file=io.BytesIO(f"{SECRET}内容".encode()), filename=f"{SECRET}.txt",
            kind="statistics", title=f"{SECRET}材料", effective_on=TODAY,
        )  # fmt: skip
        sheet = io.BytesIO("数据项,期间,部门,数值\n超期率,2026-05,民一庭,3\n".encode("gbk"))
        self.draft = drafts.receive(
            actor=court.keeper, ledger=registry.get("rectification.readings"), file=sheet, filename=f"{SECRET}.csv",
            cut_off=dt.date(2026, 4, 30),
        )  # fmt: skip
        with unit_of_work(None) as uow:
            duty = Duty.objects.create(
                code="D-x", title=f"{SECRET}职责", rrule="FREQ=WEEKLY;BYDAY=FR", starts=dt.date(2026, 1, 2),
                owner_role="judge", unit=court.units["civil"],
            )  # fmt: skip
            self.occurrence = DutyOccurrence.objects.create(
                duty=duty, nominal_on=TODAY, due_on=TODAY, deadline=TODAY, unit=court.units["civil"]
            )
            day = {"starts": TODAY + dt.timedelta(days=30)}
            self.delegation = Delegation.objects.create(
                person=court.judge, deputy=court.clerk, reason=f"{SECRET}委托", **day
            )
            self.leave = Leave.objects.create(person=court.judge, kind="sick", note=f"{SECRET}离岗", **day)
            self.grant = Grant.objects.create(
                person=court.judge, track="restricted", reason=f"{SECRET}授权", granted_by=admins["security"], **day
            )
            self.hand_over = HandOver.objects.create(
                giver=court.judge, taker=court.clerk, on=TODAY, reason=f"{SECRET}移交", items=[]
            )
            uow.record(
                "test.made", duty, covers=[DutyOccurrence, Delegation, Leave, Grant, HandOver], params={"what": "x"}
            )
        self.cases = meeting_rows(court, TODAY, SECRET)
        self.cases |= disclosure_rows(court, TODAY, SECRET)
        self.cases |= watch_rows(court, self.cases["cases.searches"].case, TODAY, SECRET, FILED)
        patrol.run(on=TODAY)
        self.alert = Alert.objects.filter(owner=court.judge, rule="rect.measure.overdue").first()
        assert self.alert is not None and self.alert.unit_id == court.units["civil"].pk
        self.duty = duty
        SavedFilter.objects.create(
            person=court.judge, ledger="rectification.measures", name=f"{SECRET}筛选", query="q=x"
        )
        self.inbox = InboxItem.objects.filter(person=court.judge).first()
        self.evidence = Evidence.objects.filter(title__startswith=SECRET).get()
        self.rows: dict[str, Any] = {
            "rounds": court.round, "problems": problem, "measures": self.measure, "attempts": self.attempt,
            "changes": self.change, "rebounds": self.rebound, "look_backs": self.look_back, "letters": self.letter,
            "meetings": m.PartyGroupMeeting.objects.first(), "figures": court.figure, "readings": m.Reading.objects.first(),
            **self.cases,
        }  # fmt: skip

        ledgers, self.pages = case_rows(court, SECRET)
        self.rows |= ledgers
        draft = bulletin_ways.begin(court)
        self.bulletin = bulletins.edit(actor=court.rectifier, bulletin=draft, values={"title": f"{SECRET}简报"})
        self.rows["bulletins.papers"] = self.bulletin
        self.pages |= dict.fromkeys(("bulletin_edit", "bulletin_act", "bulletin_figure", "bulletin_file"), self.bulletin)
        announced = {"code": "cases.closed", "starts": TODAY, "ends": TODAY, "value": 9, "announced_on": TODAY, "document": f"{SECRET}文"}
        self.rows["kernel.announced"] = create(registry.get("kernel.announced"), actor=court.keeper, values=announced)

    def arguments(self, name: str, names: set[str]) -> dict[str, Any]:
        """The arguments of an address: rows of the civil division wherever a row is asked for."""
        if not names:
            return {}
        ledger = name.rpartition(".")[0].removeprefix("rectification.")
        if ledger in self.rows:
            importing = ".import_" in name
            found: dict[str, Any] = {"pk": self.draft.pk if importing else self.rows[ledger].pk}
            return found | ({"step": "apply"} if "step" in names else {})
        pk = self.court
        rows: dict[str, Any] = {
            "people:person": pk.judge, "people:account": pk.judge, "people:account_disable": pk.judge,
            "people:account_enable": pk.judge, "people:account_reset": pk.judge, "people:factor_clear": self.admins["system"],
            "people:administrator_confirm": self.admins["system"], "people:delegation_end": self.delegation,
            "people:leave_end": self.leave, "people:hand_over_done": self.hand_over, "people:grant_end": self.grant,
            "people:assign": pk.judge.assignments.get().post, "people:assignment_end": pk.judge.assignments.get(),
            "people:lead_add": pk.units["civil"], "people:lead_end": Lead.objects.first(),
            "rectification:measure": self.measure, "rectification:act": self.more.measure,
            "rectification:closing_form": self.attempt, "rectification:problem_file": self.problem,
            "rectification:plan_sub_add": self.problem, "rectification:plan_measure_add": self.problem,
            "rectification:plan_criteria": self.measure, "rectification:plan_criterion_add": self.measure,
            "rectification:plan_target_add": self.measure, "rectification:plan_criterion": self.measure.criteria.get(),
            "rectification:plan_criterion_void": self.measure.criteria.get(),
            "rectification:plan_change": self.measure, "rectification:plan_void": self.measure,
            "rectification:meeting_decide": self.rows["meetings"], "rectification:look_back_record": self.look_back,
            "rectification:letter_sign": self.letter, "rectification:letter_reply": self.letter,
            "rectification:letter_print": self.letter, "alert_detail": self.alert, "alert_act": self.alert,
            "duty_fulfil": self.occurrence, "duty_detail": self.duty, "inbox_open": self.inbox,
            "evidence_download": self.evidence, "evidence_void": self.evidence, "evidence_add": self.measure,
            **self.cases,
        }  # fmt: skip
        rows |= self.pages
        for code in ("round_change", "milestone", "plan_problem_add", "plan_defaults", "lists_import", "lists_check"):
            rows[f"rectification:{code}"] = pk.round
        rows["rectification:lists_export"] = pk.round
        more = {"token": TOKEN, "seq": LogEntry.objects.order_by("seq").values_list("seq", flat=True)[0]}
        more |= {
            "id": "local.alerts.coverage-gap",
            "kind": "measure",
            "code": "progress",
            "key": "x",
            "uidb36": "1",
            "step": "apply",
        }
        more["pk"] = rows[name].pk if name in rows else 1
        special = {
            "evidence_add": {"kind": "rectification.measure"},
            "rectification:milestone": {"kind": "plan_filed"},
            "rectification:plan_criterion_add": {"kind": "onsite_check"},
            "rectification:lists_export": {"kind": "xlsx"},
            "source_detail": {"code": "readings"},
            "shares:cases": {"part": "own"},
            "disclosure:preview": {"which": "public"},
            "disclosure:paper": {"which": "internal"},
            "indicator": {"code": "cases.closed"},
            "indicator_rows": {"code": "cases.closed"},
            "paper_template": {"code": "briefing"},
            "paper_template_file": {"code": "briefing", "version": 0},
            "bulletin_act": {"act": "compute"},
            "bulletin_figure": {"name": "rate"},
            "bulletin_file": {"form": "docx"},
            **dict.fromkeys(("bulletin_draft", "bulletin_begin", "bulletin_use", "bulletin_follow"), {"code": bulletin_ways.WEEKLY}),
            "indicator_set": {"code": "house"},
        }
        more |= special.get(name, {})
        assert "pk" not in names or name in rows or name == "campaign_detail", f"say which row {name} is about"
        return {key: more[key] for key in names}


def addresses(world: World) -> Iterator[tuple[str, str]]:
    """Name and address of every page of the house."""
    seen = set()
    for name, pattern in _patterns(get_resolver()):
        if name in seen:
            continue
        seen.add(name)
        yield name, reverse(name, kwargs=world.arguments(name, set(pattern.pattern.regex.groupindex)))


def _patterns(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            yield from _patterns(found, space + (f"{found.namespace}:" if found.namespace else ""))
        else:
            assert found.name, found.pattern
            yield space + found.name, found


def client_of(person: Any) -> Client:
    """A browser signed in as the person, on the day of the tests; administrators have their second factor."""
    if person.admin_role:
        protect(person)
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.session
    session["simulated_day"] = clock.today().isoformat()
    session.save()
    return client


def said(response: Any) -> str:
    """All text of an answer, also what is packed in workbooks, documents and archives."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return _unpacked(content) + str(response.headers)


def _unpacked(content: bytes) -> str:
    if content[:2] != b"PK":
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(name + _unpacked(archive.read(name)) for name in archive.namelist())
