"""Figures and their readings. All rows of a batch are checked first; a batch with a wrong row is refused whole, with a report
that names each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from dateutil.relativedelta import relativedelta

from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Unit
from bihuan.kernel.models.sources import SourceIntake
from bihuan.kernel.wording import Message
from bihuan.kernel.work import unit_of_work

from .. import actions as a
from .. import wordings as w
from ..models import Direction, Figure, Reading
from . import common, rebounds
from .common import Actor

TOLERANCE = Decimal("0.01")
"""By how much a stated value may differ from numerator and denominator: sheets round to two places."""


def create_figure(
    *,
    actor: Actor,
    code: str,
    name: str,
    unit_of_measure: str,
    direction: str = Direction.RANGE,
    owner_role: str = "trial_management",
    definition: str = "",
) -> Figure:
    """Register a figure. Raises NotAllowed, Refused (code or name taken)."""
    common.require(actor, a.FIGURE)
    with common.unique_code(f"{code} {name}"), unit_of_work(actor) as uow:
        row: Figure = Figure.objects.create(
            code=common.text(Figure, "code", code),
            name=common.text(Figure, "name", name),
            unit_of_measure=common.text(Figure, "unit_of_measure", unit_of_measure),
            direction=Direction(direction),
            owner_role=owner_role,
            definition=definition.strip(),
        )
        uow.record("rectification.figure.created", row, params={"name": row.name, "code": row.code})
    return row


@dataclass
class Merged:
    """What a batch of readings did, and which suspicions of a rebound it raised."""

    new: int = 0
    changed: int = 0
    same: int = 0
    suspected: int = 0


@dataclass(frozen=True)
class _Row:
    figure: Figure
    period: dt.date
    unit_id: int | None
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal
    source: str

    @property
    def key(self) -> tuple[int, dt.date, int | None]:
        return self.figure.pk, self.period, self.unit_id


def merge_readings(
    rows: Iterable[Mapping[str, Any]], intake: SourceIntake | None, actor: Actor, *, reason: str = ""
) -> Merged:
    """Merge a batch: new readings are added, changed ones corrected (with `reason`), equal ones left alone.

    A row maps figure (Figure, code or name), period (any day of the month), unit (Unit, id, name or empty for the whole
    court), value and/or numerator and denominator (a figure in % is 100 * n / d), source. The closed items are asked again
    at once, so a worse reading shows as a suspected rebound.

    Raises NotAllowed; Refused with one message a wrong row, and then nothing is written.
    """
    common.require(actor, a.READING)
    cleaned = _clean_all(list(rows))
    with unit_of_work(actor, reason=reason) as uow:
        held = _held(cleaned)
        done, fresh, moved = Merged(), [], []
        for row in cleaned:
            known = held.get(row.key)
            values = {
                "numerator": row.numerator,
                "denominator": row.denominator,
                "value": row.value,
                "source": row.source,
                "intake_id": intake.pk if intake else None,
            }
            if known is None:
                fresh.append(Reading(figure=row.figure, period=row.period, unit_id=row.unit_id, **values))
            elif (known.value, known.numerator, known.denominator) == (row.value, row.numerator, row.denominator):
                done.same += 1
            else:
                moved.append((known, values))
        Reading.objects.bulk_create(fresh, batch_size=500)
        changes = {}
        for known, values in moved:
            changes[f"{known.figure.code} {known.period:%Y-%m} {known.unit_id or ''}".strip()] = (
                str(known.value),
                str(values["value"]),
            )
            for name, value in values.items():
                setattr(known, name, value)
            known.revision += 1
        if moved:
            fields = ["numerator", "denominator", "value", "source", "intake_id", "revision"]
            Reading.objects.bulk_update([known for known, _values in moved], fields, batch_size=500)
        done.new, done.changed = len(fresh), len(moved)
        params = {"new": done.new, "changed": done.changed, "same": done.same}
        params["intake"] = intake.pk if intake else 0
        uow.record(
            "rectification.readings.merged",
            Figure.objects.first() if not cleaned else cleaned[0].figure,
            params=params,
            changes=changes,
            covers=[Reading],
        )
    done.suspected = len(rebounds.sweep(kinds=["reading_range"]))
    return done


def _held(rows: list[_Row]) -> dict[tuple[int, dt.date, int | None], Reading]:
    found = Reading.objects.filter(
        figure__in={r.figure.pk for r in rows}, period__in={r.period for r in rows}
    ).select_related("figure")
    return {(r.figure_id, r.period, r.unit_id): r for r in found}


def _clean_all(rows: list[Mapping[str, Any]]) -> list[_Row]:
    figures = {f: f for f in Figure.objects.filter(voided_at__isnull=True)}
    by_name = {name: f for f in figures for name in (f.code, f.name)}
    units = {name: u.pk for u in Unit.objects.all() for name in (u.code, u.name)}
    cleaned, wrong, seen = [], [], set()
    for number, row in enumerate(rows, 1):
        try:
            made = _clean(row, by_name, units)
            if made.key in seen:
                told = {"name": made.figure.name, "period": f"{made.period:%Y-%m}"}
                raise Refused(Message(w.READING_TWICE, told))
            seen.add(made.key)
            cleaned.append(made)
        except Refused as refusal:
            shown = row.get("row", number)
            wrong += [Message(w.READING_ROW, {"row": shown, "reason": r.as_json()}) for r in refusal.reasons]
    if wrong:
        raise Refused(wrong)
    return cleaned


def _clean(row: Mapping[str, Any], figures: Mapping[str, Figure], units: Mapping[str, int]) -> _Row:
    given = row.get("figure")
    figure = given if isinstance(given, Figure) else figures.get(str(given or "").strip())
    if figure is None:
        raise Refused(Message(w.READING_NO_FIGURE, {"name": str(given or "")}))
    unit = row.get("unit")
    unit_id: int | None = None
    if isinstance(unit, Unit):
        unit_id = unit.pk
    elif isinstance(unit, int):
        unit_id = unit
    elif unit:
        unit_id = units.get(str(unit).strip())
        if unit_id is None:
            raise Refused(Message(w.READING_NO_UNIT, {"name": str(unit)}))
    day = row.get("period")
    if not isinstance(day, dt.date):
        raise Refused(Message(w.EMPTY, {"field": common.label(Reading, "period")}))
    period = day.replace(day=1)
    if period + relativedelta(months=1) > clock.today():
        raise Refused(Message(w.READING_FUTURE, {"name": figure.name, "period": f"{period:%Y-%m}"}))
    top, bottom, value = (_number(row.get(n), n) for n in ("numerator", "denominator", "value"))
    return _Row(figure, period, unit_id, top, bottom, _value(figure, top, bottom, value), str(row.get("source") or ""))


def _number(value: Any, field: str) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise Refused(Message(w.EMPTY, {"field": common.label(Reading, field)})) from error
    if not number.is_finite():
        raise Refused(Message(w.EMPTY, {"field": common.label(Reading, field)}))
    return number.quantize(Decimal("0.0001"))


def check(row: Reading) -> None:
    """A reading as the generic pages and the sheet wizard write it: a month that is over, a value that agrees with its parts
    (or is computed from them, when it is left out).

    Raises Refused naming figure and month.
    """
    if row.period + relativedelta(months=1) > clock.today():
        raise Refused(Message(w.READING_FUTURE, {"name": row.figure.name, "period": f"{row.period:%Y-%m}"}))
    row.value = _value(row.figure, row.numerator, row.denominator, row.value)


def _value(figure: Figure, top: Decimal | None, bottom: Decimal | None, value: Decimal | None) -> Decimal:
    if bottom is not None and bottom <= 0:
        raise Refused(Message(w.READING_ZERO, {"name": figure.name}))
    computed = None
    if top is not None and bottom is not None:
        factor = 100 if figure.unit_of_measure in {"%", "％"} else 1
        computed = (top * factor / bottom).quantize(Decimal("0.0001"))
    if value is None:
        if computed is None:
            raise Refused(Message(w.READING_NO_VALUE, {"name": figure.name}))
        return computed
    if computed is not None and abs(computed - value) > TOLERANCE:
        told = {"name": figure.name, "value": str(value), "computed": f"{computed.normalize():f}"}
        raise Refused(Message(w.READING_DIFFERS, told))
    return value
