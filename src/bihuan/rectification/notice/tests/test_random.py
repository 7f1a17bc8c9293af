"""Notices written from random ledgers, in every layout and damaged as pages are, read back as they were meant."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.rectification.notice import Source, places, read_notice
from bihuan.rectification.notice.normalise import normalise

from . import writing as w
from .test_layouts import check_spans

LAYOUTS = pytest.mark.parametrize("layout", w.LAYOUTS, ids=lambda layout: layout.__name__)


def nothing_lost(notice):
    """Every character that is not blank has exactly one place."""
    held = [False] * len(notice.text)
    last = 0
    for place in places(notice):
        assert last <= place.span[0] < place.span[1]
        last = place.span[1]
        held[slice(*place.span)] = [True] * (place.span[1] - place.span[0])
    lost = "".join(char for char, kept in zip(notice.text, held, strict=True) if not kept)
    assert not normalise(lost).strip(), f"lost: {lost.strip()[:80]}"


def check(notice, ledger, wanted, *, spelled=lambda text: text):
    """All that the ledger says is read, and nothing else; `spelled` gives the page's spelling of its words."""
    assert (notice.inspection_from, notice.inspection_to, notice.feedback_on) == (
        ledger.begin, ledger.stop, ledger.feedback
    )
    assert notice.signed_on == ledger.signed
    assert (notice.measures_count, notice.rules_made_count) == (ledger.measures, ledger.rules)
    assert {(c.of, c.value) for c in notice.stated_counts} >= {("aspects", 3), ("kinds", 8), ("problems", 26)}
    assert notice.contacts.phone == normalise(ledger.phone)
    assert [(p.section, p.no, p.title) for p in notice.problems] == [
        (spelled(section) if section else None, no, spelled(title)) for section, no, title, _ in wanted
    ]
    for problem, (_, _, _, parts) in zip(notice.problems, wanted, strict=True):
        assert [(s.no, s.title) for s in problem.subproblems] == [(no, title and spelled(title)) for no, title, _ in parts]
        for got, (_, _, sub) in zip(problem.subproblems, parts, strict=True):
            assert got.measures_text == spelled(sub.body())
            assert [(f.value, f.unit, f.kind) for f in got.figures] == [(v, u, "result") for _, v, u in sub.figures]
            assert [f.text for f in got.figures] == [spelled(f"{verb}{v}{u}") for verb, v, u in sub.figures]
    check_spans(notice)
    nothing_lost(notice)


@LAYOUTS
@settings(max_examples=12)
@given(ledger=w.ledgers())
def test_every_layout_reads_back(layout, ledger):
    lines, wanted = w.notice_lines(ledger, layout)
    notice = read_notice("\n".join(lines))
    check(notice, ledger, wanted)
    assert notice.unplaced == []
    assert notice.published_on == ledger.signed



@LAYOUTS
@settings(max_examples=12)
@given(ledger=w.ledgers(), damage=st.sampled_from([w.half_width, w.spaced, w.without_colons, w.among_page_lines]))
def test_a_damaged_page_reads_back(layout, ledger, damage):
    lines, wanted = w.notice_lines(ledger, layout)
    notice = read_notice(damage(lines))
    check(notice, ledger, wanted, spelled=(lambda t: w.half_width([t])) if damage is w.half_width else str)
    if damage is w.among_page_lines:
        assert [piece.text for piece in notice.page] == damage(lines).split("\n")[:4] + damage(lines).split("\n")[-2:]
        assert notice.published_on.year == 2031


@LAYOUTS
@settings(max_examples=8)
@given(ledger=w.ledgers())
def test_first_characters_lost_are_restored_with_a_doubt(layout, ledger):
    lines, wanted = w.notice_lines(ledger, layout)
    damaged = w.beheaded(lines)
    notice = read_notice(damaged)
    # A mark that lost its bracket is named whole again, in the plain spelling.
    whole = [(s.replace("（", "(").replace("）", ")") if s else s, *rest) for s, *rest in wanted]
    check(notice, ledger, whole)
    doubts = [r.line for r in notice.warnings if r.code in ("mark.lost", "label.lost")]
    assert len(doubts) == len(set(doubts)), "one doubt a line"
    lost = {n for n, (a, b) in enumerate(zip(lines, damaged.split("\n"), strict=True), start=1) if a != b}
    of_problems = {n for n in lost if "。" not in lines[n - 1] or lines[n - 1].startswith("整改")}
    assert of_problems <= set(doubts) <= lost


@pytest.mark.parametrize("layout", [one for one in w.LAYOUTS if one not in (w.plain, w.pipes, w.tabs, w.unlabelled)],
                         ids=lambda layout: layout.__name__)  # fmt: skip
@settings(max_examples=12)
@given(ledger=w.ledgers(), blanks=st.booleans())
def test_a_page_without_line_breaks_reads_back(layout, ledger, blanks):
    lines, wanted = w.notice_lines(ledger, layout)
    notice = read_notice((w.run_together_with_blanks if blanks else w.run_together)(lines))
    check(notice, ledger, wanted)


@settings(max_examples=25)
@given(ledger=w.ledgers(), layout=st.sampled_from(w.LAYOUTS))
def test_traditional_characters_read_back(ledger, layout):
    lines, wanted = w.notice_lines(ledger, layout)
    notice = read_notice(w.traditional("\n".join(lines)))
    check(notice, ledger, [(s, n, t, parts) for s, n, t, parts in wanted], spelled=w.traditional)
    assert notice.inspecting_body == w.traditional(f"区委第二{ledger.kind}组")


@settings(max_examples=25)
@given(ledger=w.ledgers())
def test_dates_without_their_marks_are_proposed_with_every_reading(ledger):
    lines, _ = w.notice_lines(ledger, w.flat)
    notice = read_notice(w.without_date_marks(lines))
    doubts = [r for r in notice.warnings if r.code in ("date.damaged", "date.ambiguous")]
    period = next(r for r in doubts if "—" in str(r.params["read"]))
    assert f"{ledger.begin}—{ledger.stop}" in str(period.params.get("all", period.params["read"])).split(" / ")
    if period.code == "date.damaged":
        assert (notice.inspection_from, notice.inspection_to) == (ledger.begin, ledger.stop)
    if not ledger.year_left_out:
        feedback = next(r for r in doubts if "—" not in str(r.params["read"]))
        assert ledger.feedback.isoformat() in str(feedback.params.get("all", feedback.params["read"])).split(" / ")


@settings(max_examples=60)
@given(st.text(alphabet=list("一二1.()、。:;\n 巡察整改情况问题关于“”反馈:2024年3月1日件%组的《》|\t"), max_size=160), st.booleans())
def test_no_text_breaks_the_reader_and_nothing_is_lost(noise, styled):
    """Whatever stands between a proper head and tail, the reader answers, every offset holds, every character has a place."""
    text = "\n".join([
        "中共甲县人民法院党组关于巡察整改进展情况的通报",
        "2024年3月1日至5月20日，县委第一巡察组对我院党组开展了巡察，2024年7月9日反馈了意见。现将整改情况通报如下。",
        noise, "联系电话：0790-3300119", "2025年2月1日",
    ])
    source = Source(text, {text.find(noise): 2} if styled and noise else {})
    notice = read_notice(source)
    check_spans(notice)
    nothing_lost(notice)
