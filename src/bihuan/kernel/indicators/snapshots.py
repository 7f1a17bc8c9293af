"""The daily count of all indicators: month and year to date, of the court and of each division. Repeatable for any day.

It keeps what a figure was when it was counted. A day that is over is counted beside it, as a count made afterwards: the facts known
now are not those known then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.law.dated import current_parameters

from .. import access, bulk, clock, log
from ..errors import Refused
from ..models.indicators import IndicatorSnapshot
from ..supervision_access import DATA_ROLE, TOP_ROLE, units_of
from ..wording import Message, wording
from ..work import batches, unit_of_work
from . import tallies
from .declaring import DIVISION, Indicator, indicators
from .figures import Figure
from .measuring import measure, measure_by
from .periods import month_of, year_of

FUTURE = wording("indicators.snapshot.future", _("不能统计将来的日期 %(given)s，请用不晚于今天的日期。"))
log.event("indicator.counted", _("统计质效指标：%(day)s，%(count)s 个数"))
LOT = 2000
_SAID = ("ends", "numerator", "denominator", "version")
_KEPT = (*_SAID, "taken_at")


@access.scope(IndicatorSnapshot)
def see_snapshots(viewer: access.Viewer) -> Q:
    """All for those who watch over the court, else those of the divisions one answers for."""
    if viewer.admin_role or not viewer.roles:
        return access.NOTHING
    return access.EVERYTHING if viewer.has(TOP_ROLE, DATA_ROLE) else Q(unit__in=units_of(viewer))


def take(on: dt.date | None = None, *, only: Iterable[str] | None = None) -> int:
    """Count the indicators (`only`: those codes) as of a day (today); how many figures were kept.

    Counting today again replaces its figures. A day before is counted afterwards, and said so: what was counted on the day itself
    stays beside it. Raises Refused for a day to come.
    """
    day = on or clock.today()
    if day > clock.today():
        raise Refused(Message(FUTURE, {"given": day.isoformat()}))
    late = day < clock.today()
    if only is None:
        tallies.tally(day)
    wanted = set(only) if only is not None else None
    asked = [one for code, one in indicators().items() if wanted is None or code in wanted]
    counts = [(one, *_counted(one, day)) for one in asked]
    before = IndicatorSnapshot.objects.filter(on=day, afterwards=late, unit__isnull=False).order_by("unit_id")
    units = set(before.values_list("unit_id", flat=True).distinct())  # the facts may have moved away from one since
    for _one, _court, divisions in counts:
        units.update(unit for unit in divisions if unit is not None)
    rows = [row for one, court, divisions in counts for row in _rows(one, day, late, court, divisions, units)]
    for lot in batches(rows, LOT):
        with unit_of_work(None, job="indicators") as uow:
            _keep(lot)
            uow.record(
                "indicator.counted", params={"day": day.isoformat(), "count": len(lot)}, covers=[IndicatorSnapshot]
            )
    return len(rows)


def _keep(rows: list[IndicatorSnapshot]) -> None:
    held = {
        (row.code, row.starts, row.unit_id): row
        for row in IndicatorSnapshot.objects.filter(on=rows[0].on, afterwards=rows[0].afterwards, code__in={row.code for row in rows})
    }
    new, changed = [], []
    for row in rows:
        old = held.get((row.code, row.starts, row.unit_id))
        if old is None:
            new.append(row)
            continue
        if all(getattr(old, name) == getattr(row, name) for name in _SAID):
            continue  # it comes to the same: nothing to write
        for name in _KEPT:
            setattr(old, name, getattr(row, name))
        changed.append(old)
    bulk.create(IndicatorSnapshot, new)
    IndicatorSnapshot.objects.bulk_update(changed, _KEPT, batch_size=200)


Divisions = dict[Any, list[Figure]]


def _counted(indicator: Indicator, day: dt.date) -> tuple[list[Figure], Divisions]:
    spans = list(dict.fromkeys([month_of(day).cut(day), year_of(day).cut(day)]))
    return measure(indicator, spans), measure_by(indicator, spans, DIVISION) if indicator.of.unit else {}


def _rows(
    indicator: Indicator, day: dt.date, late: bool, court: list[Figure], divisions: Divisions, units: set[int]
) -> Iterator[IndicatorSnapshot]:
    """The rows to keep: of the court, and of every division that has any figure; nothing counted is kept as nought, not left out."""
    held = current_parameters().get(indicator.basis).find_on(day)
    version = held.version if held is not None else ""
    at = clock.now()

    def made(figure: Figure, unit: Any) -> IndicatorSnapshot:
        return IndicatorSnapshot(
            code=indicator.code, on=day, starts=figure.span.starts, ends=figure.span.ends, unit_id=unit,
            numerator=figure.numerator, denominator=figure.denominator, version=version, taken_at=at, afterwards=late,
        )  # fmt: skip

    yield from (made(figure, None) for figure in court)
    if not indicator.of.unit:
        return
    nought = None if indicator.denominator is None else 0
    for unit in sorted(units):
        yield from (made(figure, unit) for figure in divisions.get(unit) or [replace(one, numerator=0, denominator=nought) for one in court])
