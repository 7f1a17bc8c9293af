"""What is wrong with a sheet or a cell, as code and parameters; all their Chinese words stand here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message, wording

#: The whole sheet is refused.
SHEET_MESSAGES: dict[str, Any] = {
    "empty": _("“%(filename)s”里没有数据，请确认选对了文件和工作表。"),
    "too_large": _("“%(filename)s”大小 %(size_mb)s MB，超过导入上限 %(limit_mb)s MB，请拆分后再导入。"),
    "not_a_table": _(
        "“%(filename)s”的内容是 %(kind)s，不是表格。可导入 .xlsx、.xls、.et、.ods、.csv 及网页格式的 .xls。"
    ),
    "text_named_workbook": _(
        "“%(filename)s”其实是文本文件，只是改了扩展名。请改名为 .csv，或用 Excel/WPS 打开后另存为 .xlsx。"
    ),
    "damaged": _("“%(filename)s”不完整或已损坏（%(why)s），请用 Excel/WPS 打开后另存一份再导入。"),
    "encrypted": _("“%(filename)s”设有打开密码，请取消密码后再导入。"),
    "nul_bytes": _("“%(filename)s”第 %(offset)s 字节处含有空字符（NUL），不是正常文本，请从原系统重新导出。"),
    "bad_encoding": _("“%(filename)s”既不是 UTF-8 也不是 GBK/GB18030 编码，请用 Excel/WPS 打开后另存为 .xlsx 再导入。"),
    "file_refused": _("“%(filename)s”未通过文件检查：%(reason)s"),
    "too_many_rows": _("工作表“%(sheet)s”超过 %(limit)s 行，请拆分后再导入。"),
    "too_many_columns": _("工作表“%(sheet)s”超过 %(limit)s 列，请删去多余的列后再导入。"),
    "area_too_large": _(
        "工作表“%(sheet)s”的数据区域过大（%(rows)s 行 × %(cols)s 列），可能在很远处有多余的内容，请删除后再导入。"
    ),
    "cell_too_long": _("“%(filename)s”第 %(line)s 行附近有单元格超过 %(limit)s 字，可能是引号不配对，请检查。"),
    "text_damaged": _("“%(filename)s”第 %(line)s 行附近无法按表格读取，可能是引号不配对，请检查。"),
    "sheet_missing": _("没有名为“%(sheet)s”的工作表，文件中有：%(sheets)s。"),
    "no_sheets": _("“%(filename)s”中没有可读的工作表。"),
    "html_frames": _("“%(filename)s”是分成多个文件的网页，数据不在其中，请用 Excel/WPS 打开后另存为 .xlsx 再导入。"),
    "no_heading": _("在工作表“%(sheet)s”的前 %(searched)s 行中没有找到表头，请指定表头所在的行。"),
    "heading_missing": _("工作表“%(sheet)s”没有第 %(row)s 行，无法作为表头。"),
}

#: Remarks on a table that was read.
NOTE_MESSAGES: dict[str, Any] = {
    "name_differs": _("扩展名 .%(extension)s 与内容（%(kind)s）不一致，已按内容读取。"),
    "encoding": _("按 %(encoding)s 编码读取。"),
    "other_sheets": _("只读取了工作表“%(sheet)s”，另有：%(others)s。"),
    "hidden_sheets": _("有隐藏的工作表未读取：%(sheets)s。"),
    "skipped_above": _("表头以上的 %(count)s 行（标题、说明）未作为数据。"),
    "double_heading": _("表头占 %(rows)s 行，已合并为“上/下”形式。"),
    "duplicate_heading": _("表头“%(heading)s”重复出现在 %(columns)s 列，后面的已加序号区分。"),
    "empty_heading": _("%(column)s 列有数据但没有表头。"),
    "expected_not_found": _("没有找到预期的表头：%(headings)s。"),
    "blank_rows": _("跳过空行 %(count)s 行。"),
    "total_rows": _("有合计行：第 %(rows)s 行，不作为数据。"),
    "spanning_rows": _("有整行合并的说明行：第 %(rows)s 行。"),
    "merged_filled": _("合并单元格 %(count)s 处已把内容填入所覆盖的各行各列。"),
    "ragged_rows": _("%(count)s 行的单元格比表头多。"),
    "formulas_without_value": _(
        "%(count)s 个公式单元格没有保存计算结果（如 %(cell)s），请用 Excel/WPS 打开保存后再导入。"
    ),
    "formula_errors": _("%(count)s 个单元格是公式错误（如 %(cell)s 为 %(value)s）。"),
}

#: What is wrong with one row, so that it can be reported and not silently lost.
PROBLEM_MESSAGES: dict[str, Any] = {
    "extra_cells": _("比表头多出 %(count)s 个单元格：%(values)s。"),
    "formula_without_value": _("%(column)s 列的公式没有保存计算结果，请用 Excel/WPS 打开保存后再导入。"),
    "formula_error": _("%(column)s 列是公式错误 %(value)s，请改正。"),
    "digits_lost": _(
        "%(column)s 列的长数字 %(value)s 在表格中按数值保存，第 15 位以后已丢失，请把该列设为文本后重新填写。"
    ),
}

#: One cell does not fit its column.
CELL_MESSAGES: dict[str, Any] = {
    "not_a_date": _("“%(value)s”不是日期，可填：%(accepted)s。"),
    "date_ambiguous": _("“%(value)s”看不出是哪一天，可填：%(accepted)s。"),
    "day_missing": _("“%(value)s”只有年月，请写明日期，可填：%(accepted)s。"),
    "date_out_of_range": _("日期“%(value)s”不在 %(first)s 年至 %(last)s 年之间，请核对。"),
    "not_a_month": _("“%(value)s”不是月份，可填：%(accepted)s。"),
    "not_an_integer": _("“%(value)s”不是整数，可填：%(accepted)s。"),
    "not_a_number": _("“%(value)s”不是数字，可填：%(accepted)s。"),
    "not_a_yes_no": _("“%(value)s”应为是或否，可填：%(accepted)s。"),
    "not_a_choice": _("“%(value)s”不在可选项中，可填：%(accepted)s。"),
    "too_long": _("内容有 %(length)s 字，超过上限 %(limit)s 字。"),
    "bad_characters": _("“%(value)s”含有不可见的控制字符，请重新填写。"),
}

#: What a cell accepts; codes of CellError.accepted.
ACCEPTED: dict[str, Any] = {
    "date.cn": _("2025年3月1日"),
    "date.dot": _("2025.3.1"),
    "date.dash": _("2025-03-01"),
    "date.slash": _("2025/3/1"),
    "date.compact": _("20250301"),
    "date.cell": _("日期格式的单元格"),
    "month.cn": _("2025年3月"),
    "month.dash": _("2025-03"),
    "month.compact": _("202503"),
    "integer.plain": _("12"),
    "integer.grouped": _("1,234"),
    "integer.wan": _("1.2万"),
    "number.plain": _("1234.5"),
    "number.grouped": _("1,234.50"),
    "number.wan": _("1.2万"),
    "number.percent": _("98.5%%"),
    "number.money": _("￥1,234.50"),
    "bool.yes_no": _("是/否"),
    "bool.has_none": _("有/无"),
    "bool.tick": _("√/×"),
    "bool.digit": _("1/0"),
}

#: Codes that occur as the reason of a refusal.
WORDS: dict[str, Any] = {
    "unreadable": _("无法解析"),
    "records": _("记录不合格式"),
}

for _group, _templates in (
    ("", SHEET_MESSAGES),
    ("note.", NOTE_MESSAGES),
    ("problem.", PROBLEM_MESSAGES),
    ("cell.", CELL_MESSAGES),
    ("accepts.", ACCEPTED),
    ("why.", WORDS),
):
    for _code, _template in _templates.items():
        wording(f"sheet.{_group}{_code}", _template)


class SheetRefused(Refused):
    """The sheet cannot be read; nothing was taken from it. `code` is a key of SHEET_MESSAGES."""

    def __init__(self, code: str, params: Mapping[str, Any] | None = None) -> None:
        self.code = code
        self.params: dict[str, Any] = dict(params or {})
        spoken = dict(self.params)
        if spoken.get("why") in WORDS:
            spoken["why"] = {"code": f"sheet.why.{spoken['why']}"}
        super().__init__(Message(f"sheet.{code}", spoken))


class CellError(ValueError):
    """A cell does not fit its column.

    `code`: a key of CELL_MESSAGES; `value`: the cell as text; `accepted`: codes of ACCEPTED, or, for choices,
    the labels themselves; `params`: further values (limits, suggestions).
    """

    def __init__(
        self,
        code: str,
        value: object,
        accepted: Sequence[str] = (),
        params: Mapping[str, Any] | None = None,
    ) -> None:
        self.code = code
        self.value = _short(value)
        self.accepted: tuple[str, ...] = tuple(accepted)
        self.params: dict[str, Any] = dict(params or {})
        super().__init__(f"{code} {self.value!r}")

    @property
    def message(self) -> Message:
        """The sentence as code and parameters, ready to be stored in a row report."""
        accepted = [{"code": f"sheet.accepts.{a}"} if a in ACCEPTED else a for a in self.accepted]
        return Message(f"sheet.cell.{self.code}", {**self.params, "value": self.value, "accepted": accepted})


def note(code: str, **params: Any) -> Message:
    """A remark on a table: `code` is a key of NOTE_MESSAGES."""
    return Message(f"sheet.note.{code}", params)


def problem(code: str, **params: Any) -> Message:
    """What is wrong with a row: `code` is a key of PROBLEM_MESSAGES."""
    return Message(f"sheet.problem.{code}", params)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"
