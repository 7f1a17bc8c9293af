"""Completion rates: at the level of problems and of measures, always with numerator and denominator.

Only what is done counts: closed with the result "done" and not reopened since. "Basically done and going on" and long-term items
are in the denominator, never in the numerator. A problem is done when all its measures are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Max, OuterRef, Q, QuerySet, Sum, Value, When

from bihuan.kernel import access, clock
from bihuan.kernel.models import Person
from bihuan.kernel.paging import Sifting, found_by_ids, is_there, sifted
from bihuan.kernel.rate import Rate

from .models import CLOSED_STATES, WORK_STATES, InspectionRound, Measure, Problem, Result


@dataclass(frozen=True)
class Rates:
    """Both levels, and how the rest divides: `staged`, `long_term` and `open` are never in the numerator."""

    problems: Rate
    measures: Rate
    staged: int
    long_term: int
    open: int
    accepted: Rate
    """Measures recognised from outside, of all."""


Lights = Mapping[tuple[str | None, str], int]
_DONE = Q(light__in=CLOSED_STATES, outcome=Result.DONE)


def by_light(rows: QuerySet[Measure]) -> dict[tuple[str | None, str], int]:
    """(light, outcome) -> how many of the measures: one statement, answered by an index."""
    counted = rows.order_by().values_list("light", "outcome").annotate(n=Count("*"))
    return {(light, outcome): n for light, outcome, n in counted}


def late(on: dt.date) -> Q:
    """The condition that a measure is past its day with work still to do. It is found by the day; few of those are in review."""
    return Q(open_due__lt=on) & Q(Sifting(Q(light__in=WORK_STATES)))


@dataclass(frozen=True)
class Tally:
    """A round's measures as a person sees them, counted: by light and outcome; overdue; their problems, and those undone."""

    lights: Lights
    overdue: int
    problems: int
    undone: int


def tally(rows: QuerySet[Measure], on: dt.date) -> Tally:
    """Count the measures. Few are read and counted here; of many the database counts, by indexes that hold all it needs."""
    if found_by_ids(rows):
        return _tally_of_few(rows, on)
    is_undone = Case(When(_DONE, then=Value(0)), default=Value(1), output_field=IntegerField())
    grouped = rows.order_by().values("problem_id").annotate(undone=Max(is_undone))
    problems = grouped.aggregate(all=Count("problem_id"), left=Sum("undone"))
    if not sifted(rows):
        lights, overdue = by_light(rows), rows.filter(late(on)).count()
    else:
        is_late = Case(When(late(on), then=Value(1)), default=Value(0), output_field=IntegerField())
        lights, overdue = {}, 0
        told = by_whose(rows).annotate(late=is_late).values("light", "outcome", "late")
        for light, outcome, of_late, n in told.annotate(n=Count("*")).values_list("light", "outcome", "late", "n"):
            lights[light, outcome] = lights.get((light, outcome), 0) + n
            overdue += n * of_late
    return Tally(lights, overdue, problems["all"], problems["left"] or 0)


def by_whose(rows: QuerySet[Measure]) -> QuerySet[Measure]:
    """The measures of a round, to be counted with rights looked at row by row: in the index `measure_counted`, which holds
    whose they are. The condition that leads there excludes nothing."""
    return rows.order_by().filter(problem__gt=0)


def _tally_of_few(rows: QuerySet[Measure], on: dt.date) -> Tally:
    lights: dict[tuple[str | None, str], int] = {}
    problems: set[int] = set()
    undone: set[int] = set()
    overdue = 0
    for problem, light, outcome, due in rows.order_by().values_list("problem_id", "light", "outcome", "open_due"):
        lights[light, outcome] = lights.get((light, outcome), 0) + 1
        problems.add(problem)
        if not (light in CLOSED_STATES and outcome == Result.DONE):
            undone.add(problem)
        overdue += light in WORK_STATES and due < on
    return Tally(lights, overdue, len(problems), len(undone))


def rates(round_: InspectionRound, *, person: Person | None = None) -> Rates:
    """The rates of a round, of the rows the person sees (None: all): four statements."""
    rows = access.visible(person, Measure).filter(round=round_, voided_at__isnull=True)
    return rates_of(round_, rows, tally(rows, clock.today()), person=person)


def rates_of(round_: InspectionRound, rows: QuerySet[Measure], counted: Tally, *, person: Person | None) -> Rates:
    """The rates, from the round's measures as the person sees them and their tally."""
    lights, total = counted.lights, sum(counted.lights.values())

    def closed(result: str) -> int:
        return sum(lights.get((state, result), 0) for state in CLOSED_STATES)

    done, staged, long_term = closed(Result.DONE), closed(Result.STAGED), closed(Result.LONG_TERM)
    return Rates(
        problems=Rate(counted.problems - counted.undone, _problems(round_, rows, counted.problems, person)),
        measures=Rate(done, total),
        staged=staged,
        long_term=long_term,
        open=total - done - staged - long_term,
        accepted=Rate(sum(n for (state, _result), n in lights.items() if state == "accepted"), total),
    )


def _problems(round_: InspectionRound, rows: QuerySet[Measure], with_measures: int, person: Person | None) -> int:
    """How many problems of the round the person sees. Who sees very many measures, and not all, sees the problems of these (they
    are counted) and those they lead."""
    seen = access.visible(person, Problem).filter(round=round_, voided_at__isnull=True)
    if person is None or not sifted(seen):
        return seen.count()
    led = Problem.objects.filter(leader__in=access.viewer(person).acts_for, round=round_, voided_at__isnull=True)
    return with_measures + led.exclude(is_there(rows.filter(problem=OuterRef("pk")))).count()
