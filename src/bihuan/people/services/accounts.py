"""Accounts: made, disabled and reset by the system administrator; one's own password by oneself.

Taking over an administrator's account needs two administrators: the system administrator gives passwords, the security
administrator lets a new administrator in and clears a second factor. Each learns of the other's act by inbox.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock, inbox, work
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import AdminRole, Assignment, Person
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from ..scopes import CONFIRM_ADMIN, MANAGE_ACCOUNTS
from . import open_duty
from .spans import check_reason

TAKEN = wording("people.username_taken", _("用户名“%(username)s”已被使用，请换一个。"))
LAST_ADMIN = wording(
    "people.last_admin", _("“%(name)s”是最后一名在用的%(role)s，停用后将无人履行该职责。请先设立接替者。")
)
OWN_ACCOUNT = wording("people.own_account", _("不能停用自己的账号，请由另一名系统管理员办理。"))
HAS_POST = wording("people.has_post", _("“%(name)s”担任业务岗位，不能兼任管理员：三员须分立。"))
BY_SECURITY = wording(
    "people.by_security", _("“%(name)s”是%(role)s，须由安全管理员确认启用：建立与启用管理员账号由两人分别办理。")
)
NOT_ADMIN = wording("people.not_admin", _("“%(name)s”不是待确认的管理员账号，无须确认。"))
NO_FACTOR = wording("people.no_factor", _("“%(name)s”没有启用双因素认证，无须解除。"))
OWN_FACTOR = wording(
    "people.own_factor", _("不能解除自己的双因素认证，请由另一名安全管理员办理，或在“我的账号”中停用。")
)
ADMIN_MADE = wording(
    "people.inbox.admin_made", _("%(actor)s 建立了管理员账号“%(name)s”（%(role)s），待安全管理员确认。")
)
ADMIN_RESET = wording(
    "people.inbox.admin_reset", _("%(actor)s 重置了管理员“%(name)s”（%(role)s）的密码，请核实是否本人申请。")
)
ADMIN_IN = wording("people.inbox.admin_in", _("%(actor)s 确认启用了管理员“%(name)s”（%(role)s）。"))
FACTOR_CLEARED = wording(
    "people.inbox.factor_cleared", _("%(actor)s 解除了“%(name)s”的双因素认证，请核实是否本人申请。")
)


def first_password() -> str:
    """A random first password that meets the rules; shown once, changed at first sign-in."""
    body = "".join(secrets.choice(string.ascii_letters + string.digits) for _i in range(12))
    return f"{body}-a9Z"


def make(
    *,
    actor: Person | None,
    username: str,
    name: str,
    number: str = "",
    admin_role: str = "",
    password: str | None = None,
    encoded: str = "",
    must_change: bool = True,
    is_demo: bool = False,
) -> Person:
    """Make an account (without a password: a person who does not sign in). Refused when the user name is taken.

    `encoded`: the password as `make_password` encodes it, where many accounts of a demo share one: encoding is slow
    by design.

    An administrator made by the system administrator stays disabled until the security administrator confirms.
    """
    access.require(actor, MANAGE_ACCOUNTS)
    if Person.objects.filter(username__iexact=username).exists():
        raise Refused(Message(TAKEN, {"username": username}))
    person = Person(username=username, name=name, number=number, admin_role=admin_role, is_demo=is_demo)
    person.is_active = not (admin_role and actor is not None)
    if password is None:
        person.set_unusable_password()
    else:
        validate_password(password, person)
        if encoded:
            person.password = encoded
        else:
            person.set_password(password)
        person.must_change_password = must_change
        person.password_changed_at = clock.now()
    with unit_of_work(actor) as uow:
        person.save()
        uow.record(
            "account.made",
            person,
            params={"name": name, "username": username},
            changes={"admin_role": ("", admin_role)},
        )
        if admin_role and actor is not None:
            _tell_administrators(ADMIN_MADE, actor, person)
    return person


def confirm_administrator(*, actor: Person | None, person: Person) -> None:
    """The security administrator's part: let an administrator account in, new or disabled before."""
    access.require(actor, CONFIRM_ADMIN)
    if not person.admin_role or person.is_active:
        raise Refused(Message(NOT_ADMIN, {"name": person.name}))
    with unit_of_work(actor) as uow:
        person.is_active = True
        person.save(update_fields=["is_active"])
        uow.record("account.confirmed", person, params=_named(person), changes={"is_active": (False, True)})
        _tell_administrators(ADMIN_IN, actor, person)


def reset_password(*, actor: Person | None, person: Person) -> str:
    """Give a new first password, returned once; all sessions of the person end."""
    access.require(actor, MANAGE_ACCOUNTS)
    password = first_password()
    with unit_of_work(actor) as uow:
        person.set_password(password)
        person.must_change_password = True
        person.password_changed_at = clock.now()
        person.save(update_fields=["password", "must_change_password", "password_changed_at"])
        uow.record("account.password_reset", person, params={"name": person.name})
        end_sessions([person])
        if person.admin_role:
            _tell_administrators(ADMIN_RESET, actor, person)
    return password


def change_password(*, person: Person, password: str) -> None:
    """The person's own choice. ValidationError when it breaks the rules; other sessions end by Django's session hash."""
    validate_password(password, person)
    with unit_of_work(person) as uow:
        person.set_password(password)
        person.must_change_password = False
        person.password_changed_at = clock.now()
        person.save(update_fields=["password", "must_change_password", "password_changed_at"])
        uow.record("account.password_changed", person)


def check_new_password(person: Person, password: str) -> None:
    """ValidationError when the new password is the one in use: a forced change would change nothing."""
    if person.has_usable_password() and person.check_password(password):
        raise ValidationError(_("新密码不能与现用密码相同。"), code="password_same")


def renew_hash(*, person: Person, password: str) -> None:
    """Store the same password under today's work factor, at sign-in, when the stored hash is an older one."""
    with unit_of_work(None, job="sign-in") as uow:
        person.set_password(password)
        person.save(update_fields=["password"])
        uow.record("account.hash_renewed", person, params={"name": person.name})


def clear_second_factor(*, actor: Person | None, person: Person, reason: str) -> None:
    """For a lost device: the security administrator clears the second factor; sessions end, the person is told."""
    access.require(actor, CONFIRM_ADMIN)
    if actor is not None and actor.pk == person.pk:
        raise Refused(Message(OWN_FACTOR))
    factors = Authenticator.objects.filter(user=person)
    if not factors.exists():
        raise Refused(Message(NO_FACTOR, {"name": person.name}))
    with unit_of_work(actor, reason=check_reason(reason)) as uow:
        factors.delete()
        uow.record("account.factor_cleared", person, params={"name": person.name})
        end_sessions([person])
        params = {"actor": str(actor), "name": person.name}
        inbox.send([person, *_administrators(but=actor)], Message(FACTOR_CLEARED, params))


def give_up_factors() -> None:
    """After a restore without its keys: what is stored under them cannot be read any more, so everybody binds anew. Within the
    restore's unit of work, which notifies the administrators."""
    for person in Person.objects.filter(pk__in=Authenticator.objects.values("user")):
        work.current().record("account.factor_cleared", person, params={"name": person.name})
    Authenticator.objects.all().delete()


def disable(*, actor: Person | None, person: Person, reason: str) -> None:
    """Disable an account: sessions end at once. The last administrator of a kind stays."""
    access.require(actor, MANAGE_ACCOUNTS)
    if actor is not None and actor.pk == person.pk:
        raise Refused(Message(OWN_ACCOUNT))
    if person.admin_role:
        others = Person.objects.filter(admin_role=person.admin_role, is_active=True).exclude(pk=person.pk)
        if not others.exists():
            raise Refused(Message(LAST_ADMIN, {"name": person.name, "role": person.get_admin_role_display()}))
    with unit_of_work(actor, reason=check_reason(reason)) as uow:
        person.is_active = False
        person.save(update_fields=["is_active"])
        uow.record("account.disabled", person, params={"name": person.name}, changes={"is_active": (True, False)})
        end_sessions([person])
        open_duty.warn(person)


def enable(*, actor: Person | None, person: Person, reason: str) -> None:
    """Enable an account again; an administrator's is the security administrator's to confirm."""
    access.require(actor, MANAGE_ACCOUNTS)
    if person.admin_role and actor is not None:
        raise Refused(Message(BY_SECURITY, {"name": person.name, "role": person.get_admin_role_display()}))
    with unit_of_work(actor, reason=check_reason(reason)) as uow:
        person.is_active = True
        person.save(update_fields=["is_active"])
        uow.record("account.enabled", person, params={"name": person.name}, changes={"is_active": (False, True)})


def end_sessions(persons: Iterable[Person]) -> int:
    """End every session of the persons; returns how many."""
    wanted = {str(person.pk) for person in persons}
    ended = 0
    for session in Session.objects.filter(expire_date__gte=clock.now()).iterator():
        if session.get_decoded().get("_auth_user_id") in wanted:
            session.delete()
            ended += 1
    return ended


def posts_held(person: Person) -> list[Assignment]:
    """The posts a person holds today."""
    return list(Assignment.objects.filter(Assignment.on(clock.today()), person=person).select_related("post__unit"))


def _named(person: Person) -> dict[str, str]:
    return {"name": person.name, "role": str(AdminRole(person.admin_role).label)}


def _administrators(*, but: Person | None) -> list[Person]:
    """All administrators in use, but the one who acts."""
    rows = Person.objects.filter(is_active=True).exclude(admin_role="")
    return [person for person in rows if but is None or person.pk != but.pk]


def _tell_administrators(code: str, actor: Person | None, person: Person) -> None:
    inbox.send(_administrators(but=actor), Message(code, {**_named(person), "actor": str(actor) if actor else "—"}))
