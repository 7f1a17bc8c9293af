"""Cells into the values of a ledger's fields, with what is wrong and what would be accepted."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model

from .. import access
from ..errors import Refused
from ..ledger.declaration import Ledger
from ..ledger.registry import field_of
from ..ledger.sheet import SheetField
from ..models.org import Person
from ..wording import Message
from .kinds import own_reading, read_cell
from .messages import DOUBLE_IN_SHEET, MAYBE_PERCENT, NOT_EMPTY, NOT_FOUND, REQUIRED, ROUNDED, SEVERAL
from .reading import CellError, Opened, Row, is_empty, to_text

T = TypeVar("T")
CHUNK = 500
#: Related tables up to this size are read once and matched whatever the width and spaces of the cell.
SMALL = 3000
SHOWN = 80
#: Cells of a column whose reading is remembered.
REMEMBERED = 5000
#: Rows that are named beside the one that is refused.
OTHERS = 10


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell (`name`: the field, `column`: its heading), or with the row (both empty). A `note` does not keep
    the row out."""

    why: Message
    name: str = ""
    column: str = ""
    value: str = ""
    note: bool = False

    def as_json(self) -> dict[str, Any]:
        """The form in which it is stored; what is accepted is said anew from the ledger's declaration."""
        return {
            "name": self.name,
            "column": self.column,
            "value": self.value,
            "why": self.why.as_json(),
            "note": self.note,
        }


@dataclass
class Converted:
    """A row of the sheet as values of the ledger: relations as ids. `key` finds the ledger's row; None when it cannot be read.
    `key_text` holds the key's cells as text, by field; `kept` are fields left as they are (or at their default)."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    key: tuple[Any, ...] | None = None
    key_text: dict[str, str] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Whether something keeps the row out."""
        return bool(self.problems) and any(not p.note for p in self.problems)

    @property
    def label(self) -> str:
        """What people call the row: its key as it stands in the sheet."""
        return " / ".join(text for text in self.key_text.values() if text)[:200]


class Read(NamedTuple):
    """What a cell was read as: its value (`NONE`: no value, the field is left as it is) and what is to be said of it."""

    value: Any
    problems: tuple[Problem, ...] = ()


class Converter:
    """Converts the rows of a table. `mapping` has the field (or "") of each heading."""

    def __init__(
        self,
        ledger: Ledger,
        actor: Person | None,
        fields: Sequence[SheetField],
        table: Opened,
        mapping: Mapping[str, str],
    ) -> None:
        assert ledger.sheet is not None
        self.ledger = ledger
        self.key = ledger.sheet.key
        self.date1904 = table.date1904
        by_name = {f.name: f for f in fields}
        self.places = [(i, by_name[mapping[h]], h) for i, h in enumerate(table.headings) if mapping.get(h)]
        self.letters = {table.columns[i] for i, _f, _h in self.places}
        self.related: dict[str, Related] = {
            f.name: Related(actor, f.related, f.lookup) for _i, f, _h in self.places if f.related is not None
        }
        self._known: dict[str, dict[Any, Read]] = {f.name: {} for _i, f, _h in self.places}

    def survey(self, rows: Iterable[Row]) -> Doubles:
        """The first pass over all rows: related rows are looked up for all of them together, and keys that stand more than once
        are noted. Of the rows nothing is kept but the cells of the key."""
        names: dict[str, set[str]] = {name: set() for name in self.related}
        keyed = [place for place in self.places if place[1].key]
        related = [(index, column) for index, column, _heading in self.places if column.related is not None]
        looked: dict[str, set[str]] = {name: set() for name in self.related}
        keys = []
        for row in rows:
            for index, column in related:
                cell, seen = row.cells[index], looked[column.name]
                if type(cell) is str and cell in seen:
                    continue
                if text := _related_name(column, cell):
                    names[column.name].add(text)
                if type(cell) is str and len(seen) < REMEMBERED:
                    seen.add(cell)
            keys.append((row.number, tuple(row.cells[index] for index, _column, _heading in keyed)))
        for name, wanted in names.items():
            self.related[name].load(wanted)
        doubles = Doubles()
        for number, cells in keys:
            values = {
                column.name: self._read(column, heading, cell).value
                for (_index, column, heading), cell in zip(keyed, cells, strict=True)
            }
            if NONE not in values.values():
                doubles.add(number, tuple(values.get(name) for name in self.key))
        return doubles

    def convert(self, rows: Iterable[Row]) -> list[Converted]:
        """Rows into values, once all of them were surveyed."""
        held = list(rows)
        made = [Converted(row.number) for row in held]
        for out, row in zip(made, held, strict=True):
            for problem in row.problems:
                letter = problem.params.get("column")
                if letter is None or letter in self.letters:
                    out.problems.append(Problem(problem))
        columns = list(zip(*(row.cells for row in held), strict=True))
        unread: set[int] = set()
        for index, column, heading in self.places if held else ():
            unread |= self._convert(column, heading, columns[index], made)
        for place, out in enumerate(made):
            if place not in unread:
                out.key = tuple(map(out.values.get, self.key))
        return made

    def _convert(self, column: SheetField, heading: str, cells: Sequence[Any], made: Sequence[Converted]) -> set[int]:
        """Put a column's values and problems into the rows. Returns the places of the rows it leaves without a key."""
        reads = [self._read(column, heading, cell) for cell in cells] if column.key else self._column(column, heading, cells)
        if column.key:
            for out, cell in zip(made, cells, strict=True):
                out.key_text[column.name] = shown_cell(cell)
        name, none = column.name, set()
        for place, (value, problems) in enumerate(reads):
            if problems:
                made[place].problems += problems
            if value is not NONE:
                made[place].values[name] = value
            elif column.key:
                none.add(place)
        return none

    def _column(self, column: SheetField, heading: str, cells: Sequence[Any]) -> list[Read]:
        """What the cells of a column are read as: each different one once, as far as there is room to remember it."""
        known = self._known[column.name].get
        return [(known(cell) if type(cell) is str else None) or self._read(column, heading, cell) for cell in cells]

    def _read(self, column: SheetField, heading: str, cell: Any) -> Read:
        """The same cells stand in a column again and again: each is read once, as far as there is room to remember it."""
        if column.key:
            return self._fresh(column, heading, cell)
        known = self._known[column.name]
        asked = cell if type(cell) is str else (type(cell), cell)
        found = known.get(asked)
        if found is None:
            found = self._fresh(column, heading, cell)
            if len(known) < REMEMBERED:
                known[asked] = found
        return found

    def _fresh(self, column: SheetField, heading: str, cell: Any) -> Read:
        """The cell's value, or what is wrong with it."""
        try:
            if column.related is None:
                return self._valued(column, heading, cell, read_cell(column, cell, self.date1904))
            value, wrong = self._related(column, cell)
        except CellError as error:
            return Read(NONE, (Problem(error.message, column.name, heading, error.value),))
        except Refused as refusal:
            shown = shown_cell(cell)
            return Read(NONE, tuple(Problem(why, column.name, heading, shown) for why in refusal.reasons))
        if wrong is not None:
            return Read(NONE, (Problem(wrong, column.name, heading, shown_cell(cell)),))
        return self._valued(column, heading, cell, value)

    def _valued(self, column: SheetField, heading: str, cell: Any, value: Any) -> Read:
        if value is None:
            if column.required:
                return Read(NONE, (Problem(Message(REQUIRED), column.name, heading),))
            empty = _emptied(self.ledger.model, column)
            if empty is _REFUSED:
                return Read(NONE, (Problem(Message(NOT_EMPTY), column.name, heading),))
            return Read(empty)
        notes = []
        if column.kind == "percent" and isinstance(cell, int | float) and 0 < abs(cell) <= 1:
            shown = {"value": f"{value:f}", "shown": f"{(value * 100).normalize():f}"}
            notes.append(Problem(Message(MAYBE_PERCENT, shown), column.name, heading, shown_cell(cell), note=True))
        places = getattr(self.ledger.model._meta.get_field(column.name), "decimal_places", None)
        if isinstance(value, Decimal) and places is not None and -int(value.as_tuple().exponent) > places:
            rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
            told = {"value": f"{value:f}", "places": places, "rounded": f"{rounded:f}"}
            notes.append(Problem(Message(ROUNDED, told), column.name, heading, shown_cell(cell), note=True))
            value = rounded
        return Read(value, tuple(notes))

    def _related(self, column: SheetField, cell: Any) -> tuple[Any, Message | None]:
        """The id of the row the cell names, or what is wrong."""
        name = _name(own_reading(column, cell))
        if not name:
            return None, None
        ids = self.related[column.name].ids(name)
        if len(ids) == 1:
            return ids[0], None
        if not ids:
            return None, Message(NOT_FOUND, {"value": name[:SHOWN]})
        thing = str(column.related._meta.verbose_name) if column.related else ""
        return None, Message(SEVERAL, {"value": name[:SHOWN], "count": len(ids), "thing": thing})


class Doubles:
    """Keys that stand in the sheet more than once: which of the rows is meant cannot be known, so all of them are refused."""

    def __init__(self) -> None:
        self._first: dict[tuple[Any, ...], int] = {}
        self._places: dict[tuple[Any, ...], list[int]] = {}

    def add(self, number: int, key: tuple[Any, ...]) -> None:
        """Note where a key stands."""
        same = folded(key)
        first = self._first.setdefault(same, number)
        if first != number:
            self._places.setdefault(same, [first]).append(number)

    def mark(self, rows: Iterable[Converted]) -> None:
        """Refuse the rows whose key stands elsewhere too, naming where."""
        for row in rows if self._places else ():
            same = self._places.get(folded(row.key), []) if row.key is not None else []
            others = [number for number in same if number != row.number][:OTHERS]
            if others:
                row.problems.append(Problem(Message(DOUBLE_IN_SHEET, {"rows": others})))


class Related:
    """Rows of a related table that the person may see, found by what stands in cells."""

    def __init__(self, actor: Person | None, model: type[Model], lookup: str) -> None:
        self.rows = access.visible(actor, model).order_by()
        self.model = model
        self.lookup = lookup
        self.exact: dict[str, list[Any]] = defaultdict(list)
        self.folded: dict[str, list[Any]] = defaultdict(list)

    def load(self, names: Iterable[str]) -> None:
        """Find the rows for all these names, in few statements."""
        wanted = {variant for name in names for variant in (name, unicodedata.normalize("NFKC", name))}
        if not wanted:
            return
        self.exact.clear()
        self.folded.clear()
        found = list(self.rows.values_list("pk", self.lookup)[: SMALL + 1])
        if len(found) > SMALL:
            found = []
            for chunk in chunks(self._fitting(wanted), CHUNK):
                found += self.rows.filter(**{f"{self.lookup}__in": chunk}).values_list("pk", self.lookup)
        for pk, text in found:
            self.exact[str(text)].append(pk)
            self.folded[fold(str(text))].append(pk)

    def ids(self, name: str) -> list[Any]:
        """Ids of the rows of that name: as written, else whatever the width, spaces and case."""
        return self.exact.get(name) or self.folded.get(fold(name)) or []

    def _fitting(self, names: Iterable[str]) -> list[Any]:
        """Names the lookup's field can hold at all."""
        target = field_of(self.model, self.lookup)
        out = []
        for name in sorted(names):
            try:
                out.append(target.to_python(name) if target is not None else name)
            except (ValidationError, ValueError):
                continue
        return out


def fold(text: str) -> str:
    """A text for comparison: narrow, without spaces and case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def folded(key: Iterable[Any]) -> tuple[Any, ...]:
    """A key for comparison: texts narrow, without spaces and case."""
    return tuple(fold(part) if isinstance(part, str) else part for part in key)


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Pieces of at most `size` items."""
    return (items[i : i + size] for i in range(0, len(items), size))


def _related_name(column: SheetField, cell: Any) -> str:
    """What a cell of a relation names; "" where its own reader refuses it, which the row is told later."""
    try:
        return _name(own_reading(column, cell))
    except Refused:
        return ""


def _name(cell: Any) -> str:
    """What a cell of a relation names."""
    return "" if is_empty(cell) else _plain(cell) or ""


def _plain(cell: Any) -> str | None:
    try:
        return to_text(cell)
    except CellError as error:
        return str(error.value)


def shown_cell(cell: Any) -> str:
    """A cell as text, cut where it is long."""
    text = _plain(cell) or ""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


#: No value: the field is left as it is, or at its default.
NONE = object()
_REFUSED = object()


def _emptied(model: type[Model], column: SheetField) -> Any:
    """What an empty cell means: nothing (None, or "" for text), or no value, or a refusal. A field that may be blank
    and not null is filled by the model's own `clean`."""
    target = model._meta.get_field(column.name)
    if getattr(target, "null", False):
        return None
    if getattr(target, "empty_strings_allowed", False) and getattr(target, "blank", False):
        return ""
    if getattr(target, "blank", False) or getattr(target, "has_default", lambda: False)():
        return NONE
    return _REFUSED
