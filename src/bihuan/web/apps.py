"""The shell and the generic pages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "bihuan.web"
    label = "web"
    verbose_name = _("界面")

    def ready(self) -> None:
        from bihuan.kernel import menu

        from .dashboard.fields import has_dashboard

        menu.item(menu.Item("top", _("首页"), "home", "home", 0))
        menu.item(menu.Item("top", _("闭环一览"), "dashboard", "gauge", 1, shown=has_dashboard))
