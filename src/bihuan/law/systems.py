"""The procedural systems (`data/systems.yaml`): how each counts months and hours, and what it cites at each step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from .citations import citations
from .errors import DataFileError, PeriodError
from .levels import read_tag
from .yamlfile import need, read_yaml, refuse_unknown

SYSTEMS = Path(__file__).parent / "data" / "systems.yaml"

System = Literal["civil", "criminal", "administrative", "enforcement", "general"]
Hours = Literal["next_hour", "moment"]

_STEPS = ("start", "month", "year", "half", "workday", "roll", "hour", "stay")
_ENTRY = ("id", "title", "months", "hours", "custody", "source", "article", "tag", "note", *_STEPS)


@dataclass(frozen=True, slots=True)
class SystemRules:
    """How one system counts. `articles` are by step: start, month, year, half, workday, roll, hour, stay (custody)."""

    id: str
    title: str
    criminal_months: bool
    hours: Hours
    custody: bool
    source: str
    article: str
    tag: str
    articles: Mapping[str, str]
    note: str = ""

    def cite(self, step: str, on: dt.date) -> str:
        """The articles of a step as counted on `on`."""
        return citations().cite(self.articles[step], on)


@lru_cache(maxsize=1)
def systems() -> Mapping[str, SystemRules]:
    """All systems by id, read once. Raises DataFileError."""
    rows = need(SYSTEMS, "", read_yaml(SYSTEMS), "systems", list)
    found = {rules.id: rules for rules in (_read(n, row) for n, row in enumerate(rows))}
    if set(found) != set(get_args(System)):
        raise DataFileError(SYSTEMS, "systems", f"has {sorted(found)}, needs {sorted(get_args(System))}")
    return found


def rules_of(system: str) -> SystemRules:
    """The rules of `system`. Raises PeriodError."""
    try:
        return systems()[system]
    except KeyError:
        raise PeriodError(f"system {system!r} is not one of {', '.join(get_args(System))}") from None


def _read(index: int, row: dict[str, Any]) -> SystemRules:
    where = f"systems[{index}]"
    refuse_unknown(SYSTEMS, where, row, _ENTRY)
    months, hours = need(SYSTEMS, where, row, "months", str), need(SYSTEMS, where, row, "hours", str)
    if months not in ("civil", "criminal"):
        raise DataFileError(SYSTEMS, f"{where}.months", f"{months!r} is neither civil nor criminal")
    if hours not in get_args(Hours):
        raise DataFileError(SYSTEMS, f"{where}.hours", f"{hours!r} is neither next_hour nor moment")
    custody = need(SYSTEMS, where, row, "custody", bool)
    needed = _STEPS if custody else _STEPS[:-1]
    return SystemRules(
        id=need(SYSTEMS, where, row, "id", str),
        title=need(SYSTEMS, where, row, "title", str),
        criminal_months=months == "criminal",
        hours="next_hour" if hours == "next_hour" else "moment",
        custody=custody,
        source=need(SYSTEMS, where, row, "source", str),
        article=need(SYSTEMS, where, row, "article", str),
        tag=read_tag(SYSTEMS, f"{where}.tag", need(SYSTEMS, where, row, "tag", str)),
        articles={step: need(SYSTEMS, where, row, step, str) for step in needed},
        note=str(row.get("note", "")),
    )
