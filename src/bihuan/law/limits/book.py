"""All limits and rules in one place: by id and day, and the limit that a case falls under."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ..dated import Parameters, current_parameters
from ..errors import DataFileError, LawError, NotInForce, UnknownLimit
from .model import (
    AdjournmentRule,
    ClosingRule,
    Conversion,
    ExclusionList,
    GroundRule,
    Lead,
    Limit,
    Reading,
    ReadingNote,
    RestartRule,
    Version,
)
from .reading import LIMIT_DATA, limit_files, read_limits
from .rules import (
    RULE_DATA,
    read_adjournments,
    read_closings,
    read_exclusions,
    read_leads,
    read_readings,
    read_turns,
)
from .words import Vocabulary, vocabulary


@dataclass(frozen=True, eq=False)
class LimitBook:
    """The limits by id with the rules they refer to. Immutable; `digest` (64 hex) covers all of it."""

    limits: Mapping[str, Limit]
    lists: Mapping[str, ExclusionList]
    leads: Mapping[str, Lead]
    conversions: tuple[Conversion, ...]
    restarts: tuple[RestartRule, ...]
    adjournments: tuple[AdjournmentRule, ...]
    closings: Mapping[str, ClosingRule]
    readings: tuple[ReadingNote, ...]
    words: Vocabulary
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        told = repr((self.limits, self.lists, self.leads, self.conversions, self.restarts, self.adjournments))
        object.__setattr__(self, "digest", hashlib.sha256(told.encode()).hexdigest())
        self._check()

    @classmethod
    def load(cls, *extra: Path) -> LimitBook:
        """The shipped limits with the files (or folders) of `extra` over them: a limit there replaces one of the same id.

        Raises DataFileError naming file and key.
        """
        words = vocabulary()
        files = [file for path in (LIMIT_DATA, *extra) for file in limit_files(path)]
        conversions, restarts = read_turns(RULE_DATA / "turns.yaml")
        return cls(
            limits={limit.id: limit for limit in read_limits(files, words)},
            lists=read_exclusions(RULE_DATA / "exclusions.yaml", words),
            leads=read_leads(RULE_DATA / "leads.yaml"),
            conversions=conversions,
            restarts=restarts,
            adjournments=read_adjournments(RULE_DATA / "adjournments.yaml"),
            closings=read_closings(RULE_DATA / "closings.yaml"),
            readings=read_readings(),
            words=words,
        )

    def __iter__(self) -> Iterator[Limit]:
        return iter(self.limits.values())

    def __len__(self) -> int:
        return len(self.limits)

    def get(self, id_: str) -> Limit:
        """The limit `id_`. Raises UnknownLimit naming near ones."""
        try:
            return self.limits[id_]
        except KeyError:
            near = [known for known in self.limits if known.split("-")[0] == id_.upper().split("-")[0]]
            raise UnknownLimit(f"no limit {id_!r}; known: {', '.join(near or sorted(self.limits))}") from None

    def version_on(self, id_: str, on: dt.date) -> Version:
        """The text of limit `id_` in force on `on`. Raises UnknownLimit, NotInForce."""
        return self.get(id_).on(on)

    def limit_for(self, case_type: str, procedure: str, facts: Iterable[str], on: dt.date) -> Limit:
        """The limit of a case: type code (民初), procedure (ordinary, summary ...), facts that hold, the day it began.

        Of several that fit, the one asking for the most facts. Raises UnknownLimit when none fits.
        """
        held = frozenset(facts)
        for fact in held - set(self.words.facts):
            raise LawError(f"{fact!r} is no known fact; known: {', '.join(sorted(self.words.facts))}")
        best: tuple[int, Limit] | None = None
        for limit in self:
            for rule in limit.applies:
                fits = case_type in rule.types and (not rule.procedures or procedure in rule.procedures)
                fits = fits and rule.start <= on <= rule.end and held.issuperset(rule.facts)
                if fits and (best is None or len(rule.facts) > best[0]):
                    best = (len(rule.facts), limit)
        if best is None:
            raise UnknownLimit(
                f"no limit for case type {case_type!r}, procedure {procedure!r}, facts {sorted(held)} on {on}; "
                "check the procedure, or name the limit itself"
            )
        return best[1]

    def grounds(self, list_id: str, on: dt.date, parameters: Parameters) -> dict[str, GroundRule]:
        """The grounds of a closed list that hold on `on` under the chosen readings, by ground."""
        rules = self.lists[list_id].grounds if list_id else ()
        held = (r for r in rules if r.start <= on <= r.end and chosen(r.reading, on, parameters))
        return {rule.ground: rule for rule in held}

    def conversion(self, from_id: str, to_id: str) -> Conversion | None:
        """The rule for turning one limit into another, or None where the law knows none."""
        return next((c for c in self.conversions if from_id in c.from_limits and to_id in c.to_limits), None)

    def restart(self, id_: str) -> RestartRule:
        """The restart `id_`. Raises UnknownLimit."""
        found = next((r for r in self.restarts if r.id == id_), None)
        if found is None:
            raise UnknownLimit(f"no restart {id_!r}; known: {', '.join(r.id for r in self.restarts)}")
        return found

    def _check(self) -> None:
        """References must lead somewhere: found out when loading, not in the middle of a case."""
        for limit in self:
            wanted = ((limit.exclusions, self.lists), (limit.lead, self.leads), (limit.at_expiry, self.limits))
            for name, table in wanted:
                if name and name not in table:
                    raise DataFileError(limit.origin, limit.id, f"refers to {name!r}, which is not there")
            for version in limit.versions:
                codes = [e.code for e in version.extensions]
                for extension in version.extensions:
                    if extension.after and extension.after not in codes:
                        raise DataFileError(limit.origin, limit.id, f"{extension.code} comes after {extension.after!r}")
        turns = [(c.id, (*c.from_limits, *c.to_limits)) for c in self.conversions]
        for id_, named in [*turns, *((r.id, r.limits) for r in self.restarts), *((a.id, a.limits) for a in self.adjournments)]:
            for name in named:
                self.get(name) if name in self.limits else _missing(id_, name)


def _missing(id_: str, name: str) -> None:
    raise DataFileError(RULE_DATA, id_, f"refers to {name!r}, which is not there")


def chosen(reading: Reading | None, on: dt.date, parameters: Parameters) -> bool:
    """Whether a row marked with a reading holds on `on`; a row without one always does."""
    if reading is None:
        return True
    try:
        return bool(parameters.value_on(reading[0], on)["choice"] == reading[1])
    except NotInForce:
        return False


def choice(parameter: str, on: dt.date, parameters: Parameters | None = None) -> str:
    """The reading chosen under `parameter` on `on`."""
    return str((parameters or current_parameters()).value_on(parameter, on)["choice"])


def limit_for(case_type: str, procedure: str, facts: Iterable[str], on: dt.date) -> Limit:
    """The limit of a case among the shipped ones; see `LimitBook.limit_for`."""
    return current_limits().limit_for(case_type, procedure, facts, on)


@lru_cache(maxsize=1)
def current_limits() -> LimitBook:
    """The shipped limits, loaded once."""
    return LimitBook.load()
