"""A small court for tests in a browser: the rectification tests' own, with names as people have them and passwords.

`make_court()` fills the database; `session_of(person)` is what a signed-in browser holds. All of it is fictional.
"""

import datetime as dt
from typing import Any

from bihuan.kernel.models import Assignment, Person, Post, Unit
from bihuan.kernel.work import unit_of_work
from bihuan.people.services import accounts
from bihuan.rectification.tests import factory

from .again import written

PASSWORD = "Bamboo-river-2026"  # noqa: S105 - a test's own
NAMES = {
    "president": ("苏正衡", "党组书记、院长"),
    "leader": ("余清源", "党组成员、副院长"),
    "head": ("宋怀民", "庭长"),
    "judge": ("陆知行", "审判员"),
    "clerk": ("方小禾", "内勤"),
    "stranger": ("叶立人", "庭长"),
    "inspector": ("严守真", "督察室主任"),
    "disciplinarian": ("纪云平", "机关纪委书记"),
    "rectifier": ("章程远", "整改办主任"),
    "secretary": ("文思敏", "办公室主任"),
    "stationed": ("秦驻明", "派驻组组长"),
    "keeper": ("舒统", "审管办主任"),
    "political": ("段荐贤", "政治部主任"),
}
ADMINS = {"system": "管系统", "security": "管安全", "audit": "管审计"}


class BrowserCourt(factory.Court):
    """The court of the rectification tests, whose people sign in."""

    system: Person
    security: Person
    audit: Person

    def person(self, name: str, unit: str, role: str) -> Person:
        """A person with a name, a password and a post."""
        called, title = NAMES.get(name, (name, role))
        with unit_of_work(None) as uow:
            made = accounts.make(actor=None, username=name, name=called, password=PASSWORD, must_change=False)
            post, _new = Post.objects.get_or_create(unit=self.units[unit], role=role, title=title)
            Assignment.objects.create(person=made, post=post, starts=dt.date(2020, 1, 1))
            uow.record("test.made", made, covers=[Post, Assignment], params={"what": name})
        return made


@written
def make_court() -> BrowserCourt:
    """Fill the database with the court and its three administrators; sign-in names are the roles' words."""
    court = BrowserCourt()
    with unit_of_work(None) as uow:
        top = Unit.objects.create(code="court", name="云泽市临江区人民法院", order=0)
        Unit.objects.exclude(pk=top.pk).update(parent=top)
        uow.record("test.made", top, params={"what": "top"})
    for kind, called in ADMINS.items():
        name = f"{kind}-admin"
        made = accounts.make(
            actor=None, username=name, name=called, password=PASSWORD, must_change=False, admin_role=kind
        )
        setattr(court, kind, made)
    return court


def session_of(person: Any, *, day: dt.date | None = None, language: str = "") -> dict[str, str]:
    """Cookies of a browser in which the person is signed in, on the business day `day` (None: today).

    An administrator has a second factor afterwards.
    """
    from django.conf import settings
    from django.test import Client

    from bihuan.people.tests.court import protect

    if person.admin_role:
        protect(person)
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    if day is not None:
        session = client.session
        session["simulated_day"] = day.isoformat()
        session.save()
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    if language:
        cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return cookies
