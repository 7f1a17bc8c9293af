"""What meetings refuse and tell. Each refusal names the input, says why and what to do."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.wording import wording

QUORUM_COMMITTEE = wording(
    "cases.meeting.quorum_committee",
    _(
        "%(meeting)s：组成人员 %(total)s 人，到会 %(present)s 人，没有过半数（至少 %(least)s 人），不能开会，也不能作出决定。"
        "依据：%(basis)s。请另行召集；本次登记为“人数不足，未开成”。"
    ),
)
QUORUM_PROFESSIONAL = wording(
    "cases.meeting.quorum_professional",
    _(
        "%(meeting)s：到会 %(present)s 人，少于最少到会人数 %(least)s 人，不能开会，也不能提出会议意见。"
        "依据：%(basis)s。请另行召集；本次登记为“人数不足，未开成”。"
    ),
)
NOT_YET = wording("cases.meeting.not_yet", _("%(meeting)s定于 %(day)s，会议日期未到，不能登记召开。"))
NO_CHAIR = wording("cases.meeting.no_chair", _("%(meeting)s还没有登记主持人，请先在“到会与发言”中登记；主持人应当到会。"))
NO_GRADE = wording("cases.meeting.no_grade", _("没有登记 %(names)s 的法官等级，无法核对发言次序，请在“到会与发言”中补充。"))
NO_ITEMS = wording("cases.meeting.no_items", _("%(meeting)s还没有议题，请先列入议题。"))
NO_ROLL = wording("cases.meeting.no_roll", _("%(meeting)s还没有登记到会人员，请先登记“到会与发言”。"))
ENOUGH = wording("cases.meeting.enough", _("%(meeting)s到会 %(present)s 人，已达到法定人数（至少 %(least)s 人），请登记召开。"))
ITEMS_OPEN = wording("cases.meeting.items_open", _("还有 %(count)s 个议题没有登记结果，请逐项登记结果或者“本次未议”。"))
ROLL_CLOSED = wording(
    "cases.meeting.roll_closed",
    _("%(meeting)s状态为“%(state)s”，到会与发言、议题已固定，不能再改。事后发现的问题由系统记为瑕疵，通过补正或者重新讨论处理，不补记录。"),
)
NOT_SAT = wording("cases.meeting.not_sat", _("%(meeting)s状态为“%(state)s”，没有登记召开，不能登记议题结果。"))
NO_SEARCH = wording(
    "cases.meeting.no_search",
    _("%(case)s没有已写入审理报告的类案检索记录，不能列入议题。依据：%(basis)s。请承办人先检索、写入审理报告并登记“类案检索”。"),
)
CASE_CLOSED = wording("cases.meeting.case_closed", _("%(case)s已于 %(day)s 结案，不再上会。"))
LISTED_ALREADY = wording("cases.meeting.listed_already", _("%(case)s已列入“%(meeting)s”的议题，尚未讨论，不能重复列入。"))
VOTES_NEEDED = wording("cases.meeting.votes_needed", _("审判委员会的决定须登记同意人数（不登记何人持何意见）。"))
VOTES_MANY = wording("cases.meeting.votes_many", _("同意人数 %(votes)s 多于到会人数 %(present)s，请核对。"))
RESULT_BODY = wording("cases.meeting.result_body", _("“%(result)s”不是%(body)s可以登记的结果，请另选。"))
AGAIN_FIRST = wording("cases.meeting.again_first", _("该议题有须重新讨论的瑕疵：%(defects)s。重新讨论之前，结果不能据以落实。"))
EXECUTE_PAST = wording("cases.meeting.execute_past", _("落实期限 %(day)s 早于会议日期 %(held)s，请核对。"))
DAY_WRONG = wording("cases.meeting.day_wrong", _("日期 %(day)s 应在 %(first)s 至今天之间，请核对。"))
CANNOT_CORRECT = wording(
    "cases.meeting.cannot_correct", _("“%(defect)s”不能以补正处理：须将案件重新提交%(body)s讨论，新的会议登记结果后自动注销本条。")
)
NOT_PRESENT = wording("cases.meeting.not_present", _("%(names)s没有到会，不能在会议记录上签名。"))
CHAIR_ABSENT = wording("cases.meeting.chair_absent", _("主持人 %(name)s 没有登记到会，请核对。"))
ORDER_TWICE = wording("cases.meeting.order_twice", _("发言次序 %(order)s 重复，请逐人登记不同的次序。"))
ABSENT_SPOKE = wording("cases.meeting.absent_spoke", _("%(name)s 没有到会，不能登记发言次序或者说明理由。"))
NUMBER_TAKEN = wording("cases.meeting.number_taken", _("会议编号“%(no)s”已经使用，请核对编号。"))
NOBODY = wording("cases.meeting.nobody", _("没有组成人员。审判委员会委员按任职自动带出，请先由安全管理员安排任职；专业法官会议请选择参会法官。"))
NO_FILE = wording("cases.meeting.no_file", _("请选择会议记录文件：系统只计算并保存其校验值，不保存文件内容。"))

# ---- the details of defects
SAID = {
    "composition_even": wording("cases.defect.composition_even", _("组成人员 %(total)s 人，是双数")),
    "chair_wrong": wording("cases.defect.chair_wrong", _("主持人%(chair)s不是院长，也没有登记为受院长委托的副院长；专业法官会议的主持人不是院领导、庭长")),
    "not_spoken": wording("cases.defect.not_spoken", _("没有发言：%(names)s")),
    "order_wrong": wording("cases.defect.order_wrong", _("%(first)s先于%(second)s发言，而后者等级、资历较低")),
    "chair_not_last": wording("cases.defect.chair_not_last", _("主持人%(chair)s之后还有 %(count)s 人发言")),
    "reason_missing": wording("cases.defect.reason_missing", _("没有说明理由：%(names)s")),
    "minutes_missing": wording("cases.defect.minutes_missing", _("应于 %(due)s 前归入，至今没有")),
    "unsigned": wording("cases.defect.unsigned", _("应于 %(due)s 前签名，没有签名：%(names)s")),
    "no_majority": wording("cases.defect.no_majority", _("同意 %(votes)s 人，全体组成人员 %(total)s 人，至少须 %(least)s 人同意")),
    "report_missing": wording("cases.defect.report_missing", _("列入议题时没有提交审理报告")),
    "search_lost": wording("cases.defect.search_lost", _("%(day)s 的检索记录已作废，或者不再写入审理报告")),
    "prior_missing": wording("cases.defect.prior_missing", _("此前没有专业法官会议讨论，也没有登记免予讨论的理由")),
}

# ---- what is told
TOLD_LISTED = wording("cases.meeting.told_listed", _("%(case)s已列入 %(day)s %(meeting)s的议题，请做好汇报准备。"))
TOLD_CONCLUDED = wording("cases.meeting.told_concluded", _("%(case)s经%(meeting)s讨论，结果已登记，请按要求落实或者反馈。"))
