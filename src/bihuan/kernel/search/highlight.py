"""Marking what was found in a text, as it was written."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from .tokens import Term, spans

AROUND = 36
"""Characters shown before and after the first place that was found."""


def places(text: str, asked: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the terms stand in the text: (start, end), in order, overlapping ones made one."""
    tokens = spans(text)
    found = []
    for term in asked:
        for phrase in term.phrases:
            for first in range(len(tokens) - len(phrase) + 1):
                if _stands(tokens, first, phrase, term.prefix):
                    found.append((tokens[first][1], tokens[first + len(phrase) - 1][2]))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _stands(tokens: Sequence[tuple[str, int, int]], first: int, phrase: Sequence[str], prefix: bool) -> bool:
    for number, wanted in enumerate(phrase):
        token = tokens[first + number][0]
        last = number == len(phrase) - 1
        if token != wanted and not (last and prefix and token.startswith(wanted)):
            return False
    return True


def marked(text: str, asked: Sequence[Term]) -> SafeString:
    """The text as HTML, with what was found in `<mark>`."""
    return _marked(text, places(text, asked))


def snippet(text: str, asked: Sequence[Term]) -> SafeString:
    """What stands around the first place that was found, marked; "" where nothing was."""
    found = places(text, asked)
    if not found:
        return mark_safe("")
    start, end = max(0, found[0][0] - AROUND), min(len(text), found[0][1] + 2 * AROUND)
    inside = [(a - start, min(b, end) - start) for a, b in found if a < end]
    body = _marked(text[start:end], inside)
    return mark_safe(f"{'…' if start else ''}{body}{'…' if end < len(text) else ''}")  # noqa: S308  escaped below


def _marked(text: str, found: Sequence[tuple[int, int]]) -> SafeString:
    parts, last = [], 0
    for start, end in found:
        parts += [escape(text[last:start]), "<mark>", escape(text[start:end]), "</mark>"]
        last = end
    return mark_safe("".join([*parts, escape(text[last:])]))  # noqa: S308  every part of the text is escaped
