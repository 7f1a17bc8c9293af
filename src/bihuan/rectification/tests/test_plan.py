"""The plan: what it needs, what freezes, how it changes."""

import datetime as dt

import pytest

from bihuan.kernel import clock
from bihuan.kernel.errors import NotAllowed, Refused, Stale
from bihuan.kernel.models import LogEntry
from bihuan.rectification import services as s
from bihuan.rectification import wordings as w
from bihuan.rectification.models import Attempt, Criterion, Measure, Milestone, Problem

from .factory import FEEDBACK, ONSITE
from .test_closing import codes


def test_the_period_ends_by_the_dated_rule_and_says_why(court):
    given = {"name": "n", "body": "b"}
    new = s.create_round(actor=court.rectifier, code="a", feedback_on=dt.date(2025, 2, 26), **given)
    old = s.create_round(actor=court.rectifier, code="b", feedback_on=dt.date(2018, 2, 26), **given)
    assert new.period_end == dt.date(2025, 8, 26)
    assert old.period_end == dt.date(2018, 4, 26)
    assert len(new.period_digest) == 64
    assert new.period_version.startswith("rectification.concentrated-period@2024-02-08")
    assert new.period_trace[0]["params"]["trigger"] == "2025-02-26"
    assert Milestone.objects.filter(round=new, due__isnull=False).count() == 6
    with pytest.raises(Refused) as refusal:
        s.create_round(actor=court.rectifier, code="c", feedback_on=dt.date(2010, 1, 1), **given)
    assert codes(refusal) == {w.NO_TERM}
    with pytest.raises(Refused) as refusal:
        s.create_round(actor=court.rectifier, code="a", feedback_on=FEEDBACK, **given)
    assert codes(refusal) == {w.CODE_TAKEN}


@pytest.mark.parametrize("field", ["category", "kind"])
def test_leads_are_refused_with_an_explanation(court, field):
    with pytest.raises(Refused) as refusal:
        court.problem(**{field: "问题线索"})
    assert codes(refusal) == {w.LEADS_REFUSED}
    assert "纪检监察机构" in str(refusal.value.reasons[0])
    assert not Problem.objects.exists()
    assert court.problem(verbatim="问题线索处置不规范。").pk  # a problem about leads is a problem


def test_a_problem_has_at_least_one_part(court):
    [part] = court.problem().subs.all()
    assert (part.no, part.title) == ("", "")
    parts = court.problem(subs=[{"no": "1", "title": "甲"}, {"no": "2", "title": "乙"}]).subs.all()
    assert [p.title for p in parts] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("lacking", "code"),
    [
        ({"criteria": []}, w.PLAN_NO_CRITERION),
        ({"person": None}, w.PLAN_NO_OWNER),
        ({"leader": None}, w.PLAN_NO_OWNER),
        ({"completion_standard": ""}, w.PLAN_NO_STANDARD),
        ({"due": dt.date(2026, 8, 1)}, w.PLAN_LATE),
    ],
)
def test_a_plan_that_lacks_something_is_refused_naming_the_measures(court, lacking, code):
    measure = court.measure(**lacking)
    with pytest.raises(Refused) as refusal:
        s.submit_plan(actor=court.rectifier, round=court.round)
    assert codes(refusal) == {code}
    assert measure.code in str(refusal.value.reasons[0])
    complete = {"due": dt.date(2026, 6, 1), "person": court.judge, "leader": court.leader, "completion_standard": "x"}
    s.change_item(actor=court.rectifier, obj=measure, values=complete)
    s.add_default_criteria(actor=court.rectifier, round=court.round)
    assert s.submit_plan(actor=court.rectifier, round=court.round).state == "submitted"


def test_problems_without_measures_and_long_term_ones_without_stages_are_refused(court):
    empty = court.problem()
    long_term = court.problem("long_term")
    measure = court.measure(long_term, due=dt.date(2028, 1, 1))
    with pytest.raises(Refused) as refusal:
        s.submit_plan(actor=court.rectifier, round=court.round)
    assert codes(refusal) == {w.PLAN_NO_MEASURE, w.PLAN_NO_TARGET}
    s.void_item(actor=court.rectifier, obj=empty, reason="与问题二重复")
    s.add_target(actor=court.rectifier, measure=measure, due=dt.date(2026, 12, 1), text="减半")
    assert s.submit_plan(actor=court.rectifier, round=court.round).state == "submitted"


def test_approval_freezes_and_opens_one_attempt_each(court):
    first = court.measure()
    second = court.measure(first.problem)
    court.approve()
    assert Attempt.objects.filter(state="not_started").count() == 2
    for model in (Problem, Measure, Criterion):
        assert not model.objects.filter(frozen_at=None).exists()
    assert Attempt.objects.get(measure=second).facts_since == FEEDBACK
    assert LogEntry.objects.get(type="rectification.plan.frozen").data["params"]["measures"] == 2


@pytest.mark.parametrize(
    "values", [{"due": dt.date(2026, 7, 1)}, {"text": "另一措施"}, {"completion_standard": "y"}, {"code": "M9"}]
)
def test_a_silent_change_is_refused_once_frozen(court, values):
    measure = court.measure()
    s.change_item(actor=court.rectifier, obj=measure, values=values)
    court.approve()
    measure.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        s.change_item(actor=court.rectifier, obj=measure, values=dict.fromkeys(values, "x"))
    assert codes(refusal) == {w.FROZEN}
    with pytest.raises(Refused):
        s.add_criterion(actor=court.rectifier, measure=measure, kind=ONSITE[0], params={})
    with pytest.raises(Refused):
        s.void_item(actor=court.rectifier, obj=measure, reason="x")
    with pytest.raises(Refused):
        court.problem()
    notes = s.change_item(actor=court.rectifier, obj=measure.problem, values={"root_cause": "制度缺失"})
    assert notes.root_cause == "制度缺失"


def test_two_people_edit_and_the_second_is_told(court):
    measure = court.measure()
    old = Measure.objects.get(pk=measure.pk)
    s.change_item(actor=court.rectifier, obj=measure, values={"text": "甲"})
    with pytest.raises(Stale):
        s.change_item(actor=court.rectifier, obj=old, values={"text": "乙"})
    assert Measure.objects.get(pk=measure.pk).text == "甲"


def test_an_extension_by_flow_moves_the_date_and_is_on_record(court):
    attempt = court.approved()
    measure = attempt.measure
    ask = {"actor": court.judge, "measure": measure, "reason": "鉴定未完成"}
    for changes, kind in (
        ({"due": "2026-05-01"}, "extension"),
        ({"due": measure.due}, "change"),
        ({"text": " "}, "change"),
        ({"person": 1}, "change"),
        ({"criteria": {"void": [measure.criteria.get().pk]}}, "change"),
    ):
        with pytest.raises(Refused):
            s.request_change(changes=changes, kind=kind, **ask)
    request = s.request_change(changes={"due": "2026-08-15"}, kind="extension", **ask)
    with pytest.raises(Refused) as refusal:
        s.request_change(changes={"due": "2026-09-15"}, kind="extension", **ask)
    assert codes(refusal) == {w.CHANGE_ONE}
    court.file(measure)
    started = s.start(actor=court.judge, attempt=attempt)
    with pytest.raises(Refused) as refusal:
        s.apply(actor=court.clerk, attempt=started)
    assert codes(refusal) == {w.CHANGE_PENDING}
    with pytest.raises(NotAllowed):
        s.agree(actor=court.judge, request=request, agreed=True)
    request = s.agree(actor=court.leader, request=request, agreed=True)
    request = s.approve(actor=court.president, request=request, approved=True)
    measure.refresh_from_db()
    assert (measure.due, measure.change, request.state) == (dt.date(2026, 8, 15), request, "approved")
    entry = LogEntry.objects.get(type="rectification.change.applied")
    assert entry.data["changes"]["due"] == ["2026-06-30", "2026-08-15"]
    assert s.apply(actor=court.clerk, attempt=started).state == "applied"


def test_criteria_change_by_flow_only(court):
    attempt = court.approved()
    old = attempt.measure.criteria.get()
    request = s.request_change(
        actor=court.rectifier,
        measure=attempt.measure,
        changes={
            "criteria": {"add": [{"kind": "evidence_kind", "params": {"kind": "photo", "least": 2}}], "void": [old.pk]}
        },
        reason="改为材料核验",
    )
    request = s.agree(actor=court.leader, request=request, agreed=True)
    s.approve(actor=court.president, request=request, approved=True)
    assert [c.kind for c in attempt.measure.criteria.filter(voided_at=None)] == ["evidence_kind"]
    assert Criterion.objects.get(voided_at=None).is_frozen


def test_a_backfilled_round_is_filed_without_attempts(court):
    given = {"name": "n", "body": "b", "feedback_on": FEEDBACK, "is_backfilled": True}
    round_ = s.create_round(actor=court.rectifier, code="old", **given)
    with pytest.raises(Refused):
        s.submit_plan(actor=court.rectifier, round=round_)
    assert s.file_round(actor=court.rectifier, round=round_).state == "filed"
    court.measure()
    with pytest.raises(Refused):
        s.file_round(actor=court.rectifier, round=court.round)


def test_a_milestone_names_its_document(court):
    ask = {"actor": court.rectifier, "round": court.round, "kind": "leading_group", "done_on": clock.today()}
    with pytest.raises(Refused) as refusal:
        s.record_milestone(document=" ", **ask)
    assert codes(refusal) == {w.DOCUMENT_NEEDED}
    assert s.record_milestone(document="临法党组〔2026〕2号", **ask).done_on == clock.today()


def test_a_new_feedback_day_moves_what_was_computed(court):
    round_ = court.round
    moved = s.change_round(actor=court.rectifier, round=round_, values={"feedback_on": dt.date(2026, 1, 20)})
    assert moved.period_end == dt.date(2026, 7, 20)
    assert Milestone.objects.get(round=round_, kind="plan_filed").due == dt.date(2026, 2, 24)
