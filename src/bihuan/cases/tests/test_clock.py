"""The clock over columns is the clock of one case; it writes what changed and nothing else; lamps are conditions on days."""

import datetime as dt
import random

import pytest

from bihuan.cases.clock import jobs, lamp_of, reckon_case, refresh
from bihuan.cases.clock import run as running
from bihuan.cases.clock.lamps import choices, condition
from bihuan.cases.clock.run import BLOCK
from bihuan.cases.models import Case, ClockRun
from bihuan.kernel import patrol
from bihuan.kernel.models import LogEntry
from bihuan.kernel.work import unit_of_work
from bihuan.law.arrays.engine import FINDINGS
from bihuan.law.errors import LawError
from bihuan.law.limits import findings as f

from .factory import TODAY

pytestmark = pytest.mark.django_db
KINDS = (
    ("民初", "ordinary"), ("民初", "summary"), ("民初", "small"), ("民终", "judgment"), ("刑初", "ordinary"), ("刑初", "fast_track"),
    ("行初", "ordinary"), ("执", "only"), ("执恢", "only"), ("民特", "only"), ("破", "only"), ("法赔", "only"),
)  # fmt: skip
GROUNDS = ("appraisal", "announcement", "settlement", "suspension", "awaiting_superior", "mediation", "jurisdiction")


def many(court, seed, count=90):
    """Cases of all kinds with whatever happens to cases, some of it nonsense."""
    draw = random.Random(seed)

    def day(first, spread):
        return first + dt.timedelta(days=draw.randint(0, spread))

    for _n in range(count):
        type_, procedure = draw.choice(KINDS)
        filed = day(dt.date(2023, 6, 1), 1080)
        values = {"filed_on": filed, "procedure": procedure, "custody": type_ == "刑初" and draw.random() < 0.5 or None}
        if draw.random() < 0.3:
            values["closed_on"] = day(filed, 500)
        if draw.random() < 0.1:
            values |= {"limit_given": "CV-01", "limit_reason": "更正", "trigger_given": day(filed, 20)}
        if draw.random() < 0.1:
            values["dates"] = {"announcement_ended": str(day(filed, 60)), "retrial_ordered": str(day(filed, 9))}
        if draw.random() < 0.1:
            values["facts"] = draw.sample(["incidental_civil_action", "complex_158", "both_parties_consent"], 2)
        case = court.case(type=type_, **values)
        for ground in draw.sample(GROUNDS, draw.randint(0, 2)):
            first = day(filed, 300)
            court.pause(
                case,
                ground,
                first,
                draw.choice([None, day(first, 70)]),
                facts=draw.choice([[], ["all_parties_consent"]]),
            )
        if draw.random() < 0.4:
            applied = day(filed, 250)
            how = {"term": draw.choice(["6m", "1m", "30d"])} if draw.random() < 0.7 else {"until": day(applied, 200)}
            decided = draw.choice([None, day(applied, 10)])
            court.grant(case, applied, decided=decided, by=draw.choice(["president", "superior", ""]), **how)
        if type_ == "民初" and procedure != "ordinary" and draw.random() < 0.5:
            court.turn(case, "ordinary", day(filed, 150), was=procedure)
        if type_ == "刑初" and draw.random() < 0.4:
            sent = day(filed, 60)
            court.turn(case, "supplementary_investigation", draw.choice([None, day(sent, 40)]), sent_on=sent)


@pytest.mark.parametrize("seed", [1, 2])
def test_many_cases_are_answered_as_each_one_is(court, seed):
    many(court, seed)
    refresh(on=TODAY)
    answered = 0
    of_the_day = {f.EXCEEDED, f.AT_EXPIRY, f.PAST_ORDINARY}
    for case in Case.objects.all():
        try:
            one = reckon_case(case, on=TODAY)
        except LawError:
            assert case.clock_problem and case.due_on is None, case
            continue
        answered += 1
        assert not case.clock_problem, (case, case.clock_problem)
        found = {FINDINGS[n] for n in range(len(FINDINGS)) if case.findings >> n & 1}
        assert (case.limit_id, case.trigger_on, case.raw_due, case.due_on) == (
            one.limit.id,
            one.trigger,
            one.raw,
            one.due,
        )
        assert case.expires_on == (one.hard_due or one.due)
        assert (case.provisional, case.paused_now, case.hidden_days) == (one.provisional, one.stopped, one.hidden_days)
        assert case.extended_times == one.extensions
        told = {x.code for x in one.findings}
        assert found == (told if case.closed_on else told - of_the_day), case
        light = lamp_of(case, TODAY)
        assert (light.code, light.step) == (one.lamp.light, one.lamp.step), case
    assert answered > 60


def test_the_list_asks_the_database_for_the_same_lamps(court):
    many(court, 3, 60)
    refresh(on=TODAY)
    keys = [key for key, _name in choices()]
    found = {key: set(Case.objects.filter(condition(key, TODAY)).values_list("pk", flat=True)) for key in keys}
    for case in Case.objects.all():
        key = lamp_of(case, TODAY).key
        assert [k for k in keys if case.pk in found[k]] == [key], case
    assert sum(map(len, found.values())) == Case.objects.count()
    assert {"overdue", "green", "stopped"} <= {key for key, rows in found.items() if rows}


def test_nothing_is_written_twice_and_no_correction_is_made_stale(court, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    for _n in range(5):
        court.case()
    before = list(Case.objects.order_by("pk").values(*BLOCK, "revision"))
    log = LogEntry.objects.count()
    done = refresh(on=TODAY)
    assert (done.cases, done.changed, done.unanswered) == (5, 0, 0)
    assert list(Case.objects.order_by("pk").values(*BLOCK, "revision")) == before
    assert LogEntry.objects.count() == log + 1  # the run itself
    assert set(Case.objects.values_list("revision", flat=True)) == {0}


def test_a_case_changed_meanwhile_is_computed_again(court, monkeypatch):
    case = court.case("2026-03-02")
    with unit_of_work(None) as uow:
        Case.objects.filter(pk=case.pk).update(filed_on=dt.date(2026, 3, 5))
        uow.record("test.made", case, params={"what": "other day"})
    real, reads = running.read, []

    def read(rows, table):
        held = real(rows, table)
        if not reads:
            with unit_of_work(None) as uow:
                Case.objects.filter(pk=case.pk).update(filed_on=dt.date(2026, 3, 9), revision=1)
                uow.record("test.made", case, params={"what": "faster"})
        reads.append(1)
        return held

    monkeypatch.setattr(running, "read", read)
    refresh([case.pk], on=TODAY)
    case.refresh_from_db()
    assert (case.raw_due, case.revision, len(reads)) == (dt.date(2026, 9, 9), 1, 2)


def test_every_night_only_what_moves_with_the_day_and_all_when_the_texts_changed(court, monkeypatch):
    quiet, paused = court.case(), court.case()
    court.pause(paused, "appraisal", "2026-05-01")
    assert jobs.nightly(TODAY).cases == 2  # never run over all before
    assert jobs.nightly(TODAY).cases == 1
    later = TODAY + dt.timedelta(days=10)
    was = Case.objects.get(pk=paused.pk).raw_due
    assert jobs.nightly(later).changed == 1
    assert (Case.objects.get(pk=paused.pk).raw_due - was).days == 10
    assert jobs.moving(later) == {paused.pk}
    monkeypatch.setattr(jobs, "version", lambda: "other texts")
    assert jobs.nightly(later).cases == 2 and quiet.pk
    assert ClockRun.objects.filter(whole=True).count() == 2
    assert jobs.nightly in patrol._steps


def test_what_has_no_answer_says_why_and_spoils_no_other(court):
    fine = court.case()
    none = court.case(type="民初", procedure="private")
    undated = court.case(filed_on=None, number="（2026）鄂0000民初999号")
    kept = court.case(type="民初", custody=True)
    assert fine.due_on and [c.clock_problem for c in (none, undated, kept)] == [
        "unknown_limit",
        "no_trigger",
        "no_custody_here",
    ]
    assert none.due_on is None and none.limit_id == ""


def test_many_are_left_to_the_job_worker(court, monkeypatch):
    sent = []
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    monkeypatch.setattr(jobs, "async_task", lambda *a: sent.append(a))
    one, two = court.case(), court.case()
    with unit_of_work(None) as uow:
        Case.objects.update(filed_on=dt.date(2026, 3, 9))
        uow.record("test.made", one, params={"what": "moved"})
        jobs.came_in([one.pk, two.pk])
    assert sent == [("bihuan.cases.clock.jobs.afterwards", TODAY.isoformat())]
    jobs.afterwards(TODAY.isoformat())
    assert set(Case.objects.values_list("raw_due", flat=True)) == {dt.date(2026, 9, 9)}
