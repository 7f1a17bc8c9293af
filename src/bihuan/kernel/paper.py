"""Page and type of an official document: A4, margins 37/35/28/26 mm, 仿宋 3号, 28 pt lines, "— 1 —" at the foot.

The East Asian font of every run is set apart from the Latin one, else Word falls back to a Latin face. Fonts are named,
never embedded: the court's machines hold them. 28 pt exact lines and a line grid give 22 lines a page.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

BODY, TITLE, HEADING, SECOND, FOOT = "仿宋", "方正小标宋简体", "黑体", "楷体", "宋体"
LATIN = "Times New Roman"
SIZE_2, SIZE_3, SIZE_4, SIZE_S4, SIZE_5 = 22.0, 16.0, 14.0, 12.0, 10.5  # 二号 三号 四号 小四 五号, in points
_LINE = 28.0
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def day(value: dt.date | dt.datetime | None) -> str:
    """A day as documents write it, without leading zeros (GB/T 9704-2012 7.3.5.4); "" for none."""
    if value is None:
        return ""
    held = timezone.localtime(value).date() if isinstance(value, dt.datetime) else value
    return f"{held.year}年{held.month}月{held.day}日"


def clean(text: object) -> str:
    """Text as XML can hold it: control characters become a visible mark, so nothing vanishes unseen."""
    return _FORBIDDEN.sub("\ufffd", "" if text is None else str(text))


def new_document(*, title: str, landscape: bool = False) -> Any:
    """An empty document with page, styles and page numbers set."""
    document = Document()
    document.core_properties.title = clean(title)[:250]
    document.core_properties.author = ""
    document.core_properties.comments = ""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    top, bottom, left, right = 37, 35, 28, 26
    if landscape:  # the sheet turned, its binding edge on top
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        top, bottom, left, right = 28, 26, 37, 35
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.footer_distance = Mm(bottom - 7 - 5)
    section.header_distance = Mm(15)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "579")
    style = document.styles["Normal"]
    style.font.size = Pt(SIZE_3)
    _fonts(style.element.get_or_add_rPr(), BODY)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    _page_numbers(document)
    return document


def _fonts(properties: Any, east: str, latin: str = LATIN) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for name, value in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", east)):
        fonts.set(qn(f"w:{name}"), value)


def run(paragraph: Any, text: object, *, font: str = BODY, size: float = SIZE_3, bold: bool = False) -> Any:
    """Add text with both its fonts; line ends stay."""
    made = paragraph.add_run(clean(text))
    made.font.size = Pt(size)
    made.font.bold = bold
    _fonts(made._r.get_or_add_rPr(), font)
    return made


def paragraph(
    document: Any,
    text: object = "",
    *,
    font: str = BODY,
    size: float = SIZE_3,
    align: Any = None,
    indent: int = 0,
    line: float | None = _LINE,
    keep: bool = False,
) -> Any:
    """Add a paragraph; `indent` in characters of its size, `line` in points exactly (None: single)."""
    made = document.add_paragraph()
    shape = made.paragraph_format
    if line is not None:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    if indent:
        shape.first_line_indent = Pt(size * indent)
        made._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), str(indent * 100))
    if align is not None:
        made.alignment = align
    shape.keep_with_next = keep
    run(made, text, font=font, size=size)
    return made


def heading(document: Any, text: object) -> Any:
    """A heading of the first level: 黑体 3号."""
    return paragraph(document, text, font=HEADING, keep=True)


def title(document: Any, text: object, below: str = "") -> None:
    """The title: 2号 小标宋, centred; `below` is a line under it in 楷体."""
    paragraph(document, text, font=TITLE, size=SIZE_2, align=CENTRE, line=36, keep=True)
    if below:
        paragraph(document, below, font=SECOND, align=CENTRE, keep=True)
    paragraph(document, "", line=14)


def table(
    document: Any,
    heads: Sequence[object],
    rows: Iterable[Sequence[object]],
    widths: Sequence[float],
    *,
    size: float = SIZE_S4,
    centred: Sequence[int] = (),
) -> Any:
    """A ruled table whose heading row repeats on every page; `widths` in mm, `centred` the columns set in the middle."""
    made = _bare_table(document, widths)
    if heads:
        row = add_row(made, heads, size=size, centred=range(len(heads)), font=HEADING, widths=widths)
        mark = OxmlElement("w:tblHeader")
        row._tr.get_or_add_trPr().append(mark)
    for cells in rows:
        add_row(made, cells, size=size, centred=centred, widths=widths)
    return made


def _bare_table(document: Any, widths: Sequence[float]) -> Any:
    made = document.add_table(rows=0, cols=len(widths))
    made.style = document.styles["Table Grid"]
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 45), ("left", 85), ("bottom", 45), ("right", 85)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(twips))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties = made._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    properties.insert(list(properties).index(look) if look is not None else len(properties), margins)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    return made


def add_row(
    made: Any,
    cells: Sequence[object],
    *,
    widths: Sequence[float],
    size: float = SIZE_S4,
    font: str = BODY,
    centred: Iterable[int] = (),
) -> Any:
    """Add a row that is not torn by a page end unless it is long."""
    row = made.add_row()
    if max((len(str(cell or "")) for cell in cells), default=0) < 400:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    middle = set(centred)
    for index, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
        cell.width = Mm(widths[index])
        fill(cell, text, size=size, font=font, align=CENTRE if index in middle else LEFT)
    return row


def fill(cell: Any, text: object, *, size: float = SIZE_S4, font: str = BODY, align: Any = LEFT) -> None:
    """Set a cell's text, one paragraph a line."""
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    lines = clean(text).split("\n")
    for number, line in enumerate(lines):
        made = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        made.alignment = align
        made.paragraph_format.line_spacing = 1.0
        made._p.get_or_add_pPr().append(_no_grid())
        if line or len(lines) == 1:
            run(made, line, font=font, size=size)


def join(row: Any, first: int, last: int, text: object, *, size: float = SIZE_S4) -> None:
    """Make cells `first` to `last` of a row one and set its text."""
    cell = row.cells[first].merge(row.cells[last])
    for extra in cell.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)
    fill(cell, text, size=size)


def signature(document: Any, name: object, day: object) -> None:
    """Who signs and when: the day four characters from the right edge, the name centred above it."""
    width = SIZE_3 * max(len(str(name)), len(str(day)))
    for text in (name, day):
        made = paragraph(document, text, align=CENTRE, keep=True)
        made.paragraph_format.left_indent = Mm(156) - Pt(width + SIZE_3 * 4)
        made.paragraph_format.right_indent = Pt(SIZE_3 * 4)


def merge_down(cell: Any, *, restart: bool) -> None:
    """Let a cell (its element) begin a merge down the column, or go on with it."""
    properties = cell.get_or_add_tcPr()
    merge = OxmlElement("w:vMerge")
    if restart:
        merge.set(qn("w:val"), "restart")
    properties._insert_vMerge(merge)


def _no_grid() -> Any:
    off = OxmlElement("w:snapToGrid")
    off.set(qn("w:val"), "0")
    return off


def _page_numbers(document: Any) -> None:
    """— 1 — in 4号 宋体: right on odd pages, left on even ones, one character in."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, align in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
        footer.is_linked_to_previous = False
        made = footer.paragraphs[0]
        made.alignment = align
        ind = made._p.get_or_add_pPr().get_or_add_ind()
        ind.set(qn("w:rightChars" if align is RIGHT else "w:leftChars"), "100")
        for text, field in (("— ", ""), ("", "PAGE"), (" —", "")):
            piece = run(made, text, font=FOOT, size=SIZE_4)
            _fonts(piece._r.get_or_add_rPr(), FOOT, FOOT)
            if field:
                _field(piece, field)


def _field(piece: Any, code: str) -> None:
    for kind in ("begin", "code", "separate", "shown", "end"):
        if kind == "code":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = code
        elif kind == "shown":
            element = OxmlElement("w:t")
            element.text = "1"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        piece._r.append(element)


def content(document: Any) -> bytes:
    """The document as a .docx."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
