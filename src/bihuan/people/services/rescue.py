"""Rescue from the machine's console: an administrator who is locked out, when no other administrator can help.

There is no page for it. Whoever can run it has the machine, its database and its keys in hand already; what this adds
is that it cannot be done unnoticed: it is an entry of the log, and every administrator finds it in the inbox.
"""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock, inbox, log
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import AdminRole, Person
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from . import accounts
from .spans import check_reason

NOBODY = wording("rescue.nobody", _("没有用户名为“%(username)s”的账号。管理员账号有：%(known)s。"))
NOT_ADMIN = wording(
    "rescue.not_admin", _("“%(name)s”不是管理员，请由系统管理员登录后在“账号”中重置密码。现有系统管理员：%(known)s。")
)
OTHERS = wording(
    "rescue.others",
    _("“%(name)s”已停用，而%(role)s另有在用的：%(known)s。请由其按正常程序办理，救援只用于无人可办的情形。"),
)
RESCUED = wording(
    "people.inbox.rescued",
    _("有人在服务器上（系统用户 %(os_user)s）救援了管理员账号“%(name)s”（%(role)s），事由：%(reason)s。请核实。"),
)
log.event(
    "account.rescued",
    _("服务器救援：重置“%(name)s”（%(role)s）的密码，解除登录锁定，操作系统用户 %(os_user)s，终端 %(terminal)s"),
    any_time=True,
)


@dataclass(frozen=True)
class Rescued:
    """What was done; `password` is shown once and stored nowhere."""

    person: Person
    password: str
    enabled: bool
    factors_cleared: int
    locks_cleared: int


def rescue(*, username: str, reason: str, os_user: str, terminal: str, second_factor: bool = False) -> Rescued:
    """Give an administrator a new first password and lift the lock-out; sessions of the account end.

    A disabled administrator is enabled only where no other of the kind is in use. `second_factor` removes the one-time
    codes too (a lost telephone); a new one is asked for at the next sign-in. Refused for anybody else.
    """
    person = Person.objects.filter(username__iexact=username.strip()).first()
    if person is None:
        raise Refused(Message(NOBODY, {"username": username, "known": _names(Person.objects.exclude(admin_role=""))}))
    in_use = Person.objects.filter(is_active=True)
    if not person.admin_role:
        raise Refused(Message(NOT_ADMIN, {"name": person.name, "known": _names(in_use.filter(admin_role="system"))}))
    role = str(AdminRole(person.admin_role).label)
    others = in_use.filter(admin_role=person.admin_role).exclude(pk=person.pk)
    enables = not person.is_active
    if enables and others.exists():
        raise Refused(Message(OTHERS, {"name": person.name, "role": role, "known": _names(others)}))
    password = accounts.first_password()
    params = {"name": person.name, "role": role, "os_user": os_user}
    with unit_of_work(None, job="rescue", reason=check_reason(reason)) as uow:
        person.set_password(password)
        person.must_change_password = True
        person.password_changed_at = clock.now()
        person.is_active = True
        person.save(update_fields=["password", "must_change_password", "password_changed_at", "is_active"])
        factors = Authenticator.objects.filter(user=person).delete()[0] if second_factor else 0
        changes: dict[str, tuple[object, object]] = {"is_active": (False, True)} if enables else {}
        if factors:
            changes["second_factor"] = (True, False)
        uow.record("account.rescued", person, params={**params, "terminal": terminal}, changes=changes)
        accounts.end_sessions([person])
        administrators = list(Person.objects.filter(is_active=True).exclude(admin_role=""))
        inbox.send(administrators, Message(RESCUED, {**params, "reason": reason.strip()}))
    locks, _by_model = AccessAttempt.objects.filter(username__iexact=person.username).delete()
    return Rescued(person, password, enables, factors, locks)


def _names(persons: object) -> str:
    shown = [f"{person.name}（{person.username}）" for person in persons]  # type: ignore[attr-defined]
    return "、".join(shown) or str(_("无"))
