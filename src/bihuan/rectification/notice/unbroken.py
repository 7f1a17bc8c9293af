"""Where the lines of a page would end that lost its line breaks: before marks that follow each other, labels, the ending.

A mark counts only when its number goes on from the one before it in the same style, or begins again at one; so 统一、 or
a decimal inside a sentence cuts nothing.
"""

from __future__ import annotations

import re

from .clauses import inside
from .marks import CN
from .normalise import LABEL, LABEL_COLON, LABEL_INSIDE, chinese_number

_CJK = "\u4e00-\u9fff"
_TITLE = re.compile(
    r"^.{0,90}?(?:整改|立行立改)[^。,;:]{0,20}?情况[^。,;:]{0,4}?的?(?:通报|报告|公告|公示)(?!如下)"
    r"|^.{0,60}?(?:巡察|巡视)[^。,;:]{0,30}?(?:通报|报告|公告|公示)(?!如下)"
)
_TITLE_BEGINS = re.compile(rf"(?=中共[{_CJK}]{{2,40}}(?:党组|党委|党总支|党支部|委员会)\s*关于)")
_MARK = re.compile(
    rf"(?P<item>(?:巡察|巡视)?反馈(?:的)?问题(?:{CN}|\d{{1,3}})?\s*:)"
    rf"|(?P<cn_paren>\(\s*(?P<n1>{CN})\s*\)(?=\s*[{_CJK}“\"]))"
    rf"|(?P<cn>(?<![一二三四五六七八九十百第])(?P<n2>{CN})、(?=\s*[{_CJK}“\"]))"
    rf"|(?P<digit_paren>\(\s*(?P<n3>\d{{1,2}})\s*\)(?=\s*[{_CJK}“\"《]))"
    rf"|(?P<digit>(?<![\d.第A-Za-z-])(?P<n4>\d{{1,2}})\s*[.、](?=\s*[{_CJK}“\"《]))"
)
_DEEPER = {"cn": ("cn_paren", "digit", "digit_paren"), "cn_paren": ("digit", "digit_paren"),
           "item": ("digit", "digit_paren"), "digit": ("digit_paren",), "digit_paren": ()}  # fmt: skip
_QUOTED = re.compile(r"《[^》]{0,100}》|“[^”“]{0,60}”")
_LABELS = re.compile(
    rf"(?={LABEL_INSIDE})|(?<=[。;!?”\"\s题])(?={LABEL_COLON})|(?=(?:整改状态|完成状态)\s*:)|(?<=\s)(?=(?:{LABEL})\s)"
)
_BARE_LABEL = re.compile(rf"(?:{LABEL})(?![的等及与和,。、;:]|如下|进行)")
_FIRST_STEP = re.compile(rf"(?<=[{_CJK}”])(?=一是[{_CJK}])")
_ENDING = re.compile(
    r"(?<=[。!?;\s])(?=(?:诚挚|热诚|衷心|诚恳)?欢迎.{0,24}(?:监督|意见|建议)|下一步,|如有(?:意见|问题)|通[讯信]地址|邮政信箱|电子邮箱|联系方式|联系电话|监督电话)"
)
_DAY = r"(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日"
_SIGNED = re.compile(rf"(?P<by>(?:中共)?[{_CJK}]{{3,30}}(?:法院|党组|党委|委员会))?\s*(?P<day>{_DAY})\s*$")
_PAGE = re.compile(r"(?=(?:发布时间|发布日期|信息来源|文章来源|来源|浏览(?:次数|量)?|点击(?:数|量)?|作者|字体|日期)\s*:)")
_STAMP = re.compile(r"(?=(?:19|20)\d\d-\d{1,2}-\d{1,2})")
_OPENS = re.compile(rf"(?=根据|按照|依据|遵照|{_DAY}\s*(?:-|至|到))")
_OPENED = re.compile(r"现[将就][^。:]{0,60}?(?:公布|通报|公告|公示|报告)(?:如下)?\s*[。:]")


def is_unbroken(raw: str) -> bool:
    """Whether a line holds so many headings and labels that its line breaks must have been lost."""
    if len(raw) < 80:
        return False
    labels = len(re.findall(LABEL_COLON, raw))
    strong = sum(1 for m in _MARK.finditer(raw) if m.start() == 0 or raw[m.start() - 1] in "。;!?:”\" ")
    return (labels > 1 and strong > 1) or (len(raw) > 400 and strong > 3 and bool(_OPENED.search(raw)))


def cuts(raw: str) -> list[int]:
    """Positions in a normalised line before which a new line begins, in order."""
    quoted = [m.span() for m in _QUOTED.finditer(raw)]
    found = {p for p in _marks(raw) if not inside(quoted, p)}
    found |= {m.start() for m in _LABELS.finditer(raw)}
    found |= {m.start() for m in _ENDING.finditer(raw)}
    signed = _SIGNED.search(raw, max(0, len(raw) - 80))
    if signed:
        found |= {signed.start("day")}
        if signed["by"]:
            found |= {signed.start("by") + _after_stop(signed["by"])}
    found |= _head(raw, min(found, default=len(raw)))
    found |= _bare_labels(raw, sorted(found))
    return sorted(p for p in found if 0 < p < len(raw))


def _after_stop(words: str) -> int:
    """A signature never holds the end of the ending's sentence."""
    return max((words.rfind(mark) + 1 for mark in ("邮编", "电话")), default=0)


def _marks(raw: str) -> set[int]:
    last: dict[str, int] = {}
    found: set[int] = set()
    reached = -1
    for match in _MARK.finditer(raw):
        style = str(match.lastgroup if match.lastgroup in _DEEPER else _style(match))
        number = next((chinese_number(match[n]) or 0 for n in ("n1", "n2", "n3", "n4") if match[n]), 0)
        after = raw[match.start() - 1] if match.start() else "。"
        if style == "item" and match.start() == reached:
            continue  # (一)反馈问题: is one heading
        if style != "item":
            goes_on = number == last.get(style, 0) + 1
            again = number == 1 and (style != "cn" or after in "。;!?: ”")
            if not (again or (goes_on and (style != "cn" or number > 1))):
                continue
        reached = match.end()
        last[style] = number
        for deeper in _DEEPER[style]:
            last[deeper] = 0
        found.add(match.start())
    return found


def _style(match: re.Match[str]) -> str:
    return next(style for style in _DEEPER if match[style])


def _head(raw: str, first: int) -> set[int]:
    """Cuts in what stands before the first heading: after the title, before page lines, round the opening."""
    found: set[int] = set()
    begins = _TITLE_BEGINS.search(raw, 0, min(first, 400))
    begin = begins.start() if begins else 0
    if begin:
        found |= {begin, *_page_lines(raw, 0, begin)}
    title = _TITLE.match(raw[begin : min(first, begin + 160)])
    if title and re.search("巡察|巡视|整改", title[0]):
        begin += title.end()
        found.add(begin)
    opened = _OPENED.search(raw, begin, max(first, begin) + 200)
    if opened:
        found.add(opened.end())
    stop = opened.start() if opened else first
    opens = _OPENS.search(raw, begin, stop)
    if opens:
        found.add(opens.start())
        found |= _page_lines(raw, begin, opens.start())
    return found


def _page_lines(raw: str, start: int, end: int) -> set[int]:
    return {m.start() for pattern in (_PAGE, _STAMP) for m in pattern.finditer(raw, start, end) if m.start() > start}


def _bare_labels(raw: str, points: list[int]) -> set[int]:
    """Labels without their colon inside a piece that begins with a mark and is followed by no label."""
    found: set[int] = set()
    for start, end in zip([0, *points], [*points, len(raw)], strict=True):
        mark = _MARK.match(raw, start)
        if not mark or re.match(LABEL_COLON, raw[end:]):
            continue
        bare = _BARE_LABEL.search(raw, start + 4, min(end, start + 80))
        # A part of the notice is itself named after the rectification (二、整改落实情况); a problem is not.
        problem = bare and re.search(r"[”。\s]$|问题(?:的?整改)?$", raw[start : bare.start()])
        named = mark["cn"] or (mark["cn_paren"] and not problem)
        late = bare and bare.end() >= end - 6 and not (problem and "关于" in raw[start:end])
        if bare and (named or late or "。" in raw[start : bare.start()].rstrip(" 。")):
            bare = None
        if bare:
            found.add(bare.start())
        step = _FIRST_STEP.search(raw, start + 4, min(end, start + 60))
        if step and not bare:
            found.add(step.start())
    return found
