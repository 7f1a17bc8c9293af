"""The demo court's opinions: each situation once, and the alerts it is there to show."""

import pytest

from bihuan.disclosure.models import Opinion, OpinionTask
from bihuan.disclosure.sample.opinions import OTHER, RECEIVER, fill
from bihuan.kernel import access, clock, patrol
from bihuan.kernel.models import Alert, Person
from bihuan.people.sample.fill import fill as fill_people
from bihuan.people.sample.load import load_court


@pytest.mark.django_db
def test_the_demo_court_shows_each_situation(settings):
    settings.BIHUAN_DEMO = True
    court = load_court()
    fill_people(court)
    fill(court)
    states = {"answered": 2, "set_aside": 1, "routed": 4, "received": 3}
    assert {state: Opinion.objects.filter(state=state).count() for state in states} == states
    handed = {"assigned": 2, "declined": 1, "written": 1, "given": 2}
    assert {state: OpinionTask.objects.filter(state=state).count() for state in handed} == handed
    with clock.simulate(court.as_of):
        patrol.run(only=["disclosure.opinion.unrouted", "disclosure.task.overdue"])
        people = {name: Person.objects.get(username=name) for name in (RECEIVER, OTHER, "jiangboheng")}
        seen = {name: access.visible(person, Opinion).count() for name, person in people.items()}
    assert seen == {RECEIVER: 9, OTHER: 1, "jiangboheng": 0}
    owners = Alert.objects.order_by("rule").values_list("rule", "owner__username")
    assert list(owners) == [("disclosure.opinion.unrouted", RECEIVER), ("disclosure.task.overdue", "leizhenchuan")]
