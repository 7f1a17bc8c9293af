"""Notices written from random small structures, in four layouts, read back as they were meant."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bihuan.rectification.notice import read_notice

from .test_layouts import check_spans

NUMERALS = "一二三四五六七八九"
SUBJECTS = ["登记", "值守", "归卷", "回访", "接待", "采购", "保密", "培训"]
STATES = ["不够细致", "存在短板", "流于表面", "落实较慢", "缺少统筹"]
STEPS = ["完善流程，明确分工", "组织自查，逐项核对", "加强提醒，压实责任", "修改清单，定期抽查"]
VERBS = ["核对台账", "走访群众", "补录信息", "约谈干部"]
UNITS = ["件", "人次", "份", "户", "卷"]


@dataclass
class Sub:
    title: str
    steps: list[str]
    figures: list[tuple[str, float, str]] = field(default_factory=list)

    def body(self):
        counted = [f"{verb}{value}{unit}" for verb, value, unit in self.figures]
        return "。".join([*self.steps, *(["，".join(counted)] if counted else [])]) + "。"


titles = st.builds(lambda a, b, c: f"{a}和{b}{c}", *[st.sampled_from(SUBJECTS)] * 2, st.sampled_from(STATES))
values = st.one_of(st.integers(0, 99999), st.integers(1, 9999).map(lambda n: (n * 10 + 5) / 100))
figures = st.tuples(st.sampled_from(VERBS), values, st.sampled_from(UNITS))
subs = st.builds(
    Sub, titles, st.lists(st.sampled_from(STEPS), min_size=1, max_size=2), st.lists(figures, max_size=3)
)
problems = st.tuples(titles, st.lists(subs, min_size=1, max_size=3), st.booleans())
groups = st.lists(st.lists(problems, min_size=1, max_size=3), min_size=1, max_size=3)
days = st.dates(date(2022, 1, 1), date(2025, 6, 30))
labels = st.sampled_from(["整改情况：", "整改落实情况:", "整改措施及成效：", "整改情况"])


def written(day):
    return f"{day.year}年{day.month}月{day.day}日"


def head(start, stop, feedback):
    return [
        "中共云泽市临江区人民法院党组关于巡察整改进展情况的通报",
        f"{written(start)}至{written(stop)}，区委第二巡察组对我院党组开展了常规巡察，"
        f"{written(feedback)}反馈了意见。现将整改情况予以公布。",
    ]


def tail(signed):
    return ["欢迎监督。联系电话：0790-3300112", "云泽市临江区人民法院", written(signed)]


def dates(start, gaps):
    points = [start]
    for gap in gaps:
        points.append(points[-1] + timedelta(days=gap))
    return points


def check_sub(got, want):
    assert got.measures_text == want.body()
    assert [(f.value, f.unit, f.kind) for f in got.figures] == [(v, u, "result") for _, v, u in want.figures]
    assert [f.text for f in got.figures] == [f"{verb}{v}{u}" for verb, v, u in want.figures]


@given(groups, days, st.lists(st.integers(1, 200), min_size=3, max_size=3), labels)
def test_items_under_groups(structure, start, gaps, label):
    """二、 > (一)group > 反馈问题一 > 1.x > label; a problem may have its label directly."""
    begin, stop, feedback, signed = dates(start, gaps)
    lines = [*head(begin, stop, feedback), "一、组织情况", "1.成立专班。", "2.定期调度。", "二、整改落实情况"]
    wanted = []
    for index, group in enumerate(structure):
        lines.append(f"（{NUMERALS[index]}）关于第{index + 1}方面的问题")
        for title, children, direct in group:
            number = NUMERALS[len(wanted)]
            lines.append(f"反馈问题{number}：关于“{title}”的问题。")
            kept = children[:1] if direct else children
            for place, sub in enumerate(kept, start=1):
                lines += ([] if direct else [f"{place}.{sub.title}"]) + [f"{label}{sub.body()}"]
            wanted.append((f"（{NUMERALS[index]}）", number, title, kept, direct))
    lines += ["三、下一步打算", "（一）保持力度", "不松劲。", *tail(signed)]
    notice = read_notice("\n".join(lines))
    assert (notice.inspection_from, notice.inspection_to, notice.feedback_on) == (begin, stop, feedback)
    assert notice.published_on == signed
    assert [(p.section, p.no, p.title) for p in notice.problems] == [w[:3] for w in wanted]
    for problem, (_, _, _, kept, direct) in zip(notice.problems, wanted, strict=True):
        numbers = [(None, None)] if direct else [(str(i), s.title) for i, s in enumerate(kept, start=1)]
        assert [(s.no, s.title) for s in problem.subproblems] == numbers
        for got, want in zip(problem.subproblems, kept, strict=True):
            check_sub(got, want)
    assert notice.unplaced == []
    check_spans(notice)


@given(st.lists(st.lists(subs, min_size=1, max_size=4), min_size=2, max_size=4), labels)
def test_groups_of_numbered_problems(structure, label):
    """一、group > 1.x > label."""
    lines = head(date(2024, 3, 1), date(2024, 5, 1), date(2024, 7, 1))
    wanted = []
    for index, group in enumerate(structure):
        lines.append(f"{NUMERALS[index]}、{SUBJECTS[index]}方面")
        for place, sub in enumerate(group, start=1):
            lines += [f"{place}.{sub.title}", f"{label}{sub.body()}"]
            wanted.append((f"{NUMERALS[index]}、", str(place), sub))
    notice = read_notice("\n".join([*lines, *tail(date(2025, 2, 1))]))
    assert [(p.section, p.no, p.title) for p in notice.problems] == [(s, n, sub.title) for s, n, sub in wanted]
    for problem, (_, _, sub) in zip(notice.problems, wanted, strict=True):
        assert [(s.no, s.title) for s in problem.subproblems] == [(None, None)]
        check_sub(problem.subproblems[0], sub)
    check_spans(notice)


@given(st.lists(subs, min_size=1, max_size=9), labels)
def test_flat_list(structure, label):
    """1.x > label, no group at all."""
    lines = head(date(2024, 3, 1), date(2024, 5, 1), date(2024, 7, 1))
    for place, sub in enumerate(structure, start=1):
        lines += [f"{place}.{sub.title}", f"{label}{sub.body()}"]
    notice = read_notice("\n".join([*lines, *tail(date(2025, 2, 1))]))
    assert [(p.section, p.no, p.title) for p in notice.problems] == [
        (None, str(i), s.title) for i, s in enumerate(structure, start=1)
    ]
    for problem, sub in zip(notice.problems, structure, strict=True):
        check_sub(problem.subproblems[0], sub)


@given(st.lists(subs, min_size=1, max_size=9), labels, st.booleans())
def test_named_problems_with_direct_text(structure, label, paren):
    """一、关于“x”问题 > label, or (一)关于“x”问题的整改 > label."""
    lines = head(date(2024, 3, 1), date(2024, 5, 1), date(2024, 7, 1))
    for index, sub in enumerate(structure):
        mark = f"（{NUMERALS[index]}）" if paren else f"{NUMERALS[index]}、"
        lines += [f"{mark}关于“{sub.title}”问题{'的整改' if paren else ''}", f"{label}{sub.body()}"]
    notice = read_notice("\n".join([*lines, *tail(date(2025, 2, 1))]))
    assert [(p.section, p.no, p.title) for p in notice.problems] == [
        (None, NUMERALS[i], s.title) for i, s in enumerate(structure)
    ]
    for problem, sub in zip(notice.problems, structure, strict=True):
        check_sub(problem.subproblems[0], sub)


@given(st.text(alphabet=list("一二1.()、。:;\n 巡察整改情况问题关于“”反馈:2024年3月1日件%组的《》"), max_size=120))
def test_no_text_breaks_the_reader(noise):
    """Whatever stands between a proper head and tail, the reader answers, and every offset holds."""
    notice = read_notice("\n".join(
        [*head(date(2024, 3, 1), date(2024, 5, 1), date(2024, 7, 1)), noise, *tail(date(2025, 2, 1))]
    ))
    check_spans(notice)
