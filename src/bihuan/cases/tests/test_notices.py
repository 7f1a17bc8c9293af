"""Loading a year's holiday notice: what is wrong is named, what moves is told before anything changes, the file and the log say it."""

import datetime as dt
import io
import threading
from pathlib import Path

import pytest
from django.db import connections
from django.urls import reverse

from bihuan.cases.clock import jobs as clock_jobs
from bihuan.cases.clock import reckon_case, refresh
from bihuan.cases.models import Case
from bihuan.cases.notices import preview, services
from bihuan.kernel import clock, parameters
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models import LogEntry, Person
from bihuan.kernel.tests.supervision_world import racing  # noqa: F401
from bihuan.law import calendar as law_calendar

from .factory import TODAY, Court, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
NEXT = """year: 2027
title: 关于2027年部分节假日安排的通知
doc: 发电〔2026〕1号
issued: 2026-11-05
source: 测试
tag: D
off: [01-01..01-03, 02-05..02-11, 04-03..04-05, 05-01..05-05, 06-07..06-09, 10-01..10-07]
on: [02-13, 02-14, 05-08]
"""


@pytest.fixture
def folder(settings, tmp_path):
    """A court's own calendar folder, and the shipped calendar again afterwards."""
    settings.BIHUAN_HOME, settings.BIHUAN_CALENDAR_FOLDER = tmp_path, tmp_path / "calendar"
    before = law_calendar.current_calendar()
    yield tmp_path / "calendar"
    law_calendar.install_calendar(before)
    parameters._seen = None


@pytest.fixture
def jobs(monkeypatch):
    """What the job worker was asked for."""
    asked = []
    monkeypatch.setattr(clock_jobs, "async_task", lambda *args: asked.append(args))
    return asked


def refused(text):
    with pytest.raises(Refused) as refusal:
        services.read(text if isinstance(text, bytes) else text.encode())
    return [reason.code for reason in refusal.value.reasons], str(refusal.value)


def test_what_is_wrong_is_named(folder):
    assert refused(b"\xff\xfe\x00")[0] == ["cases.notice.text"]
    assert refused("x" * 70_000)[0] == ["cases.notice.large"]
    assert refused("title: x")[0] == ["cases.notice.year"]
    assert refused("year: 1")[0] == ["cases.notice.year"]
    for text, code, key in (
        (NEXT.replace("02-13, ", "02-15, "), "weekday", "2027-02-15"),
        (NEXT.replace("02-13, ", "01-02, "), "both", "2027-01-02"),
        (NEXT.replace("01-01..01-03, ", ""), "statutory", "01-01"),
        (NEXT.replace("01-01..01-03, ", "01-03..01-01, "), "order", "01-03..01-01"),
        (NEXT.replace("01-01..01-03, ", "元旦, "), "day", "元旦"),
        (NEXT.replace("01-01..01-03, ", "01-01..03-03, "), "long", "01-01..03-03"),
        (NEXT.replace("01-01..01-03, ", "2029-01-01, "), "other", "2029-01-01"),
        (NEXT.replace("doc:", "dok:"), "unknown", "dok"),
        (NEXT.replace("on:", "on: 3 #"), "kind", "3"),
        ("year: 2027\nmore: [", "yaml", "line"),
        ("- 2027", "mapping", "—"),
        ("year: 2027", "missing", "tag"),
    ):
        found, told = refused(text)
        assert found == [f"cases.notice.file.{code}"] and key in told, (code, found, told)
    same = (law_calendar.CALENDAR_DATA / "2026.yaml").read_bytes()
    assert refused(same)[0] == ["cases.notice.same"]
    assert not folder.exists()


def cases(court):
    """Cases due around the holidays of the next year, and far from them."""
    filed = ["2026-07-01", "2026-08-05", "2026-08-11", "2026-08-13", "2026-11-03", "2026-03-02", "2026-06-09"]
    return [court.case(day) for day in filed]


def test_the_preview_agrees_with_every_case_asked_alone(court, folder):
    rows = [*cases(court), court.case("2026-08-06", closed_on="2026-08-20"), court.case("2026-08-06", sealed="privacy")]
    notice = services.read(NEXT.encode())
    now = law_calendar.current_calendar()
    found = preview.of_cases(now, notice.calendar, TODAY)
    slow = {}
    for case in Case.objects.filter(closed_on=None):
        one, other = (reckon_case(case, on=TODAY, calendar=known).due for known in (now, notice.calendar))
        if one != other:
            slow[case.pk] = (one, other, (other - one).days)
    assert {m.pk: (m.before, m.after, m.days) for m in found.farthest} == slow and len(slow) >= 3
    assert found.count == len(slow) and sum(found.by_days.values()) == len(slow)
    assert found.settled == Case.objects.filter(closed_on=None, provisional=True).count() > 0
    assert found.looked < len(rows)  # 届满在变动以前的，不必重算
    assert preview.first_change(now, now) is None and preview.of_cases(now, now, TODAY).looked == 0
    assert {case.pk for case, _move in preview.listed(court.keeper, found)} == set(slow)
    assert preview.listed(court.criminal_judge, found) == []


def test_it_is_loaded_once_confirmed_by_whom_it_concerns(court, folder, jobs):
    made = cases(court)
    notice = services.read(NEXT.encode())
    seen = law_calendar.current_calendar().digest
    for person in (court.judge, court.head, court.president):
        with pytest.raises(NotAllowed):
            services.load(actor=person, notice=notice, seen=seen, moved=1)
    with pytest.raises(Refused) as old:
        services.load(actor=court.keeper, notice=notice, seen="x", moved=1)
    assert [r.code for r in old.value.reasons] == ["cases.notice.changed"] and not folder.exists() and not jobs
    path = services.load(actor=court.keeper, notice=notice, seen=seen, moved=1)
    assert (
        path == folder / "2027.yaml"
        and path.read_text() == NEXT
        and [p.name for p in folder.iterdir()] == ["2027.yaml"]
    )
    assert law_calendar.current_calendar() == notice.calendar
    assert jobs == [(f"bihuan.cases.{job}.afterwards", TODAY.isoformat()) for job in ("clock.jobs", "filing.clock")]
    entry = LogEntry.objects.get(type="cases.calendar.loaded")
    assert entry.data["params"]["year"] == "2027" or entry.data["params"]["year"] == 2027
    assert refused(NEXT)[0] == ["cases.notice.same"]
    before = {case.pk: case.due_on for case in made}
    refresh(on=TODAY)
    assert {pk for pk, due in before.items() if Case.objects.get(pk=pk).due_on != due}


def test_a_write_that_fails_leaves_neither_entry_nor_file(court, folder, jobs, monkeypatch):
    notice = services.read(NEXT.encode())

    def full(self, target):
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space"):
        services.load(actor=court.keeper, notice=notice, seen=law_calendar.current_calendar().digest, moved=0)
    assert not (folder / "2027.yaml").exists() and not jobs
    assert not LogEntry.objects.filter(type="cases.calendar.loaded").exists()


def test_the_page_previews_and_then_loads(court, folder, jobs):
    cases(court)
    sealed = court.case("2026-08-06", sealed="privacy", parties="不可见的人")
    keeper, url = signed_in(court.keeper), reverse("cases:notice")
    assert "2026年12月31日" in keeper.get(url).content.decode()
    wrong = keeper.post(url, {"file": io.BytesIO(b"title: x")})
    assert wrong.status_code in {409, 422} and "year" in wrong.content.decode()
    shown = keeper.post(url, {"file": io.BytesIO(NEXT.encode())})
    text = shown.content.decode()
    assert (
        shown.context["found"].count >= 3
        and "发电〔2026〕1号" in text
        and sealed.number in text
        and "不可见的人" not in text
    )
    assert not folder.exists() and not jobs
    confirmed = {"seen": shown.context["seen"], "text": shown.context["notice"].text.replace("\n", "\r\n")}
    assert keeper.post(url, confirmed).status_code == 302
    assert (folder / "2027.yaml").exists() and len(jobs) == 2
    assert dt.date(2027, 12, 31) == law_calendar.current_calendar().published_to()
    for person in (court.judge, court.president):
        assert signed_in(person).get(url).status_code == 403
        assert signed_in(person).post(url, confirmed).status_code == 403


def test_of_two_who_confirm_at_once_one_is_told_that_the_calendar_changed(racing, folder, jobs, settings):  # noqa: F811
    settings.BIHUAN_SIMULATION_WRITES = True
    court = Court()
    seen = law_calendar.current_calendar().digest
    notices = [services.read(NEXT.replace("01-01..01-03", days).encode()) for days in ("01-01..01-03", "01-01..01-04")]
    ready = threading.Barrier(2)
    done, told, errors = [], [], []
    known = services.access.require

    def both_looked(*args):
        known(*args)
        ready.wait(timeout=300)

    def one(notice):
        try:
            with clock.simulate(TODAY):
                services.load(actor=Person.objects.get(pk=court.keeper.pk), notice=notice, seen=seen, moved=0)
            done.append(notice)
        except Refused as refusal:
            told.append([reason.code for reason in refusal.reasons])
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services.access, "require", both_looked)
        threads = [threading.Thread(target=one, args=[notice]) for notice in notices]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=600)
    assert not errors and told == [["cases.notice.changed"]] and len(done) == 1
    assert (folder / "2027.yaml").read_text() == done[0].text, "the first stands as it was confirmed"
    assert LogEntry.objects.filter(type="cases.calendar.loaded").count() == 1
