"""The database's own rules, asked before it is asked to write: conditions row by row, uniqueness for many rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BaseConstraint, CheckConstraint, Q, UniqueConstraint

from .. import access
from ..ledger.cells import label_of
from ..ledger.declaration import Ledger
from ..wording import Message
from . import messages as say
from .cells import CHUNK, Converted, Problem, chunks
from .values import attname_of

REMEMBERED = 50_000
"""Values of a condition's fields whose answer is remembered."""


@dataclass
class Verdict:
    """A judged row. `obj` is the row as it would be, `changed` the fields that differ from the ledger's, `before` what they are
    there; `filled` are fields of a new row that the model itself filled."""

    row: Converted
    action: str
    obj: Any = None
    object_id: int | None = None
    version: str = ""
    changed: list[str] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    filled: dict[str, Any] = field(default_factory=dict)


class Conditions:
    """CHECKs, and uniqueness under a condition or of an expression, which says more than the sheet's key does."""

    def __init__(self, ledger: Ledger) -> None:
        assert ledger.sheet is not None
        self.model = ledger.model
        self.names = {f.name for f in ledger.model._meta.fields}
        key = set(ledger.sheet.key)
        self.checks: list[tuple[CheckConstraint, list[str]]] = []
        self.others: list[BaseConstraint] = []
        for rule in ledger.model._meta.constraints:
            if isinstance(rule, CheckConstraint):
                self.checks.append((rule, self._fields(rule)))
            elif isinstance(rule, UniqueConstraint) and not _plain(rule) and not set(rule.fields or [""]) <= key:
                self.others.append(rule)
        self.known: dict[str, dict[Any, ValidationError | None]] = {rule.name: {} for rule, _names in self.checks}
        self._held = {rule.name: attrgetter(*(attname_of(self.model, name) for name in names)) for rule, names in self.checks}

    def faults(self, obj: Any) -> list[ValidationError]:
        """What the row would break."""
        found = [self._check(rule, names, obj) for rule, names in self.checks]
        found += [_asked(rule, obj, set()) for rule in self.others]
        return [error for error in found if error is not None]

    def _check(self, rule: CheckConstraint, names: list[str], obj: Any) -> ValidationError | None:
        """Only the fields the condition speaks of are put to the database, and the same values once."""
        known, values = self.known[rule.name], self._held[rule.name](obj)
        if values not in known:
            if len(known) >= REMEMBERED:
                known.clear()
            known[values] = _asked(rule, obj, self.names - set(names))
        return known[values]

    def _fields(self, rule: CheckConstraint) -> list[str]:
        named = Q(rule.condition).referenced_base_fields
        return sorted(named if named <= self.names else self.names)


class Uniques:
    """Values no two rows of the ledger may share, beside the sheet's key."""

    def __init__(self, ledger: Ledger) -> None:
        assert ledger.sheet is not None
        self.model = ledger.model
        options = ledger.model._meta
        sets: list[tuple[str, ...]] = [(f.name,) for f in options.fields if f.unique and not f.primary_key]
        sets += [tuple(together) for together in options.unique_together]
        sets += [tuple(r.fields) for r in options.constraints if isinstance(r, UniqueConstraint) and _plain(r)]
        self.sets = [names for names in dict.fromkeys(sets) if set(names) != set(ledger.sheet.key)]
        self.seen: dict[tuple[str, ...], dict[tuple[Any, ...], int]] = defaultdict(dict)

    def mark(self, verdicts: Sequence[Verdict]) -> None:
        """Say of each row whose values another row has that it cannot be taken."""
        for names in self.sets:
            self._mark(names, verdicts)

    def _mark(self, names: tuple[str, ...], verdicts: Sequence[Verdict]) -> None:
        attnames = [attname_of(self.model, name) for name in names]
        labels = [str(label_of(self.model, name)) for name in names]
        touched = [v for v in verdicts if v.object_id is None or set(names) & set(v.changed)]
        valued = [(v, tuple(getattr(v.obj, a) for a in attnames)) for v in touched if not v.row.refused]
        valued = [(v, values) for v, values in valued if None not in values]
        rows = access.visible(None, self.model).order_by()
        taken: dict[tuple[Any, ...], Any] = {}
        for chunk in chunks(valued, CHUNK):
            condition = {f"{a}__in": {values[i] for _v, values in chunk} for i, a in enumerate(attnames)}
            for pk, *values in rows.filter(**condition).values_list("pk", *attnames):
                taken[tuple(values)] = pk
        for verdict, values in valued:
            first = self.seen[names].setdefault(values, verdict.row.number)
            if first != verdict.row.number:
                verdict.row.problems.append(Problem(Message(say.DOUBLE_IN_SHEET, {"rows": [first]})))
            elif taken.get(values, verdict.object_id) != verdict.object_id:
                verdict.row.problems.append(Problem(Message(say.TAKEN, {"fields": labels})))


def _asked(rule: BaseConstraint, obj: Any, apart: set[str]) -> ValidationError | None:
    try:
        rule.validate(type(obj), obj, exclude=apart)
    except ValidationError as error:
        return error
    return None


def _plain(rule: UniqueConstraint) -> bool:
    return bool(rule.fields) and rule.condition is None and not rule.expressions
