"""Accounts: made, disabled, enabled and reset by the system administrator; one's own password by oneself."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Assignment, Person
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from ..scopes import MANAGE_ACCOUNTS

TAKEN = wording("people.username_taken", _("用户名“%(username)s”已被使用，请换一个。"))
LAST_ADMIN = wording(
    "people.last_admin", _("“%(name)s”是最后一名在用的%(role)s，停用后将无人履行该职责。请先设立接替者。")
)
OWN_ACCOUNT = wording("people.own_account", _("不能停用自己的账号，请由另一名系统管理员办理。"))
HAS_POST = wording("people.has_post", _("“%(name)s”担任业务岗位，不能兼任管理员：三员须分立。"))


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
    must_change: bool = True,
    is_demo: bool = False,
) -> Person:
    """Make an account (without a password: a person who does not sign in). Refused when the user name is taken."""
    access.require(actor, MANAGE_ACCOUNTS)
    if Person.objects.filter(username__iexact=username).exists():
        raise Refused(Message(TAKEN, {"username": username}))
    person = Person(username=username, name=name, number=number, admin_role=admin_role, is_demo=is_demo)
    if password is None:
        person.set_unusable_password()
    else:
        validate_password(password, person)
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
    return person


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


def disable(*, actor: Person | None, person: Person, reason: str) -> None:
    """Disable an account: sessions end at once. The last administrator of a kind stays."""
    access.require(actor, MANAGE_ACCOUNTS)
    if actor is not None and actor.pk == person.pk:
        raise Refused(Message(OWN_ACCOUNT))
    if person.admin_role:
        others = Person.objects.filter(admin_role=person.admin_role, is_active=True).exclude(pk=person.pk)
        if not others.exists():
            raise Refused(Message(LAST_ADMIN, {"name": person.name, "role": person.get_admin_role_display()}))
    with unit_of_work(actor, reason=reason) as uow:
        person.is_active = False
        person.save(update_fields=["is_active"])
        uow.record("account.disabled", person, params={"name": person.name}, changes={"is_active": (True, False)})
        end_sessions([person])


def enable(*, actor: Person | None, person: Person, reason: str) -> None:
    """Enable an account again."""
    access.require(actor, MANAGE_ACCOUNTS)
    with unit_of_work(actor, reason=reason) as uow:
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
