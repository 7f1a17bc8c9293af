"""Inspection rectification (巡察整改)."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RectificationConfig(AppConfig):
    name = "bihuan.rectification"
    label = "rectification"
    verbose_name = _("巡察整改")

    def ready(self) -> None:
        from . import registry  # noqa: F401  the registries fill at start
