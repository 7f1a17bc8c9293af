"""What a template may say: names, their parts, lists, conditions. No calls, no arithmetic, nothing that reaches into the program.

An uploaded template is hostile input. Instead of a list of what is forbidden there is one of what is allowed; everything else is
refused before it is compiled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import nodes

FILTERS = frozenset({"default", "d", "join", "length", "count", "first", "last", "trim", "upper", "lower"})
TESTS = frozenset({"defined", "undefined", "none"})
LOOP = frozenset({"index", "index0", "revindex", "first", "last", "length"})
LONGEST_TEXT = 200
DEEPEST = 4
STEP = "_step"
"""The filter put around every list a loop runs over; no template can name it."""
_RESERVED = frozenset({"self", "super", "caller", "varargs", "kwargs"})
"""What the template language itself would answer to."""
_PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.And, nodes.Or, nodes.Not,
    nodes.Compare, nodes.Operand, nodes.CondExpr, nodes.Tuple,
)  # fmt: skip


def forbidden(tree: nodes.Node) -> Iterator[str]:
    """What the tree holds that a template may not say, in the template's own words."""
    yield from _forbidden(tree, 0)


def _forbidden(node: nodes.Node, depth: int) -> Iterator[str]:
    said = _said(node)
    if said:
        yield said
        return
    if isinstance(node, nodes.For):
        depth += 1
        if depth > DEEPEST:
            yield "for" * DEEPEST
            return
    for child in node.iter_child_nodes():
        yield from _forbidden(child, depth)


def _said(node: nodes.Node) -> str:
    """The forbidden thing a single node is; "" for none."""
    if isinstance(node, nodes.Name):
        return node.name if node.name.startswith("_") or node.name in _RESERVED else ""
    if isinstance(node, nodes.Getattr):
        return node.attr if node.attr.startswith("_") else ""
    if isinstance(node, nodes.Getitem):
        held = node.arg
        plain = isinstance(held, nodes.Name) or (isinstance(held, nodes.Const) and isinstance(held.value, str | int))
        hidden = isinstance(held, nodes.Const) and isinstance(held.value, str) and held.value.startswith("_")
        return "" if plain and not hidden else "[…]"
    if isinstance(node, nodes.Const):
        return "…" if isinstance(node.value, str) and len(node.value) > LONGEST_TEXT else ""
    if isinstance(node, nodes.For):
        return "recursive" if node.recursive else ""
    if isinstance(node, nodes.Filter):
        return "" if node.name in FILTERS else f"|{node.name}"
    if isinstance(node, nodes.Test):
        return "" if node.name in TESTS else f"is {node.name}"
    if isinstance(node, nodes.Call):
        return "( )"
    return "" if isinstance(node, _PLAIN) else _WORDS.get(type(node).__name__, type(node).__name__)


_WORDS: Mapping[str, str] = {
    "Add": "+", "Sub": "-", "Mul": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**", "Concat": "~",
    "Neg": "-", "Pos": "+", "Assign": "set", "AssignBlock": "set", "Macro": "macro", "Include": "include",
    "Import": "import", "FromImport": "import", "Extends": "extends", "Block": "block", "With": "with",
    "FilterBlock": "filter", "CallBlock": "call", "ScopedEvalContextModifier": "autoescape", "List": "[…]", "Dict": "{…}",
    "Slice": "[:]",
}  # fmt: skip


def count_steps(tree: nodes.Node) -> None:
    """Let every loop of the tree count its steps."""
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = nodes.Filter(loop.iter, STEP, [], [], None, None).set_lineno(loop.lineno)


def part_of(held: Any, name: Any, missing: Any) -> Any:
    """The part `name` of something a template was handed: an entry of a mapping, a place of a list, a loop's counter; else
    `missing`. The attributes of the program's own objects are no parts."""
    if isinstance(held, Mapping):
        return held.get(name, missing)
    if isinstance(held, list | tuple) and isinstance(name, int):
        return held[name] if -len(held) <= name < len(held) else missing
    if type(held).__name__ == "LoopContext" and name in LOOP:
        return getattr(held, name)
    return missing
