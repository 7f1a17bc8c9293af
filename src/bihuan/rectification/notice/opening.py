"""Title, opening paragraph, page lines: who was inspected by whom, when, and when the findings were fed back."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date

from .headings import heading_like, read_mark
from .model import Notice, Remark, Span, Unplaced
from .normalise import Piece
from .times import carry_year, damaged_dates, full_dates, safe_date

_WORDS = "通报|报告|公告|公示"
_TITLE = re.compile(
    rf"(?:巡察|巡视).{{0,40}}(?:整改|立行立改).{{0,30}}(?:{_WORDS})[)\]]?$"
    rf"|整改.{{0,20}}(?:巡察|巡视).{{0,20}}(?:{_WORDS})[)\]]?$"
)
_TITLE_LOOSE = re.compile(r"(?:巡察|巡视).{0,40}(?:整改|立行立改).{0,20}情况[)\]]?$")
_TITLE_BEGUN = re.compile(r"^(?:中共)?[\u4e00-\u9fff]{2,40}(?:党组|党委|党支部|党总支|委员会|法院|关于)$")
_TITLE_START = re.compile(r"中共|党组|党委|党支部|党总支|委员会|法院|关于")
_PAGE = re.compile(
    r"^(?:来源|信息来源|文章来源|发布|发布时间|发布日期|日期|时间|浏览|浏览量|浏览次数|点击|点击数|阅读|作者|责任编辑|编辑|字号|字体|索引号|分享"
    r"|打印|关闭|当前位置|首页|您现在的位置|文号|主题|标题)\s*[:>]?|^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s|$)"
)
_OPENING = re.compile(r"巡察|巡视")

_RANGE_WORD = r"\s*起?\s*(?:-|至|到)+\s*"
_FROM = r"(?P<y1>(?:19|20)\d\d)\s*年\s*(?P<m1>\d{1,2})\s*月\s*(?P<d1>\d{1,2})\s*日"
_TO = r"(?:(?P<y2>(?:19|20)\d\d)\s*年|(?P<same>同年|次年|当年)|本年)?\s*(?:(?P<m2>\d{1,2})\s*月)?\s*(?P<d2>\d{1,2})\s*日"
_PERIOD = re.compile(_FROM + _RANGE_WORD + _TO)
_VAGUE = re.compile(
    r"(?:(?:(?:19|20)\d\d)\s*年\s*)?\d{1,2}\s*月(?:[上中下]旬|初|底|末|份)?\s*(?:-|至|到)+\s*"
    r"(?:(?:(?:19|20)\d\d|同|次|当)\s*年\s*)?\d{1,2}\s*月(?:[上中下]旬|初|底|末|份)?"
)
_DAY = re.compile(r"(?:(?P<y>(?:19|20)\d\d)\s*年|(?P<rel>同年|次年|当年|今年))?\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日")
_BODY = re.compile(
    r"(?P<body>(?:中共)?[\u4e00-\u9fff]{0,12}?(?:中央|省委|市委|区委|县委|州委|旗委|盟委|工委|党委|党组|市县|区县|省|市|区|县|州|部)"
    r"[\u4e00-\u9fff\d()]{0,24}?(?:巡察|巡视)[\u4e00-\u9fff\d()]{0,6}?组)"
)
_BODY_ANY = re.compile(r"(?P<body>[\u4e00-\u9fff\d]{0,20}?(?:巡察|巡视)[第一二三四五六七八九十\d]{0,4}组)")
_KIND = re.compile(
    r"(?:开展|进行|实施|接受)了?\s*(?:为期[^,。的]{1,12}的?)?\s*(?:[“\"])?(?P<kind>[\u4e00-\u9fff“”\"()]{0,14}?(?:巡察|巡视)(?:“?回头看”?)?)"
)
_ROUND = re.compile(r"(?:[一二三四五六七八九十]+届[\u4e00-\u9fff]{0,8}?)?第\s*[一二三四五六七八九十\d]+\s*轮")
_LEADING = re.compile(r"^(?:由|经|受|在|于|和|及|对|安排|部署|派出|要求|期间|根据|按照)+")


@dataclass(slots=True)
class Head:
    """Where the parts before the first heading stand, as indexes into the pieces."""

    title: list[Piece]
    preface: list[Piece]
    opening: list[Piece]
    rest: int


def split_head(lines: list[Piece]) -> Head:
    """Title (one line or wrapped over up to three), page lines, and the opening before the first heading."""
    first_mark = next((i for i, p in enumerate(lines) if read_mark(p.norm)), len(lines))
    limit = min(first_mark, 25)
    at, count = _find_title(lines[:limit])
    title = lines[at : at + count] if count else []
    opening_at = next(
        (i for i in range(at + count, first_mark) if _OPENING.search(lines[i].norm) and len(lines[i].norm) > 30),
        None,
    )
    if opening_at is None:
        return Head(title, [p for p in lines[:first_mark] if p not in title], [], first_mark)
    preface = [p for p in lines[:opening_at] if p not in title]
    return Head(title, preface, lines[opening_at:first_mark], first_mark)


def _find_title(lines: list[Piece]) -> tuple[int, int]:
    for pattern, counts in ((_TITLE, (1, 2, 3)), (_TITLE_LOOSE, (1, 2))):
        for count in counts:
            for at in range(len(lines) - count + 1):
                joined = "".join(p.norm for p in lines[at : at + count])
                if len(joined) > 110 or any(not heading_like(p.norm) for p in lines[at : at + count]):
                    continue
                if count > 1 and (_PAGE.search(lines[at].norm) or not _TITLE_START.search(lines[at].norm)):
                    continue
                if pattern.search(joined):
                    # The line above may hold the title's beginning: the unit, with or without 关于.
                    begun = count == 1 and at > 0 and joined.find("关于") <= 0
                    if begun and _TITLE_BEGUN.match(lines[at - 1].norm):
                        return at - 1, 2
                    return at, count
    return 0, 0


def read_head(notice: Notice, head: Head) -> None:
    """Fill title, organisation, bodies and dates of the notice from its head; doubts become warnings."""
    text = notice.text
    if head.title:
        notice.title = "".join(p.of(text) for p in head.title)
        notice.title_span = (head.title[0].start, head.title[-1].end)
        norm = "".join(p.norm for p in head.title)
        word = re.search(rf"({_WORDS})[)\]]?$", norm)
        notice.document_word = word[1] if word else None
        before = notice.title.split("关于", 1)
        if len(before) == 2 and before[0].strip():
            notice.organisation = before[0].strip()
    else:
        notice.warnings.append(Remark("title.missing"))
    for piece in head.preface:
        found = Unplaced(piece.line, piece.of(text), (piece.start, piece.end), "before_opening")
        (notice.page if _PAGE.search(piece.norm) else notice.unplaced).append(found)
    notice.published_on = _page_date(head.preface)
    if not head.opening:
        notice.warnings.append(Remark("opening.missing"))
        return
    start, end = head.opening[0].start, head.opening[-1].end
    notice.opening_span = (start, end)
    norm = "\n".join(p.norm for p in head.opening)
    _read_bodies(notice, norm)
    line = head.opening[0].line
    period = _read_period(notice, norm, line)
    _read_feedback(notice, norm, period, line)
    if notice.document_word is None:
        word = re.search(rf"予以\s*({_WORDS})|({_WORDS})如下", norm)
        notice.document_word = (word[1] or word[2]) if word else None
    if notice.organisation is None:
        unit = re.search(r"对\s*(?P<unit>[\u4e00-\u9fff]{2,30}?(?:党组|党委|党支部|党总支|委员会))", norm)
        notice.organisation = unit["unit"] if unit and not unit["unit"].startswith(("我", "院")) else None


def _page_date(preface: list[Piece]) -> date | None:
    dated = [(p, d) for p in preface for (_, _, d) in full_dates(p.norm) if d]
    marked = [d for p, d in dated if re.search(r"发布|时间|日期", p.norm)]
    bare = [d for p, d in dated if re.match(r"\d{4}", p.norm)]
    return next(iter(marked or bare), None)


def _read_bodies(notice: Notice, norm: str) -> None:
    # Dates would otherwise run into the group's name: each of their characters becomes a comma.
    masked = re.sub(r"[\d年月日至到\-\s]{0,40}\d\s?[日月](?:[上中下]旬|底|末|初)?|期间", lambda m: "," * len(m[0]), norm)
    for pattern in (_BODY, _BODY_ANY):
        match = pattern.search(masked)
        if match:
            notice.inspecting_body = _LEADING.sub("", match["body"])
            break
    else:
        notice.warnings.append(Remark("body.missing"))
    kind = _KIND.search(masked)
    notice.inspection_kind = re.sub(r"[“”\"]", "", kind["kind"]) if kind else None
    for source in (notice.title or "", notice.inspecting_body or "", norm):
        found = _ROUND.search(source)
        if found:
            notice.inspection_round = re.sub(r"\s", "", found[0])
            break


def _read_period(notice: Notice, norm: str, line: int) -> Span | None:
    match = _PERIOD.search(norm)
    if match:
        year = int(match["y1"])
        second = int(match["y2"]) if match["y2"] else year + (match["same"] == "次年")
        month = int(match["m2"] or match["m1"])
        start = safe_date(year, int(match["m1"]), int(match["d1"]))
        stop = safe_date(second, month, int(match["d2"]))
        if start is None or stop is None:
            notice.warnings.append(Remark("date.impossible", line, {"text": match[0]}))
        notice.inspection_from, notice.inspection_to = start, stop
        notice.inspection_period = match[0]
        return match.span()
    damaged = damaged_dates(norm)
    if damaged and re.search(r"[至到\-]", norm[damaged[0][0] : damaged[0][1] + 6]):
        return _damaged_period(notice, norm, damaged, line)
    vague = _VAGUE.search(norm)
    if vague:
        notice.inspection_period = vague[0]
        notice.warnings.append(Remark("period.vague", line, {"text": vague[0]}))
        return vague.span()
    notice.warnings.append(Remark("period.missing", line))
    return None


def _damaged_period(
    notice: Notice, norm: str, damaged: list[tuple[int, int, list[date]]], line: int
) -> Span | None:
    start, end, readings = damaged[0]
    notice.inspection_from = readings[0]
    stop = start + len(norm[start:end])
    others = [d for d in damaged[1:] if d[0] - end <= 3]
    follow = re.match(rf"\s*[至到\-]+\s*{_TO}", norm[end:])
    if others:
        notice.inspection_to, stop = others[0][2][0], others[0][1]
    elif follow and follow["m2"]:
        year = int(follow["y2"]) if follow["y2"] else readings[0].year
        notice.inspection_to = safe_date(year, int(follow["m2"]), int(follow["d2"]))
        stop = end + follow.end()
    notice.inspection_period = norm[start:stop]
    read = "、".join(d.isoformat() for d in (notice.inspection_from, notice.inspection_to) if d)
    notice.warnings.append(Remark("date.damaged", line, {"text": norm[start:stop], "read": read}))
    return (start, stop)


def _read_feedback(notice: Notice, norm: str, period: Span | None, line: int) -> None:
    best: re.Match[str] | None = None
    for match in _DAY.finditer(norm):
        if period and match.start() < period[1] and match.end() > period[0]:
            continue
        after = re.match(r"[^。\d]{0,60}?反馈", norm[match.end() :])
        if after:
            best = match
            break
    if best is None:
        for start, end, readings in damaged_dates(norm):
            if (not period or start >= period[1]) and re.match(r"[^。\d]{0,60}?反馈", norm[end:]):
                notice.feedback_on = readings[0]
                notice.warnings.append(
                    Remark("date.damaged", line, {"text": norm[start:end], "read": readings[0].isoformat()})
                )
                return
        notice.warnings.append(Remark("feedback.missing", line))
        return
    month, day = int(best["m"]), int(best["d"])
    reference = notice.inspection_to or notice.inspection_from
    if best["y"]:
        year: int | None = int(best["y"])
    else:
        year = carry_year(month, day, None, None, reference)
        if year is None and notice.published_on:
            year = carry_year(month, day, None, notice.published_on)
        if year is None and (named := re.search(r"((?:19|20)\d\d)\s*年", norm)):
            year = int(named[1])
    feedback = safe_date(year, month, day) if year else None
    if feedback is None:
        notice.warnings.append(Remark("date.impossible", line, {"text": best[0]}))
    elif not best["y"]:
        notice.warnings.append(
            Remark("year.carried", line, {"text": best[0].strip(), "read": feedback.isoformat()})
        )
    notice.feedback_on = feedback


def check_order(notice: Notice) -> None:
    """Warn about dates that stand in an impossible order; they stay as printed."""
    chain = [notice.inspection_from, notice.inspection_to, notice.feedback_on, notice.published_on]
    known = [d for d in chain if d]
    for first, second in itertools.pairwise(known):
        if first > second:
            notice.warnings.append(
                Remark("date.order", None, {"first": first.isoformat(), "second": second.isoformat()})
            )
