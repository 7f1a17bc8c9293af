"""What is logged of the calendar."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import log

log.event("cases.feed.opened", _("开通日历订阅"))
log.event("cases.feed.closed", _("停用日历订阅"))
