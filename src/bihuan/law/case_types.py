"""Type codes (类型代字) and court codes (法院代字) of case numbers, as dated data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .limits.model import Basis
from .limits.reading import read_basis
from .limits.words import vocabulary
from .rows import Row
from .yamlfile import read_yaml, yaml_files

TYPES = Path(__file__).parent / "data" / "case-types.yaml"
COURTS = Path(__file__).parent / "data" / "court-codes.yaml"

LINES = ("civil", "criminal", "administrative", "compensation", "enforcement", "other")


@dataclass(frozen=True, slots=True)
class CaseType:
    """One type code: what cases it marks, their line, the procedure they have unless something else is known."""

    code: str
    title: str
    line: str
    procedure: str


@dataclass(frozen=True, slots=True)
class CaseTypes:
    """The table of type codes and how sure it is."""

    by_code: Mapping[str, CaseType]
    basis: Basis
    start: dt.date


@dataclass(frozen=True, slots=True)
class CourtCodes:
    """The code of the supreme court, the provinces' short names, and how sure they are."""

    supreme: str
    provinces: Mapping[str, str]
    basis: Basis
    start: dt.date


def load_case_types(*extra: Path) -> CaseTypes:
    """The shipped table with the files of `extra` over it: a code there replaces one of the same name. Raises DataFileError."""
    found: dict[str, CaseType] = {}
    basis, start = None, dt.date.min
    for path in (TYPES, *(file for folder in extra for file in yaml_files(folder))):
        whole = Row(path, "", read_yaml(path))
        basis, start = read_basis(whole), whole.day("from")
        for row in whole.rows("types"):
            one = CaseType(
                row.text("code"),
                row.text("title"),
                row.one_of("line", LINES),
                row.checked("procedure", vocabulary().procedures.__contains__, "procedure"),
            )
            row.done()
            if one.code in found and path == TYPES:
                raise row.wrong("code", f"{one.code} stands twice")
            found[one.code] = one
        whole.done()
    assert basis is not None
    return CaseTypes(found, basis, start)


@lru_cache(maxsize=1)
def case_types() -> CaseTypes:
    """The shipped table, read once."""
    return load_case_types()


@lru_cache(maxsize=1)
def court_codes() -> CourtCodes:
    """The shipped court codes, read once. Raises DataFileError."""
    row = Row(COURTS, "", read_yaml(COURTS))
    provinces = {str(code): str(title) for code, title in row.mapping("provinces").items()}
    found = CourtCodes(row.text("supreme"), provinces, read_basis(row), row.day("from"))
    row.done()
    return found
