"""The headings of the menu. Domains hang their entries under them with `menu.item`."""

from django.utils.translation import gettext_lazy as _

from . import menu

menu.group("top", "", 0)
menu.group("alerts", _("预警与履职"), 20)
menu.group("rectification", _("巡察整改"), 30)
menu.group("disclosure", _("公开与群众意见"), 35)
menu.group("cases", _("审判管理"), 40)
menu.group("filing", _("立案监督"), 41, under="cases")
menu.group("cases_limits", _("审限与长期未结"), 42, under="cases")
menu.group("cases_records", _("案件系统登记"), 43, under="cases")
menu.group("cases_meetings", _("会议与类案检索"), 44, under="cases")
menu.group("cases_oversight", _("院庭长监督与办案"), 45, under="cases")
menu.group("cases_review", _("评查与涉企清单"), 46, under="cases")
menu.group("cases_figures", _("办案统计"), 47, under="cases")
menu.group("figures", _("质效与通报"), 50)
menu.group("people", _("人员与岗位"), 80)
menu.group("system", _("系统管理"), 90)
