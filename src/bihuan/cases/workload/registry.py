"""Fills the menu with how the work stands."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.menu import Item, item

from .selectors import looks_after

HANDLERS = ("judge", "head", "filing_head", "enforcement_head")
"""Posts whose holders have cases of their own."""

item(Item("cases", _("我的办案"), "cases:work", "chart-bar", 4, lambda viewer: viewer.has(*HANDLERS)))
item(Item("cases_figures", _("部门办案"), "cases:division", "report-analytics", 6, looks_after))
item(Item("cases_figures", _("均衡结案"), "cases:balance", "chart-line", 8, looks_after))
