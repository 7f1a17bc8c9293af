"""Fills the registries at start: roles, scopes, tracks, menu, and the engine's open items that a hand-over moves."""

from bihuan.kernel import alerts
from bihuan.kernel.models import Alert
from bihuan.kernel.operations import afterwards

from . import menu, roles, scopes, search_sources, tracks  # noqa: F401  importing them registers
from .services import accounts, rescue  # noqa: F401  its entries and notices are read where it never runs
from .services.open_duty import Items, register_items

afterwards.without_keys("second_factors", accounts.give_up_factors)
register_items(Items("kernel.alert", Alert._meta.verbose_name or "", alerts.count_items, alerts.move_items))
