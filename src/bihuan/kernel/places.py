"""Names in braces in a text that people write, `{措施完成率}`: what fills them is a figure, so that no number in a sentence is typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

NAME = re.compile(r"\{\s*([^{}\n]{1,80}?)\s*\}")


class Piece(NamedTuple):
    """A piece of a text: plain, or what is shown for the figure `name`."""

    text: str
    name: str = ""


def pieces(text: str, filled: Callable[[str], Piece | None]) -> list[Piece]:
    """The text in pieces; a name that nothing fills stays as it was typed."""
    found: list[Piece] = []
    end = 0
    for match in NAME.finditer(text):
        held = filled(match[1])
        if held is not None:
            found += [Piece(text[end : match.start()]), held]
            end = match.end()
    return [piece for piece in (*found, Piece(text[end:])) if piece.text]


def plain(found: list[Piece]) -> str:
    """The pieces as one text."""
    return "".join(piece.text for piece in found)
