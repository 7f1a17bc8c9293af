"""Characters that a PDF gives as the radical of the same look (⽉ for 月): programs that write a PDF from shaped glyphs cannot
tell the two apart. Each maps to exactly one character, so offsets stay."""

from __future__ import annotations

import unicodedata

# Kangxi radicals have their character as compatibility form; the supplement mostly lacks it.
_SUPPLEMENT = (
    "⺁厂 ⺒巳 ⺝月 ⺟母 ⺠民 ⺮竹 ⺶羊 ⻁虎 ⻄西 ⻅见 ⻆角 ⻉贝 ⻋车 ⻓长 ⻔门 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻢马 ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 "
    "⻨麦 ⻩黄 ⻪黾 ⻬齐 ⻮齿 ⻰龙 ⻳龟"
)
TABLE: dict[int, str] = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
TABLE |= {ord(pair[0]): pair[1] for pair in _SUPPLEMENT.split()}


def unified(text: str) -> str:
    """The text with characters in the place of radicals."""
    return text.translate(TABLE)
