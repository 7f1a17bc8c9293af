"""Computing indicators, and the rows behind a figure: always over `access.visible`, one statement a figure.

A person looks from a `View`: the whole court, a division they answer for, or their own cases. There is no view of another judge,
and no dimension of judges: people are never lined up by a rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.law.errors import NotInForce

from .. import access
from ..errors import NotAllowed, Refused
from ..models.org import Person, Unit
from ..supervision_access import DATA_ROLE, TOP_ROLE, units_of
from ..wording import Message, wording
from .declaring import DIVISION, Indicator, Population
from .figures import Figure
from .periods import Span

COURT, OWN = "court", "own"
NO_DIMENSION = wording(
    "indicators.no_dimension", _("“%(indicator)s”不能按“%(by)s”分列，可用：%(known)s。法官之间不按比率排列。")
)
NO_VIEW = wording("indicators.no_view", _("“%(person)s”不能查看“%(view)s”的指标。"))


@dataclass(frozen=True)
class View:
    """From where one looks: `court`, `own`, or the id of a division."""

    code: str
    label: str | Promise
    unit_id: int | None = None
    person_id: int | None = None

    def where(self, indicator: Indicator) -> Q:
        """The rows of the population that belong to it."""
        if self.unit_id is not None:
            return Q(**{indicator.of.unit: self.unit_id}) if indicator.of.unit else access.NOTHING
        if self.person_id is not None:
            return Q(**{indicator.of.person: self.person_id})
        return Q()


WHOLE = View(COURT, _("全院"))


def views_of(person: Person) -> list[View]:
    """The views a person has: the court for those who watch over it, the divisions one answers for, one's own cases."""
    viewer = access.viewer(person)
    if viewer.admin_role or not viewer.roles:
        return []
    if viewer.has(TOP_ROLE, DATA_ROLE):
        return [WHOLE]
    units = Unit.objects.filter(pk__in=units_of(viewer)).order_by("order", "pk")
    return [*(of_unit(unit) for unit in units), View(OWN, _("本人承办"), person_id=person.pk)]


def sees_court(person: Person) -> bool:
    """Whether the court's figures are for the person: who watches over the court."""
    viewer = access.viewer(person)
    return not viewer.admin_role and viewer.has(TOP_ROLE, DATA_ROLE)


def of_unit(unit: Unit) -> View:
    """The view of a division."""
    return View(str(unit.pk), unit.name, unit_id=unit.pk)


def view_for(person: Person | None, code: str = "") -> View:
    """The view named, or the first a person has. Raises NotAllowed for one they have not."""
    known = [WHOLE] if person is None else views_of(person)
    if not code and known:
        return known[0]
    if code != COURT and WHOLE in known:
        known = [of_unit(unit) for unit in Unit.objects.all()]
    for one in known:
        if one.code == code:
            return one
    raise NotAllowed(Message(NO_VIEW, {"person": str(person), "view": code or str(WHOLE.label)}))


def may_divide(person: Person | None, view: View) -> bool:
    """Whether a person sees the divisions beside one another: who sees the whole court."""
    return view.code == COURT and (person is None or WHOLE in views_of(person))


def dimension(indicator: Indicator, by: str) -> str:
    """The field of a dimension. Raises Refused for one there is not: judges are none."""
    if by == DIVISION and indicator.of.unit:
        return indicator.of.unit
    found = indicator.of.dimensions.get(by)
    if found is None:
        known = [*([DIVISION] if indicator.of.unit else []), *indicator.of.dimensions]
        raise Refused(Message(NO_DIMENSION, {"indicator": str(indicator.title), "by": by, "known": known}))
    return found.field


def facts(indicator: Indicator, person: Person | None, view: View) -> QuerySet[Any]:
    """The rows of the population that a person sees from a view."""
    counts_all = person is None or (indicator.of.known and sees_court(person))
    rows: QuerySet[Any] = access.visible(None if counts_all else person, indicator.of.model)
    return rows.filter(indicator.of.base, view.where(indicator)).order_by()


def measure(
    indicator: Indicator, spans: Sequence[Span], *, person: Person | None = None, view: View = WHOLE
) -> list[Figure]:
    """The figures of several spans, in one statement."""
    asked = _asked(indicator, spans)
    found = facts(indicator, person, view).filter(asked.where).aggregate(**asked.sums)
    return _figures(indicator, spans, found)


def measure_by(
    indicator: Indicator, spans: Sequence[Span], by: str, *, person: Person | None = None, view: View = WHOLE
) -> dict[Any, list[Figure]]:
    """The figures of several spans by the values of a dimension, in one statement; in the order of the values, never of the rates."""
    path = dimension(indicator, by)
    asked = _asked(indicator, spans)
    seen = _told_apart(indicator, facts(indicator, person, view), person, by)
    rows = seen.filter(asked.where).values(path).annotate(**asked.sums).order_by(path)
    return {row[path]: _figures(indicator, spans, row) for row in rows}


def rows_of(
    indicator: Indicator,
    span: Span,
    part: str = "numerator",
    *,
    person: Person | None = None,
    view: View = WHOLE,
    by: str = "",
    value: Any = None,
) -> QuerySet[Any]:
    """Exactly the rows that a part ("numerator", "denominator") of a figure counts, as the person may see them."""
    above, below = _conditions(indicator, span)
    rows = facts(indicator, person, view).filter(below if part == "denominator" and below is not None else above)
    if by:
        rows = _told_apart(indicator, rows, person, by).filter(**{dimension(indicator, by): value})
    return rows.order_by(*indicator.of.ordering)


def listable(indicator: Indicator, rows: QuerySet[Any], person: Person | None) -> QuerySet[Any]:
    """Of the rows counted, those whose contents are open to the person: only these are listed."""
    return listable_of(indicator.of, rows, person)


def listable_of(of: Population, rows: QuerySet[Any], person: Person | None) -> QuerySet[Any]:
    """The same of the rows of a population."""
    if person is None:
        return rows
    if of.known:
        rows = rows.filter(pk__in=access.visible(person, of.model).order_by().values("pk"))
    return rows if of.opened is None else rows.filter(of.opened(access.viewer(person)))


def _told_apart(indicator: Indicator, rows: QuerySet[Any], person: Person | None, by: str) -> QuerySet[Any]:
    """What is in a closed row may not be guessed from a table by it."""
    found = indicator.of.dimensions.get(by)
    return listable(indicator, rows, person) if found is not None and found.content else rows


@dataclass(frozen=True)
class _Asked:
    where: Q
    sums: dict[str, Any]


def _asked(indicator: Indicator, spans: Sequence[Span]) -> _Asked:
    sums: dict[str, Any] = {}
    wanted: list[Q] = []
    for place, span in enumerate(spans):
        above, below = _conditions(indicator, span)
        sums[f"above_{place}"] = _total(indicator, above, span)
        if below is not None:
            sums[f"below_{place}"] = Count("pk", filter=below)
            wanted.append(below)
        if not indicator.within:
            wanted.append(above)
    return _Asked(reduce(or_, wanted), sums)


def _conditions(indicator: Indicator, span: Span) -> tuple[Q, Q | None]:
    """The rows above and below the line; none at all where a parameter they stand on is not in force at the span's end yet."""
    params = indicator.params(span.ends)
    try:
        above = indicator.numerator(span, params)
        return above, indicator.denominator(span, params) if indicator.denominator is not None else None
    except NotInForce:
        return access.NOTHING, access.NOTHING if indicator.denominator is not None else None


def _total(indicator: Indicator, rows: Q, span: Span) -> Any:
    if indicator.amount is None:
        return Count("pk", filter=rows)
    return Sum(indicator.amount(span) if callable(indicator.amount) else indicator.amount, filter=rows)


def _figures(indicator: Indicator, spans: Sequence[Span], found: dict[str, Any]) -> list[Figure]:
    return [
        Figure(indicator, span, int(found[f"above_{place}"] or 0), found.get(f"below_{place}"))
        for place, span in enumerate(spans)
    ]
