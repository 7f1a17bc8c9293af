"""Contents and hostile files the tests of papers share."""

from __future__ import annotations

import io
import zipfile

from docx import Document

KNOWN = {
    "figures.closed": "结案数",
    "figures.rate": "审限内结案率",
    "texts.summary": "总体情况",
    "tables.due": "到期与逾期事项",
}
LINE = "各部门应当对照清单逐项核实并在规定期限以内报送结果"


def context(**paper):
    """Contents for KNOWN."""
    return {
        "figures": {"closed": "1,187 件", "rate": "99.67%"},
        "texts": {"summary": ["甲" + LINE * 40 + "。", "责任 <明确> & 到人。"]},
        "tables": {"due": {"head": ["编号", "事项", "到期日"], "rows": [["一-1", "建立台账", "3月1日"], ["一-2", "复查", "4月2日"]]}},
        "paper": {
            "title": "关于报送核实结果的通知", "org": "某某区人民法院", "number": "某法〔2026〕12号", "issue": "第5期",
            "date": "2026年3月5日", "signer": "某甲", "to_main": "各部门", "to_report": "院党组", "to_send": "上级法院",
            "to_issue": "各部门", "printed": "2026年3月5日", "copy_no": "000012", "urgency": "特急",
            "attachments": ["清单", "明细"], "attendees": ["某甲", "某乙"], "cc": "上级法院", **paper,
        },
    }  # fmt: skip


def docx(*lines, header=""):
    """A .docx with a paragraph for each line; a list of pieces is one paragraph cut into runs."""
    document = Document()
    for line in lines:
        made = document.add_paragraph()
        for piece in [line] if isinstance(line, str) else line:
            made.add_run(piece)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def texts(content):
    """The paragraphs of a .docx outside and inside its tables."""
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [one.text for one in document.paragraphs] + cells


def altered(content, name, change):
    """The .docx with one entry changed (or made, from b"")."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            data = old.read(entry)
            new.writestr(entry, change(data) if entry == name else data)
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return out.getvalue()
