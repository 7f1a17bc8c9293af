"""The demo's meetings: each situation is there once, and the list of cases due shows the rest."""

import datetime as dt

import pytest

from bihuan.cases.meetings import sample, selectors
from bihuan.cases.models import AgendaItem, Body, Meeting, MeetingDefect
from bihuan.kernel import clock

pytestmark = pytest.mark.django_db
AS_OF = dt.date(2026, 5, 20)


def test_every_situation_is_there(court):
    court.committee(7)
    cases = [court.case(f"2025-02-{day:02d}") for day in range(3, 11)]
    judges = [court.head, court.judge, court.second, court.criminal_judge, court.enforcer]
    given = {"secretary": court.committee_secretary, "president": court.president, "head": court.head, "professional": judges}
    with pytest.raises(ValueError, match="8 cases"):
        sample.fill(**given, cases=cases[:3], as_of=AS_OF)
    sample.fill(**given, cases=cases, as_of=AS_OF)
    assert sorted(Meeting.objects.values_list("state", flat=True)) == ["failed", "minuted", "minuted", "minuted", "minuted", "planned"]
    found = sorted(MeetingDefect.objects.values_list("code", "item__case__serial", "state"))
    serial = [case.serial for case in cases]
    assert found == sorted([
        ("no_majority", serial[1], "rediscussed"), ("no_majority", serial[2], "open"), ("prior_missing", serial[4], "open"),
    ])  # fmt: skip
    states = dict(AgendaItem.objects.filter(meeting__body="professional").values_list("case__serial", "state"))
    assert [states[n] for n in serial[:4]] == ["answered", "answered", "answered", "concluded"]
    with clock.simulate(AS_OF):
        due = {row.serial: (row.searched, row.in_report, bool(row.listed_in)) for row in selectors.agenda(Body.COMMITTEE, AS_OF)}
    assert due == {
        serial[2]: (True, True, True), serial[3]: (True, True, False), serial[5]: (True, True, True),
        serial[6]: (True, False, False), serial[7]: (False, False, False),
    }  # fmt: skip
