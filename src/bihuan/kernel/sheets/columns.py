"""Which heading stands for which field: by its name, by other names of it, by what was chosen the last time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from django.utils.functional import cached_property

from .. import access, clock, log
from ..errors import Refused
from ..ledger.declaration import Ledger
from ..ledger.sheet import SheetField, sheet_fields
from ..models.imports import ColumnMapping
from ..models.org import Person
from ..wording import Message
from .messages import NO_KEY, TWICE
from .reading import heading_key

#: So many earlier sheets are asked how a single heading was mapped.
REMEMBERED = 20


@dataclass(frozen=True)
class Matched:
    """A mapping of headings to fields, judged. `mapping` has every heading, "" for those that stand for nothing."""

    fields: tuple[SheetField, ...]
    mapping: Mapping[str, str]

    @cached_property
    def ignored(self) -> list[str]:
        """Headings that are not imported."""
        return [heading for heading, name in self.mapping.items() if not name]

    @cached_property
    def missing_keys(self) -> list[SheetField]:
        """Key columns no heading stands for: without them nothing can be imported."""
        return [f for f in self.fields if f.key and f.required and f.name not in self.used]

    @cached_property
    def missing(self) -> list[SheetField]:
        """Other required columns no heading stands for: rows can be updated, and hardly be added."""
        return [f for f in self.fields if f.required and not f.key and f.name not in self.used]

    @cached_property
    def used(self) -> dict[str, str]:
        """Field names with the heading that stands for them."""
        return {name: heading for heading, name in self.mapping.items() if name}

    @cached_property
    def doubled(self) -> dict[str, int]:
        """Fields that several headings stand for, with their number."""
        names = [name for name in self.mapping.values() if name]
        return {name: names.count(name) for name in names if names.count(name) > 1}

    def require(self) -> None:
        """Raise Refused when a key column is missing or a column is mapped twice."""
        labels = {f.name: f.heading for f in self.fields}
        reasons = [Message(TWICE, {"column": labels[name], "count": n}) for name, n in self.doubled.items()]
        if self.missing_keys:
            reasons.append(Message(NO_KEY, {"columns": [f.heading for f in self.missing_keys]}))
        if reasons:
            raise Refused(reasons)


def importable(ledger: Ledger) -> tuple[SheetField, ...]:
    """The columns an import writes, in the sheet's order: neither read-only ones nor lists of related rows."""
    return tuple(f for f in sheet_fields(ledger) if not f.read_only and f.kind != "rows")


def expected_names(ledger: Ledger) -> list[str]:
    """All names the columns are known by, to find the heading row."""
    return list(dict.fromkeys(name for f in sheet_fields(ledger) for name in (f.heading, *f.aliases)))


def signature(headings: Iterable[str]) -> str:
    """The digest of a set of headings, whatever their order, width and spaces."""
    keys = sorted({heading_key(heading) for heading in headings})
    return log.digest(hashes.SM3(), json.dumps(keys, ensure_ascii=False).encode())


def given(ledger: Ledger, headings: Sequence[str], chosen: Mapping[str, str]) -> Matched:
    """The mapping as a person chose it; unknown fields and headings fall away."""
    fields = importable(ledger)
    known = {f.name for f in fields}
    return Matched(fields, {h: (chosen.get(h, "") if chosen.get(h, "") in known else "") for h in headings})


def suggest(ledger: Ledger, headings: Sequence[str], person: Person) -> Matched:
    """The likely mapping: what was chosen for the same headings, else names and aliases, else what single headings were
    mapped to before. No field is taken twice."""
    fields = importable(ledger)
    known = {f.name for f in fields}
    held = access.visible(person, ColumnMapping).filter(ledger=ledger.code)
    same = held.filter(signature=signature(headings)).first()
    if same is not None:
        remembered = {h: same.mapping.get(heading_key(h), "") for h in headings}
        if not {name for name in remembered.values() if name} - known:
            return Matched(fields, remembered)
    by_name: dict[str, str] = {}
    for field in fields:
        for name in (field.heading, field.name, *field.aliases):
            by_name.setdefault(heading_key(name), field.name)
    earlier: dict[str, str] = {}
    for row in held.order_by("-used_at", "-pk")[:REMEMBERED]:
        for key, name in row.mapping.items():
            if name in known:
                earlier.setdefault(key, name)
    return Matched(fields, _assigned(headings, by_name, earlier))


def remember(ledger: Ledger, headings: Sequence[str], mapping: Mapping[str, str], person: Person) -> None:
    """Keep the mapping for the next sheet with these headings. Within a unit of work, whose entry covers it."""
    values = {
        "mapping": {heading_key(h): mapping.get(h, "") for h in headings},
        "person": person,
        "used_at": clock.now(),
    }
    ColumnMapping.objects.update_or_create(ledger=ledger.code, signature=signature(headings), defaults=values)


def _assigned(headings: Sequence[str], by_name: Mapping[str, str], earlier: Mapping[str, str]) -> dict[str, str]:
    """The whole heading first, then its last part of 上/下, then what was chosen before; best matches choose first."""
    mapping = dict.fromkeys(headings, "")
    taken: set[str] = set()
    for names, last_part in ((by_name, False), (by_name, True), (earlier, False)):
        for heading in headings:
            found = names.get(heading_key(heading.rpartition("/")[2] if last_part else heading))
            if found and not mapping[heading] and found not in taken:
                mapping[heading] = found
                taken.add(found)
    return mapping
