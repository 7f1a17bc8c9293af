"""The rows behind a bulletin's figure, as they were counted and as the reader may see them: what is not open to them is counted and
not listed; what was changed or voided since is marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .. import access
from ..bulletins import computing, keys
from ..bulletins.declaring import Kind
from ..indicators import Population, Span
from ..indicators.measuring import listable_of
from ..ledger import registry
from ..ledger.cells import label_of, show
from ..models.bulletins import Bulletin, BulletinRows
from ..models.org import Person

MARKS: dict[str, Any] = {
    "voided": (_("印发后作废"), "bad"),
    "changed": (_("印发后有改动"), "warn"),
    "": ("", ""),
}


@dataclass
class Rows:
    """Those of a part that the reader may see, by key; `count` were counted, `withheld` of them are not listed."""

    person: Person
    of: Population | None
    about: str
    count: int
    versions: Mapping[int, str]
    rows: Any = ()
    withheld: int = 0
    sha256: str = ""

    def heads(self) -> list[str]:
        """The heads of the columns."""
        return [str(label_of(self.of.model, name)) for name in self.of.columns] if self.of else []

    def lines(self, shown: Sequence[Any]) -> list[dict[str, Any]]:
        """A page of them: name, address, cells, and what became of each since."""
        if self.of is None:
            return []
        model = self.of.model
        numbers = [one if isinstance(one, int) else one.pk for one in shown]
        found = (
            access.visible(self.person, model)
            .filter(pk__in=numbers)
            .select_related(*computing.joined(model, self.of.columns))
        )
        held = {row.pk: row for row in found}
        return [self._line(held[number]) for number in numbers if number in held]

    def _line(self, row: Any) -> dict[str, Any]:
        of = self.of
        assert of is not None
        mark, tone = MARKS[keys.standing(row, self.versions[row.pk]) if self.versions else ""]
        url = registry.get(of.ledger).url("detail", row.pk) if of.ledger else ""
        return {
            "name": str(row),
            "url": url,
            "cells": [show(row, name) for name in of.columns],
            "mark": mark,
            "tone": tone,
        }


@dataclass
class Behind:
    """The parts behind a figure: frozen ones of a bulletin that is out, else those of now."""

    person: Person | None = None
    frozen: bool = False
    parts: dict[str, Any] = field(default_factory=dict)
    of: dict[str, tuple[str | Promise, Population]] = field(default_factory=dict)

    def labels(self) -> dict[str, str]:
        """The parts' names; none where there is one alone."""
        return (
            {code: str(self.of[code][0]) if code in self.of else code for code in self.parts}
            if len(self.parts) > 1
            else {}
        )

    def read(self, part: str) -> Rows:
        """The rows of a part."""
        assert self.person is not None
        of = self.of[part][1] if part in self.of else None
        held = self.parts[part]
        if self.frozen:
            return _frozen(self.person, of, held)
        live = access.visible(self.person, held.of.model).filter(pk__in=held.rows.order_by().values("pk"))
        seen = listable_of(held.of, live, self.person).order_by(*held.of.ordering)
        count = held.rows.count()
        return Rows(self.person, held.of, held.of.about, count, {}, seen, count - seen.count())


def behind(person: Person, bulletin: Bulletin, kind: Kind, name: str) -> Behind:
    """The parts behind one of the bulletin's figures."""
    one = kind.find(name)
    live = computing.parts_of(kind, one, Span(bulletin.starts, bulletin.ends)) if one is not None else []
    of = {part.code: (part.label, part.of) for part in live}
    if not bulletin.is_out:
        return Behind(person, False, {part.code: part for part in live}, of)
    rows = BulletinRows.objects.filter(figure__bulletin=bulletin, figure__name=name).order_by("pk")
    return Behind(person, True, {row.part: row for row in rows}, of)


def _frozen(person: Person, of: Population | None, held: BulletinRows) -> Rows:
    """The reader's share of what was counted then. A figure whose declaration is gone is counted and not listed."""
    packed = keys.unpack(bytes(held.keys))
    if of is None or of.about != held.about:
        return Rows(person, None, held.about, held.count, {}, [], held.count, held.sha256)
    model = apps.get_model(held.about)
    seen: list[int] = []
    for piece in keys.chunks([pk for pk, _version in packed]):
        rows = listable_of(of, access.visible(person, model).filter(pk__in=piece), person)
        seen += rows.order_by("pk").values_list("pk", flat=True)
    return Rows(person, of, held.about, held.count, dict(packed), seen, held.count - len(seen), held.sha256)
