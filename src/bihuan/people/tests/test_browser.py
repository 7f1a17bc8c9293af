"""The pages in a real browser: readable for everybody, on a desk and on a phone; signing in with the keyboard."""

import re

import pytest
from django.urls import reverse

from bihuan.kernel import clock
from bihuan.people.services import audit, duty
from tests.support.browser import DESKTOP, PHONE, look

from .court import PASSWORD, build, protect


@pytest.fixture
def busy(transactional_db):
    """The court with something on every page."""
    from django.db import connection

    from bihuan.kernel import triggers

    court = build()
    today = clock.real_today()
    duty.delegate(actor=court.head, person=court.head, deputy=court.judge, starts=today, ends=None, reason="外出培训")
    duty.be_away(actor=court.head, person=court.head, kind="培训", starts=today, ends=None)
    duty.hand_over(actor=court.political, giver=court.judge, taker=court.clerk, on=today, reason="岗位调整")
    for admin in (court.system, court.security, court.audit):
        protect(admin)
    audit.verify_log(actor=court.audit)
    yield court
    with connection.cursor() as cursor:  # the test's database is emptied, which the triggers would refuse
        for trigger in triggers.registered():
            on = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
            if trigger.exists_on(connection.vendor):
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.full_name}{on}")


PAGES = {
    "political": ["organisation", "delegations", "leaves", "hand_overs", "hand_over", "hand_over?giver=", "person"],
    "system": ["accounts", "account_add", "account", "account_disable"],
    "security": ["posts", "grants", "grant_add", "administrators", "rights", "policy"],
    "audit": ["log", "log_entry", "log_verify", "log_verified"],
}


def address(court, name):
    if name == "person":
        return reverse("people:person", args=[court.judge.pk])
    if name.startswith("account_") and name != "account_add" or name == "account":
        return reverse(f"people:{name}", args=[court.judge.pk])
    if name == "log_entry":
        return reverse("people:log_entry", args=[3])
    if name == "log_verified":
        from bihuan.kernel.models import LogEntry

        return reverse("people:log_verified", args=[LogEntry.objects.get(type="log.verified").seq])
    if name.endswith("?giver="):
        return f"{reverse('people:hand_over')}?giver={court.judge.pk}"
    return reverse(f"people:{name}")


@pytest.mark.parametrize("who", PAGES)
def test_pages_are_accessible_and_fit_the_screen(busy, who, new_context, sign_in):
    for viewport, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        context = new_context(viewport=viewport, color_scheme=scheme)
        sign_in(context, getattr(busy, who))
        page = context.new_page()
        for name in [*PAGES[who], "me"]:
            response = page.goto(reverse("me") if name == "me" else address(busy, name))
            assert response.status == 200, name
            look(page, None, f"{who}-{name.strip('?=')}")
        context.close()


def test_signing_in_with_the_keyboard(busy, new_context):
    page = new_context(viewport=PHONE).new_page()
    page.goto(reverse("people:organisation"))
    look(page, None, "login")
    page.keyboard.type("judge")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation(url=re.compile(r"/people/organisation/$")):
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", name="民一庭").is_visible()


def test_the_second_factor_is_set_up_in_the_browser(busy, new_context, sign_in):
    page = new_context().new_page()
    page.goto(reverse("account_login"))
    page.fill("#id_login", "judge")
    page.fill("#id_password", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(reverse("mfa_activate_totp"))
    look(page, None, "password-again")
    page.get_by_label("密码").fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("img[alt^=二维码]").evaluate("image => image.naturalWidth") > 0
    look(page, None, "totp")
