"""Fills the registries at start."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.alerts_campaigns import name_domain

from . import actions, scopes  # noqa: F401

name_domain("cases", _("审判管理"))

# Searches and meetings.
from .meetings import registry as _meetings  # noqa: E402, F401
