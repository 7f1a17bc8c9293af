"""The places a paper has, and the text of a .docx paragraph by paragraph with its placeholders."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn
from lxml import etree

PAPER: dict[str, bool] = {
    "title": False, "mark": False, "org": False, "number": False, "issue": False, "date": False, "signer": False,
    "copy_no": False, "secrecy": False, "urgency": False, "to_main": False, "to_report": False, "to_send": False,
    "to_issue": False, "cc": False, "printed_by": False, "printed": False, "copies": False, "note": False,
    "contact": False, "attachments": True, "attendees": True,
}  # fmt: skip
"""What `paper.` offers; True: a list. What is not handed over is empty."""

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_AROUND = 24


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a part: `number` from 1, its text with breaks as "\\n" and anything odd as "\\ufffc", the table row it is in
    (None outside tables)."""

    part: str
    number: int
    text: str
    row: Any
    element: Any

    def around(self, at: int, end: int) -> str:
        """The text about a place, on one line."""
        cut = self.text[max(0, at - _AROUND) : end + _AROUND]
        return " ".join(cut.replace("\ufffc", " ").split())[:120]


def paragraphs(docx: bytes) -> Iterator[list[Paragraph]]:
    """Part by part, the paragraphs of what a template fills. Raises etree.XMLSyntaxError, BadZipFile."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        for name in sorted(archive.namelist(), key=lambda one: (not one.endswith("document.xml"), one)):
            found = _PART.fullmatch(name)
            if found:
                part = {"document": "body"}.get(found[1], found[1].rstrip("0123456789"))
                root = etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False))
                yield [
                    Paragraph(part, number, text_of(one), next(one.iterancestors(qn("w:tr")), None), one)
                    for number, one in enumerate(root.iter(qn("w:p")), start=1)
                ]


_TEXT, _DELETED, _INSTRUCTION = qn("w:t"), qn("w:delText"), qn("w:instrText")
_BREAKS = {qn("w:br"), qn("w:cr"), qn("w:tab")}
_ODD = {
    _DELETED,
    _INSTRUCTION,
    qn("w:drawing"),
    qn("w:pict"),
    qn("w:object"),
    qn("w:fldChar"),
    qn("w:footnoteReference"),
}


def text_of(paragraph: Any) -> str:
    """A paragraph's text. Paragraphs within it (text boxes) are their own."""
    out: list[str] = []

    def walk(element: Any) -> None:
        for child in element:
            if child.tag == _TEXT:
                out.append(child.text or "")
            elif child.tag in _BREAKS and child.getparent().tag == qn("w:r"):
                out.append("\n")
            elif child.tag in _ODD:
                out.append("\ufffc")
            elif child.tag != qn("w:p") and isinstance(child.tag, str):
                walk(child)

    walk(paragraph)
    return "".join(out)
