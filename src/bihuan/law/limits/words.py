"""The closed vocabulary of the limits' data (`data/vocabulary.yaml`): codes with their Chinese names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..rows import Row, file_rows

VOCABULARY = Path(__file__).parents[1] / "data" / "vocabulary.yaml"

_KINDS = ("events", "approvers", "grounds", "facts", "procedures", "families")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Each word's Chinese name by its code; `above` are the approvers of a higher court."""

    events: Mapping[str, str]
    approvers: Mapping[str, str]
    grounds: Mapping[str, str]
    facts: Mapping[str, str]
    procedures: Mapping[str, str]
    families: Mapping[str, str]
    above: frozenset[str]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The shipped vocabulary, read once. Raises DataFileError."""
    rows = file_rows(VOCABULARY, *_KINDS)
    above = frozenset(row.text("id") for row in rows["approvers"] if row.flag("above"))
    titles = {kind: _titles(rows[kind]) for kind in _KINDS}
    return Vocabulary(**titles, above=above)


def _titles(rows: list[Row]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        id_ = row.text("id")
        if id_ in found:
            raise row.wrong("id", f"{id_} stands twice")
        found[id_] = row.text("title")
        row.done()
    return found
