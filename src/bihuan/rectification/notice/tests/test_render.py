"""The readable rendering says everything the reader found, and every doubt."""

from pathlib import Path

import pytest

from bihuan.rectification.notice import NotThisGenre, read_notice
from bihuan.rectification.notice.render import describe, render_text

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize("name", sorted(p.stem for p in DATA.glob("*.txt")))
def test_nothing_read_is_left_out(name):
    notice = read_notice((DATA / f"{name}.txt").read_text("utf-8"))
    shown = render_text(notice)
    assert notice.title in shown and notice.inspecting_body in shown
    for problem in notice.problems:
        assert problem.title in shown
        for sub in problem.subproblems:
            assert sub.title is None or sub.title in shown
            for part in [*sub.clauses, *sub.figures]:
                assert part.text in shown
            assert all(rule in shown for rule in sub.rules_named)
    assert all(describe(w) in shown for w in notice.warnings)
    assert all(u.text in shown for u in notice.unplaced)


def test_sentences_are_filled_in():
    notice = read_notice((DATA / "groups.txt").read_text("utf-8"))
    carried = next(w for w in notice.warnings if w.code == "year.carried")
    assert describe(carried) == "原文日期没有写年份（2月21日），按上下文取 2025-02-21。"
    assert describe(NotThisGenre("not.other", title="某公告")).startswith("不是巡察（巡视）整改进展情况通报：某公告")
