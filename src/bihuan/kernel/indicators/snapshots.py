"""The daily count of all indicators: month and year to date, of the court and of each division. Repeatable for any day.

It keeps what a figure was when it was counted; the pages count from the facts as they are and read none of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
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
from .declaring import DIVISION, Indicator, indicators
from .figures import Figure
from .measuring import measure, measure_by
from .periods import month_of, year_of

FUTURE = wording("indicators.snapshot.future", _("不能统计将来的日期 %(given)s，请用不晚于今天的日期。"))
log.event("indicator.counted", _("统计质效指标：%(day)s，%(count)s 个数"))
LOT = 2000
_KEPT = ("ends", "numerator", "denominator", "version", "taken_at")


@access.scope(IndicatorSnapshot)
def see_snapshots(viewer: access.Viewer) -> Q:
    """All for those who watch over the court, else those of the divisions one answers for."""
    if viewer.admin_role or not viewer.roles:
        return access.NOTHING
    return access.EVERYTHING if viewer.has(TOP_ROLE, DATA_ROLE) else Q(unit__in=units_of(viewer))


def take(on: dt.date | None = None, *, only: Iterable[str] | None = None) -> int:
    """Count the indicators (`only`: those codes) as of a day (today); how many figures were kept.

    Counting a day again replaces its figures: they are of the facts as known now. Raises Refused for a day to come.
    """
    day = on or clock.today()
    if day > clock.today():
        raise Refused(Message(FUTURE, {"given": day.isoformat()}))
    wanted = set(only) if only is not None else None
    rows = [row for code, one in indicators().items() if wanted is None or code in wanted for row in _counted(one, day)]
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
        for row in IndicatorSnapshot.objects.filter(on=rows[0].on, code__in={row.code for row in rows})
    }
    new, changed = [], []
    for row in rows:
        old = held.get((row.code, row.starts, row.unit_id))
        if old is None:
            new.append(row)
            continue
        for name in _KEPT:
            setattr(old, name, getattr(row, name))
        changed.append(old)
    bulk.create(IndicatorSnapshot, new)
    IndicatorSnapshot.objects.bulk_update(changed, _KEPT, batch_size=200)


def _counted(indicator: Indicator, day: dt.date) -> Iterator[IndicatorSnapshot]:
    spans = list(dict.fromkeys([month_of(day).cut(day), year_of(day).cut(day)]))
    held = current_parameters().get(indicator.basis).find_on(day)
    version = held.version if held is not None else ""
    at = clock.now()

    def made(figure: Figure, unit: Any) -> IndicatorSnapshot:
        return IndicatorSnapshot(
            code=indicator.code, on=day, starts=figure.span.starts, ends=figure.span.ends, unit_id=unit,
            numerator=figure.numerator, denominator=figure.denominator, version=version, taken_at=at,
        )  # fmt: skip

    yield from (made(figure, None) for figure in measure(indicator, spans))
    divisions = measure_by(indicator, spans, DIVISION)
    before = IndicatorSnapshot.objects.filter(code=indicator.code, on=day, unit__isnull=False).order_by("unit_id")
    for unit in before.values_list("unit_id", flat=True).distinct():  # the facts may have moved away from it since
        divisions.setdefault(unit, [Figure(indicator, span, 0, None if indicator.denominator is None else 0) for span in spans])
    for unit, figures in divisions.items():
        yield from (made(figure, unit) for figure in figures)
