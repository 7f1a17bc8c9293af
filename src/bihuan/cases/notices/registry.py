"""Fills the menu with loading a holiday notice."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.menu import Item, item

from ..actions import TRIAL_MANAGEMENT

item(Item("cases_limits", _("放假安排"), "cases:notice", "calendar-event", 90, lambda viewer: viewer.has(TRIAL_MANAGEMENT)))
