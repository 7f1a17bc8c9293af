"""What is wrong with a template, and at which place: said to whoever uploads it, before anything is issued."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..errors import Refused
from ..wording import Message, wording

FAULT = wording("official.fault", _("%(place)s：%(why)s%(do)s"))
FAULT_OF_FILE = wording("official.fault_of_file", _("%(why)s%(do)s"))
PLACE = wording("official.place", _("%(part)s第 %(paragraph)s 段“%(around)s”"))
PARTS = {
    "body": wording("official.part.body", _("正文")),
    "header": wording("official.part.header", _("页眉")),
    "footer": wording("official.part.footer", _("页脚")),
    "footnotes": wording("official.part.footnotes", _("脚注")),
}

WHY = {
    name: wording(f"official.why.{name}", text)
    for name, text in {
        "file": _("%(reason)s"),
        "unreadable": _("文件不是完整的 Word 文档（.docx）。"),
        "outside": _("文件引用了外部内容（%(target)s）。"),
        "embedded": _("文件内嵌有其他文件（%(target)s）。"),
        "field": _("文件含有会读取外部内容的域（%(target)s）。"),
        "part_size": _("部件“%(part)s”有 %(size_mb)s MB，超过上限 %(limit_mb)s MB。"),
        "unclosed_tag": _("占位标记没有在同一段内写完。"),
        "broken_tag": _("占位标记中间夹有换行、制表符、域或修订。"),
        "full_width": _("占位标记用了全角的括号。"),
        "syntax": _("占位标记写法有误（%(error)s）。"),
        "expression": _("占位标记里有不能使用的写法（%(what)s）。"),
        "unknown": _("没有名为“%(name)s”的内容。"),
        "no_part": _("“%(name)s”没有“%(part)s”这一项。"),
        "not_list": _("“%(name)s”不是可以逐项列出的内容。"),
        "is_list": _("“%(name)s”有多项，不能直接写出。"),
        "open": _("“%(tag)s”没有与之对应的“%(end)s”。"),
        "no_start": _("“%(tag)s”前面没有与之对应的开头。"),
        "crosses": _("“%(tag)s”与“%(end)s”不在同一段内。"),
        "kinds_differ": _("“%(tag)s”与“%(end)s”的种类不同。"),
        "not_alone": _("“%(tag)s”所在的段落或表格行里还有别的文字，生成时会丢失。"),
        "not_in_row": _("“%(tag)s”不在表格里。"),
        "too_large": _("生成的文书过大或循环过多，已停止。"),
        "result": _("套用模板后得不到完整的 Word 文档（%(error)s）。"),
    }.items()
}
DO = {"none": wording("official.do.none", "")} | {
    name: wording(f"official.do.{name}", text)
    for name, text in {
        "resave": _("请用 Word 或 WPS 另存为 .docx 后再传。"),
        "outside": _("请把图片等内容直接插入文件，去掉链接后再传。"),
        "shrink": _("请删去模板里多余的内容。"),
        "one_paragraph": _("请删掉重打，从“{{”到“}}”（或“{%%”到“%%}”）写在同一段里，中间不换行。"),
        "half_width": _("请改用半角的 {{ }} 和 {%% %%}。"),
        "retype": _("请对照“可用的名称”改正后再传。"),
        "plain": _("模板只放内容，不做计算，也不调用函数；数据由系统算好后填入。"),
        "closest": _("是否想写“%(closest)s”？"),
        "names": _("可用的有：%(names)s。"),
        "loop": _("请用“{%%p for … in … %%}”逐项列出。"),
        "no_loop": _("请直接写“{{ … }}”。"),
        "add_end": _("请补上“%(end)s”。"),
        "remove": _("请删去它，或补上开头。"),
        "own_paragraph": _("跨段的请用“{%%p … %%}”各占一段，跨表格行的用“{%%tr … %%}”各占一行。"),
        "same_kind": _("开头和结尾请用同一种写法。"),
        "alone": _("请让它独占一段（表格行标记独占一行）。"),
    }.items()
}


@dataclass(frozen=True)
class Fault:
    """One fault of a template. `part`: "body", "header", ...; `paragraph` counts from 1 within it, 0 for the file as a whole;
    `around` is the text it stands in; `why` and `do` are sentences."""

    part: str
    paragraph: int
    around: str
    why: Message
    do: Message

    @property
    def place(self) -> str:
        """Where it is, in words; "" for the file as a whole."""
        return str(self._place()) if self.paragraph else ""

    @property
    def message(self) -> Message:
        """Place, why and what to do as one sentence."""
        held: dict[str, Any] = {"why": self.why.as_json(), "do": self.do.as_json()}
        if not self.paragraph:
            return Message(FAULT_OF_FILE, held)
        return Message(FAULT, {"place": self._place().as_json(), **held})

    def _place(self) -> Message:
        part = {"code": PARTS.get(self.part, PARTS["body"]), "params": {}}
        return Message(PLACE, {"part": part, "paragraph": self.paragraph, "around": self.around})

    def __str__(self) -> str:
        return str(self.message)


class TemplateFault(Refused):
    """A template that cannot be filled. `faults` say where, why and what to do; `reasons` are the same as sentences."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(fault.message for fault in self.faults)


def whole(why: str, do: str = "none", **params: Any) -> Fault:
    """A fault of the file as a whole."""
    return Fault("", 0, "", Message(WHY[why], params), Message(DO[do], params))
