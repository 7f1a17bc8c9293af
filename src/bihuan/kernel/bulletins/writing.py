"""The words of a bulletin: paragraphs people write, in which `{措施完成率}` is the figure of that title (or, as a template says it, name)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from .. import places
from ..errors import Refused
from ..places import NAME, Piece, pieces
from ..wording import Message, wording
from .computing import Result
from .declaring import COURT_LANGUAGE, Kind

UNKNOWN = wording(
    "bulletins.unknown_name", _("“%(passage)s”里的 {%(name)s} 不是本种通报的数据。可以写：%(known)s；或删去花括号。")
)
MISSING = wording("bulletins.missing_text", _("“%(passage)s”还没有内容，不能送签。请先填写。"))


def openings(kind: Kind) -> dict[str, str]:
    """What stands in the passages at first, in the court's language, the figures by their titles."""
    held = titles(kind)
    with translation.override(COURT_LANGUAGE):
        return {
            one.name: NAME.sub(lambda match: f"{{{held.get(match[1], match[1])}}}", str(one.opening))
            for one in kind.words
        }


def titles(kind: Kind) -> dict[str, str]:
    """Name -> title of the figures that may stand in words, in the court's language."""
    with translation.override(COURT_LANGUAGE):
        return {one.name: str(one.title) for one in kind.figures}


def checked(kind: Kind, texts: Mapping[str, str]) -> dict[str, str]:
    """The passages of the kind, trimmed. Raises Refused for a name in braces that is no figure of it."""
    known = titles(kind)
    wrong: list[Message] = []
    found: dict[str, str] = {}
    for one in kind.words:
        text = texts.get(one.name, "").replace("\r\n", "\n").strip()
        found[one.name] = text
        for name in dict.fromkeys(NAME.findall(text)):
            if name not in known and name not in known.values():
                told = [f"{{{title}}}" for title in known.values()]
                wrong.append(Message(UNKNOWN, {"passage": str(one.title), "name": name, "known": told}))
    if wrong:
        raise Refused(wrong)
    return found


def missing(kind: Kind, texts: Mapping[str, str]) -> list[Message]:
    """The passages that must not be empty and are."""
    return [
        Message(MISSING, {"passage": str(one.title)}) for one in kind.words if one.required and not texts.get(one.name)
    ]


def paragraphs(text: str, figures: Mapping[str, Result]) -> list[list[Piece]]:
    """The paragraphs of a passage with its figures filled in; a name that is no figure stays as it was typed."""
    held = {one.title: one for one in figures.values() if one.sort == "figure"} | dict(figures)

    def filled(name: str) -> Piece | None:
        one = held.get(name)
        return Piece(one.shown or "—", one.name) if one is not None else None

    return [pieces(line.strip(), filled) for line in text.splitlines() if line.strip()]


def plain(text: str, figures: Mapping[str, Result]) -> list[str]:
    """The same as plain text."""
    return [places.plain(one) for one in paragraphs(text, figures)]
