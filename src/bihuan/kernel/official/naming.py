"""What the names of a template mean: figures, texts, tables, the paper's own places, and what loops make of them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from jinja2 import nodes

from .grammar import LOOP
from .places import PAPER

GROUPS = ("figures", "texts", "tables")
_ITEM = {"figures": "text", "texts": "list", "tables": "table"}
_OVER = {
    "list": "text",
    "rows": "row",
    "row": "text",
    "figures": "name",
    "texts": "name",
    "tables": "name",
    "any": "any",
}
"""What a loop over a shape gives."""


class Wrong(Exception):
    """A name that means nothing here. `why`, `do`: codes of `faults`; `params` fill both."""

    def __init__(self, why: str, do: str, **params: Any) -> None:
        super().__init__(why)
        self.why, self.do, self.params = why, do, params


class Names:
    """The names that may be used at a place."""

    def __init__(self, known: Mapping[str, str], local: Mapping[str, str] | None = None) -> None:
        self.known, self.local = known, dict(local or {})

    def within(self, loop: nodes.For) -> Names:
        """The names inside a loop. Raises Wrong when what it runs over is unknown or no list."""
        over = self.shape(loop.iter)
        if over not in _OVER:
            raise Wrong("not_list", "no_loop", name=said(loop.iter))
        if loop.test is not None:
            self._inner(loop.target, _OVER[over]).look(loop.test)
        return self._inner(loop.target, _OVER[over])

    def lenient(self) -> Names:
        """The names inside a loop that was already found wrong: nothing about its own names is reported again."""
        return _Lenient(self.known, self.local)

    def _inner(self, target: Any, shape: str) -> Names:
        made = type(self)(self.known, {**self.local, "loop": "loop"})
        for one in target.find_all(nodes.Name) if not isinstance(target, nodes.Name) else [target]:
            made.local[one.name] = "text" if isinstance(target, nodes.Tuple) and shape == "row" else shape
        return made

    def written(self, node: nodes.Node) -> None:
        """Look at an expression that is written out: it must be one text. Raises Wrong."""
        if isinstance(node, nodes.TemplateData):
            return
        shape = self.look(node)
        if shape in ("list", "row", "rows", "table", *GROUPS):
            raise Wrong("is_list", "loop", name=said(node))

    def look(self, node: nodes.Node) -> str:
        """Look at every name of an expression; its shape. Raises Wrong."""
        if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            return self.shape(node)
        if isinstance(node, nodes.Filter):
            inner = self.look(node.node) if node.node is not None else "text"
            return inner if node.name in ("default", "d") else "text"
        shapes = [self.look(child) for child in node.iter_child_nodes()]
        return shapes[-1] if isinstance(node, nodes.Or) and shapes else "text"

    def shape(self, node: nodes.Node) -> str:
        """What a path leads to. Raises Wrong."""
        if isinstance(node, nodes.Name):
            return self._name(node.name)
        if isinstance(node, nodes.Getattr):
            return self._part(node, node.node, node.attr)
        if isinstance(node, nodes.Getitem):
            if isinstance(node.arg, nodes.Const):
                return self._part(node, node.node, node.arg.value)
            self.look(node.arg)
            base = self.shape(node.node)
            return _ITEM.get(base, "any")
        return self.look(node)

    def _name(self, name: str) -> str:
        if name in self.local:
            return self.local[name]
        if name in GROUPS or name == "paper":
            return name
        raise self._unknown(name, [*GROUPS, "paper", *self.local, *self.full()])

    def _part(self, node: nodes.Node, held: nodes.Node, part: Any) -> str:
        base = self.shape(held)
        if base == "any":
            return "any"
        if base in GROUPS:
            if f"{base}.{part}" in self.known or part in self.known:
                return _ITEM[base]
            raise self._unknown(f"{base}.{part}", [one for one in self.full() if one.startswith(f"{base}.")])
        if base == "paper":
            if part in PAPER:
                return "list" if PAPER[part] else "text"
            raise self._unknown(f"paper.{part}", [f"paper.{one}" for one in PAPER])
        if base == "table" and part in ("head", "rows"):
            return "list" if part == "head" else "rows"
        if base in ("rows", "row", "list") and isinstance(part, int):
            return _OVER[base]
        if base == "loop" and part in LOOP:
            return "text"
        raise Wrong("no_part", "retype", name=said(held), part=str(part))

    def full(self) -> list[str]:
        """The names a template may use, with their group."""
        return [one for one in self.known if one.partition(".")[0] in GROUPS]

    def _unknown(self, name: str, offered: list[str]) -> Wrong:
        near = difflib.get_close_matches(name, offered, n=1, cutoff=0.6)
        if near:
            return Wrong("unknown", "closest", name=name, closest=near[0])
        if not offered:
            return Wrong("unknown", "retype", name=name)
        return Wrong("unknown", "names", name=name, names=offered[:12])


class _Lenient(Names):
    def _name(self, name: str) -> str:
        if name in GROUPS or name == "paper" or name in self.local:
            return super()._name(name)
        return "any"


def said(node: nodes.Node) -> str:
    """A path as the template writes it."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{said(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        held = node.arg.value if isinstance(node.arg, nodes.Const) else said(node.arg)
        return f"{said(node.node)}[{held}]"
    return "…"
