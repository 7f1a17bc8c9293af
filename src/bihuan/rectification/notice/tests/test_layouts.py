"""Whole notices of invented courts, one for each layout, read back fact by fact."""

import json
from pathlib import Path
from typing import Any

import pytest

from bihuan.rectification.notice import Clause, Figure, Notice, StatedCount, Unplaced, read_notice

DATA = Path(__file__).parent / "data"
NAMES = sorted(p.stem for p in DATA.glob("*.json"))
FIGURE_KEYS = ("text", "value", "unit", "as_of", "kind")


def load(name: str) -> tuple[Notice, dict[str, Any]]:
    notice = read_notice((DATA / f"{name}.txt").read_text("utf-8"), name=name)
    return notice, json.loads((DATA / f"{name}.json").read_text("utf-8"))


def check_facts(got: dict[str, Any], want: dict[str, Any], where: str) -> None:
    for key, value in want.items():
        if key not in ("problems", "contacts", "unplaced", "reader_notes", "subproblems", "figures"):
            if key == "measures_text_starts":
                assert got["measures_text"].startswith(value), where
            else:
                assert got[key] == value, f"{where}: {key}"
    if "contacts" in want:
        assert {k: got["contacts"][k] for k in want["contacts"]} == want["contacts"]
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
        assert problem.title in text[slice(*problem.title_span)].replace("\n", "")
        for sub in problem.subproblems:
            assert text[slice(*sub.measures_span)] == sub.measures_text
            assert problem.span[0] <= sub.span[0] <= sub.span[1] <= problem.span[1]
            assert sub.title_span is None or text[slice(*sub.title_span)].replace("\n", "") == sub.title
            inners: list[Figure | Clause] = [*sub.figures, *sub.clauses]
            for inner in inners:
                assert text[slice(*inner.span)] == inner.text
                assert sub.measures_span[0] <= inner.span[0] < inner.span[1] <= sub.measures_span[1]
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
def test_half_width_marks_change_no_fact(name):
    """A page that lost its full-width punctuation reads the same, up to that punctuation."""
    text = (DATA / f"{name}.txt").read_text("utf-8")
    table = str.maketrans("，；：（）？！", ",;:()?!")
    one, other = read_notice(text).to_json(), read_notice(text.translate(table)).to_json()
    spelled = json.loads(json.dumps(one, ensure_ascii=False).translate(table))
    for key in ("title", "sections", "inspection_from", "inspection_to", "feedback_on", "measures_count", "problems"):
        assert other[key] == spelled[key]


@pytest.mark.parametrize("name", ["items"])
def test_a_page_without_line_breaks(name):
    """Everything run together in one line: problems and figures are still found."""
    text = (DATA / f"{name}.txt").read_text("utf-8")
    title, _, rest = text.partition("\n")
    padding = "建立工作台账并逐项督促落实。" * 60
    joined = title + "\n" + rest.replace("建立工作台账。", padding).replace("\n", " ")
    notice, want = read_notice(joined), load(name)[1]
    assert [p.title for p in notice.problems] == [p["title"] for p in want["problems"]]
    for problem, other in zip(notice.problems, want["problems"], strict=True):
        assert [s.title for s in problem.subproblems] == [s["title"] for s in other["subproblems"]]
        for sub, wanted in zip(problem.subproblems, other["subproblems"], strict=True):
            assert [f.text for f in sub.figures] == [f[0] for f in wanted["figures"]]
    assert notice.contacts.phone == want["contacts"]["phone"]
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
    order = next(w for w in load("direct")[0].warnings if w.code == "date.order")
    assert dict(order.params) == {"first": "2025-08-29", "second": "2025-07-30"}
