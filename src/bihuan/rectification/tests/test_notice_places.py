"""Words of a notice that found no place: offered, placed by a person, kept on the way, saved where they were put."""

import re

import pytest
from django.urls import reverse

from bihuan.rectification.models import InspectionRound, Measure, Problem, SubProblem
from bihuan.rectification.notice import read_notice, source_of
from bihuan.rectification.notice.tests.papers import LEFT, TOP, pdf, typeset
from bihuan.rectification.pages import notice_draft, notice_kept, notice_places

from .pages_support import addresses, page, text  # noqa: F401  a fixture of every test here
from .test_notice_pages import NOTICE, as_form, home, read  # noqa: F401

LOOSE = NOTICE.replace("（一）集体学习", "全院逐条认领。\n\n（一）集体学习").replace(
    "1.学习次数不足。\n", "1.学习次数不足。\n\n主要是安排太迟。\n"
)


@pytest.fixture
def opened(client, court, home):  # noqa: F811
    """The address of a notice with two pieces without a place, and its form as shown."""
    url = read(client, court, LOOSE).url
    return url, text(page(client, court.rectifier, url))


def test_places_near_and_far_are_offered(opened):
    _url, shown = opened
    assert "2 处待归类" in shown and shown.count('class="piece"') == 2
    box = shown[shown.index('name="u0-place"') :]
    box = box[: box.index("</select>")]
    offered = re.findall(r'value="([^"]*)"', box)
    assert offered[0] == "" and {"p0", "p0s0", "p0s0+", "p0s0c0", "p1s0+", "org", "end", "out"} <= set(offered)
    assert re.findall(r'optgroup label="([^"]*)"', box) == ["附近的问题", "问题之外"]


def test_only_what_is_near_is_offered_measure_by_measure():
    titles = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"]
    lines = [f"{n}.{title}事不实\n整改情况：补办{n}件。" for n, title in enumerate(titles, start=1)]
    lines[3] = lines[3].replace("\n", "\n此处另有一句\n", 1)
    notice = read_notice("\n".join([*NOTICE.split("\n")[:3], *lines]))
    draft = notice_draft.propose(notice)
    (piece,) = draft.pieces
    offered = dict(notice_places.options(draft.problems, piece))
    near = {key for key, _ in offered["附近的问题"]}
    far = {key for key, _ in offered["其他问题"]}
    assert {"p3", "p3s0c0", "p2s0c0", "p4s0c0"} <= near and {"p0", "p7s0+"} <= far
    assert not {key for key in far if re.search(r"c\d+$", key)}
    assert near | far | {"org", "end", "out"} == {
        key for held in offered.values() for key, _ in held
    } and near | far < notice_places.known(draft.problems)


@pytest.mark.parametrize(("place", "found"), [
    ("p0", lambda: Problem.objects.get(code="一-一").verbatim.endswith("\n主要是安排太迟。")),
    ("p0s0", lambda: SubProblem.objects.get(no="1").verbatim == "学习次数不足\n主要是安排太迟。"),
    ("p0s0c0", lambda: Measure.objects.order_by("pk").first().text.endswith("主要是安排太迟。")),
    ("p0s0+", lambda: Measure.objects.filter(text="主要是安排太迟。", sub_problem__no="1").exists()),
    ("end", lambda: "结尾：主要是安排太迟。" in InspectionRound.objects.get().note),
    ("out", lambda: not Measure.objects.filter(text__contains="安排太迟").exists()),
])  # fmt: skip
def test_what_is_placed_is_saved_there(client, court, opened, place, found):
    url, shown = opened
    sent = as_form(shown) | {"unit": str(court.units["civil"].pk), "u0-place": "out", "u1-place": place}
    page(client, court.rectifier, url, 302, sent)
    assert found()


def test_a_place_that_is_not_taken_is_refused(client, court, opened):
    url, shown = opened
    sent = as_form(shown) | {"unit": str(court.units["civil"].pk), "u0-place": "p0s0+", "u1-place": "p9s9"}
    del sent["p0-take"]
    again = text(page(client, court.rectifier, url, 422, sent))
    assert "没有勾选采用" in again and "请选择归入何处" in again


def test_all_that_wait_are_left_out_at_a_stroke(client, court, opened):
    url, shown = opened
    more = text(page(client, court.rectifier, url, 200, as_form(shown) | {"u0-place": "org", "add": "leave_out"}))
    assert "0 处待归类" in more and "待归类的都不采用" not in more
    sent = as_form(more)
    assert (sent["u0-place"], sent["u1-place"]) == ("org", "out")


def test_what_was_placed_and_typed_is_kept_on_the_way(client, court, opened):
    """Set aside, left for the comparison, or refused: the next look shows it as it was."""
    url, shown = opened
    sent = as_form(shown) | {"u1-place": "p0s0+", "p0-title": "集体学习安排得松散"}
    page(client, court.rectifier, url, 302, sent | {"keep": "1"})
    again = as_form(text(page(client, court.rectifier, url)))
    assert again["u1-place"] == "p0s0+" and again["p0-title"] == "集体学习安排得松散"
    court.round
    asked = sent | {"compare": "1", "compare-round": str(court.round.pk), "p1-title": "窗口答复迟缓"}
    gone = page(client, court.rectifier, url, 302, asked)
    assert gone.url.endswith(f"/compare/?round={court.round.pk}")
    assert "集体学习安排得松散" in text(page(client, court.rectifier, gone.url))
    assert as_form(text(page(client, court.rectifier, url)))["p1-title"] == "窗口答复迟缓"


def test_a_pdf_brings_its_page_numbers_and_its_doubts(client, court, home):  # noqa: F811
    from django.core.files.uploadedfile import SimpleUploadedFile

    pages = [*typeset([line for line in NOTICE.split("\n") if line.strip()], a_page=8), []]
    url = read(client, court, "", file=SimpleUploadedFile("通报.pdf", pdf(pages))).url
    shown = text(page(client, court.rectifier, url))
    assert "巡察整改公开" in shown and "页眉页脚" in shown and "页码" in shown and "没有文字" in shown
    scan = SimpleUploadedFile("扫描.pdf", pdf([[]]))
    assert "扫描件" in text(read(client, court, "", 422, file=scan))


def test_a_notice_too_long_for_a_form_is_refused_before_it_is_filled_in(client, court, home):  # noqa: F811
    lines = "\n".join(f"{n}.事项{n}不实\n整改情况：补办{n}件。" for n in range(1, 500))
    shown = text(read(client, court, NOTICE.partition("一、关于")[0] + lines, 422))
    assert "超出一次核对的限度" in shown


def test_a_source_is_kept_whole():
    source = source_of(pdf([[(LEFT, TOP, "甲")], []]), name="a.pdf")
    source.levels[0], source.tables, source.facts["title"] = 2, [[[(0, 1), (0, 1)]]], "题"
    kept = notice_kept.Kept(source, {"p0-title": "甲"}, {"3": {"p0": 7}})
    import json

    again = json.loads(kept.content())
    assert notice_kept.Source.from_json(again["source"]) == source
    assert again["posted"] == {"p0-title": "甲"} and again["matches"] == {"3": {"p0": 7}}


def test_strangers_place_nothing(client, court, opened):
    url, shown = opened
    page(client, court.head, url, 403, as_form(shown) | {"keep": "1"})
    page(client, court.rectifier, reverse("rectification:notice", args=["y" * 24]), 404, {"keep": "1"})
