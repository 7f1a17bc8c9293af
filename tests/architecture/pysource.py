"""What the laws of the house forbid in Python source, as functions from a syntax tree to findings."""

import ast
import re
from collections.abc import Iterator
from typing import TypeGuard

TIME_READERS = {
    "datetime.datetime": {"now", "today", "utcnow"},
    "datetime.date": {"today"},
    "django.utils.timezone": {"now", "localdate", "localtime"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime"},
    "django.db.models.functions": {"Now"},
    "django.db.models.functions.datetime": {"Now"},
}
MODEL_SIGNALS = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "pre_init", "post_init"}
CURRENT_TIME_IN_SQL = re.compile(r"\bCURRENT_(TIMESTAMP|DATE|TIME)\b|\bNOW\s*\(\)|\((['\"])now\2", re.IGNORECASE)

Finding = tuple[int, str]


def origins(tree: ast.Module) -> dict[str, str]:
    """Return the dotted origin of each imported name: `from datetime import date as d` gives d -> datetime.date."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                names[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.module:
            prefix = "." * node.level + node.module
            for alias in node.names:
                names[alias.asname or alias.name] = f"{prefix}.{alias.name}"
    return names


def dotted(node: ast.expr, names: dict[str, str]) -> str:
    """Return the dotted origin of an expression like `tz.now`, or an empty text."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute):
        base = dotted(node.value, names)
        return f"{base}.{node.attr}" if base else ""
    return ""


def readings_of_time(tree: ast.Module) -> Iterator[Finding]:
    """Find each reading of the present: calls and references, aliases, auto_now fields, SQL's own clock."""
    names = origins(tree)
    readers = {f"{module}.{name}" for module, found in TIME_READERS.items() for name in found}
    docstrings = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node, names) in readers:
            if not _converts(tree, node, names):
                yield node.lineno, dotted(node, names)
        elif isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            yield node.value.lineno, node.arg
        elif _is_text(node) and id(node) not in docstrings and CURRENT_TIME_IN_SQL.search(str(node.value)):
            yield node.lineno, f"the database's clock in {node.value!r}"


def _converts(tree: ast.Module, reader: ast.expr, names: dict[str, str]) -> bool:
    """`timezone.localtime(value)` and `localdate(value)` convert a given time and read no clock."""
    if not dotted(reader, names).startswith("django.utils.timezone.local"):
        return False
    return any(isinstance(node, ast.Call) and node.func is reader and node.args for node in ast.walk(tree))


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _docstrings(tree: ast.Module) -> set[int]:
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def model_signals(tree: ast.Module) -> Iterator[Finding]:
    """Find uses of the signals that hide business in the saving of a row."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.db.models.signals":
            for alias in node.names:
                if alias.name in MODEL_SIGNALS:
                    yield node.lineno, alias.name
        elif isinstance(node, ast.Attribute) and node.attr in MODEL_SIGNALS:
            yield node.lineno, node.attr


def unfinished(tree: ast.Module) -> Iterator[Finding]:
    """Find `raise NotImplementedError`: abstract methods say so with ABC."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(error, ast.Name) and error.id == "NotImplementedError":
                yield node.lineno, "raise NotImplementedError"


def save_overrides(tree: ast.Module) -> Iterator[Finding]:
    """Find `save` and `delete` defined on classes of a models file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and item.name == "save":
                    yield item.lineno, f"{node.name}.save"


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted module or name) of each absolute import: `from a.b import c` gives a.b.c."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
