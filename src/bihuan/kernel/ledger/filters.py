"""The list's filters, made from the declaration. Every one narrows rows the person may see; none can widen them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.choices import BaseChoiceIterator
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import access, clock
from ..models.org import Person, Unit
from ..search import matching
from . import need
from .cells import label_of
from .declaration import Filter, Ledger
from .forms import QuickSelect, dress
from .registry import field_of

SOON_DAYS = 7
MOST_CHOICES = 2000
OWN = "me"


class LedgerFilterSet(django_filters.FilterSet):
    """Base of the generated filter sets. `search` is what was asked of the rows."""

    ledger: Ledger
    search: matching.Search | None = None
    node_filters: frozenset[str] = frozenset()
    """Keys of the query string that ask for no more than everybody sees who sees the row."""

    def __init__(self, data: Any, queryset: QuerySet[Any], *, person: Person) -> None:
        self.person = person
        data = data.copy() if data is not None else QueryDict(mutable=True)
        for spec in self.ledger.all_filters:
            if spec.initial and spec.name not in data:
                data[spec.name] = spec.initial
        super().__init__(data, queryset)
        people: list[tuple[str, Any]] = []
        for spec in self.ledger.all_filters:
            options = _rows_to_choose(self.ledger, spec, person, people)
            if options is not None:
                self.filters[spec.name].extra["choices"] = Options(options)
        dress(self.form)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Voided rows only when asked for; then each filter; then the search."""
        cleaned = self.form.cleaned_data
        if self.ledger.keeps:
            asked = cleaned.get("voided")
            if asked != "all":
                queryset = queryset.filter(voided_at__isnull=asked != "only")
        for name, one in self.filters.items():
            if name not in {"voided", "q"} and cleaned.get(name) not in (None, ""):
                queryset = one.filter(queryset, cleaned[name])
                if name not in self.node_filters:
                    queryset = queryset.filter(need.opened(self.ledger, self.person))
        self.search = matching.ask(self.ledger, cleaned.get("q") or "")
        if self.search is None:
            return queryset
        self.search.told = need.found_by(self.ledger, self.person, self.search.asked)
        return self.search.narrow(queryset)

    @property
    def active(self) -> bool:
        """Whether anything is asked beyond what holds by itself."""
        usual = {spec.name: spec.initial for spec in self.ledger.all_filters}
        return any(self.data.get(name, "") != usual.get(name, "") for name in self.filters if name in self.data)

    def query(self) -> str:
        """The query string of the filters as they stand, without anything that is no filter."""
        return allowed_query(self.ledger, self.data)


def allowed_query(ledger: Ledger, data: Any) -> str:
    """Of a query string only what the list understands: filters, search, sort."""
    kept = QueryDict(mutable=True)
    for name in [*filterset_class(ledger).base_filters, "sort"]:
        for value in data.getlist(name):
            if value or any(spec.name == name and spec.initial for spec in ledger.all_filters):
                kept.appendlist(name, str(value)[:200])
    return kept.urlencode()


@cache
def filterset_class(ledger: Ledger) -> type[LedgerFilterSet]:
    """The ledger's filter set class."""
    made: dict[str, Any] = {"ledger": ledger, "node_filters": _node_filters(ledger)}
    if ledger.search:
        label = _("搜索")
        made["q"] = django_filters.CharFilter(label=label, widget=forms.TextInput(attrs={"type": "search"}), max_length=100)
    for spec in ledger.all_filters:
        made.update(_filters_of(ledger, spec))
    if ledger.keeps and ledger.void:
        options = [("only", _("已作废")), ("all", _("全部"))]
        made["voided"] = django_filters.ChoiceFilter(
            label=_("作废"), choices=Options(options), empty_label=_("未作废"), widget=QuickSelect
        )
    return type("LedgerFilterSet", (LedgerFilterSet,), made)


def _node_filters(ledger: Ledger) -> frozenset[str]:
    """The keys of filters that ask for nodes; of a ledger without rows on need to know, of all."""
    nodes = [spec for spec in ledger.all_filters if ledger.need is None or spec.name in ledger.need.nodes]
    return frozenset(key for spec in nodes for key in (spec.name, f"{spec.name}_from", f"{spec.name}_to"))


def kind_of(ledger: Ledger, spec: Filter) -> str:
    """What kind of filter "auto" means for the field."""
    if spec.kind != "auto":
        return spec.kind
    if spec.choices is not None:
        return "choice"
    field = field_of(ledger.model, spec.field or spec.name)
    if field is None:
        return "text"
    if field.is_relation:
        return "unit" if field.related_model is Unit else "person" if field.related_model is Person else "row"
    if field.name == "state" and ledger.flow is not None:
        return "state"
    if field.flatchoices:
        return "choice"
    kind = field.get_internal_type()
    if kind in {"DateField", "DateTimeField"}:
        return "dates"
    return "yes_no" if kind == "BooleanField" else "text"


def _filters_of(ledger: Ledger, spec: Filter) -> dict[str, Any]:
    """The class attributes of a declared filter: the filter (two for a range of dates) by query-string key, its condition."""
    kind = kind_of(ledger, spec)
    path = spec.field or spec.name
    label = spec.label or label_of(ledger.model, path)
    if kind == "dates" and spec.apply is None:
        date = django_filters.DateFilter
        day = "__date" if field_of(ledger.model, path).get_internal_type() == "DateTimeField" else ""  # type: ignore[union-attr]
        return {
            f"{spec.name}_from": date(field_name=f"{path}{day}", lookup_expr="gte", label=_From(label)),
            f"{spec.name}_to": date(field_name=f"{path}{day}", lookup_expr="lte", label=_To(label)),
        }
    narrow = {f"narrow_{spec.name}": _condition(ledger, spec, kind, path)}
    common: dict[str, Any] = {"label": label, "method": f"narrow_{spec.name}"}
    if kind == "text":
        return {**narrow, spec.name: django_filters.CharFilter(max_length=100, **common)}
    if kind == "dates":
        return {**narrow, spec.name: django_filters.DateFilter(**common)}
    options: Any = []  # rows to choose from depend on the person: filled in by the filter set
    if kind == "yes_no":
        options = [("1", _("是")), ("0", _("否"))]
    elif kind == "overdue":
        options = [("1", _("已逾期")), ("soon", _("7日内到期"))]
    elif kind == "state" and ledger.flow is not None:
        options = [(state.code, state.label) for state in ledger.flow.states]
    elif kind == "choice":
        options = spec.choices if spec.choices is not None else field_of(ledger.model, path).flatchoices  # type: ignore[union-attr]
    choice = django_filters.ChoiceFilter(choices=Options(options), empty_label=_("全部"), widget=QuickSelect, **common)
    return {**narrow, spec.name: choice}


class Options(BaseChoiceIterator):
    """Choices as they are: every request copies filters and form, and need not copy or look through these."""

    def __init__(self, pairs: Any) -> None:
        self.pairs = pairs

    def __iter__(self) -> Iterator[Any]:
        return iter(self.pairs() if callable(self.pairs) else self.pairs)

    def __deepcopy__(self, memo: Any) -> Options:
        return self


def _start(label: Any) -> str:
    return gettext("%(label)s起") % {"label": label}


def _end(label: Any) -> str:
    return gettext("%(label)s止") % {"label": label}


_From, _To = lazy(_start, str), lazy(_end, str)


def _condition(ledger: Ledger, spec: Filter, kind: str, path: str) -> Any:
    """The method that narrows rows to the chosen value."""

    def narrow(self: LedgerFilterSet, queryset: QuerySet[Any], _name: str, value: Any) -> QuerySet[Any]:
        person = self.person
        if spec.apply is not None:
            return spec.apply(queryset, value, person)
        if kind == "unit":
            return queryset.filter(**{f"{path}__in": units_below(int(value))})
        if kind == "person" and value == OWN:
            return queryset.filter(**{f"{path}__in": access.viewer(person).acts_for})
        if kind == "yes_no":
            return queryset.filter(**{path: value == "1"})
        if kind == "overdue":
            return queryset.filter(running(ledger, spec), _due(path, value))
        if kind == "text":
            return queryset.filter(**{f"{path}__icontains": value})
        return queryset.filter(**{path: value})

    return narrow


def running(ledger: Ledger, spec: Filter) -> Q:
    """The condition that a row's due date still runs."""
    if spec.open is not None:
        return spec.open
    if ledger.flow is not None:
        return ~Q(state__in=[state.code for state in ledger.flow.states if state.final])
    return Q()


def _due(path: str, value: str) -> Q:
    today = clock.today()
    if value == "soon":
        return Q(**{f"{path}__gte": today, f"{path}__lte": today + dt.timedelta(days=SOON_DAYS)})
    return Q(**{f"{path}__lt": today})


def units_below(unit: int) -> list[int]:
    """The unit and all units under it."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in Unit.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found, queue = [], [unit]
    while queue:
        one = queue.pop()
        if one not in found:
            found.append(one)
            queue.extend(children.get(one, []))
    return found


def unit_choices(person: Person) -> list[tuple[str, str]]:
    """The units the person may see, indented as a tree."""
    units = list(access.visible(person, Unit).values_list("pk", "parent_id", "name"))
    seen = {pk for pk, _parent, _name in units}
    children: dict[int | None, list[tuple[int, str]]] = {}
    for pk, parent, name in units:
        children.setdefault(parent if parent in seen else None, []).append((pk, name))
    found: list[tuple[str, str]] = []

    def walk(parent: int | None, depth: int) -> None:
        for pk, name in children.get(parent, []):
            found.append((str(pk), "　" * depth + name))
            walk(pk, depth + 1)

    walk(None, 0)
    return found


def _rows_to_choose(
    ledger: Ledger, spec: Filter, person: Person, people: list[tuple[str, Any]]
) -> Sequence[tuple[str, Any]] | None:
    """Choices that are rows the person may see; None for a filter whose choices do not depend on the person. `people` is
    filled once for all filters that choose one."""
    kind = kind_of(ledger, spec)
    if kind == "unit":
        return unit_choices(person)
    if kind == "person":
        if not people:
            seen = access.visible(person, Person).filter(is_active=True, admin_role="").order_by("name", "pk")
            rows = seen.values_list("pk", "name", "username")[:MOST_CHOICES]
            people += [(OWN, _("本人")), *((str(pk), name or username) for pk, name, username in rows)]
        return people
    if kind == "row" and spec.choices is None:
        field: Any = field_of(ledger.model, spec.field or spec.name)
        return [(str(row.pk), str(row)) for row in access.visible(person, field.related_model)[:MOST_CHOICES]]
    return None
