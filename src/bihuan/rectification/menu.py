"""Entries of the menu that are not a ledger's."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import menu
from bihuan.kernel.access import Viewer
from bihuan.kernel.menu import Item

from . import actions as a


def _president(viewer: Viewer) -> bool:
    return viewer.has(a.PRESIDENT, a.RECTIFICATION_OFFICE, a.OFFICE)


menu.item(Item("rectification", _("整改总览"), "rectification:overview", "layout-dashboard", 5))
menu.item(Item("rectification", _("整改看板"), "rectification:board", "layout-kanban", 10))
menu.item(Item("rectification", _("院长一页纸"), "rectification:president", "file-text", 15, _president))
menu.item(Item("rectification", _("整改质量提示"), "rectification:detectors", "shield-exclamation", 72))
menu.item(Item("figures", _("核对文稿数据"), "rectification:notice_check", "checkbox", 70, lambda viewer: bool(viewer.roles)))
