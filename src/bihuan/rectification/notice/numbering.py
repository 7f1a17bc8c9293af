"""The numbers Word prints before paragraphs and keeps out of their text (一、 (一) 1.), counted as Word counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from .marks import written

_VAL = qn("w:val")
_CIRCLED, _PAREN = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_CHINESE = re.compile(r"chinese|japanese|taiwanese|ideographDigital|ideographLegal|koreanDigital", re.IGNORECASE)
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LEVELS = 9


@dataclass(slots=True)
class Level:
    """One level of a list: how its number is written, the text around it, where it begins, what makes it begin again."""

    format: str = "decimal"
    text: str = "%1."
    start: int = 1
    restart: int | None = None
    style: str | None = None


@dataclass(slots=True)
class Style:
    """A paragraph style: the list and level it brings, its heading level (from 1), the style it is based on."""

    number: str | None = None
    level: int | None = None
    outline: int | None = None
    base: str | None = None


@dataclass(slots=True)
class Numbering:
    """The lists and styles of a document, and how far each list has counted."""

    lists: dict[str, dict[int, Level]] = field(default_factory=dict)
    numbers: dict[str, tuple[str, dict[int, int]]] = field(default_factory=dict)
    styles: dict[str, Style] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def label(self, paragraph: Any) -> str:
        """What Word prints before the paragraph ("" for nothing); counts it."""
        number, level = self._place(paragraph)
        held = self.numbers.get(number or "")
        if held is None or level is None or not 0 <= level < _LEVELS:
            return ""
        abstract, overrides = held
        levels = self.lists.get(abstract, {})
        counts = self.counts.setdefault(abstract, [0] * _LEVELS)
        if number not in self.used:
            self.used.add(str(number))
            for at, start in overrides.items():
                if 0 <= at < _LEVELS:
                    counts[at] = start - 1
                    levels.setdefault(at, Level()).start = start
        own = levels.get(level, Level())
        counts[level] = max(counts[level], own.start - 1) + 1
        for above in range(level):
            counts[above] = counts[above] or levels.get(above, Level()).start
        for deeper in range(level + 1, _LEVELS):
            restart = levels.get(deeper, Level()).restart
            if restart is None or (restart and level < restart):
                counts[deeper] = levels.get(deeper, Level()).start - 1
        if own.format in ("bullet", "none"):
            return ""
        text = re.sub(r"%([1-9])", lambda m: self._written(levels, counts, int(m[1]) - 1), own.text)
        return text if not text or text[-1] in "、.．)）:：" else f"{text} "

    def heading(self, paragraph: Any) -> int | None:
        """The heading level of a paragraph, from 1, or None for ordinary text."""
        own = paragraph.find("w:pPr/w:outlineLvl", paragraph.nsmap)
        if own is not None:
            return _outline(own.get(_VAL))
        for style in self._chain(paragraph):
            if style.outline is not None:
                return style.outline
        return None

    def _chain(self, paragraph: Any) -> list[Style]:
        held = paragraph.find("w:pPr/w:pStyle", paragraph.nsmap)
        name = held.get(_VAL) if held is not None else None
        found: list[Style] = []
        while name in self.styles and len(found) < 20:
            found.append(self.styles[name])
            name = self.styles[name].base
        return found

    def _place(self, paragraph: Any) -> tuple[str | None, int | None]:
        """(list number, level) of the paragraph: its own, else its style's."""
        number = _value(paragraph, "w:pPr/w:numPr/w:numId")
        level = _value(paragraph, "w:pPr/w:numPr/w:ilvl")
        if number is not None:
            return (None, None) if number == "0" else (number, int(level) if level and level.isdigit() else 0)
        for style in self._chain(paragraph):
            if style.number is not None:
                return (None, None) if style.number == "0" else (style.number, self._style_level(paragraph, style))
        return None, None

    def _style_level(self, paragraph: Any, style: Style) -> int:
        """A level may name the style it belongs to instead of the other way round."""
        if style.level is not None:
            return style.level
        held = paragraph.find("w:pPr/w:pStyle", paragraph.nsmap)
        name = held.get(_VAL) if held is not None else None
        levels = self.lists.get(self.numbers.get(style.number or "", ("", {}))[0], {})
        return next((at for at, level in levels.items() if level.style == name), 0)

    @staticmethod
    def _written(levels: dict[int, Level], counts: list[int], at: int) -> str:
        return number_text(levels.get(at, Level()).format, counts[at])


def number_text(kind: str, number: int) -> str:
    """A number as Word writes it in a format (`decimal`, `chineseCounting`, `decimalEnclosedCircle` ...)."""
    if kind.startswith("decimalEnclosedCircle") and 0 < number <= len(_CIRCLED):
        return _CIRCLED[number - 1]
    if _CHINESE.search(kind):
        return written("cn", number) if 0 < number < 100 else str(number)
    if kind == "ideographTraditional" and 0 < number <= len(_STEMS):
        return _STEMS[number - 1]
    if kind == "decimalEnclosedParen" and 0 < number <= len(_PAREN):
        return _PAREN[number - 1]
    if kind in ("lowerLetter", "upperLetter") and 0 < number <= 26:
        letter = chr(ord("a") + number - 1)
        return letter if kind == "lowerLetter" else letter.upper()
    if kind in ("lowerRoman", "upperRoman") and 0 < number < 400:
        roman = _roman(number)
        return roman if kind == "lowerRoman" else roman.upper()
    return f"{number:02d}" if kind == "decimalZero" else str(number)


def _roman(number: int) -> str:
    found = ""
    for value, letters in _ROMAN:
        while number >= value:
            found += letters
            number -= value
    return found


def _value(element: Any, path: str) -> str | None:
    found = element.find(path, element.nsmap)
    value = found.get(_VAL) if found is not None else None
    return str(value) if value is not None else None


def _number(element: Any, path: str) -> int | None:
    value = _value(element, path)
    return int(value) if value is not None and value.isdigit() and len(value) < 6 else None


def _outline(value: str | None) -> int | None:
    return int(value) + 1 if value is not None and value.isdigit() and int(value) < _LEVELS else None


def read_numbering(numbering: Any, styles: Any) -> Numbering:
    """The lists and styles of a document from the roots of its two parts (None for one that is missing)."""
    found = Numbering()
    for element in numbering if numbering is not None else ():
        if element.tag == qn("w:abstractNum"):
            levels = {
                int(level.get(qn("w:ilvl"), "0")): _level(level)
                for level in element.findall(qn("w:lvl"))
                if level.get(qn("w:ilvl"), "0").isdigit()
            }
            found.lists[element.get(qn("w:abstractNumId"), "")] = levels
        elif element.tag == qn("w:num"):
            overrides = {
                int(one.get(qn("w:ilvl"), "0")): start
                for one in element.findall(qn("w:lvlOverride"))
                if one.get(qn("w:ilvl"), "0").isdigit() and (start := _number(one, "w:startOverride")) is not None
            }
            found.numbers[element.get(qn("w:numId"), "")] = (_value(element, "w:abstractNumId") or "", overrides)
    for element in styles.findall(qn("w:style")) if styles is not None else ():
        found.styles[element.get(qn("w:styleId"), "")] = _style(element)
    return found


def _level(element: Any) -> Level:
    start = _number(element, "w:start")
    return Level(
        format=_value(element, "w:numFmt") or "decimal",
        text=_value(element, "w:lvlText") or "",
        start=1 if start is None else start,
        restart=_number(element, "w:lvlRestart"),
        style=_value(element, "w:pStyle"),
    )


def _style(element: Any) -> Style:
    name = (_value(element, "w:name") or "").lower()
    named = re.fullmatch(r"(?:heading|标题)\s*([1-9])", name)
    outline = _outline(_value(element, "w:pPr/w:outlineLvl"))
    return Style(
        number=_value(element, "w:pPr/w:numPr/w:numId"),
        level=_number(element, "w:pPr/w:numPr/w:ilvl"),
        outline=outline if outline is not None else int(named[1]) if named else None,
        base=_value(element, "w:basedOn"),
    )
