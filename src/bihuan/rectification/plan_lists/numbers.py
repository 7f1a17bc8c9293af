"""Numbers, names and texts as people write them into cells."""

from __future__ import annotations

import re
import unicodedata

_CN = {c: i for i, c in enumerate("零一二三四五六七八九")}
_CN_NUMBER = re.compile(r"[零〇一二三四五六七八九十百]+")
_DROP = re.compile(r"第|项|条|号|问题|措施|任务|编号|序号|整改|具体|小")
_LEADING = re.compile(
    r"^\s*(?P<no>[（(]\s*(?:[一二三四五六七八九十]{1,3}|\d{1,2})\s*[)）]"
    r"|(?:[一二三四五六七八九十]{1,3}|\d{1,2})\s*(?=[、．.](?!\d))"
    r"|[①-⑳]|\d{1,2}\s*[)）])\s*[、．.]?\s*"
)
_SEPARATORS = re.compile(r"[、，,;；\n/]+")
_SPACED_NAMES = re.compile(r"[\u4e00-\u9fff·]{2,6}(?:[ \u3000]+[\u4e00-\u9fff·]{2,6})+")


def chinese_number(text: str) -> int | None:
    """一 to 九百九十九 as a number, None for anything else."""
    total = digit = 0
    for char in text.replace("〇", "零"):
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        elif char in _CN:
            digit = _CN[char]
        else:
            return None
    return total + digit


def number_key(text: str) -> str:
    """A number for comparison: 一-1, （一）1. and 第1项-01 become 1-1; empty when there is no number in it."""
    folded = unicodedata.normalize("NFKC", text)
    folded = _DROP.sub("", re.sub(r"\s+", "", folded))
    folded = _CN_NUMBER.sub(lambda m: f"-{chinese_number(m[0])}-", folded)
    parts = [part for part in re.split(r"[^0-9A-Za-z]+", folded) if part]
    return "-".join(part.lstrip("0") or "0" if part.isdigit() else part.casefold() for part in parts)


def leading_number(text: str) -> tuple[str, str]:
    """(the number a text begins with, the rest): "（1）案件" -> ("（1）", "案件"); ("", text) when there is none."""
    found = _LEADING.match(text)
    if not found:
        return "", text
    return re.sub(r"\s+", "", found["no"]), text[found.end() :]


def numbered_parts(text: str) -> list[str]:
    """The items of a cell whose lines are numbered 1, 2, 3 ... in order; [] when they are not two or more such items."""
    parts: list[str] = []
    for line in text.split("\n"):
        number, _rest = leading_number(line)
        if number and number_key(number) == str(len(parts) + 1):
            parts.append(line.strip())
        elif parts:
            parts[-1] += "\n" + line
        else:
            return []
    return parts if len(parts) > 1 else []


def names(text: str) -> tuple[str, ...]:
    """Names set apart by 、 ， ； / line ends, or by spaces where each is a name; each once, in order."""
    found: list[str] = []
    for part in _SEPARATORS.split(text):
        whole = part.strip()
        pieces = whole.split() if _SPACED_NAMES.fullmatch(whole) else [whole]
        found.extend(piece for piece in pieces if piece)
    return tuple(dict.fromkeys(found))


def same_text(one: str, other: str) -> bool:
    """Whether two texts say the same: spaces, widths and a leading number do not matter."""
    return text_key(one) == text_key(other)


def text_key(text: str) -> str:
    """A text for comparison."""
    folded = unicodedata.normalize("NFKC", leading_number(text)[1])
    return re.sub(r"[\s，。；、：,.;:]+", "", folded)
