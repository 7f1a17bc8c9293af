"""How cells of case sheets are read: case numbers, procedures and grounds as courts write them, lists of facts."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.law_findings import number_message
from bihuan.kernel.wording import Message, wording
from bihuan.law.dated import Parameters, current_parameters
from bihuan.law.errors import CaseNumberError
from bihuan.law.limits.words import vocabulary
from bihuan.law.numbers import CaseNumber, parse_number

COURT_CODE = "local.court-code"
OTHER_COURT = wording("cases.import.other_court", _("案号的法院代字是“%(found)s”，不是本院的“%(own)s”，这一行不属于本院。"))
UNKNOWN = wording("cases.import.unknown", _("不认识“%(found)s”，可填：%(accepted)s。"))
_SPLIT = re.compile(r"[、,，;；/\s]+")


def plain(cell: Any) -> str:
    """A cell as narrow text without spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(cell)))


def number(cell: Any) -> str:
    """A case number, normalised. Raises Refused naming the part that is wrong."""
    return str(_parsed(cell))


def own_number(cell: Any) -> str:
    """A case number of this court. Raises Refused."""
    found = _parsed(cell)
    own = own_codes(found.year)
    if own and found.court not in own:
        raise Refused(Message(OTHER_COURT, {"found": found.court, "own": "、".join(own)}))
    return str(found)


def own_codes(year: int) -> tuple[str, ...]:
    """The codes of this court in a year; none where the court has set none."""
    return _own_codes(current_parameters(), year)


@lru_cache(maxsize=256)
def _own_codes(parameters: Parameters, year: int) -> tuple[str, ...]:
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    values = parameters.get(COURT_CODE).values
    held = [v for v in values if not v.closed and v.start <= last and (v.end is None or v.end >= first)]
    return tuple(code for value in held for code in _SPLIT.split(str(value.content["code"])) if code)


def _parsed(cell: Any) -> CaseNumber:
    try:
        return parse_number(str(cell))
    except CaseNumberError as error:
        raise Refused(number_message(error)) from error


Words = dict[str, str]


@lru_cache(maxsize=1)
def procedures() -> Words:
    """Procedures by what sheets call them."""
    found = _by_title(vocabulary().procedures)
    more = {
        "普通": "ordinary", "普通程序(合议)": "ordinary", "合议": "ordinary", "普通独任": "ordinary_single",
        "普通程序独任": "ordinary_single", "简易": "summary", "小额": "small", "小额诉讼": "small", "小额程序": "small",
        "速裁": "fast_track", "自诉": "private", "公诉": "ordinary", "无": "only",
    }  # fmt: skip
    return found | more


@lru_cache(maxsize=1)
def turns() -> Words:
    """What a clock may turn to: procedures, and restarts."""
    from .words import turns as all_turns

    return {plain(name): code for code, name in all_turns()} | procedures()


@lru_cache(maxsize=1)
def grounds() -> Words:
    """Grounds of a pause."""
    more = {"评估": "audit", "审计": "audit", "公告送达": "announcement", "管辖权异议": "jurisdiction", "庭外和解": "settlement"}
    return _by_title(vocabulary().grounds) | more


@lru_cache(maxsize=1)
def approvers() -> Words:
    """Who grants an extension."""
    more = {"院长": "president", "上级法院": "superior", "上级人民法院": "superior", "高院": "high_court", "最高法院": "supreme"}
    return _by_title(vocabulary().approvers) | more


@lru_cache(maxsize=1)
def facts() -> Words:
    """Facts a limit depends on."""
    return _by_title(vocabulary().facts)


@lru_cache(maxsize=1)
def closings() -> Words:
    """Ways a case was closed."""
    from .models import ClosingManner

    named = {plain(choice.label): choice.value for choice in ClosingManner}
    return named | {"调解结案": "mediation", "准予撤诉": "withdrawal", "按撤诉处理": "withdrawal", "终本": "terminated_current",
                    "终结本次执行": "terminated_current"}  # fmt: skip


def _by_title(titles: Any) -> Words:
    return {plain(title): code for code, title in titles.items()}


def one(words: Callable[[], Words]) -> Callable[[Any], str]:
    """A reader of one word of a list."""

    def read(cell: Any) -> str:
        return _known(words(), plain(cell))

    return read


def several(words: Callable[[], Words]) -> Callable[[Any], list[str]]:
    """A reader of words of a list, separated by commas."""

    def read(cell: Any) -> list[str]:
        return sorted({_known(words(), plain(part)) for part in _SPLIT.split(str(cell).strip()) if part})

    return read


def _known(words: Words, text: str) -> str:
    code = words.get(text) or next((code for code in words.values() if code == text), None)
    if code is None:
        raise Refused(Message(UNKNOWN, {"found": text[:40], "accepted": list(dict.fromkeys(words))[:30]}))
    return code


def titles(words: Callable[[], Words], codes: Iterable[str]) -> str:
    """Codes as a cell that can be read again."""
    named: dict[str, str] = {}
    for title, code in words().items():
        named.setdefault(code, title)
    return "、".join(named.get(code, code) for code in codes)


def names(text: str) -> list[str]:
    """The names of a list of persons."""
    return [part for part in _SPLIT.split(text.strip()) if part]
