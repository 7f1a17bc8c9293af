"""How alike two wordings are, which rows of two lists belong together, and the characters in which two wordings differ."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

ALIKE = 0.55
"""Two problems (parts, rules) at least so alike are taken for the same."""
ALIKE_MEASURES = 0.45
"""Measures are told again in other words more often than problems are."""
Segments = list[tuple[str, str]]
"""("same" | "only", text): what both sides say, and what this side alone says."""


def bare(text: str) -> str:
    """The words alone: no punctuation, blanks, or the frame “关于……的问题”."""
    plain = re.sub(r"[\W_]+", "", text)
    return re.sub(r"^关于|(?:的|方面)*问题$", "", plain)


def likeness(first: str, second: str) -> float:
    """How alike two wordings are, from 0 to 1; one that holds most of the other counts as alike too (a
    measure told again with its results)."""
    a, b = bare(first), bare(second)
    if a == b:
        return 1.0
    if not _pairs(a) & _pairs(b):
        return 0.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    shared = sum(block.size for block in matcher.get_matching_blocks() if block.size > 1)
    held = shared / max(1, min(len(a), len(b)))
    return max(matcher.ratio(), 0.9 * held if held > 0.5 and min(len(a), len(b)) > 5 else 0.0)


def _pairs(text: str) -> set[str]:
    return {text[n : n + 2] for n in range(len(text) - 1)} or {text}


def matched(
    said: Sequence[str],
    held: Sequence[Sequence[str]],
    *,
    fixed: Mapping[int, int | None] | None = None,
    least: float = ALIKE,
) -> list[tuple[int | None, int | None, float]]:
    """Pairs of positions with their likeness, the most alike first taken; then what is left on either side.

    `held`: the wordings of each row of the other list. `fixed`: pairs a person chose (None: belongs to nothing), which come first.
    """
    pairs: dict[int, int | None] = dict(fixed or {})
    taken = {j for j in pairs.values() if j is not None}
    scores = [
        (max(likeness(text, wording) for wording in wordings), -i, -j)
        for i, text in enumerate(said)
        if i not in pairs
        for j, wordings in enumerate(held)
        if j not in taken
    ]
    for score, i, j in sorted(scores, reverse=True):
        if score >= least and -i not in pairs and -j not in taken:
            pairs[-i] = -j
            taken.add(-j)
    found: list[tuple[int | None, int | None, float]] = []
    for i, text in enumerate(said):
        other = pairs.get(i)
        alike = max((likeness(text, w) for w in held[other]), default=0.0) if other is not None else 0.0
        found.append((i, other, alike))
    return found + [(None, j, 0.0) for j in range(len(held)) if j not in taken]


def both_sides(first: str, second: str) -> tuple[Segments, Segments]:
    """The two wordings cut where they differ; where only punctuation or blanks differ, nothing is marked."""
    one: Segments = []
    other: Segments = []
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        kind = "only" if tag != "equal" and re.search(r"\w", first[a:b] + second[c:d]) else "same"
        if b > a:
            one.append((kind, first[a:b]))
        if d > c:
            other.append((kind, second[c:d]))
    return one, other
