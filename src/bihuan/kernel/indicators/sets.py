"""Sets of indicators (指标体系) by their versions: which indicators a set holds on a day is dated data the court may correct.

A member is an indicator we compute, or one that is declared open: what it is, and with which facts it will come. So a set is shown
whole, and what is missing is said.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

from bihuan.law.dated import DatedValue, current_parameters
from bihuan.law.errors import LawError

from .declaring import SETS, Indicator, Text, get, indicators

PREFIX = "local.indicator-set."


@dataclass(frozen=True)
class Open:
    """An indicator that no facts carry yet: `waits` says with what they come; `kind` as of a computed one."""

    code: str
    title: Text
    formula: Text
    waits: Text
    kind: str
    tag: str


_open: dict[str, Open] = {}


def open_indicator(
    code: str, *, title: Text, formula: Text, waits: Text, kind: str = "percent", tag: str = "M"
) -> Open:
    """Declare an indicator that waits for its facts. `tag` says how sure its formula is (see law.levels)."""
    if code in _open or get(code) is not None:
        raise ImproperlyConfigured(f"indicator {code!r} is registered twice")
    _open[code] = Open(code, title, formula, waits, kind, tag)
    return _open[code]


def open_ones() -> dict[str, Open]:
    """All that wait, in the order of their declaration."""
    return dict(_open)


def forget_open(code: str) -> None:
    """Take one out of the registry; for tests that declare one."""
    _open.pop(code, None)


def title_of(code: str) -> Text:
    """The title of an indicator, computed or open; the code itself of one nobody declares."""
    found = get(code) or _open.get(code)
    return found.title if found else code


def known() -> list[tuple[str, Text]]:
    """Code and title of all, the computed ones first: what may be announced."""
    return [
        *((one.code, one.title) for one in indicators().values()),
        *((one.code, one.title) for one in _open.values()),
    ]


@dataclass(frozen=True)
class Member:
    """A place in a set: the indicator, or what waits (neither: a code nobody declares)."""

    code: str
    one: Indicator | None
    waits: Open | None


@dataclass(frozen=True)
class Version:
    """A set as it is in force on a day. `size`: how many indicators the document that made it is said to hold (0: not said)."""

    code: str
    title: Text
    held: DatedValue
    size: int
    members: list[Member]

    @property
    def unnamed(self) -> int:
        """How many of the document's indicators no readable source names."""
        return max(self.size - len(self.members), 0)


def versions() -> dict[str, Text]:
    """Code and title of the sets whose members are dated data."""
    return {code: title for code, title in SETS.items() if _exists(code)}


def _exists(code: str) -> bool:
    try:
        current_parameters().get(PREFIX + code)
    except LawError:
        return False
    return True


def version_on(code: str, on: dt.date) -> Version | None:
    """The set on a day; None where it is not in force then."""
    held = current_parameters().get(PREFIX + code).find_on(on)
    if held is None:
        return None
    codes = [str(one).strip() for one in held.content["indicators"]]
    members = [Member(one, get(one), _open.get(one)) for one in dict.fromkeys(codes) if one]
    return Version(code, SETS[code], held, int(held.content.get("size") or 0), members)


def holds(code: str, indicator: str, on: dt.date) -> bool:
    """Whether a set holds an indicator on a day."""
    version = version_on(code, on)
    return version is not None and indicator in {member.code for member in version.members}


def nearest(code: str, on: dt.date) -> dt.date | None:
    """The day nearest to `on` on which the set is in force; None where it never is."""
    spans = [value for value in current_parameters().get(PREFIX + code).values if not value.closed]
    if not spans:
        return None
    days = [min(max(on, value.start), value.end or max(on, value.start)) for value in spans]
    return min(days, key=lambda day: abs((day - on).days))
