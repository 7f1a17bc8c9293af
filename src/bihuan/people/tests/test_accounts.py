"""Accounts: made, disabled, enabled, reset; taking an administrator over needs two."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.utils import translation

from bihuan.kernel import log
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models import InboxItem, LogEntry, Person
from bihuan.people.services import accounts, open_duty

from .court import PASSWORD, protect, signed_in


def last(type: str) -> LogEntry:
    return LogEntry.objects.filter(type=type).latest("seq")


def test_first_passwords_meet_the_rules_and_differ(court):
    first, second = accounts.first_password(), accounts.first_password()
    assert first != second
    made = accounts.make(actor=court.system, username="newone", name="新人", password=first)
    assert made.must_change_password and made.is_active


def test_no_password_reaches_the_log(court):
    password = accounts.first_password()
    made = accounts.make(actor=court.system, username="newone", name="新人", password=password)
    again = accounts.reset_password(actor=court.system, person=made)
    stored = " ".join(str(row) for row in LogEntry.objects.values_list("data", flat=True))
    assert password not in stored and again not in stored


def test_a_taken_name_is_refused_whatever_its_case(court):
    with pytest.raises(Refused, match="username_taken"):
        accounts.make(actor=court.system, username="HEAD", name="另一人")


@pytest.mark.parametrize("who", ["security", "audit", "head"])
def test_only_the_system_administrator_manages_accounts(court, who):
    actor = getattr(court, who)
    for act in (
        lambda: accounts.make(actor=actor, username="newone", name="新人"),
        lambda: accounts.reset_password(actor=actor, person=court.judge),
        lambda: accounts.disable(actor=actor, person=court.judge, reason="调离"),
        lambda: accounts.enable(actor=actor, person=court.judge, reason="返岗"),
    ):
        with pytest.raises(NotAllowed):
            act()
    accounts.disable(actor=court.system, person=court.judge, reason="调离")
    assert last("account.disabled").data["reason"] == "调离"


def test_disabling_needs_a_reason_and_is_not_for_oneself(court):
    with pytest.raises(Refused, match="needs_reason"):
        accounts.disable(actor=court.system, person=court.judge, reason="  ")
    with pytest.raises(Refused, match="own_account"):
        accounts.disable(actor=court.system, person=court.system, reason="休假")
    court.judge.refresh_from_db()
    assert court.judge.is_active


def test_the_last_administrator_of_a_kind_stays(court):
    with pytest.raises(Refused, match="last_admin"):
        accounts.disable(actor=court.system, person=court.audit, reason="调离")
    accounts.make(actor=None, username="audit2", name="审计二", admin_role="audit", password=PASSWORD)
    accounts.disable(actor=court.system, person=court.audit, reason="调离")
    assert not Person.objects.get(pk=court.audit.pk).is_active


def test_sessions_end_with_the_account(court):
    client = signed_in(court.judge)
    assert client.get("/account/me/").status_code == 200
    accounts.disable(actor=court.system, person=court.judge, reason="调离")
    assert client.get("/account/me/").status_code == 302


def test_a_disabled_person_is_out_even_if_a_session_survived(court):
    client = signed_in(court.judge)
    saved = client.session
    accounts.disable(actor=court.system, person=court.judge, reason="调离")
    saved.save(must_create=True)
    assert client.get("/account/me/").status_code == 302


def test_a_reset_ends_sessions_and_asks_for_a_new_password(court):
    client = signed_in(court.judge)
    password = accounts.reset_password(actor=court.system, person=court.judge)
    assert client.get("/account/me/").status_code == 302
    court.judge.refresh_from_db()
    assert court.judge.check_password(password) and court.judge.must_change_password


def test_an_administrator_made_by_one_is_let_in_by_another(court):
    made = accounts.make(
        actor=court.system, username="security2", name="安全二", admin_role="security", password=PASSWORD
    )
    assert not made.is_active
    assert InboxItem.objects.filter(code=accounts.ADMIN_MADE, person=court.security).count() == 1
    with pytest.raises(Refused, match="by_security"):
        accounts.enable(actor=court.system, person=made, reason="启用")
    for other in (court.system, court.audit, court.head):
        with pytest.raises(NotAllowed):
            accounts.confirm_administrator(actor=other, person=made)
    accounts.confirm_administrator(actor=court.security, person=made)
    assert Person.objects.get(pk=made.pk).is_active
    assert log.sentence(last("account.confirmed")) == "确认启用管理员账号：安全二（安全管理员）"


def test_confirming_is_for_administrators_who_wait(court):
    for person in (court.judge, court.audit):
        with pytest.raises(Refused, match="not_admin"):
            accounts.confirm_administrator(actor=court.security, person=person)


def test_all_administrators_learn_of_a_reset_of_one(court):
    accounts.reset_password(actor=court.system, person=court.audit)
    told = set(InboxItem.objects.filter(code=accounts.ADMIN_RESET).values_list("person__username", flat=True))
    assert told == {"securityadmin", "auditadmin"}
    accounts.reset_password(actor=court.system, person=court.judge)
    assert InboxItem.objects.filter(code=accounts.ADMIN_RESET).count() == 2


def test_the_second_factor_is_cleared_by_the_security_administrator_alone(court):
    protect(court.judge)
    for other in (court.system, court.audit, court.head):
        with pytest.raises(NotAllowed):
            accounts.clear_second_factor(actor=other, person=court.judge, reason="手机丢失")
    client = signed_in(court.judge)
    accounts.clear_second_factor(actor=court.security, person=court.judge, reason="手机丢失")
    assert not Authenticator.objects.filter(user=court.judge).exists()
    assert client.get("/account/me/").status_code == 302
    assert InboxItem.objects.filter(person=court.judge, code=accounts.FACTOR_CLEARED).exists()


def test_clearing_nothing_or_ones_own_is_refused(court):
    with pytest.raises(Refused, match="no_factor"):
        accounts.clear_second_factor(actor=court.security, person=court.judge, reason="手机丢失")
    protect(court.security)
    with pytest.raises(Refused, match="own_factor"):
        accounts.clear_second_factor(actor=court.security, person=court.security, reason="手机丢失")


def test_the_password_in_use_is_not_a_new_one(court):
    with pytest.raises(ValidationError):
        accounts.check_new_password(court.judge, PASSWORD)
    accounts.check_new_password(court.judge, "Another-2026-river")


@pytest.mark.parametrize("plain", ["short-A1", "alllowercaseletters", "lowercase123456", "password123"])
def test_plain_passwords_are_refused(court, plain):
    with pytest.raises(ValidationError):
        accounts.change_password(person=court.judge, password=plain)
    court.judge.refresh_from_db()
    assert court.judge.check_password(PASSWORD)


def test_a_short_password_is_refused_in_chinese(court):
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refused:
        accounts.change_password(person=court.judge, password="Ab-1")
    assert "密码太短，至少 10 个字符。" in refused.value.messages


def test_checking_a_password_writes_nothing(court, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    before = court.judge.password
    assert court.judge.check_password(PASSWORD)
    court.judge.refresh_from_db()
    assert court.judge.password == before


def test_an_account_that_owns_work_is_reported_to_those_who_watch(court, monkeypatch):
    kind = open_duty.Items("test", "测试事项", lambda person, unit: 3, lambda *a: [])
    monkeypatch.setattr(open_duty, "_items", {"test": kind})
    accounts.disable(actor=court.system, person=court.judge, reason="调离")
    item = InboxItem.objects.get(code=open_duty.ORPHANS)
    assert item.person == court.political and item.params == {"name": "陆法官", "count": 3}
