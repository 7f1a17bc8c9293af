"""Entries of the menu: the court's people for those who work in it, one console for each administrator."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import menu
from bihuan.kernel.access import Viewer
from bihuan.kernel.menu import Item


def _system(viewer: Viewer) -> bool:
    return viewer.admin_role == "system"


def _security(viewer: Viewer) -> bool:
    return viewer.admin_role == "security"


def _audit(viewer: Viewer) -> bool:
    return viewer.admin_role == "audit"


menu.item(Item("people", _("组织与岗位"), "people:organisation", "sitemap", 10))
menu.item(Item("people", _("委托代理"), "people:delegations", "user-share", 20))
menu.item(Item("people", _("离岗登记"), "people:leaves", "calendar-off", 30))
menu.item(Item("people", _("工作移交"), "people:hand_overs", "transfer", 40))
menu.item(Item("system", _("账号"), "people:accounts", "users", 10, _system))
menu.item(Item("system", _("运行状况"), "people:health", "activity", 20, _system))
menu.item(Item("system", _("岗位与任职"), "people:posts", "sitemap", 10, _security))
menu.item(Item("system", _("专项授权"), "people:grants", "key", 20, _security))
menu.item(Item("system", _("管理员与双因素"), "people:administrators", "user-shield", 30, _security))
menu.item(Item("system", _("岗位权限对照"), "people:rights", "list-search", 40, _security))
menu.item(Item("system", _("登录与密码策略"), "people:policy", "shield-lock", 50, _security))
menu.item(Item("system", _("审计日志"), "people:log", "history", 10, _audit))
menu.item(Item("system", _("日志校验"), "people:log_verify", "shield-check", 20, _audit))
