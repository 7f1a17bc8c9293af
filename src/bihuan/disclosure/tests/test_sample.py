"""The demo court's opinions: each situation once, and the alerts it is there to show."""

from types import SimpleNamespace

import pytest

from bihuan.disclosure.models import Opinion, OpinionTask, Publication, PublicNotice
from bihuan.disclosure.sample import notices
from bihuan.disclosure.sample.opinions import OTHER, RECEIVER, fill
from bihuan.kernel import access, clock, patrol
from bihuan.kernel.models import Alert, Person
from bihuan.people.sample.fill import fill as fill_people
from bihuan.people.sample.load import load_court

from .factory import TODAY


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


@pytest.mark.django_db
def test_the_demo_court_has_a_published_notice_and_one_being_vetted(court, monkeypatch):
    """Over the small court, whose persons take the places of the demo's."""
    monkeypatch.setattr(notices, "OFFICE", "rectifier")
    monkeypatch.setattr(notices, "PRESIDENT", "president")
    court.told()
    notices.fill(SimpleNamespace(as_of=TODAY, name="临江区人民法院"))
    first, second = PublicNotice.objects.order_by("no")
    assert (first.state, second.state) == ("published", "vetting")
    assert Publication.objects.get().sm3 == first.public_sm3
    assert second.sections.exclude(ground="").get().ground_approved_by is None
    assert second.replies.count() == 1
