"""What the program tells the machine's own log (journald): one line a record, as JSON, or as text for people (BIHUAN_LOG).

No personal data: a record says only the fields below. Of a message of our own only the constant text is written, never what
would be filled in; of other libraries' messages not even that; of an error its class and the places it passed, neither its text
nor local values. Who did what to whom stands in the event log of the database alone.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import logging
import secrets
import sqlite3
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

FIELDS: Mapping[str, str] = {
    "time": "moment, with the zone",
    "level": "severity",
    "event": "what happened: a constant text of ours, or the name of a library's logger",
    "source": "module and line of a library's message",
    "request": "number of the request, shown on the error page",
    "route": "name of the address, without its arguments",
    "method": "GET, POST ...",
    "status": "HTTP status",
    "ms": "milliseconds",
    "statements": "statements to the database",
    "person": "keyed digest of who is signed in",
    "error": "class of the error, and of what caused it",
    "code": "the operating system's or the database's code of the error",
    "trace": "files, lines and functions the error passed",
    "rule": "code of a rule",
    "criterion": "code of a kind of criterion",
    "job": "name of a job or step of the program",
    "alert": "number of an alert",
    "count": "how many",
    "problems": "codes of what was found, without their parameters",
    "exit": "exit status of a process",
    "seconds": "seconds",
}
"""All that may appear, and what it is."""
PLAIN = ("bihuan", "_granian")
"""Loggers whose texts are constants about processes, and may be written."""
DEEPEST = 25
_PACKAGES = Path(__file__).resolve().parents[2]
_request: ContextVar[str] = ContextVar("bihuan_request", default="")


def told(**fields: str | int | float | list[str] | None) -> dict[str, Any]:
    """`extra=` of a record: `logger.warning("rule failed", extra=told(rule=code))`. An unknown field is a mistake of ours."""
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise ValueError(f"fields {sorted(unknown)} are not in the journal's list")
    return {"told": {name: value for name, value in fields.items() if value is not None}}


def request_number() -> str:
    """The number of the request under way; "" outside one."""
    return _request.get()


@contextmanager
def request() -> Iterator[str]:
    """Give the request under way a number."""
    token = _request.set(secrets.token_hex(6))
    try:
        yield _request.get()
    finally:
        _request.reset(token)


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What of a record is written, in the order of the list."""
    found: dict[str, Any] = {
        "time": dt.datetime.fromtimestamp(record.created, dt.UTC).astimezone().isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
    }
    if record.name.split(".")[0] in PLAIN:
        found["event"] = str(record.msg)
    else:
        found["event"] = record.name
        found["source"] = f"{record.module}:{record.lineno}"
    if number := request_number():
        found["request"] = number
    status = getattr(record, "status_code", None)
    if isinstance(status, int):
        found["status"] = status
    found |= getattr(record, "told", {})
    if record.exc_info and record.exc_info[1] is not None:
        found |= _of_error(record.exc_info[1])
    return {name: found[name] for name in FIELDS if name in found}


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's line."""
        return json.dumps(fields_of(record), ensure_ascii=False)


class Text(logging.Formatter):
    """The same fields for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's line, and the places of an error below it."""
        found = fields_of(record)
        time, level, event = (found.pop(name) for name in ("time", "level", "event"))
        trace = found.pop("trace", [])
        rest = " ".join(f"{name}={value}" for name, value in found.items())
        return "\n    ".join([f"{time[11:23]} {level:<7} {event} {rest}".rstrip(), *trace])


def code_of(error: BaseException) -> str:
    """The code the operating system or the database gave the error, e.g. ENOSPC, SQLITE_FULL, 53100; "" for none."""
    if isinstance(error, OSError) and error.errno:
        return errno.errorcode.get(error.errno, str(error.errno))
    if isinstance(error, sqlite3.Error):
        return str(getattr(error, "sqlite_errorname", ""))
    return str(getattr(error, "sqlstate", None) or "")


def chain_of(error: BaseException | None) -> list[BaseException]:
    """The error and what caused it, the outermost first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _of_error(error: BaseException) -> dict[str, Any]:
    chain = chain_of(error)
    names = [f"{type(one).__module__}.{type(one).__qualname__}" for one in chain]
    found: dict[str, Any] = {"error": " <- ".join(names), "trace": _places(chain[-1]) + _places(error)[-DEEPEST:]}
    if len(chain) == 1:
        found["trace"] = _places(error)
    codes = [code for one in chain if (code := code_of(one))]
    if codes:
        found["code"] = codes[-1]
    return found


def _places(error: BaseException) -> list[str]:
    """Where an error passed, without values: file below the packages' folder, line, function."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    """The file without the folders of this machine."""
    path = Path(filename)
    if path.is_relative_to(_PACKAGES):
        return path.relative_to(_PACKAGES).as_posix()
    parts = path.parts
    if "site-packages" in parts:
        return "/".join(parts[parts.index("site-packages") + 1 :])
    return path.name
