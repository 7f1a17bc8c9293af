"""Court roles, leaders in charge, stand-ins and accounts, on the engine's posts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "bihuan.people"
    label = "people"
    verbose_name = _("人员与岗位")

    def ready(self) -> None:
        from . import registry  # noqa: F401  the registries fill at start
