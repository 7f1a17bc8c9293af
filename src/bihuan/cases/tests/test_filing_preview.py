"""A new year's notice over open receipts, mediations and complaints: what would move, listed, and computed anew once it is loaded."""

import datetime as dt
import io

import pytest
from django.urls import reverse

from bihuan.cases.filing import history, preview
from bihuan.cases.filing.clock import afterwards, refresh, refresh_complaints
from bihuan.cases.models import FilingComplaint, Receipt
from bihuan.cases.notices import services
from bihuan.cases.notices.preview import others
from bihuan.law import calendar as law_calendar
from bihuan.law.errors import LawError
from bihuan.law.limits.reckon import reckon

from .factory import signed_in
from .filing_court import KINDS
from .test_notices import NEXT, folder, jobs  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
DAY = dt.date(2026, 12, 30)


def waiting(court):
    """Open receipts of every kind received about the turn of the year and before the spring festival, and what rests beside them."""
    made = []
    for number, kind in enumerate(dict.fromkeys(KINDS)):
        for month, day in ((12, 1), (12, 24), (12, 26), (12, 29)):
            made.append(court.receipt(f"2026-{month}-{day + number % 2:02}", kind=kind))
    consent = {"mediation_consent": True, "mediation_sent_on": "2026-12-04", "mediation_signed_on": "2026-12-04"}
    made.append(court.receipt("2026-12-04", **consent))
    made.append(court.receipt("2026-12-03", **consent | {"mediation_until": "2027-02-06"}))
    court.supplement(made[0], "2026-12-02", "2026-12-25")
    court.receipt("2026-12-24", outcome="filed", outcome_on="2026-12-28")
    court.receipt("2026-12-04", **consent | {"mediation_ended_on": "2026-12-20"})
    for day in ("2026-12-17", "2026-12-18", "2026-12-30", "2026-06-01"):
        court.complaint(day)
    court.complaint("2026-12-18", replied_on="2026-12-22", finding="unfounded")
    refresh(on=DAY)
    refresh_complaints(on=DAY)
    return made


def alone(rows, history_of, calendars):
    """What moves, each asked by itself: id -> (before, after, days)."""
    slow = {}
    for row in rows:
        asked = history_of(row)
        if asked is None:
            continue
        try:
            one, other = (reckon(asked, on=DAY, calendar=known).due for known in calendars)
        except LawError:
            continue
        if one != other:
            slow[row.pk] = (one, other, (other - one).days)
    return slow


def told(found):
    return {m.pk: (m.before, m.after, m.days) for m in found.farthest}


def test_the_preview_agrees_with_each_asked_alone(court, folder):  # noqa: F811
    waiting(court)
    notice = services.read(NEXT.encode())
    both = law_calendar.current_calendar(), notice.calendar
    receipts = preview.of_receipts(*both, DAY)
    assert told(receipts) == alone(Receipt.objects.filter(outcome=""), history.history_of, both) and receipts.count >= 3
    assert sum(receipts.by_days.values()) == receipts.count == len(receipts.farthest)
    assert receipts.settled == Receipt.objects.filter(outcome="", provisional=True).count() > receipts.count
    assert receipts.looked < Receipt.objects.count(), "what falls due before the first change is not computed"
    running = Receipt.objects.filter(outcome="", mediation_ended_on=None)
    mediations = preview.of_mediations(*both, DAY)
    assert told(mediations) == alone(running, history.mediation_of, both) and mediations.count >= 1
    complaints = preview.of_complaints(*both, DAY)
    assert told(complaints) == alone(FilingComplaint.objects.filter(replied_on=None), history.complaint_of, both)
    assert complaints.count >= 1
    for find in (preview.of_receipts, preview.of_mediations, preview.of_complaints):
        assert find(both[0], both[0], DAY).looked == 0


def test_whoever_looks_sees_only_their_own_rows_and_nothing_is_written(court, folder):  # noqa: F811
    waiting(court)
    notice, now = services.read(NEXT.encode()), law_calendar.current_calendar()
    before = list(Receipt.objects.order_by("pk").values())
    seen = {other.name: other for other in others(court.keeper, now, notice.calendar, DAY)}
    assert [len(one.rows) for one in seen.values()] == [one.found.count for one in seen.values()]
    assert all(other.rows == [] for other in others(court.criminal_judge, now, notice.calendar, DAY))
    assert list(Receipt.objects.order_by("pk").values()) == before


def test_the_page_lists_them_and_the_load_computes_them_anew(court, folder, jobs):  # noqa: F811
    waiting(court)
    keeper, url = signed_in(court.keeper), reverse("cases:notice")
    shown = keeper.post(url, {"file": io.BytesIO(NEXT.encode())})
    page, found = shown.content.decode(), shown.context["others"]
    for other in found:
        assert other.found.count and other.name in page and all(row.title in page and row.url in page for row in other.rows)
    keeper.post(url, {"seen": shown.context["seen"], "text": shown.context["notice"].text})
    assert "bihuan.cases.filing.clock.afterwards" in [job for job, _day in jobs]
    afterwards(DAY.isoformat())
    receipts, mediations, complaints = found
    for other, model, name in (
        (receipts, Receipt, "due_on"),
        (mediations, Receipt, "mediation_due_on"),
        (complaints, FilingComplaint, "due_on"),
    ):
        held = model.objects.in_bulk([move.pk for move in other.found.farthest])
        assert {pk: getattr(row, name) for pk, row in held.items()} == {m.pk: m.after for m in other.found.farthest}
