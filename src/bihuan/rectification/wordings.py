"""What the ledger refuses and tells, as codes with templates. Each refusal names the input, says why and what to do."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.wording import wording

# ---- the plan ----------------------------------------------------------------------------------------------
LEADS_REFUSED = wording(
    "rectification.leads_refused",
    _(
        "“%(given)s”属于问题线索。问题线索实行单独管理、限定知悉范围，不得录入整改台账，请交纪检监察机构办理；如为“线索处置工作”方面的问题，请按所属监督重点选择类别。"
    ),
)
FROZEN = wording(
    "rectification.frozen",
    _("“%(item)s”已随整改方案批准而冻结，不能直接修改“%(field)s”。确需调整的，请办理变更或延期申请。"),
)
PLAN_CLOSED = wording(
    "rectification.plan_closed",
    _("“%(round)s”的整改方案状态为“%(state)s”，不能再增减问题、措施。请先退回方案，或办理变更申请。"),
)
PLAN_EMPTY = wording("rectification.plan.empty", _("“%(round)s”尚未录入反馈问题，不能提交。请先录入或导入三张清单。"))
PLAN_NO_MEASURE = wording("rectification.plan.no_measure", _("以下问题没有整改措施：%(codes)s。请逐一补充后再提交。"))
PLAN_NO_CRITERION = wording(
    "rectification.plan.no_criterion", _("以下措施没有销号标准：%(codes)s。没有标准就无从核实，请逐一设定后再提交。")
)
PLAN_NO_OWNER = wording("rectification.plan.no_owner", _("以下措施缺少责任领导或责任人：%(codes)s。请补全后再提交。"))
PLAN_NO_STANDARD = wording("rectification.plan.no_standard", _("以下措施没有完成标准：%(codes)s。请补全后再提交。"))
PLAN_LATE = wording(
    "rectification.plan.late",
    _(
        "以下措施的完成期限晚于集中整改期满日（%(end)s）：%(codes)s。请提前期限，或将问题类型改为“长期坚持”并设阶段目标。"
    ),
)
PLAN_NO_TARGET = wording(
    "rectification.plan.no_target", _("以下长期坚持事项没有阶段目标：%(codes)s。请逐一设定后再提交。")
)
PLAN_NOT_BACKFILLED = wording(
    "rectification.plan.not_backfilled", _("“%(round)s”不是历史轮次补录，须按程序提交、批准整改方案，不能直接归档。")
)
PLAN_BACKFILLED = wording(
    "rectification.plan.backfilled", _("“%(round)s”是历史轮次补录，只归档备查，不再走方案审批。请改用“归档备查”。")
)
NOTICE_TOO_LONG = wording(
    "rectification.notice_too_long",
    _("通报读出 %(problems)s 个问题、%(pieces)s 处未归类文字，超出一次核对的限度。请分成几份，逐份读取。"),
)
CODE_TAKEN = wording("rectification.code_taken", _("编号“%(code)s”已被使用，请更换编号。"))
EMPTY = wording("rectification.empty", _("“%(field)s”不能为空，请填写后再保存。"))
NOT_A_FIELD = wording("rectification.not_a_field", _("“%(field)s”不能在这里修改。可修改：%(known)s。"))
WRONG_ROUND = wording("rectification.wrong_round", _("“%(item)s”不属于“%(round)s”，请重新选择。"))
DATES = wording(
    "rectification.dates", _("“%(first)s”（%(first_day)s）晚于“%(second)s”（%(second_day)s），请核对日期。")
)
FUTURE = wording("rectification.future", _("“%(field)s”（%(day)s）晚于今天，请填写实际日期。"))
NO_TERM = wording(
    "rectification.no_term", _("反馈日期 %(day)s 没有可适用的集中整改期限规定（%(detail)s），请核对反馈日期。")
)
DOCUMENT_NEEDED = wording("rectification.document_needed", _("登记“%(item)s”完成须填写文件名称或文号。"))

# ---- closing ------------------------------------------------------------------------------------------------
NO_OUTCOME_EVIDENCE = wording(
    "rectification.no_outcome_evidence",
    _(
        "“%(measure)s”没有成果类佐证材料。方案、会议、制度类文件不能单独证明整改到位，请补充反映实际成效的材料（%(kinds)s）后再办理。"
    ),
)
CRITERION_UNMET = wording("rectification.criterion.unmet", _("销号标准未达标：%(criterion)s。%(reason)s"))
CRITERION_UNDETERMINABLE = wording(
    "rectification.criterion.undeterminable", _("销号标准无法判断：%(criterion)s。%(reason)s 无法判断的不得视为达标。")
)
NO_CRITERIA = wording(
    "rectification.no_criteria", _("“%(measure)s”没有销号标准，无从核实。请先办理变更申请，补充销号标准。")
)
NO_CHECK = wording(
    "rectification.no_check",
    _("“%(measure)s”本次整改没有“%(person)s”的合格实地验收记录。请先到现场核查并登记验收记录。"),
)
NO_CHECK_AT_ALL = wording(
    "rectification.no_check_at_all", _("“%(measure)s”本次整改没有合格的实地验收记录，不能审定。请先退回验收环节。")
)
OWN_APPLICATION = wording(
    "rectification.own_application",
    _(
        "“%(person)s”是本次销号的申请人（或正代理申请人），不能办理“%(step)s”。申请人与验收人须为不同人员，请由他人办理。"
    ),
)
OUTSIDE_NEEDED = wording(
    "rectification.outside_needed",
    _("“%(measure)s”的责任部门承担验收职责，不能自己验收自己。请由派驻纪检监察组验收。"),
)
OWN_UNIT = wording(
    "rectification.own_unit",
    _("“%(person)s”来自该措施的责任部门或配合部门“%(unit)s”，不能验收。请由其他验收人员办理。"),
)
OWN_PERSON = wording(
    "rectification.own_person", _("“%(person)s”是该措施的责任人或责任领导，不能验收。请由其他验收人员办理。")
)
TARGET_FIRST = wording(
    "rectification.target_first",
    _("“%(measure)s”属于长期坚持事项，首个阶段目标尚未评估，不能认定为“%(result)s”。请先评估阶段目标。"),
)
TARGET_OPEN = wording(
    "rectification.target_open",
    _(
        "“%(measure)s”的阶段目标“%(target)s”（期限 %(due)s）未达到或未评估，不能认定为“已完成”。请先达到并评估，或按阶段性结果销号。"
    ),
)
RESULT_NEEDED = wording("rectification.result_needed", _("请选择整改结果：%(known)s。"))
MEETING_NEEDED = wording("rectification.meeting_needed", _("请选择审定的党组会议（会议日期和纪要编号）。"))
MEETING_USED = wording(
    "rectification.meeting_used",
    _(
        "会议“%(minutes)s”已作为批准方案、审定销号、批准变更或确认反弹的依据，会议日期、纪要编号不能更正，会议也不能作废。"
    ),
)
FIGURE_USED = wording(
    "rectification.figure_used",
    _(
        "数据项“%(figure)s”是措施 %(codes)s 的销号标准所依据的数据，编号和计量单位不能更正，数据项也不能作废。确需调整的，请先对措施申请变更。"
    ),
)
MEETING_EARLY = wording(
    "rectification.meeting_early", _("党组会议（%(day)s）早于“%(measure)s”的%(what)s（%(other)s），请核对所选会议。")
)
NOT_LATEST = wording(
    "rectification.not_latest", _("“%(measure)s”已重新打开整改，本次认定结论不再变更。请在新的整改过程中办理。")
)
CHANGE_PENDING = wording(
    "rectification.change_pending", _("“%(measure)s”有未办结的变更或延期申请，不能申请销号。请先办结或撤回该申请。")
)
REVIEW_NEEDED = wording("rectification.review_needed", _("请填写外部认定的机关、日期和文号；不予认定的还须填写意见。"))
NO_OPEN_ATTEMPT = wording(
    "rectification.no_open_attempt", _("“%(measure)s”没有正在进行的整改过程，不能办理。请核对措施状态。")
)
STILL_OPEN = wording("rectification.still_open", _("“%(measure)s”的整改过程尚未结束，不能再开启。请先办结当前过程。"))
NOT_STAGED = wording(
    "rectification.not_staged", _("“%(measure)s”未按阶段性结果销号，不需要开启下一阶段。如发现反弹，请走疑似反弹核实。")
)
NOT_FROZEN = wording(
    "rectification.not_frozen",
    _("“%(measure)s”的整改方案尚未批准，不能办理。请待方案批准后办理；方案起草期间可直接修改。"),
)

# ---- changes --------------------------------------------------------------------------------------------------
CHANGE_NOTHING = wording("rectification.change.nothing", _("没有任何变更内容，请填写要变更的项目。"))
CHANGE_LATER = wording("rectification.change.later", _("延期后的期限（%(after)s）应晚于现期限（%(before)s），请核对。"))
CHANGE_IN_REVIEW = wording(
    "rectification.change.in_review", _("“%(measure)s”已申请销号或已销号，不能变更。请先退回到“整改中”。")
)
CHANGE_MOVED = wording(
    "rectification.change.moved", _("“%(measure)s”的“%(field)s”在申请后已变化，申请内容已过时。请不予批准并重新申请。")
)
CHANGE_ONE = wording("rectification.change.one", _("“%(measure)s”已有一件未办结的变更申请，请先办结或撤回。"))
CHANGE_LAST_CRITERION = wording(
    "rectification.change.last_criterion", _("“%(measure)s”至少须保留一项销号标准，不能全部作废。")
)
CHANGE_OWN = wording(
    "rectification.change.own", _("“%(person)s”是本次变更的申请人，不能办理“%(step)s”。请由他人办理。")
)
CHANGE_FOREIGN_CRITERION = wording(
    "rectification.change.foreign_criterion", _("销号标准 %(id)s 不属于“%(measure)s”或已作废，请重新选择。")
)

# ---- after closing ------------------------------------------------------------------------------------------
NOT_CLOSED = wording("rectification.not_closed", _("“%(measure)s”尚未销号，不能办理“%(step)s”。"))
REBOUND_OPEN = wording("rectification.rebound.open", _("“%(measure)s”已有一件待核实的疑似反弹，请在该件中办理。"))
REBOUND_SELF = wording(
    "rectification.rebound.self",
    _("“%(person)s”来自责任部门或是本次整改的申请人，不能核实反弹。请由其他核实人员办理。"),
)
LOOK_BACK_DONE = wording(
    "rectification.look_back.done", _("该次复核已登记结果，不能重复登记。如有误请作废后重新登记。")
)
LOOK_BACK_ASK = wording("rectification.look_back.ask", _("反向核实须填写询问了哪些人员，请填写后再保存。"))
SAMPLE_NONE = wording("rectification.sample.none", _("没有可供抽查的已销号措施。"))
TARGET_DONE = wording("rectification.target.done", _("该阶段目标已评估，不能重复评估。"))
TARGET_CRITERION = wording(
    "rectification.target.criterion", _("该阶段目标对应的销号标准为“%(verdict)s”，不能评估为“达到”。%(reason)s")
)
RECEIPT_DONE = wording("rectification.receipt_done", _("督办函“%(no)s”已签收或已回复，无需重复办理。"))
RECEIPT_FIRST = wording("rectification.receipt_first", _("督办函“%(no)s”尚未签收，请先签收再回复。"))

# ---- readings -------------------------------------------------------------------------------------------------
READING_ROW = wording("rectification.reading.row", _("第 %(row)s 行：%(reason)s"))
READING_NO_FIGURE = wording(
    "rectification.reading.no_figure", _("没有名为“%(name)s”的数据项。请先登记数据项，或核对名称。")
)
READING_NO_UNIT = wording(
    "rectification.reading.no_unit", _("没有名为“%(name)s”的部门。请核对部门名称；全院数据请留空。")
)
READING_NO_VALUE = wording(
    "rectification.reading.no_value", _("“%(name)s”缺少数值，也不能由分子、分母算出。请补填数值。")
)
READING_ZERO = wording("rectification.reading.zero", _("“%(name)s”的分母为 0 或负数，无法计算。请核对分母。"))
READING_DIFFERS = wording(
    "rectification.reading.differs", _("“%(name)s”的数值 %(value)s 与分子、分母算出的 %(computed)s 不一致，请核对。")
)
READING_TWICE = wording("rectification.reading.twice", _("“%(name)s” %(period)s 在本次导入中出现两次，请保留一行。"))
READING_FUTURE = wording("rectification.reading.future", _("“%(name)s”的期间 %(period)s 尚未结束，不能导入整月数据。"))

# ---- told ------------------------------------------------------------------------------------------------------
REASON = wording("rectification.reason", _("理由"))
TOLD_PLAN_APPROVED = wording(
    "rectification.told.plan_approved", _("“%(round)s”整改方案已批准，您负责的措施 %(count)s 项已开始计时。")
)
TOLD_STEP = wording("rectification.told.step", _("“%(measure)s”：%(step)s，请办理。"))
TOLD_RETURNED = wording("rectification.told.returned", _("“%(measure)s”的销号申请被退回：%(note)s"))
TOLD_CLOSED = wording("rectification.told.closed", _("“%(measure)s”已院内销号（%(minutes)s）。"))
TOLD_REBOUND = wording("rectification.told.rebound", _("“%(measure)s”疑似反弹，请于 %(due)s 前核实。依据：%(reason)s"))
TOLD_REOPENED = wording("rectification.told.reopened", _("“%(measure)s”已重新打开整改。原因：%(reason)s"))
TOLD_LETTER = wording("rectification.told.letter", _("收到督办函“%(no)s”：%(title)s，请签收，并于 %(due)s 前回复。"))
TOLD_HANDED_OVER = wording("rectification.told.handed_over", _("“%(giver)s”向您移交整改措施 %(count)s 项，请查看。"))
TOLD_CHANGE = wording("rectification.told.change", _("“%(measure)s”的变更申请：%(step)s。"))

# ---- why an attempt was opened -----------------------------------------------------------------------------------
BECAUSE_PLAN = wording("rectification.because.plan", _("整改方案于 %(day)s 批准"))
BECAUSE_REFUSED = wording("rectification.because.refused", _("外部不予认定（%(by)s，%(document)s）"))
BECAUSE_REBOUND = wording("rectification.because.rebound", _("反弹经党组会确认（%(minutes)s）：%(reason)s"))
BECAUSE_SILENCE = wording(
    "rectification.because.silence", _("疑似反弹逾期未%(what)s（期限 %(due)s），系统自动重新打开：%(reason)s")
)
BECAUSE_STAGE = wording("rectification.because.stage", _("上一阶段按“%(result)s”销号，继续整改：%(reason)s"))
WHAT_VERIFIED = wording("rectification.what.verified", _("核实"))
WHAT_CONFIRMED = wording("rectification.what.confirmed", _("经党组会确认"))
REPORTED = wording("rectification.reported", _("%(text)s"))
