"""The pieces of a red-headed paper (GB/T 9704-2012) that `kernel.paper` does not have: mark, red line, frame, foot, placeholders.

28 characters a line: 156 mm / 28 = 15.79 pt, less than the 16 pt of 3号. A character grid (linesAndChars) would say so, but
LibreOffice sets it far too wide; so every character is set 0.25 pt closer (28 x 15.75 = 441.0 of 442.2 pt), which both programs
obey. 22 lines: exactly 28 pt, on a line grid of 579 twips.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from .. import paper as p

RED = RGBColor(0xFF, 0, 0)
JUSTIFIED = WD_ALIGN_PARAGRAPH.JUSTIFY
WIDTH = 442.2
"""The type area's width in points (156 mm)."""
CLOSER = -5
"""Twentieths of a point between characters."""
FIRST, MIDDLE = 8, 0.7
"""The foot's lines: the outer ones in eighths of a point (0.35 mm), those between in points (0.25 mm)."""
_AFTER_SHADE = (
    "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct", "w:autoSpaceDE",
    "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing",
    "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap",
    "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
)  # fmt: skip
"""What follows w:shd within the properties of a paragraph, in the order of the schema."""


def start(title: str) -> Any:
    """An empty document whose characters stand 28 to a line."""
    document = p.new_document(title=title)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(CLOSER))
    document.styles["Normal"].element.get_or_add_rPr().insert_element_before(
        spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang"
    )
    first = document.paragraphs[0] if document.paragraphs else None
    if first is not None:
        first._p.getparent().remove(first._p)
    return document


def tag(document: Any, text: str) -> Any:
    """A paragraph that holds nothing but a placeholder of whole paragraphs ({%p ... %}); it is gone from the finished paper."""
    return p.paragraph(document, text)


def body(document: Any, text: str, *, indent: int = 2, **how: Any) -> Any:
    """A paragraph of the body: 3号 仿宋, two characters in, flush at both ends."""
    return p.paragraph(document, text, indent=indent, align=how.pop("align", JUSTIFIED), **how)


def blank(document: Any, lines: int = 1) -> None:
    """Empty lines."""
    for _number in range(lines):
        p.paragraph(document, "")


def mark(document: Any, text: str, *, size: float, before: float = 0.0) -> Any:
    """The red mark of the sender: 小标宋, centred; `before` in points above it."""
    made = p.paragraph(document, text, font=p.TITLE, size=size, align=p.CENTRE, line=size)
    made.paragraph_format.space_before = Pt(before)
    redden(made)
    return off_grid(made)


def off_grid(paragraph: Any) -> Any:
    """Let the paragraph's exact line be exact: LibreOffice otherwise stretches it to whole lines of the grid, Word does not."""
    held = OxmlElement("w:snapToGrid")
    held.set(qn("w:val"), "0")
    after = _AFTER_SHADE[_AFTER_SHADE.index("w:snapToGrid") + 1 :]
    paragraph._p.get_or_add_pPr().insert_element_before(held, *after)
    return paragraph


def redden(paragraph: Any) -> None:
    """Make the paragraph's text red."""
    for run in paragraph.runs:
        run.font.color.rgb = RED


def red_line(document: Any, *, gap: float = 4.0, eighths: int = 16) -> Any:
    """The red line as wide as the type area, `gap` mm below the line of text before it, `eighths` of a point thick."""
    made = p.paragraph(document, "", size=1, line=gap / 25.4 * 72)
    border(made, bottom=("single", eighths, "FF0000"))
    return off_grid(made)


def border(paragraph: Any, **sides: tuple[str, int, str]) -> None:
    """Lines at a paragraph's sides: (kind, eighths of a point, colour)."""
    properties = paragraph._p.get_or_add_pPr()
    held = OxmlElement("w:pBdr")
    for side in ("top", "bottom"):
        if side in sides:
            kind, eighths, colour = sides[side]
            line = OxmlElement(f"w:{side}")
            for name, value in (("val", kind), ("sz", eighths), ("space", 0), ("color", colour)):
                line.set(qn(f"w:{name}"), str(value))
            held.append(line)
    properties.insert_element_before(held, "w:shd", *_AFTER_SHADE)


def frame(paragraph: Any, *, top: float, width: float, height: float) -> None:
    """Put a paragraph at a fixed height of its page: millimetres from the paper's upper edge, centred on the paper."""
    _framed(
        paragraph,
        {
            "w": _twips(width), "h": _twips(height), "hRule": "exact", "wrap": "around", "vAnchor": "page",
            "hAnchor": "page", "x": _twips((210 - width) / 2), "y": _twips(top),
        },
    )  # fmt: skip


def _framed(paragraph: Any, values: Mapping[str, object]) -> None:
    properties = paragraph._p.get_or_add_pPr()
    held = OxmlElement("w:framePr")
    for name, value in values.items():
        held.set(qn(f"w:{name}"), str(value))
    before = [qn(f"w:{name}") for name in ("pStyle", "keepNext", "keepLines", "pageBreakBefore")]
    properties.insert(sum(1 for one in properties if one.tag in before), held)


def _twips(millimetres: float) -> int:
    return round(millimetres / 25.4 * 1440)


def ends(document: Any, left: str, right: str, *, font_right: str = p.BODY, size: float = p.SIZE_3) -> Any:
    """One line with a text one character in from either side."""
    made = p.paragraph(document, "\t", size=size)
    stops = made.paragraph_format.tab_stops
    stops.add_tab_stop(Pt(size))
    stops.add_tab_stop(Pt(WIDTH - size), WD_TAB_ALIGNMENT.RIGHT)
    p.run(made, f"{left}\t", size=size)
    p.run(made, right, size=size, font=font_right)
    return made


def signature(document: Any, name: str, day: str) -> None:
    """Who issues and when: the day four characters from the right edge, the name centred above it; room for the seal above."""
    p.paragraph(document, "", keep=True)
    p.paragraph(document, "", keep=True)
    made = p.paragraph(document, "\t" + name, keep=True)
    middle = WIDTH - 4 * p.SIZE_3 - 3.5 * p.SIZE_3  # half of "2026年11月27日": three signs and eight narrow digits
    made.paragraph_format.tab_stops.add_tab_stop(Pt(middle), WD_TAB_ALIGNMENT.CENTER)
    last = p.paragraph(document, day, align=p.RIGHT)
    last.paragraph_format.right_indent = Pt(4 * p.SIZE_3)
    last._p.get_or_add_pPr().get_or_add_ind().set(qn("w:rightChars"), "400")


def foot(document: Any, rows: Sequence[tuple[str, str, str]]) -> None:
    """The 版记: lines as wide as the type area, held at its lower edge on the page it falls on. `rows`: (condition or "", left
    text, right text); with a condition the row is there only if it holds.

    Paragraphs of one frame with one border around them, not a table: LibreOffice leaves a floating table where it stands, and the
    frame too when the borders differ. The lines between are therefore black paragraphs 0.25 mm high.
    """
    for number, (condition, left, right) in enumerate(rows, start=1):
        if condition:
            tag(document, f"{{%p if {condition} %}}")
        made = _foot_line(document, left, line=24)
        made.paragraph_format.first_line_indent = Pt(p.SIZE_4)
        if right:
            made.paragraph_format.tab_stops.add_tab_stop(Pt(WIDTH - p.SIZE_4), WD_TAB_ALIGNMENT.RIGHT)
            p.run(made, "\t" + right, size=p.SIZE_4)
        if number < len(rows):
            _blacken(_foot_line(document, "", line=MIDDLE))
        if condition:
            tag(document, "{%p endif %}")
    p.paragraph(document, "", size=1, line=1)  # what the frame hangs on


def _foot_line(document: Any, text: str, *, line: float) -> Any:
    made = p.paragraph(document, text, size=p.SIZE_4 if text else 1, line=line)
    border(made, top=("single", FIRST, "000000"), bottom=("single", FIRST, "000000"))
    _framed(
        made,
        {
            "w": _twips(156), "wrap": "around", "vAnchor": "margin", "hAnchor": "margin", "xAlign": "left",
            "yAlign": "bottom",
        },
    )  # fmt: skip
    return made


def _blacken(paragraph: Any) -> None:
    held = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "000000")):
        held.set(qn(f"w:{name}"), value)
    paragraph._p.get_or_add_pPr().insert_element_before(held, *_AFTER_SHADE)


def table_of(document: Any, path: str) -> Any:
    """A ruled table of whatever head and rows `path` holds when the paper is made; the head repeats on every page. Its columns take
    the width their contents want."""
    widths = [52.0, 52.0, 52.0]
    made = p.table(
        document, [f"{{%tc for head in {path}.head %}}", "{{ head }}", "{%tc endfor %}"], [], widths, centred=(1,)
    )
    p.add_row(made, [f"{{%tr for row in {path}.rows %}}", "", ""], widths=widths)
    p.add_row(made, ["{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"], widths=widths, centred=(1,))
    p.add_row(made, ["{%tr endfor %}", "", ""], widths=widths)
    made.autofit = True
    for held in list(made._tbl.iter(qn("w:tcW"))):
        held.set(qn("w:type"), "auto")
        held.set(qn("w:w"), "0")
    width = made._tbl.tblPr.find(qn("w:tblW"))
    if width is not None:
        width.set(qn("w:type"), "pct")
        width.set(qn("w:w"), "5000")
    return made
