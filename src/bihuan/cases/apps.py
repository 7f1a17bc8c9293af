"""Cases under the clock (审判管理)."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "bihuan.cases"
    label = "cases"
    verbose_name = _("审判管理")

    def ready(self) -> None:
        from . import registry  # noqa: F401  the registries fill at start
