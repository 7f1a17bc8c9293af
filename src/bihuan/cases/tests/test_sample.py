"""The demo court's cases are what they are said to be: every situation by its lamp and its alerts, and no alert beside them."""

import pytest

from bihuan.cases.clock import lamp_of
from bihuan.cases.models import (
    AccessReason,
    AgendaItem,
    Appeal,
    Case,
    CaseReview,
    ExclusionRequest,
    ExtensionRequest,
    Line,
    Meeting,
    OversightMark,
    PendingReason,
    ReviewDraw,
    ShareRecord,
)
from bihuan.cases.review import services
from bihuan.cases.sample.fill import fill, fill_meetings, situations
from bihuan.cases.sample.ordinary import SMALL
from bihuan.cases.sample.watch import SHORT, fill_watch
from bihuan.kernel import clock, patrol, rules
from bihuan.kernel.models import Alert
from bihuan.people.sample.fill import fill as fill_people
from bihuan.people.sample.load import load_court

pytestmark = pytest.mark.django_db


def test_every_situation_is_found_and_the_ordinary_cases_are_in_order(settings):
    settings.BIHUAN_DEMO = True
    court = load_court()
    fill_people(court)
    made = fill(court)
    told = {one.key: one for one in situations()}
    # said of many cases, and tested with the samples of their own
    of_filing = ("cases.filing.", "cases.complaint.")
    of_meetings = ("cases.trigger.", "cases.search.", "cases.meeting.", "cases.oversight.", "cases.review.", "cases.shares.", *of_filing)
    of_all = [code for code, rule in rules.rules().items() if rule.domain == "cases"]
    ours = [code for code in of_all if not code.startswith(of_meetings)]
    with clock.simulate(court.as_of):
        done = patrol.run(only=ours)
    assert all(report.outcome == "ok" for report in done.reports)
    found: dict[int, set[str]] = {}
    for alert in Alert.objects.filter(rule__startswith="cases."):
        found.setdefault(alert.object_id, set()).add(alert.rule)
    wrong = {}
    for key, one in told.items():
        case = made[key]
        lamp = lamp_of(case, court.as_of).key
        got = (lamp if one.lamp else None, found.get(case.pk, set()) if one.alerts is not None else None, case.provisional or not one.provisional)
        if got != (one.lamp, None if one.alerts is None else set(one.alerts), True):
            wrong[key] = (got, lamp, found.get(case.pk), case.raw_due, case.limit_id, case.clock_problem)
    assert not wrong, "\n".join(f"{key}: {value}" for key, value in wrong.items())
    known = {case.pk for case in made.values()}
    assert set(found) <= known
    others = Case.objects.exclude(pk__in=known)
    assert others.count() == SMALL and not others.exclude(clock_problem="").exists()
    assert {lamp_of(case, court.as_of).key for case in others} == {"closed_in_time", "green"}
    assert set(Case.objects.values_list("line", flat=True)) >= {Line.CIVIL, Line.CRIMINAL, Line.ADMINISTRATIVE, Line.ENFORCEMENT, Line.BANKRUPTCY}
    assert not others.filter(judge=None).exists()
    asked = {row.case_id: row.state for model in (ExclusionRequest, ExtensionRequest) for row in model.objects.all()}
    wanted = {"exclusion-asked": "open", "exclusion-differs": "differs", "extension-asked": "open"}
    assert asked == {made[key].pk: state for key, state in wanted.items()}
    assert set(PendingReason.objects.values_list("case", flat=True)) == {made[f"pending-{n}"].pk for n in (12, 18, 24)}
    fill_meetings(court)
    fill_watch(court)
    assert sorted(Meeting.objects.values_list("state", flat=True)) == ["failed", "minuted", "minuted", "minuted", "minuted", "planned"]
    with clock.simulate(court.as_of):
        here = [code for code in of_all if not code.startswith(of_filing)]
        assert {report.outcome for report in patrol.run(only=here).reports} == {"ok"}
    discussed = set(AgendaItem.objects.filter(state__in=["executed", "concluded"]).values_list("case", flat=True))
    alerts = set(Alert.objects.filter(rule="cases.trigger.committee", breach_state="open").values_list("object_id", flat=True))
    silent = Alert.objects.filter(rule="cases.oversight.no-measure", breach_state="open").values_list("object_id", flat=True)
    assert len(silent) == 1
    assert Alert.objects.filter(rule="cases.oversight.unmarked", breach_state="open").count() == 1
    assert sorted(OversightMark.objects.values_list("state", flat=True)) == ["confirmed"] * 3 + ["declined"] + ["ended"] * 5 + ["proposed"]
    assert [(row.person.username, row.case.closed_on) for row in AccessReason.objects.all()] == [("jiangboheng", None)]
    states = set(CaseReview.objects.filter(draw__isnull=False).values_list("state", flat=True))
    assert states == {"opened", "checked", "reviewed", "answered", "submitted", "graded"}
    reversed_ = Appeal.objects.filter(outcome__in=["changed", "remanded"], decided_on__gte="2025-01-01").count()
    assert reversed_ and CaseReview.objects.filter(appeal__isnull=False).count() == reversed_
    assert services.drawn_again(ReviewDraw.objects.get())[0]
    assert not Alert.objects.filter(rule="cases.review.missing", breach_state="open").exists()
    assert Alert.objects.filter(rule="cases.review.overdue", breach_state="open").exists()
    assert Alert.objects.filter(rule="cases.milestone.overdue", breach_state="open").count() == 1
    short = Alert.objects.filter(rule="cases.shares.below", breach_state="open").values_list("owner__username", flat=True)
    assert sorted(short) == sorted(SHORT)
    hard = ShareRecord.objects.filter(hard__gt=0).order_by("role", "-hard").values_list("role", "hard", "hard_post", "hard_target").distinct()
    assert list(hard) == [("head", 2, 2, 6), ("leader", 1, 1, 4)]
    assert discussed - alerts and alerts - discussed, "a meeting that was properly held ends the alert, and only that"
