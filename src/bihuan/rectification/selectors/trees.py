"""Problems with their parts and measures as trees of lights; a tree of very many measures shows the first of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from bihuan.kernel import access, clock
from bihuan.kernel.models import Person

from .. import terms
from ..models import CLOSED_STATES, WORK_STATES, Measure, Problem, Result, SubProblem
from .lights import WORST, Leaf, leaf, with_rebounds

MOST_LEAVES = 40
"""Measures shown of one problem among others."""
_WEIGHT = {tone: number for number, tone in enumerate(WORST)}


@dataclass
class Branch:
    """A problem or a part of one, with the measures below that are shown. `below` counts all of a problem's measures by tone."""

    item: Any
    leaves: list[Leaf] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    below: dict[str, int] | None = None
    finished: int = 0

    @property
    def all_leaves(self) -> list[Leaf]:
        """The measures that are shown."""
        return [*self.leaves, *(leaf for branch in self.branches for leaf in branch.all_leaves)]

    @property
    def tone(self) -> str:
        """The worst light below."""
        tones = self.below if self.below is not None else {leaf.tone for leaf in self.all_leaves}
        return next((tone for tone in WORST if tone in tones), "idle")

    @property
    def done(self) -> bool:
        """All measures are done: only then is the problem."""
        done, total = self.counts
        return 0 < total == done

    @property
    def counts(self) -> tuple[int, int]:
        """(measures done, measures)."""
        if self.below is not None:
            return self.finished, sum(self.below.values())
        leaves = self.all_leaves
        return sum(leaf.done for leaf in leaves), len(leaves)

    @property
    def hidden(self) -> int:
        """Measures that are not shown."""
        return self.counts[1] - len(self.all_leaves)


def trees(
    person: Person | None, problems: Iterable[Problem], on: dt.date | None = None, *, most: int = MOST_LEAVES
) -> list[Branch]:
    """Problems with their parts and the measures the person may see, `most` of each: four statements for any number."""
    day = on or clock.today()
    wanted = list(problems)
    pks = [problem.pk for problem in wanted]
    subs: dict[int, list[SubProblem]] = {}
    for sub in SubProblem.objects.filter(problem__in=pks, voided_at__isnull=True):
        subs.setdefault(sub.problem_id, []).append(sub)
    seen = access.visible(person, Measure).filter(problem__in=pks, voided_at__isnull=True)
    place = Window(RowNumber(), partition_by=[F("problem_id")], order_by=[F("order"), F("pk")])
    shown = with_rebounds(seen.annotate(place=place).filter(place__lte=most))
    leaves: dict[int, list[Leaf]] = {}
    for measure in shown.select_related("lead_unit", "person", "leader").order_by("order", "pk"):
        leaves.setdefault(measure.sub_problem_id, []).append(leaf(measure, day))
    below, finished = _counted(with_rebounds(seen), day)
    return [
        Branch(
            problem,
            branches=[Branch(sub, leaves.get(sub.pk, [])) for sub in subs.get(problem.pk, [])],
            below=below.get(problem.pk, {}),
            finished=finished.get(problem.pk, 0),
        )
        for problem in wanted
    ]


def tree(person: Person | None, problem: Problem, on: dt.date | None = None, *, most: int = 200) -> Branch:
    """One problem as a tree with lights."""
    return trees(person, [problem], on, most=most)[0]


def _counted(rows: QuerySet[Any], day: dt.date) -> tuple[dict[int, dict[str, int]], dict[int, int]]:
    """By problem: its measures by tone, and how many are done. The tone is worked out by the database as `tone_of` does."""
    closed = {"light__in": CLOSED_STATES}
    tone = Case(
        When(rebounding=True, then=Value(_WEIGHT["bad"])),
        When(light="externally_refused", then=Value(_WEIGHT["bad"])),
        When(light__in=WORK_STATES, due__lt=day, then=Value(_WEIGHT["bad"])),
        When(light__in=WORK_STATES, due__lte=terms.ahead_of(terms.DUE_SOON, day), then=Value(_WEIGHT["warn"])),
        When(**closed, outcome=Result.DONE, then=Value(_WEIGHT["good"])),
        When(**closed, then=Value(_WEIGHT["warn"])),
        When(light="in_progress", then=Value(_WEIGHT["active"])),
        When(light="not_started", then=Value(_WEIGHT["idle"])),
        When(light__isnull=True, then=Value(_WEIGHT["idle"])),
        default=Value(_WEIGHT["wait"]),
        output_field=IntegerField(),
    )
    done = Case(When(**closed, outcome=Result.DONE, then=Value(1)), default=Value(0), output_field=IntegerField())
    below: dict[int, dict[str, int]] = {}
    finished: dict[int, int] = {}
    grouped = rows.annotate(tone=tone, is_done=done).order_by().values("problem_id", "tone", "is_done")
    for row in grouped.annotate(n=Count("*")):
        problem, named = row["problem_id"], WORST[row["tone"]]
        tones = below.setdefault(problem, {})
        tones[named] = tones.get(named, 0) + row["n"]
        finished[problem] = finished.get(problem, 0) + row["n"] * row["is_done"]
    return below, finished
