"""The two versions of a notice: all of it for inside the Party; for the public without what an approved ground keeps out, numbered anew so
that no gap shows, its figures counted over what it tells of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bihuan.kernel import log
from bihuan.law.numbers import in_chinese
from bihuan.rectification import selectors as rectification

from ..models import NoticeSection, PublicNotice, SectionKind
from . import figures

PUBLIC, INTERNAL = "public", "internal"
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Block:
    """A piece of the notice: title, heading, entry (a heading of the second level), para, sign."""

    kind: str
    text: str


@dataclass(frozen=True)
class Version:
    """What one of the versions says, and the figures in it."""

    blocks: tuple[Block, ...]
    values: Mapping[str, figures.Filled]

    @property
    def text(self) -> str:
        """As plain text, a line a block: what is digested and compared."""
        return "\n".join(block.text for block in self.blocks)

    @property
    def digests(self) -> tuple[str, str]:
        """(SM3, SHA-256) of the text."""
        return log.digests(self.text.encode())


def version(notice: PublicNotice, which: str) -> Version:
    """A version: as it was frozen, or as it would be now."""
    if notice.locked:
        held = notice.locked[which]
        values = {one["name"]: figures.Filled(**one) for one in held["figures"]}
        return Version(tuple(Block(kind, text) for kind, text in held["blocks"]), values)
    return drawn(notice, list(notice.sections.filter(voided_at=None).order_by("order", "pk")), which)


def drawn(notice: PublicNotice, sections: Sequence[NoticeSection], which: str) -> Version:
    """A version of these sections, with the figures of now."""
    shown = [one for one in sections if which == INTERNAL or not one.ground]
    told = {one.problem_id for one in shown if one.problem_id}
    problems = [one for one in rectification.told_problems(notice.round) if one.pk in told]
    values = figures.filled(rectification.told_counts(notice.round, problems), problems)
    blocks = [Block("title", notice.title)]
    part = entry = 0
    for one in shown:
        if one.kind == SectionKind.ENTRY:
            if not entry:
                part += 1
                blocks.append(Block("heading", f"{in_chinese(part)}、整改事项进展"))
            entry += 1
            blocks.append(Block("entry", f"（{in_chinese(entry)}）{one.heading}"))
        elif one.heading:
            part += 1
            blocks.append(Block("heading", f"{in_chinese(part)}、{one.heading}"))
        blocks += [Block("para", line.strip()) for line in figures.put(one.text, values).split("\n") if line.strip()]
    blocks.append(Block("sign", notice.signed_by))
    return Version(tuple(blocks), values)


def frozen(made: Version) -> dict[str, Any]:
    """A version as it is kept: blocks, the figures used, digests."""
    sm3, sha256 = made.digests
    return {
        "blocks": [[block.kind, block.text] for block in made.blocks],
        "figures": [one.as_json() for one in made.values.values()],
        "sm3": sm3,
        "sha256": sha256,
    }


def first_difference(vetted: str, published: str) -> tuple[int, str, str] | None:
    """Where a text differs from the vetted one: line, its words there, and the vetted ones. Blanks and blank lines say nothing."""
    one, other = _lines(vetted), _lines(published)
    for place in range(max(len(one), len(other))):
        here = one[place] if place < len(one) else ""
        there = other[place] if place < len(other) else ""
        if here != there:
            return place + 1, there, here
    return None


def _lines(text: str) -> list[str]:
    return [line for one in text.splitlines() if (line := _BLANK.sub("", one))]
