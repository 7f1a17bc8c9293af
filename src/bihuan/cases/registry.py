"""Fills the registries at start."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import patrol
from bihuan.kernel.alerts_campaigns import name_domain

from . import (  # noqa: F401  the registries fill at start
    actions,
    bulletins,
    indicators,
    indicators_notice,
    indicators_open,
    ledgers,
    milestones,
    rules,
    scopes,
    sources,
)
from .clock import jobs
from .diary import registry as _diary  # noqa: F401
from .filing import registry as _filing  # noqa: F401
from .meetings import registry as _meetings  # noqa: F401
from .notices import registry as _notices  # noqa: F401
from .opening import scopes as _opening  # noqa: F401
from .opening import services as _opening_services  # noqa: F401
from .oversight import registry as _oversight  # noqa: F401
from .review import registry as _review  # noqa: F401
from .shares import registry as _shares  # noqa: F401
from .workload import registry as _workload  # noqa: F401

name_domain("cases", _("审判管理"))
patrol.before(jobs.nightly)
