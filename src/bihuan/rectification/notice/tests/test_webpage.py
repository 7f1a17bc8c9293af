"""Saved pages: in the encodings courts' sites have, with navigation around the text, with lists and tables."""

from pathlib import Path

import pytest

from bihuan.rectification.notice import UnreadableNotice, read_notice, source_of
from bihuan.rectification.notice.files import decode

from .test_layouts import check_spans, load
from .test_random import nothing_lost
from .writing import traditional

DATA = Path(__file__).parent / "data"
PAGE = (DATA / "table.html").read_text("utf-8")
HEAD = (
    "<p>中共甲县人民法院党组关于巡察整改进展情况的通报</p><p>2024年3月1日至5月20日，县委第一巡察组对我院党组开展了巡察，"
    "2024年7月9日反馈了意见。现将整改情况通报如下。</p>"
)
FOOT = "<p>联系电话：0790-3300119</p><p>2025年2月1日</p>"


def read(body, name="a.html", head=""):
    notice = read_notice(source_of(f"<html><head>{head}</head><body>{body}</body></html>".encode(), name=name))
    check_spans(notice)
    nothing_lost(notice)
    return notice


def facts(notice):
    return [(p.no, p.title, [s.measures_text for s in p.subproblems]) for p in notice.problems], notice.contacts.phone


@pytest.mark.parametrize(("encoding", "declared"), [
    ("utf-8", "utf-8"), ("utf-8-sig", "gb2312"), ("gbk", "gb2312"), ("gb18030", "gbk"), ("gb18030", "utf-8"), ("gbk", ""),
    ("utf-16", "utf-16"),
])  # fmt: skip
def test_a_page_in_its_encoding_and_with_a_wrong_word_about_it(encoding, declared):
    said = PAGE.replace("charset=utf-8", f"charset={declared}" if declared else "")
    notice = read_notice(source_of(said.encode(encoding), name="通报.htm"))
    assert facts(notice) == facts(load("table")[0])


def test_traditional_pages_in_big5():
    page = traditional(PAGE).replace("\xa0", " ")
    assert decode(page.encode("big5hkscs", "ignore"), "a.html", page=True).count("巡察") == page.count("巡察")
    notice = read_notice(source_of(page.encode("big5hkscs", "ignore"), name="a.html"))
    assert len(notice.problems) == 3 and "text.traditional" in {w.code for w in notice.warnings}


def test_what_stands_around_the_text_is_left_out_and_listed():
    notice = load("table")[0]
    left = {(one.text, one.reason) for one in notice.left_out}
    assert {("首页", "navigation"), ("站内搜索", "navigation"), ("打印本页 关闭窗口", "navigation")} <= left
    assert any(reason == "page_head" for _, reason in left)
    assert "假问题" not in notice.text and not any("假问题" in text for text, _ in left)
    assert [piece.text[:4] for piece in notice.page] == ["您现在的", "发布时间", "上一篇：", "版权所有", "备案号："]
    assert notice.unplaced == []


def test_numbers_of_lists_and_levels_of_headings():
    body = (
        f"<nav><h2>栏目</h2><ol><li>一</li></ol></nav>{HEAD}<h2>反馈问题整改落实情况</h2>"
        "<ol><li>账册缺页<p>整改情况：补页7张。</p></li><li value='5'>钥匙无人管<p>整改情况：指定1人。</p></li></ol>"
        f"<ol start='3' style='list-style:none'><li>不编号的一行</li></ol><ul><li>无序的一行</li></ul>{FOOT}"
    )
    notice = read(body)
    assert [(p.no, p.title) for p in notice.problems] == [("1", "账册缺页"), ("5", "钥匙无人管")]
    assert "3.不编号" not in notice.text and "无序的一行" in notice.text
    assert ("栏目", "navigation") in {(one.text, one.reason) for one in notice.left_out}
    assert "number.gap" in {w.code for w in notice.warnings}


def test_title_and_day_from_the_page_head_only_where_the_text_has_none():
    head = "<meta name='ArticleTitle' content='中共甲县人民法院党组关于巡察整改情况的通报'><meta name='PubDate' content='2025-03-04 09:00'>"
    body = HEAD.partition("</p>")[2] + "<p>1.值班不严</p><p>整改情况：补课2次。</p><p>联系电话：0790-3300119</p>"
    notice = read(body, head=head)
    assert notice.title == "中共甲县人民法院党组关于巡察整改情况的通报" and notice.title_span is None
    assert notice.published_on.isoformat() == "2025-03-04"
    assert {"title.page_head", "published.page_head"} <= {w.code for w in notice.warnings}
    whole = read(HEAD + "<p>1.值班不严</p><p>整改情况：补课2次。</p>" + FOOT, head=head)
    assert whole.published_on.isoformat() == "2025-02-01" and "巡察整改进展情况" in whole.title


def test_hidden_text_is_no_text_but_is_listed():
    notice = read(f"{HEAD}<p>1.值班不严</p><p>整改情况：补课2次。<span style='display: none'>隐藏3次</span></p>"
                  f"<div hidden>草稿</div>{FOOT}")  # fmt: skip
    assert notice.problems[0].subproblems[0].measures_text == "补课2次。"
    assert {(one.text, one.reason) for one in notice.left_out} == {("隐藏3次", "hidden"), ("草稿", "hidden")}


def test_line_breaks_of_the_source_are_none_of_the_text():
    notice = read(f"{HEAD}<p>1.值班\r\n   不严</p><p>整改情况：补课2次，\n抽查3次。<br/>另行通报。</p>{FOOT}")
    assert notice.problems[0].title == "值班不严"
    assert notice.problems[0].subproblems[0].measures_text == "补课2次，抽查3次。\n另行通报。"


@pytest.mark.parametrize("markup", [
    "<div>" * 5000 + "文字" + "</div>" * 5000,
    "<table>" * 300 + "<tr><td>文</td></tr>" + "</table>" * 300,
    "<table><tr>" + "<td colspan=50000 rowspan=50000>文</td>" * 2000 + "</tr></table>",
    "<a href=x>" * 3000 + "文",
    "<ol><li>" * 2000 + "文",
    "<p " + "a='1' " * 20000 + ">文",
    "<!--" * 50000,
    "&#x41;&nbsp;" * 50000,
])  # fmt: skip
def test_hostile_pages_end_in_text_or_in_a_refusal(markup):
    try:
        assert isinstance(source_of(f"<html><body>{markup}</body></html>".encode(), name="a.html").text, str)
    except UnreadableNotice as refused:
        assert refused.code == "file.broken"
