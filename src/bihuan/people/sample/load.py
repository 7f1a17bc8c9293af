"""Read the demo court (court.yaml): units, posts, people, leaders in charge, stand-ins, leaves, hand-overs. No Django."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml

COURT_FILE = Path(__file__).with_name("court.yaml")
HEAD_ROLES = frozenset({"president", "head", "filing_head", "enforcement_head"})
T = TypeVar("T")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class SampleError(ValueError):
    """A sample file does not hold what the reader expects; the message names the file, the row and the key."""


def build(cls: type[T], row: Mapping[str, Any], where: str) -> T:
    """Make a dataclass from a mapping. Raises SampleError for keys it does not know and keys it misses."""
    known = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    strange = set(row) - known.keys()
    if strange:
        raise SampleError(f"{where}: unknown keys {sorted(strange)}; known are {sorted(known)}")
    missing = {n for n, f in known.items() if f.default is MISSING and f.default_factory is MISSING and n not in row}
    if missing:
        raise SampleError(f"{where}: keys {sorted(missing)} are missing")
    return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()})


def read(path: Path) -> dict[str, Any]:
    """A YAML file whose top is a mapping."""
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506  a safe loader, in C where built
    if not isinstance(loaded, dict):
        raise SampleError(f"{path.name}: the top of the file has to be a mapping")
    return loaded


@dataclass(frozen=True)
class Unit:
    """A department. `kind`: leadership, stationed, body, trial, support, supervision, special."""

    code: str
    name: str
    kind: str
    order: int
    alias: str = ""


@dataclass(frozen=True)
class Post:
    """A post of a unit; with two roles it is two rows in the database."""

    code: str
    unit: str
    title: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """From a day to a day, both included; no end means still."""

    since: dt.date
    until: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """Whether the span covers the day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Held(Span):
    """A post held for a while."""

    post: str = ""


@dataclass(frozen=True)
class Person:
    """A person and the posts they hold or held. `left`: the last day in the court."""

    username: str
    name: str
    number: str
    posts: tuple[Held, ...]
    left: dt.date | None = None


@dataclass(frozen=True)
class Administrator:
    """One of the three administrators: no post, no business data."""

    username: str
    name: str
    number: str
    admin_role: str


@dataclass(frozen=True)
class Lead(Span):
    """The leader holding `post` is in charge of `units`."""

    post: str = ""
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delegation(Span):
    """`deputy` acts for `person`."""

    person: str = ""
    deputy: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Leave(Span):
    """A person is away."""

    person: str = ""
    kind: str = ""
    note: str = ""


@dataclass(frozen=True)
class HandOver:
    """Duty handed over from `giver` to `taker`."""

    day: dt.date
    unit: str
    giver: str
    taker: str
    reason: str


@dataclass(frozen=True)
class Court:
    """The demo court, with the questions a replay asks of it."""

    code: str
    name: str
    short: str
    as_of: dt.date
    units: tuple[Unit, ...]
    posts: tuple[Post, ...]
    people: tuple[Person, ...]
    administrators: tuple[Administrator, ...]
    leads: tuple[Lead, ...]
    delegations: tuple[Delegation, ...]
    leaves: tuple[Leave, ...]
    handovers: tuple[HandOver, ...]

    @cached_property
    def unit(self) -> dict[str, Unit]:
        """Code -> unit."""
        return {row.code: row for row in self.units}

    @cached_property
    def post(self) -> dict[str, Post]:
        """Code -> post."""
        return {row.code: row for row in self.posts}

    @cached_property
    def person(self) -> dict[str, Person]:
        """User name -> person (administrators excluded)."""
        return {row.username: row for row in self.people}

    def posts_of(self, username: str, day: dt.date) -> Iterator[Post]:
        """The posts the person holds on the day."""
        for held in self.person[username].posts:
            if held.holds_on(day):
                yield self.post[held.post]

    def roles_of(self, username: str, day: dt.date) -> set[str]:
        """The role codes the person has on the day."""
        return {role for post in self.posts_of(username, day) for role in post.roles}

    def units_of(self, username: str, day: dt.date) -> set[str]:
        """The units the person holds a post in on the day."""
        return {post.unit for post in self.posts_of(username, day)}

    def in_court(self, username: str, day: dt.date) -> bool:
        """Whether the person holds any post on the day."""
        return any(True for _ in self.posts_of(username, day))

    def head_of(self, unit: str, day: dt.date) -> str | None:
        """User name of the unit's head on the day."""
        for person in self.people:
            if any(p.unit == unit and HEAD_ROLES & set(p.roles) for p in self.posts_of(person.username, day)):
                return person.username
        return None

    def leader_of(self, unit: str, day: dt.date) -> str | None:
        """User name of the leader in charge of the unit on the day."""
        charged = {lead.post for lead in self.leads if unit in lead.units and lead.holds_on(day)}
        for person in self.people:
            if any(p.code in charged for p in self.posts_of(person.username, day)):
                return person.username
        return None

    def away(self, username: str, day: dt.date) -> bool:
        """Whether a leave covers the day."""
        return any(row.person == username and row.holds_on(day) for row in self.leaves)

    def acts_for(self, deputy: str, person: str, day: dt.date) -> bool:
        """Whether a delegation lets `deputy` act for `person` on the day."""
        return any(d.deputy == deputy and d.person == person and d.holds_on(day) for d in self.delegations)


def load_court(path: Path = COURT_FILE) -> Court:
    """Read the court. Raises SampleError naming the row that is wrong."""
    data = read(path)

    def rows(key: str, cls: type[T]) -> tuple[T, ...]:
        return tuple(
            build(cls, row, f"{path.name}, {key} row {number}") for number, row in enumerate(data.get(key, []), start=1)
        )

    for row in data["people"]:
        row["posts"] = [build(Held, held, f"{path.name}, posts of {row['username']}") for held in row["posts"]]
    return Court(
        **data["court"],
        units=rows("units", Unit),
        posts=rows("posts", Post),
        people=rows("people", Person),
        administrators=rows("administrators", Administrator),
        leads=rows("leads", Lead),
        delegations=rows("delegations", Delegation),
        leaves=rows("leaves", Leave),
        handovers=rows("handovers", HandOver),
    )
