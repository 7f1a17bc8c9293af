"""The sentences of the log about reviews."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.log import event

event("cases.review.opened", _("启动案件评查：%(case)s"))
event("cases.review.drawn", _("评查抽样：%(no)s，自 %(population)s 件中抽取 %(size)s 件，种子 %(seed)s，清单校验值 %(digest)s"))
