"""One search over all that a person may open: the newest few of each kind, never a count.

Ledgers take part by themselves (unless they say otherwise); other models register a Source. Who may not open a ledger is not
told that it was searched, and of what they may open they find what they may see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.utils.safestring import SafeString

from .. import access, paging
from ..ledger import cells, need, registry
from ..ledger.declaration import StateColumn
from ..ledger.tables import loaded
from ..models.org import Person
from . import indexes
from .highlight import marked, snippet
from .matching import Place, Search
from .tokens import Term, terms

if TYPE_CHECKING:
    from ..ledger.declaration import Ledger

EACH = 5


@dataclass(frozen=True)
class Source:
    """A kind of thing that is found everywhere, by its `fields` (of a ledger: by those it is searched by).

    `name(row)` and `address(row)`: what it is called and where it is; `badge(row)`: where it stands, if that is to be said.
    `shown(person)`: whether the person is to be told of this kind at all. `all_at(text)`: where all that is found is listed.
    """

    model: type[Model]
    title: Any
    name: Callable[[Any], str]
    address: Callable[[Any], str]
    shown: Callable[[Person], bool]
    badge: Callable[[Any], cells.Badge | None] = lambda row: None
    all_at: Callable[[str], str] = lambda text: ""
    only: Q = access.EVERYTHING
    fields: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    order: int = 500
    ledger: Ledger | None = None


@dataclass(frozen=True)
class Hit:
    """Something that was found: its name, and the place in its text, both marked."""

    name: SafeString
    text: SafeString
    url: str
    badge: cells.Badge | None


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `more`: there is more, and `all_at` is where."""

    title: str
    hits: list[Hit]
    more: bool
    all_at: str


_sources: list[Source] = []


def register(source: Source) -> None:
    """Let a model that has no ledger take part."""
    indexes.declare(source.model, source.fields)
    _sources.append(source)


def sources(person: Person) -> list[Source]:
    """The kinds the person may find things of, in the order of the menu."""
    from ..ledger.views.base import may_open

    of_ledgers = [
        _of_ledger(ledger)
        for ledger in registry.ledgers().values()
        if ledger.everywhere and indexes.of(ledger.model) is not None and _has_own(ledger) and may_open(person, ledger)
    ]
    others = [source for source in _sources if source.shown(person)]
    return sorted([*of_ledgers, *others], key=lambda source: source.order)


def _has_own(ledger: Ledger) -> bool:
    return any("__" not in path for path in ledger.search)


def _of_ledger(ledger: Ledger) -> Source:
    state = next((c for c in ledger.all_columns if c.name in {"state", "light"} or isinstance(c, StateColumn)), None)

    def badge(row: Any) -> cells.Badge | None:
        found = cells.cell(ledger, state, row) if state is not None else None
        return found if isinstance(found, cells.Badge) else None

    return Source(
        model=ledger.model,
        ledger=ledger,
        title=ledger.title,
        name=ledger.name_of,
        address=lambda row: ledger.url("detail", row.pk),
        shown=lambda person: True,
        badge=badge,
        all_at=lambda text: f"{ledger.url('list')}?{urlencode({'q': text})}",
        only=(Q(voided_at__isnull=True) if ledger.keeps else Q()) & (ledger.everywhere if isinstance(ledger.everywhere, Q) else Q()),
        order=ledger.menu.order if ledger.menu is not None else 400,
    )


def look(person: Person, text: str, each: int = EACH) -> list[Group]:
    """What the person finds by the text, `each` of every kind, the newest first."""
    asked = terms(text)
    if not asked:
        return []
    groups = []
    for source in sources(person):
        index = indexes.of(source.model)
        if index is None:
            continue
        search = Search(source.model, [Place("pk", index)], asked)
        if source.ledger is not None:
            search.told = need.found_by(source.ledger, person, asked)
        pks = search.first(access.visible(person, source.model).filter(source.only), "-pk", each + 1)
        if pks:
            found = paging.in_order(_read(source), pks[:each])
            quoted = _quoted(source, index, person, found)
            hits = [_hit(source, quoted[row.pk], row, asked) for row in found]
            groups.append(Group(str(source.title), hits, len(pks) > each, source.all_at(text)))
    return groups


def _read(source: Source) -> QuerySet[Any]:
    """Where rows are read from, by ids that the person may see."""
    rows = access.visible(None, source.model)
    ledger = registry.of_model(source.model)
    return loaded(ledger, rows) if ledger is not None else rows.select_related(*source.related)


def _quoted(source: Source, index: indexes.Index, person: Person, rows: Sequence[Any]) -> dict[Any, Sequence[str]]:
    """The fields whose text may be quoted to the person, by the row's id: of one that is open on need to know alone, its nodes."""
    ledger = source.ledger
    if ledger is None or ledger.need is None:
        return {row.pk: index.fields for row in rows}
    nodes = [field for field in index.fields if field in ledger.need.nodes]
    held = need.open_among(ledger, person, rows)
    return {row.pk: index.fields if row.pk in held else nodes for row in rows}


def _hit(source: Source, fields: Sequence[str], row: Any, asked: Sequence[Term]) -> Hit:
    name = source.name(row)
    texts = [str(getattr(row, field) or "") for field in fields]
    found = [snippet(text, asked) for text in texts if text and text not in name]
    around = next((one for one in found if one), None)
    if around is None:  # it was found by its name: then what it is about
        rest = [text for text in texts if text and text not in name]
        around = marked(rest[0][:120], ()) if rest else SafeString("")
    return Hit(marked(name, asked), around, source.address(row), source.badge(row))
