"""What every answer tells the browser, and what the house takes from it."""

import io
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as live
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import reverse

from bihuan.kernel.models import Evidence
from bihuan.people.tests.court import PASSWORD, make
from bihuan.web.middleware import FORM_ROOM

from .walk import addresses, client_of, said

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style[\s>]|\son[a-z]+\s*=\s*[\"']|\sstyle\s*=|javascript:|\sxlink:href=\"http", re.I
)
OUTSIDE = re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//", re.I)


def rules_of(answer) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))


@pytest.mark.once
@pytest.mark.parametrize("who", ["rectifier", "audit"])
def test_every_page_stands_under_the_policy_and_needs_no_exception(world, who):
    client = client_of(world.admins.get(who) or getattr(world.court, who))
    pages = 0
    for name, address in addresses(world):
        if name == "account_logout":
            continue
        answer = client.get(address)
        policy = rules_of(answer)
        assert answer["X-Content-Type-Options"] == "nosniff", name
        if answer.has_header("Content-Disposition"):
            assert answer["Content-Disposition"].startswith("attachment"), name
            assert "html" not in answer["Content-Type"] and "svg" not in answer["Content-Type"], name
            continue
        assert policy["default-src"] == "'self'" and policy["object-src"] == "'none'", name
        assert policy["frame-ancestors"] == "'none'" and policy["form-action"] == "'self'", name
        assert "unsafe" not in answer["Content-Security-Policy"], name
        assert answer["X-Frame-Options"] == "DENY", name
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            pages += 1
            html = said(answer)
            assert not INLINE.search(html), (name, INLINE.search(html))
            assert not OUTSIDE.search(html), (name, OUTSIDE.search(html))
            assert "no-store" in answer["Cache-Control"] or name.startswith(("account_", "mfa_")), name
    assert pages > 15


@pytest.mark.once
def test_evidence_leaves_as_a_file_that_runs_nowhere(world):
    client = client_of(world.court.judge)
    row = world.evidence
    for query in ("", "?inline=1"):
        answer = client.get(reverse("evidence_download", args=[row.pk]) + query)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Type"] == "application/octet-stream"
        assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.once
@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.txt",
        "..\\..\\x.txt",
        "/etc/x.txt",
        "a\r\nSet-Cookie: x=1.txt",
        "\u202etxt.exe.txt",
        '"; x=".txt',
    ],
)
def test_names_of_files_reach_no_path_and_no_header(court, name, tmp_path):
    measure = court.at("in_progress").measure
    client = client_of(court.clerk)
    file = io.BytesIO("结案统计".encode())
    file.name = "x.txt"
    data = {"kind": "statistics", "title": "统计", "effective_on": "2026-05-20", "file": file}
    address = reverse("evidence_add", args=["rectification.measure", measure.pk])
    import bihuan.kernel.pages.evidence as page

    real = page.evidence.add
    try:
        page.evidence.add = lambda **given: real(**(given | {"filename": name}))
        answer = client.post(address, data)
    finally:
        page.evidence.add = real
    if answer.status_code == 302:
        row = Evidence.objects.get()
        sent = client.get(reverse("evidence_download", args=[row.pk]))
        header = sent["Content-Disposition"]
        assert not re.search(r"[\r\n]|\.\./|\.\.\\\\", header) and "Set-Cookie" not in sent.headers
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert all(re.fullmatch(r"[0-9a-f]{64}", p.name) for p in files if "evidence" in p.parts)
    assert not list(tmp_path.parent.glob("*passwd*"))


class Unread(io.RawIOBase):
    """A body that must not be read."""

    def read(self, size=-1):
        raise AssertionError("the upload was read")


def big(client, address, length):
    return client.generic(
        "POST", address, content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(length),
        **{"wsgi.input": Unread()},
    )  # fmt: skip


@pytest.mark.once
def test_no_upload_over_the_limit_is_read(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.court.rectifier, backend=live.AUTHENTICATION_BACKENDS[-1])
    for name, address in addresses(world):
        if name.endswith(".import"):
            continue  # the wizard counts for itself, in the same words
        assert big(client, address, live.BIHUAN_MAX_UPLOAD + FORM_ROOM + 1).status_code == 413, name


@pytest.mark.once
def test_a_stranger_sends_forms_and_no_files(db):
    address = reverse("account_login")
    assert big(Client(enforce_csrf_checks=True), address, FORM_ROOM + 1).status_code == 413
    assert Client().post(address, {"login": "x", "password": "y"}).status_code == 200


@pytest.mark.once
@override_settings(ALLOWED_HOSTS=["court.example"])
def test_another_host_is_refused(db):
    assert Client().get("/account/login/", headers={"host": "evil.example"}).status_code == 400
    assert Client().get("/account/login/", headers={"host": "court.example"}).status_code == 200


EVIL = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "///evil.example",
]


@pytest.mark.once
@pytest.mark.parametrize("address", EVIL)
def test_no_redirect_leads_out(court, address):
    make("reader", "读者")
    client = Client()
    answer = client.post(
        reverse("account_login") + "?next=" + address, {"login": "reader", "password": PASSWORD, "next": address}
    )
    assert answer.status_code == 302 and answer.url.startswith("/") and not answer.url.startswith(("//", "/\\"))
    client = client_of(court.judge)
    for name, data in (("preference", {"theme": "dark"}), ("simulate", {"day": ""})):
        answer = client.post(reverse(name), data | {"next": address}, headers={"referer": address})
        assert answer.status_code == 302 and answer.url == reverse("home"), name
    measure = court.at("in_progress").measure
    page = said(client.get(reverse("evidence_add", args=["rectification.measure", measure.pk]), {"next": address}))
    assert f'"{address}"' not in page


@pytest.mark.once
def test_signing_in_makes_a_new_session_under_safe_cookies(db, settings):
    make("reader", "读者")
    client = Client()
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    answer = client.post(reverse("account_login"), {"login": "reader", "password": PASSWORD})
    assert answer.status_code == 302
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.value != session.session_key
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    csrf = answer.cookies.get("csrftoken")
    assert csrf is None or csrf["samesite"] == "Lax"


@pytest.mark.once
def test_every_post_wants_a_token(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.court.rectifier, backend=live.AUTHENTICATION_BACKENDS[-1])
    for name, address in addresses(world):
        assert client.post(address).status_code in {403, 405, 411}, name


@pytest.mark.once
@pytest.mark.parametrize(("error", "status"), [(RuntimeError, 500), (OperationalError, 503)])
def test_errors_tell_nothing_even_where_the_shell_is_what_fails(court, monkeypatch, error, status):
    def broken(*args, **kwargs):
        raise error("身份证 110101199001011234 in SELECT secret FROM table")

    client = client_of(court.judge)
    client.raise_request_exception = False
    monkeypatch.setattr("bihuan.web.context.court_name", broken)
    for address in (reverse("home"), reverse("rectification:overview")):
        answer = client.get(address)
        assert answer.status_code == status, address
        for word in ("110101", "SELECT", "Traceback", "Error", "/src/"):
            assert word not in said(answer), word
    assert live.DEBUG is False


@pytest.mark.once
@pytest.mark.parametrize(("demo", "said_"), [("", "False"), ("1", "True")])
def test_a_real_court_never_runs_in_debug_mode(tmp_path, demo, said_):
    env = {"BIHUAN_HOME": str(tmp_path), "BIHUAN_DEBUG": "1", "BIHUAN_DEMO": demo, "PATH": os.environ["PATH"]}
    program = "import bihuan.settings as s; print(s.DEBUG)"
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == said_
