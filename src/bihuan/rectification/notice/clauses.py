"""The steps inside a rectification text: by sentence, semicolon and 一是/二是. Proposals, not a count of measures."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left

from .model import Clause, Span

_ENUMERATION = r"(?:[一二三四五六七八九十]是|第[一二三四五六七八九十],|\([一二三四五六七八九十\d]{1,2}\)|\d{1,2}[.、](?!\d)|[①-⑳])"
_CUT = re.compile(rf"[。;!?\n]+[”\"]?|(?<=[,:\s])(?={_ENUMERATION})|^(?={_ENUMERATION})")
_MARK = re.compile(rf"^(?P<mark>{_ENUMERATION})[,、:\s]*")
_EDGE = " \n。;!?,、"

_NAME = r"《(?P<name>[^《》]{2,80}(?:《[^《》]*》[^《》]*)?)》"
_MAKING = re.compile(
    r"(?:制定|制订|修订|修改|拟定|拟订|订立|出台|印发|发布|下发|颁布|完善|健全|建立|新建|形成|起草|汇编|定)"
    r"(?:[了并及和、或]|完善|修订|实施|印发|出台|执行|下发|落实|新|我院|本院|院内|相关|有关)*\s*[:]?\s*$"
)
_JOINED = re.compile(r"^\s*(?:[、,和及与]|以及)?\s*$")
_RULE_ENDING = re.compile(
    r"(?:制度|规定|办法|规则|细则|规程|规范|机制|意见|措施|流程|指引|守则|公约|章程|条例|准则|规范化要求|若干要求)"
    r"(?:\(.{1,8}\)|\[.{1,8}\])?$"
)


def inside(spans: list[Span], at: int) -> bool:
    """Whether a position lies inside one of some disjoint spans in order."""
    place = bisect_left(spans, (at, 0)) - 1
    return place >= 0 and spans[place][0] < at < spans[place][1]


def split_clauses(norm: str, text: str, span: tuple[int, int]) -> list[Clause]:
    """The clauses of ``text[span]``, each with its offsets and the mark (一是) that opened it, if any."""
    start, end = span
    cuts = {start, end}
    quoted = [m.span() for m in re.finditer(r"《[^》]{0,100}》|“[^”\n]{0,100}”|\([^)\n]{0,100}\)", norm[start:end])]
    for match in _CUT.finditer(norm[start:end]):
        if not inside(quoted, match.end()):
            cuts.add(start + match.end())
    clauses = []
    points = sorted(cuts)
    for begin, stop in itertools.pairwise(points):
        while begin < stop and norm[begin] in _EDGE:
            begin += 1
        while stop > begin and norm[stop - 1] in _EDGE:
            stop -= 1
        if begin == stop:
            continue
        mark = _MARK.match(norm[begin:stop])
        inner = begin + mark.end() if mark else begin
        if inner < stop:
            clauses.append(Clause(text[inner:stop], (inner, stop), mark["mark"].rstrip(",、") if mark else None))
    return clauses


def read_rules(norm: str, text: str, span: tuple[int, int]) -> list[str]:
    """Names in 《》 of rules the unit itself made or revised here; plans, forms and rules merely applied are left out."""
    start, end = span
    body = norm[start:end]
    names: list[str] = []
    previous_end, making = 0, False
    for match in re.finditer(_NAME, body):
        lead = body[previous_end : match.start()]
        making = bool(_MAKING.search(lead)) or (making and bool(_JOINED.match(lead)))
        previous_end = match.end()
        name = text[start + match.start("name") : start + match.end("name")]
        if making and _RULE_ENDING.search(match["name"]) and name not in names:
            names.append(name)
    return names
