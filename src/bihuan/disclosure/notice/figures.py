"""Places in a notice's text, `{name}`, and what fills them: counts with the rows behind them, frozen when the notice is locked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives import hashes
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock, log, places
from bihuan.kernel.errors import Refused
from bihuan.kernel.paper import day
from bihuan.kernel.wording import Message, wording
from bihuan.rectification.selectors import Counted, ToldProblem

UNKNOWN = wording("disclosure.notice.unknown_place", _("正文里的{%(name)s}不是可用的数字。可用的有：%(known)s。"))
BRACE = wording("disclosure.notice.brace", _("正文里有没有成对的花括号，请核对：%(near)s"))

NAMES = {
    "问题数": "problems",
    "问题完成数": "problems_done",
    "问题完成率": "problems_rate",
    "措施数": "measures",
    "措施完成数": "measures_done",
    "措施完成率": "measures_rate",
    "阶段性完成数": "measures_staged",
    "长期坚持数": "measures_long",
    "推进中数": "measures_open",
    "制度数": "rules",
    "追回金额": "money",
}
"""Name of a place -> count of the ledger. Names are words of the document, which is Chinese whoever reads it."""
DAY = "截止日"
KNOWN = (*NAMES, DAY)
STANDING = "状态："
"""Before the code of a measure: how far it is."""
MARKS = {"done": "已完成", "staged": "取得阶段性成果，继续整改", "long_term": "长期坚持", "open": "正在推进"}
RATES = {"问题完成率", "措施完成率"}


@dataclass(frozen=True)
class Filled:
    """A place as filled: the words shown, and where they come from."""

    name: str
    shown: str
    numerator: int
    denominator: int | None
    keys_sm3: str
    as_of: str

    def as_json(self) -> dict[str, Any]:
        """The form in which it is frozen."""
        return dict(vars(self))


def check(text: str) -> None:
    """Raises Refused for a place that is not known, or a brace that stands alone."""
    wrong = [name for name in places.NAME.findall(text) if name not in KNOWN and not name.startswith(STANDING)]
    if wrong:
        raise Refused([Message(UNKNOWN, {"name": name, "known": "、".join(KNOWN)}) for name in dict.fromkeys(wrong)])
    rest = places.NAME.sub("", text)
    lone = next((at for at, one in enumerate(rest) if one in "{}"), None)
    if lone is not None:
        raise Refused(Message(BRACE, {"near": rest[max(lone - 8, 0) : lone + 9]}))


def filled(counts: Mapping[str, Counted], problems: Iterable[ToldProblem] = ()) -> dict[str, Filled]:
    """Every place as it is now: the counts, the day, and how far each measure of the problems is."""
    today = clock.today()
    on = today.isoformat()
    made = {name: _filled(name, counts[code], on) for name, code in NAMES.items()}
    made[DAY] = Filled(DAY, day(today), 0, None, "", on)
    for one in (measure for problem in problems for measure in problem.measures):
        name = f"{STANDING}{one.code}"
        made[name] = Filled(name, MARKS[one.standing], int(one.standing == "done"), None, "", on)
    return made


def pieces(text: str, values: Mapping[str, Filled]) -> list[places.Piece]:
    """The text in pieces, its places filled."""
    return places.pieces(text, lambda name: places.Piece(values[name].shown, name) if name in values else None)


def put(text: str, values: Mapping[str, Filled]) -> str:
    """The text with its places filled."""
    return places.plain(pieces(text, values))


def used(texts: Iterable[str]) -> set[str]:
    """The places that stand in the texts."""
    return {name for text in texts for name in places.NAME.findall(text)}


def _filled(name: str, count: Counted, on: str) -> Filled:
    keys = log.digest(hashes.SM3(), "\n".join(count.keys).encode())
    return Filled(name, _shown(name, count.value), count.numerator, count.denominator, keys, on)


def _shown(name: str, value: Decimal | int | None) -> str:
    if value is None:
        return "（无可统计）"
    return f"{value}%" if name in RATES else f"{value:,}" if isinstance(value, Decimal) else str(value)
