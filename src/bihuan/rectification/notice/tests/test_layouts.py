"""Whole notices of invented courts, one for each layout, read back fact by fact."""

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from bihuan.rectification.notice import Clause, Figure, Notice, StatedCount, Unplaced, load_source, places, read_notice

DATA = Path(__file__).parent / "data"
NAMES = sorted(p.stem for p in DATA.glob("*.json"))
TEXTS = sorted(p.stem for p in DATA.glob("*.txt"))
FIGURE_KEYS = ("text", "value", "unit", "as_of", "kind")


def load(name: str) -> tuple[Notice, dict[str, Any]]:
    file = next(p for p in DATA.glob(f"{name}.*") if p.suffix != ".json")
    notice = read_notice(load_source(file), name=name)
    return notice, json.loads((DATA / f"{name}.json").read_text("utf-8"))


def check_facts(got: dict[str, Any], want: dict[str, Any], where: str) -> None:
    for key, value in want.items():
        if key not in ("problems", "contacts", "unplaced", "reader_notes", "subproblems", "figures", "stated_counts"):
            if key == "measures_text_starts":
                assert got["measures_text"].startswith(value), where
            else:
                assert got[key] == value, f"{where}: {key}"
    if "contacts" in want:
        assert {k: got["contacts"][k] for k in want["contacts"]} == want["contacts"]
    if "stated_counts" in want:
        assert [[c["of"], c["value"]] for c in got["stated_counts"]] == want["stated_counts"]
    if "unplaced" in want:
        assert [[u["text"], u["reason"]] for u in got["unplaced"]] == want["unplaced"]
    for part in ("problems", "subproblems"):
        if part in want:
            assert [p["title"] for p in got[part]] == [p["title"] for p in want[part]], where
            for one, other in zip(got[part], want[part], strict=True):
                check_facts(one, other, f"{where}/{other['no'] or '-'}")
    if "figures" in want:
        figures = [f if isinstance(f, list) else [f[k] for k in FIGURE_KEYS] for f in want["figures"]]
        assert [[f[k] for k in FIGURE_KEYS] for f in got["figures"]] == figures, where


def check_spans(notice: Notice) -> None:
    """Every offset points at exactly the words it stands for, and parts lie inside their wholes."""
    text = notice.text
    for problem in notice.problems:
        assert problem.title in re.sub(r"\s*\n\s*", "", text[slice(*problem.title_span)])
        for sub in problem.subproblems:
            assert text[slice(*sub.measures_span)] == sub.measures_text
            assert problem.span[0] <= sub.span[0] <= sub.span[1] <= problem.span[1]
            assert sub.title_span is None or re.sub(r"\s*\n\s*", "", text[slice(*sub.title_span)]) == sub.title
            assert sub.result_span is None or text[slice(*sub.result_span)] == sub.result_text
            inners: list[Figure | Clause] = [*sub.figures, *sub.clauses]
            wholes = [sub.measures_span, sub.result_span or sub.measures_span]
            for inner in inners:
                assert text[slice(*inner.span)] == inner.text
                assert any(a <= inner.span[0] < inner.span[1] <= b for a, b in wholes)
    others: list[Unplaced | StatedCount] = [*notice.unplaced, *notice.page, *notice.stated_counts]
    for other in others:
        assert text[slice(*other.span)] == other.text
    for piece in notice.unplaced:
        assert text.split("\n")[piece.line - 1].find(piece.text) >= 0


@pytest.mark.parametrize("name", NAMES)
def test_every_fact(name):
    notice, want = load(name)
    check_facts(notice.to_json(), want, name)


@pytest.mark.parametrize("name", NAMES)
def test_offsets(name):
    check_spans(load(name)[0])


@pytest.mark.parametrize("name", NAMES)
def test_json_is_plain(name):
    plain = load(name)[0].to_json()
    assert json.loads(json.dumps(plain, ensure_ascii=False)) == plain


@pytest.mark.parametrize("name", NAMES)
def test_every_character_has_its_place(name):
    """Without doubt or remainder: no letter, digit or mark of a whole notice is left to nobody, or to two."""
    notice, _ = load(name)
    held = sorted(p.span for p in places(notice))
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(held))
    rest = list(notice.text)
    for start, end in held:
        rest[start:end] = " " * (end - start)
    assert "".join(rest).split() == []
    assert not [u for u in notice.unplaced if u.reason == "left_over"]


@pytest.mark.parametrize("name", TEXTS)
def test_half_width_marks_change_no_fact(name):
    """A page that lost its full-width punctuation reads the same, up to that punctuation."""
    text = (DATA / f"{name}.txt").read_text("utf-8")
    table = str.maketrans("，；：（）？！", ",;:()?!")
    one, other = read_notice(text).to_json(), read_notice(text.translate(table)).to_json()
    spelled = json.loads(json.dumps(one, ensure_ascii=False).translate(table))
    for key in ("title", "sections", "inspection_from", "inspection_to", "feedback_on", "measures_count", "problems"):
        assert other[key] == spelled[key]


@pytest.mark.parametrize("blank", ["", " "])
@pytest.mark.parametrize("name", ["items", "status", "three", "deep", "named"])
def test_a_page_without_line_breaks(name, blank):
    """Everything run together in one line: problems, figures, dates and contacts are still found."""
    text = (DATA / f"{name}.txt").read_text("utf-8")
    notice, (whole, _) = read_notice(re.sub(r"\s*\n\s*", blank, text)), load(name)

    def facts(one: Notice) -> Any:
        return [
            (p.section, p.no, p.title, [(s.no, s.title, re.sub(r"\s", "", s.measures_text)) for s in p.subproblems])
            for p in one.problems
        ]

    assert facts(notice) == facts(whole)
    assert (notice.title.replace(" ", ""), notice.feedback_on, notice.inspecting_body) == (
        whole.title, whole.feedback_on, whole.inspecting_body
    )
    assert (notice.contacts.phone, notice.measures_count) == (whole.contacts.phone, whole.measures_count)
    check_spans(notice)


def test_other_line_ends_change_no_fact():
    text = (DATA / "items.txt").read_text("utf-8")
    plain = read_notice(text)
    for ends in ("\r\n", "\r"):
        notice = read_notice(text.replace("\n", ends))
        assert [p.title for p in notice.problems] == [p.title for p in plain.problems]
        assert notice.contacts.phone == plain.contacts.phone


def test_clauses_are_steps_with_their_marks():
    notice, _ = load("groups")
    clauses = notice.problems[0].subproblems[0].clauses
    assert [(c.mark, c.text[:4]) for c in clauses] == [("一是", "建立月度"), ("二是", "开展抽查")]
    clauses = notice.problems[3].subproblems[0].clauses
    assert [c.mark for c in clauses] == ["一是", "二是", "1.", "2."]
    assert notice.measures_count == 38  # the stated count stays a count, whatever number of clauses there is


def test_the_organisation_part_holds_no_problem():
    notice, _ = load("items")
    assert [(p.role, p.label) for p in notice.parts] == [
        ("organisation", "一、"), ("list", "二、"), ("group", "（一）"), ("group", "（二）"), ("next", "三、"),
    ]
    assert {(c.of, c.value) for c in notice.stated_counts} >= {
        ("aspects", 3), ("problems", 12), ("measures", 41), ("rules", 7),
    }


def test_warnings_name_what_a_person_should_check():
    codes = {name: {w.code for w in load(name)[0].warnings} for name in NAMES}
    assert "label.colon" in codes["items"]
    assert "year.carried" in codes["groups"]
    assert "label.missing" in codes["flat"]
    assert {"feedback.missing", "date.order"} <= codes["direct"]
    assert "period.vague" in codes["status"] and "problems.none" in codes["totals"] and "table.columns" in codes["table"]
    order = next(w for w in load("direct")[0].warnings if w.code == "date.order")
    assert dict(order.params) == {"first": "2025-08-29", "second": "2025-07-30"}


def test_the_organisation_part_is_a_trap_that_holds_no_problem():
    """(一)(二)(三), 一是/二是 paragraphs, three deep: none of them becomes a problem, all their totals are read."""
    roles = {name: [(p.role, p.label) for p in load(name)[0].parts] for name in ("status", "three", "named", "totals")}
    assert roles["status"] == roles["three"] == [("organisation", "一、"), ("list", "二、"), ("next", "三、")]
    assert roles["named"] == [("organisation", ""), ("next", "")]
    assert roles["totals"] == [("organisation", "一、"), ("organisation", "二、"), ("next", "三、")]
    notice, _ = load("totals")
    assert notice.rules_made_count == 4 + 9, "new and revised rules of one sentence add up"
    assert [c.value for c in notice.stated_counts if c.of == "rules"] == [4, 9]
