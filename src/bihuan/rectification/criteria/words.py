"""What the criteria say, and the levels they look at."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.wording import wording

LEVELS = (("unit", _("责任部门")), ("court", _("全院")))


for _code, _label in LEVELS:
    wording(f"rectification.c.level.{_code}", _label)


def level_name(value: str) -> dict[str, Any] | str:
    """The level as a parameter of a stored sentence, spoken in the language of whoever reads it."""
    return {"code": f"rectification.c.level.{value}", "params": {}} if value in dict(LEVELS) else value


DESCRIBE_RANGE = wording("rectification.c.range", _("“%(figure)s”（%(level)s）连续 %(periods)s 个月%(range)s"))
DESCRIBE_QUIET = wording("rectification.c.quiet", _("“%(rule)s”（%(level)s）连续 %(days)s 天没有发生"))
DESCRIBE_DUTY = wording("rectification.c.duty", _("“%(duty)s”连续 %(periods)s 期按时完成"))
DESCRIBE_COUNT = wording("rectification.c.count", _("“%(count)s”不少于 %(least)s"))
DESCRIBE_EVIDENCE = wording("rectification.c.evidence", _("已提交“%(kind)s”类佐证材料不少于 %(least)s 份"))
DESCRIBE_CHECK = wording("rectification.c.check", _("经“%(person)s”实地验收合格"))

BETWEEN = wording("rectification.c.between", _("%(low)s 至 %(high)s"))
AT_LEAST = wording("rectification.c.at_least", _("不低于 %(low)s"))
AT_MOST = wording("rectification.c.at_most", _("不高于 %(high)s"))
ANY_VERIFIER = wording("rectification.c.any_verifier", _("验收部门"))

RANGE_EMPTY = wording("rectification.c.range_empty", _("“下限”“上限”至少填写一项，且下限不大于上限。"))
OUT_OF_RANGE = wording("rectification.c.out_of_range", _("“%(figure)s”%(period)s 为 %(value)s，不符合“%(range)s”的标准。"))
IN_RANGE = wording(
    "rectification.c.in_range", _("“%(figure)s”%(first)s 至 %(last)s 共 %(periods)s 个月均符合“%(range)s”的标准。")
)
READING_MISSING = wording(
    "rectification.c.reading_missing", _("“%(figure)s”缺少 %(periods)s 的读数，请由数据责任人补充导入。")
)
TOO_EARLY = wording(
    "rectification.c.too_early", _("自 %(since)s 起算，目前只有 %(have)s 期，需要 %(need)s 期，请待后续数据。")
)
NO_FIGURE = wording("rectification.c.no_figure", _("数据项“%(figure)s”不存在或已作废，请核对销号标准。"))
COUNTED = wording("rectification.c.counted", _("“%(count)s”目前为 %(have)s，要求不少于 %(least)s。"))
COUNT_GONE = wording("rectification.c.count_gone", _("台账统计项“%(count)s”未启用，无法判断。"))
FILED = wording("rectification.c.filed", _("“%(kind)s”类佐证材料现有 %(have)s 份，要求不少于 %(least)s 份。"))
NO_SUBJECT = wording("rectification.c.no_subject", _("该标准只适用于整改措施，无法判断。"))
CHECK_PASSED = wording("rectification.c.check_passed", _("%(person)s 于 %(on)s 实地验收合格。"))
CHECK_FAILED = wording("rectification.c.check_failed", _("%(person)s 于 %(on)s 实地验收不合格：%(note)s"))
CHECK_NONE = wording("rectification.c.check_none", _("尚无“%(person)s”的实地验收记录。"))
