"""Where every character of the text went: the spans of the structure, and what is left over for a person to place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from .model import Notice, Placed, Span, Unplaced

_SEPARATORS = re.compile(r"[|│┃:+=\-┼─━\s]+")


def places(notice: Notice) -> list[Placed]:
    """Disjoint spans in order, each with its role; together they hold every character that is not blank.

    Where two parts claim the same characters the more exact one has them.
    """
    painted = _paint(notice)
    found: list[Placed] = []
    start = 0
    for role, run in itertools.groupby(painted):
        length = sum(1 for _ in run)
        if role is not None:
            found.append(Placed((start, start + length), role))
        start += length
    return found


def add_left_over(notice: Notice, norm: str) -> None:
    """Put every run of characters that nothing claims into ``unplaced``, line by line, and order that list."""
    painted = _paint(notice)
    start = 0
    for line, raw in enumerate(norm.split("\n"), start=1):
        for role, run in itertools.groupby(painted[start : start + len(raw)]):
            end = start + sum(1 for _ in run)
            span = _trim(norm, start, end)
            if role is None and span[0] < span[1]:
                notice.unplaced.append(Unplaced(line, notice.text[slice(*span)], span, "left_over"))
            start = end
        start += 1
    notice.unplaced.sort(key=lambda u: u.span)
    notice.page.sort(key=lambda u: u.span)


def _trim(norm: str, start: int, end: int) -> Span:
    while start < end and norm[start] == " ":
        start += 1
    while end > start and norm[end - 1] == " ":
        end -= 1
    return (start, end)


def _paint(notice: Notice) -> list[str | None]:
    painted: list[str | None] = [None] * len(notice.text)
    for span, role in _claims(notice):
        for at in range(*span):
            if painted[at] is None:
                painted[at] = role
    return painted


def _claims(notice: Notice) -> Iterable[tuple[Span, str]]:
    """What the parts of the structure hold, the most exact first."""
    for piece in notice.unplaced:
        yield piece.span, "unplaced"
    for piece in notice.page:
        yield piece.span, "page"
    for placed in notice.marks:
        yield placed.span, placed.role
    if notice.title_span:
        yield notice.title_span, "title"
    for problem in notice.problems:
        for sub in problem.subproblems:
            for mark in sub.marks:
                yield mark, "heading"
            yield sub.measures_span, "measures"
            if sub.result_span:
                yield sub.result_span, "result"
        for mark in problem.marks:
            yield mark, "heading"
    for part in notice.parts:
        if part.heading:
            yield part.heading, "heading"
        if part.role not in ("group", "list"):
            yield part.span, part.role
    if notice.opening_span:
        yield notice.opening_span, "opening"
    if notice.table_spans:
        yield from _frame(notice)


def _frame(notice: Notice) -> Iterable[tuple[Span, str]]:
    """The lines and rules that only draw a table written as text."""
    for span in notice.table_spans:
        for match in _SEPARATORS.finditer(notice.text, *span):
            yield match.span(), "frame"
