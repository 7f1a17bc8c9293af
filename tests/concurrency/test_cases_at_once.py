"""Two persons at once in the domain of cases, where only a count stands between them."""

import datetime as dt
import threading
import time
from functools import partial

import pytest
from django.db import transaction

from bihuan.cases.models import OversightMeasure, ReadingRecord, ReviewDraw
from bihuan.cases.oversight.ledgers import MEASURES, READINGS
from bihuan.cases.review import services
from bihuan.cases.tests.factory import TODAY, Court
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.service import create
from bihuan.kernel.verify import stored, verify

from . import together

pytestmark = pytest.mark.django_db(transaction=True)
at_once = partial(together.at_once, day=TODAY)


@pytest.fixture
def court(settings):
    settings.BIHUAN_SIMULATION_WRITES = True
    with clock.simulate(TODAY):
        yield Court()
        found = verify(stored())
        assert found.sound, [str(problem) for problem in found.problems]


def test_the_panel_is_not_asked_to_reconsider_once_too_often(court):
    case = court.case()
    court.mark(case)
    court.measure(case, "reconsider", on="2026-05-11")
    measure = {"case": case, "kind": "reconsider", "taken_by": court.leader, "taken_on": TODAY, "reference": "留痕1"}
    reading = {"case": case, "document": "judgment", "by": court.president, "sent_on": TODAY, "read_on": TODAY, "outcome": "reconsider"}
    asked = threading.Event()

    def ask():
        with transaction.atomic():  # asked, but nobody can read it yet while the other counts
            made = create(MEASURES, actor=court.leader, values=measure)
            asked.set()
            time.sleep(1)
        return made

    def read():
        asked.wait(timeout=300)
        return create(READINGS, actor=court.president, values=reading)

    first, second = at_once(ask, read)
    assert isinstance(first, OversightMeasure)
    assert isinstance(second, Refused) and "不得超过 2 次" in str(second.reasons[0].params), second
    assert OversightMeasure.objects.count() + ReadingRecord.objects.count() == 2


def test_two_draws_from_the_same_cases_take_turns(court):
    for _n in range(6):
        court.case("2026-01-05", closed_on="2026-03-02", closing_manner="judgment")
    given = {"first": dt.date(2026, 1, 1), "last": TODAY, "size": 3, "seed": "甲"}
    made = at_once(*(partial(services.draw, actor=court.keeper, no=no, **given) for no in ("甲", "乙")))
    assert all(isinstance(one, ReviewDraw) for one in made), made
    assert sorted(one.population for one in made) == [3, 6], "the second draws from what the first left"
    assert all(services.drawn_again(one)[0] for one in made)
