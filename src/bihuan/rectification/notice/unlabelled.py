"""Notices whose problems carry no label (整改情况:): their headings say themselves what they are about.

A heading that begins with 关于 or 针对 and names a problem (or quotes it) is one; what stands under it, in the same paragraph or
in those that follow, is its text. Other numbers inside that text are items of it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from .headings import LabelMark, Node, heading_like
from .lines import Piece
from .marks import RANK
from .structure import Tree, is_aspect

_NAMED = re.compile(
    r"(?:(?:针对|关于|对于?)[^。;:]{0,80}?问题(?:的?(?:整改|落实)(?:落实|进展|完成)?(?:情况)?)?|(?:针对|关于)\s*[“\"][^。]{1,80}?[”\"][^。;:]{0,16}"
    r"|(?:巡察|巡视)?反馈(?:的)?问题\s*:[^。;]{2,80})(?P<stop>[。:;]\s*|$)"
)


def is_named(piece: Piece) -> bool:
    """Whether a numbered line is headed by a problem (its text may follow in the same line)."""
    return piece.mark is not None and bool(_NAMED.match(piece.norm[piece.mark.length :]))


def count_named(lines: list[Piece]) -> int:
    """How many problems are named and followed by a text: that many labels were left out."""
    found = 0
    for index, piece in enumerate(lines):
        match = _NAMED.match(piece.norm[piece.mark.length :]) if piece.mark else None
        if piece.mark and match:
            rest = piece.norm[piece.mark.length + match.end() :]
            after = lines[index + 1] if index + 1 < len(lines) else None
            found += bool(rest) or (after is not None and after.mark is None) or _item_follows(piece, after)
    return found


def _item_follows(piece: Piece, after: Piece | None) -> bool:
    """Whether the next line is an item of the problem's text and no heading."""
    if after is None or after.mark is None or piece.mark is None or is_named(after):
        return False
    return RANK[after.mark.style] > RANK[piece.mark.style]


def without_inner_marks(lines: list[Piece]) -> list[Piece]:
    """The lines with run-in headings on a line of their own, and without the marks of items inside a problem's text."""
    found: list[Piece] = []
    named = [RANK[p.mark.style] for p in lines if p.mark and is_named(p)]
    shallowest = min(named, default=0)
    inside = False
    for piece in lines:
        mark = piece.mark
        if mark is None:
            found.append(piece)
        elif (match := _NAMED.match(piece.norm[mark.length :])) is not None:
            inside = True
            found += _split(piece, mark.length + match.end())
        elif inside and RANK[mark.style] >= shallowest and not _aspect(piece):
            found.append(replace(piece, mark=None))
        else:
            inside = inside and RANK[mark.style] >= shallowest
            found.append(piece)
    return found


def _aspect(piece: Piece) -> bool:
    return piece.mark is not None and heading_like(piece.norm) and is_aspect(piece.norm[piece.mark.length :])


def _split(piece: Piece, at: int) -> list[Piece]:
    """A heading and the text that runs on in its line."""
    rest = piece.norm[at:]
    if not rest.strip():
        return [piece]
    head = piece.norm[:at].rstrip()
    begin = piece.start + at + len(rest) - len(rest.lstrip())
    return [
        replace(piece, end=piece.start + len(head), norm=head),
        Piece(begin, piece.end, piece.line, rest.strip()),
    ]


def label_named(tree: Tree) -> None:
    """Let the text under each named problem stand as if a label opened it."""
    for node in tree.nodes():
        if node.notes and not node.children and is_named(node.pieces[0]):
            _take_notes(node)


def _take_notes(node: Node) -> None:
    node.label = LabelMark("", 0, colon=True)
    node.label_start = node.body_start = node.notes[0].start
    node.label_row = node.notes[0].line
    node.body, node.notes = node.notes, []
