"""What the import wizard says: why a row or a file is refused, and its events in the log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .. import log
from ..wording import wording

REQUIRED = wording("import.required", _("必填，不能为空。"))
NOT_EMPTY = wording("import.not_empty", _("不能清空，请填写。"))
INVALID = wording("import.invalid", _("%(why)s"))
NOT_FOUND = wording("import.not_found", _("没有找到“%(value)s”，请核对是否与系统中的名称一致，或者您无权使用。"))
SEVERAL = wording("import.several", _("“%(value)s”对应 %(count)s 个“%(thing)s”，无法确定是哪一个，请改填唯一的编号。"))
DOUBLE_IN_SHEET = wording("import.double_in_sheet", _("与第 %(rows)s 行重复，同一行台账在表中只能出现一次。"))
DOUBLE_IN_LEDGER = wording(
    "import.double_in_ledger", _("台账中有 %(count)s 行与之相同，无法确定更新哪一行，请先在台账中核实。")
)
NOT_YOURS = wording("import.not_yours", _("台账中已有此行，但不在您可办理的范围内，请联系该行的责任部门。"))
IS_VOID = wording("import.is_void", _("台账中此行已作废，不能再更新。"))
FROZEN = wording(
    "import.frozen", _("该列已冻结，台账中为“%(held)s”，不能通过导入更改。确需调整的，请按变更流程办理。%(why)s")
)
TAKEN = wording("import.taken", _("与台账中另一行的“%(fields)s”重复。"))
NO_CHANGE_RIGHT = wording("import.no_change_right", _("您可以新增，但不能更正台账已有的行。"))
NO_ROW_RIGHT = wording("import.no_row_right", _("此行不在您可办理的范围内。"))
NOT_FILLED = wording("import.not_filled", _("台账要求填写“%(field)s”，表中没有这一列：%(why)s"))
MAYBE_PERCENT = wording(
    "import.maybe_percent",
    _(
        "单元格的数值是 %(value)s，将按 %(value)s％ 导入。如果表格中显示的是 %(shown)s％，请把该列改为常规数字后重新填写。"
    ),
)
ROUNDED = wording("import.rounded", _("单元格的数值是 %(value)s，按 %(places)s 位小数四舍五入为 %(rounded)s。"))

NO_SHEET = wording("import.no_sheet", _("“%(ledger)s”不支持导入。"))
NO_KEY = wording(
    "import.no_key", _("没有对应更新依据列：%(columns)s。缺少这些列无法判断是新增还是更新，请选择对应的列。")
)
TWICE = wording("import.twice", _("“%(column)s”被 %(count)s 个表头同时对应，每列只能对应一次。"))
NO_ROWS = wording("import.no_rows", _("“%(file)s”的工作表“%(sheet)s”中没有数据行。"))
BAD_HEADING_ROWS = wording("import.bad_heading_rows", _("表头所在行请填写行号，例如 2 或 2-3。"))
NOT_OPEN = wording("import.not_open", _("本次导入已%(state)s，不能继续。需要再次导入的，请重新上传文件。"))
NOT_CHECKED = wording("import.not_checked", _("请先试导入，核对结果后再合并。"))
NOTHING = wording("import.nothing", _("没有可导入的行：表中内容与台账一致，或者全部不能导入。"))
CHOOSE = wording(
    "import.choose",
    _(
        "有 %(refused)s 行不能导入。请改正后重新上传；或者勾选“只导入其余 %(taken)s 行，%(refused)s 行不导入（已列入报告）”。"
    ),
)
NEEDS_REASON = wording("import.needs_reason", _("有 %(changed)s 行将更正台账已有内容，请填写更正理由。"))
MOVED = wording(
    "import.moved",
    _(
        "试导入之后，台账中的以下行已被他人修改或新增：%(rows)s。为避免覆盖，本次没有导入任何内容。请重新试导入后再合并。"
    ),
)
NOW_FROZEN = wording(
    "import.now_frozen", _("试导入之后，以下行的内容已冻结或不再允许办理：%(rows)s。请重新试导入后再合并。")
)
OTHER_RIGHTS = wording(
    "import.other_rights",
    _("合并过程中您的岗位或授权有变动，本次没有导入任何内容。请重新试导入后再合并。"),
)
CONSTRAINT = wording(
    "import.constraint",
    _("有的行与台账的数据规则冲突，本次没有导入任何内容。请重新试导入，按报告改正后再合并。（数据库的说明：%(why)s）"),
)
TAMPERED = wording(
    "import.tampered",
    _(
        "第 %(first)s 至 %(last)s 行的试导入结果与日志记录的摘要不符：有人绕过平台改动了数据库。本次没有导入任何内容。"
        "请通知审计管理员核查，并重新上传文件。"
    ),
)
CHECKED = wording(
    "import.inbox.checked",
    _("“%(file)s”已试导入：新增 %(new)s 行、更新 %(changed)s 行、未变 %(same)s 行、不能导入 %(refused)s 行，请核对后合并。"),
)
MERGED = wording(
    "import.inbox.merged", _("“%(file)s”已合并：新增 %(new)s 行、更新 %(changed)s 行，%(same)s 行与台账一致未改动。")
)
FAILED = wording("import.inbox.failed", _("“%(file)s”的导入没有办成，台账没有任何改动：%(why)s"))
CUT_OFF_MISSING = wording("import.cut_off_missing", _("请填写数据截止日：表中数据完整到哪一天。"))
LOST = wording("import.lost", _("上传的文件“%(file)s”在存储中缺失或内容不符，请重新上传，并联系系统管理员核查。"))
TOO_MANY = wording(
    "import.too_many",
    _(
        "表中有 %(rows)s 行数据，超过一次导入的上限 %(limit)s 行。请拆成 %(parts)s 个以上的文件分别导入；"
        "上限由系统管理员以 BIHUAN_MAX_IMPORT_ROWS 设定。"
    ),
)
TOO_MANY_HERE = wording(
    "import.too_many_here",
    _(
        "表中有 %(rows)s 行数据，超过“%(ledger)s”一次导入的上限 %(limit)s 行（该台账须逐行核对、逐行记入日志）。"
        "请拆成 %(parts)s 个以上的文件分别导入，各自合并。"
    ),
)
TOO_LARGE = wording(
    "import.too_large", _("上传的内容约 %(size_mb)s MB，超过上限 %(limit_mb)s MB，未读取。请拆分后再导入。")
)
NO_LENGTH = wording("import.no_length", _("上传请求没有说明大小，未读取。请重新选择文件上传。"))

log.event("import.uploaded", _("上传导入文件：%(ledger)s，%(file)s"))
log.event("import.started", _("开始试导入：%(ledger)s，%(file)s"))
log.event("import.staged", _("试导入：%(ledger)s，%(file)s，已核对第 %(first)s 至 %(last)s 行"))
log.event(
    "import.checked",
    _("试导入完成：%(ledger)s，%(file)s，新增 %(new)s、更新 %(changed)s、未变 %(same)s、不能导入 %(refused)s"),
)
log.event(
    "import.merged",
    _("导入合并：%(ledger)s，%(file)s，新增 %(new)s、更新 %(changed)s、未变 %(same)s、未导入 %(refused)s"),
)
log.event("import.dropped", _("放弃导入：%(ledger)s，%(file)s"))
log.event("import.failed", _("导入未完成：%(ledger)s，%(file)s"))
log.event("import.purged", _("清理已放弃的试导入结果 %(rows)s 行"))
