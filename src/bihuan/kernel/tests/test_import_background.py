"""Large imports are done by the job worker: taken up once, given up at any moment, settled with their result or not at all."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_q.models import OrmQ

from bihuan.kernel import background, clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import BackgroundJob, ImportDraft, ImportState, InboxItem, JobState, LogEntry
from bihuan.kernel.sheets import dryrun, merging, setwise
from bihuan.kernel.sheets.columns import suggest
from bihuan.kernel.verify import stored, verify

from . import sheet_world
from .sheet_world import TALLIES, WHOLE, Tally, clerk, merged, tried, upload

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.kernel.tests.sheet_urls")]
HEAD = ["编号", "期间", "名称", "件数"]
ROWS = [HEAD, *([f"A{n}", "2025-03", "收案", n] for n in range(5))]


@pytest.fixture(autouse=True)
def _ledger(sheet_tables, monkeypatch):
    monkeypatch.setattr("bihuan.kernel.sheets.ways.AT_ONCE", 3)
    with sheet_world.register():
        yield


@pytest.fixture
def desk(client, office):
    client.force_login(office)
    return client


def asked(office, *rows, ledger=TALLIES):
    """A draft, and the job of its dry run."""
    draft = upload(office, *(rows or ROWS), ledger=ledger)
    mapping = suggest(ledger, draft.headings, office).mapping
    return draft, dryrun.check_later(actor=office, draft=draft, mapping=mapping, sheet=None, rows=len(ROWS) - 1)


def done(job):
    background.perform(job.pk)
    job.refresh_from_db()
    return job.state


def aged(job, **ages):
    """The job's times, so long ago."""
    BackgroundJob.objects.filter(pk=job.pk).update(**{name: clock.now() - age for name, age in ages.items()})
    job.refresh_from_db()


def notices(person):
    return list(InboxItem.objects.filter(person=person).order_by("pk").values_list("code", flat=True))


# ---- the way of a large sheet ------------------------------------------------------------------------------------


def test_a_large_sheet_is_tried_and_merged_while_the_page_is_closed(desk, office):
    content = sheet_world.xlsx(*ROWS).getvalue()
    data = {"file": SimpleUploadedFile("三月.xlsx", content), "cut_off": "2025-03-31", "heading_rows": ""}
    page = desk.get(desk.post(TALLIES.url("import"), data).url)
    assert "将由后台试导入和合并" in page.content.decode()
    draft, form = page.context["draft"], page.context["form"]
    choices = {name: form.initial.get(name) or field.initial for name, field in form.fields.items()}
    progress = TALLIES.url("import_progress", draft.pk)
    assert desk.post(TALLIES.url("import_map", draft.pk), {"sheet": "数据", **choices}).url == progress
    job = background.latest(draft)
    assert OrmQ.objects.count() == 1 and not draft.rows.exists()
    page = desk.get(progress).content.decode()
    assert "马上开始" in page and 'hx-trigger="every 2s"' in page and "0 / 5 行" in page and 'http-equiv="refresh"' in page
    assert desk.get(TALLIES.url("import_map", draft.pk)).url == progress
    assert "后台办理中" in desk.get(TALLIES.url("import")).content.decode()
    assert desk.post(TALLIES.url("import_map", draft.pk), {"sheet": "数据", **choices}).url == progress
    assert BackgroundJob.objects.count() == 1

    assert done(job) == JobState.DONE and notices(office) == ["import.inbox.checked"]
    check = TALLIES.url("import_check", draft.pk)
    assert desk.get(progress).url == check
    assert desk.get(progress, HTTP_HX_REQUEST="true")["HX-Redirect"] == check
    page = desk.get(check).content.decode()
    assert "合并由后台办理" in page and "合并 5 行" in page
    draft.refresh_from_db()
    assert desk.post(check, {"check_no": draft.check_no}).url == progress
    job = background.latest(draft)
    assert not Tally.objects.exists() and done(job) == JobState.DONE
    result = TALLIES.url("import_result", draft.pk)
    assert desk.get(progress).url == result and "新增 5 行" in desk.get(result).content.decode()
    assert notices(office) == ["import.inbox.checked", "import.inbox.merged"]
    assert InboxItem.objects.latest("pk").url == result
    assert Tally.objects.count() == 5 and verify(stored()).sound
    assert {e.data.get("job") for e in LogEntry.objects.filter(type__in=["import.checked", "import.merged"])} == {
        "import.check", "import.merge",
    }  # fmt: skip
    assert desk.post(check, {"check_no": draft.check_no}).url == result, "a second click finds it done"


def test_a_small_sheet_is_still_done_at_once(desk, office):
    draft = tried(office, *ROWS[:3])
    answer = desk.post(TALLIES.url("import_check", draft.pk), {"check_no": draft.check_no})
    assert answer.url == TALLIES.url("import_result", draft.pk) and not BackgroundJob.objects.exists()


def test_what_can_be_refused_at_once_is(desk, office, settings):
    draft = upload(office, *ROWS)
    with pytest.raises(Refused):
        dryrun.check_later(actor=office, draft=draft, mapping={"编号": "code"}, sheet=None, rows=5)
    settings.BIHUAN_MAX_IMPORT_ROWS = 4
    answer = desk.get(TALLIES.url("import_map", draft.pk))
    assert "超过一次导入的上限 4 行" in answer.content.decode()
    mapping = {f"c{i}": name for i, name in enumerate(["code", "period", "title", "count"])}
    assert desk.post(TALLIES.url("import_map", draft.pk), {"sheet": "数据", **mapping}).status_code == 422
    settings.BIHUAN_MAX_IMPORT_ROWS = 100
    draft = tried(office, *ROWS, ["B", "去年", "收案", 1])
    with pytest.raises(Refused):
        merging.merge_later(actor=office, draft=draft, reason="", partial=False)
    assert not BackgroundJob.objects.exists()


# ---- delivered again, broken off, given up -----------------------------------------------------------------------


@pytest.mark.parametrize("ledger", [TALLIES, WHOLE], ids=["row by row", "as a whole"])
def test_a_job_delivered_twice_is_done_once(office, ledger):
    with sheet_world.also(*([WHOLE] if ledger is WHOLE else [])):
        draft, job = asked(office, ledger=ledger)
        assert (done(job), done(job)) == (JobState.DONE, JobState.DONE)
        draft.refresh_from_db()
        merge = merging.merge_later(actor=office, draft=draft, reason="", partial=False)
        entries = LogEntry.objects.count()
        assert done(merge) == JobState.DONE
        after = LogEntry.objects.count()
        assert after > entries and done(merge) == JobState.DONE
        assert (LogEntry.objects.count(), Tally.objects.count(), draft.check_no) == (after, 5, 1)
        assert merging.merge_later(actor=office, draft=draft, reason="", partial=False) is None


def test_a_job_somebody_is_at_is_left_alone_and_a_dead_ones_is_taken_over(office):
    draft, job = asked(office)
    BackgroundJob.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempt=1, beat_at=clock.now())
    assert done(job) == JobState.RUNNING and not draft.rows.exists()
    aged(job, beat_at=background.STALE * 2)
    assert done(job) == JobState.DONE and job.attempt == 2
    assert draft.rows.count() == 5


def test_a_worker_that_was_thought_dead_settles_nothing(office):
    _draft, job = asked(office)
    BackgroundJob.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempt=1, beat_at=clock.now())
    job.refresh_from_db()
    late = background.Reporter(job)
    late.report(1, phase="judging")
    BackgroundJob.objects.filter(pk=job.pk).update(attempt=2)
    with pytest.raises(background.Cancelled):
        late.report(2, phase="preparing")
    with pytest.raises(background.Cancelled):
        late.settle()


def test_after_so_many_deaths_it_is_given_up_in_words(office):
    draft, job = asked(office)
    BackgroundJob.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempt=background.ATTEMPTS)
    aged(job, beat_at=background.STALE * 2)
    assert done(job) == JobState.FAILED and job.faults[0]["code"] == background.TIRED
    assert notices(office) == ["import.inbox.failed"] and not draft.rows.exists()


def test_the_page_says_that_it_was_broken_off_and_has_it_done_again(desk, office):
    draft, job = asked(office)
    progress = TALLIES.url("import_progress", draft.pk)
    BackgroundJob.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempt=1, done=2)
    aged(job, beat_at=background.STALE * 2)
    page = desk.get(progress).content.decode()
    assert "办理中断了" in page and "台账没有任何改动" in page and "重新试导入" in page and "hx-trigger" not in page
    assert desk.get(TALLIES.url("import_map", draft.pk)).url == progress
    assert desk.post(progress, {"again": "1"}).url == progress
    new = background.latest(draft)
    assert new.pk != job.pk and done(job) == JobState.CANCELLED, "the old one delivered again does nothing"
    assert done(new) == JobState.DONE
    draft.refresh_from_db()
    merge = merging.merge_later(actor=office, draft=draft, reason="", partial=False)
    BackgroundJob.objects.filter(pk=merge.pk).update(state=JobState.RUNNING, attempt=1)
    aged(merge, beat_at=background.STALE * 2)
    page = desk.get(progress).content.decode()
    assert "合并没有完成，台账没有任何改动" in page and "重新合并" in page
    desk.post(progress, {"again": "1"})
    assert done(background.latest(draft)) == JobState.DONE and Tally.objects.count() == 5


def test_it_is_cancelled_while_it_waits_runs_or_is_about_to_write(desk, office, monkeypatch):
    draft, job = asked(office)
    progress = TALLIES.url("import_progress", draft.pk)
    assert desk.post(progress, {"cancel": "1"}).url == TALLIES.url("import_map", draft.pk)
    assert done(job) == JobState.CANCELLED and not draft.rows.exists()

    draft, job = asked(office)
    judged = dryrun._Run.stage
    monkeypatch.setattr(background, "SECONDS", 0.0)
    monkeypatch.setattr(dryrun, "STAGED", 2)

    def stage(self, verdicts):
        judged(self, verdicts)
        background.cancel(job)

    with monkeypatch.context() as patch:
        patch.setattr(dryrun._Run, "stage", stage)
        assert done(job) == JobState.CANCELLED
    draft.refresh_from_db()
    assert (draft.state, draft.rows.count()) == (ImportState.UPLOADED, 2)

    with sheet_world.also(WHOLE):
        draft = tried(office, *ROWS, ledger=WHOLE)
        merge = merging.merge_later(actor=office, draft=draft, reason="", partial=False)
        write = setwise.AsAWhole.write

        def late(self, uow):
            background.cancel(merge)
            return write(self, uow)

        monkeypatch.setattr(setwise.AsAWhole, "write", late)
        assert done(merge) != JobState.DONE
    draft.refresh_from_db()
    assert draft.state == ImportState.CHECKED and not Tally.objects.exists() and notices(office) == []


def test_a_dropped_import_takes_its_job_along(desk, office):
    draft, job = asked(office)
    assert desk.post(TALLIES.url("import_drop", draft.pk)).url == TALLIES.url("import")
    assert done(job) == JobState.CANCELLED and not draft.rows.exists()
    assert desk.get(TALLIES.url("import_progress", draft.pk)).url == TALLIES.url("import")


# ---- not done ----------------------------------------------------------------------------------------------------


def test_a_refusal_is_told_on_the_page_by_message_and_in_the_log(desk, office):
    merged(office, *ROWS)
    draft = tried(office, HEAD, *([f"A{n}", "2025-03", "收案", n + 1] for n in range(5)))
    merge = merging.merge_later(actor=office, draft=draft, reason="更正", partial=False)
    sheet_world.touch(Tally.objects.get(code="A3"), title="x")
    assert done(merge) == JobState.FAILED and notices(office) == ["import.inbox.failed"]
    entry = LogEntry.objects.get(type="import.failed")
    assert entry.actor == office and entry.data["params"]["why"][0]["code"] == "import.moved"
    progress = TALLIES.url("import_progress", draft.pk)
    page = desk.get(progress).content.decode()
    assert "没有合并" in page and "A3 / 2025-03" in page and "重新试导入" in page
    assert desk.post(progress, {"cancel": "1"}).url == TALLIES.url("import_check", draft.pk)
    assert desk.post(TALLIES.url("import_map", draft.pk), {"again": "1"}).url == progress
    assert done(background.latest(draft)) == JobState.DONE
    draft.refresh_from_db()
    assert done(merging.merge_later(actor=office, draft=draft, reason="更正", partial=False)) == JobState.DONE
    assert Tally.objects.get(code="A3").count == 4


def test_an_error_of_ours_is_told_too_and_goes_to_the_servers_log(desk, office, monkeypatch):
    draft, job = asked(office)

    def broken(*args, **kwargs):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(dryrun, "Judge", broken)
        with pytest.raises(ZeroDivisionError):
            background.perform(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED and notices(office) == ["import.inbox.failed"]
    page = desk.get(TALLIES.url("import_progress", draft.pk)).content.decode()
    assert "ZeroDivisionError" in page and "再试一次" in page
    assert done(job) == JobState.FAILED, "delivered again it does nothing"
    desk.post(TALLIES.url("import_progress", draft.pk), {"again": "1"})
    assert done(background.latest(draft)) == JobState.DONE


def test_the_page_says_what_to_do_when_nobody_does_the_jobs(desk, office, monkeypatch):
    draft, job = asked(office)
    progress = TALLIES.url("import_progress", draft.pk)
    assert "--no-jobs" not in desk.get(progress).content.decode()
    monkeypatch.setenv("BIHUAN_NO_JOBS", "1")
    assert "另行运行 bihuan qcluster" in desk.get(progress).content.decode()
    monkeypatch.delenv("BIHUAN_NO_JOBS")
    aged(job, asked_at=background.UNTAKEN * 2)
    page = desk.get(progress).content.decode()
    assert "后台任务可能没有运行" in page and 'hx-trigger="every 15s"' in page
    other = upload(office, *ROWS)
    BackgroundJob.objects.create(
        kind="import.check", about=job.about, object_id=other.pk, person=office, asked_at=clock.now(),
        state=JobState.RUNNING, beat_at=clock.now(),
    )  # fmt: skip
    assert "正在办理其他任务" in desk.get(progress).content.decode()


# ---- whose, when, and for how long -------------------------------------------------------------------------------


def test_nobody_else_sees_or_stops_it(client, office):
    draft, job = asked(office)
    progress = TALLIES.url("import_progress", draft.pk)
    for person, status in ((clerk("judge"), 403), (clerk("office"), 404)):
        client.force_login(person)
        assert client.get(progress).status_code == status
        assert client.post(progress, {"cancel": "1"}).status_code == status
    job.refresh_from_db()
    assert job.state == JobState.WAITING


def test_the_simulated_day_and_the_language_go_with_the_job(office):
    with clock.simulate(dt.date(2025, 4, 10)):
        draft, job = asked(office)
    assert job.args["day"] == "2025-04-10" and done(job) == JobState.DONE
    draft.refresh_from_db()
    with clock.simulate(dt.date(2025, 3, 1)):  # the cut-off of 31 March lies ahead on that day
        merge = merging.KIND
        args = {"reason": "", "partial": False, "check_no": draft.check_no}
        job = background.ask(merge, actor=office, obj=draft, args=args, total=5)
    assert done(job) == JobState.FAILED and job.faults[0]["code"] == "sources.future"


def test_jobs_that_are_over_are_cleared_away(office):
    _draft, job = asked(office)
    done(job)
    other, waiting = asked(office)
    assert background.clear(clock.now() - dt.timedelta(days=1)) == 0
    aged(job, ended_at=dt.timedelta(days=2))
    assert background.clear(clock.now() - dt.timedelta(days=1)) == 1
    assert background.latest(other) == waiting and ImportDraft.objects.count() == 2
