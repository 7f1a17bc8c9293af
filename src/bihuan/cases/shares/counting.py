"""Counting: which cases a person handled, who the judges of an average are, on which days they held their posts.

A case counts for everybody who is its judge in charge or sits on its panel, once each, on the day it closed while they held the post.
Hearing reports, approving, chairing meetings and supervising are no rows of this kind and so are never counted.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bihuan.kernel.models import Assignment, Post

from ..models import Case, ShareRole
from ..models.shares import OWED_BY
from .hard import hard_cases

JUDGE = "judge"
ROLES = OWED_BY
Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Handling:
    """A person's part in a closed case."""

    case: int
    person: int
    in_charge: bool
    closed_on: dt.date


@dataclass
class Counts:
    """What was read of a period: who held which post when, and who handled what."""

    first: dt.date
    last: dt.date
    posts: dict[tuple[int, Post], list[Span]] = field(default_factory=dict)
    judges: dict[int, list[Span]] = field(default_factory=dict)
    divisions: dict[int, dict[int, list[Span]]] = field(default_factory=dict)
    handled: dict[int, list[Handling]] = field(default_factory=dict)
    hard: frozenset[int] = frozenset()

    def own(self, person: int, post: Post) -> list[Handling]:
        """What the person handled while holding the post."""
        return [one for one in self.handled.get(person, ()) if within(one.closed_on, self.posts[person, post])]

    def hard_of_post(self, post: Post) -> int:
        """The hard cases of everybody who held the post, each once."""
        holders = [person for person, held in self.posts if held.pk == post.pk]
        return len({one.case for person in holders for one in self.own(person, post) if one.case in self.hard})

    def base(self, role: str, unit: int) -> dict[int, list[Span]]:
        """The judges whose average counts, with their days: of a head those of the division, else all."""
        return self.divisions.get(unit, {}) if role == ShareRole.HEAD else self.judges

    def of_judges(self, role: str, unit: int) -> list[Handling]:
        """What these judges handled on these days."""
        base = self.base(role, unit)
        return [
            one
            for person, spans in base.items()
            for one in self.handled.get(person, ())
            if within(one.closed_on, spans)
        ]


def within(day: dt.date, spans: Iterable[Span]) -> bool:
    """Whether the day is in one of the spans, ends included."""
    return any(start <= day <= end for start, end in spans)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans without overlaps, in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def days(spans: Iterable[Span]) -> int:
    """How many days the spans hold; they do not overlap."""
    return sum((end - start).days + 1 for start, end in spans)


def count(first: dt.date, last: dt.date) -> Counts:
    """Read a period, both days included: a fixed number of statements whatever the number of persons."""
    found = Counts(first, last)
    _read_posts(found)
    _read_cases(found)
    found.hard = hard_cases(first, last)
    return found


def _read_posts(found: Counts) -> None:
    posts: dict[tuple[int, Post], list[Span]] = defaultdict(list)
    judges: dict[int, list[Span]] = defaultdict(list)
    divisions: dict[int, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    rows = Assignment.objects.filter(starts__lte=found.last, post__role__in=(JUDGE, *ROLES)).exclude(
        ends__lt=found.first
    )
    for row in rows.select_related("post__unit", "person").order_by("pk"):
        span = max(row.starts, found.first), min(row.ends or found.last, found.last)
        if row.post.role == JUDGE:
            judges[row.person_id].append(span)
            divisions[row.post.unit_id][row.person_id].append(span)
        else:
            posts[row.person_id, row.post].append(span)
    found.posts = {key: merged(spans) for key, spans in posts.items()}
    found.judges = {key: merged(spans) for key, spans in judges.items()}
    found.divisions = {unit: {key: merged(spans) for key, spans in of.items()} for unit, of in divisions.items()}


def _read_cases(found: Counts) -> None:
    handled: dict[int, dict[int, Handling]] = defaultdict(dict)
    rows = Case.objects.filter(voided_at=None, closed_on__gte=found.first, closed_on__lte=found.last).order_by()
    through = Case.panel.through.objects.filter(case__in=rows.values("pk"))
    for case, person, closed in through.values_list("case_id", "person_id", "case__closed_on"):
        if closed is not None:
            handled[person][case] = Handling(case, person, False, closed)
    for case, person, closed in rows.filter(judge__isnull=False).values_list("pk", "judge_id", "closed_on"):
        if person is not None and closed is not None:
            handled[person][case] = Handling(case, person, True, closed)
    found.handled = {person: list(of.values()) for person, of in handled.items()}
