"""An indicator's own past as it was counted then: by month or by day, beside what the facts of today come to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from ..indicators import Range, View, history
from ..indicators.declaring import Indicator, Text
from ..models.org import Person
from .base import choice_of
from .indicators_chart import Chart, Place, drawn

MONTHS, DAYS = 13, 31
WAYS: dict[str, Text] = {"month": gettext_lazy("按月"), "day": gettext_lazy("按日")}


@dataclass(frozen=True)
class Past:
    """What the card shows: the series, newest last; its drawing; the days or months that nobody counted."""

    way: str
    ways: dict[str, Text]
    moments: list[history.Moment]
    chart: Chart | None
    missing: list[str]
    first: dt.date | None

    @property
    def any_after(self) -> bool:
        """Whether a figure was counted afterwards."""
        return any(moment.kept and moment.kept.afterwards for moment in self.moments)

    @property
    def newest_first(self) -> list[history.Moment]:
        """For the table: what was counted, the newest first."""
        return [moment for moment in reversed(self.moments) if moment.kept]


def units_of_view(view: View) -> history.Units:
    """The divisions that a view takes together (None: the court)."""
    return None if view.unit_id is None else [view.unit_id]


def past_of(one: Indicator, person: Person, view: View, by: dt.date, way: str, held: Range | None) -> Past | None:
    """The past of an indicator from a view, up to a day. None for one's own cases, which are not counted by day."""
    if view.person_id is not None or (view.unit_id is not None and not one.of.unit):
        return None
    way = choice_of(way, WAYS, "month")
    units = units_of_view(view)
    if way == "month":
        moments = history.by_month(one, person=person, units=units, by=by, months=MONTHS)
    else:
        moments = history.by_day(one, person=person, units=units, by=by, days=DAYS)
    label = "%y-%m" if way == "month" else "%m-%d"
    places = [
        Place(format(m.span.starts, label), m.kept.figure if m.kept else None, bool(m.kept and m.kept.afterwards))
        for m in moments
    ]
    counted = [n for n, moment in enumerate(moments) if moment.kept]
    missing = [place.label for place in places[counted[0] :] if place.figure is None] if counted else []
    first = moments[counted[0]].span.starts if counted else None
    return Past(way, WAYS, moments, drawn(places, held), missing, first)
