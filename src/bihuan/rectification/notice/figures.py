"""Figures in a rectification text: a number with its unit, the words it belongs to, when it held, and what it is.

A figure is read clause by clause. Its words begin where the clause begins (or the figure before it ends) and stop
before the verb phrase that follows (必须, 应, 均, 并, 的要求). Times that merely date the clause (截至…, …以来, a range)
become ``as_of``. Numbers that are no measurement (terms in quotation marks, titles in 《》, ordinals, hot-line numbers)
are not figures.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date

from .model import Figure, FigureKind, Remark
from .normalise import chinese_number
from .times import TimeMention, ahead, mentions

_UNITS = (
    "个百分点|百分点|个工作日|个月|平方米|人次|件次|场次|批次|户次|台次|次数|课时|公里|小时|分钟|工作日"
    "|元|件|人(?!民|均|大|员|力)|名|份|篇|条|项|个|次|场|期|笔|卷|宗|起|户|家|处|台|辆|套|本|册|批|轮|天|周|倍|例|案"
    "|间|支|位|幅|块|张|封|门|节|堂|组|对|队|类|吨|亩|株|栋|页|字|级|部|日(?=以?内|之内|以上|以下|前)|年(?=以上|以下|以内|之内|内)"
)
_NUMBER = re.compile(
    r"(?<![\d.A-Za-z+\-/第〔\[])(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:\s*(?:-|至)\s*(?P<upper>\d+(?:\.\d+)?)(?=\s*(?:%|{_UNITS}|[万亿])))?"
    r"\s*(?P<more>余|多|来)?\s*"
    rf"(?P<unit>[%‰]|(?:百|千|万|百万|千万|亿|万亿)?(?P<more2>余|多)?(?:{_UNITS}))"
)
# Numbers written in Chinese count only with units that no set phrase uses (三项制度 and 一件件 are no figures).
_CN_NUMBER = re.compile(
    r"(?<![第每逐任一两二三四五六七八九十百])(?P<value>[两二三四五六七八九十百][一二三四五六七八九十百]*)(?P<more>余|多)?"
    r"(?P<unit>人次|名|起|件(?!套|事|实事|大事|好事)|份|笔|卷|宗|万元|亿元)"
)
# 日 and 年 are dates more often than spans of time: they count where a bound stands before them.
_SPAN_OF_TIME = re.compile(r"(?:超过|超出|逾期?|满|长达)\s*(?P<value>\d{1,4})\s*(?P<unit>日|年)(?![度月\d])")
_CN_PERCENT = re.compile(r"百分之(?P<value>[一二三四五六七八九十百]+)")
_SKIPPED = re.compile(r"《[^》]{0,100}》|“[^”]{0,100}”|\"[^\"]{0,100}\"|‘[^’]{0,100}’|[〔\[]\d{4}[〕\]]\s*\d+\s*号|\d[\d-]{6,}+(?!\s*[日月])|[1-9]项规定")
_LONE_NUMBER = re.compile(r"(?<![\d.A-Za-z+\-/第])\d+(?:\.\d+)?(?=\s*[\u4e00-\u9fff])")

_DURATION = ("个月", "天", "日", "年", "小时", "分钟", "周", "个工作日", "工作日")
_APPROXIMATE_BEFORE = re.compile(r"(?:约|大约|近|接近|将近|左右)\s*$")
_APPROXIMATE_AFTER = re.compile(r"^\s*(?:左右|上下)")
_MODAL = re.compile(r"必须|应当|应(?!急|用|诉|对|届|邀)|须|一律|不得|方可|要(?!求|件|素)|需(?!求)")
_LIMIT = re.compile(r"(?:超过|超出|逾期?|已?满|不满|未满|高于|低于|达到?)\s*$")
_STANDARD = re.compile(
    r"(?:不得?(?:低于|少于|高于|超过|超出|大于|小于|晚于)|至少|最低(?!院|人民)|最高(?!院|人民|法|检)|原则上不\w{2})[^,。;]{0,20}$"
    r"|每(?:年|月|周|季度?|半年|天|日|个月|两个月|名|人|次|件|案)[^,。;]{0,12}$"
)
_PLAN = re.compile(
    r"将(?=[于在达再]|继续|进一步|陆续|新增|组织|开展|完成|投入|安排|增加|举办|召开)|计划(?=[于在到年再新])"
    r"|计划(?:开展|完成|新增|举办|组织|投入)|预计|力争|争取(?!了)|拟(?!提拔|任|录|调|晋|推|表|定|办|稿)|年底前|下一步|今后|目标|确保"
)
_STOP = re.compile(r"必须|应当|应(?!急|用|诉|对|届|邀)|须(?!知)|一律|(?<!人)均(?!衡|等)|并(?!案|发|购|列)|的(?:要求|标准|目标|规定|比例|有关)")
_ATTRIBUTIVE_END = re.compile(r"的\s*$")
_AFTER_BOUND = re.compile(r"^\s*(?:\(不?含[^)]{0,6}\)\s*)?(?:以上|以下|以内)\s*[的\u4e00-\u9fff]")
_WITHIN = re.compile(r"\s*(?:以|之)?内")
_HEAD_JUNK = re.compile(r"^(?:[一二三四五六七八九十]是|\d{1,2}[.、](?!\d)|[①-⑳]|[\s、和及与,;:并])+")
_RESET = re.compile(r"[。!?\n]|(?=(?<![\u4e00-\u9fff])[一二三四五六七八九十]是)")
_REACH = 120  # a clause longer than this has lost its marks: no words that far away belong to the number
_BOUNDS = ",。;:!?()\n"


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    value: float | int
    unit: str
    approximate: bool


def read_figures(
    norm: str, text: str, span: tuple[int, int], line: int, *, reference: date | None, earliest: date | None
) -> tuple[list[Figure], list[Remark]]:
    """Figures of ``text[span]`` in order, and remarks on numbers whose unit is unknown.

    ``norm`` is the normalised text (same offsets). ``reference`` is the day of publication and ``earliest`` the
    feedback day: they date months and days printed without a year.
    """
    figures: list[Figure] = []
    remarks: list[Remark] = []
    for start, end in _sentences(norm, span):
        found, doubts = _sentence(norm, text, start, end, reference, earliest)
        figures += found
        remarks += [replace(d, line=line + text.count("\n", span[0], start)) for d in doubts]
    return figures, remarks


def _sentences(norm: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    cuts = [span[0]]
    for match in _RESET.finditer(norm, *span):
        cuts.append(match.end())
    cuts.append(span[1])
    return [(a, b) for a, b in itertools.pairwise(cuts) if a < b]


def _sentence(
    norm: str, text: str, start: int, end: int, reference: date | None, earliest: date | None
) -> tuple[list[Figure], list[Remark]]:
    sentence = norm[start:end]
    # Blanks inside a number's words stay; what cannot hold a figure is blanked out at equal length.
    open_text = _SKIPPED.sub(lambda m: "\0" * len(m[0]), sentence)
    times = mentions(open_text, reference, earliest=earliest)
    masked = list(open_text)
    for time in times:
        masked[time.start : time.end] = "\0" * (time.end - time.start)
    plain = "".join(masked)
    hits = _hits(plain)
    figures: list[Figure] = []
    previous_end = 0
    for index, hit in enumerate(hits):
        following = hits[index + 1] if index + 1 < len(hits) else None
        left = max(_left(plain, hit.start), previous_end)
        right = _right(plain, hit.end)
        if following and following.start < right:
            right = hit.end
        figure = _figure(sentence, plain, times, hit, (left, right), reference)
        previous_end = figure.span[1]
        figures.append(figure)
    figures = _parallel(sentence, figures)
    shifted = [
        replace(f, text=text[start + f.span[0] : start + f.span[1]], span=(start + f.span[0], start + f.span[1]))
        for f in figures
    ]
    doubts = [
        Remark("date.damaged", None, {"text": sentence[t.start : t.end].strip(), "read": t.as_of}) for t in times if t.damaged
    ]
    return shifted, doubts + _unread(sentence, plain, hits)


def _hits(plain: str) -> list[_Hit]:
    hits = []
    for match in _NUMBER.finditer(plain):
        digits = match["value"].replace(",", "")
        value: float | int = float(digits) if "." in digits else int(digits)
        more = bool(match["more"] or match["more2"])
        unit = match["unit"].replace(match["more2"], "") if match["more2"] else match["unit"]
        near = more or bool(_APPROXIMATE_BEFORE.search(plain[max(0, match.start() - 6) : match.start()])) or bool(
            _APPROXIMATE_AFTER.search(plain[match.end() : match.end() + 6])
        )
        hits.append(_Hit(match.start(), match.end(), value, unit, near or bool(match["upper"])))
    known = {h.start for h in hits}
    for match in _SPAN_OF_TIME.finditer(plain):
        if match.start("value") not in known:
            hits.append(_Hit(match.start("value"), match.end(), int(match["value"]), match["unit"], False))
    for pattern in (_CN_NUMBER, _CN_PERCENT):
        for match in pattern.finditer(plain):
            number = chinese_number(match["value"])
            if number is None:
                continue
            percent = pattern is _CN_PERCENT
            near = not percent and bool(match["more"])
            near = near or bool(_APPROXIMATE_BEFORE.search(plain[max(0, match.start() - 6) : match.start()]))
            hits.append(_Hit(match.start(), match.end(), number, "%" if percent else match["unit"], near))
    return sorted(hits, key=lambda h: h.start)


def _left(plain: str, at: int) -> int:
    stop = max(0, at - _REACH)
    while at > stop and not _bound(plain, at - 1):
        at -= 1
    return at


def _right(plain: str, at: int) -> int:
    stop = min(len(plain), at + _REACH)
    while at < stop and not _bound(plain, at):
        at += 1
    return at


def _bound(plain: str, at: int) -> bool:
    char = plain[at]
    if char == "," and 0 < at < len(plain) - 1:
        return not (plain[at - 1].isdigit() and re.match(r"\d{3}(?!\d)", plain[at + 1 : at + 5]))
    return char in _BOUNDS


def _figure(
    sentence: str, plain: str, times: list[TimeMention], hit: _Hit, clause: tuple[int, int], reference: date | None
) -> Figure:
    left, right = clause
    before = plain[left : hit.start]
    # What bounds a number stands right behind it, also where the next figure or a bracket begins at once.
    bound = _AFTER_BOUND.match(plain[hit.end : hit.end + 20])
    if bound and "(" in bound[0]:
        right = max(right, _right(plain, hit.end + bound.end()))
    within = _WITHIN.match(plain[hit.end : hit.end + 4]) if hit.unit.endswith(_DURATION) else None
    if within and right == hit.end:
        right = hit.end + within.end()
    time = _time_of(sentence, times, hit, right)
    kind, begin = _kind(before, plain[hit.end : right], hit, time)
    start = left if begin is None else left + begin
    if begin is None:
        start = _begin(plain, times, hit, left)
    stop = _STOP.search(plain, hit.end, right)
    end = stop.start() if stop else right
    junk = _HEAD_JUNK.match(sentence[start : hit.start])
    start += junk.end() if junk else 0
    while end > hit.end and sentence[end - 1] in " 、":
        end -= 1
    as_of = None if kind in ("threshold", "standard") or time is None else time.as_of
    inferred = bool(as_of and time and time.inferred)
    if as_of and inferred and kind == "plan" and reference:
        as_of = ahead(as_of, reference)
    return Figure(sentence[start:end], hit.value, hit.unit, as_of, kind, (start, end), inferred, hit.approximate)


def _time_of(sentence: str, times: list[TimeMention], hit: _Hit, right: int) -> TimeMention | None:
    after = bisect_right(times, hit.start, key=lambda t: t.end)
    if after:
        return times[after - 1]
    # "办结32件(截至5月31日)": the date follows in brackets.
    behind = re.match(r"\s*\(", sentence[right : right + 4])
    if behind and times and times[0].adverbial and times[0].start == right + behind.end():
        return times[0]
    return None


def _kind(before: str, after: str, hit: _Hit, time: TimeMention | None) -> tuple[FigureKind, int | None]:
    """The kind, and where in ``before`` the words begin when the kind itself says so."""
    standard = _STANDARD.search(before)
    if standard:
        return "standard", standard.start()
    limit = _LIMIT.search(before)
    duration = hit.unit.endswith(_DURATION)
    bounded = bool(_AFTER_BOUND.match(after))
    modal = bool(_MODAL.search(after))
    if limit and (duration or modal) and limit[0].strip() not in ("达", "达到"):
        return "threshold", limit.start()
    if (bounded and (modal or duration)) or (limit and modal and bounded):
        return "threshold", limit.start() if limit else len(before)
    if duration and _WITHIN.match(after):
        return "standard", None
    if _PLAN.search(before) or (time is not None and time.future):
        return "plan", None
    return ("approximate" if hit.approximate else "result"), None


def _begin(plain: str, times: list[TimeMention], hit: _Hit, left: int) -> int:
    """Where the words of an ordinary figure begin: after a dating phrase, and at 已 for a count."""
    start = left
    after = bisect_right(times, hit.start, key=lambda t: t.end)
    inside = [t for t in times[max(0, after - 2) : after] if left <= t.start and t.adverbial]
    attributive = bool(_ATTRIBUTIVE_END.search(plain[left : hit.start]))
    if inside and not attributive:
        start = inside[-1].end
    done = plain.rfind("已", start, hit.start)
    if done > start and not attributive and hit.unit not in ("%", "‰", "百分点", "个百分点"):
        start = done
    return start


def _parallel(sentence: str, figures: list[Figure]) -> list[Figure]:
    """In a list joined by 、 whose next item begins with a quoted term, the item before begins with its own."""
    trimmed = list(figures)
    for index in range(len(figures) - 1):
        one, other = trimmed[index], trimmed[index + 1]
        between = sentence[one.span[1] : other.span[0]].strip()
        if between != "、" or sentence[other.span[0]] not in "“\"":
            continue
        quote = one.text.rfind("“")
        if quote > 0:
            start = one.span[0] + quote
            trimmed[index] = replace(one, text=sentence[start : one.span[1]], span=(start, one.span[1]))
    return trimmed


def _unread(sentence: str, plain: str, hits: list[_Hit]) -> list[Remark]:
    remarks = []
    covered = {at for h in hits for at in range(h.start, h.end)}
    for match in _LONE_NUMBER.finditer(plain):
        if match.start() in covered:
            continue
        shown = sentence[max(0, match.start() - 8) : match.end() + 8]
        remarks.append(Remark("figure.no_unit", None, {"text": shown}))
    return remarks
