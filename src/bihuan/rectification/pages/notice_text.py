"""The text of a notice with every span that was read from it marked, so that a proposal can point at its words."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from ..notice import Notice


@dataclass(frozen=True, order=True)
class Mark:
    """A span of the text: `key` becomes the anchor `t-<key>` ("" for the rest of a span that was split)."""

    start: int
    reach: int
    """Minus the end: of two that start together the longer one stands outside."""
    key: str
    css: str

    @property
    def end(self) -> int:
        """One past the last character."""
        return -self.reach


def marks_of(notice: Notice) -> list[Mark]:
    """Every span of the notice, keyed as the page's proposals are."""
    found: list[Mark] = []

    def add(key: str, css: str, span: tuple[int, int] | None) -> None:
        if span is not None and span[0] < span[1]:
            found.append(Mark(span[0], -span[1], key, css))

    add("title", "t-title", notice.title_span)
    add("opening", "t-opening", notice.opening_span)
    add("contacts", "t-contacts", notice.contacts.span)
    for n, part in enumerate(notice.parts):
        if part.role not in ("group", "list"):
            add(f"g{n}", "t-part", part.heading or part.span)
    for n, count in enumerate(notice.stated_counts):
        add(f"n{n}", "t-count", count.span)
    for i, problem in enumerate(notice.problems):
        add(f"p{i}", "t-problem", problem.title_span)
        for j, sub in enumerate(problem.subproblems):
            add(f"p{i}s{j}", "t-sub", sub.title_span or sub.measures_span)
            for k, clause in enumerate(sub.clauses):
                add(f"p{i}s{j}c{k}", "t-clause", clause.span)
            for k, figure in enumerate(sub.figures):
                add(f"p{i}s{j}f{k}", "t-figure", figure.span)
    for n, piece in enumerate(notice.unplaced):
        add(f"u{n}", "t-unplaced", piece.span)
    return found


def marked(text: str, marks: Iterable[Mark]) -> SafeString:
    """The text as HTML with the marks as nested elements; marks that cross are split, the first part keeps the anchor."""
    waiting = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    heapq.heapify(waiting)
    out: list[str] = []
    open_: list[Mark] = []
    position = 0

    def write(until: int) -> None:
        nonlocal position
        if until > position:
            out.append(conditional_escape(text[position:until]))
            position = until

    def close_until(start: int) -> None:
        while open_ and open_[-1].end <= start:
            write(open_.pop().end)
            out.append("</span>")

    while waiting:
        mark = heapq.heappop(waiting)
        close_until(mark.start)
        write(mark.start)
        if open_ and mark.end > open_[-1].end:
            edge = open_[-1].end
            heapq.heappush(waiting, Mark(edge, mark.reach, "", mark.css))
            mark = Mark(mark.start, -edge, mark.key, mark.css)
        if mark.key:
            out.append(format_html('<span class="{}" id="t-{}">', mark.css, mark.key))
        else:
            out.append(format_html('<span class="{}">', mark.css))
        open_.append(mark)
    close_until(len(text))
    write(len(text))
    return mark_safe("".join(out))  # noqa: S308  every piece of the text was escaped above
