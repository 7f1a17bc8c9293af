"""The headings of the menu. Domains hang their entries under them with `menu.item`."""

from django.utils.translation import gettext_lazy as _

from . import menu

menu.group("top", "", 0)
menu.group("alerts", _("预警与履职"), 20)
menu.group("rectification", _("巡察整改"), 30)
menu.group("disclosure", _("公开与群众意见"), 35)
menu.group("filing", _("立案监督"), 38)
menu.group("cases", _("审判管理"), 40)
menu.group("figures", _("质效与通报"), 50)
menu.group("people", _("人员与岗位"), 80)
menu.group("system", _("系统管理"), 90)
