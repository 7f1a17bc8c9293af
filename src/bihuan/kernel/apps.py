"""The engine as a Django application."""

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


def _lift_triggers(sender: Any, using: str, plan: Any = (), **kwargs: Any) -> None:
    """Before tables change: SQLite cannot rebuild one that a trigger speaks of."""
    from . import triggers

    if plan:
        triggers.lift(connections[using])


def _install(sender: Any, using: str, **kwargs: Any) -> None:
    """After every migrate: SQLite drops triggers when a table is rebuilt; full-text indexes are no business of migrations; on
    PostgreSQL the application's role gets its rights."""
    from . import triggers
    from .operations import roles
    from .search import tables

    if sender is _last():  # the signal comes once for each application
        triggers.install(connections[using])
        tables.install(connections[using])
        roles.apply(connections[using])


def _last() -> AppConfig:
    return [config for config in apps.get_app_configs() if config.models_module is not None][-1]


class KernelConfig(AppConfig):
    name = "bihuan.kernel"
    label = "kernel"
    verbose_name = _("引擎")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import facts, import_triggers, log_triggers, menu_groups, parameters, supervision_registry  # noqa: F401  the registries fill at start
        from .official import store  # noqa: F401
        from .operations import rows
        from .search.indexes import PREFIX
        from .sheets import background, bindings  # noqa: F401

        facts.guard_links()
        rows.derived(PREFIX)  # indexes of words are made and filled anew by `search.tables.install`, after a restore too
        # The framework's hooks around a migration; business never listens to signals.
        pre_migrate.connect(_lift_triggers, dispatch_uid="bihuan_triggers_lifted")
        post_migrate.connect(_install, dispatch_uid="bihuan_installs")
