"""One row of a data file, read key by key: each look-up says which kind it wants, and `done` refuses what nobody read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from .errors import DataFileError, LawError
from .levels import LEVELS, read_tag
from .terms import Period
from .yamlfile import need, read_yaml

T = TypeVar("T")


class Row:
    """A mapping of a data file that knows where it stands. Every getter raises DataFileError naming file and key."""

    def __init__(self, path: Path, where: str, data: object) -> None:
        if not isinstance(data, dict):
            raise DataFileError(path, where, f"expected a mapping, found {data!r}")
        self.path, self.where, self._data = path, where, data
        self._read: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        self._read.add(key)
        return key in self._data

    def text(self, key: str, default: str | None = None) -> str:
        """A text; must be there unless a default is given (then it may be empty)."""
        if not self.has(key) and default is not None:
            return default
        if default == "" and self._data[key] == "":
            return ""
        return need(self.path, self.where, self._data, key, str)

    def day(self, key: str) -> dt.date:
        """A date."""
        self.has(key)
        return need(self.path, self.where, self._data, key, dt.date)

    def day_or_none(self, key: str) -> dt.date | None:
        """A date, or None where the key is absent."""
        return self.day(key) if self.has(key) else None

    def number(self, key: str, default: int) -> int:
        """A whole number."""
        return need(self.path, self.where, self._data, key, int) if self.has(key) else default

    def flag(self, key: str) -> bool:
        """true or false; false where the key is absent."""
        return need(self.path, self.where, self._data, key, bool) if self.has(key) else False

    def names(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where the key is absent."""
        if not self.has(key):
            return ()
        return tuple(str(item) for item in need(self.path, self.where, self._data, key, list))

    def items(self, key: str) -> list[Any]:
        """A list of anything; empty where the key is absent."""
        return list(need(self.path, self.where, self._data, key, list)) if self.has(key) else []

    def rows(self, key: str) -> Iterator[Row]:
        """The mappings of a list, each knowing its place."""
        for index, item in enumerate(self.items(key)):
            yield Row(self.path, f"{self.where}.{key}[{index}]" if self.where else f"{key}[{index}]", item)

    def term(self, key: str) -> Period | None:
        """A length of time, or None where the key is absent."""
        if not self.has(key):
            return None
        try:
            return Period.parse(str(self._data[key]))
        except LawError as error:
            raise self.wrong(key, str(error)) from error

    def one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """A text that is one of `allowed`."""
        value = self.text(key, default)
        if value not in allowed:
            raise self.wrong(key, f"{value!r} is not one of {', '.join(allowed)}")
        return value

    def level(self) -> str:
        """The rank of the authority."""
        return self.one_of("level", LEVELS)

    def tag(self, key: str = "tag", default: str | None = None) -> str:
        """How sure the row is."""
        value = self.text(key, default)
        return read_tag(self.path, f"{self.where}.{key}", value)

    def mapping(self, key: str) -> Mapping[str, Any]:
        """A mapping; empty where the key is absent."""
        return need(self.path, self.where, self._data, key, dict) if self.has(key) else {}

    def mapping_of(self) -> dict[str, Any]:
        """The whole row as read."""
        return self._data

    def pair(self, key: str) -> tuple[str, str] | None:
        """Two texts, or None where the key is absent."""
        found = self.names(key)
        if found and len(found) != 2:
            raise self.wrong(key, f"expected two names, found {list(found)}")
        return (found[0], found[1]) if found else None

    def checked(self, key: str, known: Callable[[str], bool], of: str) -> str:
        """A text that `known` accepts; `of` says what it should name."""
        value = self.text(key)
        if not known(value):
            raise self.wrong(key, f"{value!r} is no known {of}")
        return value

    def wrong(self, key: str, reason: str) -> DataFileError:
        """The error for this key, to raise."""
        return DataFileError(self.path, f"{self.where}.{key}" if self.where else key, reason)

    def done(self) -> None:
        """Refuse keys that nobody asked for: a misspelt key must not be ignored."""
        for key in self._data:
            if key not in self._read:
                raise self.wrong(str(key), f"is not a known key; known: {', '.join(sorted(self._read))}")


def file_rows(path: Path, *keys: str) -> dict[str, list[Row]]:
    """The rows under each of `keys` of a file that holds nothing else. Raises DataFileError."""
    whole = Row(path, "", read_yaml(path))
    found = {key: list(whole.rows(key)) for key in keys}
    whole.done()
    return found
