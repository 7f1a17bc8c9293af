"""Entries as an iCalendar text (RFC 5545): whole days and moments, nothing that repeats, no alarms.

So little of the format is needed that a library would be more to look after than these lines: text is escaped (3.3.11), lines are
folded at 75 octets without cutting a character (3.1), lines end in CR LF.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from .selectors import Entry

LONGEST = 75
"""Octets of a line without its end."""
PRODUCT = "-//Bihuan//Cases//ZH"


def calendar(name: str, entries: Iterable[Entry], *, stamp: dt.datetime, host: str) -> str:
    """The calendar as one text. `host` makes the identifiers of entries unique in the world; `stamp` is when it was made."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    for entry in entries:
        lines += _event(entry, stamp, host)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def escaped(text: str) -> str:
    """Text as a value: backslash, semicolon, comma and line ends are written otherwise."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> Iterator[str]:
    """The line in pieces of no more than 75 octets, each but the first led by a space."""
    piece, size = "", 0
    for sign in line:
        width = len(sign.encode("utf-8"))
        if size + width > LONGEST:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + width
    yield piece


def _event(entry: Entry, stamp: dt.datetime, host: str) -> list[str]:
    if entry.at is None:
        days = [f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}", f"DTEND;VALUE=DATE:{entry.day + dt.timedelta(days=1):%Y%m%d}"]
    else:
        days = [f"DTSTART:{_moment(entry.at)}"]
    return [
        "BEGIN:VEVENT",
        f"UID:{entry.key}@{host}",
        f"DTSTAMP:{_moment(stamp)}",
        *days,
        f"SUMMARY:{escaped(f'{entry.name} {entry.title}')}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
