"""What the criteria say, and the levels they look at."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.wording import wording

LEVELS = (("unit", _("责任部门")), ("court", _("全院")))


def level_name(value: str) -> str:
    """The level in the reader's language."""
    return str(dict(LEVELS).get(value, value))


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
RULE_GONE = wording("rectification.c.rule_gone", _("规则“%(rule)s”未启用，无法判断。请联系系统管理员。"))
NEVER_RUN = wording(
    "rectification.c.never_run",
    _("规则“%(rule)s”在 %(first)s 至 %(last)s 之间的巡查有间断（%(gap)s），没有记录不等于没有发生。"),
)
RUN_FAILED = wording(
    "rectification.c.run_failed", _("规则“%(rule)s”最近一次巡查（%(on)s）未得出可靠结果：%(outcome)s。")
)
PARAMS_MOVED = wording(
    "rectification.c.params_moved", _("规则“%(rule)s”的参数在考察期内有变化，前后不可比，无法判断。")
)
WINDOW_SHORT = wording(
    "rectification.c.window_short", _("自 %(since)s 起算至 %(on)s 只有 %(have)s 天，需要 %(need)s 天。")
)
BREACHED = wording("rectification.c.breached", _("“%(rule)s”在考察期内发生 %(count)s 件。"))
BREACH_UNKNOWN = wording("rectification.c.breach_unknown", _("“%(rule)s”有 %(count)s 件预警目前无法判断。"))
QUIET = wording("rectification.c.was_quiet", _("%(first)s 至 %(last)s 每次巡查均未发现“%(rule)s”。"))
NO_DUTY = wording("rectification.c.no_duty", _("定期工作“%(duty)s”不存在或已作废，请核对销号标准。"))
DUTY_BEHIND = wording(
    "rectification.c.duty_behind", _("“%(duty)s”的到期记录只生成到 %(last)s，无法判断。请先执行巡查。")
)
DUTY_BROKEN = wording("rectification.c.duty_broken", _("“%(duty)s”有 %(count)s 期未按时完成（%(days)s）。"))
DUTY_KEPT = wording("rectification.c.duty_kept", _("“%(duty)s”最近 %(periods)s 期均按时完成。"))
COUNTED = wording("rectification.c.counted", _("“%(count)s”目前为 %(have)s，要求不少于 %(least)s。"))
COUNT_GONE = wording("rectification.c.count_gone", _("台账统计项“%(count)s”未启用，无法判断。"))
FILED = wording("rectification.c.filed", _("“%(kind)s”类佐证材料现有 %(have)s 份，要求不少于 %(least)s 份。"))
NO_SUBJECT = wording("rectification.c.no_subject", _("该标准只适用于整改措施，无法判断。"))
CHECK_PASSED = wording("rectification.c.check_passed", _("%(person)s 于 %(on)s 实地验收合格。"))
CHECK_FAILED = wording("rectification.c.check_failed", _("%(person)s 于 %(on)s 实地验收不合格：%(note)s"))
CHECK_NONE = wording("rectification.c.check_none", _("尚无“%(person)s”的实地验收记录。"))
