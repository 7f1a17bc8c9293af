"""The pages of supervision: seen by whom they concern, said in words, few statements, refusals that keep what was typed."""

import datetime as dt

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.kernel import access, alerts, clock, duties, evidence, inbox, sources
from bihuan.kernel.models import Alert, DutyOccurrence, Evidence, InboxItem, LogEntry, Unit
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from . import files_samples as samples
from . import org_factory as make
from .supervision_world import MONDAY, declare, patrol_on, the_alert, world  # noqa: F401

pytestmark = pytest.mark.django_db
SAYS = wording("test.pages", "请看 %(what)s")


@pytest.fixture
def enter(client, settings):
    """Sign a person in; the business day is the world's Monday."""
    settings.BIHUAN_SIMULATION_WRITES = True

    def sign_in(person):
        client.force_login(person)
        session = client.session
        session["simulated_day"] = MONDAY.isoformat()
        session.save()
        assert session[SESSION_KEY] == str(person.pk)
        return client

    return sign_in


def text(response):
    return response.content.decode()


@pytest.fixture
def alert(world):  # noqa: F811
    declare()
    patrol_on(MONDAY)
    return the_alert()


def test_nobody_enters_without_signing_in(client, alert):
    for name, args in (
        ("alert_list", []),
        ("alert_detail", [alert.pk]),
        ("duty_list", []),
        ("source_list", []),
        ("inbox", []),
        ("evidence_download", [1]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 302, name


def test_the_list_shows_mine_and_what_i_answer_for(enter, world, alert):  # noqa: F811
    page = enter(world.head).get(reverse("alert_list"))
    assert page.status_code == 200 and "坏一庭" in text(page)
    assert "坏一庭" in text(enter(world.leader).get(reverse("alert_list"), {"scope": "units"}))
    assert "坏一庭" not in text(enter(world.leader).get(reverse("alert_list")))
    assert "坏一庭" not in text(enter(world.stranger).get(reverse("alert_list"), {"scope": "all"}))


@pytest.mark.parametrize(
    "query, found",
    [
        ({"severity": "warning"}, True),
        ({"severity": "serious"}, False),
        ({"state": "cleared"}, False),
        ({"state": "every", "q": "坏"}, True),
        ({"q": "没有"}, False),
        ({"severity": "'; DROP", "state": "x", "rule": "y", "scope": "z", "page": "-3"}, True),
    ],
)
def test_filters_narrow_and_nonsense_is_ignored(enter, world, alert, query, found):  # noqa: F811
    assert (
        reverse("alert_detail", args=[alert.pk]) in text(enter(world.head).get(reverse("alert_list"), query))
    ) is found


def test_the_list_takes_the_same_statements_for_one_and_for_many(enter, world, alert):  # noqa: F811
    client = enter(world.president)

    def statements():
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("alert_list"), {"scope": "all"})
        return len(seen)

    statements()  # the first request of a session also stores when it was seen
    one = statements()
    for n in range(30):
        make.post(world.head, "head", make.unit(f"坏{n}"))
    patrol_on(MONDAY)
    assert statements() == one <= 12


def test_a_foreign_alert_does_not_exist(enter, world, alert):  # noqa: F811
    client = enter(world.stranger)
    assert client.get(reverse("alert_detail", args=[alert.pk])).status_code == 404
    assert client.post(reverse("alert_act", args=[alert.pk]), {"act": "see", "revision": 0}).status_code == 404


def test_the_detail_answers_why_and_offers_what_the_person_may_do(enter, world, alert):  # noqa: F811
    page = text(enter(world.head).get(reverse("alert_detail", args=[alert.pk])))
    assert "坏一庭 应于" in page and "2026年3月16日" in page and 'value="handle"' in page and 'value="report"' in page
    assert 'value="confirm"' not in page
    assert 'value="handle"' not in text(enter(world.data).get(reverse("alert_detail", args=[alert.pk])))


def test_handling_reporting_and_judging_through_the_page(enter, world, alert):  # noqa: F811
    act = reverse("alert_act", args=[alert.pk])
    client = enter(world.head)
    assert client.post(act, {"act": "see", "revision": the_alert().revision}).status_code == 302
    assert client.post(act, {"act": "handle", "note": "在办", "revision": the_alert().revision}).status_code == 302
    stale = client.post(act, {"act": "handle", "note": "我的说明", "revision": 0})
    assert stale.status_code == 409 and "我的说明" in text(stale)
    odd = client.post(act, {"act": "handle", "note": "我的说明", "day": "明天", "revision": the_alert().revision})
    assert odd.status_code == 409 and "我的说明" in text(odd)
    assert client.post(act, {"act": "report", "note": "录错", "revision": the_alert().revision}).status_code == 302
    assert client.post(act, {"act": "confirm", "note": "属实", "revision": the_alert().revision}).status_code == 403
    office = enter(world.data)
    assert 'value="confirm"' in text(office.get(reverse("alert_detail", args=[alert.pk])))
    assert office.post(act, {"act": "confirm", "note": "属实", "revision": the_alert().revision}).status_code == 302
    assert the_alert().handling_state == "paused"


def test_an_administrator_finds_nothing(enter, world, alert):  # noqa: F811
    admin = make.person("系统", admin_role="system")
    assert not access.visible(admin, Alert).exists()
    page = enter(admin).get(reverse("alert_list"), {"scope": "all"})
    assert "坏一庭" not in text(page)


def test_duties_are_listed_and_registered(enter, world):  # noqa: F811
    with clock.simulate(MONDAY):
        duties.create(
            actor=world.data,
            code="d",
            title="周例会",
            rrule="FREQ=WEEKLY;BYDAY=MO",
            starts=dt.date(2026, 3, 9),
            owner_role="clerk",
            unit=world.bad,
        )
        duties.generate(MONDAY)
    client = enter(world.clerk)
    page = text(client.get(reverse("duty_list")))
    row = DutyOccurrence.objects.order_by("nominal_on").first()
    form = reverse("duty_fulfil", args=[row.pk])
    assert "周例会" in page and form in page and "已逾期" in page
    refused = client.post(form, {"day": "2026-03-10", "note": "", "revision": 0})
    assert refused.status_code == 409
    kept = client.post(form, {"day": "三月十日", "note": "已开会", "revision": 0})
    assert kept.status_code == 409 and "已开会" in text(kept)
    assert client.post(form, {"day": "2026-03-10", "note": "已开会", "revision": 0}).status_code == 302
    assert "按时完成" not in text(client.get(reverse("duty_list"), {"show": "done"})), "the 10th is past the 9th"
    assert "逾期完成" in text(client.get(reverse("duty_list"), {"show": "done"}))
    assert "每周星期一" in text(client.get(reverse("duty_list"), {"show": "duties"}))
    assert enter(world.stranger).get(form).status_code == 404
    assert enter(world.president).get(form).status_code == 403


def test_sources_and_coverage_are_shown_to_everybody_with_a_post(enter, world, alert):  # noqa: F811
    sources.register_source("test.page", name="测试月报", owner_role="dept_clerk")
    try:
        page = text(enter(world.stranger).get(reverse("source_list")))
        assert "测试月报" in page and "逾期" in page and "测试规则" in page
        with clock.simulate(MONDAY), unit_of_work(None):
            sources.record_intake("test.page", cut_off=dt.date(2026, 2, 28), filename="二月.xlsx")
        assert "二月.xlsx" in text(enter(world.stranger).get(reverse("source_list")))
    finally:
        sources._specs.pop("test.page")


def test_the_inbox_is_ones_own_and_opening_marks_and_leads(enter, world):  # noqa: F811
    with unit_of_work(None) as uow:
        inbox.send(world.clerk, Message(SAYS, {"what": "甲"}), url="/alerts/")
        inbox.send(world.head, Message(SAYS, {"what": "乙"}), url="//other.example/")
        uow.record("test.made")
    client = enter(world.clerk)
    page = text(client.get(reverse("inbox")))
    assert "请看 甲" in page and "请看 乙" not in page
    mine, other = InboxItem.objects.get(person=world.clerk), InboxItem.objects.get(person=world.head)
    assert client.post(reverse("inbox_open", args=[other.pk])).status_code == 404
    opened = client.post(reverse("inbox_open", args=[mine.pk]))
    assert opened.status_code == 302 and opened["Location"] == "/alerts/"
    assert inbox.unread(world.clerk) == 0
    assert client.get(reverse("inbox_open", args=[mine.pk])).status_code == 405
    assert enter(world.head).post(reverse("inbox_open", args=[other.pk]))["Location"] == reverse("inbox")
    assert enter(world.head).post(reverse("inbox")).status_code == 302


@pytest.fixture
def filing(world, settings, tmp_path):  # noqa: F811
    settings.BIHUAN_EVIDENCE_FOLDER = tmp_path / "evidence"
    held = access._scopes.get(Unit)
    access._scopes[Unit] = lambda viewer: access.Q(pk__in=viewer.units)
    if "test.page_file" not in access.actions():
        access.action("test.page_file", "上传", relation=lambda viewer, obj: obj.pk in viewer.headed)
    evidence.attachable("kernel.Unit", add="test.page_file")
    yield world
    evidence._attachable.pop("kernel.unit")
    access._scopes.pop(Unit)
    if held is not None:
        access._scopes[Unit] = held


def upload(name="签到.pdf", data=None):
    return SimpleUploadedFile(name, samples.pdf("x") if data is None else data)


def test_evidence_is_filed_downloaded_and_voided_through_the_pages(enter, filing):
    client = enter(filing.head)
    form = reverse("evidence_add", args=["kernel.unit", filing.bad.pk])
    page = client.get(form)
    assert page.status_code == 200 and "multipart/form-data" in text(page)
    given = {"kind": "sign_in", "title": "签到<b>表", "effective_on": "2026-03-02"}
    refused = client.post(form, {**given, "file": upload("a.exe", b"MZ")})
    assert refused.status_code == 409 and "签到&lt;b&gt;表" in text(refused)
    assert client.post(form, given).status_code == 409
    assert client.post(form, {**given, "effective_on": "x", "file": upload()}).status_code == 409
    assert client.post(form, {**given, "file": upload(), "next": "https://other.example/"})["Location"] == reverse(
        "home"
    )
    row = Evidence.objects.get()
    got = client.get(reverse("evidence_download", args=[row.pk]))
    assert b"".join(got.streaming_content) == samples.pdf("x")
    assert got["X-Content-Type-Options"] == "nosniff" and got["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got["Content-Security-Policy"]
    shown = client.get(reverse("evidence_download", args=[row.pk]), {"inline": "1"})
    assert shown["Content-Disposition"].startswith("inline")
    taken = LogEntry.objects.filter(type="evidence.downloaded")
    assert [(e.actor, e.kind, e.object_id) for e in taken] == [(filing.head, "kernel.evidence", str(row.pk))] * 2
    assert client.head(reverse("evidence_download", args=[row.pk])).status_code == 405, "nothing goes out unrecorded"
    assert client.post(reverse("evidence_void", args=[row.pk]), {"reason": ""}).status_code == 302
    assert evidence.of(filing.bad).exists()
    client.post(reverse("evidence_void", args=[row.pk]), {"reason": "传错"})
    assert not evidence.of(filing.bad).exists()


def test_foreign_evidence_does_not_exist(enter, filing):
    client = enter(filing.head)
    given = {"kind": "sign_in", "title": "表", "effective_on": "2026-03-02", "file": upload()}
    client.post(reverse("evidence_add", args=["kernel.unit", filing.bad.pk]), given)
    row = Evidence.objects.get()
    stranger = enter(filing.stranger)
    assert stranger.get(reverse("evidence_download", args=[row.pk])).status_code == 404
    assert not LogEntry.objects.filter(type="evidence.downloaded").exists()
    assert stranger.post(reverse("evidence_void", args=[row.pk]), {"reason": "x"}).status_code == 404
    assert stranger.get(reverse("evidence_add", args=["kernel.unit", filing.bad.pk])).status_code == 404
    assert enter(filing.clerk).get(reverse("evidence_add", args=["kernel.unit", filing.bad.pk])).status_code == 403
    assert enter(filing.head).get(reverse("evidence_add", args=["kernel.person", 1])).status_code == 404
    assert enter(filing.head).get(reverse("evidence_add", args=["no.model", 1])).status_code == 404


def test_the_acts_offered_are_those_that_succeed(world, alert):  # noqa: F811
    from bihuan.kernel.pages.alerts import acts_of

    with clock.simulate(MONDAY):
        assert acts_of(world.head, alert) == {"see", "handle", "report"}
        assert acts_of(world.data, alert) == frozenset()
        alerts.report_data_error(actor=world.head, alert=alert, note="录错")
        assert acts_of(world.head, the_alert()) == frozenset()
        assert acts_of(world.data, the_alert()) == {"judge"}
