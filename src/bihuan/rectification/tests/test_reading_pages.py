"""Readings entered on the ledger's page are checked like those of a sheet, and watch the closed items at once."""

import datetime as dt
from decimal import Decimal

import pytest

from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger import service
from bihuan.rectification import services as s
from bihuan.rectification.ledgers import READINGS
from bihuan.rectification.models import Reading

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 16)


@pytest.fixture
def figure():
    return s.create_figure(actor=None, code="paid", name="发放率", unit_of_measure="%")


def values(figure, **changed):
    return {
        "figure": figure, "period": dt.date(2026, 2, 1), "unit": None, "numerator": Decimal(9),
        "denominator": Decimal(10), "value": Decimal(90), "source": "对账单", **changed,
    }


def test_a_reading_that_agrees_with_its_parts_is_kept(figure):
    with clock.simulate(DAY):
        row = service.create(READINGS, actor=None, values=values(figure))
    assert Reading.objects.get(pk=row.pk).value == 90


@pytest.mark.parametrize("changed, said", [
    ({"value": Decimal(95)}, "90"),
    ({"period": dt.date(2026, 3, 1)}, "2026-03"),
])
def test_a_reading_that_cannot_be_is_refused_and_nothing_stays(figure, changed, said):
    with clock.simulate(DAY), pytest.raises(Refused) as refusal:
        service.create(READINGS, actor=None, values=values(figure, **changed))
    assert said in str(refusal.value.reasons[0])
    assert not Reading.objects.exists()


def test_a_correction_is_checked_too(figure):
    with clock.simulate(DAY):
        row = service.create(READINGS, actor=None, values=values(figure))
        with pytest.raises(Refused):
            service.change(READINGS, actor=None, obj=row, values={"value": Decimal(50)}, reason="录入有误")
    assert Reading.objects.get(pk=row.pk).value == 90
