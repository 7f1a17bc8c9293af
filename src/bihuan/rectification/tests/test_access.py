"""Who sees what: each refusal shares its set-up with the allowed case."""

import pytest

from bihuan.kernel import access
from bihuan.kernel.errors import NotAllowed
from bihuan.kernel.models import Person
from bihuan.kernel.work import unit_of_work
from bihuan.rectification import models as m
from bihuan.rectification import services as s

SEES = [
    "president",
    "leader",
    "head",
    "judge",
    "clerk",
    "inspector",
    "disciplinarian",
    "stationed",
    "rectifier",
    "secretary",
]
BLIND = ["stranger", "keeper"]
THROUGH_MEASURE = [
    m.Measure, m.Problem, m.SubProblem, m.Attempt, m.Criterion, m.Closure, m.ClosureVerdict, m.Verification, m.Progress,
]  # fmt: skip


def test_every_model_has_a_scope():
    own = {model for model in vars(m).values() if isinstance(model, type) and hasattr(model, "_meta")}
    own = {model for model in own if not model._meta.abstract}
    assert own <= access.scoped_models()


@pytest.mark.parametrize("model", THROUGH_MEASURE)
def test_rows_are_seen_through_their_measure(court, model):
    attempt = court.at("internally_closed")
    s.add_progress(actor=court.judge, measure=attempt.measure, text="已核查")
    for name in SEES:
        assert access.visible(getattr(court, name), model).exists(), name
    for name in BLIND:
        assert not access.visible(getattr(court, name), model).exists(), name


def test_helping_departments_see_it_too_and_once(court):
    measure = court.measure(co_units=[court.units["filing"], court.units["trial"]])
    assert list(access.visible(court.stranger, m.Measure)) == [measure]
    assert not access.visible(court.keeper, m.Measure).exists()  # helps, but neither head nor clerk


def test_an_administrator_sees_and_does_nothing(court):
    court.measure()
    with unit_of_work(None) as uow:
        admin = Person.objects.create(username="root", name="root", admin_role="system")
        uow.record("test.made", admin, params={"what": "admin"})
    for model in (m.Measure, m.Problem, m.InspectionRound, m.Reading, m.PartyGroupMeeting):
        assert not access.visible(admin, model).exists()
    for code in access.actions():
        if code.startswith("rectification."):
            assert not access.may(admin, code), code


def test_a_look_back_is_not_announced(court):
    attempt = court.at("internally_closed")
    row = s.plan_look_back(actor=court.inspector, measure=attempt.measure)
    assert access.visible(court.inspector, m.LookBack).exists()
    assert not access.visible(court.head, m.LookBack).exists()
    s.record_look_back(actor=court.inspector, look_back=row, result="consolidated", note="保持良好")
    assert access.visible(court.head, m.LookBack).exists()
    assert not access.visible(court.stranger, m.LookBack).exists()


DENIED = [
    (
        "judge",
        lambda c, a: (
            c.rectifier and s.create_round(actor=c.judge, code="x", name="x", body="x", feedback_on=a.opened_on)
        ),
    ),
    ("stranger", lambda c, a: s.add_progress(actor=c.stranger, measure=a.measure, text="x")),
    ("stranger", lambda c, a: s.add_outcome(actor=c.stranger, measure=a.measure, kind="rule_made", title="x")),
    (
        "stranger",
        lambda c, a: s.add_situation(actor=c.stranger, problem=a.measure.problem, measure=a.measure, text="x"),
    ),
    ("head", lambda c, a: s.record_meeting(actor=c.head, held_on=a.opened_on, minutes_no="x")),
    ("head", lambda c, a: s.plan_look_back(actor=c.head, measure=a.measure)),
    ("head", lambda c, a: s.merge_readings([], None, c.head)),
    ("clerk", lambda c, a: s.change_owner(actor=c.clerk, measure=a.measure, person=c.head, reason="x")),
    ("stranger", lambda c, a: s.request_change(actor=c.stranger, measure=a.measure, changes={}, reason="x")),
    (
        "head",
        lambda c, a: s.issue_letter(
            actor=c.head, no="x", to_unit=c.units["civil"], title="x", text="x", due=a.opened_on
        ),
    ),
]


@pytest.mark.parametrize("case", range(len(DENIED)))
def test_who_may_not_is_refused_by_name(court, case):
    attempt = court.approved()
    name, act = DENIED[case]
    with pytest.raises(NotAllowed) as refusal:
        act(court, attempt)
    assert name in str(refusal.value.reasons[0])
