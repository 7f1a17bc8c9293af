"""Reading the data files: YAML without silent surprises, errors that name file and key."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml

from .errors import DataFileError

T = TypeVar("T")

_NAMES = {str: "text", int: "a whole number", list: "a list", dict: "a mapping", dt.date: "a date YYYY-MM-DD"}


# The parser in C where the machine has it: the same texts in a tenth of the time.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Base):
    """SafeLoader that refuses a key written twice (YAML keeps the last one without a word) and reads only
    true and false as booleans, as YAML 1.2 does: `on:` and `off:` are names here."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(key_node.value)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is written twice (line {line})")
            seen.add(key)
        made: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return made


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping a YAML file holds. Raises DataFileError: unreadable, not UTF-8, not YAML, doubled key, no
    mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataFileError(path, "", f"cannot be read ({error.strerror}); check the path and its rights") from error
    except UnicodeDecodeError as error:
        raise DataFileError(path, "", "is not UTF-8 text; save it as UTF-8") from error
    try:
        data = _StrictLoader(text).get_single_data()
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2025-02-30
        raise DataFileError(path, "", f"is not valid YAML: {' '.join(str(error).split())}", "yaml", line=_line(error)) from error
    if not isinstance(data, dict):
        raise DataFileError(path, "", f"must hold a mapping of keys, found {type(data).__name__}", "mapping")
    return data


def _line(error: Exception) -> str:
    """The line a parser stopped at, from one; a dash where it does not say."""
    mark = getattr(error, "problem_mark", None)
    return str(mark.line + 1) if mark is not None else "—"


def yaml_files(path: Path) -> list[Path]:
    """`path` itself, or the *.yaml files of the folder `path` in name order. Raises DataFileError if absent."""
    if path.is_dir():
        return sorted(path.glob("*.yaml"))
    if not path.is_file():
        raise DataFileError(path, "", "does not exist; give a .yaml file or a folder of them")
    return [path]


def need(path: Path, where: str, data: dict[str, Any], key: str, kind: type[T]) -> T:
    """`data[key]`, which must be there, be a `kind` and not empty; `where` prefixes the key in
    errors.
    """
    name = f"{where}.{key}" if where else key
    if key not in data:
        raise DataFileError(path, name, f"is missing; expected {_NAMES.get(kind, kind.__name__)}", "missing")
    value = data[key]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise DataFileError(path, name, f"expected {_NAMES.get(kind, kind.__name__)}, found {value!r}", "kind", value=str(value))
    if isinstance(value, str) and not value.strip():
        raise DataFileError(path, name, "is empty; expected text", "missing")
    return value


def refuse_unknown(path: Path, where: str, data: dict[str, Any], known: Iterable[str]) -> None:
    """Raise DataFileError for a key nobody reads: a misspelt key must not be ignored."""
    allowed = sorted(known)
    for key in data:
        if key not in allowed:
            name = f"{where}.{key}" if where else str(key)
            raise DataFileError(path, name, f"is not a known key; known: {', '.join(allowed)}", "unknown", known=", ".join(allowed))
