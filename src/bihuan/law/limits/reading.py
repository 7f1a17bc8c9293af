"""The files of `data/limits`: one limit a row, its texts over time, whence each was read."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, cast, get_args

from ..citations import citations
from ..errors import LawError
from ..rows import Row
from ..systems import System, systems
from ..yamlfile import read_yaml
from .model import (
    Applies,
    Approver,
    Basis,
    Conflict,
    ExtensionRule,
    Kind,
    Limit,
    StartEvent,
    TermRef,
    Variant,
    Version,
)
from .words import Vocabulary

LIMIT_DATA = Path(__file__).parents[1] / "data" / "limits"
CASES = ".cases.yaml"  # the worked cases beside each file

_ID = re.compile(r"[A-Z]{1,2}-\d\d(\.\d)?")
_ONE_DAY = dt.timedelta(days=1)


def limit_files(path: Path) -> list[Path]:
    """The files of limits in a folder (or the file itself), without the worked cases."""
    if path.is_file():
        return [path]
    return [file for file in sorted(path.glob("*.yaml")) if not file.name.endswith(CASES)]


def read_limits(files: Iterable[Path], words: Vocabulary) -> list[Limit]:
    """The limits of some files; a later file's limit replaces an earlier one of the same id. Raises DataFileError."""
    raw: dict[str, tuple[Path, dict[str, Any]]] = {}
    for path in files:
        whole = Row(path, "", read_yaml(path))
        for row in whole.rows("limits"):
            id_ = row.text("id")
            if id_ in raw and raw[id_][0] == path:
                raise row.wrong("id", f"{id_} stands twice in this file")
            raw[id_] = (path, copy.deepcopy(row.mapping_of()))
        whole.done()
    return [_limit(path, id_, _like(path, id_, data, raw), words) for id_, (path, data) in raw.items()]


def _like(path: Path, id_: str, data: dict[str, Any], raw: dict[str, tuple[Path, dict[str, Any]]]) -> dict[str, Any]:
    """A row that says `like: CV-01` is that row with its own words over it, and its own citations added."""
    if "like" not in data:
        return data
    if data["like"] not in raw or "like" in raw[data["like"]][1]:
        raise Row(path, id_, data).wrong("like", f"{data['like']!r} is no limit with texts of its own")
    own = {key: value for key, value in data.items() if key not in ("like", "also")}
    taken = {key: value for key, value in raw[data["like"]][1].items() if key not in ("applies", "conflict")}
    if "event" in own or "events" in own:
        taken = {key: value for key, value in taken.items() if key not in ("event", "events")}
    merged = copy.deepcopy(taken) | own
    for version in merged["versions"]:
        version["also"] = [*data.get("also", []), *version.get("also", [])]
    return merged


def _limit(path: Path, id_: str, data: dict[str, Any], words: Vocabulary) -> Limit:
    row = Row(path, id_, data)
    if not _ID.fullmatch(row.text("id")):
        raise row.wrong("id", f"{id_!r}: write letters, hyphen, two digits (and .1, .2): CV-01, CV-08.1")
    kind = cast(Kind, row.one_of("kind", get_args(Kind), "deadline"))
    versions = [_version(v, kind, words) for v in row.rows("versions")]
    if not versions:
        raise row.wrong("versions", "is empty; give at least one text with from")
    found = Limit(
        id=id_,
        title=row.text("title"),
        family=row.checked("family", words.families.__contains__, "family"),
        system=cast(System, row.checked("system", lambda s: s in systems(), "system")),
        kind=kind,
        boundary=cast(Literal["over", "reach"], row.one_of("boundary", ("over", "reach"), "reach")),
        starts=() if kind == "consequence" else tuple(_starts(row, words)),
        versions=tuple(_joined(row, versions)),
        exclusions=row.text("exclusions", ""),
        lead=row.text("lead", ""),
        at_expiry=row.text("at_expiry", ""),
        every=row.term("every"),
        times=row.number("times", 1),
        applies=tuple(_applies(a, words) for a in row.rows("applies")),
        conflicts=tuple(_conflict(c) for c in row.rows("conflict")),
        note=row.text("note", ""),
        origin=path.name,
    )
    row.done()
    return found


def _starts(row: Row, words: Vocabulary) -> Iterator[StartEvent]:
    if row.has("event"):
        yield StartEvent(row.checked("event", words.events.__contains__, "event"))
        return
    for index, item in enumerate(row.items("events")):
        given = Row(row.path, f"{row.where}.events[{index}]", item if isinstance(item, dict) else {"event": item})
        event = given.checked("event", words.events.__contains__, "event")
        yield StartEvent(event, _fact(given, "when", words), given.pair("reading"))
        given.done()
    if not row.items("events"):
        raise row.wrong("event", "is missing; say which event starts the limit")


def read_basis(row: Row, inherited: Basis | None = None) -> Basis:
    """Source, article, level and tag of a row; what it leaves out it takes from `inherited`. Raises DataFileError."""
    held = inherited
    source = row.text("source", held.source if held else None)
    article = row.text("article", held.article if held and not row.has("source") else "")
    if held is None and not row.has("article"):
        raise row.wrong("article", "is missing; write the article, or '' where none can be named")
    level = row.level() if held is None or row.has("level") else held.level
    tag = row.tag() if held is None or row.has("tag") else held.tag
    also = row.names("also")
    try:
        instrument = citations().get(source)
        for text in also:
            citations().split(text)
    except LawError as error:
        raise row.wrong("source", str(error)) from error
    if held is None and instrument.level != level:
        raise row.wrong("level", f"{source} is {instrument.level}, the row says {level}")
    return Basis(source, article, instrument.level, tag, also)


def _version(row: Row, kind: str, words: Vocabulary) -> Version:
    basis = read_basis(row)
    start, end = row.day("from"), row.day_or_none("to")
    if end is not None and end < start:
        raise row.wrong("to", f"{end} is before from {start}")
    term = _term(row)
    before = row.checked("before", words.events.__contains__, "event") if row.has("before") else ""
    unlimited = row.flag("unlimited")
    if (term is not None) + bool(before) + unlimited != (kind != "consequence"):
        raise row.wrong("term", "give exactly one of term, term_of, before, unlimited (a consequence has none)")
    found = Version(
        start=start,
        end=end or dt.date.max,
        basis=basis,
        start_tag=row.tag("from_tag", basis.tag),
        term=term,
        at_latest=row.term("at_latest"),
        variants=tuple(_variant(v, words) for v in row.rows("variants")),
        before=before,
        unlimited=unlimited,
        extensions=tuple(_extension(e, basis, words) for e in row.rows("extensions")),
        note=row.text("note", ""),
    )
    row.done()
    return found


def _term(row: Row) -> TermRef | None:
    written, kept = row.term("term"), row.pair("term_of")
    if written is not None and kept is not None:
        raise row.wrong("term_of", "term is written too; keep one")
    return TermRef(written) if written else TermRef(None, *kept) if kept else None


def _variant(row: Row, words: Vocabulary) -> Variant:
    term = _term(row)
    if term is None:
        raise row.wrong("term", "is missing; a variant is another length")
    found = Variant(_fact(row, "when", words), term, row.term("at_latest"), row.text("article", ""))
    row.done()
    return found


def _extension(row: Row, inherited: Basis, words: Vocabulary) -> ExtensionRule:
    held = Basis(inherited.source, inherited.article, inherited.level, inherited.tag)
    rule = ExtensionRule(
        code=row.text("code"),
        by=tuple(_approvers(row, words)),
        basis=read_basis(row, held),
        term=row.term("term"),
        least=row.term("least"),
        total=row.term("total"),
        until=row.flag("until"),
        times=row.number("times", 1),
        after=row.text("after", ""),
        any_of=_facts(row, "any_of", words),
        all_of=_facts(row, "all_of", words),
        start=row.day_or_none("from") or dt.date.min,
        end=row.day_or_none("to") or dt.date.max,
        legacy_term=row.term("legacy_term"),
        legacy=row.text("legacy", ""),
        legacy_basis=row.flag("legacy_basis"),
        note=row.text("note", ""),
    )
    if not rule.until and rule.term is None and rule.total is None:
        raise row.wrong("term", "give term or total, or until: true where the law gives no length")
    row.done()
    return rule


def _approvers(row: Row, words: Vocabulary) -> Iterator[Approver]:
    if not row.items("by"):
        raise row.wrong("by", "is empty; say who approves")
    for index, item in enumerate(row.items("by")):
        given = Row(row.path, f"{row.where}.by[{index}]", item if isinstance(item, dict) else {"by": item})
        yield Approver(given.checked("by", words.approvers.__contains__, "approver"), given.pair("reading"))
        given.done()


def _applies(row: Row, words: Vocabulary) -> Applies:
    procedures = row.names("procedures")
    for name in procedures:
        if name not in words.procedures:
            raise row.wrong("procedures", f"{name!r} is no known procedure")
    start, end = row.day_or_none("from") or dt.date.min, row.day_or_none("to") or dt.date.max
    found = Applies(row.names("types"), procedures, _facts(row, "facts", words), start, end)
    row.done()
    return found


def _conflict(row: Row) -> Conflict:
    found = Conflict(row.text("other"), row.text("used"), row.text("why"))
    row.done()
    return found


def _fact(row: Row, key: str, words: Vocabulary) -> str:
    return row.checked(key, words.facts.__contains__, "fact") if row.has(key) else ""


def _facts(row: Row, key: str, words: Vocabulary) -> tuple[str, ...]:
    for name in row.names(key):
        if name not in words.facts:
            raise row.wrong(key, f"{name!r} is no known fact")
    return row.names(key)


def _joined(row: Row, versions: list[Version]) -> Iterator[Version]:
    """Versions in order of time, each open end closed at the next start; refuse disorder and overlap."""
    for index, (version, following) in enumerate(pairwise(versions)):
        where = f"versions[{index}]"
        if following.start <= version.start:
            raise row.wrong(where, f"begins {version.start}, the next {following.start}; order them by from")
        if version.end == dt.date.max:
            yield replace(version, end=following.start - _ONE_DAY)
        elif version.end >= following.start:
            raise row.wrong(f"{where}.to", f"{version.end} overlaps the next text from {following.start}")
        else:
            yield version
    yield versions[-1]
