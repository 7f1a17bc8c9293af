"""The menu entries of supervision."""

from django.utils.translation import gettext_lazy as _

from . import menu, menu_groups  # noqa: F401  the headings stand first

for _name, _label, _icon, _order in (
    ("alert_list", _("预警"), "bell-ringing", 10),
    ("duty_list", _("定期工作"), "calendar-check", 20),
    ("source_list", _("数据来源与巡查"), "database", 30),
):
    menu.item(menu.Item("alerts", _label, _name, _icon, _order, shown=lambda viewer: bool(viewer.roles)))
menu.item(menu.Item("figures", _("质效指标"), "indicators", "chart-bar", 10, shown=lambda viewer: bool(viewer.roles)))
