"""Title, opening paragraph, page lines: who was inspected by whom, when, and when the findings were fed back."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date

from .headings import heading_like
from .lines import Piece
from .model import Notice, Remark, Unplaced
from .normalise import normalise
from .opening_dates import read_feedback, read_period
from .times import full_dates

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
_ANNOUNCED = re.compile(r"现[将就].{0,80}(?:公布|通报|公告|公示|报告|公开)|予以(?:公布|通报|公告|公示|公开)|(?:通报|报告|公布|公告)如下")

_BODY = re.compile(
    r"(?P<body>(?:中共)?[\u4e00-\u9fff]{0,12}?(?:中央|省委|市委|区委|县委|州委|旗委|盟委|工委|党委|党组|市县|区县|省|市|区|县|州|部)"
    r"[\u4e00-\u9fff\d()]{0,24}?(?:巡察|巡视)[\u4e00-\u9fff\d()]{0,6}?组)"
)
_BODY_ANY = re.compile(r"(?P<body>[\u4e00-\u9fff\d]{0,20}?(?:巡察|巡视)[第一二三四五六七八九十\d]{0,4}组)")
_KIND = re.compile(
    r"(?:开展|进行|实施|接受)了?\s*(?:为期[^,。的]{1,12}的?)?\s*(?:[“\"])?(?P<kind>[\u4e00-\u9fff“”\"()]{0,14}?(?:巡察|巡视)(?:“?回头看”?)?)"
)
_ROUND = re.compile(r"(?:[一二三四五六七八九十]{1,6}届[\u4e00-\u9fff]{0,8}?)?第\s{0,3}[一二三四五六七八九十\d]{1,6}\s{0,3}轮")
_LEADING = re.compile(r"^(?:由|经|受|在|于|和|及|对|安排|部署|派出|要求|期间|根据|按照)+")


@dataclass(slots=True)
class Head:
    """Where the parts before the first heading stand, as pieces, and the index of the first piece behind them."""

    title: list[Piece]
    preface: list[Piece]
    opening: list[Piece]
    rest: int


def split_head(lines: list[Piece]) -> Head:
    """Title (one line or wrapped over up to three), page lines, and the opening before the first heading.

    The opening ends with the sentence that announces the publication (现将…予以公布); what follows it before the first
    heading is already about the organisation.
    """
    first_mark = next((i for i, p in enumerate(lines) if p.mark), len(lines))
    at, count = _find_title(lines[: min(first_mark, 60)])
    title = lines[at : at + count] if count else []
    first_mark = next((i for i, p in enumerate(lines) if i >= at + count and p.mark), len(lines))
    opening_at = next(
        (i for i in range(at + count, first_mark) if _OPENING.search(lines[i].norm) and len(lines[i].norm) > 30),
        None,
    )
    # A heading known only by its style ends the opening too; before it stand the page's own headings.
    styled = (i for i in range((opening_at or 0) + 1, first_mark) if lines[i].level is not None)
    first_mark = next(styled, first_mark) if opening_at is not None else first_mark
    if opening_at is None:
        return Head(title, [p for p in lines[:first_mark] if p not in title], [], first_mark)
    announced = next((i for i in range(opening_at, first_mark) if _ANNOUNCED.search(lines[i].norm)), first_mark - 1)
    preface = [p for p in lines[:opening_at] if p not in title]
    return Head(title, preface, lines[opening_at : announced + 1], announced + 1)


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
    _read_bodies(notice, norm, "\n".join(p.of(text) for p in head.opening))
    line = head.opening[0].line
    period = read_period(notice, norm, line)
    read_feedback(notice, norm, period, line)
    if notice.document_word is None:
        word = re.search(rf"予以\s*({_WORDS})|({_WORDS})如下", norm)
        notice.document_word = (word[1] or word[2]) if word else None
    if notice.organisation is None:
        unit = re.search(r"[对向]\s*(?P<unit>[\u4e00-\u9fff]{2,30}?(?:党组|党委|党支部|党总支|委员会))", norm)
        notice.organisation = unit["unit"] if unit and not unit["unit"].startswith(("我", "院", "本")) else None


def _page_date(preface: list[Piece]) -> date | None:
    dated = [(p, d) for p in preface for (_, _, d) in full_dates(p.norm) if d]
    marked = [d for p, d in dated if re.search(r"发布|时间|日期", p.norm)]
    bare = [d for p, d in dated if re.match(r"\d{4}", p.norm)]
    return next(iter(marked or bare), None)


def _read_bodies(notice: Notice, norm: str, text: str) -> None:
    """``norm`` and ``text`` are the opening in both spellings, position for position: names are taken as printed."""
    # Dates would otherwise run into the group's name: each of their characters becomes a comma.
    masked = re.sub(r"[\d年月日至到\-\s]{0,40}\d\s?[日月](?:[上中下]旬|底|末|初)?|期间", lambda m: "," * len(m[0]), norm)
    for pattern in (_BODY, _BODY_ANY):
        match = pattern.search(masked)
        if match:
            begin = match.start("body") + len(match["body"]) - len(_LEADING.sub("", match["body"]))
            notice.inspecting_body = text[begin : match.end("body")]
            break
    else:
        notice.warnings.append(Remark("body.missing"))
    kind = _KIND.search(masked)
    notice.inspection_kind = re.sub(r"[“”\"「」]", "", text[slice(*kind.span("kind"))]) if kind else None
    for source in (normalise(notice.title or ""), normalise(notice.inspecting_body or ""), norm):
        found = _ROUND.search(source)
        if found:
            notice.inspection_round = re.sub(r"\s", "", found[0])
            break


def check_order(notice: Notice) -> None:
    """Warn about dates that stand in an impossible order; they stay as printed."""
    chain = [notice.inspection_from, notice.inspection_to, notice.feedback_on, notice.published_on]
    known = [d for d in chain if d]
    for first, second in itertools.pairwise(known):
        if first > second:
            notice.warnings.append(
                Remark("date.order", None, {"first": first.isoformat(), "second": second.isoformat()})
            )
