"""The text in one spelling, character for character, so that every offset still points into the original."""

from __future__ import annotations

from .radicals import TABLE as _RADICALS
from .traditional import TABLE as _SIMPLIFIED

# Full-width ASCII, and the marks a web page or an input method may put in place of the plain one. Each maps to
# exactly one character: the normalised text is as long as the original.
_TABLE: dict[int, str] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_TABLE |= {ord(c): " " for c in "\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff\t\v\f"}
_TABLE |= {ord(c): "-" for c in "—–−‐―~～〜─"}
_TABLE |= {ord("﹪"): "%", ord("︰"): ":", ord("∶"): ":", ord("﹕"): ":", ord("﹔"): ";", ord("﹐"): ","}
_TABLE |= {ord("「"): "“", ord("」"): "”", ord("『"): "“", ord("』"): "”", ord("〝"): "“", ord("〞"): "”"}
_TABLE |= {0x2028: "\n", 0x2029: "\n", 0x85: "\n"}
_TABLE |= _SIMPLIFIED
_TABLE |= _RADICALS
_TABLE |= {ord("﹙"): "(", ord("﹚"): ")", ord("。"): "。", ord("｡"): "。", ord("〇"): "〇", ord("○"): "〇"}

CN_DIGITS = "〇零一二三四五六七八九十百"
_CN_VALUE = {
    "〇": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}

# The words that open the rectification text of a problem, the longest first.
LABEL_WORDS = (
    "整改措施及整改成效",
    "整改措施和整改成效",
    "整改措施及成效",
    "整改措施和成效",
    "整改措施与成效",
    "整改措施及落实情况",
    "整改落实完成情况",
    "整改落实情况",
    "整改进展情况",
    "整改完成情况",
    "整改工作情况",
    "整改情况",
    "整改措施",
    "整改成效",
    "整改进展",
    "整改结果",
    "整改成果",
    "整改落实",
    "落实整改情况",
    "落实情况",
)
LABEL = "|".join(LABEL_WORDS)
# With its colon a label may be worded freely (整改措施落实及成效:).
_PARTS = "整改|措施|举措|做法|落实|进展|完成|工作|推进|任务|取得的?|阶段性?|及|和|与|以及|、"
_FREE = rf"(?:具体|主要)?(?:整改|推进|落实|完成)(?:{_PARTS}){{0,6}}(?:措施|举措|做法|落实|进展|完成|结果|成效|成果|情况)"
LABEL_FREE = rf"(?:{LABEL}|{_FREE})"
LABEL_COLON = rf"(?<![将就把])[【\[]?{LABEL_FREE}(?:如下)?[】\]]?\s*:"
# In the middle of a line a label without anything before it to end the heading begins with 整改: 程序未落实整改情况:…
LABEL_INSIDE = rf"(?<![将就把])(?:具体)?[【\[]?(?=整改)(?!整改(?:落实|进展|完成)?整改){LABEL_FREE}(?:如下)?[】\]]?\s*:"


def normalise(text: str) -> str:
    """The same text with one spelling of digits, brackets, colons and blanks; ``len`` is unchanged."""
    plain = text.translate(_TABLE)
    return plain.replace("\r", " " if "\n" in plain else "\n")


def chinese_number(text: str) -> int | None:
    """``十一`` -> 11, ``二十`` -> 20, ``3`` -> 3; None when it is no number below a thousand."""
    if text.isascii() and text.isdigit():
        return int(text)
    total = current = 0
    for char in text:
        if char == "百":
            total += (current or 1) * 100
            current = 0
        elif char == "十":
            total += (current or 1) * 10
            current = 0
        elif char in _CN_VALUE:
            current = _CN_VALUE[char]
        else:
            return None
    return total + current if text else None
