"""The engine as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    name = "bihuan.kernel"
    label = "kernel"
    verbose_name = _("引擎")
    default_auto_field = "django.db.models.BigAutoField"
