"""The engine as a Django application."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def _install_triggers(sender: Any, using: str, **kwargs: Any) -> None:
    """After every migrate: SQLite drops triggers when a table is rebuilt."""
    from . import triggers

    triggers.install(connections[using])


class KernelConfig(AppConfig):
    name = "bihuan.kernel"
    label = "kernel"
    verbose_name = _("引擎")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import facts, import_triggers, log_triggers, menu_groups, parameters, supervision_registry  # noqa: F401  the registries fill at start
        from .sheets import background, bindings  # noqa: F401

        facts.guard_links()
        # The one framework hook in the house; business never listens to signals.
        post_migrate.connect(_install_triggers, dispatch_uid="bihuan_triggers")
