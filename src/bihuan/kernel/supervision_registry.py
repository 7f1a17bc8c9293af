"""Imports everything of supervision that registers itself; called when the engine starts."""

from . import (  # noqa: F401  the registries fill at start
    alerts,
    alerts_campaigns,
    alerts_triggers,
    duties,
    evidence,
    inbox,
    indicators_registry,
    patrol,
    patrol_coverage,
    search_sources,
    sources,
    supervision_access,
    supervision_menu,
)
from .bulletins import registry  # noqa: F401
