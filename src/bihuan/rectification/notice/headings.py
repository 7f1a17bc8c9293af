"""Marks that open a heading (一、 (一) 反馈问题一: 1. (1) ①), labels (整改情况:), and titles without their wrapping."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .model import Span
from .normalise import LABEL, Piece, chinese_number

_CN = "[一二三四五六七八九十百]{1,4}"
_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("item", re.compile(rf"(?:巡察|巡视)?(?:反馈)?(?:的)?问题\s*(?P<no>{_CN}|\d{{1,3}})\s*[:、.]\s*")),
    ("item", re.compile(rf"(?:巡察|巡视)?反馈(?:的)?问题\s*(?P<no>{_CN}|\d{{1,3}})\s*(?=关于|[“\"])")),
    ("item", re.compile(r"(?:巡察|巡视)?反馈(?:的)?问题\s*:\s*(?P<no>)")),
    ("cn", re.compile(rf"第?(?P<no>{_CN})\s*[、.]\s*")),
    ("cn_paren", re.compile(rf"\(\s*(?P<no>{_CN})\s*\)\s*[、.]?\s*")),
    ("cn_paren", re.compile(r"(?P<no>[㈠-㈩])\s*[、.]?\s*")),
    ("digit_paren", re.compile(r"\(\s*(?P<no>\d{1,3})\s*\)\s*[、.]?\s*")),
    ("digit_paren", re.compile(r"(?P<no>[⑴-⒇])\s*")),
    ("digit_paren", re.compile(r"(?P<no>\d{1,2})\)\s*")),
    ("digit", re.compile(r"(?P<no>\d{1,3})\s*[.、](?!\d)\s*")),
    ("digit", re.compile(r"(?P<no>[⒈-⒛])\s*")),
    ("circle", re.compile(r"(?P<no>[①-⑳])\s*")),
)
RANK = {"cn": 0, "cn_paren": 1, "item": 2, "digit": 3, "digit_paren": 4, "circle": 5}

_LABEL = re.compile(
    rf"[【\[(]?(?P<word>{LABEL})(?:如下)?\s*(?:[】\])]\s*(?P<colon_a>:)?|(?P<colon_b>:))\s*|(?P<bare>{LABEL})\s*"
)
# After a label that lost its colon the text goes straight on; these continue a sentence about rectification instead.
_NOT_AFTER_BARE = re.compile(r"[的等及与和,。、;]|如下|进行|汇报|报告|通报|良好|显著|明显|到位|取得")
_STATUS = re.compile(r"[【\[]?(?:整改状态|完成情况|完成状态|整改时限|整改进度)[】\]]?\s*:\s*(?P<value>.+)")
_SENTENCE = re.compile(r"[。;!?].")

# "关于……的问题" and what may follow it in a heading about its rectification.
_ABOUT = re.compile(r"^(?:针对|对于?)?关于\s*")
_PROBLEM_END = re.compile(r"\s*(?:等)?(?:的)?(?:突出)?问题(?:的?(?:整改|落实)(?:落实|进展|完成)?(?:情况)?)?\s*[。.;:,]?\s*$")
_PROBLEM_PREFIX = re.compile(r"^(?:巡察|巡视)?反馈(?:的)?问题\s*[:,]\s*")
_TRAILING = re.compile(r"[\s。.;:,]+$")


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading mark: its style, its number (0 when it has none), as printed, and where the title begins."""

    style: str
    number: int
    printed: str
    length: int


def read_mark(norm: str) -> Mark | None:
    """The mark at the start of a normalised line, or None."""
    for style, pattern in _MARKS:
        match = pattern.match(norm)
        if match is None or match.end() == len(norm):
            continue
        raw = match["no"]
        number = chinese_number(_single(raw)) or 0 if raw else 0
        return Mark(style, number, raw, match.end())
    return None


def _single(mark: str) -> str:
    if len(mark) == 1:
        for first in "①⑴⒈㈠":
            if 0 <= ord(mark) - ord(first) < (10 if first == "㈠" else 20):
                return str(ord(mark) - ord(first) + 1)
    return mark


@dataclass(frozen=True, slots=True)
class LabelMark:
    word: str
    length: int
    colon: bool


def read_label(norm: str, *, awaited: bool) -> LabelMark | None:
    """The label (整改情况:) at the start of a line. One without its colon counts only where one is ``awaited``."""
    match = _LABEL.match(norm)
    if match is None:
        return None
    if match["bare"]:
        rest = norm[match.end() :]
        if not awaited or (rest and _NOT_AFTER_BARE.match(rest)):
            return None
        return LabelMark(match["bare"], match.end(), colon=False)
    return LabelMark(match["word"], match.end(), colon=True)


def read_status(norm: str) -> str | None:
    """The value of a status line (整改状态:已完成), or None."""
    match = _STATUS.match(norm)
    return _TRAILING.sub("", match["value"]) if match else None


def heading_like(norm: str) -> bool:
    """Short enough, and no sentence inside it: a line that can be a title."""
    return len(norm) <= 90 and not _SENTENCE.search(norm)


def bare_title(norm: str) -> Span:
    """Where, inside a heading's words, the problem itself stands: without 关于, the outer quotes and 的问题."""
    start, end = 0, len(_TRAILING.sub("", norm))
    prefix = _PROBLEM_PREFIX.match(norm)
    if prefix:
        start = prefix.end()
    about = _ABOUT.match(norm[start:end])
    if about:
        ending = _PROBLEM_END.search(norm[start:end])
        if ending:
            start, end = start + about.end(), start + ending.start()
        elif _inside_quotes(norm[start + about.end() : end]) != (0, end - start - about.end()):
            start += about.end()
    while start < end and norm[start] == " ":
        start += 1
    while start < end and norm[end - 1] == " ":
        end -= 1
    inner = _inside_quotes(norm[start:end])
    return (start + inner[0], start + inner[1])


def _inside_quotes(title: str) -> Span:
    """The span without quotation marks that wrap the whole title; quotes round a part of it stay."""
    whole = (0, len(title))
    if len(title) < 3:
        return whole
    if title[0] == '"' and title[-1] == '"':
        return (1, len(title) - 1) if title.count('"') == 2 else whole
    if title[0] != "“" or title[-1] != "”":
        return whole
    depth = 0
    for index, char in enumerate(title):
        depth += (char == "“") - (char == "”")
        if depth == 0 and index < len(title) - 1:
            return whole
    inner = 1
    return (inner, len(title) - 1) if depth == 0 else (inner, len(title))


@dataclass(slots=True)
class Node:
    """A heading and what stands under it."""

    mark: Mark
    pieces: list[Piece]
    parent: Node | None
    label: LabelMark | None = None
    statuses: list[str] = field(default_factory=list)
    notes: list[Piece] = field(default_factory=list)
    body: list[Piece] = field(default_factory=list)
    body_start: int | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The title's normalised words, wrapped lines joined."""
        return self.pieces[0].norm[self.mark.length :] + "".join(p.norm for p in self.pieces[1:])

    @property
    def start(self) -> int:
        return self.pieces[0].start

    @property
    def end(self) -> int:
        return max(
            self.pieces[-1].end, *(p.end for p in self.body[-1:]), *(p.end for p in self.notes[-1:]),
            *(c.end for c in self.children[-1:]), self.pieces[0].end,
        )

    def labelled(self) -> bool:
        """Whether a rectification text stands here or anywhere below."""
        return self.label is not None or any(child.labelled() for child in self.children)

    def chain(self) -> list[Node]:
        """From the outermost heading down to this one."""
        above = self.parent.chain() if self.parent else []
        return [*above, self]

    def walk(self) -> list[Node]:
        return [self, *(deep for child in self.children for deep in child.walk())]
