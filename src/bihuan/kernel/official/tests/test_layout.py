"""GB/T 9704-2012 measured: in the .docx itself, and where LibreOffice is installed on the pages it makes."""

import io
import re
from itertools import pairwise

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from bihuan.kernel.official import (
    LAYOUTS,
    converter,
    default_template,
    fonts,
    missing_fonts,
    named_fonts,
    render,
    to_pdf,
)

from .papers import KNOWN, context, docx

pytestmark = pytest.mark.once

with_office = pytest.mark.skipif(converter() is None, reason="LibreOffice is not installed on this machine")
HAN = re.compile(r"[\u4e00-\u9fff]")


def made(layout, **paper):
    return Document(io.BytesIO(render(default_template(layout, KNOWN), context(**paper))))


def line_of(document, text):
    return next(one for one in document.paragraphs if text in one.text)


def value(paragraph, path, name="val"):
    found = paragraph._p.find(path, {"w": qn("w:x")[1:-2]})
    return None if found is None else found.get(qn(f"w:{name}"))


def font(paragraph, text=""):
    run = next(one for one in paragraph.runs if text in one.text and one.text)
    return run._r.rPr.rFonts.get(qn("w:eastAsia")), int(value(paragraph, ".//w:rPr/w:sz"))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_page_its_grid_and_the_body(layout):
    document = made(layout)
    section = document.sections[0]._sectPr
    size, margins, grid = (section.find(qn(f"w:{name}")) for name in ("pgSz", "pgMar", "docGrid"))
    assert (size.get(qn("w:w")), size.get(qn("w:h"))) == ("11906", "16838")
    twips = [int(margins.get(qn(f"w:{side}"))) for side in ("top", "bottom", "left", "right")]
    assert all(abs(found - wanted) <= 1 for found, wanted in zip(twips, (2098, 1984, 1588, 1474), strict=True))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    body = line_of(document, "责任 <明确>")
    assert font(body) == ("仿宋", 32)
    assert value(body, ".//w:spacing", "lineRule") == "exact"
    assert value(body, ".//w:spacing", "line") == "560"
    assert value(body, ".//w:ind", "firstLineChars") == "200"
    assert value(body, ".//w:jc") == "both"
    spacing = int(document.styles["Normal"].element.rPr.find(qn("w:spacing")).get(qn("w:val")))
    width = (11906 - 1588 - 1474) / 20
    assert 28 * (16 + spacing / 20) <= width < 29 * (16 + spacing / 20)
    assert font(line_of(document, "总体情况")) == ("黑体", 32)


def test_a_red_headed_paper():
    document = made("notice")
    lines = document.paragraphs
    assert [one.text for one in lines[:3]] == ["000012", "", "特急"]
    assert font(lines[2]) == ("黑体", 32)
    mark = line_of(document, "某某区人民法院文件")
    assert font(mark)[0] == "方正小标宋简体"
    assert value(mark, ".//w:rPr/w:color") == "FF0000"
    above = sum(int(value(one, ".//w:spacing", "line")) for one in lines[:3]) + int(
        value(mark, ".//w:spacing", "before")
    )
    assert abs(above / 1440 * 25.4 - 35) < 0.1, "the mark stands 35 mm below the upper edge of the type area"
    number = line_of(document, "某法〔2026〕12号")
    assert number.text == "\t某法〔2026〕12号\t签发人：某甲"
    assert font(number, "某甲")[0] == "楷体"
    red = number._p.getnext()
    rule = red.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}")
    assert (rule.get(qn("w:color")), rule.get(qn("w:val")), rule.get(qn("w:sz"))) == ("FF0000", "single", "16")
    gap = int(red.find(f".//{qn('w:spacing')}").get(qn("w:line")))
    assert abs(gap / 1440 * 25.4 - 4) < 0.1, "4 mm below the number"
    assert red.find(f".//{qn('w:ind')}") is None, "as wide as the type area"
    title = line_of(document, "关于报送核实结果的通知")
    assert font(title) == ("方正小标宋简体", 44)
    assert value(title, ".//w:jc") == "center"
    texts = [one.text for one in lines]
    at = texts.index(title.text)
    assert texts[at - 2 : at] == ["", ""]
    assert texts[at + 1 : at + 3] == ["", "各部门："]
    assert [one for one in texts if one.endswith((".清单", ".明细"))] == ["附件：1.清单", "　　　2.明细"]
    day = lines[texts.index("2026年3月5日")]
    assert value(day, ".//w:ind", "rightChars") == "400"
    name = texts.index("\t某某区人民法院")
    assert name == texts.index("2026年3月5日") - 1


def test_downward_the_number_stands_in_the_middle():
    number = line_of(made("notice", signer=""), "某法〔2026〕12号")
    assert number.text == "某法〔2026〕12号"
    assert value(number, ".//w:jc") == "center"


def test_one_attachment_has_no_number():
    assert line_of(made("notice", attachments=["清单"]), "附件").text == "附件：清单"


def test_the_foot_of_a_briefing():
    lines = made("briefing").paragraphs
    foot = [one for one in lines if one._p.pPr.find(qn("w:framePr")) is not None]
    shown = [one.text for one in foot if one.text]
    assert shown == ["报：院党组", "送：上级法院", "发：各部门", "某某区人民法院\t2026年3月5日印发"]
    for one in foot:
        frame = one._p.pPr.find(qn("w:framePr"))
        assert (frame.get(qn("w:vAnchor")), frame.get(qn("w:yAlign"))) == ("margin", "bottom")
        assert int(frame.get(qn("w:w"))) == round(156 / 25.4 * 1440)
        edges = [(e.tag, e.get(qn("w:sz"))) for e in one._p.pPr.find(qn("w:pBdr"))]
        assert edges == [(qn("w:top"), "8"), (qn("w:bottom"), "8")], "0.35 mm"
    between = [one for one in foot if not one.text]
    assert [value(one, ".//w:shd", "fill") for one in between] == ["000000"] * 3
    assert {value(one, ".//w:spacing", "line") for one in between} == {"14"}, "0.25 mm"
    assert font(foot[0]) == ("仿宋", 28)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_page_numbers_stand_outside_on_odd_and_even_pages(layout):
    document = made(layout)
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, side, align in (
        (section.footer, "rightChars", "right"),
        (section.even_page_footer, "leftChars", "left"),
    ):
        line = footer.paragraphs[0]
        assert line.text == "— 1 —"
        assert value(line, ".//w:ind", side) == "100"
        assert value(line, ".//w:jc") == align
        assert font(line) == ("宋体", 28)


def test_a_letter_has_its_double_lines_and_no_number_on_its_first_page():
    document = made("letter")
    section = document.sections[0]
    assert section.different_first_page_header_footer
    mark = line_of(document, "某某区人民法院")
    assert value(mark, ".//w:framePr", "y") == str(round(30 / 25.4 * 1440))
    upper = mark._p.getnext()
    frame = upper.find(f".//{qn('w:framePr')}")
    assert int(frame.get(qn("w:w"))) == round(170 / 25.4 * 1440)
    assert upper.find(f".//{qn('w:top')}").get(qn("w:val")) == "thickThinSmallGap"
    lower = section.first_page_footer.paragraphs[0]
    rule = lower._p.find(f".//{qn('w:bottom')}")
    assert (rule.get(qn("w:val")), rule.get(qn("w:color")), lower.text) == ("thinThickSmallGap", "FF0000", "")
    assert abs(section.footer_distance.mm - 20) < 0.1
    left, right = lower.paragraph_format.left_indent.mm, lower.paragraph_format.right_indent.mm
    assert abs(156 - left - right - 170) < 0.2


def test_fonts_are_named_and_the_missing_ones_said(monkeypatch):
    paper = render(default_template("notice", KNOWN), context())
    assert {"方正小标宋简体", "仿宋", "黑体", "楷体", "宋体", "Times New Roman"} <= set(named_fonts(paper))
    monkeypatch.setattr(fonts, "installed", lambda: frozenset({"仿宋", "黑体", "楷体", "宋体", "times new roman"}))
    assert missing_fonts(paper) == ["方正小标宋简体"]
    monkeypatch.setattr(fonts, "installed", lambda: None)
    assert "仿宋" in missing_fonts(paper), "where it cannot be told, every font is named"


def test_fonts_of_styles_that_are_not_used_are_no_matter():
    assert "Courier" not in named_fonts(docx("x"))


# ---- the pages ----------------------------------------------------------------------------------------------


@with_office
@pytest.mark.parametrize("layout", ["briefing", "letter"])
def test_28_characters_a_line_and_22_lines_a_page(layout):
    pages = PdfReader(io.BytesIO(to_pdf(render(default_template(layout, KNOWN), context())))).pages
    lines = letters(pages[1])
    body = [(y, text) for y, text in lines if "—" not in text]
    assert len(body) == 22
    assert {len(HAN.findall(text)) for _y, text in body} == {28}
    pitch = {round(upper - lower, 1) for (upper, _a), (lower, _b) in pairwise(body)}
    assert all(27.9 <= step <= 29.1 for step in pitch)
    assert [text for _y, text in lines if "2" in text] == ["— 2 —"]
    if layout == "briefing":
        (foot,) = [y for y, text in letters(pages[-1]) if "印发" in text]
        edge = 35 / 25.4 * 72
        assert edge < foot < edge + 24, "the foot stands at the lower edge of the type area"


def letters(page):
    """The lines of a page from above: (height, text)."""
    held = {}

    def visit(text, cm, tm, _font, _size):
        if text.strip():
            y = round(tm[4] * cm[1] + tm[5] * cm[3] + cm[5])
            held.setdefault(y, []).append((tm[4] * cm[0] + cm[4], text.replace("\n", "")))

    page.extract_text(visitor_text=visit)
    return [(y, "".join(text for _x, text in sorted(row)).strip()) for y, row in sorted(held.items(), reverse=True)]
