"""Closed items are asked again all at once: the same findings as one by one, in no more statements for more items."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.kernel import clock, criteria
from bihuan.kernel.criteria import Question, Scope
from bihuan.kernel.models import InboxItem
from bihuan.kernel.models.alerts import RuleRun
from bihuan.kernel.models.duties import Duty, DutyOccurrence
from bihuan.kernel.work import unit_of_work
from bihuan.rectification import closure
from bihuan.rectification import services as s
from bihuan.rectification.models import Attempt, Criterion, Reading, Rebound

from .factory import ONSITE

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 5, 20)


@pytest.fixture
def watched(court):
    """Readings, a duty kept, a rule looked at daily: what the criteria below stand on."""
    court.read(("2026-02", "3"), ("2026-03", "4"), ("2026-04", "4"))
    with unit_of_work(None) as uow:
        duty = Duty.objects.create(
            code="bulletin", title="周通报", rrule="FREQ=WEEKLY;BYDAY=FR", starts=dt.date(2026, 4, 3), owner_role="office"
        )
        for week in range(7):
            day = duty.starts + 7 * DAY * week
            done = None if week == 3 else day
            DutyOccurrence.objects.create(duty=duty, nominal_on=day, due_on=day, deadline=day, fulfilled_on=done)
        for n in range(40):
            RuleRun.objects.create(rule="rect.paper-only", on=TODAY - DAY * n, outcome="ok", started_at=clock.now())
        uow.record("test.made", duty, covers=[DutyOccurrence, RuleRun], params={"what": "watched"})
    return court


def kinds_of(court):
    """One way to ask for each kind of criterion."""
    return [
        ("reading_range", {"figure": court.figure.code, "level": "unit", "high": "3.5", "periods": 1}),
        ("reading_range", {"figure": court.figure.code, "level": "unit", "high": "5", "periods": 3}),
        ("reading_range", {"figure": court.figure.code, "level": "court", "high": "5", "periods": 1}),
        ("reading_range", {"figure": "gone", "level": "unit", "high": "5", "periods": 1}),
        ("rule_quiet", {"rule": "rect.paper-only", "level": "unit", "days": 20}),
        ("rule_quiet", {"rule": "rect.paper-only", "level": "court", "days": 200}),
        ("rule_quiet", {"rule": "no.rule", "level": "court", "days": 3}),
        ("duty_kept", {"duty": "bulletin", "periods": 2}),
        ("duty_kept", {"duty": "bulletin", "periods": 6}),
        ("duty_kept", {"duty": "gone", "periods": 1}),
        ("ledger_count", {"count": "rules_made", "least": "2"}),
        ("ledger_count", {"count": "gone", "least": "2"}),
        ("evidence_kind", {"kind": "statistics", "least": 1}),
        ("evidence_kind", {"kind": "photo", "least": 1}),
        ("onsite_check", {}),
        ("onsite_check", {"person": "inspector"}),
        ("onsite_check", {"person": "stationed"}),
        ("onsite_check", {"person": "nobody"}),
    ]


def test_many_questions_find_what_each_finds_alone(watched):
    """Every kind, of items at every stage, from several days on, with and without a department: no difference, and every verdict
    occurs."""
    court = watched
    attempts = [court.at(state) for state in ("in_progress", "leader_passed", "internally_closed")]
    s.add_outcome(actor=court.clerk, measure=attempts[0].measure, kind="rule_made", title="细则", number=2)
    court.file(attempts[0].measure, kind="photo")
    scopes = [
        Scope(on=TODAY - DAY * back, since=since, unit_id=unit.pk if unit else None, subject=subject)
        for subject in [*Attempt.objects.select_related("measure"), None]
        for back in (0, 9)
        for since in (None, dt.date(2026, 3, 10), TODAY)
        for unit in (court.units["civil"], court.units["filing"], None)
    ]
    verdicts = set()
    asked = {}
    for code, params in kinds_of(court):
        asked.setdefault(code, []).extend(Question(params, scope) for scope in scopes)
    for code, questions in asked.items():
        alone = [criteria.evaluate(code, one.params, one.scope) for one in questions]
        with CaptureQueriesContext(connection) as seen:
            together = criteria.evaluate_many(code, questions)
        assert together == alone, code
        assert len(seen) <= 12, (code, len(seen))
        verdicts |= {(code, str(finding.verdict)) for finding in alone}
    every = {(code, verdict) for code in asked for verdict in ("met", "unmet", "undeterminable")}
    # Nothing is filed or counted too little for want of data, and only a missing patrol leaves a quiet rule unmet here.
    assert every - verdicts <= {("evidence_kind", "undeterminable"), ("rule_quiet", "unmet"), ("onsite_check", "unmet")}


def closed(court, count):
    """So many items, closed, each with two criteria."""
    problem = court.problem()
    criteria_ = [ONSITE, court.in_range]
    measures = [court.measure(problem, criteria=criteria_) for _n in range(count)]
    court.approve()
    return [court.at("internally_closed", court.attempt(measure)) for measure in measures]


def statements(act):
    with CaptureQueriesContext(connection) as seen:
        found = act()
    return found, len(seen)


def test_asking_all_closed_items_takes_no_more_statements_for_more_of_them(watched):
    closed(watched, 2)
    found, few = statements(lambda: s.sweep(TODAY))
    assert found == []
    watched.__dict__.pop("round")  # the next items are of a round of their own
    closed(watched, 6)
    found, many = statements(lambda: s.sweep(TODAY))
    assert found == [] and many == few <= 12


def test_each_item_whose_facts_turned_is_suspected_once_and_only_by_kinds_asked_for(watched):
    court = watched
    attempts = closed(court, 3)
    with unit_of_work(None) as uow:  # at the source, past the import
        row = Reading.objects.get(period=dt.date(2026, 4, 1))
        row.value = 9
        row.save()
        uow.record("test.made", row, params={"what": "correction"})
    assert s.sweep(TODAY, kinds=["onsite_check"]) == []
    raised = s.sweep(TODAY)
    assert [row.attempt_id for row in raised] == [attempt.pk for attempt in attempts]
    found = criteria.evaluate("reading_range", court.in_range[1], closure.scope_of(attempts[0], TODAY))
    assert raised[0].finding["reason"] == found.as_json()["reason"] and raised[0].finding["facts"] == found.as_json()["facts"]
    assert raised[0].finding["criterion"] == Criterion.objects.get(measure=attempts[0].measure, kind="reading_range").pk
    assert InboxItem.objects.filter(person=court.inspector, code__contains="rebound").count() == 3
    assert s.sweep(TODAY) == [] and Rebound.objects.count() == 3
    s.verify_rebound(actor=court.inspector, rebound=raised[0], found=False, note="录入有误，原值正确")
    assert s.sweep(TODAY) == [], "the very same facts are not raised again"


def test_a_reopened_item_is_no_longer_watched_for_what_it_was_closed_on(watched):
    court = watched
    [attempt] = closed(court, 1)
    rebound = s.raise_rebound(actor=court.inspector, attempt=attempt, reason="抽查发现仍有超期")
    from bihuan.rectification.services.rebounds import watched as under_watch

    assert not under_watch().exists(), "a suspicion is under way"
    s.verify_rebound(actor=court.inspector, rebound=rebound, found=True, note="属实")
    s.confirm_rebound(actor=court.secretary, rebound=Rebound.objects.get(), meeting=court.meeting())
    assert Attempt.objects.filter(measure=attempt.measure).count() == 2
    assert not under_watch().exists(), "a later attempt is open"
