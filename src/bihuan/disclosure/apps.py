"""What the court tells the public, and what the public answers (公开通报与群众意见)."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisclosureConfig(AppConfig):
    name = "bihuan.disclosure"
    label = "disclosure"
    verbose_name = _("公开通报与群众意见")

    def ready(self) -> None:
        from . import registry  # noqa: F401  the registries fill at start
