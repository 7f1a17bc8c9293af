"""Word files: numbers that are not in the text, headings by style, tables with merged cells, changes, what stands aside."""

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest

from bihuan.rectification.notice import UnreadableNotice, read_notice, source_of
from bihuan.rectification.notice.numbering import number_text

from .papers import add_number, delete_run, number_paragraph, numbered_document, saved
from .test_layouts import check_spans, load
from .test_random import nothing_lost

DATA = Path(__file__).parent / "data"
OPENING = [
    "中共甲县人民法院党组关于巡察整改进展情况的通报",
    "2024年3月1日至5月20日，县委第一巡察组对我院党组开展了巡察，2024年7月9日反馈了意见。现将整改情况通报如下。",
]
ENDING = ["联系电话：0790-3300119", "2025年2月1日"]
FOUR = [("chineseCounting", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3."), ("decimal", "（%4）")]


def problems(notice):
    return [
        (p.section, p.no, p.title, [(s.no, s.title, s.measures_text) for s in p.subproblems]) for p in notice.problems
    ]


def read(document):
    notice = read_notice(source_of(saved(document), name="通报.docx"))
    check_spans(notice)
    nothing_lost(notice)
    return notice


def test_numbers_word_counts_itself_are_written_out():
    """The text of such a file has no 一、 and no 1. at all: without them it holds no problem."""
    text = (DATA / "three.txt").read_text("utf-8").strip().split("\n")
    document, number = numbered_document(FOUR)
    marks = [r"[一二三四]、", r"（[一二三四]）", r"\d\.", r"（\d）"]
    for line in text:
        level = next((n for n, mark in enumerate(marks) if re.match(mark, line)), None)
        paragraph = document.add_paragraph(line if level is None else re.sub(f"^{marks[level]}", "", line))
        if level is not None:
            number_paragraph(paragraph, number, level)
    notice, (wanted, _) = read(document), load("three")
    assert problems(notice) == problems(wanted)
    assert notice.text == "\n".join(text)


def test_a_list_begins_again_where_word_says_so():
    document, number = numbered_document([("decimal", "%1."), ("lowerLetter", "%1-%2)")])
    add_number(document, "78", "77", restart=1)
    for words, which, level in (("甲", number, 0), ("乙", number, 1), ("丙", number, 0), ("丁", number, 1), ("戊", "78", 0)):
        number_paragraph(document.add_paragraph(words), which, level)
    document.add_paragraph("己")
    assert source_of(saved(document), name="a.docx").text.split("\n") == ["1.甲", "1-a)乙", "2.丙", "2-a)丁", "1.戊", "己"]


@pytest.mark.parametrize(("kind", "number", "shown"), [
    ("decimal", 12, "12"), ("chineseCounting", 21, "二十一"), ("japaneseCounting", 10, "十"), ("ideographTraditional", 3, "丙"),
    ("decimalEnclosedCircleChinese", 4, "④"), ("decimalEnclosedParen", 2, "⑵"), ("upperRoman", 14, "XIV"), ("lowerRoman", 9, "ix"),
    ("upperLetter", 3, "C"), ("decimalZero", 7, "07"), ("chineseCounting", 120, "120"), ("lowerLetter", 40, "40"),
])  # fmt: skip
def test_formats_of_numbers(kind, number, shown):
    assert number_text(kind, number) == shown


def test_headings_known_only_by_their_style():
    document = docx.Document()
    for line in OPENING:
        document.add_paragraph(line)
    document.add_heading("反馈问题整改落实情况", 1)
    document.add_heading("履行职能方面的问题", 2)
    for title, body in (("卷宗借阅登记不全", "补登41册。"), ("送达回证缺漏", "补齐回证9份。")):
        document.add_heading(title, 3)
        document.add_paragraph(f"整改情况：{body}")
    document.add_heading("队伍建设方面的问题", 2)
    document.add_heading("轮岗不及时", 3)
    document.add_paragraph("整改情况：轮岗4人。")
    for line in ENDING:
        document.add_paragraph(line)
    notice = read(document)
    assert [(p.section, p.title, p.subproblems[0].measures_text) for p in notice.problems] == [
        ("履行职能方面的问题", "卷宗借阅登记不全", "补登41册。"), ("履行职能方面的问题", "送达回证缺漏", "补齐回证9份。"),
        ("队伍建设方面的问题", "轮岗不及时", "轮岗4人。"),
    ]  # fmt: skip
    assert notice.unplaced == []


def table_document(rows, merged=()):
    document = docx.Document()
    for line in [*OPENING, "二、反馈问题整改落实情况"]:
        document.add_paragraph(line)
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for r, row in enumerate(rows):
        for c, words in enumerate(row):
            table.cell(r, c).text = words
    for (top, left), (bottom, right) in merged:
        words = table.cell(top, left).text
        table.cell(top, left).merge(table.cell(bottom, right)).text = words
    for line in ENDING:
        document.add_paragraph(line)
    return document


def test_a_table_of_problems_measures_and_results():
    rows = [
        ["序号", "巡察反馈问题", "具体问题", "整改措施", "整改成效", "责任人"],
        ["（一）履行职能方面", "", "", "", "", ""],
        ["1", "关于“调解力量不足”的问题", "调解员偏少", "一是公开选聘；二是定期培训。", "选聘6名，培训3场。", "甲某"],
        ["", "", "调解室缺乏", "整改措施：改造用房。", "改造2间。", ""],
        ["2", "案款台账不清", "", "逐案核对。", "核对218件，金额约1,204.5万元。", "乙某"],
    ]
    document = table_document(rows, [((1, 0), (1, 5)), ((2, 0), (3, 0)), ((2, 1), (3, 1)), ((2, 5), (3, 5))])
    notice = read(document)
    assert problems(notice) == [
        ("（一）", "1", "调解力量不足", [
            (None, "调解员偏少", "一是公开选聘；二是定期培训。"), (None, "调解室缺乏", "改造用房。"),
        ]),
        ("（一）", "2", "案款台账不清", [(None, None, "逐案核对。")]),
    ]  # fmt: skip
    first, second = notice.problems[0].subproblems
    assert (first.result_text, second.result_text) == ("选聘6名，培训3场。", "改造2间。")
    assert first.details == {"责任人": "甲某"} and [c.text for c in first.clauses] == ["公开选聘", "定期培训"]
    figures = notice.problems[1].subproblems[0].figures
    assert [(f.value, f.unit, f.kind, f.approximate) for f in figures] == [
        (218, "件", "result", False), (1204.5, "万元", "approximate", True)
    ]
    assert notice.unplaced == [] and [p.role for p in notice.parts] == ["list", "group"]


def test_a_table_of_something_else_stays_text():
    document = table_document([["姓名", "职务"], ["甲某", "庭长"]])
    document.paragraphs[2].text = "1.值班不严\n整改情况：值班表如下。"
    notice = read(document)
    assert [p.title for p in notice.problems] == ["值班不严"]
    assert notice.problems[0].subproblems[0].measures_text == "值班表如下。\n姓名\n职务\n甲某\n庭长"


def test_changes_are_read_as_accepted_and_what_stands_aside_is_listed():
    document = docx.Document()
    for line in [*OPENING, "1.值班不严"]:
        document.add_paragraph(line)
    paragraph = document.add_paragraph("整改情况：")
    delete_run(paragraph.add_run("删去的话"))
    paragraph.add_run("补排值班表3次。")
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    for line in ENDING:
        document.add_paragraph(line)
    notice = read(document)
    assert notice.problems[0].subproblems[0].measures_text == "补排值班表3次。"
    assert {(one.text, one.reason) for one in notice.left_out} == {("内部资料", "running_head"), ("第1页", "running_head")}


@pytest.mark.parametrize("part", ["word/document.xml", "word/numbering.xml", "word/styles.xml"])
def test_a_part_that_is_no_xml_is_a_broken_file(part):
    good = saved(docx.Document())
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(stream, "w") as new:
        for item in old.infolist():
            new.writestr(item, b"<w:x" if item.filename == part else old.read(item))
    with pytest.raises(UnreadableNotice) as caught:
        source_of(stream.getvalue(), name="坏.docx")
    assert caught.value.code == "file.broken" and "坏.docx" in str(caught.value)


def test_entities_are_not_expanded():
    good = saved(docx.Document())
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "x" * 100}">' for n in range(9))
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(stream, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "word/document.xml":
                text = data.decode().partition("?>")[2].replace("<w:body>", "<w:body><w:p><w:r><w:t>&a8;</w:t></w:r></w:p>")
                data = f"<?xml version='1.0'?><!DOCTYPE d [{bomb}]>{text}".encode()
            new.writestr(item, data)
    try:
        assert len(source_of(stream.getvalue(), name="a.docx").text) < 1000
    except UnreadableNotice as refused:
        assert refused.code == "file.broken"
