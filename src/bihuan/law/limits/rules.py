"""The files of `data/rules`: closed lists of exclusions, lead times, conversions and restarts, adjournments, closings."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import cast, get_args

from ..rows import Row, file_rows
from .model import (
    AdjournmentRule,
    ClosingRule,
    Conversion,
    Effect,
    ExclusionList,
    GroundRule,
    Lead,
    LeadVersion,
    ReadingNote,
    RestartRule,
)
from .reading import read_basis
from .words import Vocabulary

RULE_DATA = Path(__file__).parents[1] / "data" / "rules"
READINGS = Path(__file__).parents[1] / "data" / "readings.yaml"


def read_exclusions(path: Path, words: Vocabulary) -> dict[str, ExclusionList]:
    """The closed lists by id. Raises DataFileError."""
    found: dict[str, ExclusionList] = {}
    for row in file_rows(path, "lists")["lists"]:
        grounds = tuple(_ground(g, words) for g in row.rows("grounds"))
        if not grounds:
            raise row.wrong("grounds", "is empty; a limit without exclusions names no list")
        one = ExclusionList(row.text("id"), row.text("title"), read_basis(row), grounds, row.text("note", ""))
        row.done()
        found[one.id] = one
    return found


def _ground(row: Row, words: Vocabulary) -> GroundRule:
    basis = read_basis(row)
    rule = GroundRule(
        ground=row.checked("ground", words.grounds.__contains__, "ground"),
        basis=basis,
        start=row.day("from"),
        end=row.day_or_none("to") or dt.date.max,
        start_tag=row.tag("from_tag", basis.tag),
        skip=row.term("skip"),
        max_each=row.term("max"),
        needs=row.names("needs"),
        unless=row.names("unless"),
        reading=row.pair("reading"),
    )
    for fact in (*rule.needs, *rule.unless):
        if fact not in words.facts:
            raise row.wrong("needs", f"{fact!r} is no known fact")
    row.done()
    return rule


def read_leads(path: Path) -> dict[str, Lead]:
    """The lead times by id. Raises DataFileError."""
    found: dict[str, Lead] = {}
    for row in file_rows(path, "leads")["leads"]:
        one = Lead(row.text("id"), row.text("title"), tuple(_lead(v) for v in row.rows("versions")))
        row.done()
        found[one.id] = one
    return found


def _lead(row: Row) -> LeadVersion:
    found = LeadVersion(
        start=row.day("from"),
        end=row.day_or_none("to") or dt.date.max,
        basis=read_basis(row),
        apply=_days(row, "apply"),
        decide=_days(row, "decide"),
        decide_above=_days(row, "decide_above"),
        note=row.text("note", ""),
    )
    row.done()
    return found


def _days(row: Row, key: str) -> int | None:
    """The days of "15d"; 0 for "0d" (before expiry); None where the text says nothing."""
    if not row.has(key):
        return None
    text = row.text(key)
    if not text.endswith("d") or not text[:-1].isdecimal():
        raise row.wrong(key, f"{text!r}: write days, 15d, or 0d for before expiry")
    return int(text[:-1])


def read_turns(path: Path) -> tuple[tuple[Conversion, ...], tuple[RestartRule, ...]]:
    """Conversions and restarts. Raises DataFileError."""
    rows = file_rows(path, "conversions", "restarts")
    return tuple(_conversion(r) for r in rows["conversions"]), tuple(_restart(r) for r in rows["restarts"])


def _conversion(row: Row) -> Conversion:
    found = Conversion(
        id=row.text("id"),
        title=row.text("title"),
        from_limits=row.names("from_limits"),
        to_limits=row.names("to_limits"),
        effect=cast(Effect, row.one_of("effect", get_args(Effect))),
        before_expiry=row.flag("before_expiry"),
        basis=read_basis(row),
        start=row.day("from"),
        note=row.text("note", ""),
    )
    row.done()
    return found


def _restart(row: Row) -> RestartRule:
    found = RestartRule(
        id=row.text("id"),
        title=row.text("title"),
        limits=row.names("limits"),
        times=row.number("times", 0),
        basis=read_basis(row),
        start=row.day("from"),
        away=row.term("away"),
        away_article=row.text("away_article", ""),
        ground=row.text("ground", ""),
        note=row.text("note", ""),
    )
    row.done()
    return found


def read_adjournments(path: Path) -> tuple[AdjournmentRule, ...]:
    """The caps on adjourned hearings. Raises DataFileError."""
    return tuple(_adjournment(row) for row in file_rows(path, "adjournments")["adjournments"])


def _adjournment(row: Row) -> AdjournmentRule:
    gap = row.term("gap")
    if gap is None:
        raise row.wrong("gap", "is missing; say how far apart two hearings may lie")
    found = AdjournmentRule(
        id=row.text("id"),
        title=row.text("title"),
        limits=row.names("limits"),
        times=row.number("times", 0),
        gap=gap,
        basis=read_basis(row),
        start=row.day("from"),
        gap_article=row.text("gap_article"),
        other_article=row.text("other_article"),
        force_article=row.text("force_article"),
    )
    row.done()
    return found


def read_closings(path: Path) -> dict[str, ClosingRule]:
    """Which day closes a case, by way of service. Raises DataFileError."""
    found: dict[str, ClosingRule] = {}
    for row in file_rows(path, "closings")["closings"]:
        one = ClosingRule(row.text("id"), row.text("title"), read_basis(row), row.text("note", ""))
        row.done()
        found[one.id] = one
    return found


def read_readings(path: Path = READINGS) -> tuple[ReadingNote, ...]:
    """The questions that texts leave open, and how they are settled here. Raises DataFileError."""
    found = []
    for row in file_rows(path, "readings")["readings"]:
        options = tuple((str(key), str(said)) for key, said in row.mapping("options").items())
        if len(options) < 2:
            raise row.wrong("options", "give at least two answers, the one used first")
        one = ReadingNote(
            row.text("id"), row.text("title"), read_basis(row), options, row.text("why"), row.text("parameter", "")
        )
        row.done()
        found.append(one)
    return tuple(found)
