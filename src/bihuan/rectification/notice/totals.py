"""Totals a notice states about itself: problems, measures, rules made. They are counts, never items."""

from __future__ import annotations

import re
from dataclasses import replace

from .model import Notice, Remark, StatedCount
from .normalise import chinese_number

_N = r"(?P<value>(?<![\d.])\d{1,7}(?:\.\d{1,4})?|[一二三四五六七八九十百两]{1,5})\s*(?:余|多)?\s*"
_RULE_WORD = r"(?:规章制度|制度机制|工作制度|管理制度|长效机制|制度规定|制度文件|制度|机制|规定|办法)"
_MADE = r"(?:新建|建立|健全|修订|完善|制定|制订|出台|废止|新增|形成|汇编)"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("measures", re.compile(rf"(?:措施|举措)\s*(?:共|共计|达|合计)?\s*{_N}(?P<unit>条|项|个|款)")),
    ("measures", re.compile(rf"{_N}(?P<unit>条|项|个|款)(?:具体|细化|针对性|有效|务实|的){{0,3}}(?:整改)?(?:具体|工作){{0,2}}(?:措施|举措)")),
    ("rules", re.compile(rf"{_MADE}[^。;,\d]{{0,24}}?{_N}(?P<unit>项|个|份|部|件|条)[^。;,\d]{{0,8}}?{_RULE_WORD}")),
    ("rules", re.compile(rf"{_MADE}[^。;,\d]{{0,16}}?{_RULE_WORD}[^。;,\d]{{0,4}}?{_N}(?P<unit>项|个|份|部|件|条)")),
    ("aspects", re.compile(rf"{_N}(?P<unit>个)(?:大)?方面")),
    ("kinds", re.compile(rf"{_N}(?P<unit>大?类)")),
    ("problems", re.compile(rf"{_N}(?P<unit>个|项|条)(?:具体|突出|反馈|主要|整改){{0,3}}(?:的)?问题")),
    ("problems", re.compile(rf"问题\s*(?:共|共计)?\s*{_N}(?P<unit>个|项|条)")),
    ("staged", re.compile(rf"(?:阶段性完成|基本完成|取得阶段性成效)(?:整改)?[^。;,\d]{{0,6}}{_N}(?P<unit>个|项|条)")),
    ("undone", re.compile(rf"(?:未完成|尚未完成|正在推进|正在整改|持续推进|长期坚持)(?:整改)?[^。;,\d]{{0,6}}{_N}(?P<unit>个|项|条)")),
    ("done", re.compile(rf"(?:(?<!未)(?<!性)(?<!本)已?完成(?=\s*\d)|(?:已|全部)?(?:(?<!未)(?<!性)完成整改|整改完成|整改到位|整改销号|销号))[^。;,\d]{{0,6}}{_N}(?P<unit>个|项|条)")),
    ("done", re.compile(rf"{_N}(?P<unit>个|项|条)[^。;,\d]{{0,8}}(?:已|均)?(?:全部)?(?:完成整改|整改完成|整改到位|销号)")),
    ("rate", re.compile(r"(?:整改)?(?:完成率|整改率|销号率|办结率)[^。;,\d]{0,6}(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>%)")),
)


def read_totals(notice: Notice, norm: str, spans: list[tuple[int, int]]) -> None:
    """Fill ``stated_counts`` and the two counts from the parts outside the problem list, in the order printed."""
    found: list[StatedCount] = []
    for start, end in spans:
        here: list[StatedCount] = []
        for of, pattern in _PATTERNS:
            for match in pattern.finditer(norm, start, end):
                raw = match["value"]
                value: float | int | None = float(raw) if "." in raw else chinese_number(raw)
                if value is None or any(c.of == of and _overlap(c.span, match.span()) for c in here):
                    continue
                here.append(
                    StatedCount(of, value, match["unit"], notice.text[match.start() : match.end()], match.span())
                )
        found += sorted(here, key=lambda c: c.span)
    notice.stated_counts = found
    notice.measures_count = _settle(notice, "measures")
    notice.rules_made_count = _settle(notice, "rules")


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _settle(notice: Notice, of: str) -> int | None:
    counts = [c for c in notice.stated_counts if c.of == of]
    if not counts:
        return None
    if of == "rules":
        # 新建4项、修订9项: two parts of one total, when one sentence names both and nothing else between them.
        first = _parts(notice.text, counts)
        counts = [replace(first[0], value=sum(c.value for c in first)), *counts[len(first) :]]
    if len({c.value for c in counts}) > 1:
        notice.warnings.append(Remark("count.differ", None, {"texts": "、".join(c.text for c in counts)}))
    return int(counts[0].value)


def _parts(text: str, counts: list[StatedCount]) -> list[StatedCount]:
    """The counts from the first on that the same sentence adds up."""
    taken = counts[:1]
    for count in counts[1:]:
        between = text[taken[-1].span[1] : count.span[0]]
        if re.search(r"[。;；\n]", between) or len(between) > 12 or count.text[:2] == taken[0].text[:2]:
            break
        taken.append(count)
    return taken
