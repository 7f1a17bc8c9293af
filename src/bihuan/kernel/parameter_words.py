"""The values of dated parameters in words, for the answer to "why?": "1m" is read as "1 个月", not shown as stored."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.law.errors import LawError
from bihuan.law.terms import Period, Unit

from .wording import Message, wording

UNITS = {
    Unit.YEAR: wording("law.unit.year", pgettext_lazy("term", "%(n)s 年")),
    Unit.MONTH: wording("law.unit.month", pgettext_lazy("term", "%(n)s 个月")),
    Unit.CRIMINAL_MONTH: wording("law.unit.criminal_month", pgettext_lazy("term", "%(n)s 个月")),
    Unit.HALF_MONTH: wording("law.unit.half_month", pgettext_lazy("term", "半个月")),
    Unit.DAY: wording("law.unit.day", pgettext_lazy("term", "%(n)s 天")),
    Unit.WORKDAY: wording("law.unit.workday", pgettext_lazy("term", "%(n)s 个工作日")),
    Unit.HOUR: wording("law.unit.hour", pgettext_lazy("term", "%(n)s 小时")),
}
AND_HALF = wording("law.unit.month_and_half", pgettext_lazy("term", "%(n)s 个半月"))
_AND_HALF = ([Unit.MONTH, Unit.HALF_MONTH], [Unit.CRIMINAL_MONTH, Unit.HALF_MONTH])
#: Keys that say by themselves what they count.
COUNTS = {"years": Unit.YEAR, "months": Unit.MONTH, "days": Unit.DAY, "workdays": Unit.WORKDAY}
#: Keys of a parameter that holds several values. A key not named here is shown as it is, so that nothing is left out.
NAMES = {
    "window_term": wording("law.key.window_term", _("时间窗口 %(value)s")),
    "percent": wording("law.key.percent", _("占比 %(value)s%%")),
    "at_least": wording("law.key.at_least", _("不少于 %(value)s 件")),
    "more_than_percent": wording("law.key.more_than_percent", _("超过 %(value)s%%")),
    "low": wording("law.key.low", _("下限 %(value)s")),
    "high": wording("law.key.high", _("上限 %(value)s")),
    "start_month": wording("law.key.start_month", _("自 %(value)s 月起")),
    "indicators": wording("law.key.indicators", _("指标：%(value)s")),
    "size": wording("law.key.size", _("文件所称 %(value)s 项")),
    "members": wording("law.key.members", _("%(value)s 人")),
}
APPLIES = {
    "True": wording("law.key.applies", pgettext_lazy("parameter", "适用")),
    "False": wording("law.key.applies_not", pgettext_lazy("parameter", "不适用")),
}
DIRECTIONS = {
    "up": wording("law.key.up", pgettext_lazy("direction", "高为好")),
    "down": wording("law.key.down", pgettext_lazy("direction", "低为好")),
    "none": wording("law.key.level", pgettext_lazy("direction", "不分高低")),
}
#: Keys whose values are codes of a domain: the words it gave for them.
_CODES: dict[str, dict[str, str]] = {}
NAMED = wording("law.key.other", "%(name)s=%(value)s")
SUM = wording("law.term.sum", "%(parts)s")
LIST = wording("law.codes.list", "%(parts)s")


def spell(key: str, codes: dict[str, str]) -> None:
    """Let values under `key` (a code, or a list of codes) be read as the wordings `codes` names for them."""
    _CODES[key] = dict(codes)


def said(name: str, value: Any) -> Message:
    """One value of a parameter: `name` is its key, `value` as stored in a trace (text)."""
    if name in COUNTS and str(value).isdigit():
        return Message(UNITS[COUNTS[name]], {"n": str(value)})
    if name == "applies" and str(value) in APPLIES:
        return Message(APPLIES[str(value)])
    if name == "direction" and str(value) in DIRECTIONS:
        return Message(DIRECTIONS[str(value)])
    if name in _CODES:
        found = [code for code in re.findall(r"\w+", str(value)) if code in _CODES[name]]
        if found:
            return Message(LIST, {"parts": [Message(_CODES[name][code]).as_json() for code in found]})
    shown: Any = str(value)
    if name == "term" or name.endswith("_term"):
        term = term_message(str(value))
        if term is not None and name == "term":
            return term
        shown = term.as_json() if term is not None else shown
    if name in NAMES:
        return Message(NAMES[name], {"value": shown})
    return Message(NAMED, {"name": name, "value": shown})


def term_message(text: str) -> Message | None:
    """A length of time, or None where the text is none (a value of an older form stays readable)."""
    try:
        parts = Period.parse(text).parts
    except LawError:
        return None
    told = [Message(UNITS[unit], {"n": str(count)}) for count, unit in parts]
    if [unit for _count, unit in parts[-2:]] in _AND_HALF:
        told[-2:] = [Message(AND_HALF, {"n": str(parts[-2][0])})]
    return told[0] if len(told) == 1 else Message(SUM, {"parts": [one.as_json() for one in told]})
