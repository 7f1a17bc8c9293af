"""What the figures of a draft are held against: indicators over the natural spans, and counts that domains register.

Only a figure whose own words are nothing but the name is bound ("结案90件", "本院结案率"): "行政案件结案32件" is another figure, and a
wrong binding would be worse than none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .. import indicators
from ..errors import NotAllowed
from ..indicators import Indicator, Span, View
from ..models.org import Person
from .model import Bound, Mention, Status, fits, rounded

Value = int | Decimal | None
_AROUND = Decimal("0.1")
_NEUTRAL = re.compile(
    r"(?:截[至止]到?|以来|今年|本年度?|去年|上年度?|本[周月旬季]度?|上[周月季]度?|一季度|二季度|三季度|四季度|第[一二三四]季度|上半年|下半年|"
    r"(?:19|20)\d\d年|\d{1,2}月份?|\d{1,2}[日号]|目前|现|至今?|到|底|末|起|全院|我院|本院|全市|院|共计?|累计|合计|总计|其中|已|新|均|"
    r"达到?|为|是|有|的|了|约|近|平均|整改|同期|期间|[\s、,，:：(（\-—–~至和与及以并且]|\d)*+"
)
_TAIL = re.compile(r"(?:数量?|总数|件数|案件数?|案件|问题|措施|事项|已?达到?|为|是|共计?|有|约|近|至|[\s:：,，(（])*+")


@dataclass(frozen=True)
class Source:
    """A count or a share the system knows. `words`: the names it goes by in a draft; `unit`: its measure ("%", "件", "项");
    `compute(person, day)`: the exact value as the person may see it, None where there is none."""

    code: str
    title: str | Promise
    words: tuple[str, ...]
    unit: tuple[str, ...]
    compute: Callable[[Person | None, dt.date], Value]


_sources: dict[str, Source] = {}


def source(
    code: str,
    *,
    title: str | Promise,
    words: Iterable[str],
    unit: Iterable[str],
    compute: Callable[[Person | None, dt.date], Value],
) -> Source:
    """Register a figure of a domain (see `Source`). Twice the same code, or no words, is an error."""
    if code in _sources:
        raise ImproperlyConfigured(f"figure source {code!r} is registered twice")
    made = Source(code, title, tuple(words), tuple(unit), compute)
    if not made.words or not all(made.words):
        raise ImproperlyConfigured(f"figure source {code!r} needs the words it goes by")
    _sources[code] = made
    return made


def sources() -> dict[str, Source]:
    """All registered sources by code."""
    return dict(_sources)


class Binder:
    """Holds figures against what the system knows as `person` sees it on `today`; each value is computed once."""

    def __init__(self, person: Person | None, today: dt.date, view: View | None = None) -> None:
        self.person, self.today = person, today
        self.names = _names()
        self.values: dict[str, Value] = {}
        self.figures: dict[tuple[str, Span], indicators.Figure] = {}
        self.view = view or _view(person)

    def bind(self, mention: Mention, lead: str) -> Bound | None:
        """What the figure was held against; None where the system knows nothing of that name. `lead`: the text of its sentence
        before it."""
        if not mention.is_said or mention.is_points or lead.count("(") > lead.count(")"):
            return None  # in brackets stands what belongs to the figure before them
        held = self._named(mention, lead)
        if isinstance(held, Source):
            return self._source(mention, held)
        return self._indicator(mention, held, lead) if held is not None and self.view is not None else None

    def _named(self, mention: Mention, lead: str) -> Source | Indicator | None:
        words = mention.words[: max(0, mention.at - mention.start)] or lead[-40:]
        words = re.split(r"[,，]", words)[-1]
        for name, held in self.names:
            at = words.rfind(name)
            if at < 0 or not _of_its_kind(held, mention):
                continue
            if _NEUTRAL.fullmatch(words[:at]) and _TAIL.fullmatch(words[at + len(name) :]):
                return cast("Source | Indicator", held)
        return None

    def _source(self, mention: Mention, held: Source) -> Bound | None:
        if held.code not in self.values:
            self.values[held.code] = held.compute(self.person, self.today)
        value = self.values[held.code]
        if value is None:
            return None
        exact = Decimal(value)
        return Bound(held.title, _("今天"), _printed(mention, exact), _standing(mention, exact), held.code)

    def _indicator(self, mention: Mention, held: Indicator, lead: str) -> Bound | None:
        named = _named_span(mention, lead, self.today)
        spans = [named] if named else natural_spans(self.today)
        self._measure(held, [span for _label, span in spans])
        best: Bound | None = None
        for label, span in spans:
            exact = self.figures[held.code, span].exact
            if exact is None:
                continue
            made = Bound(held.title, label, _printed(mention, exact), _standing(mention, exact), held.code)
            if made.status is not Status.DIFFERS:
                return made
            best = best or made
        return best

    def _measure(self, held: Indicator, spans: list[Span]) -> None:
        wanted = [span for span in spans if (held.code, span) not in self.figures]
        if wanted:
            found = indicators.measure(held, wanted, person=self.person, view=self.view or indicators.WHOLE)
            self.figures |= {(held.code, span): figure for span, figure in zip(wanted, found, strict=True)}


def _view(person: Person | None) -> View | None:
    try:
        return indicators.view_for(person)
    except NotAllowed:
        return None


def _names() -> list[tuple[str, Any]]:
    """Every name with what it names, the longest first."""
    named: list[tuple[str, Any]] = [(word, one) for one in _sources.values() for word in one.words]
    for one in indicators.indicators().values():
        title = re.sub(r"（[^）]*）", "", _source_text(one.title))
        named.append((title, one))
        if one.kind == "count":
            named += [
                (short, one) for short in {title.removesuffix("数"), title.removesuffix("案件数")} if len(short) > 1
            ]
    return sorted(named, key=lambda pair: -len(pair[0]))


def _source_text(title: Any) -> str:
    """The Chinese title: drafts are Chinese in whatever language the page is read."""
    from django.utils import translation

    with translation.override("zh-hans"):
        return str(title)


def _of_its_kind(held: Source | Indicator, mention: Mention) -> bool:
    if isinstance(held, Source):
        return mention.measure in held.unit
    if held.kind == "percent":
        return mention.is_percent
    if held.kind == "count":
        return mention.measure == "件"
    return held.kind == "days" and mention.measure == "天"


def _printed(mention: Mention, exact: Decimal) -> str:
    return mention.shown(rounded(exact / mention.times, mention.places))


def _standing(mention: Mention, exact: Decimal) -> Status:
    how = fits(mention.value, mention.places, exact / mention.times)
    if how:
        return Status.EQUAL if how == "equal" else Status.TRUNCATED
    if mention.kind == "approximate" and abs(exact - mention.amount) <= abs(exact) * _AROUND:
        return Status.EQUAL
    return Status.DIFFERS


def natural_spans(today: dt.date) -> list[tuple[str, Span]]:
    """The spans a figure without a time may mean, the likeliest first."""
    month, quarter = indicators.month_of(today), indicators.quarter_of(today)
    return [
        (_("本年至今"), indicators.year_of(today).cut(today)),
        (_("本月"), month.cut(today)),
        (_("上月"), month.back(1)),
        (_("本季度"), quarter.cut(today)),
        (_("上季度"), quarter.back(3)),
        (_("本周"), Span(today - dt.timedelta(days=today.weekday()), today)),
    ]


_WORDS: tuple[tuple[str, int], ...] = (
    ("本周", 5),
    ("上季度", 4),
    ("本季度", 3),
    ("上月", 2),
    ("本月", 1),
    ("今年", 0),
    ("本年", 0),
)


def _named_span(mention: Mention, lead: str, today: dt.date) -> tuple[str, Span] | None:
    """The span the words name; None where they name none."""
    said = mention.as_of
    if re.fullmatch(r"\d{4}-\d\d-\d\d", said):
        day = min(dt.date.fromisoformat(said), today)
        return said, Span(indicators.year_of(day).starts, day)
    if re.fullmatch(r"\d{4}-\d\d", said):
        year, month = map(int, said.split("-"))
        span = indicators.month_of(dt.date(year, month, 1))
        return (said, span.cut(today)) if span.starts <= today else None
    part = re.fullmatch(r"(\d{4})-([QH])(\d)", said)
    if part:
        span = _part_of_year(int(part[1]), part[2], int(part[3]))
        return (said, span.cut(today)) if span.starts <= today else None
    if re.fullmatch(r"\d{4}", said) and int(said) <= today.year:
        return said, indicators.year_of(dt.date(int(said), 6, 30)).cut(today)
    natural = natural_spans(today)
    for word, place in _WORDS:
        if word in lead or word in mention.words or said == word:
            return natural[place]
    quarter = re.search(r"第?([一二三四])季度", said or mention.words)
    if quarter:
        month = "一二三四".index(quarter[1]) * 3 + 1
        span = indicators.quarter_of(dt.date(today.year, month, 1))
        return (said or quarter[0], span.cut(today)) if span.starts <= today else None
    return None


def _part_of_year(year: int, letter: str, number: int) -> Span:
    months = 3 if letter == "Q" else 6
    first = indicators.month_of(dt.date(year, (number - 1) * months + 1, 1))
    last = indicators.month_of(dt.date(year, number * months, 1))
    return Span(first.starts, last.ends)
