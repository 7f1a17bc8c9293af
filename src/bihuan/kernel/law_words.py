"""The law package in words: its codes (steps of a trace, names of limits, grounds, approvers ...) as sentences.

The law holds codes and plain parameters only; `message` turns a stored step or finding into a `Message` whose parameters
are themselves messages where the law names something (a ground, a limit, a length of time).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.law import steps
from bihuan.law.case_types import LINES, case_types
from bihuan.law.citations import citations
from bihuan.law.errors import LawError
from bihuan.law.limits.book import current_limits
from bihuan.law.limits.words import vocabulary

from .alerts_trace import TAGS
from .parameter_words import UNITS, term_message
from .wording import Message, wording

SENTENCES = {
    steps.START: _("起算：%(trigger)s 当日不计入，自 %(first_counted)s 起计算（%(article)s）。"),
    steps.DAYS: _("自 %(from)s 起 %(count)s 日，至 %(to)s。"),
    steps.YEARS: _("自 %(from)s 起 %(count)s 年，至 %(to)s%(how)s（%(article)s）。"),
    steps.MONTHS: _("自 %(from)s 起 %(count)s 个月，至 %(to)s%(how)s（%(article)s）。"),
    steps.CRIMINAL_MONTHS: _("自 %(from)s 起 %(count)s 个月，至 %(to)s%(how)s（%(article)s）。"),
    steps.HALF_MONTH: _("自 %(from)s 起半个月（%(days)s 日），至 %(to)s（%(article)s）。"),
    steps.WORKDAYS: _("自 %(from)s 起 %(count)s 个工作日，至 %(to)s（%(article)s）。"),
    steps.EXTENSION: _("经批准延长 %(term)s：由 %(from)s 延至 %(to)s（%(cited)s）。"),
    steps.EXTENSION_UNTIL: _("经批准由 %(from)s 延至 %(to)s（%(cited)s）。"),
    steps.EXCLUSION: _("扣除 %(first)s 至 %(last)s 共 %(length)s（%(grounds)s）：由 %(from)s 顺延至 %(to)s。"),
    steps.EXCLUSION_CITED: _(
        "扣除 %(first)s 至 %(last)s 共 %(length)s（%(grounds)s，%(article)s）：由 %(from)s 顺延至 %(to)s。"
    ),
    steps.EXCLUSION_IGNORED: _("%(first)s 至 %(last)s（%(grounds)s）%(because)s，不扣除。"),
    steps.ROLL: _("%(from)s 为%(kind)s，顺延至 %(to)s（%(article)s%(arranged)s）。"),
    steps.NO_ROLL: _("%(day)s 为%(kind)s，不顺延（%(article)s）。"),
    steps.CUSTODY: _("在押期间不因休息日顺延，仍为 %(day)s（%(article)s）。"),
    steps.PROVISIONAL: _("放假安排只公布到 %(published_to)s，此后按周末推算，公布后重新计算。"),
    steps.HOUR_START: _("起算：%(moment)s 发生，自 %(start)s 起计算（%(rule)s，%(article)s）。"),
    steps.HOURS: _("自 %(from)s 起 %(count)s 小时，至 %(to)s；不因休息日顺延。"),
    steps.LIMIT: _("%(limit)s：%(term)s，自%(event)s起（%(article)s，%(tag)s；用 %(text_from)s 起的文本）。"),
    steps.LIMIT_AT_LATEST: _("至迟不得超过%(term)s：%(raw)s 届满，%(due)s 为最后一日（%(article)s）。"),
    steps.LIMIT_BEFORE: _("应当在%(event)s（%(on)s）之前完成，最迟 %(to)s（%(article)s）。"),
    steps.LIMIT_UNLIMITED: _("%(limit)s：不受期限限制（%(article)s）。"),
    steps.LIMIT_FLOOR: _("自 %(day)s 起方可进行（%(boundary)s，%(article)s）。"),
    steps.LIMIT_CEILING: _("%(day)s 届满即失效，不因休息日顺延（%(article)s）。"),
    steps.TURN_CONTINUE: _("%(on)s 转为%(turn)s：仍自 %(trigger)s 起连续计算（%(article)s）。"),
    steps.TURN_CONVERTED: _("%(on)s 转为%(turn)s：自 %(trigger)s 起重新计算（%(article)s）。"),
    steps.TURN_RESTART: _("%(on)s %(turn)s：自 %(trigger)s 起重新计算（%(article)s）。"),
}
for _name, _sentence in SENTENCES.items():
    wording(_name, _sentence)
_NUMBERED = re.compile(r"(\(\d{4}\))?(\d+)(\(\d+\))?(.*)")

_HOW = {
    "month_end": wording("law.how.month_end", _("（起算日为月末，至月末届满）")),
    "clamped": wording("law.how.clamped", _("（没有对应日，至月末届满）")),
    "": wording("law.how.plain", ""),
}
_KIND = {
    "workday": wording("law.day.workday", _("工作日")),
    "swapped_workday": wording("law.day.swapped_workday", _("调休上班日")),
    "weekend": wording("law.day.weekend", _("周末")),
    "holiday": wording("law.day.holiday", _("放假日")),
}
_BECAUSE = {
    "before": wording("law.because.before", _("在起算以前")),
    "after": wording("law.because.after", _("在届满以后")),
}
_BOUNDARY = {
    "over": wording("law.boundary.over", _("“超过”不含本数")),
    "reach": wording("law.boundary.reach", _("“满”含本数")),
}
_RULE = {
    "next_hour": wording("law.hours.next_hour", _("从次时起算")),
    "moment": wording("law.hours.moment", _("从当时起算")),
}
_LINE = {
    "civil": wording("law.line.civil", pgettext_lazy("case line", "民事")),
    "criminal": wording("law.line.criminal", pgettext_lazy("case line", "刑事")),
    "administrative": wording("law.line.administrative", pgettext_lazy("case line", "行政")),
    "compensation": wording("law.line.compensation", pgettext_lazy("case line", "国家赔偿")),
    "enforcement": wording("law.line.enforcement", pgettext_lazy("case line", "执行")),
    "other": wording("law.line.other", pgettext_lazy("case line", "其他")),
}
assert set(_LINE) == set(LINES)
NOTHING = _HOW[""]
ARRANGED = wording("law.arranged", _("；%(notices)s"))
NO_GROUND = wording("law.ground.none", _("未写事由"))
NOT_ARTICLE = wording("law.article.none", _("条款未写明"))
ARTICLE = wording("law.article", _("%(law)s第%(number)s条%(point)s"))
CITED = wording("law.cited", _("%(article)s，%(reference)s"))
REFERENCE = wording("law.reference", _("（%(reference)s）"))
LIMIT_NAME = wording("law.limit", "%(id)s %(title)s")


def _register() -> None:
    """The names of the data's own words, translated from the titles that stand in the YAML."""
    words = vocabulary()
    named = {
        "event": words.events, "approver": words.approvers, "ground": words.grounds, "fact": words.facts,
        "procedure": words.procedures, "family": words.families,
    }  # fmt: skip
    for kind, titles in named.items():
        for id_, title in titles.items():
            wording(f"law.{kind}.{id_}", _(title))
    book = current_limits()
    for limit in book:
        wording(f"law.limit.{limit.id}", _(limit.title))
    for restart in book.restarts:
        wording(f"law.restart.{restart.id}", _(restart.title))
    for code, one in case_types().by_code.items():
        wording(f"law.type.{code}", _(one.title))


_register()


def message(stored: Mapping[str, Any]) -> Message:
    """The sentence of a step or a finding, stored ("code", "params") or just made (`as_json`)."""
    held = stored.get("params", {})
    params = {name: _shown(name, value) for name, value in held.items()}
    if "clamped" in held:
        how = "month_end" if held.get("month_end") else "clamped" if held["clamped"] else ""
        params["how"] = _word(_HOW, how)
    if "unit" in held:
        params["length"] = length(held["count"], held["unit"])
    if "articles" in held:
        params["article"] = article("、".join(held["articles"]))
    if "notices" in held:
        params["arranged"] = _code(ARRANGED, notices=held["notices"]) if held["notices"] else _code(NOTHING)
    if "reference" in held:
        reference, cited = held["reference"], params.get("article")
        params["ref"] = _code(REFERENCE, reference=reference) if reference else _code(NOTHING)
        params["cited"] = _code(CITED, article=cited, reference=reference) if reference else cited
    return Message(stored["code"], params)


def article(text: str) -> Any:
    """Articles in words: "29号9(6)、民诉解释243" as 29号第9条(6)、民诉解释第243条; a text of another form as it is."""
    return [_article(one) for one in text.split("、")] if text else _code(NOT_ARTICLE)


def _article(text: str) -> Any:
    try:
        law, rest = citations().split(text)
    except LawError:
        return text
    found = _NUMBERED.fullmatch(rest)
    if found is None:
        return text
    return _code(ARTICLE, law=law + (found[1] or ""), number=found[2], point=(found[3] or "") + found[4])


def length(count: int, unit: str) -> dict[str, Any]:
    """So many days or working days."""
    return Message(next(code for key, code in UNITS.items() if key == unit), {"n": str(count)}).as_json()


def limit_name(id_: str) -> dict[str, Any]:
    """ "CV-01 民事一审普通程序审限"."""
    return Message(LIMIT_NAME, {"id": id_, "title": {"code": f"law.limit.{id_}", "params": {}}}).as_json()


def name(kind: str, id_: str) -> dict[str, Any]:
    """A word of the vocabulary (event, approver, ground, fact, procedure, family, type, line)."""
    return {"code": _LINE[id_] if kind == "line" else f"law.{kind}.{id_}", "params": {}}


def tag(value: str) -> dict[str, Any]:
    """How sure a text is: T, S, M, I, D in words."""
    return _code(TAGS[value])


def term(text: str) -> Any:
    """A length of time in words; the text itself where it is none."""
    found = term_message(text)
    return found.as_json() if found else text


def _code(code: str, **params: Any) -> dict[str, Any]:
    return {"code": code, "params": params}


def _word(table: Mapping[str, str], key: str) -> Any:
    return {"code": table[key], "params": {}} if key in table else key


def _turn(value: str) -> Any:
    return limit_name(value) if value in current_limits().limits else name("restart", value)


def _names(kind: str) -> Callable[[Any], Any]:
    known = {"ground": vocabulary().grounds, "approver": vocabulary().approvers, "fact": vocabulary().facts}[kind]

    def shown(value: Any) -> Any:
        if isinstance(value, list):
            return [name(kind, one) if one in known else one for one in value] or _code(NO_GROUND)
        return name(kind, value) if value in known else value

    return shown


# How each parameter of a step or finding is shown; the rest (days, numbers, articles, references) as it is.
_SHOWN: Mapping[str, Callable[[Any], Any]] = {
    "term": term, "away": term, "skip": term, "max": term, "legacy_term": term,
    "grounds": _names("ground"), "ground": _names("ground"),
    "by": _names("approver"), "expected": _names("approver"), "assumed": _names("approver"), "needs": _names("fact"),
    "limit": limit_name, "turn": _turn,
    "event": lambda value: name("event", value),
    "kind": lambda value: _word(_KIND, value),
    "because": lambda value: _word(_BECAUSE, value),
    "boundary": lambda value: _word(_BOUNDARY, value),
    "rule": lambda value: _word(_RULE, value),
    "tag": tag,
    "article": article,
}  # fmt: skip


def _shown(key: str, value: Any) -> Any:
    return _SHOWN[key](value) if key in _SHOWN else value
