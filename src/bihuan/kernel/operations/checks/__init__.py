"""What a healthy installation looks like, asked area by area: each answer says how it is and, where it is not well, what to do.

Asked by `bihuan check`, by a timer, and on the system administrator's page. No answer holds business data: counts, ages, names
of files and settings.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ... import clock
from ...wording import Message, message_of, wording
from .. import loading

BROKEN = wording("check.broken", _("这一项检查不了（%(error)s）。请先处理其他各项，再检查一次。"))
STATE = "checks.json"
ORDER = (
    "program", "configuration", "folders", "disk", "clock", "database", "migrations", "triggers", "search", "roles", "log",
    "evidence", "backup", "checkpoint", "jobs", "patrol", "sources", "calendar", "fonts",
)  # fmt: skip


class Level(IntEnum):
    """How it is."""

    OK = 0
    WARN = 1
    FAIL = 2

    @property
    def word(self) -> str:
        """ok, warn, fail."""
        return self.name.lower()


LABELS = {Level.OK: _("正常"), Level.WARN: _("注意"), Level.FAIL: _("故障")}


@dataclass(frozen=True)
class Finding:
    """One answer in one area."""

    area: str
    level: Level
    message: Message

    def as_json(self) -> dict[str, Any]:
        """The form in which it is kept and printed for programs."""
        return {"area": self.area, "level": self.level.word, **self.message.as_json()}


Answers = Iterable[tuple[Level, Message]]


@dataclass(frozen=True)
class Area:
    """An area and how it is asked; `ask(deep)`: deep reads everything, else what takes no time. `of_court`: there is nothing
    to ask before there is a database."""

    code: str
    title: str | Promise
    ask: Callable[[bool], Answers]
    of_court: bool


@dataclass(frozen=True)
class Report:
    """What was found, in the areas' order."""

    at: dt.datetime
    deep: bool
    findings: tuple[Finding, ...] = field(default=())

    @property
    def level(self) -> Level:
        """The worst."""
        return max((one.level for one in self.findings), default=Level.OK)

    def as_json(self) -> dict[str, Any]:
        """The form in which it is kept and printed for programs."""
        rows = [one.as_json() for one in self.findings]
        return {"at": self.at.isoformat(timespec="seconds"), "deep": self.deep, "level": self.level.word, "findings": rows}


_areas: dict[str, Area] = {}


def area(code: str, title: str | Promise, *, of_court: bool = False) -> Callable[[Callable[[bool], Answers]], Callable[[bool], Answers]]:
    """Register an area; twice the same code is an error."""

    def register(ask: Callable[[bool], Answers]) -> Callable[[bool], Answers]:
        if code in _areas:
            raise ImproperlyConfigured(f"area {code!r} is registered twice")
        _areas[code] = Area(code, title, ask, of_court)
        return ask

    return register


def areas() -> dict[str, Area]:
    """All areas, in the order in which they are shown."""
    from . import care, database, machine  # noqa: F401  the registry fills

    return {code: _areas[code] for code in ORDER}


def run(*, deep: bool = False, only: Iterable[str] | None = None) -> Report:
    """Ask the areas (`only`: those). An area that cannot be asked is a failure of its own and stops no other."""
    known = areas()
    found: list[Finding] = []
    for code in only if only is not None else known:
        if only is not None or not known[code].of_court or _has_database():
            found += _asked(known[code], deep)
    return Report(clock.now(), deep, tuple(found))


def _has_database() -> bool:
    """Whether there is a database to ask; where it cannot be reached its own area says so, once."""
    try:
        return not loading.is_empty()
    except DatabaseError:
        return False


def _asked(one: Area, deep: bool) -> Iterator[Finding]:
    try:
        answers = list(one.ask(deep))
    except Exception as error:  # said, and the others are asked
        answers = [(Level.FAIL, Message(BROKEN, {"error": type(error).__name__}))]
    for level, message in answers:
        yield Finding(one.code, level, message)


def keep(report: Report) -> bool:
    """Remember the report as the last one; whether it could be written."""
    path = Path(settings.BIHUAN_HOME) / STATE
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(json.dumps(report.as_json(), ensure_ascii=False), encoding="utf-8")
        aside.replace(path)
    except OSError:
        return False
    return True


def last() -> Report | None:
    """The report that was kept last."""
    path = Path(settings.BIHUAN_HOME) / STATE
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        rows = [Finding(row["area"], Level[row["level"].upper()], message_of(row)) for row in told["findings"]]
        return Report(dt.datetime.fromisoformat(told["at"]), bool(told["deep"]), tuple(rows))
    except (OSError, ValueError, KeyError, TypeError):
        return None
