"""The generic pages of a ledger are no way round what was decided: meetings, figures, attempts, readings."""

import pytest

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger import registry, service
from bihuan.rectification import wordings as w
from bihuan.rectification.models import Attempt, PartyGroupMeeting
from bihuan.rectification.tests.factory import ONSITE

from .walk import client_of

MEETINGS, FIGURES = (registry.get(f"rectification.{name}") for name in ("meetings", "figures"))


def codes(refusal) -> set[str]:
    return {reason.code for reason in refusal.value.reasons}


def test_a_meeting_that_decided_is_neither_moved_nor_voided(court):
    free = court.meeting("纪要〔2026〕99号")
    court.at("internally_closed")
    used = PartyGroupMeeting.objects.exclude(pk=free.pk).get()
    given = {"actor": court.secretary, "reason": "录入有误"}
    for values in ({"held_on": court.round.feedback_on}, {"minutes_no": "x"}):
        with pytest.raises(Refused):
            service.change(MEETINGS, obj=used, values=values, **given)
    with pytest.raises(Refused) as refusal:
        service.void(MEETINGS, obj=used, **given)
    assert codes(refusal) == {w.MEETING_USED}
    assert service.change(MEETINGS, obj=used, values={"title": "党组会"}, **given).title == "党组会"
    assert service.void(MEETINGS, obj=free, **given).is_void
    answer = client_of(court.secretary).post(
        MEETINGS.url("void", used.pk),
        {"reason": "x", "version": service.version_of(PartyGroupMeeting.objects.get(pk=used.pk))},
    )
    assert answer.status_code == 422 and "不能作废" in answer.content.decode()


def test_a_figure_an_agreed_criterion_stands_on_keeps_its_code(court):
    """Else another figure could be put in its place, and the criterion would be judged by other facts."""
    figure = court.figure
    given = {"actor": court.keeper, "reason": "编号调整"}
    measure = court.measure(criteria=[court.in_range, ONSITE])
    figure = service.change(FIGURES, obj=figure, values={"unit_of_measure": "％"}, **given)  # a draft may
    court.approve()
    for values in ({"code": "x"}, {"unit_of_measure": "件"}):
        with pytest.raises(Refused):
            service.change(FIGURES, obj=figure, values=values, **given)
    with pytest.raises(Refused) as refusal:
        service.void(FIGURES, obj=figure, **given)
    assert codes(refusal) == {w.FIGURE_USED} and measure.code in str(refusal.value.reasons[0])
    assert service.change(FIGURES, obj=figure, values={"definition": "口径"}, **given).definition == "口径"


@pytest.mark.once
@pytest.mark.parametrize("view", ["add", "change", "void", "import"])
@pytest.mark.parametrize("name", ["attempts", "measures", "problems", "rounds", "changes", "rebounds", "look_backs"])
def test_what_has_a_flow_has_no_generic_form(court, name, view):
    """Neither the president nor the office finds an address, or a right, to write these rows past their steps."""
    attempt = court.at("verified")
    from django.urls import NoReverseMatch

    ledger = registry.get(f"rectification.{name}")
    for person in (court.president, court.rectifier, court.secretary):
        client = client_of(person)
        try:
            address = ledger.url(view, attempt.pk if view in {"change", "void"} else None)
        except NoReverseMatch:
            continue
        data = {"state": "internally_closed", "result": "done", "reason": "x"}
        assert client.post(address, data).status_code == 404, address
    assert Attempt.objects.get().state == "verified"


def test_a_step_cannot_be_taken_by_address_past_its_guards(court):
    attempt = court.at("verified")
    ledger = registry.get("rectification.attempts")
    for person, step, status in (
        (court.judge, "decide", {403}),
        (court.clerk, "verify_pass", {403}),
        (court.stranger, "decide", {404}),
        (court.secretary, "decide", {422}),  # no meeting named
        (court.secretary, "external_accept", {403}),
        (court.secretary, "nonsense", {404}),
    ):
        version = service.version_of(Attempt.objects.get(pk=attempt.pk))
        answer = client_of(person).post(ledger.url("do", attempt.pk, step=step), {"note": "x", "version": version})
        assert answer.status_code in status, (person, step, answer.status_code)
    assert Attempt.objects.get().state == "verified"
