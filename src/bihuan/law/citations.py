"""Citations: short names of laws ("民诉法152"), and the number an article had on a day.

The civil procedure law was renumbered in 2021 and 2023, and interpretations still cite old numbers. An article is written
here by its newest number and resolved by a table (`data/instruments.yaml`); where the table does not know the old number,
the law alone is named: no number is invented.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .errors import DataFileError, LawError
from .levels import LEVELS, read_tag
from .yamlfile import need, read_yaml, refuse_unknown

INSTRUMENTS = Path(__file__).parent / "data" / "instruments.yaml"

_ENTRY = ("short", "title", "number", "level", "in_force", "in_force_tag", "tag", "note")
_TABLE = ("law", "source", "editions", "unsure_editions", "articles")
_NEWEST = re.compile(r"([^、，\s@]+)@(\d+)")
_LEADING = re.compile(r"\d+")
UNSURE = "〔待核〕"  # stands behind a number that was not read in the text of its time


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, interpretation or document: its short name, its rank, since when it is in force and how sure that is."""

    short: str
    title: str
    number: str
    level: str
    in_force: dt.date
    in_force_tag: str
    tag: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Renumbered:
    """The editions of one law (first day of each, ascending) and each article's number in them."""

    law: str
    editions: tuple[tuple[str, dt.date], ...]
    articles: tuple[tuple[str, dict[str, int], frozenset[str]], ...]  # title, number by edition, unsure editions

    def edition_on(self, on: dt.date) -> str | None:
        """The edition in force on `on`; None before the first one known here."""
        found = [name for name, start in self.editions if start <= on]
        return found[-1] if found else None

    def number(self, article: int, *, wanted: str, written: str | None = None) -> tuple[int | None, bool]:
        """The number in edition `wanted` of what edition `written` (default: the newest) calls `article`, and whether
        it is sure; None where the table does not know it."""
        written = written or self.editions[-1][0]
        if wanted == written:
            return article, True
        for _title, numbers, unsure in self.articles:
            if numbers.get(written) == article and wanted in numbers:
                return numbers[wanted], wanted not in unsure
        return None, False


class Citations:
    """The instruments by short name, and how to cite them on a day."""

    def __init__(self, instruments: tuple[Instrument, ...], renumbered: tuple[Renumbered, ...]) -> None:
        self._by_short = {i.short: i for i in instruments}
        self._renumbered = {r.law: r for r in renumbered}
        self._names = sorted(self._by_short, key=len, reverse=True)

    def __iter__(self) -> Iterator[Instrument]:
        return iter(self._by_short.values())

    def get(self, short: str) -> Instrument:
        """The instrument of this short name. Raises LawError."""
        try:
            return self._by_short[short]
        except KeyError:
            raise LawError(f"no law or document {short!r}; known: {', '.join(sorted(self._by_short))}") from None

    def split(self, text: str) -> tuple[str, str]:
        """("29号", "2") from "29号2": the longest short name it begins with, and the article. Raises LawError."""
        for name in self._names:
            if text.startswith(name):
                return name, text[len(name) :]
        raise LawError(f"{text!r} begins with no known law; add it to {INSTRUMENTS.name}")

    def cite(self, text: str, on: dt.date) -> str:
        """`text` with each "law@newest number" as the law of `on` counted it."""
        return _NEWEST.sub(lambda m: self.article(m[1], m[2], on), text)

    def article(self, law: str, article: str, on: dt.date) -> str:
        """ "民诉法152", "民诉法(2017)149〔待核〕", or "民诉法" where the number of that time is not known."""
        table = self._renumbered.get(law)
        leading = _LEADING.match(article)
        if table is None or leading is None:
            return law + article
        newest = table.editions[-1][0]
        edition = table.edition_on(on)
        if edition == newest:
            return law + article
        if edition is None:
            return law
        number, sure = table.number(int(leading[0]), wanted=edition)
        if number is None:
            return law
        rest = article[leading.end() :]
        return f"{law}({edition}){number}{rest}{'' if sure else UNSURE}"

    def renumber(self, law: str, article: int, *, written: str, wanted: str) -> int | None:
        """What edition `wanted` calls the article that edition `written` calls `article`; None if unknown."""
        return self._renumbered[law].number(article, wanted=wanted, written=written)[0]

    def tables(self) -> tuple[Renumbered, ...]:
        """The tables of renumbered laws."""
        return tuple(self._renumbered.values())


@lru_cache(maxsize=1)
def citations() -> Citations:
    """The shipped citations, read once. Raises DataFileError."""
    data = read_yaml(INSTRUMENTS)
    refuse_unknown(INSTRUMENTS, "", data, ("instruments", "renumbered"))
    instruments = tuple(_instrument(n, row) for n, row in enumerate(need(INSTRUMENTS, "", data, "instruments", list)))
    tables = tuple(_table(n, row) for n, row in enumerate(need(INSTRUMENTS, "", data, "renumbered", list)))
    return Citations(instruments, tables)


def _instrument(index: int, row: dict[str, Any]) -> Instrument:
    where = f"instruments[{index}]"
    refuse_unknown(INSTRUMENTS, where, row, _ENTRY)
    level = need(INSTRUMENTS, where, row, "level", str)
    if level not in LEVELS:
        raise DataFileError(INSTRUMENTS, f"{where}.level", f"{level!r} is not one of {', '.join(LEVELS)}")
    tag = read_tag(INSTRUMENTS, f"{where}.tag", need(INSTRUMENTS, where, row, "tag", str))
    return Instrument(
        short=need(INSTRUMENTS, where, row, "short", str),
        title=need(INSTRUMENTS, where, row, "title", str),
        number=str(row.get("number", "")),
        level=level,
        in_force=need(INSTRUMENTS, where, row, "in_force", dt.date),
        in_force_tag=read_tag(INSTRUMENTS, f"{where}.in_force_tag", row.get("in_force_tag", tag)),
        tag=tag,
        note=str(row.get("note", "")),
    )


def _table(index: int, row: dict[str, Any]) -> Renumbered:
    where = f"renumbered[{index}]"
    refuse_unknown(INSTRUMENTS, where, row, _TABLE)
    need(INSTRUMENTS, where, row, "source", str)
    editions = need(INSTRUMENTS, where, row, "editions", dict)
    articles = []
    for entry in need(INSTRUMENTS, where, row, "articles", list):
        numbers = {str(edition): int(number) for edition, number in entry["numbers"].items()}
        articles.append((str(entry["title"]), numbers, frozenset(map(str, entry.get("unsure", ())))))
    ordered = tuple((str(name), start) for name, start in sorted(editions.items(), key=lambda pair: pair[1]))
    return Renumbered(need(INSTRUMENTS, where, row, "law", str), ordered, tuple(articles))
