"""Filling a template. What goes in is text, lists of text and mappings; what comes out is a .docx, or a TemplateFault.

Bounded without a clock: loops count their steps, the text made counts its length, and expressions that could grow (arithmetic,
joining of joined text) are not among those allowed (see `grammar`).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, UndefinedError, nodes
from jinja2.filters import do_default, do_first, do_last, do_lower, do_trim, do_upper
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from ..paper import clean
from . import checking, grammar
from .faults import TemplateFault, whole
from .opening import opened
from .places import PAPER

STEPS = 200_000
LETTERS = 32 * 1024 * 1024


class _Forbidden(Exception):
    """The template says what a template may not say."""


class _TooMuch(Exception):
    """Too many steps, or too much text."""


class _NoList(Exception):
    """A loop over what is no list."""


class _Bounded(Template):
    """A template whose output is counted as it comes."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        pieces: list[str] = []
        left = LETTERS
        for piece in self.generate(*args, **kwargs):
            left -= len(piece)
            if left < 0:
                raise _TooMuch
            pieces.append(piece)
        return "".join(pieces)


class _Steps(list[Any]):
    """A list that counts every step of a loop over it."""

    def __init__(self, held: Any, environment: Environment) -> None:
        super().__init__(held)
        self.environment = environment

    def __iter__(self) -> Any:
        for one in super().__iter__():
            self.environment.steps -= 1
            if self.environment.steps < 0:
                raise _TooMuch
            yield one


class Environment(SandboxedEnvironment):
    """The sandbox: escaping on, no globals, few filters, parts of mappings only."""

    template_class = _Bounded

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.steps = STEPS
        self.globals.clear()
        self.filters = {
            "default": do_default, "d": do_default, "join": _join, "length": len, "count": len, "first": do_first,
            "last": do_last, "trim": do_trim, "upper": do_upper, "lower": do_lower, grammar.STEP: self._counted,
        }  # fmt: skip
        self.tests = {name: self.tests[name] for name in grammar.TESTS}

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        said = next(grammar.forbidden(source), "")
        if said:
            raise _Forbidden(said)
        grammar.count_steps(source)
        return super()._generate(source, *args, **kwargs)

    def _counted(self, held: Any) -> Any:
        if isinstance(held, Mapping):
            held = list(held)
        if not isinstance(held, list | tuple):
            raise _NoList
        return _Steps(held, self)

    def getattr(self, obj: Any, attribute: str) -> Any:
        return grammar.part_of(obj, attribute, self.undefined(obj=obj, name=attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        return grammar.part_of(obj, argument, self.undefined(obj=obj, name=str(argument)))


def _join(held: Any, between: str = "") -> Any:
    if isinstance(held, str):
        return held
    return Markup.escape(between).join(Markup.escape(one) for one in held)


def render(template: bytes, context: Mapping[str, Any]) -> bytes:
    """The document: `template` (a .docx) filled with `context`: figures, texts, tables, paper (see the package's text).

    Raises TemplateFault naming the places: what is unknown, not closed, not allowed, or a file that may not come in.
    """
    package = opened(template)
    held = prepared(context)
    out = io.BytesIO()
    try:
        made = DocxTemplate(io.BytesIO(package))
        made.render(held, Environment(), autoescape=True)
        made.save(out)
        whole_xml(out.getvalue())
    except _TooMuch as error:
        raise TemplateFault([whole("too_large", "shrink")]) from error
    except (_Forbidden, _NoList, UndefinedError, TemplateError) as error:
        raise TemplateFault(checking.faults_in(template, known_of(held)) or [_general(error)]) from error
    except (
        PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, etree.LxmlError,
        RecursionError,
    ) as error:  # fmt: skip
        raise TemplateFault(checking.faults_in(template, known_of(held)) or [_result(error)]) from error
    return out.getvalue()


def _general(error: Exception) -> Any:
    if isinstance(error, _Forbidden):
        return whole("expression", "plain", what=str(error))
    return whole("syntax", "retype", error=str(error)[:120] or type(error).__name__)


def _result(error: Exception) -> Any:
    return whole("result", "none", error=str(error)[:120] or type(error).__name__)


def whole_xml(docx: bytes) -> None:
    """Parse every XML part. Raises etree.XMLSyntaxError, BadZipFile, ValueError for a document without a body."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                root = etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False, huge_tree=False))
                if name == "word/document.xml":
                    body = root[0] if len(root) else None
                    if body is None or not etree.QName(body).localname == "body":
                        raise ValueError("no body")


def known_of(context: Mapping[str, Any]) -> dict[str, str]:
    """The names a context offers, for `check_template`: "figures.closed" and so on."""
    return {f"{group}.{name}": name for group in ("figures", "texts", "tables") for name in context.get(group, {})}


def prepared(context: Mapping[str, Any]) -> dict[str, Any]:
    """The context as text, lists and mappings only: numbers as text, text in paragraphs, what a paper may leave open empty."""
    given = {name: _text(held) for name, held in context.items()}
    for group in ("figures", "texts", "tables"):
        given.setdefault(group, {})
    given["texts"] = {name: _paragraphs(held) for name, held in given["texts"].items()}
    given["paper"] = _paper(given.get("paper") or {})
    return given


def _text(held: Any) -> Any:
    if isinstance(held, Mapping):
        return {str(name): _text(one) for name, one in held.items()}
    if isinstance(held, list | tuple):
        return [_text(one) for one in held]
    return clean(held)


def _paragraphs(held: Any) -> list[str]:
    lines = held.split("\n") if isinstance(held, str) else held
    return [line for line in lines if str(line).strip()]


def _paper(given: Mapping[str, Any]) -> dict[str, Any]:
    paper: dict[str, Any] = {name: [] if many else "" for name, many in PAPER.items()}
    for name, held in given.items():
        many = PAPER.get(name, False)
        if many and isinstance(held, str):
            held = [held] if held else []
        elif not many and isinstance(held, list):
            held = "，".join(held)
        paper[name] = held
    issue = re.fullmatch(r"第?\s*(.*?)\s*期?", paper["issue"])
    paper["issue"] = issue[1] if issue else paper["issue"]
    return paper
