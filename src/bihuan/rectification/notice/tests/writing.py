"""Notices written from a ledger in the layouts courts use, and the damage pages do to them, for tests that read them back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import strategies as st

from bihuan.rectification.notice.traditional import TABLE

NUMERALS = "一二三四五六七八九"
SUBJECTS = ["登记", "值守", "归卷", "回访", "接待", "采购", "保密", "培训"]
STATES = ["不够细致", "存在短板", "流于表面", "落实较慢", "缺少统筹"]
STEPS = ["完善流程，明确分工", "组织自查，逐项核对", "加强提醒，压实责任", "修改清单，定期抽查"]
VERBS = ["核对台账", "走访群众", "补录信息", "约谈干部"]
UNITS = ["件", "人次", "份", "户", "卷"]
LABELS = ["整改情况：", "整改落实情况:", "整改措施及成效：", "整改落实情况："]


@dataclass
class Sub:
    """A sub-problem with its steps and figures (verb, number, unit)."""

    title: str
    steps: list[str]
    figures: list[tuple[str, float, str]] = field(default_factory=list)

    def body(self) -> str:
        counted = [f"{verb}{value}{unit}" for verb, value, unit in self.figures]
        return "。".join([*self.steps, *(["，".join(counted)] if counted else [])]) + "。"


@dataclass
class Item:
    """A problem; `direct` ones carry their text themselves (that of the first part)."""

    title: str
    subs: list[Sub]
    direct: bool


@dataclass
class Ledger:
    """A round with its problems in groups, and everything else a notice says."""

    groups: list[list[Item]]
    begin: date
    stop: date
    feedback: date
    signed: date
    label: str
    kind: str
    measures: int
    rules: int
    year_left_out: bool
    organisation: int
    phone: str

    def items(self) -> list[tuple[int, Item]]:
        return [(g, item) for g, group in enumerate(self.groups) for item in group]


Expected = list[tuple[str | None, str | None, str, list[tuple[str | None, str | None, Sub]]]]
"""Problems as they must be read: section, number, title, parts (number, title, text)."""


def written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def head(ledger: Ledger) -> list[str]:
    """Title and opening."""
    feedback = written(ledger.feedback)
    if ledger.year_left_out:
        feedback = feedback.partition("年")[2]
    return [
        f"中共云泽市临江区人民法院党组关于{ledger.kind}整改进展情况的通报",
        f"根据区委统一安排，{written(ledger.begin)}至{written(ledger.stop)}，区委第二{ledger.kind}组对我院党组开展了常规{ledger.kind}，"
        f"{feedback}反馈了意见。现将整改情况予以公布。",
    ]


def organisation(ledger: Ledger) -> list[str]:
    """The part before the problems, in one of its four shapes, with the totals and numbers that look like problems."""
    totals = f"对照反馈的3个方面、8类、26个问题，制定整改措施{ledger.measures}条，新建、修订制度{ledger.rules}项。"
    return [
        ["一、组织领导情况", "（一）提高站位。党组会研究4次。", f"（二）细化任务。{totals}"],
        ["一、组织领导情况", "一是提高站位。党组会研究4次。", f"二是细化任务。{totals}"],
        ["一、组织领导情况", "（一）提高站位", "1.成立专班。", "2.定期调度。", "（二）细化任务", f"1.建立台账。{totals}", "（1）逐条认领。"],
        ["一、组织领导情况", f"院党组高度重视，{totals}"],
    ][ledger.organisation]


def tail(ledger: Ledger) -> list[str]:
    """What comes next, contacts, signature."""
    return [
        "三、下一步打算", "（一）保持力度", "不松劲。",
        f"欢迎广大干部群众监督。联系电话：{ledger.phone}；邮政信箱：云泽市临江区文澜路8号，邮编：330099。",
        "云泽市临江区人民法院", written(ledger.signed),
    ]  # fmt: skip


def labelled(ledger: Ledger, sub: Sub) -> str:
    return f"{ledger.label}{sub.body()}"


# ---- the layouts: each gives the lines of the problem part and what must be read from them


def quoted_items(ledger: Ledger) -> tuple[list[str], Expected]:
    """(一)group > 反馈问题一:关于“…”的问题 > 1.x > label; a problem may have its label directly."""
    lines: list[str] = []
    wanted: Expected = []
    for g, group in enumerate(ledger.groups):
        lines.append(f"（{NUMERALS[g]}）关于第{g + 1}方面的问题")
        for item in group:
            number = NUMERALS[len(wanted)]
            lines.append(f"反馈问题{number}：关于“{item.title}”的问题。")
            parts: list[tuple[str | None, str | None, Sub]] = []
            for place, sub in enumerate(item.subs[:1] if item.direct else item.subs, start=1):
                lines += ([] if item.direct else [f"{place}.{sub.title}"]) + [labelled(ledger, sub)]
                parts.append((None, None, sub) if item.direct else (str(place), sub.title, sub))
            wanted.append((f"（{NUMERALS[g]}）", number, item.title, parts))
    return lines, wanted


def colon_items(ledger: Ledger, *, deep: bool = False) -> tuple[list[str], Expected]:
    """(一)反馈问题:x > 1.y > status > label, or one level deeper with (1)z."""
    lines: list[str] = []
    wanted: Expected = []
    for n, (_, item) in enumerate(ledger.items()):
        lines.append(f"（{NUMERALS[n]}）反馈问题：{item.title}")
        parts: list[tuple[str | None, str | None, Sub]] = []
        for place, sub in enumerate(item.subs, start=1):
            if deep:
                lines += [f"{place}.{sub.title}与其他方面", f"（1）{sub.title}", labelled(ledger, sub)]
                parts.append((f"{place}(1)", sub.title, sub))
            else:
                lines += [f"{place}.{sub.title}", "整改状态：已完成", labelled(ledger, sub)]
                parts.append((str(place), sub.title, sub))
        wanted.append((None, NUMERALS[n], item.title, parts))
    return lines, wanted


def deep_items(ledger: Ledger) -> tuple[list[str], Expected]:
    return colon_items(ledger, deep=True)


def aspects(ledger: Ledger) -> tuple[list[str], Expected]:
    """(一)在“…”方面 > 1.关于“x”问题的整改 > (1)关于“y” > label."""
    lines: list[str] = []
    wanted: Expected = []
    for g, group in enumerate(ledger.groups):
        lines.append(f"（{NUMERALS[g]}）在“{SUBJECTS[g]}”方面")
        for n, item in enumerate(group, start=1):
            lines.append(f"{n}.关于“{item.title}”问题的整改")
            parts: list[tuple[str | None, str | None, Sub]] = []
            for place, sub in enumerate(item.subs, start=1):
                lines += [f"（{place}）关于“{sub.title}”", labelled(ledger, sub)]
                parts.append((str(place), sub.title, sub))
            wanted.append((f"（{NUMERALS[g]}）", str(n), item.title, parts))
    return lines, wanted


def named(ledger: Ledger) -> tuple[list[str], Expected]:
    """(一)关于“x”问题的整改 > label."""
    lines: list[str] = []
    wanted: Expected = []
    for n, (_, item) in enumerate(ledger.items()):
        lines += [f"（{NUMERALS[n]}）关于“{item.title}”问题的整改", labelled(ledger, item.subs[0])]
        wanted.append((None, NUMERALS[n], item.title, [(None, None, item.subs[0])]))
    return lines, wanted


def plain(ledger: Ledger) -> tuple[list[str], Expected]:
    """关于“x”的问题 without any number > label."""
    lines: list[str] = []
    wanted: Expected = []
    for _, item in ledger.items():
        lines += [f"关于“{item.title}”的问题", labelled(ledger, item.subs[0])]
        wanted.append((None, None, item.title, [(None, None, item.subs[0])]))
    return lines, wanted


def flat(ledger: Ledger) -> tuple[list[str], Expected]:
    """1.x > label with 一是…二是, no group."""
    lines: list[str] = []
    wanted: Expected = []
    for n, (_, item) in enumerate(ledger.items(), start=1):
        sub = replace(item.subs[0], steps=[f"{NUMERALS[k]}是{step}" for k, step in enumerate(item.subs[0].steps)])
        lines += [f"{n}.{item.title}", labelled(ledger, sub)]
        wanted.append((None, str(n), item.title, [(None, None, sub)]))
    return lines, wanted


def table(ledger: Ledger, between: str, edge: str = "") -> tuple[list[str], Expected]:
    """A table written as text: 序号 | 反馈问题 | 整改情况."""

    def row(*cells: str) -> str:
        return f"{edge}{between.join(cells)}{edge}"

    lines = [row("序号", "反馈问题", "整改情况", "责任部门")]
    wanted: Expected = []
    for n, (_, item) in enumerate(ledger.items(), start=1):
        lines.append(row(str(n), f"关于“{item.title}”的问题", item.subs[0].body(), "审管办"))
        wanted.append((None, str(n), item.title, [(None, None, item.subs[0])]))
    return lines, wanted


def pipes(ledger: Ledger) -> tuple[list[str], Expected]:
    lines, wanted = table(ledger, " | ", "|")
    return [lines[0], "|---|---|---|---|", *lines[1:]], wanted


def tabs(ledger: Ledger) -> tuple[list[str], Expected]:
    return table(ledger, "\t")


def grouped(ledger: Ledger) -> tuple[list[str], Expected]:
    """一、group > 1.x > label, without a heading over the list."""
    lines: list[str] = []
    wanted: Expected = []
    for g, group in enumerate(ledger.groups):
        lines.append(f"{NUMERALS[g]}、{SUBJECTS[g]}方面")
        for n, item in enumerate(group, start=1):
            lines += [f"{n}.{item.title}", labelled(ledger, item.subs[0])]
            wanted.append((f"{NUMERALS[g]}、", str(n), item.title, [(None, None, item.subs[0])]))
    return lines, wanted


def direct(ledger: Ledger) -> tuple[list[str], Expected]:
    """一、关于“x”问题 > 整改措施及成效, without a heading over the list."""
    lines: list[str] = []
    wanted: Expected = []
    for n, (_, item) in enumerate(ledger.items()):
        lines += [f"{NUMERALS[n]}、关于“{item.title}”问题", labelled(ledger, item.subs[0])]
        wanted.append((None, NUMERALS[n], item.title, [(None, None, item.subs[0])]))
    return lines, wanted


def unlabelled(ledger: Ledger) -> tuple[list[str], Expected]:
    """(一)在“…”方面 > 1.关于“x”问题的整改 > (1)关于“y” and its text, in the same paragraph for every second one; no label."""
    lines: list[str] = []
    wanted: Expected = []
    for g, group in enumerate(ledger.groups):
        lines.append(f"（{NUMERALS[g]}）在“{SUBJECTS[g]}”方面")
        for n, item in enumerate(group, start=1):
            lines.append(f"{n}.关于“{item.title}”问题的整改")
            parts: list[tuple[str | None, str | None, Sub]] = []
            for place, sub in enumerate(item.subs, start=1):
                heading = f"（{place}）关于“{sub.title}”"
                lines += [heading, sub.body()] if item.direct else [f"{heading}。{sub.body()}"]
                parts.append((str(place), sub.title, sub))
            wanted.append((f"（{NUMERALS[g]}）", str(n), item.title, parts))
    return lines, wanted


LAYOUTS: list[Callable[[Ledger], tuple[list[str], Expected]]] = [
    quoted_items, colon_items, deep_items, aspects, named, plain, flat, pipes, tabs, unlabelled, grouped, direct,
]  # fmt: skip
TOP_LEVEL = [grouped, direct]
"""Layouts whose groups or problems are the notice's outermost headings: no 二、 stands over them."""


def notice_lines(ledger: Ledger, layout: Callable[[Ledger], tuple[list[str], Expected]]) -> tuple[list[str], Expected]:
    """The whole notice in a layout, line by line."""
    lines, wanted = layout(ledger)
    if layout in TOP_LEVEL:
        before = organisation(replace(ledger, organisation=3))[1:]
        after = [line for line in tail(ledger) if not line.startswith(("三、", "（一）", "不松劲"))]
        return [*head(ledger), *before, *lines, *after], wanted
    return [*head(ledger), *organisation(ledger), "二、反馈问题整改落实情况", *lines, *tail(ledger)], wanted


# ---- what happens to a page


def half_width(lines: list[str]) -> str:
    return "\n".join(lines).translate(str.maketrans("，；：（）？！", ",;:()?!"))


def spaced(lines: list[str]) -> str:
    return "\r\n".join(f"\u3000\u3000{line} \r\n\u00a0" for line in lines)


def without_colons(lines: list[str]) -> str:
    return "\n".join(re.sub(r"^(整改[\u4e00-\u9fff]*)[：:]", r"\1", line) for line in lines)


def beheaded(lines: list[str]) -> str:
    """Labels, bracketed marks and 反馈问题 lose their first character."""
    lost = r"^(?:（(?=[一二三四五六七八九]）)|整(?=改(?!状态)[\u4e00-\u9fff]*[：:])|反(?=馈问题[一二三四五六七八九]：))"
    return "\n".join([*lines[:2], *(re.sub(lost, "", line) for line in lines[2:])])


def run_together(lines: list[str]) -> str:
    return "".join(lines)


def run_together_with_blanks(lines: list[str]) -> str:
    return "\u3000\u3000".join(lines)


def among_page_lines(lines: list[str]) -> str:
    before = ["当前位置：首页 > 公示公告", "发布时间：2031-01-05 10:00", "来源：临江区人民法院", "浏览次数：317"]
    return "\n".join([*before, *lines, "上一篇：公开招聘公告", "打印本页"])


def without_date_marks(lines: list[str]) -> str:
    """年 and 月 lost from the dates of the opening: 20251112日."""
    return "\n".join([lines[0], re.sub(r"(\d{4})年(\d{1,2})月(\d{1,2})日", r"\1\2\3日", lines[1]), *lines[2:]])


_BACK = {ord(simple): chr(code) for code, simple in reversed(TABLE.items()) if simple not in "干云后里准台斗"}


def traditional(text: str) -> str:
    return text.translate(_BACK)


# ---- random ledgers

titles = st.builds(lambda a, b, c: f"{a}和{b}{c}", *[st.sampled_from(SUBJECTS)] * 2, st.sampled_from(STATES))
values = st.one_of(st.integers(0, 99999), st.integers(1, 9999).map(lambda n: (n * 10 + 5) / 100))
figures = st.tuples(st.sampled_from(VERBS), values, st.sampled_from(UNITS))
subs = st.builds(
    Sub, titles, st.lists(st.sampled_from(STEPS), min_size=1, max_size=2), st.lists(figures, max_size=3)
)
items = st.builds(Item, titles, st.lists(subs, min_size=1, max_size=3), st.booleans())


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Two or three groups of problems, dates in their order, one of everything else."""
    begin = draw(st.dates(date(2022, 1, 1), date(2025, 6, 30)))
    stop = begin + timedelta(days=draw(st.integers(1, 120)))
    feedback = stop + timedelta(days=draw(st.integers(1, 200)))
    return Ledger(
        draw(st.lists(st.lists(items, min_size=1, max_size=3), min_size=2, max_size=3)),
        begin, stop, feedback, feedback + timedelta(days=draw(st.integers(30, 300))),
        draw(st.sampled_from(LABELS)), draw(st.sampled_from(["巡察", "巡视"])),
        draw(st.integers(1, 99)), draw(st.integers(1, 40)), draw(st.booleans()), draw(st.integers(0, 3)),
        draw(st.sampled_from(["0790-3300112", "3300112", "（0790）3300112"])),
    )  # fmt: skip
