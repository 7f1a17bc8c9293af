"""Load the demo court's cases, after its people: written as an import would, their days computed, the source up to date."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import bulk, clock, log, sources
from bihuan.kernel.models import Person, Unit
from bihuan.kernel.work import batches, unit_of_work
from bihuan.people.sample.load import Court, load_court

from ..clock import refresh
from ..filing import sample as filing
from ..meetings import sample as meetings
from ..meetings import selectors
from ..models import Appeal, Body, Case, CaseGrant, CasePause, CaseTurn, Hearing, Receipt, SearchRecord
from ..sources import CASES
from . import requests
from .ordinary import SMALL, ordinary, parties

log.event("cases.sample.loaded", _("载入演示案件：%(count)s 件"))

log.event("cases.sample.searched", _("载入演示案件的案例库检索：%(count)s 条"))

FOLDER = Path(__file__).parent
CODE = "鄂0000"
HANDLERS = ("judge", "deputy")
AT_ONCE = 2000
"""Rows of a statement."""
CHAIR, SECRETARY, HEAD, PROFESSIONAL = "jiangboheng", "shangxueqing", "youjianping", 5
"""Who chairs the committee, keeps both bodies' records, chairs the professional judges' meeting; and of how many that one is."""


@dataclass(frozen=True)
class Situation:
    """A case with its facts, and what is to come of it. `lamp` and `alerts` are None where they are not looked at."""

    key: str
    title: str
    unit: str
    case: Mapping[str, Any]
    facts: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    lamp: str | None = None
    alerts: tuple[str, ...] | None = None
    provisional: bool = False


def situations() -> list[Situation]:
    """Every situation of `situations.yaml`."""
    rows = yaml.safe_load((FOLDER / "situations.yaml").read_text(encoding="utf-8"))["situations"]
    return [
        Situation(
            key=row["key"], title=row["title"], unit=row["unit"], case=row["case"],
            facts={name: row.get(name, ()) for name in ("pauses", "grants", "turns", "hearings", "appeals")},
            lamp=None if row.get("skip_lamp") or row["lamp"] == "skip" else str(row["lamp"]),
            alerts=None if row["alerts"] == "skip" else tuple(row["alerts"]), provisional=row.get("provisional", False),
        )
        for row in rows
    ]  # fmt: skip


def fill(court: Court | None = None, count: int = SMALL) -> dict[str, Case]:
    """Fill in the cases of the situations and `count` ordinary ones; returns the former by key. The people are there already."""
    held = court or load_court()
    maker = _Maker(held)
    with clock.simulate(held.as_of), unit_of_work(None, job="demo") as uow:
        drawn = [(unit, case, None) for unit, case in ordinary(held.as_of, count)]
        known = [(one.unit, one.case, one) for one in situations()]
        told: list[tuple[str, Mapping[str, Any], Situation | None]] = [*drawn, *known]
        told.sort(key=lambda row: row[1]["filed"])
        made: dict[str, Case] = {}
        for part in batches(told, AT_ONCE):
            rows = [maker.case(unit, case, situation) for unit, case, situation in part]
            bulk.create(Case, rows)
            made |= {one.key: row for row, (_unit, _case, one) in zip(rows, part, strict=True) if one is not None}
        for situation in (one for _unit, _case, one in known if one is not None):
            for fact in _facts(made[situation.key], situation.facts):
                fact.clean()
                fact.save(force_insert=True)
        sources.record_intake(CASES, cut_off=held.as_of, rows={"new": len(told)}, filename="案件系统导出.xlsx")
        covers = [Case, CasePause, CaseGrant, CaseTurn, Hearing, Appeal]
        uow.record("cases.sample.loaded", params={"count": len(told)}, covers=covers)
    with clock.simulate(held.as_of):
        refresh()
    requests.fill(made, held.as_of)
    with clock.simulate(held.as_of):
        refresh([row.pk for row in made.values()])
    fresh = Case.objects.in_bulk([row.pk for row in made.values()])
    return {key: fresh[row.pk] for key, row in made.items()}


def fill_meetings(court: Court) -> None:
    """Fill in the meetings of the two bodies over cases that are long pending; `fill` was called before."""
    people = {person.username: person for person in Person.objects.all()}
    _search_the_library(court)
    with clock.simulate(court.as_of):
        due = selectors.must_go(Body.COMMITTEE, court.as_of).filter(sealed="", judge__isnull=False)
        cases = list(due.select_related("judge").order_by("-filed_on", "pk")[: meetings.CASES])
    head = people[HEAD]
    judges = [head, *dict.fromkeys(case.judge for case in cases if case.judge_id != head.pk)][:PROFESSIONAL]
    meetings.fill(
        secretary=people[SECRETARY], president=people[CHAIR], head=head, professional=judges, cases=cases, as_of=court.as_of
    )


def fill_filing(court: Court, cases: Mapping[str, Case]) -> dict[str, Receipt]:
    """Fill in receipts, complaints about filing and checks; `cases` is what `fill` returned."""
    return filing.fill(court.as_of, cases)


def _search_the_library(court: Court) -> None:
    """Cases decided by judgment were searched for before they closed, but for about two dozen."""
    with clock.simulate(court.as_of), unit_of_work(None, job="demo") as uow:
        cases = list(Case.objects.filter(closing_manner="judgment", judge__isnull=False).order_by("pk"))
        every = max(16, len(cases) // 24)
        rows = [
            SearchRecord(
                case=case, gate="library", searched_on=max(case.filed_on, case.closed_on - dt.timedelta(days=9)), by_id=case.judge_id,
                platform="library", method="keywords", terms=case.cause or "—", result="none",
            )
            for number, case in enumerate(cases)
            if number % every and case.filed_on and case.closed_on and case.judge_id
        ]  # fmt: skip
        for part in batches(rows, AT_ONCE):
            for row in part:
                row.clean()
            bulk.create(SearchRecord, part)
        uow.record("cases.sample.searched", params={"count": len(rows)}, covers=[SearchRecord])


class _Maker:
    """Makes cases, not saved: numbers by year and type, judges of the division in turn."""

    def __init__(self, court: Court) -> None:
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        people = {person.username: person for person in Person.objects.all()}
        judges: dict[str, list[Person]] = defaultdict(list)
        for row in court.people:
            for post in row.posts:
                unit, _dash, place = post.post.rpartition("-")
                if place in HANDLERS and post.until is None:
                    judges[unit].append(people[row.username])
        self.judges = {unit: itertools.cycle(rows) for unit, rows in judges.items()}
        self.serials: dict[tuple[int, str], Iterator[int]] = defaultdict(lambda: itertools.count(1))

    def case(self, unit: str, told: Mapping[str, Any], situation: Situation | None) -> Case:
        """A case."""
        judge, filed = next(self.judges[unit]), told["filed"]
        serial = next(self.serials[filed.year, told["type"]])
        closed = told.get("closed")
        row = Case(
            number=f"（{filed.year}）{CODE}{told['type']}{serial}号", procedure=told["procedure"], cause=told["cause"],
            parties=told.get("parties") or parties(situation.key if situation else "", told),
            enterprise=told.get("enterprise", False), sealed=told.get("sealed", ""), division=self.units[unit], judge=judge,
            judge_name=judge.name, received_on=filed - dt.timedelta(days=3), filed_on=filed, closed_on=closed,
            closing_manner=told.get("manner", ""), appealable=told.get("appealable"), custody=told.get("custody"),
            foreign=told.get("foreign", False), amount=told.get("amount"),
        )  # fmt: skip
        row.clean()
        return row


def _facts(case: Case, told: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Any]:
    for row in told["pauses"]:
        yield CasePause(case=case, ground=row["ground"], first=row["first"], last=row.get("last"), reference=row.get("reference", ""))
    for row in told["grants"]:
        yield CaseGrant(
            case=case, by=row["by"], term=row["term"], applied_on=row["applied"], decided_on=row["decided"],
            reference=row.get("reference", ""),
        )  # fmt: skip
    for row in told["turns"]:
        yield CaseTurn(case=case, was=row.get("was", ""), to=row["to"], on=row.get("day"), sent_on=row.get("sent"))
    for row in told["hearings"]:
        at = timezone.make_aware(dt.datetime.fromisoformat(str(row["at"])))
        yield Hearing(case=case, at=at, adjourned=row["adjourned"])
    for row in told["appeals"]:
        yield Appeal(
            case=case, appealed_on=row["appealed"], upper_number=row["number"], outcome=row["outcome"], decided_on=row["decided"]
        )
