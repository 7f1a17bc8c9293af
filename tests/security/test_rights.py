"""Who may not see it is never sent it: every address, asked by a stranger, by outsiders and by each administrator.

On PostgreSQL two walks run every address' queries, the one of who sees much and the one of who sees nothing.
"""

from itertools import product

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.models import LogEntry, SavedFilter

from .walk import FILED, SECRET, addresses, client_of, said

OPEN = {"account_login", "preference", "cases:feed_read"}
"""What somebody who is not signed in may ask for; the rest of the account's pages lead to signing in or are not there. The
calendar feed is opened by the secret in its address, and by nothing else."""
LEAVING = {"account_logout"}
BUSINESS_PAGES = (
    "rectification", "cases", "disclosure", "bulletin", "paper_", "dashboard", "indicator", "kernel.announced", "alert_", "campaign_",
    "duty_", "source_", "evidence_",
)  # fmt: skip
EMPTY = {"alert_list", "campaign_list", "duty_list", "duty_preview", "source_list"}
"""Pages of the engine that show an administrator nothing instead of refusing."""
ADMINS = ("system", "security", "audit")
OF_FILING = {f"cases.{name}" for name in ("receipts", "receipt_supplements", "filing_complaints", "filing_checks")}
CLOSED = {"measures", "problems", "attempts", "changes", "rebounds", "look_backs", "letters"}
BUSINESS = ("rectification.", "cases.", "disclosure.", "bulletins.", "kernel.alert", "kernel.evidence", "kernel.duty", "kernel.campaign", "kernel.source")


def asked(client, world):
    """Each address, got and posted to, with the answer."""
    for name, address in addresses(world):
        if name in LEAVING:
            continue
        for method in ("get", "post"):
            yield name, method, getattr(client, method)(address)


def business_entries():
    kinds = LogEntry.objects.values_list("seq", "kind")
    return {seq for seq, kind in kinds if kind.startswith(BUSINESS)}


@pytest.mark.once
def test_who_is_not_signed_in_is_sent_to_sign_in(world):
    client = Client()
    before = LogEntry.objects.exclude(type="account.refused").count()
    for name, method, answer in asked(client, world):
        if name.startswith(("account_", "mfa_")) or name in OPEN:
            assert answer.status_code in {200, 302, 403, 404, 405}, (name, method, answer.status_code)
        else:
            assert answer.status_code in {302, 405}, (name, method, answer.status_code)
            if answer.status_code == 302:
                assert answer.url.startswith(reverse("account_login")), (name, method, answer.url)
        told = said(answer)
        assert SECRET not in told and FILED not in told, (name, method)
    assert LogEntry.objects.exclude(type="account.refused").count() == before


@pytest.mark.once
def test_the_walk_would_see_it(world):
    """The person in charge is sent the word by many pages: the refusals below are not for want of trying."""
    told = {name for name, method, answer in asked(client_of(world.court.judge), world) if SECRET in said(answer)}
    for name in ("alert_detail", "evidence_download", "inbox", "people:delegations", "people:leaves", "duty_list"):
        assert name in told, name
    for ledger in ("measures", "problems", "attempts", "changes"):
        views = {"list", "detail", "export"} - (
            {"detail"} if ledger == "attempts" else set()
        )  # its page is the measure's
        assert {f"rectification.{ledger}.{view}" for view in views} <= told, ledger
    assert {
        "rectification:closing_form",
        "rectification:problem_file",
        "rectification:act",
        "rectification.rebounds.detail",
    } <= told
    assert "rectification.look_backs.detail" not in told  # not announced
    for ledger in ("cases", "pauses", "grants", "hearings", "appeals", "extensions", "exclusions", "parties", "pending", "reviews", "conduct", "milestones"):
        assert f"cases.{ledger}.detail" in told, ledger
    assert {"cases.cases.list", "cases.cases.export", "cases:extension_print"} <= told


@pytest.mark.parametrize("name", ["stranger", pytest.param("outsider", marks=pytest.mark.once)])
def test_another_department_is_sent_nothing(world, name):
    if name == "outsider":
        world.court.outsider = world.court.person("outsider", "filing", "judge")
    client, before = client_of(getattr(world.court, name)), business_entries()
    watches = name == "stranger"  # the head of the filing division sees all that is filed, and nothing of the cases it became
    for page, method, answer in asked(client, world):
        assert answer.status_code < 500, (page, method, answer.status_code)
        told = said(answer)
        assert SECRET not in told and (watches or FILED not in told), (page, method)
        ledger, _dot, view = page.removeprefix("rectification.").rpartition(".")
        if ledger in CLOSED and view in {"detail", "history", "do"} and method == "get":
            assert answer.status_code == 404, (page, method, answer.status_code)
        if watches and ledger in OF_FILING:
            continue
        if page.startswith("cases.") and view in {"detail", "history", "change"} and method == "get":
            assert answer.status_code in {404, 403}, (page, method, answer.status_code)
        if page in {"cases:extension_print", "rectification:closing_form", "rectification:problem_file", "evidence_download", "alert_detail"}:
            assert answer.status_code in {404, 405}, (page, method)
    assert business_entries() - before == set(exports(before))


def exports(before):
    """Exports of one's own rows are events too."""
    rows = LogEntry.objects.exclude(seq__in=before).filter(type__endswith=".exported")
    return rows.exclude(kind="").values_list("seq", flat=True)


@pytest.mark.once
@pytest.mark.parametrize("kind", ADMINS)
def test_an_administrator_is_sent_no_business_and_does_none(world, kind):
    client, before = client_of(world.admins[kind]), business_entries()
    for page, method, answer in asked(client, world):
        assert answer.status_code < 500, (page, method, answer.status_code)
        if page.startswith(BUSINESS_PAGES):
            refused = {302, 403, 404, 405} | ({200} if page in EMPTY else set())
            assert answer.status_code in refused, (page, method, answer.status_code)
        if kind == "security" and page in {"people:grants", "people:grant_end"}:
            continue  # why a closed track was opened is the security administrator's to know
        if kind == "audit" and page.startswith("people:log"):
            continue  # who changed what into what is the audit administrator's to read
        told = said(answer)
        assert SECRET not in told and FILED not in told, (page, method)
    assert business_entries() == before


@pytest.mark.once
@pytest.mark.parametrize("kind", ADMINS)
def test_an_administrator_does_not_do_anothers_work(world, kind):
    consoles = {
        "system": {"people:accounts", "people:account_add", "people:account"},
        "security": {"people:posts", "people:post_add", "people:grants", "people:administrators", "people:rights"},
        "audit": {"people:log", "people:log_entry", "people:log_verify"},
    }
    client, found = client_of(world.admins[kind]), dict(addresses(world))
    for owner, pages in consoles.items():
        for page in pages:
            expected = 200 if owner == kind else 403
            assert client.get(found[page]).status_code == expected, (kind, page)


QUERIES = [
    f"q={SECRET}", "lead_unit=1", "person=2", "state=internally_closed", "sort=-code", "page=2", "page=9999999999999999999",
    "round=1&problem__kind=concentrated", "lead_unit__code=civil", "measure__text__icontains=x", "sort=measure__text",
    "id=1", "pk__in=1,2", "due__gte=x", "q=%00", "person=abc", "sort=__class__", "late=yes&late=no",
]  # fmt: skip


def test_no_query_string_widens_what_is_seen(world):
    client = client_of(world.court.stranger)
    views = [("measures", "list"), ("measures", "export"), ("problems", "list"), ("letters", "list")]
    for query, (ledger, view) in product(QUERIES, views):
        answer = client.get(reverse(f"rectification.{ledger}.{view}") + "?" + query)
        assert answer.status_code < 500, (ledger, view, query)
        shown = said(answer)
        for word in ("措施", "问题", "函"):
            assert f"{SECRET}{word}" not in shown, (ledger, view, query)


def test_a_saved_filter_keeps_what_the_list_would_accept_and_is_ones_own(world):
    client = client_of(world.court.stranger)
    theirs = SavedFilter.objects.get(person=world.court.judge)
    address = reverse("rectification.measures.saved")
    client.post(address, {"drop": str(theirs.pk)})
    assert SavedFilter.objects.filter(pk=theirs.pk).exists()
    query = "lead_unit__code=civil&pk__in=1&sort=-due&q=x&next=//evil.example&ledger=x"
    answer = client.post(address, {"name": "我的", "query": query})
    kept = SavedFilter.objects.get(person=world.court.stranger)
    for word in ("__code", "pk__in", "evil", "ledger"):
        assert word not in kept.query
    assert "q=x" in kept.query and answer.url.startswith(reverse("rectification.measures.list"))
    assert SECRET not in said(client.get(answer.url))
