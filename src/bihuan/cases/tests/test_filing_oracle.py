"""The patrol of filing finds what the slow reading of the articles finds, and nothing else, whatever happened to the receipts."""

import random

import pytest

from bihuan.cases.filing import clock as filing_clock
from bihuan.cases.models import Case, FilingComplaint, Receipt
from bihuan.kernel import clock, patrol, rules
from bihuan.kernel.models import Alert
from bihuan.kernel.work import unit_of_work

from .factory import TODAY
from .filing_court import OUTCOMES, YES_NO, many, some
from .filing_oracle import found

pytestmark = pytest.mark.django_db
OURS = [code for code in rules.rules() if code.startswith(("cases.filing.", "cases.complaint."))]


def patrolled():
    """(rule, row) of the open alerts after a patrol."""
    filing_clock.nightly(TODAY)
    assert {report.outcome for report in patrol.run(on=TODAY, only=OURS).reports} == {"ok"}
    return set(Alert.objects.filter(rule__in=OURS, breach_state="open").values_list("rule", "object_id"))


def mutate(row, draw):
    """Something else happened to the receipt."""
    ways = (
        {"receipt_given": draw.choice(YES_NO)},
        {"mediation_consent": draw.choice(YES_NO)},
        {"outcome": "", "outcome_on": None},
        {"outcome": draw.choice(OUTCOMES), "outcome_on": some(draw, row.received_on, 12), "ruling_no": draw.choice(["", "裁1"])},
        {"mediation_ended_on": some(draw, row.mediation_sent_on, 60) if row.mediation_sent_on else None},
        {"kind": draw.choice(["F-01", "F-03", "F-09", "F-11"])},
        {"voided_at": clock.now(), "void_reason": "重复登记"},
    )
    with unit_of_work(None) as uow:
        Receipt.objects.filter(pk=row.pk).update(**draw.choice(ways))
        if row.case_id and draw.random() < 0.5:
            Case.objects.filter(pk=row.case_id).update(transferred_on=draw.choice([None, some(draw, row.case.filed_on, 9)]))
        uow.record("test.made", row, covers=[Case], params={"what": "mutated"})


@pytest.mark.parametrize("seed", (0, 12))
def test_the_patrol_finds_what_the_slow_reading_finds(court, seed):
    court.intake()
    draw = random.Random(seed)
    rows = many(court, 100 + seed, 80)
    for _n in range(8):
        court.complaint(some(draw, TODAY.replace(day=1), 18).replace(month=draw.choice([4, 5])))
    told = found(TODAY)
    assert patrolled() == told
    assert len({rule for rule, _row in told}) >= len(OURS) - 1, set(OURS) - {rule for rule, _row in told}
    for _round in range(3):
        for row in draw.sample(rows, 25):
            row.refresh_from_db()
            mutate(row, draw)
        with unit_of_work(None) as uow:
            FilingComplaint.objects.filter(pk__in=FilingComplaint.objects.values("pk")[:2]).update(
                finding="upheld", replied_on=TODAY, state="replied", accepted_on=TODAY
            )
            uow.record("test.made", covers=[FilingComplaint], params={"what": "replied"})
        filing_clock.refresh([row.pk for row in rows], on=TODAY)
        assert patrolled() == found(TODAY)
