"""Text as tokens, the same for what is stored and for what is asked.

Every Chinese character is a token, every run of letters and every run of digits too; all else (punctuation, brackets, blanks,
symbols) only separates. So a word of any length is found by asking for its characters one after the other, exactly and
without a dictionary; and it does not matter how wide a bracket or a digit was typed.

    （2026）云0102民初12号  ->  2026 云 102 民 初 12 号
    二-３-05              ->  二 3 5
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

VERSION = "1"
"""Counted up when the same text would give other tokens: the indexes are then made anew."""

# Ideographs of all planes, their iteration mark and zero, kana, hangul syllables: a token each.
_SINGLE = (
    "\u3005\u3007\u3021-\u3029\u3040-\u309f\u30a0-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    "\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"[{_SINGLE}]|\d+|[^\W\d_{_SINGLE}]+")
_DAY = re.compile(r"(?P<year>\d{4})\s*([-/.])\s*(?P<month>\d{1,2})(\s*\2\s*(?P<day>\d{1,2}))?")
_DAY_IN_WORDS = re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月((?P<day>\d{1,2})日)?")

MAX_TERMS = 8
MAX_TOKENS = 60
"""Tokens of one term: nobody looks for a longer phrase, and the overlap of split texts is counted by it."""
SHORT_NUMBER = 4
"""A number of fewer digits means itself; a longer one may be the beginning of a longer one still (a phone, a file number)."""

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """What is asked for in one word: one of `phrases` has to stand in the text. `prefix`: the last token may go on."""

    phrases: tuple[Phrase, ...]
    prefix: bool = False


def tokens(text: str) -> list[str]:
    """The tokens of a text, in order."""
    plain = unicodedata.normalize("NFKC", text).lower()
    found = _TOKEN.findall(plain)
    return found if "0" not in plain else [_plain(token) if token[0] == "0" else token for token in found]


def _plain(token: str) -> str:
    """Digits without leading zeros: who types 二-3-5 means 二-3-05."""
    return (token.lstrip("0") or "0") if token[0].isdecimal() else token


def terms(text: str) -> list[Term]:
    """What is asked for, term by term (blanks divide them); nothing where there is neither letter nor digit."""
    found: list[Term] = []
    asked = unicodedata.normalize("NFKC", text).lower()
    for word in asked.split():
        term = _term(word)
        if term is not None and term not in found:
            found.append(term)
    return found[:MAX_TERMS]


def _term(word: str) -> Term | None:
    raw = _TOKEN.findall(word)[:MAX_TOKENS]
    if not raw:
        return None
    phrase = tuple(_plain(token) for token in raw)
    day = _DAY.fullmatch(word) or _DAY_IN_WORDS.fullmatch(word)
    if day is not None:
        return Term(tuple(dict.fromkeys([phrase, *_days(day)])))
    return Term((phrase,), prefix=_goes_on(raw[-1]))


def _days(found: re.Match[str]) -> Iterable[Phrase]:
    """A day or month both in figures and in words, however it was typed."""
    year, month, day = (_plain(part) if part else "" for part in found.group("year", "month", "day"))
    yield (year, month, day) if day else (year, month)
    yield (year, "年", month, "月", day, "日") if day else (year, "年", month, "月")


def _goes_on(token: str) -> bool:
    """Whether the last token of a term may be the beginning of a longer one: letters, and numbers that are long already."""
    if token[0].isdecimal():
        return len(token) >= SHORT_NUMBER
    return not re.fullmatch(f"[{_SINGLE}]", token)


def spans(text: str) -> list[tuple[str, int, int]]:
    """(token, start, end) with places in the text as it was written, for marking what was found."""
    plain, places = [], []
    for place, character in enumerate(text):
        for one in unicodedata.normalize("NFKC", character).lower():
            plain.append(one)
            places.append(place)
    return [
        (_plain(found.group()), places[found.start()], places[found.end() - 1] + 1)
        for found in _TOKEN.finditer("".join(plain))
    ]
