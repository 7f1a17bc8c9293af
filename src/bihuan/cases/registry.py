"""Fills the registries at start."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import patrol
from bihuan.kernel.alerts_campaigns import name_domain

from . import actions, indicators, ledgers, rules, scopes, sources  # noqa: F401
from .clock import jobs
from .meetings import registry as _meetings  # noqa: F401

name_domain("cases", _("审判管理"))
patrol.before(jobs.nightly)
