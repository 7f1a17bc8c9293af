"""A saved web page as text: its navigation left out (and listed), list numbers written out, tables with their cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html

from .model import LeftOut, Source, UnreadableNotice
from .numbering import number_text
from .paper import MAX_LETTERS, Cell, Paper, TooMuch

_BLOCKS = {
    "p", "div", "br", "li", "tr", "td", "th", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article",
    "ul", "ol", "header", "footer", "nav", "aside", "main", "dt", "dd", "dl", "pre", "body", "form", "hr", "center",
    "blockquote", "fieldset", "figure", "figcaption", "caption", "tbody", "thead", "option", "select", "textarea",
}
_SILENT = {"script", "style", "noscript", "template", "head", "iframe", "object", "svg", "math", "video", "audio"}
_AROUND = {"nav", "aside", "form", "select", "button", "textarea"}
_PAGE_ENDS = {"header", "footer"}  # of the page; an article's own hold its title and its signature
_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary"}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NO_NUMBER = re.compile(r"list-style(?:-type)?\s*:[^;]*\bnone\b", re.IGNORECASE)
_LIST_TYPES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_META = {"articletitle": "title", "pubdate": "published", "publishdate": "published"}
_MAX_CELLS = 20_000


@dataclass(slots=True)
class _Element:
    """What an open element changes for the text inside it."""

    tag: str
    hidden: bool
    around: bool
    inner: bool
    """Inside an article or main part."""
    link: bool
    level: int | None
    pre: bool
    counter: int = 0
    kind: str = ""
    table: list[list[tuple[Cell, int, int]]] | None = None
    cell_from: int = 0


@dataclass
class _Walk:
    """The page while it is walked: the line being written, and how much of it is a link."""

    paper: Paper = field(default_factory=Paper)
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    cells: int = 0

    def write(self, text: str, top: _Element) -> None:
        if top.hidden or not text:
            return
        shown = text if top.pre else _flow(text)
        self.parts.append(shown)
        if top.link:
            self.linked += len(shown.strip())

    def flush(self, top: _Element) -> None:
        """End the line: it is text, or part of what stands around the text."""
        line = " ".join("".join(self.parts).split(" ")).strip()
        linked, self.parts, self.linked = self.linked, [], 0
        if not line:
            return
        only_link = top.level is None and linked * 10 >= len(re.sub(r"\s", "", line)) * 9
        if top.around or only_link:
            self.paper.leave_out(line, "navigation")
        else:
            self.paper.add(line, top.level)


def webpage_source(markup: str, name: str) -> Source:
    """The text of a page. Raises UnreadableNotice file.broken."""
    cleaned = _DECLARATION.sub("", markup.lstrip("\ufeff \r\n\t"))
    try:
        root = html.document_fromstring(cleaned, parser=html.HTMLParser(no_network=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableNotice("file.broken", name=name) from error
    walk = _Walk()
    stack = [_Element("", False, False, False, False, None, False)]
    try:
        _go(walk, stack, root)
    except TooMuch:
        raise UnreadableNotice("file.long", name=name, limit=MAX_LETTERS) from None
    source = walk.paper.source()
    for title in root.iter("title"):
        if title.text and title.text.strip():
            source.left_out.insert(0, LeftOut(title.text.strip(), "page_head"))
    for meta in root.iter("meta"):
        key = _META.get(str(meta.get("name", "")).lower())
        if key and (content := str(meta.get("content", "")).strip()):
            source.facts.setdefault(key, content)
    return source


def _go(walk: _Walk, stack: list[_Element], root: Any) -> None:
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start" and isinstance(node.tag, str):
            _open(walk, stack, node)
        elif event == "end" and isinstance(node.tag, str):
            _close(walk, stack, node)
            walk.write(node.tail or "", stack[-1])
        elif event in ("comment", "pi"):
            walk.write(node.tail or "", stack[-1])
    walk.flush(stack[-1])


def _open(walk: _Walk, stack: list[_Element], node: Any) -> None:
    above, tag = stack[-1], node.tag.lower()
    style = str(node.get("style") or "")
    inner = above.inner or tag in ("article", "main")
    hidden = above.hidden or tag in _SILENT or bool(_HIDDEN_STYLE.search(style)) or node.get("hidden") is not None
    around = tag in _AROUND or str(node.get("role", "")).lower() in _ROLES or (tag in _PAGE_ENDS and not inner)
    if hidden and not above.hidden and tag not in _SILENT:
        text = re.sub(r"\s+", " ", node.text_content() if hasattr(node, "text_content") else "").strip()
        if text:
            walk.paper.leave_out(text[:2000], "hidden")
    if tag in _BLOCKS:
        walk.flush(above)
    level = int(tag[1]) if re.fullmatch("h[1-6]", tag) else above.level
    own = _Element(
        tag, hidden, above.around or around, inner, above.link or tag == "a", level, above.pre or tag == "pre"
    )
    if tag == "ol":
        own.counter = _integer(node.get("start"), 1) - 1
        own.kind = "none" if _NO_NUMBER.search(style) else _LIST_TYPES.get(str(node.get("type", "1")), "decimal")
    elif tag == "table":
        own.table = []
    elif tag == "tr" and (table := _table(stack)) is not None:
        table.append([])
    elif tag in ("td", "th"):
        own.cell_from = len(walk.paper.lines)
    stack.append(own)
    if tag == "li":
        _number(walk, stack, node)
    walk.write(node.text or "", own)


def _number(walk: _Walk, stack: list[_Element], node: Any) -> None:
    """The number a browser prints before an item of an ordered list."""
    held = next((one for one in reversed(stack[:-1]) if one.tag in ("ol", "ul")), None)
    if held is None or held.tag != "ol" or held.kind == "none" or stack[-1].hidden:
        return
    held.counter = _integer(node.get("value"), held.counter + 1)
    walk.parts.append(f"{number_text(held.kind, held.counter)}.")


def _close(walk: _Walk, stack: list[_Element], node: Any) -> None:
    own = stack[-1]
    if own.tag in _BLOCKS:
        walk.flush(own)
    stack.pop()
    table = _table(stack)
    if own.tag in ("td", "th") and table is not None and walk.cells < _MAX_CELLS:
        walk.cells += 1
        if not table:
            table.append([])
        across = min(_integer(node.get("colspan"), 1), 50)
        down = min(_integer(node.get("rowspan"), 1), 1000)
        table[-1].append(((own.cell_from, len(walk.paper.lines)), max(1, across), max(1, down)))
    elif own.table is not None:
        walk.paper.tables.append(_grid(own.table))


def _table(stack: list[_Element]) -> list[list[tuple[Cell, int, int]]] | None:
    return next((one.table for one in reversed(stack) if one.table is not None), None)


def _grid(rows: list[list[tuple[Cell, int, int]]]) -> list[list[Cell]]:
    """The rows with merged cells repeated where they reach."""
    found: list[list[Cell]] = []
    below: dict[int, tuple[Cell, int]] = {}
    for row in rows:
        cells: list[Cell] = []
        following: dict[int, tuple[Cell, int]] = {}
        for cell, across, down in [*row, ((0, 0), 0, 0)]:
            while len(cells) in below:  # a cell from above reaches here
                held, left = below[len(cells)]
                if left > 1:
                    following[len(cells)] = (held, left - 1)
                cells.append(held)
            for _n in range(across):
                if down > 1:
                    following[len(cells)] = (cell, down - 1)
                cells.append(cell)
        below = following
        found.append(cells)
    return found


def _integer(text: Any, otherwise: int) -> int:
    shown = str(text or "").strip()
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 6 else otherwise


def _flow(text: str) -> str:
    """Line breaks of the source are blanks in HTML; between Chinese characters they are nothing."""
    if text.isascii():
        return re.sub(r"\s+", " ", text)
    return re.sub(r"[\r\n]+[ \t]*", "", text)
