"""A ledger as an Excel workbook: a data sheet that can be filled in and imported again, and a sheet that says how."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from .declaration import Ledger
from .sheet import SheetField, cell_value, sheet_fields

MAX_ROWS = 100_000
MAX_TEXT = 32_767
MAX_NUMBER = 1e15  # Excel keeps 15 digits; longer numbers are written as text
SHEET_NAME = 31
LIST_LENGTH = 255
CHECKED_ROWS = 2000
RISKY = ("=", "+", "-", "@", "\t", "\r")


def write_workbook(ledger: Ledger, rows: Iterable[Any], path: Path) -> int:
    """Write the rows to `path` and return their number. Rows are streamed; texts that a spreadsheet would read as a formula are
    stored as text and marked so, without changing them."""
    columns = sheet_fields(ledger)
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    )
    formats = _formats(book)
    sheet = book.add_worksheet(sheet_name(str(ledger.title)))
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        width = column.spec.width or (14 if column.kind in {"date", "integer", "decimal", "yes_no"} else 22)
        sheet.set_column(index, index, width)
        style = "key" if column.key else "required" if column.required else "read_only" if column.read_only else "head"
        sheet.write_string(0, index, column.heading, formats[style])
        _offer_choices(sheet, index, column)
    count = 0
    for count, obj in enumerate(rows, start=1):
        for index, column in enumerate(columns):
            _write(sheet, count, index, cell_value(column, obj), formats)
    _write_help(book, ledger, columns, formats)
    book.close()
    return count


def sheet_name(title: str) -> str:
    """A title as Excel accepts it for a sheet."""
    kept = "".join("_" if c in "[]:*?/\\'" else c for c in title).strip()
    return kept[:SHEET_NAME] or "Sheet"


def _formats(book: Any) -> dict[str, Any]:
    head = {"bold": True, "border": 1, "border_color": "#BFC7D1", "text_wrap": True, "valign": "vcenter"}
    body = {"valign": "top", "text_wrap": True}
    return {
        "head": book.add_format({**head, "bg_color": "#EEF2F7"}),
        "required": book.add_format({**head, "bg_color": "#FDEEDA"}),
        "key": book.add_format({**head, "bg_color": "#D9E6F7"}),
        "read_only": book.add_format({**head, "bg_color": "#E3E6EA", "font_color": "#55606E"}),
        "text": book.add_format(body),
        "risky": book.add_format({**body, "quote_prefix": True}),
        "date": book.add_format({**body, "num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({**body, "num_format": "yyyy-mm-dd hh:mm"}),
    }


def _write(sheet: Any, row: int, column: int, value: Any, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        value = str(value)
    if isinstance(value, dt.datetime):
        sheet.write_datetime(row, column, timezone.make_naive(value), formats["moment"])
    elif isinstance(value, dt.date):
        if value.year < 1900:
            sheet.write_string(row, column, value.isoformat(), formats["text"])
        else:
            sheet.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), formats["date"])
    elif isinstance(value, int | float | Decimal) and _keeps(value):
        sheet.write_number(row, column, value, formats["text"])
    else:
        text = str(value)[:MAX_TEXT]
        sheet.write_string(row, column, text, formats["risky" if text.startswith(RISKY) else "text"])


def _keeps(value: int | float | Decimal) -> bool:
    """Whether a spreadsheet's number holds the value with all its digits."""
    whole = abs(float(value)) < MAX_NUMBER
    return whole and (not isinstance(value, Decimal) or Decimal(f"{value:.15g}") == value)


def _offer_choices(sheet: Any, index: int, column: SheetField) -> None:
    options = list(column.choices.values()) if column.kind == "choice" else [_("是"), _("否")] if column.kind == "yes_no" else []
    if options and len(",".join(options)) <= LIST_LENGTH and not column.read_only:
        rule = {"validate": "list", "source": options, "error_type": "warning"}
        sheet.data_validation(1, index, CHECKED_ROWS, index, rule)


def _write_help(book: Any, ledger: Ledger, columns: list[SheetField], formats: dict[str, Any]) -> None:
    """The sheet that says how to fill in the other."""
    sheet = book.add_worksheet(_("填写说明"))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 16)
    sheet.set_column(2, 2, 44)
    sheet.set_column(3, 3, 60)
    for index, heading in enumerate((_("列"), _("要求"), _("可填内容"), _("说明"))):
        sheet.write_string(0, index, heading, formats["head"])
    for row, column in enumerate(columns, start=1):
        need = _("更新依据") if column.key else _("必填") if column.required else _("只读，导入时忽略") if column.read_only else _("选填")
        for index, text in enumerate((column.heading, need, column.accepted, str(column.spec.help))):
            sheet.write_string(row, index, text, formats["text"])
    notes = [
        _("在“%(sheet)s”表中填写后，可在本台账“导入”中上传。") % {"sheet": sheet_name(str(ledger.title))},
        _("蓝色表头为更新依据：与已有行相同的更新该行，不同的新增一行。"),
        _("不要改动表头文字；列的顺序可以调整。"),
    ]
    for offset, text in enumerate(notes if ledger.sheet is not None else []):
        sheet.write_string(len(columns) + 2 + offset, 0, text)
