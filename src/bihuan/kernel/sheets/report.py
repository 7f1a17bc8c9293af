"""The report of a dry run as a workbook: every row as it was in the sheet, with its outcome and the reasons."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from .. import access
from ..ledger.declaration import Ledger
from ..ledger.export import MAX_NUMBER, MAX_TEXT, RISKY, sheet_name
from ..models.imports import ImportDraft, ImportRow, RowAction
from ..models.org import Person
from ..wording import message_of
from .columns import importable
from .drafts import ledger_of, read
from .staging import STAGED


def workbook(draft: ImportDraft, actor: Person) -> bytes:
    """The report's bytes. Totals and remarks, which are no data, are in it too and said to be so. Raises Refused.

    Rows pass through one by one, both the sheet's and the staged ones: a long report needs no more memory than a short one.
    """
    table = read(draft)
    accepted = accepted_of(ledger_of(draft))
    labels = {value: str(label) for value, label in RowAction.choices}
    last = len(table.headings) + 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(str(path), options)
        styles = _styles(book)
        sheet = book.add_worksheet(sheet_name(_("导入报告")))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, len(table.headings), 18)
        sheet.set_column(last, last, 12)
        sheet.set_column(last + 1, last + 1, 70)
        for index, text in enumerate((_("行号"), *table.headings, _("结果"), _("原因"))):
            sheet.write_string(0, index, text, styles["head"])
        at = 0
        staged = _staged(draft, actor)
        found = next(staged, None)
        for at, row in enumerate(table.each(), start=1):
            sheet.write_number(at, 0, row.number)
            for index, cell in enumerate(row.cells, start=1):
                _write(sheet, at, index, cell, styles)
            while found is not None and found[0] < row.number:
                found = next(staged, None)
            _number, action, problems = found if found is not None and found[0] == row.number else (0, "", [])
            outcome = labels[action] if action else _("合计或说明行，未作为数据")
            sheet.write_string(at, last, outcome, styles["bad" if action == RowAction.REFUSED else "text"])
            reasons = "\n".join(reason(problem, accepted) for problem in problems)
            sheet.write_string(at, last + 1, reasons[:MAX_TEXT], styles["text"])
        sheet.autofilter(0, 0, max(at, 1), last + 1)
        book.close()
        return path.read_bytes()


def _staged(draft: ImportDraft, actor: Person) -> Iterator[tuple[int, str, list[dict[str, Any]]]]:
    """Number, outcome and problems of the staged rows, in the sheet's order."""
    rows = access.visible(actor, ImportRow).filter(draft=draft, check_no=draft.check_no).order_by("number")
    last = 0
    while part := list(rows.filter(number__gt=last).values_list("number", "action", "problems")[:STAGED]):
        yield from part
        last = part[-1][0]


def _styles(book: Any) -> dict[str, Any]:
    text = {"valign": "top", "text_wrap": True}
    return {
        "head": book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1, "border_color": "#BFC7D1"}),
        "text": book.add_format(text),
        "risky": book.add_format({**text, "quote_prefix": True}),
        "date": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm"}),
        "bad": book.add_format({**text, "font_color": "#B3261E"}),
    }


def accepted_of(ledger: Ledger) -> dict[str, str]:
    """What each field's cells may hold, in words."""
    return {f.name: f.accepted for f in importable(ledger)}


def told(problem: dict[str, Any], accepted: dict[str, str]) -> dict[str, Any]:
    """A stored problem to be shown: the cell's value and what is accepted are named where the reason itself does not."""
    params = problem["why"].get("params", {})
    return {
        "column": problem["column"],
        "why": message_of(problem["why"]),
        "value": "" if problem["note"] or "value" in params else problem["value"],
        "accepted": "" if problem["note"] or params.get("accepted") else accepted.get(problem["name"], ""),
        "note": problem["note"],
    }


def reason(problem: dict[str, Any], accepted: dict[str, str]) -> str:
    """A stored problem as one sentence."""
    shown = told(problem, accepted)
    text = str(shown["why"])
    if shown["column"]:
        text = _("“%(column)s”：%(why)s") % {"column": shown["column"], "why": text}
    return _("%(text)s 可填：%(may)s。") % {"text": text, "may": shown["accepted"]} if shown["accepted"] else text


def _write(sheet: Any, row: int, column: int, value: Any, styles: dict[str, Any]) -> None:
    """A cell as it was. What a spreadsheet would read as a formula stays text."""
    if value is None:
        return
    if isinstance(value, dt.datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), styles["moment"])
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), styles["date"])
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MAX_NUMBER:
        sheet.write_number(row, column, value, styles["text"])
    else:
        text = str(value)[:MAX_TEXT]
        sheet.write_string(row, column, text, styles["risky" if text.startswith(RISKY) else "text"])
