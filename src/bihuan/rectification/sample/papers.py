"""Small files for the demo's evidence: each with content of its own, as the register of evidence knows files by content."""

from __future__ import annotations

import datetime as dt
import io

import xlsxwriter
from docx import Document

SHEETS = frozenset({"ledger", "record", "data", "voucher"})


def paper(kind: str, title: str, measure: str, day: dt.date) -> tuple[io.BytesIO, str]:
    """The file of a piece of evidence and its name: a sheet for ledgers and data, else a Word page."""
    out = io.BytesIO()
    lines = (title, f"措施编号：{measure}", f"形成日期：{day.isoformat()}", "本文件由演示环境生成，内容为虚构。")
    if kind in SHEETS:
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            sheet = book.add_worksheet("材料")
            for row, line in enumerate(lines):
                sheet.write(row, 0, line)
        suffix = "xlsx"
    else:
        page = Document()
        for line in lines:
            page.add_paragraph(line)
        page.save(out)
        suffix = "docx"
    out.seek(0)
    return out, f"{title[:60].replace('/', '、')}.{suffix}"
