"""Indicators: the list from a view, one indicator with its trend and parts, and exactly the rows behind a figure.

Everything stands in the order of declaration, of the house's divisions or of time: nothing is sorted by a value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import clock, indicators, sources
from ..indicators import measuring, sets
from ..indicators.declaring import Indicator, Text
from ..ledger import registry
from ..ledger.cells import label_of
from ..models.org import Unit
from .base import PersonView, choice_of, day_of
from .indicators_chart import chart
from .indicators_past import past_of
from .parameters import TAGS

TREND = 13
PRESETS: dict[str, Text] = {
    "year": gettext_lazy("本统计年度"),
    "month": gettext_lazy("本月"),
    "last-month": gettext_lazy("上月"),
    "quarter": gettext_lazy("本季度"),
}
WHOLE_OF: dict[str, Callable[[dt.date], indicators.Span]] = {
    "year": indicators.year_of,
    "month": indicators.month_of,
    "last-month": lambda day: indicators.month_of(day).back(1),
    "quarter": indicators.quarter_of,
}
PARTS: dict[str, Text] = {"numerator": gettext_lazy("分子"), "denominator": gettext_lazy("分母")}


@dataclass(frozen=True)
class Row:
    """An indicator, or a part of one, as a line of a table."""

    title: str
    url: str
    now: indicators.Figure
    last: indicators.Figure
    year: indicators.Figure
    rows: str
    rows_below: str
    settled: bool
    range: Any = None
    standing: Any = None
    tag: str = ""

    @property
    def gap_last(self) -> str:
        """Against the last period."""
        return self.now.against(self.last)

    @property
    def gap_year(self) -> str:
        """Against the same period last year."""
        return self.now.against(self.year)


class IndicatorPage(PersonView):
    """What the pages share: the period, the view, and what keeps both in a link."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Read view and period. Raises NotAllowed."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.today = clock.today()
        self.view = indicators.view_for(self.person, request.GET.get("view", ""))
        self.span, self.preset = self._span(request)
        return super().dispatch(request, *args, **kwargs)

    def _span(self, request: HttpRequest) -> tuple[indicators.Span, str]:
        preset = choice_of(request.GET.get("period"), PRESETS, "" if request.GET.get("from") else "year")
        if not preset:
            try:
                starts, ends = day_of(request.GET.get("from")), day_of(request.GET.get("to")) or self.today
                if starts is None or starts > ends or starts > self.today or starts < indicators.EARLIEST:
                    raise ValueError(starts)
                return indicators.Span(starts, ends).cut(self.today), ""
            except ValueError:
                messages.error(
                    request,
                    _("起止日期不对：请按 2026-03-01 的格式填写，起始日不晚于截止日和今天。已改按本统计年度计算。"),
                )
                preset = "year"
        whole = WHOLE_OF[preset](self.today)
        return whole.cut(self.today), preset

    @property
    def spans(self) -> list[indicators.Span]:
        """The period, the last one, the same one last year."""
        return [self.span, self.span.last(), self.span.last_year()]

    def kept(self, **more: Any) -> str:
        """View and period as a query string."""
        held: dict[str, Any] = {"view": self.view.code, "from": self.span.starts, "to": self.span.ends} | more
        return urlencode({name: value for name, value in held.items() if value is not None})

    def frame(self) -> dict[str, Any]:
        """What all the templates want."""
        views = indicators.views_of(self.person)
        if self.view.code not in {one.code for one in views}:
            views = [*views, self.view]
        return {
            "span": self.span, "last": self.span.last(), "last_year": self.span.last_year(), "views": views, "view": self.view,
            "presets": PRESETS.items(), "preset": self.preset, "kept": self.kept(),
        }  # fmt: skip

    def found(self, code: str) -> Indicator:
        """The indicator, or a page that says there is none."""
        one = indicators.get(code)
        if one is None:
            raise Http404(code)
        return one

    def row(self, one: Indicator, figures: Any, title: str = "", **more: Any) -> Row:
        """A line. `more` narrows its rows: by and value."""
        now, last, year = figures
        address = reverse("indicator_rows", args=[one.code])
        query = self.kept(**more)
        return Row(
            title=title or str(one.title),
            url=f"{reverse('indicator', args=[one.code])}?{self.kept()}",
            now=now, last=last, year=year,
            rows=f"{address}?{query}&part=numerator",
            rows_below=f"{address}?{query}&part=denominator" if one.denominator is not None else "",
            settled=now.settled(self.today),
        )  # fmt: skip


class IndicatorList(IndicatorPage):
    """All indicators from a view, in the order of their declaration."""

    template = "indicators/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        rows = []
        for one in indicators.indicators().values():
            figures = indicators.measure(one, self.spans, person=self.person, view=self.view)
            row = self.row(one, figures)
            held = indicators.range_of(one, self.span.ends)
            tag = TAGS.get(held.held.tag, "") if held and held.held.tag in "MI" else ""
            rows.append(replace(row, range=held, standing=row.now.standing(held), tag=str(tag)))
        codes = sorted({code for one in indicators.indicators().values() for code in one.sources})
        return self.show({"rows": rows, "sets": sets.versions().items(), "states": sources.states(codes, self.today).values(), **self.frame()})


class IndicatorDetail(IndicatorPage):
    """One indicator: value and range, thirteen months, its parts by a dimension."""

    template = "indicators/detail.html"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Show it."""
        one = self.found(code)
        figures = indicators.measure(one, self.spans, person=self.person, view=self.view)
        months = indicators.months_until(self.span.ends, TREND)
        trend = indicators.measure(one, months, person=self.person, view=self.view)
        held = indicators.range_of(one, self.span.ends)
        by = choice_of(request.GET.get("by"), self._dimensions(one), next(iter(self._dimensions(one)), ""))
        context = {
            "one": one,
            "row": self.row(one, figures),
            "range": held,
            "standing": figures[0].standing(held),
            "tag_name": TAGS.get(held.held.tag, held.held.tag) if held else "",
            "source": _(held.held.source) if held else "",
            "chart": chart(trend, held),
            "trend": [(figure, self._month_rows(one, figure)) for figure in trend],
            "by": by,
            "dimensions": self._dimensions(one).items(),
            "parts": self._parts(one, by) if by else [],
            "states": sources.states(one.sources, self.today).values(),
            "sets": [(code, title) for code, title in sets.versions().items() if sets.holds(code, one.code, self.span.ends)],
            "announced": self._announced(one),
            "past": past_of(one, self.person, self.view, self.span.ends, request.GET.get("past", ""), held),
        }
        return self.show(context | self.frame())

    def _announced(self, one: Indicator) -> list[Any]:
        from .indicators_sets import beside_of

        return beside_of(one, self.person, self.span.ends) if self.view.code == measuring.COURT else []

    def _dimensions(self, one: Indicator) -> dict[str, Text]:
        found: dict[str, Text] = {}
        if one.of.unit and measuring.may_divide(self.person, self.view):
            found[indicators.DIVISION] = _("部门")
        return found | {code: held.label for code, held in one.of.dimensions.items()}

    def _month_rows(self, one: Indicator, figure: indicators.Figure) -> str:
        kept = urlencode({"view": self.view.code, "from": figure.span.starts, "to": figure.span.ends})
        return f"{reverse('indicator_rows', args=[one.code])}?{kept}"

    def _parts(self, one: Indicator, by: str) -> list[Row]:
        parts = indicators.measure_by(one, self.spans, by, person=self.person, view=self.view)
        if by != indicators.DIVISION:
            name = one.of.dimensions[by].name
            return [self.row(one, figures, str(name(key)), by=by, value=key) for key, figures in parts.items()]
        units = Unit.objects.filter(pk__in=[key for key in parts if key is not None]).order_by("order", "pk")
        return [self.row(one, parts[unit.pk], unit.name, view=str(unit.pk)) for unit in units]


class IndicatorRows(IndicatorPage):
    """Exactly the rows behind a figure, as the reader may see them; what is counted and closed to them is said, not shown."""

    template = "indicators/rows.html"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Show them."""
        one = self.found(code)
        part = choice_of(request.GET.get("part"), PARTS, "numerator")
        if one.denominator is None:
            part = "numerator"
        by = choice_of(request.GET.get("by"), one.of.dimensions)
        value = request.GET.get("value", "").replace("\0", "")  # which PostgreSQL takes for no text
        counted = indicators.rows_of(one, self.span, part, person=self.person, view=self.view, by=by, value=value)
        listed = indicators.listable(one, counted, self.person)
        count, shown = counted.count(), listed.count()
        related = [name for name in one.of.columns if one.of.model._meta.get_field(name).is_relation]
        page = self.page(listed.select_related(*related))
        return self.show(
            {
                "one": one,
                "part": part,
                "parts": PARTS.items() if one.denominator is not None else (),
                "part_name": PARTS[part] if one.denominator is not None else "",
                "count": count,
                "withheld": count - shown,
                "page_obj": page,
                "named": one.of.named,
                "heads": [label_of(one.of.model, name) for name in one.of.columns],
                "rows": [self._line(one, row) for row in page.object_list],
                "value_name": one.of.dimensions[by].name(value) if by else "",
                "ledger": self._ledger(one, part, by),
                "back": f"{reverse('indicator', args=[one.code])}?{self.kept()}",
                **self.frame(),
            }
        )

    def _line(self, one: Indicator, row: Any) -> dict[str, Any]:
        url = registry.get(one.of.ledger).url("detail", row.pk) if one.of.ledger else ""
        cells = [self._cell(row, name) for name in one.of.columns]
        return {"name": str(row), "url": url, "cells": cells}

    def _cell(self, row: Any, name: str) -> Any:
        shown = getattr(row, f"get_{name}_display", None)
        return shown() if shown else getattr(row, name)

    def _ledger(self, one: Indicator, part: str, by: str) -> str:
        """The ledger's own list, where its filters say just the same."""
        if one.listed is None or part != "numerator" or by or self.view.person_id or not one.of.ledger:
            return ""
        query = dict(one.listed(self.span))
        if self.view.unit_id:
            return ""  # the list's filter takes the units below along
        return f"{registry.get(one.of.ledger).url()}?{urlencode(query)}"
