"""A cell as a value of its column: by the column's own reader, else by its kind."""

from __future__ import annotations

import datetime as dt
import unicodedata
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from ..ledger.sheet import SheetField
from .reading import is_empty, to_bool, to_choice, to_date, to_decimal, to_int, to_month, to_text


def own_reading(column: SheetField, cell: Any) -> Any:
    """The cell as the column's own reader has it. Raises Refused."""
    return cell if column.spec.reads is None or is_empty(cell) else column.spec.reads(cell)


def read_cell(column: SheetField, cell: Any, date1904: bool) -> Any:
    """The cell's value by the column's kind; None when it says nothing. Raises CellError, or Refused by a reader of its own."""
    if column.spec.reads is not None:
        return None if is_empty(cell) else column.spec.reads(cell)
    if column.kind == "date":
        return to_date(cell, date1904=date1904)
    if column.kind == "month":
        return to_month(cell, date1904=date1904)
    if column.kind == "datetime":
        return _moment(cell, date1904)
    if column.kind == "integer":
        return to_int(cell)
    if column.kind in {"decimal", "percent"}:
        return _number(to_decimal(cell, percent="points" if column.kind == "percent" else "fraction"))
    if column.kind == "yes_no":
        return to_bool(cell)
    if column.kind == "choice":
        return to_choice(cell, {label: value for value, label in column.choices.items() if value not in (None, "")})
    return to_text(cell, max_length=column.max_length)


def _number(value: Decimal | None) -> Decimal | None:
    """Without the zeros after the point that only the cell's form put there (2.50, 1E+2), which would count as digits."""
    if value is None:
        return None
    bare = value.normalize()
    return bare.quantize(Decimal(1)) if int(bare.as_tuple().exponent) > 0 else bare


def _moment(cell: Any, date1904: bool) -> dt.datetime | None:
    """A point in time where the court is, to the second."""
    found = cell if isinstance(cell, dt.datetime) else None
    if found is None and isinstance(cell, str):
        try:
            found = parse_datetime(unicodedata.normalize("NFKC", cell).strip())
        except ValueError:
            found = None
    if found is None:
        day = to_date(cell, date1904=date1904)
        found = dt.datetime.combine(day, dt.time()) if day is not None else None
    if found is None:
        return None
    to_date(found, date1904=date1904)  # a year nobody means is refused as that of a day is
    found = found.replace(microsecond=0)
    return timezone.make_aware(found) if timezone.is_naive(found) else found
