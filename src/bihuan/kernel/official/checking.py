"""Looking a template over before it is used: every fault with its place, the reason and the remedy."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from lxml import etree

from ..wording import Message
from . import grammar
from .faults import DO, WHY, Fault, TemplateFault, whole
from .naming import Names, Wrong
from .opening import refused
from .places import TAG, Paragraph, paragraphs

_FULL_WIDTH = re.compile(r"[｛{]\s*｛|｛\s*[{%％#]|[｝}]\s*｝|[%％]\s*｝|\{\s*％|％\s*\}")
_HALF = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
_KIND = re.compile(r"(\{[{%#])(tr|tc|p|r)?(?=[\s])")
_STATEMENT = re.compile(r"\{%(?P<kind>tr|tc|p|r)?\s*-?\s*(?P<word>[a-z]+)\b(?P<rest>.*?)-?\s*%\}", re.DOTALL)
_ENDS = {"for": "endfor", "if": "endif"}
_STARTS = {end: start for start, end in _ENDS.items()}
_SPECIAL = frozenset({"colspan", "cellbg"})
_CURLY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})


def check_template(template: bytes, known: Mapping[str, str]) -> list[Fault]:
    """The faults of a template, none when it can be used: a file that may not come in, placeholders cut or not closed, names that
    are not among `known` ("figures.closed", "texts.summary", "tables.due"; the values are their labels), and last a trial with
    made-up contents.
    """
    faults = refused(template)
    if faults:
        return faults
    return faults_in(template, known) or _trial(template, known)


def faults_in(template: bytes, known: Mapping[str, str]) -> list[Fault]:
    """The faults of its placeholders, in the order of the text."""
    found: list[Fault] = []
    try:
        for part in paragraphs(template):
            found += _Part(part, Names(known)).faults()
    except (etree.LxmlError, zipfile.BadZipFile, ValueError):
        return [whole("unreadable", "resave")]
    return found


def _trial(template: bytes, known: Mapping[str, str]) -> list[Fault]:
    from .rendering import render
    from .trial import made_up

    try:
        render(template, made_up(known))
    except TemplateFault as error:
        return list(error.faults)
    return []


@dataclass
class _Open:
    """A loop or condition that waits for its end."""

    word: str
    tag: str
    kind: str
    paragraph: Paragraph
    at: int
    names: Names


class _Part:
    """One part of the document, read from its first paragraph to its last."""

    def __init__(self, part: list[Paragraph], names: Names) -> None:
        self.part, self.names = part, names
        self.found: list[Fault] = []
        self.waiting: list[_Open] = []

    def faults(self) -> list[Fault]:
        """What is wrong with it."""
        for one in self.part:
            self._paragraph(one)
        for held in self.waiting:
            self._add(held.paragraph, held.at, len(held.tag), "open", "add_end", tag=held.tag, end=self._end_of(held))
        self.found.sort(key=lambda fault: fault.paragraph)
        return self.found

    def _paragraph(self, one: Paragraph) -> None:
        rest = one.text
        for match in TAG.finditer(one.text):
            rest = rest[: match.start()] + "\0" * len(match[0]) + rest[match.end() :]
            self._tag(one, match.start(), match[0])
        for match in _FULL_WIDTH.finditer(rest):
            self._add(one, match.start(), len(match[0]), "full_width", "half_width")
        for match in _HALF.finditer(rest):
            if not _FULL_WIDTH.search(rest):
                self._add(one, match.start(), 2, "unclosed_tag", "one_paragraph")
                break

    def _tag(self, one: Paragraph, at: int, tag: str) -> None:
        if "\n" in tag or "\ufffc" in tag:
            self._add(one, at, len(tag), "broken_tag", "one_paragraph")
            return
        if tag.startswith("{#"):
            return
        if _FULL_WIDTH.search(tag):
            self._add(one, at, len(tag), "full_width", "half_width")
            return
        kind = (_KIND.match(tag) or ["", "", ""])[2] or ""
        self._alone(one, at, tag, kind)
        plain = _KIND.sub(r"\1", tag, count=1).translate(_CURLY)
        if tag.startswith("{{"):
            self._expression(one, at, plain)
            return
        statement = _STATEMENT.fullmatch(tag.translate(_CURLY))
        if statement is None:
            self._add(one, at, len(tag), "syntax", "retype", error=tag)
            return
        self._statement(one, at, tag, kind, statement["word"], statement["rest"])

    def _alone(self, one: Paragraph, at: int, tag: str, kind: str) -> None:
        """A paragraph's or a row's tag takes the place of the whole paragraph or row: other text in it would be lost."""
        if kind == "p" and one.text.strip() != tag:
            self._add(one, at, len(tag), "not_alone", "alone", tag=tag)
        if kind in ("tr", "tc"):
            if one.row is None:
                self._add(one, at, len(tag), "not_in_row", "own_paragraph", tag=tag)
                return
            cell = next(one.element.iterancestors("{*}tc"))
            box = one.row if kind == "tr" else cell
            texts = [p.text for p in self.part if p.row is one.row and any(a is box for a in p.element.iterancestors())]
            if "".join(texts).strip() != tag:
                self._add(one, at, len(tag), "not_alone", "alone", tag=tag)

    def _statement(self, one: Paragraph, at: int, tag: str, kind: str, word: str, rest: str) -> None:
        if word in _ENDS:
            inner = self._opened(one, at, word, rest)
            self.waiting.append(_Open(word, tag, kind, one, at, self.names))
            self.names = inner
        elif word in _STARTS:
            self._closed(one, at, tag, kind, word)
        elif word in ("elif", "else") and self.waiting and (word == "else" or self.waiting[-1].word == "if"):
            if word == "elif":
                self._opened(one, at, "if", rest)
        elif word in ("elif", "else"):
            self._add(one, at, len(tag), "no_start", "remove", tag=tag)
        elif word in _SPECIAL:
            self._expression(one, at, "{{" + rest + "}}")
        else:
            self._add(one, at, len(tag), "expression", "plain", what=word)

    def _opened(self, one: Paragraph, at: int, word: str, rest: str) -> Names:
        tree = self._parsed(one, at, f"{{% {word} {rest} %}}{{% {_ENDS[word]} %}}")
        if tree is None:
            return self.names
        statement: Any = tree.body[0]
        try:
            if isinstance(statement, nodes.For):
                return self.names.within(statement)
            self.names.look(statement.test)
        except Wrong as wrong:
            self._wrong(one, at, rest, wrong)
            return self.names.lenient() if isinstance(statement, nodes.For) else self.names
        return self.names

    def _closed(self, one: Paragraph, at: int, tag: str, kind: str, word: str) -> None:
        if not self.waiting or self.waiting[-1].word != _STARTS[word]:
            self._add(one, at, len(tag), "no_start", "remove", tag=tag)
            return
        held = self.waiting.pop()
        self.names = held.names
        if held.kind != kind:
            self._add(one, at, len(tag), "kinds_differ", "same_kind", tag=held.tag, end=tag)
        elif not kind and held.paragraph is not one:
            self._add(one, at, len(tag), "crosses", "own_paragraph", tag=held.tag, end=tag)

    def _expression(self, one: Paragraph, at: int, plain: str) -> None:
        tree = self._parsed(one, at, plain)
        if tree is None:
            return
        try:
            for output in tree.body:
                for node in getattr(output, "nodes", [output]):
                    self.names.written(node)
        except Wrong as wrong:
            self._wrong(one, at, plain, wrong)

    def _parsed(self, one: Paragraph, at: int, source: str) -> nodes.Template | None:
        from .rendering import Environment

        try:
            tree = Environment().parse(source)
        except TemplateSyntaxError as error:
            self._add(one, at, len(source), "syntax", "retype", error=str(error.message)[:120])
            return None
        said = next(grammar.forbidden(tree), "")
        if said:
            self._add(one, at, len(source), "expression", "plain", what=said)
            return None
        return tree

    def _wrong(self, one: Paragraph, at: int, source: str, wrong: Wrong) -> None:
        self._add(one, at, len(source), wrong.why, wrong.do, **wrong.params)

    def _add(self, one: Paragraph, at: int, length: int, why: str, do: str, **params: Any) -> None:
        made = Fault(
            one.part, one.number, one.around(at, at + length), Message(WHY[why], params), Message(DO[do], params)
        )
        if made not in self.found:
            self.found.append(made)

    def _end_of(self, held: _Open) -> str:
        return f"{{%{held.kind} {_ENDS[held.word]} %}}"


def tags_of(template: bytes) -> Iterator[str]:
    """The placeholders of a template, in the order of the text."""
    for part in paragraphs(template):
        for one in part:
            yield from TAG.findall(one.text)
