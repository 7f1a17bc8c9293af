"""The text in one spelling, character for character, so that every offset still points into the original."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

# Full-width ASCII, and the marks a web page or an input method may put in place of the plain one. Each maps to
# exactly one character: the normalised text is as long as the original.
_TABLE: dict[int, str] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_TABLE |= {ord(c): " " for c in "\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff\t\v\f"}
_TABLE |= {ord(c): "-" for c in "—–−‐―~～〜─"}
_TABLE |= {ord("﹪"): "%", ord("︰"): ":", ord("∶"): ":", ord("﹕"): ":", ord("﹔"): ";", ord("﹐"): ","}
_TABLE |= {ord("「"): "“", ord("」"): "”", ord("『"): "“", ord("』"): "”", ord("〝"): "“", ord("〞"): "”"}
_TABLE |= {0x2028: "\n", 0x2029: "\n", 0x85: "\n"}
_TABLE |= {ord("﹙"): "(", ord("﹚"): ")", ord("。"): "。", ord("｡"): "。", ord("〇"): "〇", ord("○"): "〇"}

CN_DIGITS = "〇零一二三四五六七八九十百"
_CN_VALUE = {
    "〇": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}

# The words that open the rectification text of a problem, the longest first.
LABEL_WORDS = (
    "整改措施及整改成效",
    "整改措施和整改成效",
    "整改措施及成效",
    "整改措施和成效",
    "整改措施与成效",
    "整改措施及落实情况",
    "整改落实完成情况",
    "整改落实情况",
    "整改进展情况",
    "整改完成情况",
    "整改工作情况",
    "整改情况",
    "整改措施",
    "整改成效",
    "整改进展",
    "整改结果",
    "整改成果",
    "整改落实",
    "落实整改情况",
    "落实情况",
)
LABEL = "|".join(LABEL_WORDS)
_LABEL_COLON = rf"[【\[]?(?:{LABEL})(?:如下)?[】\]]?\s*:"

# Inside a line a label starts a new piece only after a full stop, a closing quote, a blank or "…的问题".
_BREAK_LABEL = re.compile(rf"(?:(?<=[。;!?”\"\s])|(?<=的问题))(?={_LABEL_COLON})")
# A page that lost its line breaks is cut before every mark instead.
_BREAK_ALL = re.compile(
    rf"(?={_LABEL_COLON})|(?<=\s)(?=(?:{LABEL})\s)"
    r"|(?=反馈问题[一二三四五六七八九十百\d]+\s*:)"
    r"|(?<=[。;!?\s“”况题面固])(?=[一二三四五六七八九十]{1,3}、)"
    r"|(?=\([一二三四五六七八九十]{1,3}\)[\u4e00-\u9fff“])"
    r"|(?<=[。;!?:\s题])(?=\d{1,2}[.、][\u4e00-\u9fff“])"
    r"|(?<=[。!?\s])(?=欢迎广大|联系方式|联系电话)"
)
_UNBROKEN = 1200


def normalise(text: str) -> str:
    """The same text with one spelling of digits, brackets, colons and blanks; ``len`` is unchanged."""
    plain = text.translate(_TABLE)
    return plain.replace("\r", " " if "\n" in plain else "\n")


def chinese_number(text: str) -> int | None:
    """``十一`` -> 11, ``二十`` -> 20, ``3`` -> 3; None when it is no number below a thousand."""
    if text.isascii() and text.isdigit():
        return int(text)
    total = current = 0
    for char in text:
        if char == "百":
            total += (current or 1) * 100
            current = 0
        elif char == "十":
            total += (current or 1) * 10
            current = 0
        elif char in _CN_VALUE:
            current = _CN_VALUE[char]
        else:
            return None
    return total + current if text else None


@dataclass(frozen=True, slots=True)
class Piece:
    """A line, or a part of one: offsets without the blanks around it, and its line number from 1."""

    start: int
    end: int
    line: int
    norm: str

    def of(self, text: str) -> str:
        return text[self.start : self.end]


def pieces(norm: str) -> list[Piece]:
    """The non-empty lines of a normalised text, cut further where a mark was run into the line before it."""
    found: list[Piece] = []
    position = 0
    for number, raw in enumerate(norm.split("\n"), start=1):
        unbroken = len(raw) > _UNBROKEN and len(re.findall(_LABEL_COLON, raw)) > 1
        cuts = [0, *(m.start() for m in (_BREAK_ALL if unbroken else _BREAK_LABEL).finditer(raw)), len(raw)]
        for start, end in itertools.pairwise(cuts):
            part = raw[start:end]
            body = part.strip()
            if body:
                begin = position + start + len(part) - len(part.lstrip())
                found.append(Piece(begin, begin + len(body), number, body))
        position += len(raw) + 1
    return found
