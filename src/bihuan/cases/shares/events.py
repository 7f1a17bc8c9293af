"""What the log says of shares."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import log

log.event("cases.shares.counted", _("统计院庭长办案：%(year)s 年第 %(quarter)s 季度，%(count)s 人有变动"))
