"""Marks that open a heading: 一、 (一) 反馈问题一: 1. (1) ①, or none at all where only the style of the line says so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .normalise import chinese_number

CN = "[一二三四五六七八九十百]{1,4}"
_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("item", re.compile(rf"(?:巡察|巡视)?(?:反馈)?(?:的)?问题\s*(?P<no>{CN}|\d{{1,3}})\s*[:、.]\s*")),
    ("item", re.compile(rf"(?:巡察|巡视)?反馈(?:的)?问题\s*(?P<no>{CN}|\d{{1,3}})\s*(?=关于|[“\"])")),
    ("item", re.compile(r"(?:巡察|巡视)?反馈(?:的)?问题\s*:\s*(?P<no>)")),
    ("cn", re.compile(rf"第?(?P<no>{CN})\s*[、.]\s*")),
    ("cn_paren", re.compile(rf"\(\s*(?P<no>{CN})\s*\)\s*[、.]?\s*")),
    ("cn_paren", re.compile(r"(?P<no>[㈠-㈩])\s*[、.]?\s*")),
    ("digit_paren", re.compile(r"\(\s*(?P<no>\d{1,3})\s*\)\s*[、.]?\s*")),
    ("digit_paren", re.compile(r"(?P<no>[⑴-⒇])\s*")),
    ("digit_paren", re.compile(r"(?P<no>\d{1,2})\)\s*")),
    ("digit", re.compile(r"(?P<no>\d{1,3})\s*[.、](?!\d)\s*")),
    # 1.2 登记不全, but no figure: 2.1亿元
    ("dotted", re.compile(r"(?P<no>\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)[.、\s]*(?=[\u4e00-\u9fff“])(?![个百千万亿元件人天年月倍])")),
    ("digit", re.compile(r"(?P<no>[⒈-⒛])\s*")),
    ("circle", re.compile(r"(?P<no>[①-⑳])\s*")),
)
RANK = {"cn": 0, "cn_paren": 1, "item": 2, "plain": 2, "digit": 3, "dotted": 4, "digit_paren": 5, "circle": 6}

# Where the first character of a paragraph was lost: what is left of each mark.
_LOST: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("item", re.compile(rf"[察视馈](?:反馈)?(?:的)?问题\s*(?P<no>{CN}|\d{{1,3}})\s*[:、.]\s*")),
    ("item", re.compile(r"馈(?:的)?问题\s*:\s*(?P<no>)")),
    ("cn_paren", re.compile(rf"(?P<no>{CN})\s*\)\s*[、.]?\s*")),
    ("digit", re.compile(r"(?P<no>)\.\s*(?=[\u4e00-\u9fff“\"《])")),
    ("cn", re.compile(r"(?P<no>)、\s*(?=[\u4e00-\u9fff“\"《])")),
)
_CN_DIGITS = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading mark: its style, its number (0 when it has none), as printed, and where the title begins.

    ``lost`` says that its first character is missing from the text and was taken from the marks around it.
    """

    style: str
    number: int
    printed: str
    length: int
    lost: bool = False


def read_mark(norm: str) -> Mark | None:
    """The mark at the start of a normalised line, or None."""
    return _match(norm, _MARKS, lost=False)


def read_lost_mark(norm: str) -> Mark | None:
    """What is left of a mark whose first character was lost, its number 0 when that was the number."""
    return _match(norm, _LOST, lost=True)


def _match(norm: str, patterns: tuple[tuple[str, re.Pattern[str]], ...], *, lost: bool) -> Mark | None:
    for style, pattern in patterns:
        match = pattern.match(norm)
        if match is None or match.end() == len(norm):
            continue
        raw = match["no"]
        last = raw.rpartition(".")[2] if style == "dotted" else raw
        number = chinese_number(_single(last)) or 0 if raw else 0
        return Mark(style, number, raw, match.end(), lost)
    return None


def _single(mark: str) -> str:
    if len(mark) == 1:
        for first in "①⑴⒈㈠":
            if 0 <= ord(mark) - ord(first) < (10 if first == "㈠" else 20):
                return str(ord(mark) - ord(first) + 1)
    return mark


def written(style: str, number: int) -> str:
    """A number as its style of mark prints it: 十一 for 一、 (一) 反馈问题一, 11 for the others. Below a hundred."""
    if style not in ("cn", "cn_paren", "item"):
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _CN_DIGITS[tens - 1] + "十"
    return head + (_CN_DIGITS[ones - 1] if ones else "")


def printed_with(style: str, number: str) -> str:
    """The mark whole, as a section is named: 一、 (一) 1. (1)."""
    frame = {"cn": "%s、", "cn_paren": "(%s)", "digit": "%s.", "digit_paren": "(%s)"}
    return frame.get(style, "%s") % number
