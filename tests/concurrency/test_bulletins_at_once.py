"""Two offices at once: numbers without gaps or doubles, and one issue of one bulletin."""

from functools import partial

import pytest

from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Bulletin, BulletinNumber, BulletinSeries
from bihuan.kernel.verify import stored, verify
from bihuan.rectification.tests import bulletin_ways as ways
from bihuan.rectification.tests.factory import TODAY, Court

from . import together

pytestmark = pytest.mark.django_db(transaction=True)
at_once = partial(together.at_once, day=TODAY)
MANY = 6


@pytest.fixture
def court(settings):
    settings.BIHUAN_SIMULATION_WRITES = True
    with clock.simulate(TODAY):
        yield Court()
        found = verify(stored())
        assert found.sound, [str(problem) for problem in found.problems]


def test_numbers_asked_for_at_once_are_all_given_and_each_once(court):
    rows = [ways.at(court, "signed", ways.WEEKLY, n) for n in range(1, MANY + 1)]
    found = at_once(*(partial(ways.step, court, row, "number") for row in rows))
    assert all(isinstance(one, Bulletin) for one in found), found
    assert sorted(one.number for one in found) == [f"第{n}期" for n in range(1, MANY + 1)]
    assert sorted(BulletinNumber.objects.values_list("no", flat=True)) == list(range(1, MANY + 1))
    assert BulletinSeries.objects.get().last == MANY


def test_a_bulletin_issued_by_two_is_issued_once(court):
    made = ways.at(court, "numbered", ways.WEEKLY)
    rows = [Bulletin.objects.get(pk=made.pk) for _n in range(2)]
    found = at_once(*(partial(ways.step, court, row, "issue") for row in rows))
    assert sorted(type(one).__name__ for one in found) in (["Bulletin", "Stale"], ["Bulletin", "Refused"]), found
    assert isinstance(next(one for one in found if not isinstance(one, Bulletin)), Refused)
    made.refresh_from_db()
    assert (made.state, made.figures.count()) == ("issued", len(ways.kind(ways.WEEKLY).all_bound))
