"""Dated parameters: a value, from when to when, by whose authority, and how sure we are.

A file holds one parameter, or a list of them under `parameters:`. `level` ranks the authority (statute >
interpretation > normative > local), `tag` says how the text was read: T original, S reprint or excerpt, M
from memory (unconfirmed), I interpretation, D our own default that the court is expected to set. Overrides
approved by the court win over shipped values and keep their own reference.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from .errors import DataFileError, LawError, NotInForce, OverrideError, UnknownParameter
from .levels import LEVELS, read_tag
from .terms import Period
from .yamlfile import need, read_yaml, refuse_unknown, yaml_files

PARAMETER_DATA = Path(__file__).parent / "data" / "local"

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+")
_KEYS = ("id", "title", "level", "tag", "values", "source", "article", "note", "options")
_ENTRY_KEYS = ("from", "to", "closed", "tag", "source", "article", "note")
_TERM_KEYS = {"years": "y", "months": "m", "workdays": "wd", "days": "d"}
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DatedValue:
    """What a parameter says from `start` to `end` (both included, None = open). `closed`: nothing is in force
    then.

    `reference` is the court's approval when this is an override, else "".
    """

    start: dt.date
    end: dt.date | None
    content: Mapping[str, Any]
    tag: str
    source: str
    article: str = ""
    note: str = ""
    closed: bool = False
    reference: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """The values, as a copy of one's own."""
        return copy.deepcopy(dict(self.content))

    @property
    def version(self) -> str:
        """Start day and digest of the content: what a stored result names to say by which value it was made."""
        text = json.dumps([self.content, self.closed], sort_keys=True, ensure_ascii=False, default=str)
        return f"{self.start}.{hashlib.sha256(text.encode()).hexdigest()[:8]}"

    def covers(self, on: dt.date) -> bool:
        """Whether `on` lies within start..end."""
        return self.start <= on and (self.end is None or on <= self.end)

    def term(self) -> Period:
        """The one length of time it holds: `term: 6m`, or `months: 6` (years, days, workdays)."""
        if "term" in self.content:
            return Period.parse(str(self.content["term"]))
        held = [key for key in _TERM_KEYS if key in self.content]
        if len(held) != 1:
            raise LawError(
                f"{dict(self.content)} holds no single term; expected term or one of {', '.join(_TERM_KEYS)}"
            )
        return Period.parse(f"{self.content[held[0]]}{_TERM_KEYS[held[0]]}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated parameter: its values in order of time, never overlapping."""

    id: str
    title: str
    level: str
    tag: str
    values: tuple[DatedValue, ...]
    source: str
    article: str = ""
    note: str = ""
    origin: str = ""
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # key: what its value may be

    def find_on(self, on: dt.date) -> DatedValue | None:
        """The value in force on `on`, or None."""
        return next((v for v in self.values if v.covers(on) and not v.closed), None)


@dataclass(frozen=True, slots=True)
class Override:
    """A value the court set: from `start` to `end` (None = until further notice), with the number of its
    approval.
    """

    id: str
    start: dt.date
    end: dt.date | None
    values: Mapping[str, Any]
    reference: str


class Parameters:
    """A set of dated parameters by id. Immutable; `with_overrides` gives a new set."""

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self._by_id: dict[str, Parameter] = {}
        self._digest = ""
        for parameter in parameters:
            held = self._by_id.get(parameter.id)
            if held is not None:
                raise DataFileError(parameter.origin, parameter.id, f"is defined in {held.origin} too; keep one")
            self._by_id[parameter.id] = parameter

    @classmethod
    def load(cls, *extra: Path) -> Parameters:
        """The shipped parameters and those of the files or folders in `extra`. Raises DataFileError."""
        files = [file for path in (PARAMETER_DATA, *extra) for file in yaml_files(path)]
        return cls(parameter for file in files for parameter in read_parameters(file))

    @property
    def digest(self) -> str:
        """64 hex digits over every value of the set, overrides included: equal digests, equal answers."""
        if not self._digest:
            self._digest = hashlib.sha256(repr(sorted(self._by_id.items())).encode()).hexdigest()
        return self._digest

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, id: str) -> Parameter:
        """The parameter `id`. Raises UnknownParameter."""
        try:
            return self._by_id[id]
        except KeyError:
            raise UnknownParameter(f"no parameter {id!r}; known: {', '.join(sorted(self._by_id))}") from None

    def version_on(self, id: str, on: dt.date) -> DatedValue:
        """The dated value of `id` in force on `on`. Raises UnknownParameter, NotInForce."""
        parameter = self.get(id)
        found = parameter.find_on(on)
        if found is None:
            spans = ", ".join(f"{v.start}..{v.end or ''}" for v in parameter.values if not v.closed)
            raise NotInForce(f"{id} has no value in force on {on}; in force: {spans}")
        return found

    def value_on(self, id: str, on: dt.date) -> dict[str, Any]:
        """The values of `id` in force on `on`, as a fresh mapping. Raises UnknownParameter, NotInForce."""
        return self.version_on(id, on).values

    def changed_between(self, id: str, first: dt.date, last: dt.date) -> bool:
        """Whether the content in force is not one and the same on every day of first..last.

        A criterion whose parameter changed inside its window is undeterminable.
        """
        parameter = self.get(id)
        starts = [v.start for v in parameter.values] + [v.end + _ONE_DAY for v in parameter.values if v.end]
        days = [first, *(day for day in starts if first < day <= last)]
        held = [parameter.find_on(day) for day in days]
        return any((v and v.content) != (held[0] and held[0].content) for v in held[1:])

    def with_overrides(self, overrides: Iterable[Override]) -> Parameters:
        """A set in which each override holds on its days; of two on one day the later in order wins.

        An override must carry the keys and types of the shipped value and a reference. Raises LawError.
        """
        changed = dict(self._by_id)
        for override in overrides:
            shipped = self.get(override.id)
            _check_override(shipped, override)
            changed[override.id] = _painted(changed[override.id], override)
        return Parameters(changed.values())


def read_parameters(path: Path) -> list[Parameter]:
    """The parameters of one file. Raises DataFileError naming file and key."""
    data = read_yaml(path)
    if "parameters" not in data:
        return [_read_parameter(path, "", data)]
    refuse_unknown(path, "", data, ("parameters",))
    items = need(path, "", data, "parameters", list)
    found = []
    for index, item in enumerate(items):
        where = f"parameters[{index}]"
        if not isinstance(item, dict):
            raise DataFileError(path, where, f"expected a mapping, found {item!r}")
        found.append(_read_parameter(path, str(item.get("id") or where), item))
    return found


def _read_parameter(path: Path, where: str, data: dict[str, Any]) -> Parameter:
    refuse_unknown(path, where, data, _KEYS)
    id_ = need(path, where, data, "id", str)
    if not _ID.fullmatch(id_):
        raise DataFileError(path, f"{where}.id" if where else "id", f"{id_!r}: write words-with-hyphens.joined.by.dots")
    level = need(path, id_, data, "level", str)
    if level not in LEVELS:
        raise DataFileError(path, f"{id_}.level", f"{level!r} is not one of {', '.join(LEVELS)}")
    tag = read_tag(path, f"{id_}.tag", need(path, id_, data, "tag", str))
    source = need(path, id_, data, "source", str)
    article = str(data.get("article", "")) if level == "local" else need(path, id_, data, "article", str)
    entries = need(path, id_, data, "values", list)
    if not entries:
        raise DataFileError(path, f"{id_}.values", "is empty; give at least one entry with from")
    inherited = DatedValue(dt.date.min, None, {}, tag, source, article)
    values: list[DatedValue] = []
    for index, entry in enumerate(entries):
        values.append(_read_entry(path, f"{id_}.values[{index}]", entry, inherited))
    _join(path, id_, values)
    shaped = [v for v in values if not v.closed]
    for value in shaped[1:]:
        if set(value.content) != set(shaped[0].content):
            raise DataFileError(
                path, f"{id_}.values", f"the entry from {value.start} has keys {sorted(value.content)}, "
                f"the first has {sorted(shaped[0].content)}; all entries hold the same keys"
            )  # fmt: skip
    title = need(path, id_, data, "title", str)
    options = _options(path, id_, data, shaped)
    note = str(data.get("note", ""))
    return Parameter(id_, title, level, tag, tuple(values), source, article, note, path.name, options)


def _options(path: Path, id_: str, data: dict[str, Any], values: list[DatedValue]) -> dict[str, tuple[str, ...]]:
    """What the values of some keys may be; the shipped ones keep to it too."""
    given = need(path, id_, data, "options", dict) if "options" in data else {}
    options = {str(key): tuple(map(str, allowed)) for key, allowed in given.items()}
    for value in values:
        for key, allowed in options.items():
            if not _among(value.content.get(key), allowed):
                wrong = f"{value.content.get(key)!r} is not one of {', '.join(allowed)}"
                raise DataFileError(path, f"{id_}.options.{key}", wrong)
    return options


def _among(value: object, allowed: tuple[str, ...]) -> bool:
    """Whether a value is one of those allowed; of a list, whether each of its members is."""
    return all(one in allowed for one in value) if isinstance(value, list) else value in allowed


def _read_entry(path: Path, where: str, entry: object, inherited: DatedValue) -> DatedValue:
    if not isinstance(entry, dict):
        raise DataFileError(path, where, f"expected a mapping with from, found {entry!r}")
    start = need(path, where, entry, "from", dt.date)
    end = need(path, where, entry, "to", dt.date) if "to" in entry else None
    if end is not None and end < start:
        raise DataFileError(path, f"{where}.to", f"{end} is before from {start}")
    closed = need(path, where, entry, "closed", bool) if "closed" in entry else False
    content = {str(k): v for k, v in entry.items() if k not in _ENTRY_KEYS}
    if closed == bool(content):
        wanted = "holds values though closed; remove one" if closed else "holds no value; add one, or closed: true"
        raise DataFileError(path, where, wanted)
    _check_content(path, where, content)
    return DatedValue(
        start=start,
        end=end,
        content=content,
        tag=read_tag(path, f"{where}.tag", entry.get("tag", inherited.tag)),
        source=str(entry.get("source", inherited.source)),
        article=str(entry.get("article", inherited.article)),
        note=str(entry.get("note", "")),
        closed=closed,
    )


def _check_content(path: Path | str, where: str, content: Mapping[str, Any]) -> None:
    """Terms must be readable, counts not negative, nothing null: found out when loading, not when used."""
    for key, value in content.items():
        name = f"{where}.{key}"
        if value is None:
            raise DataFileError(path, name, "is empty; give a value, or close the entry with closed: true", "parameter.empty", item=key)
        if key == "term" or key.endswith("_term"):
            try:
                Period.parse(str(value))
            except LawError as error:
                raise DataFileError(path, name, str(error), "parameter.term", item=key, value=str(value)) from error
        if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
            raise DataFileError(path, name, f"{value} is negative", "parameter.negative", item=key, value=str(value))
        if isinstance(value, list):
            for index, item in enumerate(value):
                _check_content(path, f"{name}[{index}]", item if isinstance(item, dict) else {"": item})


def _join(path: Path, id_: str, values: list[DatedValue]) -> None:
    """Close each open end at the next start; refuse disorder, overlap and unspoken gaps."""
    for index, (value, following) in enumerate(pairwise(values)):
        name, last = f"{id_}.values[{index}]", following.start - _ONE_DAY
        if following.start <= value.start:
            raise DataFileError(path, name, f"begins {value.start}, the next {following.start}; order them by from")
        if value.end is None:
            values[index] = replace(value, end=last)
        elif value.end > last:
            raise DataFileError(path, f"{name}.to", f"{value.end} overlaps the next entry from {following.start}")
        elif value.end < last:
            raise DataFileError(path, f"{name}.to", f"leaves a gap to {following.start}; say so with closed: true")


def _check_override(shipped: Parameter, override: Override) -> None:
    name = f"override of {override.id} from {override.start}"
    pattern = next(v for v in shipped.values if not v.closed).content
    if not override.reference.strip():
        raise OverrideError("reference", f"{name}: no reference; give the number of the approval")
    if override.end is not None and override.end < override.start:
        raise OverrideError("order", f"{name}: ends {override.end}, before it begins", start=override.start, end=override.end)
    if set(override.values) != set(pattern):
        told = {"given": sorted(override.values), "needed": sorted(pattern)}
        raise OverrideError("keys", f"{name}: has keys {told['given']}, needs {told['needed']}", **told)
    for key, value in override.values.items():
        if type(value) is not type(pattern[key]):
            wrong = f"{name}: {key} is {value!r}; expected the kind of {pattern[key]!r}"
            raise OverrideError("kind", wrong, key=key, value=str(value), example=str(pattern[key]))
    for key, allowed in shipped.options.items():
        if not _among(override.values[key], allowed):
            wrong = f"{name}: {key} is {override.values[key]!r}; choose one of {', '.join(allowed)}"
            raise OverrideError("option", wrong, key=key, value=str(override.values[key]), allowed=list(allowed))
    _check_content("override", override.id, override.values)


def _painted(parameter: Parameter, override: Override) -> Parameter:
    """The parameter with the override laid over its days; what it covers is cut away."""
    kept: list[DatedValue] = []
    for value in parameter.values:
        if value.start < override.start:
            end = override.start - _ONE_DAY
            kept.append(replace(value, end=end if value.end is None else min(value.end, end)))
        if override.end is not None and (value.end is None or value.end > override.end):
            kept.append(replace(value, start=max(value.start, override.end + _ONE_DAY)))
    content = copy.deepcopy(dict(override.values))
    laid = DatedValue(override.start, override.end, content, "D", parameter.source, reference=override.reference)
    return replace(parameter, values=tuple(sorted([*kept, laid], key=lambda v: v.start)))


_installed: list[Parameters] = []


def current_parameters() -> Parameters:
    """The parameters this process works with: the installed ones, else the shipped ones (loaded once)."""
    if not _installed:
        _installed.append(Parameters.load())
    return _installed[-1]


def install_parameters(parameters: Parameters) -> Parameters:
    """Make `parameters` (overrides included) the process's current ones; returns them."""
    _installed[:] = [parameters]
    return parameters


def value_on(id: str, on: dt.date) -> dict[str, Any]:
    """`current_parameters().value_on(id, on)`: the values in force on `on`. Raises UnknownParameter,
    NotInForce.
    """
    return current_parameters().value_on(id, on)
