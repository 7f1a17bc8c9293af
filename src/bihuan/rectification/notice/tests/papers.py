"""Files made for tests: PDFs with letters at given places, Word files with automatic numbers, tables and changes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

Line = tuple[float, float, str]
"""x and y in points from the lower left corner, and the words."""
SIZE = 12
LEFT, TOP, WIDTH = 70.0, 760.0, 30
"""Left margin, first line, and how many letters a full line has."""


def pdf(pages: Sequence[Sequence[Line]]) -> bytes:
    """A PDF whose letters stand where they are said to; its font maps codes to characters and holds no shapes."""
    letters = sorted({char for page in pages for _, _, words in page for char in words})
    codes = {char: number for number, char in enumerate(letters, start=1)}
    pairs = "\n".join(f"<{code:04X}> <{char.encode('utf-16-be').hex()}>" for char, code in codes.items())
    unicode_map = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{pairs}\nendbfchar endcmap end end"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{6 + 2 * n} 0 R' for n in range(len(pages)))}] >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /T /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /T /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        b" /Supplement 0 >> /DW 1000 >>",
        _stream(unicode_map.encode()),
    ]
    for number, page in enumerate(pages):
        written = [
            f"BT /F1 {SIZE} Tf 1 0 0 1 {x} {y} Tm <{''.join(f'{codes[c]:04X}' for c in words)}> Tj ET" for x, y, words in page
        ]
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {7 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(_stream("\n".join(written).encode()))
    return whole(objects)


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def whole(objects: Sequence[bytes]) -> bytes:
    """A PDF file of these objects, the first of them the catalog."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def typeset(lines: Sequence[str], *, indent: int = 2, a_page: int = 20, running: str = "巡察整改公开") -> list[list[Line]]:
    """Paragraphs broken into full lines as a typesetter does, with a running head and a page number on every page."""
    printed: list[tuple[float, str]] = []
    for line in lines:
        rest, start = line, indent
        while rest:
            room = max(n for n in range(len(rest) + 1) if _letters(rest[:n]) <= WIDTH - start)
            printed.append((LEFT + start * SIZE, rest[:room]))
            rest, start = rest[room:], 0
    pages: list[list[Line]] = []
    for first in range(0, len(printed), a_page):
        number = len(pages) + 1
        page: list[Line] = [(LEFT + 100, TOP + 40, running)] if running else []
        page += [(x, TOP - 22 * n, words) for n, (x, words) in enumerate(printed[first : first + a_page])]
        page.append((LEFT + 170, 40, f"— {number} —"))
        pages.append(page)
    return pages


def _letters(words: str) -> float:
    """How many letters wide: ASCII counts half."""
    return sum(1 if ord(char) > 0x2E7F else 0.5 for char in words)


# ---- Word

LEVELS = """<w:abstractNum {ns} w:abstractNumId="{id}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>"""
LEVEL = """<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{format}"/><w:lvlText w:val="{text}"/></w:lvl>"""


def numbered_document(levels: Sequence[tuple[str, str]]) -> tuple[Any, str]:
    """A document with one list of the given levels (format, text); returns it with the list's number."""
    document = docx.Document()
    root = document.part.numbering_part.element
    body = "".join(LEVEL.format(n=n, format=form, text=text) for n, (form, text) in enumerate(levels))
    root.insert(0, parse_xml(LEVELS.format(ns=nsdecls("w"), id=77, levels=body)))
    add_number(document, "77", "77")
    return document, "77"


def add_number(document: Any, number: str, abstract: str, restart: int | None = None) -> None:
    override = (
        f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{restart}"/></w:lvlOverride>' if restart is not None else ""
    )
    document.part.numbering_part.element.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{override}</w:num>')
    )


def number_paragraph(paragraph: Any, number: str, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
    )


def delete_run(run: Any) -> None:
    """Mark a run as deleted with changes tracked."""
    element = run._r
    for text in element.findall(qn("w:t")):
        text.tag = qn("w:delText")
    gone = parse_xml(f'<w:del {nsdecls("w")} w:id="1" w:author="x"/>')
    element.addprevious(gone)
    gone.append(element)


def saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
