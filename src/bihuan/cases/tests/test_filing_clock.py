"""The clock of receipts over columns is the law's answer for each; it writes what changed and nothing else; lamps are conditions."""

import datetime as dt

import pytest

from bihuan.cases.clock import jobs, lamp_of
from bihuan.cases.filing import clock as running
from bihuan.cases.filing import columns, history, lamps
from bihuan.cases.filing.clock import BLOCK, refresh, refresh_complaints
from bihuan.cases.models import FilingComplaint, Receipt, ReceiptSupplement
from bihuan.kernel import clock
from bihuan.kernel.models import LogEntry
from bihuan.kernel.work import unit_of_work
from bihuan.law.arrays.engine import FINDINGS
from bihuan.law.errors import LawError
from bihuan.law.limits import findings as f
from bihuan.law.limits.reckon import reckon

from .factory import TODAY
from .filing_court import many

pytestmark = pytest.mark.django_db
OF_THE_DAY = {f.EXCEEDED, f.AT_EXPIRY, f.PAST_ORDINARY}


@pytest.mark.parametrize("seed", [1, 2])
def test_many_receipts_are_answered_as_each_one_is(court, seed):
    many(court, seed)
    refresh(on=TODAY)
    answered = 0
    for row in Receipt.objects.all():
        for asked, held in ((history.mediation_of(row), row.mediation_due_on), (history.transfer_of(row), row.transfer_due_on)):
            assert held == (reckon(asked, on=TODAY).due if asked else None), row
        try:
            one = history.reckon_receipt(row, on=TODAY)
        except LawError:
            assert row.clock_problem and row.due_on is None, row
            continue
        answered += 1
        assert not row.clock_problem, (row, row.clock_problem)
        assert (row.trigger_on, row.raw_due, row.due_on) == (one.trigger, one.raw, one.due)
        assert (row.provisional, row.paused_now, row.hidden_days) == (one.provisional, one.stopped, one.hidden_days)
        found = {FINDINGS[n] for n in range(len(FINDINGS)) if row.findings >> n & 1}
        told = {x.code for x in one.findings}
        assert found == (told if row.outcome else told - OF_THE_DAY), row
        light = lamp_of(row, TODAY)
        assert (light.code, light.step) == (one.lamp.light, one.lamp.step), row
    assert answered > 60


def test_the_list_asks_the_database_for_the_same_lamps(court):
    many(court, 3)
    refresh(on=TODAY)
    keys = [key for key, _name in lamps.choices()]
    found = {key: set(lamps.with_lamp(Receipt.objects.all(), key, TODAY).values_list("pk", flat=True)) for key in keys}
    for row in Receipt.objects.all():
        key = lamp_of(row, TODAY).key
        assert [k for k in keys if row.pk in found[k]] == [key], row
    assert {"overdue", "green", "stopped", "closed_late", "closed_in_time"} <= {key for key, rows in found.items() if rows}


def test_nothing_is_written_twice_and_no_correction_is_made_stale(court, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    rows = [court.receipt() for _n in range(5)]
    assert refresh(on=TODAY).changed == 0, "the factory computes each receipt"
    log, revisions = LogEntry.objects.count(), [row.revision for row in rows]
    assert refresh(on=TODAY).cases == 5
    assert LogEntry.objects.count() == log
    with unit_of_work(None) as uow:
        Receipt.objects.update(outcome="filed", outcome_on=dt.date(2026, 5, 12))
        uow.record("test.made", covers=[Receipt], params={"what": "filed"})
    assert refresh(on=TODAY).changed == 5
    after = list(Receipt.objects.order_by("pk").values("revision", *BLOCK))
    assert [row["revision"] for row in after] == revisions
    assert {row["transfer_due_on"] for row in after} == {dt.date(2026, 5, 15)}


def test_a_supplement_starts_the_limit_anew_and_only_once(court):
    row = court.receipt("2026-05-06")
    assert (row.raw_due, row.due_on) == (dt.date(2026, 5, 13), dt.date(2026, 5, 13))
    court.supplement(row, "2026-05-08", "2026-05-11")
    row.refresh_from_db()
    assert (row.trigger_on, row.due_on) == (dt.date(2026, 5, 11), dt.date(2026, 5, 18))
    second = court.supplement(row, "2026-05-12", "2026-05-15")
    row.refresh_from_db()
    assert row.due_on == dt.date(2026, 5, 18), "a second supplement gives no new limit"
    assert row.findings & 1 << FINDINGS.index(f.TURN_TIMES)
    with unit_of_work(None) as uow:
        ReceiptSupplement.objects.filter(pk=second.pk).update(voided_at=clock.now(), void_reason="重复")
        uow.record("test.made", second, params={"what": "void"})
    refresh([row.pk])
    row.refresh_from_db()
    assert not row.findings
    done = court.receipt("2026-05-06", outcome="refused_ruling", outcome_on="2026-05-15")
    court.supplement(done, "2026-05-11", "2026-05-18")
    done.refresh_from_db()
    assert done.due_on == dt.date(2026, 5, 13), "what comes after the outcome gives no new limit"


def test_mediation_stops_the_limit_only_with_consent_and_ends_after_thirty_days(court):
    agreed = court.receipt("2026-05-06", mediation_consent=True, mediation_sent_on="2026-05-07", mediation_signed_on="2026-05-08")
    bare = court.receipt("2026-05-06", mediation_sent_on="2026-05-07", mediation_signed_on="2026-05-08")
    assert agreed.paused_now and agreed.due_on > TODAY and not bare.paused_now and bare.due_on == dt.date(2026, 5, 13)
    assert lamp_of(agreed, TODAY).code == "stopped" and lamp_of(bare, TODAY).code == "overdue"
    assert agreed.mediation_due_on == bare.mediation_due_on == dt.date(2026, 6, 8)  # 6月7日是星期日
    longer = court.receipt(
        "2026-03-02", mediation_consent=True, mediation_sent_on="2026-03-03", mediation_signed_on="2026-03-04",
        mediation_until="2026-05-29",
    )  # fmt: skip
    assert longer.mediation_due_on == dt.date(2026, 5, 29) and longer.paused_now


def test_the_day_of_receipt_is_that_of_the_courts_time_zone(court):
    late = court.receipt("2026-05-06 23:40")
    assert late.received_on == dt.date(2026, 5, 6) and late.due_on == dt.date(2026, 5, 13)


def test_receipts_the_law_has_no_answer_for_say_why(court):
    early = court.receipt("2014-06-03", kind="F-13")
    assert early.due_on is not None
    before = court.receipt("2010-06-03", kind="F-13")
    assert (before.clock_problem, before.due_on) == ("not_in_force", None)
    assert lamp_of(before, TODAY).code == "none"


def test_nightly_asks_only_what_moves_and_complaints_have_their_days(court, monkeypatch):
    open_, filed = court.receipt(), court.receipt(outcome="filed", outcome_on="2026-05-08")
    complaint = court.complaint("2026-05-06")
    assert complaint.due_on == dt.date(2026, 5, 21)
    assert running.nightly(TODAY).cases == 1
    monkeypatch.setattr(running, "version", lambda: "other")
    assert running.nightly(TODAY).cases == 2
    assert set(Receipt.objects.values_list("clock_version", flat=True)) == {"other"}
    assert running.nightly(TODAY).changed == 0
    with unit_of_work(None) as uow:
        FilingComplaint.objects.update(accepted_on=dt.date(2026, 5, 11))
        uow.record("test.made", covers=[FilingComplaint], params={"what": "moved"})
    assert refresh_complaints(on=TODAY) == 1
    complaint.refresh_from_db()
    assert complaint.due_on == dt.date(2026, 5, 26) and open_.pk != filed.pk



def test_a_complaint_changed_meanwhile_is_computed_again(court, monkeypatch):
    complaint = court.complaint("2026-05-06")

    def moved(day):
        with unit_of_work(None) as uow:
            rows = FilingComplaint.objects.filter(pk=complaint.pk)
            rows.update(accepted_on=day, revision=rows.get().revision + 1)
            uow.record("test.made", covers=[FilingComplaint], params={"what": "moved"})

    real, asked = columns.replies, []

    def replies(*given):
        if not asked:
            moved(dt.date(2026, 5, 12))
        asked.append(1)
        return real(*given)

    moved(dt.date(2026, 5, 11))
    monkeypatch.setattr(columns, "replies", replies)
    assert refresh_complaints(on=TODAY) == 1 and len(asked) == 2
    complaint.refresh_from_db()
    assert complaint.due_on == dt.date(2026, 5, 27)


def test_many_receipts_are_left_to_the_job_worker(court, monkeypatch):
    receipt, sent = court.receipt(), []
    with unit_of_work(None) as uow:
        Receipt.objects.update(clock_digest="", due_on=None)
        uow.record("test.made", covers=[Receipt], params={"what": "forgotten"})
    monkeypatch.setattr(running, "AT_ONCE", 0)
    monkeypatch.setattr(jobs, "async_task", lambda *given: sent.append(given))
    running.came_in([receipt.pk])
    assert sent == [("bihuan.cases.filing.clock.afterwards", TODAY.isoformat())]
    for _n in range(2):  # it may be delivered twice
        running.afterwards(*sent[0][1:])
        receipt.refresh_from_db()
        assert receipt.due_on == dt.date(2026, 5, 13)
