"""Why a file was refused, as code and parameters; the sentence is made when it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message, wording

#: code -> Chinese sentence with %(name)s parameters. The one place where these words stand.
REFUSAL_MESSAGES: dict[str, Any] = {
    "empty": _("文件是空的（0 字节），请确认选对了文件。"),
    "too_large": _("文件大小 %(size_mb)s MB，超过上限 %(limit_mb)s MB，请压缩图片或拆分后再传。"),
    "unknown_size": _("无法确定文件大小，未读取，请重新选择文件上传。"),
    "bad_name": _("文件名“%(filename)s”不可用（%(why)s），请改名后再传。"),
    "executable": _("“%(filename)s”是可执行程序或脚本，不能上传。"),
    "unknown_kind": _("无法识别“%(filename)s”的内容，可上传的类型：%(allowed)s。"),
    "kind_not_allowed": _("“%(filename)s”的内容是 %(kind)s，此处只接受：%(allowed)s。"),
    "content_mismatch": _(
        "“%(filename)s”的扩展名与内容不符：内容实为 %(kind)s（应为 %(expected)s）。请用原程序另存为正确格式。"
    ),
    "html_disguised": _("“%(filename)s”内容是网页代码却使用了 .%(extension)s 扩展名，不能上传。"),
    "polyglot": _("“%(filename)s”同时是 %(kind)s 和 %(other)s 两种文件，不能上传，请重新导出一份。"),
    "macro": _("“%(filename)s”带有宏（%(part)s），请另存为不含宏的格式后再传。"),
    "external_template": _("“%(filename)s”引用了外部模板（%(target)s），请去除模板链接后再传。"),
    "encrypted": _("“%(filename)s”已加密或设有打开密码，无法检查，请解除密码后再传。"),
    "zip_damaged": _("“%(filename)s”不完整或已损坏（%(why)s），请重新导出或重新下载后再传。"),
    "zip_entries": _("“%(filename)s”内含条目 %(entries)s 个，超过上限 %(limit)s 个。"),
    "zip_too_large": _("“%(filename)s”解压后超过 %(limit_mb)s MB，不能上传，请删去多余内容或拆分。"),
    "zip_ratio": _(
        "“%(filename)s”压缩比异常（解压后是原来的 %(ratio)s 倍以上），疑似压缩炸弹。"
        "如为正常表格，请删去空白行列后另存。"
    ),
    "zip_path": _("“%(filename)s”内含越界路径“%(entry)s”，不能上传。"),
    "zip_method": _("“%(filename)s”使用了不支持的压缩方法（条目“%(entry)s”），请用原程序另存。"),
    "nested_archive": _("“%(filename)s”内又含压缩包“%(entry)s”，请解压后逐个上传。"),
    "xml_dtd": _("“%(filename)s”的部件“%(entry)s”含有 DTD 或实体定义，不能上传，请用原程序另存。"),
    "nul_bytes": _("文本文件“%(filename)s”第 %(offset)s 字节处含有空字符（NUL），不是正常文本，请重新导出。"),
    "bad_encoding": _("文本文件“%(filename)s”既不是 UTF-8 也不是 GBK/GB18030 编码，请另存为 UTF-8。"),
    "damaged": _("“%(filename)s”不完整或已损坏（%(why)s），请重新导出后再传。"),
    "state_secret": _(
        "“%(filename)s”首页带有密级标志“%(mark)s”。本系统不是涉密信息系统，"
        "国家秘密和工作秘密不得上传、存储或处理，请按保密规定通过涉密渠道报送；如系误标，请由定密责任人处理后再传。"
    ),
}

#: code -> remark on a file that was let in.
WARNING_MESSAGES: dict[str, Any] = {
    "secrecy_unchecked": _("未能读出首页文字，密级标志须由上传人自行核对。"),
    "pdf_script": _("PDF 含有脚本或启动动作（%(what)s），请勿在阅读器中允许执行。"),
    "embedded_file": _("文件内嵌有其他文件（%(what)s）。"),
    "external_link": _("文件引用了外部内容（%(target)s）。"),
    "trailing_data": _("文件尾部有多余数据 %(bytes)s 字节。"),
}

#: Codes that occur as parameters, with their words.
WORDS: dict[str, Any] = {
    "name_empty": _("文件名为空"),
    "name_too_long": _("文件名过长"),
    "name_control": _("含有控制字符"),
    "name_direction": _("含有改变显示方向的字符，扩展名可能被伪装"),
    "name_path": _("含有路径"),
    "truncated": _("末尾缺失"),
    "directory": _("目录无法读取"),
    "inconsistent": _("目录与内容不一致"),
    "checksum": _("校验不符"),
    "overlap": _("条目互相重叠"),
    "no_content": _("缺少必需的部件"),
    "unreadable": _("无法解析"),
}

for _group, _templates in (("", REFUSAL_MESSAGES), ("remark.", WARNING_MESSAGES), ("why.", WORDS)):
    for _code, _template in _templates.items():
        wording(f"file.{_group}{_code}", _template)


class FileRefused(Refused):
    """The file may not enter. `code` is a key of REFUSAL_MESSAGES, `params` fill its sentence."""

    def __init__(self, code: str, params: Mapping[str, Any] | None = None) -> None:
        self.code = code
        self.params: dict[str, Any] = dict(params or {})
        super().__init__(_message(f"file.{code}", self.params))


def remark(code: str, **params: Any) -> Message:
    """A remark on an accepted file: `code` is a key of WARNING_MESSAGES."""
    return _message(f"file.remark.{code}", params)


def _message(code: str, params: Mapping[str, Any]) -> Message:
    """The message with its `why` code replaced by the wording it stands for."""
    spoken = dict(params)
    if spoken.get("why") in WORDS:
        spoken["why"] = {"code": f"file.why.{spoken['why']}"}
    return Message(code, spoken)
