"""Real sheets into rows, and what people write into cells into values. See `read_table` and `values`."""

from bihuan.kernel.sheets.reading.errors import CellError, SheetRefused
from bihuan.kernel.sheets.reading.grid import Limits
from bihuan.kernel.sheets.reading.headings import heading_key
from bihuan.kernel.sheets.reading.survey import Row
from bihuan.kernel.sheets.reading.table import Opened, Table, list_sheets, open_table, read_table
from bihuan.kernel.sheets.reading.values import (
    is_empty,
    to_bool,
    to_choice,
    to_date,
    to_decimal,
    to_int,
    to_month,
    to_text,
)

__all__ = [
    "CellError",
    "Limits",
    "Opened",
    "Row",
    "SheetRefused",
    "Table",
    "heading_key",
    "is_empty",
    "list_sheets",
    "open_table",
    "read_table",
    "to_bool",
    "to_choice",
    "to_date",
    "to_decimal",
    "to_int",
    "to_month",
    "to_text",
]
