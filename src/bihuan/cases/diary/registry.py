"""Fills the registries with what the calendar brings."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import menu
from bihuan.kernel.access import Viewer, scope

from ..models import CalendarFeed
from . import events  # noqa: F401


@scope(CalendarFeed)
def own(viewer: Viewer) -> Q:
    """One's own feed, and nobody else's."""
    return Q(person=viewer.person)


menu.item(menu.Item("cases", _("案件日历"), "cases:calendar", "calendar", 12, lambda viewer: bool(viewer.roles)))
