"""The sentences of the check, as code + parameters."""

from django.utils.translation import gettext_lazy as _

from ..wording import wording

SHARE_WRONG = wording("figure_check.share_wrong", _("%(part)s ÷ %(whole)s = %(right)s，写的是 %(printed)s。"))
SHARE_TRUNCATED = wording(
    "figure_check.share_truncated", _("%(part)s ÷ %(whole)s 四舍五入是 %(right)s，写的 %(printed)s 是截尾。")
)
NO_BASE = wording(
    "figure_check.no_base", _("%(part)s 占 %(printed)s：没有哪个整数作基数能得到这个比例，请核对比例并写明基数。")
)
BASE_TRUNCATED = wording(
    "figure_check.base_truncated",
    _("%(part)s 占 %(printed)s：只有基数 %(whole)s 截尾才得到这个比例，四舍五入是 %(right)s。请写明基数。"),
)
SUM_WRONG = wording("figure_check.sum_wrong", _("各项相加是 %(right)s（%(parts)s），写的是 %(printed)s。"))
SUM_DOUBT = wording(
    "figure_check.sum_doubt",
    _("其中各项相加是 %(right)s（%(parts)s），与 %(printed)s 相差不多。如列的是全部，请核对。"),
)
GROWTH_WRONG = wording(
    "figure_check.growth_wrong", _("由 %(before)s 到 %(after)s，变化是 %(right)s，写的是 %(printed)s。")
)
GROWTH_TRUNCATED = wording(
    "figure_check.growth_truncated",
    _("由 %(before)s 到 %(after)s，变化四舍五入是 %(right)s，写的 %(printed)s 是截尾。"),
)
DIRECTION = wording("figure_check.direction", _("由 %(before)s 到 %(after)s，写的是“%(word)s”，方向相反。"))
POINTS = wording(
    "figure_check.points", _("由 %(before)s 到 %(after)s 相差 %(right)s 个百分点，不是 %(printed)s。比率之差用百分点。")
)
POINTS_DOUBT = wording(
    "figure_check.points_doubt", _("比率的变化写成了 %(printed)s，请核对是否应为 %(right)s 个百分点。")
)
POINTS_OF_COUNT = wording(
    "figure_check.points_of_count", _("%(printed)s 用于数量的变化，百分点只用于比率之差，请核对是否应为百分比。")
)
NO_SUCH_DAY = wording("figure_check.no_such_day", _("日期不存在：%(text)s。"))
ORDER = wording("figure_check.order", _("日期先后不对：%(text)s，起始晚于截止。"))
AFTER_SIGNED = wording("figure_check.after_signed", _("截至日期 %(day)s 晚于文末日期 %(signed)s。"))
CADENCE = wording(
    "figure_check.cadence",
    _("%(cadence)s一期，%(starts)s 至 %(ends)s 应有 %(right)s 期，写的是 %(printed)s。如中途开始，请写明起始时间。"),
)
WEEKLY = wording("figure_check.weekly", _("每周"))
MONTHLY = wording("figure_check.monthly", _("每月"))
QUARTERLY = wording("figure_check.quarterly", _("每季度"))
