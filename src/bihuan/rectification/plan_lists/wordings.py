"""What the reader and the loader of the three lists say, as codes; all their Chinese words stand here."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.wording import wording

# ---- the file -----------------------------------------------------------------------------------------------
NOT_LISTS = wording(
    "lists.not_lists",
    _(
        "“%(filename)s”的内容是 %(kind)s，不能作为清单读取。可用 Word（.docx）表格或 Excel/WPS 表格（.xlsx、.xls、.et）。"
    ),
)
DAMAGED = wording("lists.damaged", _("“%(filename)s”不完整或已损坏，请用 Word/WPS 打开后另存为 .docx 再导入。"))
NO_TABLE = wording(
    "lists.no_table",
    _(
        "“%(filename)s”中没有找到清单表格。表头须含“反馈问题”“整改措施”“责任部门”一类的名称，请核对后再导入，或先导出本系统的清单作为样表。"
    ),
)
TOO_MANY = wording("lists.too_many", _("“%(filename)s”的表格超过 %(limit)s 行，请拆分后再导入。"))

# ---- remarks on tables ------------------------------------------------------------------------------------------
TABLE_UNKNOWN = wording("lists.table_unknown", _("表“%(table)s”没有可识别的表头，未读取（共 %(rows)s 行）。"))
TABLE_CONTINUES = wording("lists.table_continues", _("表“%(table)s”没有表头，列数与上表相同，按上表的续表读取。"))
HEADING_REPEATED = wording("lists.heading_repeated", _("表“%(table)s”第 %(rows)s 行是重复的表头，已略过。"))
COLUMN_UNPLACED = wording(
    "lists.column_unplaced", _("表“%(table)s”的“%(heading)s”列没有对应的项目，未读取，其中 %(count)s 行有内容。")
)
COLUMN_TWICE = wording("lists.column_twice", _("表“%(table)s”的“%(heading)s”列与“%(other)s”列含义相同，只读取后者。"))
COLUMN_SHIFTED = wording("lists.column_shifted", _("表“%(table)s”的“%(heading)s”列按“%(meaning)s”读取。"))
TOTAL_ROW = wording("lists.total_row", _("合计行，不作为清单内容。"))
SECTION_ROW = wording("lists.section_row", _("整行合并，按以下各行的“监督重点”理解。"))
NOTE_ROW = wording("lists.note_row", _("整行合并的说明文字，不作为清单内容。"))
ROW_REPEATED = wording("lists.row_repeated", _("与“%(item)s”重复，已并入。"))
ROW_UNJOINED = wording(
    "lists.row_unjoined", _("对不上任何问题或措施（编号“%(no)s”），未读取。请核对编号，或补写措施编号后再导入。")
)
ROW_EMPTY = wording("lists.row_empty", _("该行没有问题、措施等内容，未读取。"))
LEADS = wording(
    "lists.leads",
    _(
        "“%(given)s”属于问题线索。问题线索实行单独管理、限定知悉范围，不得录入整改台账，请交纪检监察机构办理；本行内容未保存。如为“线索处置工作”方面的问题，请改用规范表述后再导入。"
    ),
)
TABLE_LEADS = wording(
    "lists.table_leads",
    _(
        "表“%(table)s”是问题线索清单，整表未读取。问题线索实行单独管理、限定知悉范围，不得录入整改台账，请交纪检监察机构办理。"
    ),
)

# ---- on items: remarks -----------------------------------------------------------------------------------------
NUMBERED = wording("lists.numbered", _("原表没有编号，按顺序编为“%(code)s”。"))
RENUMBERED = wording("lists.renumbered", _("编号“%(given)s”在清单中重复使用，改为“%(code)s”。"))
FILLED_DOWN = wording("lists.filled_down", _("“%(field)s”为空，沿用上一行的内容。"))
SPLIT = wording("lists.split", _("一个单元格内有 %(count)s 项措施，已拆开。"))
CONTINUED = wording("lists.continued", _("第 %(row)s 行与上一行是同一项，已合并。"))
TAKEN_FROM_PROBLEM = wording("lists.from_problem", _("“%(field)s”取自所属问题一行。"))
WORDED_DIFFERENTLY = wording("lists.worded", _("另一张表中的表述为“%(text)s”，以问题清单为准。"))
MONTH_END = wording("lists.month_end", _("时限“%(given)s”按 %(day)s 理解。"))
AT_ONCE_OR_LONG = wording("lists.kind_from_due", _("时限栏写有“%(given)s”，按此确定整改类型。"))

# ---- on items: what cannot be understood --------------------------------------------------------------------------
MISSING = wording("lists.missing", _("缺少“%(field)s”，请补填。"))
DIFFERS = wording("lists.differs", _("“%(field)s”两处不一致：“%(first)s”和“%(second)s”，请改为一致。"))
CODE_TWICE = wording("lists.code_twice", _("编号“%(code)s”用于两项不同的内容，请更正编号。"))
TOO_LONG = wording("lists.too_long", _("“%(field)s”有 %(length)s 字，超过上限 %(limit)s 字，请缩短。"))
NOT_A_DAY = wording(
    "lists.not_a_day",
    _("“%(field)s”的“%(given)s”看不出是哪一天。可填：2025年9月30日、2025.9.30、2025年9月底前、立行立改、长期坚持。"),
)
NO_YEAR = wording("lists.no_year", _("“%(field)s”的“%(given)s”没有写年份，请写明年份。"))
BAD_TEXT = wording("lists.bad_text", _("“%(field)s”含有不可见的控制字符，请重新填写。"))
CELL_FAULT = wording("lists.cell_fault", _("%(reason)s"))

# ---- against the database ------------------------------------------------------------------------------------------
NO_PERSON = wording(
    "lists.no_person", _("“%(field)s”的“%(name)s”不在人员名册中。最接近的：%(near)s。请更正姓名或先登记人员。")
)
PERSON_TWICE = wording(
    "lists.person_twice", _("“%(field)s”的“%(name)s”有重名：%(near)s。请写成“姓名（部门）”，例如“%(example)s”。")
)
NO_UNIT = wording("lists.no_unit", _("“%(field)s”的“%(name)s”不是现有部门。最接近的：%(near)s。请按部门名称填写。"))
UNIT_TWICE = wording("lists.unit_twice", _("“%(field)s”的“%(name)s”可能是：%(near)s。请写部门全称。"))
NO_CHOICE = wording("lists.no_choice", _("“%(field)s”的“%(name)s”不在可选范围内，可填：%(near)s。"))
UNDERSTOOD_AS = wording("lists.understood", _("“%(name)s”按“%(full)s”理解。"))
TITLE_IGNORED = wording("lists.title_ignored", _("“%(name)s”是职务，不作为姓名。"))
FIRST_OF_MANY = wording(
    "lists.first_of_many",
    _("“%(field)s”写有多人，台账记第一人“%(first)s”；其余：%(rest)s。如主责另有其人，请调整顺序。"),
)
FIRST_UNIT = wording(
    "lists.first_unit", _("“%(field)s”写有多个，“%(first)s”记为责任部门，其余记为配合部门：%(rest)s。")
)
NO_OWNER = wording("lists.no_owner", _("未写明“%(field)s”，可先导入，方案提交前须补全。"))
BEFORE_FEEDBACK = wording("lists.before_feedback", _("“%(field)s”（%(day)s）早于反馈日期（%(feedback)s），请核对。"))
AFTER_PERIOD = wording(
    "lists.after_period",
    _("完成期限（%(day)s）晚于集中整改期满日（%(end)s）。非长期坚持事项须在期满前完成，否则方案不能提交。"),
)
DUE_BEFORE_START = wording("lists.due_before_start", _("完成期限（%(due)s）早于开始时间（%(starts)s），请更正。"))
DUE_ASSUMED = wording(
    "lists.due_assumed", _("时限只写“%(given)s”，未写日期，暂按集中整改期满日 %(day)s 记，请在方案提交前核定。")
)
YEAR_ASSUMED = wording("lists.year_assumed", _("时限“%(given)s”未写年份，按反馈日期之后最近的 %(day)s 理解。"))
CATEGORY_OTHER = wording("lists.category_other", _("未写明监督重点，暂记为“%(name)s”。"))
VERBATIM_CHANGES = wording("lists.verbatim_changes", _("反馈原文与台账中的不同，导入后将改为清单中的文字。"))
ABSENT = wording("lists.absent", _("台账中已有、清单中没有的措施保持不变：%(codes)s。"))
ABSENT_PROBLEMS = wording("lists.absent_problems", _("台账中已有、清单中没有的问题保持不变：%(codes)s。"))
UNREADY = wording("lists.unready", _("清单尚有 %(count)s 处须更正，未导入任何内容。请更正后重新导入。"))
MOVED = wording("lists.moved", _("“%(item)s”在核对之后被他人改动，未导入任何内容。请重新核对清单后再导入。"))
NOTHING = wording("lists.nothing", _("清单中没有可导入的问题。"))
NOT_THIS_ROUND = wording("lists.not_this_round", _("该清单是按“%(other)s”核对的，不能导入到“%(round)s”。请重新核对。"))
UNKNOWN_PROPOSAL = wording("lists.unknown_proposal", _("没有编号为“%(key)s”的销号标准建议，请重新核对清单。"))
PROPOSAL_INCOMPLETE = wording(
    "lists.proposal_incomplete", _("销号标准建议“%(quote)s”尚缺“%(field)s”，请补全后再采用。")
)

# ---- proposals -------------------------------------------------------------------------------------------------------
PROPOSED = wording("lists.proposed", _("完成标准写有“%(quote)s”，建议设为可核实的销号标准，请核对后采用。"))
FIGURE_UNKNOWN = wording("lists.figure_unknown", _("没有认出“%(quote)s”对应的数据项，请选择。"))
STRICT = wording("lists.strict", _("“%(quote)s”不含本数，系统的区间含端点，请核对数值。"))
