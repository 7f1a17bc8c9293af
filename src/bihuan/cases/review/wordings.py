"""What reviews refuse and tell."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.wording import wording

NO_REVIEWER = wording("cases.review.no_reviewer", _("%(case)s 还没有指定评查人，请审管办先在“更正”中指定。"))
NOT_REVIEWER = wording("cases.review.not_reviewer", _("%(case)s：评查人承办、协办或者参加合议过这件案件，不能评查，请审管办另行指定。"))
NOT_LAPSED = wording(
    "cases.review.not_lapsed",
    _("承办人有权在 %(due)s 前书面说明，期限未满，不能跳过。评定等次以前必须听取承办人的说明。"),
)
COMMITTEE_ONLY = wording(
    "cases.review.committee_only",
    _("“%(grade)s”须由审判委员会讨论后评定，请办理“提交审判委员会”。审管办只能评定优秀、合格。"),
)
NOT_DEFECTIVE = wording("cases.review.not_defective", _("提交审判委员会的，拟评等次应为瑕疵或者不合格；优秀、合格由审管办直接评定。"))
NOT_COMMITTEE = wording("cases.review.not_committee", _("“%(meeting)s”不是已经召开的审判委员会会议，请选择实际讨论的会议。"))
POPULATION_SMALL = wording("cases.review.population_small", _("可抽案件只有 %(population)s 件，不能抽取 %(size)s 件。请减少件数或者放宽条件。"))
NUMBER_TAKEN = wording("cases.review.number_taken", _("抽取编号“%(no)s”已经用过，请换一个。"))
DRAWN_MEANWHILE = wording("cases.review.drawn_meanwhile", _("抽取的同时，抽中的案件已由他人启动评查，本次没有抽取。请重新抽取。"))
STAYS = wording("cases.review.stays", _("评查启动后，案件、事由不能更改；启动有误的，请作废后重新启动。"))
REVIEWER_STAYS = wording("cases.review.reviewer_stays", _("评查人已经提出评查意见，不能再换。"))
FINDING_STAYS = wording("cases.review.finding_stays", _("评查意见已经提出，发现的问题不能再改；可以填写整改措施编号。"))
NO_MEASURE = wording("cases.review.no_measure", _("没有找到编号为“%(code)s”的整改措施，或者您无权查看。"))
TOLD_OPENED = wording("cases.review.told_opened", _("%(case)s 已启动案件评查（%(reason)s），请于 %(due)s 前自查。评查不影响裁判效力。"))
TOLD_REVIEWED = wording("cases.review.told_reviewed", _("%(case)s 的评查意见已提出，请于 %(due)s 前书面说明；评定等次以前听取您的说明。"))
TOLD_GRADED = wording("cases.review.told_graded", _("%(case)s 的评查已评定：%(grade)s。"))
