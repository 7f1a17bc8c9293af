"""Files made for the tests of what may enter."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

import docx
import openpyxl
import pytest
import xlwt
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from bihuan.kernel.files import FileRefused, inspect_upload

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "0005fe02fe0000000049454e44ae426082"
)
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 40 + b"\xff\xd9"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00\x2c" + b"\x00" * 12 + b"\x00;"
BMP = b"BM" + struct.pack("<L", 60) + b"\0" * 4 + struct.pack("<L", 54) + b"\0" * 46


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word(*paragraphs: str, header: str = "") -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    return saved(document)


def sheet(*rows: list[Any]) -> bytes:
    book: Any = openpyxl.Workbook()
    for row in rows or (["甲", "乙"],):
        book.active.append(row)
    return saved(book)


def classic(*texts: str) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("S")
    for row, text in enumerate(texts or ("甲",)):
        page.write(row, 0, text)
    return saved(book)


def pdf(text: str = "", password: str = "", action: str = "") -> bytes:
    """One page. The text stands in a font that says itself which characters its codes mean."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    if text:
        lines = "".join(f"<{65 + n:02X}> <{ord(c):04X}>\n" for n, c in enumerate(text))
        table = StreamObject()
        table.set_data(
            f"begincmap 1 begincodespacerange <00> <FF> endcodespacerange {len(text)} beginbfchar\n"
            f"{lines}endbfchar endcmap".encode()
        )
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        named = DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()})
        named[NameObject("/ToUnicode")] = writer._add_object(table)
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(named)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        content = StreamObject()
        shown = bytes(65 + n for n in range(len(text))).hex().encode()
        content.set_data(b"BT /F1 12 Tf 20 150 Td <" + shown + b"> Tj ET")
        page[NameObject("/Contents")] = writer._add_object(content)
    if action:
        step = DictionaryObject({NameObject("/S"): NameObject(action)})
        writer._root_object[NameObject("/OpenAction")] = step
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def packed(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def changed(data: bytes, extra: dict[str, bytes | str] | None = None, drop: str = "") -> bytes:
    """A container with parts added or replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist() if name != drop}
    return packed({**parts, **(extra or {})})


OFD = packed(
    {"OFD.xml": "<ofd/>", "Doc_0/Pages/Page_0/Content.xml": "<p><TextObject><TextCode>正文</TextCode></TextObject></p>"}
)


def refused(data, name: str, **kwargs) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        inspect_upload(data, filename=name, **kwargs)
    text = str(caught.value.reasons[0])
    assert text and "%(" not in text
    assert not text.startswith("file.")
    return caught.value
