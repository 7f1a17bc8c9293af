"""Computing what a bulletin's figures, tables and trends come to over its span: by the system, over the whole court, in the court's
language, so that two drafters get the same paper. One that fails is an answer too: it says which and why, and nothing is issued."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import access, clock, indicators
from ..errors import Refused
from ..indicators import DIVISION, WHOLE, Indicator, Population, Span
from ..indicators import Figure as Measured
from ..ledger.cells import label_of, show
from ..ledger.registry import field_of
from ..models.org import Unit
from ..wording import Message, wording
from . import spans
from .declaring import COURT_LANGUAGE, Bound, Figure, Kind, Listed, Parts, Trend, UnknownIndicator, bound

FAILED = wording(
    "bulletins.figure_failed",
    gettext_lazy(
        "“%(title)s”（%(name)s）无法计算：%(why)s。数据修复以前不能送签、印发；请联系审管办或系统管理员核对口径和数据来源。"
    ),
)


@dataclass(frozen=True)
class Part:
    """A set of rows behind a figure, by code: "numerator", "denominator", "rows", or a column's or a period's."""

    code: str
    label: str | Promise
    rows: QuerySet[Any]
    of: Population


@dataclass(frozen=True)
class Result:
    """What one of them came to. `content`: a table's or trend's head and rows as text; `error`: why there is nothing."""

    name: str
    sort: str
    title: str
    span: Span
    query: str = ""
    shown: str = ""
    value: str = ""
    numerator: int | None = None
    denominator: int | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    drills: bool = True
    error: Message | None = None

    @property
    def counts(self) -> str:
        """The counts beside a rate."""
        return "" if self.denominator is None else f"{self.numerator:,} / {self.denominator:,}"

    def kept(self) -> dict[str, Any]:
        """What of it is compared with the next computation."""
        return {
            "title": self.title, "shown": self.shown, "numerator": self.numerator, "denominator": self.denominator,
            "content": dict(self.content),
        }  # fmt: skip


def compute(kind: Kind, span: Span) -> dict[str, Result]:
    """Everything bound, by name, in the order of declaration."""
    cut = span.cut(clock.today())
    found: dict[str, Result] = {}
    with translation.override(COURT_LANGUAGE):
        for one in kind.all_bound:
            found[one.name] = _guarded(kind, one, cut)
    return found


def failures(results: Mapping[str, Result]) -> list[Message]:
    """Why those that failed did."""
    return [one.error for one in results.values() if one.error is not None]


def digest(results: Mapping[str, Result]) -> str:
    """SHA-256 of all that is compared: equal digests, equal figures."""
    return digest_of({name: one.kept() for name, one in results.items()})


def digest_of(kept: Mapping[str, Any]) -> str:
    """The same of what was kept."""
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def differences(kept: Mapping[str, Any], results: Mapping[str, Result]) -> list[dict[str, str]]:
    """What is different from what was kept: name, title, before and after; of a table how many rows it had and has."""
    found = []
    for name, one in results.items():
        before, after = kept.get(name), one.kept()
        if before is None or one.error is not None or before == after:
            continue
        found.append({"name": name, "title": one.title, "before": _brief(before), "after": _brief(after)})
    return found


def _brief(kept: Mapping[str, Any]) -> str:
    if kept["shown"]:
        counts = "" if kept["denominator"] is None else f" ({kept['numerator']:,} / {kept['denominator']:,})"
        return f"{kept['shown']}{counts}"
    content = kept["content"]
    return _("%(n)s 行") % {"n": content.get("total", len(content.get("rows", ())))}


def _guarded(kind: Kind, one: Bound, span: Span) -> Result:
    """One of them; what goes wrong in a declaration or in the database is told, with nothing of what a row holds."""
    try:
        with _savepoint():
            return _one(kind, one, span)
    except Exception as error:  # whatever a declaration gets wrong: the other figures are still there to be read
        why = str(error) if isinstance(error, UnknownIndicator | Refused) else type(error).__name__
        title = str(one.title)
        reason = Message(FAILED, {"title": title, "name": one.name, "why": why})
        return Result(one.name, _sort(one), title, span, shown="", drills=False, error=reason)


@contextmanager
def _savepoint() -> Iterator[None]:
    """Inside a transaction a failing statement spoils no other; a mere reading opens none."""
    if not connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        yield


def _sort(one: Bound) -> str:
    return "figure" if isinstance(one, Figure) else "trend" if isinstance(one, Trend) else "table"


def _one(kind: Kind, one: Bound, span: Span) -> Result:
    if isinstance(one, Figure):
        return _figure(one, one.span(span))
    if isinstance(one, Listed):
        return _listed(one, one.span(span))
    if isinstance(one, Parts):
        return _parts(one, one.span(span))
    return _trend(kind, one, span)


def _figure(one: Figure, span: Span) -> Result:
    found = indicators.measure(one.bound, [span])[0]
    return Result(
        one.name, "figure", str(one.title), span, str(one.bound.formula), found.shown, str(found.exact if found.exact is not None else ""),
        found.numerator, found.denominator, drills=one.drills,
    )  # fmt: skip


def _listed(one: Listed, span: Span) -> Result:
    rows = rows_listed(one, span)
    total = rows.count()
    model = one.of.model
    shown = rows.select_related(*joined(model, one.columns))[: one.most]
    content = {
        "head": [str(one.headings.get(name) or label_of(model, name)) for name in one.columns],
        "rows": [[show(row, name) for name in one.columns] for row in shown],
        "total": total,
        "left": max(total - one.most, 0),
    }
    return Result(
        one.name, "table", str(one.title), span, str(one.formula), numerator=total, content=content, drills=one.drills
    )


def _parts(one: Parts, span: Span) -> Result:
    held = [bound(of) for of in one.of]
    told = [indicators.measure_by(each, [span], one.by) for each in held]
    values = sorted({value for part in told for value in part}, key=lambda value: (value is None, str(value)))
    names: dict[Any, str]
    if one.by == DIVISION:
        units = {
            unit.pk: unit.name for unit in Unit.objects.filter(pk__in=[v for v in values if v]).order_by("order", "pk")
        }
        names = units | ({None: _("（未填部门）")} if None in values else {})
        first = _("部门")
    else:
        dimension = held[0].of.dimensions[one.by]
        names, first = {value: str(dimension.name(value)) for value in values}, str(dimension.label)
    rows = [[name, *(_cell(part.get(value)) for part in told)] for value, name in names.items()]
    content = {"head": [first, *(str(each.title) for each in held)], "rows": rows, "total": len(rows), "left": 0}
    query = "；".join(f"{each.title}：{each.formula}" for each in held)
    return Result(one.name, "table", str(one.title), span, query, content=content)


def _cell(figures: list[Measured] | None) -> str:
    if not figures:
        return "—"
    return f"{figures[0].shown}（{figures[0].counts}）" if figures[0].counts else figures[0].shown


def _trend(kind: Kind, one: Trend, span: Span) -> Result:
    held = bound(one.of)
    figures = indicators.measure(held, trend_spans(kind, one, span))
    rows = [
        [period_name(kind, each.span), each.shown, *([each.counts] if held.denominator else [])] for each in figures
    ]
    values = [None if each.value is None else str(each.value) for each in figures]
    content = {
        "head": [_("统计期"), str(held.title), *([_("分子 / 分母")] if held.denominator else [])],
        "rows": rows,
        "total": len(rows),
        "left": 0,
        "values": values,
    }
    return Result(one.name, "trend", str(one.title), span, str(held.formula), content=content)


def period_name(kind: Kind, span: Span) -> str:
    """A period in a few characters."""
    if kind.period == "week":
        return f"{span.starts:%m-%d}–{span.ends:%m-%d}"
    return f"{span.starts:%Y-%m}" if kind.period == "month" else f"{span.starts:%Y}-Q{(span.starts.month + 2) // 3}"


def trend_spans(kind: Kind, one: Trend, span: Span) -> list[Span]:
    """The periods of a trend, each cut at the day it is counted on."""
    whole = spans.period_of(kind.period, span.starts)
    return [each.cut(clock.today()) for each in spans.trend(kind.period, whole, one.periods)]


def rows_listed(one: Listed, span: Span) -> QuerySet[Any]:
    """The rows of a table, in the order of its population."""
    rows: QuerySet[Any] = access.visible(None, one.of.model)
    return rows.filter(one.of.base, one.where(span, _params(one, span))).order_by(*one.of.ordering)


def joined(model: type[Model], paths: Iterable[str]) -> list[str]:
    """What the paths need loaded along with the rows."""
    found: list[str] = []
    for path in paths:
        parts = path.split("__")
        for end in range(1, len(parts) + 1):
            way = "__".join(parts[:end])
            held = field_of(model, way)
            if held is not None and held.is_relation and not held.many_to_many:
                found.append(way)
    return list(dict.fromkeys(found))


def _params(one: Listed, span: Span) -> Any:
    from ..rules import Params

    return Params((), span.ends)


def parts_of(kind: Kind, one: Bound, span: Span) -> list[Part]:
    """The sets of rows behind one of them, over the whole court."""
    span = span.cut(clock.today())
    if isinstance(one, Figure):
        return _halves(one.bound, one.span(span))
    if isinstance(one, Listed):
        return [Part("rows", gettext_lazy("表中各行"), rows_listed(one, one.span(span)), one.of)]
    if isinstance(one, Parts):
        held = [bound(of) for of in one.of]
        return [Part(f"part{n}", each.title, _rows(each, one.span(span)), each.of) for n, each in enumerate(held)]
    held_one = bound(one.of)
    return [
        Part(f"part{n}", period_name(kind, each), _rows(held_one, each), held_one.of)
        for n, each in enumerate(trend_spans(kind, one, span))
    ]


def _halves(held: Indicator, span: Span) -> list[Part]:
    numerator = Part(
        "numerator",
        gettext_lazy("分子") if held.denominator else gettext_lazy("计入的各行"),
        _rows(held, span),
        held.of,
    )
    if held.denominator is None:
        return [numerator]
    return [numerator, Part("denominator", gettext_lazy("分母"), _rows(held, span, "denominator"), held.of)]


def _rows(held: Indicator, span: Span, part: str = "numerator") -> QuerySet[Any]:
    return indicators.rows_of(held, span, part, view=WHOLE)


def statement(rows: QuerySet[Any]) -> str:
    """The query as the database is asked, for whoever checks the figure later."""
    try:
        return str(rows.query)
    except EmptyResultSet:
        return "-- " + _("条件不可能成立，没有一行")


def as_of(span: Span) -> dt.date:
    """The last day that counts."""
    return span.cut(clock.today()).ends
