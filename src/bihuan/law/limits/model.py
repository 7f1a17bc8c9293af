"""What the data files of limits say, as plain frozen records. `reading` fills them, `book` finds them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from ..citations import citations
from ..dated import Parameters
from ..errors import NotInForce
from ..systems import System
from ..terms import Period

Kind = Literal["deadline", "minimum", "maximum", "consequence"]
Effect = Literal["continue", "restart"]
# A choice between two readings: the parameter, and the choice under which a row holds.
Reading = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a row was read: law, article, rank, how sure, and what else says so."""

    source: str
    article: str
    level: str
    tag: str
    also: tuple[str, ...] = ()

    def cite(self, on: dt.date) -> str:
        """The first citation, with the article's number as of `on`: "民诉法152"."""
        return citations().article(self.source, self.article, on)

    def cite_all(self, on: dt.date) -> str:
        """All citations, joined: "民诉法152、9号1"."""
        book = citations()
        cited = [self.cite(on), *(book.article(*book.split(text), on) for text in self.also)]
        return "、".join(dict.fromkeys(cited))


@dataclass(frozen=True, slots=True)
class TermRef:
    """A length written in the row, or kept in a dated parameter because it is unconfirmed or the court's own."""

    term: Period | None = None
    parameter: str = ""
    key: str = "term"

    def on(self, day: dt.date, parameters: Parameters) -> Period:
        """The length in force on `day`. Raises NotInForce."""
        if self.term is not None:
            return self.term
        return Period.parse(str(parameters.value_on(self.parameter, day)[self.key]))


@dataclass(frozen=True, slots=True)
class Variant:
    """Another length, when a fact of the case holds."""

    when: str
    term: TermRef
    at_latest: Period | None = None
    article: str = ""


@dataclass(frozen=True, slots=True)
class Approver:
    """Who may grant an extension; with `reading`, only under that reading."""

    by: str
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """One way a limit may be extended.

    `term` is the most one grant may add, `total` the most the whole limit may reach, `until` means the law gives no
    length and the approver decides the end. `times` 0 is "as often as needed". `after` names the extension that must
    have been used before.
    """

    code: str
    by: tuple[Approver, ...]
    basis: Basis
    term: Period | None = None
    least: Period | None = None
    total: Period | None = None
    until: bool = False
    times: int = 1
    after: str = ""
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    start: dt.date = dt.date.min
    end: dt.date = dt.date.max
    legacy_term: Period | None = None
    legacy: str = ""
    legacy_basis: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """What a limit says from `start` to `end` (both included). `start_tag` says how sure the start day itself is.

    Exactly one of: `term`; `before` (the day before an event); `unlimited` (expressly no limit); `closed`.
    """

    start: dt.date
    end: dt.date
    basis: Basis
    start_tag: str
    term: TermRef | None = None
    at_latest: Period | None = None
    variants: tuple[Variant, ...] = ()
    before: str = ""
    unlimited: bool = False
    extensions: tuple[ExtensionRule, ...] = ()
    note: str = ""

    def covers(self, on: dt.date) -> bool:
        """Whether `on` lies within start..end."""
        return self.start <= on <= self.end

    def variant(self, facts: frozenset[str]) -> Variant | None:
        """The variant that the facts of a case call for, or None."""
        return next((v for v in self.variants if v.when in facts), None)


@dataclass(frozen=True, slots=True)
class StartEvent:
    """An event that starts a limit; with `when` or `reading` only where the fact, or the reading, holds."""

    event: str
    when: str = ""
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Applies:
    """For which cases a limit is the one: type codes, procedures (none = any), facts that must hold, days."""

    types: tuple[str, ...]
    procedures: tuple[str, ...]
    facts: tuple[str, ...]
    start: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two texts that differ: the other one, the one used, and why."""

    other: str
    used: str
    why: str


@dataclass(frozen=True, slots=True)
class Limit:
    """One statutory limit over time."""

    id: str
    title: str
    family: str
    system: System
    kind: Kind
    boundary: Literal["over", "reach"]
    starts: tuple[StartEvent, ...]
    versions: tuple[Version, ...]
    exclusions: str = ""
    lead: str = ""
    at_expiry: str = ""
    every: Period | None = None
    times: int = 1
    applies: tuple[Applies, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    note: str = ""
    origin: str = ""

    def on(self, day: dt.date) -> Version:
        """The version in force on `day`. Raises NotInForce naming the spans that are."""
        found = next((v for v in self.versions if v.covers(day)), None)
        if found is None:
            spans = ", ".join(f"{v.start}..{'' if v.end == dt.date.max else v.end}" for v in self.versions)
            raise NotInForce(f"{self.id} has no text in force on {day}; known: {spans}")
        return found

    def version_number(self, version: Version) -> int:
        """The place of `version` among the versions, from 0."""
        return self.versions.index(version)


@dataclass(frozen=True, slots=True)
class GroundRule:
    """A ground of a closed list: from `skip` days on, at most `max_each` a time, with the proof it `needs`."""

    ground: str
    basis: Basis
    start: dt.date
    end: dt.date
    start_tag: str
    skip: Period | None = None
    max_each: Period | None = None
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()  # facts under which max_each does not bind
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class ExclusionList:
    """A closed list of grounds, and the articles that close it."""

    id: str
    title: str
    basis: Basis
    grounds: tuple[GroundRule, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class LeadVersion:
    """How long before expiry an extension is to be asked for and decided; None where the text says nothing."""

    start: dt.date
    end: dt.date
    basis: Basis
    apply: int | None  # days before expiry
    decide: int | None  # 0: before expiry
    decide_above: int | None  # where a higher court decides
    note: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """The lead times of a kind of case over time."""

    id: str
    title: str
    versions: tuple[LeadVersion, ...]

    def find_on(self, day: dt.date) -> LeadVersion | None:
        """The version in force on `day`, or None before the first."""
        return next((v for v in self.versions if v.start <= day <= v.end), None)


@dataclass(frozen=True, slots=True)
class Conversion:
    """A change of procedure: from which limits to which, and whether the clock goes on or starts anew."""

    id: str
    title: str
    from_limits: tuple[str, ...]
    to_limits: tuple[str, ...]
    effect: Effect
    before_expiry: bool
    basis: Basis
    start: dt.date
    note: str = ""


@dataclass(frozen=True, slots=True)
class RestartRule:
    """An event after which the clock starts anew; `times` 0 is "as often as it happens"."""

    id: str
    title: str
    limits: tuple[str, ...]
    times: int
    basis: Basis
    start: dt.date
    away: Period | None = None  # the longest the case may be away before it
    away_article: str = ""
    ground: str = ""  # the ground under which the days away do not count
    note: str = ""


@dataclass(frozen=True, slots=True)
class AdjournmentRule:
    """How often hearings may be adjourned, and how far apart they may lie."""

    id: str
    title: str
    limits: tuple[str, ...]
    times: int
    gap: Period
    basis: Basis
    start: dt.date
    gap_article: str
    other_article: str
    force_article: str


@dataclass(frozen=True, slots=True)
class ClosingRule:
    """Which day counts as the day of closing for one way of service."""

    id: str
    title: str
    basis: Basis
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """A question two texts answer differently, the answers, which one is used and why."""

    id: str
    title: str
    basis: Basis
    options: tuple[tuple[str, str], ...]
    why: str
    parameter: str = ""
