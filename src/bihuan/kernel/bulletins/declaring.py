"""What a kind of bulletin is: a declaration in a domain's `bulletins.py`.

    kind("rectification.weekly", title=_("巡察整改工作简报"), domain="rectification", period="week", layout="briefing", ...,
         figures=(Figure("rate", _("整改完成率"), of="..."),), tables=(...), words=(Words("lead", _("基本情况"), opening=...),))

A figure is bound to an indicator: a registered one by its code, or a count over a ledger (`counted`). A table lists rows, or tells
figures apart by a dimension; a trend gives a figure over the periods before. People write the words; `{name}` in them is the figure of
that name, so that a number in a sentence is never typed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.law.dated import current_parameters

from ..indicators import Indicator, Population, Span
from ..indicators import get as indicator_of
from ..indicators.declaring import Condition
from ..indicators.declaring import Kind as Sort
from ..official import store
from ..wording import Message, wording

COURT_LANGUAGE = "zh-hans"
"""What goes out is in the court's language, whoever drafts it."""
Text = str | Promise
Shift = Callable[[Span], Span]
Period = Literal["week", "month", "quarter"]
Layout = Literal["briefing", "letter", "notice", "minutes"]
PERIODS: dict[str, Text] = {"week": _("周"), "month": _("月"), "quarter": _("季度")}
UNKNOWN_INDICATOR = wording("bulletins.unknown_indicator", _("没有编号为“%(code)s”的指标"))
UNKNOWN_KIND = wording("bulletins.unknown_kind", _("没有“%(kind)s”这一种通报：它的声明已经撤销。"))


class UnknownIndicator(LookupError):
    """A figure is bound to an indicator there is not."""


def same(span: Span) -> Span:
    """The bulletin's own span."""
    return span


@dataclass(frozen=True)
class Figure:
    """A figure: `of` is the code of an indicator, or a count. `span` shifts the bulletin's span, e.g. to the year so far; `drills`:
    whether its rows may be looked at (figures of discipline never: their rows are not even kept)."""

    name: str
    title: Text
    of: str | Indicator
    span: Shift = same
    drills: bool = True

    @property
    def bound(self) -> Indicator:
        """The indicator. Raises UnknownIndicator."""
        return bound(self.of)


@dataclass(frozen=True)
class Listed:
    """A table of rows: those of the population that the condition holds for, at most `most` of them in print (all are kept and counted).
    `columns` are fields, or paths to them."""

    name: str
    title: Text
    of: Population
    where: Condition
    columns: tuple[str, ...]
    formula: Text
    span: Shift = same
    most: int = 100
    drills: bool = True
    headings: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class Parts:
    """A table of figures told apart by a dimension, in the order of its values: never of the figures, and never by person."""

    name: str
    title: Text
    of: tuple[str | Indicator, ...]
    by: str
    span: Shift = same


@dataclass(frozen=True)
class Trend:
    """A figure over the last `periods` periods, the bulletin's own last: one's own past, nobody beside anybody."""

    name: str
    title: Text
    of: str | Indicator
    periods: int = 8


@dataclass(frozen=True)
class Words:
    """A passage people write. `opening` stands there at first; a required one may not be empty when the draft is sent on."""

    name: str
    title: Text
    opening: Text = ""
    required: bool = True
    help: Text = ""


Bound = Figure | Listed | Parts | Trend


@dataclass(frozen=True)
class Kind:
    """A kind of bulletin (see `kind`)."""

    code: str
    title: Text
    domain: str
    period: Period
    layout: Layout
    numbering: Literal["issue", "document"]
    register: str
    countersign: Literal["none", "optional", "required"]
    drafters: frozenset[str]
    reviewers: frozenset[str]
    signers: frozenset[str]
    keepers: frozenset[str]
    readers: frozenset[str]
    track: str
    seal: bool
    upward: bool
    figures: tuple[Figure, ...]
    tables: tuple[Listed | Parts, ...]
    trends: tuple[Trend, ...]
    words: tuple[Words, ...]

    @property
    def basis(self) -> str:
        """The dated parameter with its cadence, grace, recipients and code word."""
        return f"local.bulletin.{self.code}"

    @property
    def title_code(self) -> str:
        """The wording code of its title."""
        return f"bulletin.{self.code}"

    @property
    def all_bound(self) -> tuple[Bound, ...]:
        """Figures, tables and trends, in the order they are kept."""
        return (*self.figures, *self.tables, *self.trends)

    def find(self, name: str) -> Bound | None:
        """The figure, table or trend of that name."""
        return next((one for one in self.all_bound if one.name == name), None)

    def held(self, on: dt.date) -> Mapping[str, Any]:
        """The values of its dated parameter on a day. Raises NotInForce, UnknownParameter."""
        return current_parameters().version_on(self.basis, on).values


_kinds: dict[str, Kind] = {}


def kind(
    code: str,
    *,
    title: Text,
    domain: str,
    period: Period,
    layout: Layout,
    numbering: Literal["issue", "document"] = "issue",
    register: str = "",
    countersign: Literal["none", "optional", "required"] = "none",
    drafters: Iterable[str],
    reviewers: Iterable[str],
    signers: Iterable[str],
    keepers: Iterable[str] = (),
    readers: Iterable[str] = (),
    track: str = "",
    seal: bool | None = None,
    upward: bool = False,
    figures: Iterable[Figure] = (),
    tables: Iterable[Listed | Parts] = (),
    trends: Iterable[Trend] = (),
    words: Iterable[Words] = (),
) -> Kind:
    """Declare a kind of bulletin.

    `numbering`: an issue number (第3期) or a document number (发文字号); `register` names the numbers it shares with others (default: its
    own). `upward`: it goes to a body above, which is then the addressee and is told who signed (GB/T 9704). `keepers` number, seal and issue (default: the drafters). `readers`: roles that read it when it is out (none: all who hold a
    post); `track`: a closed track its readers need besides. A document with a number of its own carries the seal, others do not.
    """
    if code in _kinds:
        raise ImproperlyConfigured(f"bulletin {code!r} is registered twice")
    made = Kind(
        code=code, title=title, domain=domain, period=period, layout=layout, numbering=numbering, register=register or code,
        countersign=countersign, drafters=frozenset(drafters), reviewers=frozenset(reviewers), signers=frozenset(signers),
        keepers=frozenset(keepers) or frozenset(drafters), readers=frozenset(readers), track=track,
        seal=numbering == "document" if seal is None else seal,
        upward=upward,
        figures=tuple(figures), tables=tuple(tables), trends=tuple(trends), words=tuple(words),
    )  # fmt: skip
    names = [one.name for one in (*made.all_bound, *made.words)]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise ImproperlyConfigured(f"bulletin {code!r}: {doubled} stand twice")
    if strange := [name for name in names if not name.isidentifier()]:
        raise ImproperlyConfigured(f"bulletin {code!r}: {strange} are no names for a template")
    wording(made.title_code, title)
    store.paper(code, title=title, layout=layout, known=lambda: template_names(made))
    _kinds[code] = made
    return made


def template_names(kind: Kind) -> dict[str, str]:
    """The names a template of the kind may use, with what they mean, in the order of the paper and the court's language."""
    with translation.override(COURT_LANGUAGE):
        return (
            {f"texts.{one.name}": str(one.title) for one in kind.words}
            | {f"figures.{one.name}": str(one.title) for one in kind.figures}
            | {f"tables.{one.name}": str(one.title) for one in (*kind.tables, *kind.trends)}
        )


def kinds() -> Mapping[str, Kind]:
    """All kinds by code, in the order of their declaration."""
    return dict(_kinds)


def get(code: str) -> Kind | None:
    """The kind of that code, or None."""
    return _kinds.get(code)


def forget(code: str) -> None:
    """Take a kind out of the registry; for tests that declare one."""
    _kinds.pop(code, None)
    store.forget(code)


def bound(of: str | Indicator) -> Indicator:
    """The indicator meant. Raises UnknownIndicator."""
    if isinstance(of, Indicator):
        return of
    found = indicator_of(of)
    if found is None:
        raise UnknownIndicator(str(Message(UNKNOWN_INDICATOR, {"code": of})))
    return found


@dataclass(frozen=True)
class Count(Indicator):
    """A count of the bulletin alone: `word` is what its rows are counted in (项, 件 ...)."""

    word: Text = ""

    @property
    def unit(self) -> Text:
        """Its own measure word; per cent for a share."""
        return self.word if self.word and self.kind == "count" else super().unit


def counted(
    code: str,
    *,
    title: Text,
    of: Population,
    where: Condition,
    formula: Text,
    word: Text = "",
    out_of: Condition | None = None,
    amount: Any = None,
) -> Count:
    """A count over a ledger, or (with `out_of`) a percentage: like an indicator, but of the bulletin alone and without a range."""
    sort: Sort = "count" if out_of is None else "percent"
    return Count(
        code, title, of, sort, where, out_of, amount, False, out_of is not None, formula, (), ("house",), "", None, word
    )  # fmt: skip
