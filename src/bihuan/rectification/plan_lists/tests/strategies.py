"""Lists as a plan may hold them, for property tests: any text a cell can carry, numbered as courts number."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from bihuan.rectification.plan_lists import Lists, MeasureItem, ProblemItem, SubItem

_HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
_ANY = st.one_of(_HAN, _HAN, st.sampled_from("，。；：、（）“”%＜<>&'\"=+-@0123456789ABcd \n"))
_NAME = st.text(_HAN, min_size=2, max_size=4).filter(lambda s: s not in ("暂无", "合计"))
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2029, 12, 31))
NUMERALS = "一二三四五六七八九"


def _line_ends(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def texts(start: str, size: int = 60) -> st.SearchStrategy[str]:
    """A text that begins with an unmistakable word, so that it is no number, heading or lead by chance."""
    return st.text(_ANY, max_size=size).map(lambda tail: _line_ends(start + tail))


def names(most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(_NAME, max_size=most, unique=True).map(tuple)


@st.composite
def measures(draw: st.DrawFn, code: str) -> MeasureItem:
    starts = draw(st.none() | DAYS)
    words = draw(st.sampled_from(["", "", "", "立行立改", "长期坚持"]))
    due = draw(DAYS) if not words else draw(st.none() | DAYS)
    return MeasureItem(
        code=code,
        text=draw(texts(f"举措{code}")),
        completion_standard=draw(st.just("") | texts("达到")),
        starts=starts,
        due=due,
        due_words=words,
        leaders=draw(names(2)),
        lead_units=draw(names(2)),
        co_units=draw(names(3)),
        persons=draw(names(2)),
    )


@st.composite
def lists(draw: st.DrawFn) -> Lists:
    problems = []
    for p in range(draw(st.integers(1, 4))):
        code = f"{NUMERALS[p // 2]}-{p % 2 + 1}"
        count = draw(st.integers(0, 3))
        subs = [
            SubItem(
                no=f"（{s + 1}）",
                title=draw(st.just("") | texts(f"小题{s}", 20)),
                verbatim=draw(texts(f"表现{s}")),
            )
            for s in range(count)
        ]
        if not subs or draw(st.booleans()):
            subs.insert(0, SubItem())
        number = 0
        for sub in subs:
            least = 1 if len(subs) > 1 and not sub.no else 0
            for _m in range(draw(st.integers(least, 3))):
                number += 1
                sub.measures.append(draw(measures(f"{code}-{number:02d}")))
        problems.append(
            ProblemItem(
                code=code,
                verbatim=draw(texts(f"反映{p}号事项")),
                title=draw(st.just("") | texts(f"题{p}", 30)),
                category=draw(texts("监督", 20)),
                kind=draw(st.sampled_from(["", "立行立改", "集中整改", "长期坚持"])),
                grade=draw(st.sampled_from(["", "一级", "二级", "三级"])),
                root_cause=draw(st.just("") | texts("根源")),
                leaders=draw(names(2)),
                subs=subs,
            )
        )
    return Lists(problems=problems)
