"""The text as lines with their marks: cut further where headings run together, marks mended where a character was lost."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .marks import RANK, Mark, read_lost_mark, read_mark, written
from .model import Remark
from .normalise import LABEL_COLON, LABEL_INSIDE
from .unbroken import cuts, is_unbroken

STATUS_WORDS = "整改状态|完成状态|整改进度|完成情况|落实状态"
# Inside a line a label starts a new piece only after a full stop, a closing quote, a blank or "…的问题".
_BREAK = re.compile(rf"(?:(?<=[。;!?”\"\s])|(?<=的问题))(?={LABEL_COLON}|[【\[]?(?:{STATUS_WORDS})[】\]]?\s*:)")
_LABEL = re.compile(LABEL_COLON)
_LABEL_INSIDE = re.compile(LABEL_INSIDE)
_HEADING_REACH = 90


@dataclass(frozen=True, slots=True)
class Piece:
    """A line, or a part of one: offsets without the blanks around it, its line from 1, its mark, its heading level."""

    start: int
    end: int
    line: int
    norm: str
    mark: Mark | None = None
    level: int | None = None

    def of(self, text: str) -> str:
        return text[self.start : self.end]


def pieces(norm: str, levels: Mapping[int, int] | None = None) -> list[Piece]:
    """The non-empty lines of a normalised text.

    ``levels`` gives the level of headings that are known by their style, by the offset where their line begins.
    """
    found: list[Piece] = []
    position = 0
    known = levels or {}
    for number, raw in enumerate(norm.split("\n"), start=1):
        level = known.get(position)
        for start, end in itertools.pairwise([0, *_cuts(raw), len(raw)]):
            part = raw[start:end]
            body = part.strip()
            if body:
                begin = position + start + len(part) - len(part.lstrip())
                found.append(Piece(begin, begin + len(body), number, body, read_mark(body), level))
                level = None
        position += len(raw) + 1
    return found


def _cuts(raw: str) -> list[int]:
    if is_unbroken(raw):
        return cuts(raw)
    found = [m.start() for m in _BREAK.finditer(raw) if m.start()]
    # A heading whose label follows in the same line without any stop between: 1.账目不清整改情况:…
    label = _LABEL_INSIDE.search(raw, 1, _HEADING_REACH)
    if label and label.start() not in found and read_mark(raw.lstrip()) and "。" not in raw[: label.start()]:
        found = sorted([*found, label.start()])
    return found


def mend(lines: list[Piece], begin: int) -> tuple[list[Piece], list[Remark]]:
    """The lines with marks restored that lost their first character (、 for 二、), from ``begin`` on; one remark each.

    A number is taken from the mark before it in the same style; one that cannot be known stays unread.
    """
    mended = list(lines)
    remarks: list[Remark] = []
    last: dict[str, int] = {}
    ahead = _marks_ahead(lines)
    comma = any(
        p.mark and p.mark.style == "digit" and p.norm[: p.mark.length].rstrip().endswith("、") for p in lines
    )
    for index in range(begin, len(lines)):
        piece = lines[index]
        mark = _whole_number(piece.mark, last) if piece.mark else None
        if mark is None:
            labelled = index + 1 < len(lines) and bool(_LABEL.match(lines[index + 1].norm))
            mark = _restored(piece, last, ahead[index], comma=comma, labelled=labelled)
        if mark is None:
            continue
        if mark is not piece.mark:
            mended[index] = replace(piece, mark=mark)
            remarks.append(Remark("mark.lost", piece.line, {"text": piece.norm[:20], "read": mark.printed}))
        last[mark.style] = mark.number
        for style, rank in RANK.items():
            if rank > RANK[mark.style]:
                last.pop(style, None)
    return mended, remarks


def _marks_ahead(lines: list[Piece]) -> list[tuple[int, int]]:
    """For each line the number of the next 一、 and of the next 1. after it (0 for none)."""
    found: list[tuple[int, int]] = []
    cn = digit = 0
    for piece in reversed(lines):
        found.append((cn, digit))
        if piece.mark and piece.mark.style == "cn":
            cn = piece.mark.number
        elif piece.mark and piece.mark.style == "digit":
            digit = piece.mark.number
    return found[::-1]


def _whole_number(mark: Mark, last: dict[str, int]) -> Mark:
    """12. that reads 2. after 11.: its first character was lost. A list may begin again at one, so 1 stays 1."""
    wanted = last.get(mark.style, 0) + 1
    if not 11 <= wanted < 100 or mark.number in (0, 1, wanted):
        return mark
    if not written(mark.style, wanted).endswith(mark.printed):
        return mark
    return replace(mark, number=wanted, printed=written(mark.style, wanted), lost=True)


def _restored(
    piece: Piece, last: dict[str, int], ahead: tuple[int, int], *, comma: bool, labelled: bool
) -> Mark | None:
    left = read_lost_mark(piece.norm)
    if left is None or len(piece.norm) > _HEADING_REACH or re.search(r"[。;!?].", piece.norm):
        return None
    if left.number or left.style == "item":
        return left
    style = left.style
    if style == "cn" and comma and ahead[0] != last.get("cn", 0) + 2:
        style = "digit"
    number = last.get(style, 0) + 1
    follows = ahead[0 if style == "cn" else 1] == 2
    if (number == 1 and not follows and not labelled) or number > 99:
        return None
    return replace(left, style=style, number=number, printed=written(style, number))
