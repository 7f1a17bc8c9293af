"""What the law package refuses. Each message names the input, says why, and says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class LawError(ValueError):
    """The root of every refusal of this package."""


class DataFileError(LawError):
    """A data file is wrong. `path` and `key` say where, the message says what stands there and what is
    expected; `code` and `params` say it again for whoever words it to people, where files of the kind reach them.
    """

    def __init__(self, path: Path | str, key: str, reason: str, code: str = "", **params: Any) -> None:
        self.path, self.key, self.reason = Path(path), key, reason
        self.code, self.params = code, params
        super().__init__(f"{path}: {key}: {reason}" if key else f"{path}: {reason}")


class OverrideError(LawError):
    """A value that a court would set does not fit the shipped one. `code` and `params` say it again for whoever words it to people."""

    def __init__(self, code: str, reason: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(reason)


class TermError(LawError):
    """A term ("7d", "10wd", "6m") cannot be read or cannot be applied."""


class PeriodError(LawError):
    """The inputs of a due date contradict each other or the law."""


class CalendarRangeError(LawError):
    """A day lies outside the days the calendar can speak of."""


class UnknownParameter(LawError):
    """No dated parameter has this id."""


class NotInForce(LawError):
    """The parameter exists but nothing is in force on the asked day (not yet, or closed)."""


class UnknownLimit(LawError):
    """No limit, restart or conversion has this id, or none fits the case."""


class CaseNumberError(LawError):
    """A case number cannot be read. `part` names what is wrong: year, court, type, serial, mark, suffix; `code` and
    `params` say how, for whoever words it."""

    def __init__(self, part: str, kind: str, text: str, reason: str, **params: Any) -> None:
        self.part, self.text, self.reason = part, text, reason
        self.code, self.params = f"number.{part}.{kind}", params
        super().__init__(f"{text!r}: {part}: {reason}")
