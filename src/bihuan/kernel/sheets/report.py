"""The report of a dry run as a workbook: every row as it was in the sheet, with its outcome and the reasons."""

from __future__ import annotations

import datetime as dt
import io
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


def workbook(draft: ImportDraft, actor: Person) -> bytes:
    """The report's bytes. Totals and remarks, which are no data, are in it too and said to be so. Raises Refused."""
    table = read(draft)
    accepted = accepted_of(ledger_of(draft))
    rows = access.visible(actor, ImportRow).filter(draft=draft, check_no=draft.check_no)
    found = {
        number: (action, problems) for number, action, problems in rows.values_list("number", "action", "problems")
    }
    labels = {value: str(label) for value, label in RowAction.choices}
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1, "border_color": "#BFC7D1"})
    styles = {
        "text": book.add_format({"valign": "top", "text_wrap": True}),
        "risky": book.add_format({"valign": "top", "text_wrap": True, "quote_prefix": True}),
        "date": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm"}),
        "bad": book.add_format({"valign": "top", "text_wrap": True, "font_color": "#B3261E"}),
    }
    sheet = book.add_worksheet(sheet_name(_("导入报告")))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, len(table.headings), 18)
    sheet.set_column(len(table.headings) + 1, len(table.headings) + 1, 12)
    sheet.set_column(len(table.headings) + 2, len(table.headings) + 2, 70)
    for index, text in enumerate((_("行号"), *table.headings, _("结果"), _("原因"))):
        sheet.write_string(0, index, text, head)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.headings) + 2)
    for at, row in enumerate(table.rows, start=1):
        sheet.write_number(at, 0, row.number)
        for index, cell in enumerate(row.cells, start=1):
            _write(sheet, at, index, cell, styles)
        action, problems = found.get(row.number, ("", []))
        outcome = labels[action] if action else _("合计或说明行，未作为数据")
        bad = styles["bad"] if action == RowAction.REFUSED else styles["text"]
        sheet.write_string(at, len(table.headings) + 1, outcome, bad)
        reasons = "\n".join(reason(problem, accepted) for problem in problems)
        sheet.write_string(at, len(table.headings) + 2, reasons[:MAX_TEXT], styles["text"])
    book.close()
    return out.getvalue()


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
