"""Signing in and staying in: throttling, second factor, idle sign-out, expired passwords, demo accounts."""

import datetime as dt
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from bihuan.kernel import clock, keys
from bihuan.kernel.models import LogEntry
from bihuan.kernel.work import unit_of_work
from bihuan.people import demo
from bihuan.people.adapters import SecondFactorAdapter

from .court import PASSWORD, SECRET, build, make, protect, signed_in

LOGIN = "/account/login/"


def sign_in(client, username, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": username, "password": password, **more})


def is_in(client):
    return "_auth_user_id" in client.session


def code(secret=SECRET):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def other_than(right):
    return f"{(int(right) + 1) % 10**6:06}"


def types():
    return list(LogEntry.objects.order_by("-seq").values_list("type", flat=True)[:3])


@pytest.fixture
def still(monkeypatch):
    """The clock stands, so that a minute is a minute on the slowest machine."""
    later(monkeypatch)


def later(monkeypatch, **delta):
    moment = clock.now() + dt.timedelta(**delta)
    monkeypatch.setattr("bihuan.kernel.clock.now", lambda: moment)


@pytest.mark.parametrize("proxies", [0, 1])
def test_behind_the_proxy_each_desk_is_counted_by_itself(court, settings, proxies, monkeypatch):
    """At half past eight everybody signs in within a minute: one desk's log-ins are limited, not the court's."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "3/m/ip"}
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)
    answers = [sign_in_from(Client(), f"10.1.{number % 2}.7") for number in range(8)]  # from two desks, four times each
    cache.clear()
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == (2 if proxies else 5) and {answer.status_code for answer in answers} == {302, 429}
    assert "请一分钟后再试" in refused[0].content.decode()


def sign_in_from(client, address):
    data = {"login": "judge", "password": PASSWORD}
    return client.post(LOGIN, data, headers={"X-Forwarded-For": address})


def test_signing_in_and_out_leave_entries(court, client):
    assert "登录" in client.get(LOGIN).content.decode()
    assert sign_in(client, "JUDGE").status_code == 302 and is_in(client)
    assert types()[0] == "account.signed_in"
    assert client.post("/account/logout/").status_code == 302
    assert types()[0] == "account.signed_out" and not is_in(client)


def test_after_signing_in_one_lands_where_one_wanted(court, client):
    wanted = reverse("people:organisation")
    page = client.get(f"{LOGIN}?next={wanted}").content.decode()
    assert f'value="{wanted}"' in page
    assert sign_in(client, "judge", next=wanted)["Location"] == wanted
    elsewhere = sign_in(Client(), "judge", next="//evil.example/")
    assert "evil" not in elsewhere["Location"]


def test_a_wrong_password_is_recorded_without_it(court, client):
    page = sign_in(client, "judge", "Wrong-guess-2026")
    assert page.status_code == 200 and not is_in(client)
    entry = LogEntry.objects.latest("seq")
    assert entry.type == "account.refused" and entry.data["params"] == {"username": "judge"}
    assert "Wrong-guess" not in str(LogEntry.objects.values_list("data", flat=True))


def test_an_account_is_locked_after_five_wrong_passwords_however_its_name_is_typed(court, client):
    for name in ("judge", "Judge", "JUDGE", "judgE"):
        assert sign_in(client, name, "Wrong-guess-2026").status_code == 200
    locked = sign_in(client, "judge", "Wrong-guess-2026")
    assert locked.status_code == 429 and "锁定" in locked.content.decode()
    assert sign_in(client, "judge").status_code == 429 and not is_in(client)
    assert sign_in(client, "clerk").status_code == 302  # another account is not locked with it


def test_a_disabled_account_is_told_so_only_with_the_right_password(court, client):
    court.judge.is_active = False
    with unit_of_work(None) as uow:
        court.judge.save()
        uow.record("account.disabled", court.judge, params={"name": court.judge.name})
    assert "停用" not in sign_in(client, "judge", "Wrong-guess-2026").content.decode()
    page = client.post(LOGIN, {"login": "judge", "password": PASSWORD}, follow=True).content.decode()
    assert "账号已停用" in page and not is_in(client)


def test_a_password_of_an_older_strength_is_renewed_at_sign_in(court, client, settings):
    before = court.judge.password
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    assert sign_in(client, "judge").status_code == 302 and is_in(client)
    court.judge.refresh_from_db()
    assert court.judge.password.startswith("pbkdf2") and court.judge.password != before
    assert "account.hash_renewed" in types()
    assert client.get(reverse("people:organisation")).status_code == 200


def test_pages_that_do_not_exist_here(court, client):
    for path in ("signup", "email", "password/reset", "password/set"):
        assert client.get(f"/account/{path}/").status_code == 404


# -- a session's rules -------------------------------------------------------------------------------------------------


def test_idle_sessions_end(court, still, monkeypatch, settings):
    client, url = signed_in(court.judge), reverse("people:organisation")
    assert client.get(url).status_code == 200
    with pytest.MonkeyPatch.context() as patch:
        later(patch, minutes=settings.BIHUAN_IDLE_MINUTES - 1)
        assert client.get(url).status_code == 200
    later(monkeypatch, minutes=2 * settings.BIHUAN_IDLE_MINUTES + 1)
    response = client.get(url)
    assert response.status_code == 302 and response["Location"] == f"{LOGIN}?next={url}"
    assert not is_in(client) and "没有操作" in client.get(LOGIN).content.decode()


def test_activity_keeps_a_session(court, still, settings):
    client, url = signed_in(court.judge), reverse("people:organisation")
    for step in range(4):
        with pytest.MonkeyPatch.context() as patch:
            later(patch, minutes=step * (settings.BIHUAN_IDLE_MINUTES - 2))
            assert client.get(url).status_code == 200


def test_an_expired_password_is_changed_first(court, monkeypatch, settings):
    client, url = signed_in(court.judge), reverse("people:organisation")
    later(monkeypatch, days=settings.BIHUAN_PASSWORD_DAYS + 1)
    response = client.get(url)
    assert response.status_code == 302 and response["Location"] == reverse("account_change_password")
    settings.BIHUAN_PASSWORD_DAYS = 0
    assert client.get(url).status_code == 200


def test_a_first_password_is_changed_on_the_page_and_other_sessions_end(court, client):
    court.judge.must_change_password = True
    with unit_of_work(None) as uow:
        court.judge.save()
        uow.record("account.password_reset", court.judge, params={"name": court.judge.name})
    sign_in(client, "judge")
    other, change = Client(), reverse("account_change_password")
    sign_in(other, "judge")
    assert client.get(reverse("people:organisation"))["Location"] == change
    assert "请先设置新密码" in client.get(change).content.decode()
    same = client.post(change, {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD})
    assert same.status_code == 200 and "不能与现用密码相同" in same.content.decode()
    new = "Mountain-pine-77"
    client.post(change, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert client.get(reverse("people:organisation")).status_code == 200
    assert other.get(reverse("people:organisation")).status_code == 302
    assert "account.password_changed" in types()


def test_administrators_set_up_their_second_factor_before_anything_else(court, settings):
    client = Client()
    sign_in(client, "auditadmin")
    response = client.get(reverse("people:log"))
    assert response.status_code == 302 and response["Location"] == reverse("mfa_activate_totp")
    settings.BIHUAN_DEMO = True
    assert client.get(reverse("people:log")).status_code == 200


# -- the second factor -------------------------------------------------------------------------------------------------


def test_the_second_factor_from_setting_up_to_switching_off(court, client):
    sign_in(client, "judge")
    activate = reverse("mfa_activate_totp")
    asked = client.get(activate)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    client.post(asked["Location"], {"password": PASSWORD})
    page = client.get(activate).content.decode()
    secret = re.search(r'id="secret"[^>]*value="([^"]+)"', page)[1]
    right = code(secret)
    assert "启用验证器" in page and client.post(activate, {"code": other_than(right)}).status_code == 200
    codes = client.post(activate, {"code": right}, follow=True).content.decode()
    assert "恢复代码" in codes and "account.second_factor" in types()
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert "已启用" in client.get(reverse("mfa_index")).content.decode()
    assert "验证码" in client.get(reverse("mfa_reauthenticate")).content.decode()
    assert client.get(reverse("mfa_generate_recovery_codes")).status_code == 200
    client.post(reverse("mfa_generate_recovery_codes"))
    assert "account.recovery_codes" in types()
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists() and "account.second_factor_off" in types()


def test_signing_in_asks_for_the_code(court, client):
    protect(court.audit)
    assert sign_in(client, "auditadmin")["Location"] == reverse("mfa_authenticate")
    step = reverse("mfa_authenticate")
    assert "密码已通过" in client.get(step).content.decode() and not is_in(client)
    assert client.post(step, {"code": other_than(code())}).status_code == 200
    assert types()[0] == "account.code_refused" and not is_in(client)
    assert client.post(step, {"code": code()}).status_code == 302 and is_in(client)
    assert client.get(reverse("people:log")).status_code == 200


def test_codes_cannot_be_tried_without_end(court, client):
    protect(court.audit)
    sign_in(client, "auditadmin")
    step = reverse("mfa_authenticate")
    for _attempt in range(5):
        client.post(step, {"code": other_than(code())})
    client.post(step, {"code": code()})
    assert not is_in(client)


def test_administrators_keep_their_second_factor(court, settings):
    protect(court.audit)
    factor = Authenticator.objects.get(user=court.audit)
    assert not SecondFactorAdapter().can_delete_authenticator(factor)
    settings.BIHUAN_DEMO = True
    assert SecondFactorAdapter().can_delete_authenticator(factor)


def test_secrets_are_encrypted_under_the_key_of_this_installation(court, monkeypatch):
    adapter = SecondFactorAdapter()
    stored = adapter.encrypt(SECRET)
    assert SECRET not in stored and adapter.decrypt(stored) == SECRET
    monkeypatch.setattr(keys, "secret", lambda name, size: b"x" * size)
    with pytest.raises(Exception):
        adapter.decrypt(stored)


def test_sensitive_steps_ask_for_the_password_again(court, client):
    sign_in(client, "judge")
    response = client.get(reverse("mfa_activate_totp"))
    assert response.status_code == 302 and reverse("account_reauthenticate") in response["Location"]
    assert "再输入一次密码" in client.get(response["Location"]).content.decode()
    wrong = client.post(reverse("account_reauthenticate"), {"password": "Wrong-guess-2026"})
    assert wrong.status_code == 200
    right = client.post(response["Location"], {"password": PASSWORD, "next": reverse("mfa_activate_totp")})
    assert right["Location"] == reverse("mfa_activate_totp")


# -- the demo ----------------------------------------------------------------------------------------------------------


def test_demo_accounts_are_offered_in_the_demo_alone(db, client, settings):
    page = client.get(LOGIN).content.decode()
    assert demo.DEMO_PASSWORD not in page and "演示" not in page
    settings.BIHUAN_DEMO = True
    page = client.get(LOGIN).content.decode()
    assert demo.DEMO_PASSWORD in page
    assert all(account.username in page for account in demo.ACCOUNTS)


def test_the_demo_password_is_not_to_be_had_outside_the_demo(settings):
    with pytest.raises(RuntimeError):
        demo.password()
    assert demo.accounts() == ()
    settings.BIHUAN_DEMO = True
    assert demo.password() == demo.DEMO_PASSWORD


def test_a_demo_account_opens_in_the_demo_alone(db, client, settings):
    build()
    make("demouser", "演示人", is_demo=True)
    assert sign_in(client, "demouser").status_code == 200 and not is_in(client)
    settings.BIHUAN_DEMO = True
    assert sign_in(client, "demouser").status_code == 302 and is_in(client)
    assert client.get(reverse("people:organisation")).status_code == 200
    settings.BIHUAN_DEMO = False
    assert client.get(reverse("people:organisation")).status_code == 302  # the session does not outlive the demo


def test_the_demo_accounts_exist_in_the_demo_court():
    from bihuan.people.sample.load import load_court

    court = load_court()
    known = {p.username: p.name for p in court.people} | {a.username: a.name for a in court.administrators}
    for account in demo.ACCOUNTS:
        assert str(account.label).endswith(known[account.username])
