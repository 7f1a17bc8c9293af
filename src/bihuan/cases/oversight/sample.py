"""Oversight in the demo court: each situation once, all of it fictional.

`fill` takes six open cases: proposed and waiting; found not to be of the kind; overseen with measures and a document read; overseen and
asked to reconsider twice and for a search nobody made; confirmed long ago with no measure at all; and one that facts point to and nobody marked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock, log
from bihuan.kernel.ledger.service import create
from bihuan.kernel.models import Person
from bihuan.kernel.work import unit_of_work
from bihuan.law.calendar import current_calendar

from ..models import Case, CaseParty, OversightKind, OversightMark
from .flows import MARK_FLOW
from .ledgers import MARKS, MEASURES, READINGS

log.event("cases.sample.many_parties", _("演示案件的当事人：%(count)s 人"))
CASES = 6


def fill(*, keeper: Person, overseer: Person, cases: Sequence[Case], as_of: dt.date) -> None:
    """Write oversight as of `as_of`. `cases` are open and not sealed; `overseer` works on none of them. Raises ValueError for too few."""
    if len(cases) < CASES:
        raise ValueError(f"the sample's oversight needs {CASES} cases, {len(cases)} were given")
    waiting, declined, watched, twice, silent, pointed = cases[:CASES]

    def day(back: int) -> dt.date:
        return current_calendar().add_workdays(as_of, -back)

    def mark(case: Case, kind: str, back: int, ground: str) -> OversightMark:
        with clock.simulate(day(back)):
            values = {"case": case, "kind": kind, "ground": ground, "proposed_by": keeper, "proposed_on": day(back)}
            made: OversightMark = create(MARKS, actor=keeper, values=values)
        return made

    def step(row: OversightMark, code: str, back: int, note: str = "") -> OversightMark:
        with clock.simulate(day(back)):
            done: OversightMark = MARK_FLOW.perform(row, code, actor=overseer, note=note)
        return done

    def measure(case: Case, kind: str, back: int, *, answered: bool = True) -> None:
        with clock.simulate(day(back)):
            values = {
                "case": case,
                "kind": kind,
                "taken_by": overseer,
                "taken_on": day(back),
                "reference": f"留痕{case.serial}-{back}",
            }
            create(MEASURES, actor=overseer, values=values | ({"answered_on": day(back)} if answered else {}))

    mark(waiting, OversightKind.MASS, 2, "业主三十二人分别起诉，已有两次集体来访")
    step(mark(declined, OversightKind.DIFFICULT, 15, "标的额较大"), "decline", 14, "标的额较大但事实清楚，不属于")
    step(mark(watched, OversightKind.DIFFICULT, 30, "新类型担保，法律关系复杂"), "confirm", 29)
    measure(watched, "report", 25)
    measure(watched, "search", 20)
    with clock.simulate(day(6)):
        values = {
            "case": watched,
            "document": "report",
            "by": overseer,
            "sent_on": day(8),
            "read_on": day(6),
            "outcome": "professional",
        }
        create(READINGS, actor=overseer, values=values)
    step(mark(twice, OversightKind.CONFLICT, 40, "与本院同类案件裁判尺度不一致"), "confirm", 39)
    measure(twice, "reconsider", 30)
    measure(twice, "reconsider", 18)
    measure(twice, "professional", 10, answered=False)
    measure(twice, "search", 16, answered=False)
    step(mark(silent, OversightKind.MASS, 40, "涉多名农民工工资"), "confirm", 38)
    with clock.simulate(day(12)), unit_of_work(None, job="demo") as uow:
        for number in range(1, 13):
            CaseParty.objects.create(case=pointed, role="claimant", name=f"业主{number}（虚构）", kind="person")
        uow.record("cases.sample.many_parties", pointed, covers=[CaseParty], params={"count": 12})
