"""Shares in the demo court: all who owe one reach it, but one head and one leader; one leader is no judge, of one it was not said.

Some of the cases of a leader and of two heads are hard ones; the president has none yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock, log
from bihuan.kernel.ledger.service import create
from bihuan.kernel.models import Person
from bihuan.kernel.work import unit_of_work
from bihuan.law.dated import current_parameters

from ..models import Case, OversightKind, ShareRole
from ..oversight.flows import MARK_FLOW
from ..oversight.ledgers import MARKS
from . import services
from .counting import ROLES, count, days, within
from .ledgers import TARGETS

log.event("cases.sample.shared", _("载入演示案件的院庭长办案：%(count)s 件"))

COUNTS = {ShareRole.PRESIDENT: 2, ShareRole.LEADER: 4, ShareRole.HEAD: 6}
BASIS = "院党组会议纪要（虚构）"


HARD = {ShareRole.LEADER: 1, ShareRole.HEAD: 2}
GROUND = "新类型案件，法律关系复杂（虚构）"


def fill(*, keeper: Person, as_of: dt.date, short: tuple[str, ...], outside: str, unsaid: str) -> Mapping[str, int]:
    """Give everybody who owes a share closed cases of the ended quarters, those of `short` fewer than they owe; set the targets.

    `outside`: the leader who is no judge; `unsaid`: the one of whom nothing was registered. Returns the cases given by username.
    """
    year, quarter = services.ended(as_of)
    last = services.quarter_end(year, quarter)
    counted, given = count(dt.date(year, 1, 1), last), {}
    percents = current_parameters().value_on(services.MINIMUM, last)
    people = Person.objects.in_bulk([person for person, _post in counted.posts])
    free = Case.objects.filter(voided_at=None, sealed="", closed_on__gte=counted.first, closed_on__lte=last).order_by(
        "pk"
    )
    taken: set[int] = set()
    hard: list[int] = []
    left = {role: (1 if role == ShareRole.LEADER else 2) for role in HARD}
    with clock.simulate(as_of), unit_of_work(None, job="demo") as uow:
        for person_id, post in sorted(
            counted.posts, key=lambda key: (ROLES[key[1].role] != ShareRole.HEAD, key[1].pk, key[0])
        ):
            person, role = people[person_id], ROLES[post.role]
            judge_days = sum(days(held) for held in counted.base(role, post.unit_id).values())
            if not judge_days or person.username in {outside, unsaid}:
                continue
            owed = percents[role] * len(counted.of_judges(role, post.unit_id)) * days(counted.posts[person_id, post])
            wanted = owed // (400 * judge_days) if person.username in short else owed // (100 * judge_days) + 1
            rows = free.filter(division=post.unit) if role == ShareRole.HEAD else free
            spans = counted.posts[person_id, post]
            closed = [(pk, day) for pk, day in rows.values_list("pk", "closed_on") if pk not in taken and day]
            chosen = [pk for pk, day in closed if within(day, spans)][:wanted]
            Case.objects.filter(pk__in=chosen).update(judge=person, judge_name=person.name)
            taken.update(chosen)
            given[person.username] = len(chosen)
            if left.get(role, 0) and len(chosen) >= HARD[role]:
                left[role] -= 1
                hard += chosen[: HARD[role]]
        uow.record("cases.sample.shared", params={"count": len(taken)}, covers=[Case])
    _hard(keeper, next(people[person] for person, post in counted.posts if ROLES[post.role] == ShareRole.PRESIDENT), hard)
    _targets(
        keeper,
        as_of,
        [
            (people[person], ROLES[post.role])
            for person, post in counted.posts
            if counted.base(ROLES[post.role], post.unit_id)
        ],
        outside,
        unsaid,
    )
    with clock.simulate(as_of):
        services.refresh(as_of)
    return given


def _hard(keeper: Person, president: Person, cases: list[int]) -> None:
    """Mark cases as hard while they ran: proposed and confirmed on one day, ended when they closed."""
    for case in Case.objects.filter(pk__in=cases).order_by("pk"):
        closed = case.closed_on
        assert closed is not None
        day = max(case.begun_on or closed, closed - dt.timedelta(days=20))
        with clock.simulate(day):
            values = {"case": case, "kind": OversightKind.DIFFICULT, "ground": GROUND, "proposed_by": keeper, "proposed_on": day}
            row = MARK_FLOW.perform(create(MARKS, actor=keeper, values=values), "confirm", actor=president)
        with clock.simulate(closed):
            MARK_FLOW.perform(row, "end", actor=president, note="已审结", data={"end_reason": "closed"})


def _targets(keeper: Person, as_of: dt.date, people: list[tuple[Person, ShareRole]], outside: str, unsaid: str) -> None:
    """Set in February; that of the president raised in June."""
    for person, role in people:
        if person.username == unsaid:
            continue
        judge = person.username != outside
        values = {"year": as_of.year, "person": person, "in_quota": judge, "reference": BASIS, "set_by": keeper}
        for month, more in ((2, 0), (6, 1)) if role == ShareRole.PRESIDENT else ((2, 0),):
            day = dt.date(as_of.year, month, 10)
            with clock.simulate(day):
                create(
                    TARGETS, actor=keeper, values=values | {"count": COUNTS[role] + more if judge else 0, "set_on": day}
                )
