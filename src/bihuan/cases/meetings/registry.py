"""Fills the registries with what searches and meetings bring."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import evidence, menu, parameter_words, patrol
from bihuan.kernel.access import Viewer
from bihuan.kernel.menu import Item
from bihuan.kernel.wording import wording

from .. import actions as a
from ..models import Line
from . import defects, events, flows, ledgers, rules, rules_searches, scopes, searches, triggers  # noqa: F401


def _lists(viewer: Viewer) -> bool:
    return viewer.has(*a.MEETING_READERS)


evidence.attachable("cases.SearchRecord", add=a.SEARCH)
parameter_words.spell("lines", {line.value: wording(f"cases.line.{line.value}", line.label) for line in Line})
patrol.before(defects.watch)
menu.item(Item("cases_meetings", _("上会清单"), "meetings:agenda", "list-check", 58, _lists))
