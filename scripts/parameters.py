"""The table of unsettled parameters in docs/待与法院确认.md, from the dated YAML: `write` renews it, `check` compares.

Unsettled are the values tagged M (from memory, to be confirmed) and D (our default, the court's to set).
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tables  # type: ignore[import-not-found]  # the script beside this one

from bihuan.law.dated import DatedValue, Parameter, Parameters
from bihuan.law.terms import Period, Unit

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "待与法院确认.md"
BEGIN, END = "<!-- parameters -->\n", "<!-- /parameters -->\n"
HEAD = "| 参数 | 内容 | 现值 | 自 | 把握 | 文件 |\n|---|---|---|---|---|---|\n"
TAGS = {"M": "M 待核", "D": "D 默认"}
UNITS = {
    Unit.YEAR: "年",
    Unit.MONTH: "个月",
    Unit.CRIMINAL_MONTH: "个月（刑事）",
    Unit.DAY: "天",
    Unit.WORKDAY: "个工作日",
    Unit.HOUR: "小时",
}
# What the keys of a value that holds several say; `term` alone needs no name.
KEYS = {
    "leading_group_term": "领导小组",
    "democratic_life_meeting_term": "专题民主生活会",
    "publication_term": "公开",
    "first_term": "首次",
    "every_term": "其后每",
    "times": "次数",
    "sample_percent": "抽查百分比",
    "sample_at_least": "至少件数",
    "window_term": "期满前",
    "percent": "占比",
    "at_least": "件数",
    "notice": "提示",
    "warning": "预警",
    "serious": "严重",
    "ordinary_term": "一般",
    "urgent_term": "紧急",
    "result_term": "结果",
    "members": "人数",
    "more_than_percent": "超过",
}
LINES = {"civil": "民事", "criminal": "刑事", "administrative": "行政", "compensation": "国家赔偿"}
LINES |= {"enforcement": "执行", "bankruptcy": "破产"}
PLAIN = {"workdays": "个工作日", "days": "天", "months": "个月", "minutes": "分钟"}


def length(period: Period) -> str:
    """A length in words; half a month has a word of its own, and joins the months before it: 一个半月."""
    parts = {unit: count for count, unit in period.parts}
    half = parts.pop(Unit.HALF_MONTH, 0)
    if not half:
        return "".join(f"{count} {UNITS[unit]}" for unit, count in parts.items())
    months = parts.get(Unit.MONTH, 0) + parts.get(Unit.CRIMINAL_MONTH, 0)
    return f"{months} 个半月" if months else "半个月"


def said(key: str, value: Any) -> str:
    """One value in words. A key that this file does not know is shown as it is, so that nothing is left out."""
    if key == "term" or key.endswith("_term"):
        text = length(Period.parse(str(value)))
        return text if key == "term" else f"{KEYS.get(key, key)} {text}"
    if key == "boundary":
        return {"over": "超过（不含本数）", "reach": "满（含本数）"}[str(value)]
    if key == "applies":
        return "适用" if value else "不适用"
    if key == "lines":
        return "、".join(LINES.get(line, line) for line in value)
    shown = "、".join(map(str, value)) if isinstance(value, list) else f"{value}%" if "percent" in key else str(value)
    if key in PLAIN:
        return f"{shown} {PLAIN[key]}"
    return f"{KEYS.get(key, key)} {shown}"


def row(parameter: Parameter, value: DatedValue) -> str:
    """The table's line of one value."""
    notes = "；".join(note for note in (parameter.note, value.note) if note)
    about = f"{parameter.title}（{notes}）" if notes else parameter.title
    words = "；".join(said(key, content) for key, content in value.content.items())
    cells = (f"`{parameter.id}`", about, words, value.start.isoformat(), TAGS[value.tag], f"`{parameter.origin}`")
    return "| " + " | ".join(cells) + " |\n"


def rows() -> Iterator[str]:
    """The lines of all unsettled values, M first."""
    found = [(p, v) for p in Parameters.load() for v in p.values if v.tag in TAGS and not v.closed]
    for parameter, value in sorted(found, key=lambda pair: (pair[1].tag != "M", pair[0].id, pair[1].start)):
        yield row(parameter, value)


def renewed(text: str) -> str:
    """The document with the table as the YAML has it now."""
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{DOCUMENT} has lost the marks {BEGIN.strip()} ... {END.strip()}")
    return before + BEGIN + HEAD + "".join(rows()) + END + after


if __name__ == "__main__":
    tables.main(DOCUMENT, renewed, __doc__)
