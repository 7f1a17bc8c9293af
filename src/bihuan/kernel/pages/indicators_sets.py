"""A set of indicators as of a day: whole, with what we count, what the upper court announced, and what waits for its facts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .. import indicators, sources
from ..indicators import announced, sets
from ..indicators.announced import Beside
from ..indicators.declaring import Indicator
from .base import day_of
from .indicators import IndicatorPage, Row
from .parameters import TAGS


@dataclass(frozen=True)
class Line:
    """A member that we count: its row, its range and how it stands, and what was announced."""

    row: Row
    range: indicators.Range | None
    standing: indicators.Standing
    tag: str
    announced: Beside | None


@dataclass(frozen=True)
class Waiting:
    """A member that waits, or that nobody declares: its name, formula, with what its facts come, and what was announced."""

    title: str
    formula: str
    waits: str
    tag: str
    announced: Beside | None


class IndicatorSet(IndicatorPage):
    """One version of a set."""

    template = "indicators/set.html"

    def _span(self, request: HttpRequest) -> tuple[indicators.Span, str]:
        """The statistical year up to the day asked for."""
        try:
            day = day_of(request.GET.get("on")) or self.today
            if not indicators.EARLIEST <= day <= self.today:
                raise ValueError(day)
        except ValueError:
            messages.error(request, _("日期不对：请按 2026-03-01 的格式填写，不晚于今天。已改为今天。"))
            day = self.today
        return indicators.Span(indicators.year_of(day).starts, day), ""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Show it."""
        known = sets.versions()
        if code not in known:
            raise Http404(code)
        day = self.span.ends
        version = sets.version_on(code, day)
        context: dict[str, Any] = {
            "code": code,
            "title": known[code],
            "sets": known.items(),
            "on": day,
            "version": version,
        }
        if version is None:
            return self.show(context | {"nearest": sets.nearest(code, day), **self.frame()})
        told = (
            announced.standing(self.person, [one.code for one in version.members], day)
            if self.view.code == "court"
            else {}
        )
        lines = [self._line(one.one, told.get(one.code)) for one in version.members if one.one is not None]
        waiting = [_waiting(one, told.get(one.code)) for one in version.members if one.one is None]
        used = sorted({source for one in version.members if one.one for source in one.one.sources})
        context |= {
            "lines": lines, "waiting": waiting, "tag_name": TAGS.get(version.held.tag, version.held.tag), "basis": sets.PREFIX + code,
            "source": _(version.held.source), "states": sources.states(used, self.today).values(), "any_announced": bool(told),
        }  # fmt: skip
        return self.show(context | self.frame())

    def _line(self, one: Indicator, row: Any) -> Line:
        theirs = indicators.Span(row.starts, row.ends) if row else None
        spans = [*self.spans, *([theirs] if theirs else [])]
        figures = indicators.measure(one, spans, person=self.person, view=self.view)
        held = indicators.range_of(one, self.span.ends)
        tag = str(TAGS.get(held.held.tag, "")) if held and held.held.tag in "MI" else ""
        return Line(
            self.row(one, figures[:3]), held, figures[0].standing(held), tag, Beside(row, figures[3]) if row else None
        )


def _waiting(member: sets.Member, row: Any) -> Waiting:
    found = member.waits
    beside = Beside(row, None) if row else None
    if found is None:
        return Waiting(member.code, "", _("没有这个编号的指标，请在“参数与依据”中核对。"), "", beside)
    tag = str(TAGS.get(found.tag, "")) if found.tag in "MI" else ""
    return Waiting(str(found.title), str(found.formula), str(found.waits), tag, beside)


def beside_of(one: Indicator, person: Any, by: dt.date) -> list[Beside]:
    """The announced figures of an indicator, each beside ours of the same span: two statements at most."""
    rows = [row for row in announced.all_of(person, one.code) if row.ends <= by]
    if not rows:
        return []
    ours = indicators.measure(one, [indicators.Span(row.starts, row.ends) for row in rows], person=person)
    return [Beside(row, figure) for row, figure in zip(rows, ours, strict=True)]
