"""The patrol against a second opinion: over the demo court and over hundreds of seeded changes to it, both say the same of every case."""

import datetime as dt
import random

import pytest

from bihuan.cases.clock import jobs, lamp_of, refresh
from bihuan.cases.models import Case
from bihuan.cases.sample.fill import fill, fill_meetings
from bihuan.cases.sample.ordinary import SMALL, WHOLE
from bihuan.kernel import clock, patrol, rules, sources
from bihuan.kernel.models import Alert
from bihuan.kernel.work import unit_of_work
from bihuan.people.sample.fill import fill as fill_people
from bihuan.people.sample.load import load_court

from .oracle import court as plain
from .oracle.mutations import COVERS, mutate
from .oracle.rules import breaches, lamp, told

pytestmark = pytest.mark.django_db
CODES = (
    "cases.limit.overdue", "cases.limit.near", "cases.pause.hidden", "cases.grant.late", "cases.grant.refused", "cases.pending.12",
    "cases.pending.18", "cases.pending.24", "cases.pending.36", "cases.trigger.professional", "cases.trigger.committee",
    "cases.search.library-missing", "cases.meeting.not-executed", "cases.meeting.not-answered", "cases.meeting.defect-open",
    "cases.meeting.not-recorded",
)  # fmt: skip
"""What the oracle speaks of."""
DAYS = [dt.date(2026, 11, 27), dt.date(2026, 12, 31), dt.date(2027, 2, 28), dt.date(2027, 3, 1), dt.date(2027, 3, 31)]
EACH = 100
SEED = 20261128


def compare(on):
    """Every case's days and lamp, and what each rule found, must be the oracle's. Returns how many breaches there were."""
    with clock.simulate(on):
        with unit_of_work(None):
            sources.record_intake("cases", cut_off=on)
        reports = patrol.run(only=CODES).reports
    assert {report.outcome for report in reports} == {"ok"}, [(r.rule.code, r.error) for r in reports]
    wanted, answers = breaches(plain.read(), on)
    wrong = []
    for case in Case.objects.filter(voided_at=None):
        facts, answer = answers[case.pk]
        want = told(answer) | {"lamp": lamp(facts, answer, on)}
        got = {name: getattr(case, name) for name in want if name != "lamp"} | {"lamp": lamp_of(case, on).key}
        if answer.problem:
            want, got = {"problem": True}, {"problem": bool(case.clock_problem)}
        if want != got:
            wrong.append((on, facts, {name: (want[name], got[name]) for name in want if want[name] != got[name]}))
    assert not wrong, f"{len(wrong)} cases\n" + "\n".join(map(str, wrong[:5]))
    for code in CODES:
        open_ones = Alert.objects.filter(rule=code, breach_state="open").values_list("object_id", flat=True)
        found, want = set(open_ones), wanted.get(code, set())
        differing = [(key, answers.get(key)) for key in sorted(found ^ want)]
        assert found == want, f"{on} {code}: only the patrol {found - want}, only the oracle {want - found}\n{differing[:3]}"
    return {code: len(keys) for code, keys in wanted.items()}


@pytest.mark.parametrize("count", [pytest.param(SMALL, id="small"), pytest.param(WHOLE, id="whole", marks=pytest.mark.soak)])
def test_the_patrol_says_what_the_oracle_says(settings, count):
    settings.BIHUAN_DEMO = True
    court = load_court()
    fill_people(court)
    fill(court, count)
    fill_meetings(court)
    assert set(CODES) <= set(rules.rules())
    counts = compare(court.as_of)
    assert sum(counts.values()) > 40
    draw, broken = random.Random(SEED), {}
    for day in DAYS:
        with clock.simulate(day):
            with unit_of_work(None) as uow:
                changed = mutate(draw, EACH, day)
                uow.record("cases.sample.loaded", params={"count": len(changed)}, covers=COVERS)
            refresh(changed)
            jobs.nightly(day)
        broken |= compare(day)
    assert set(broken) == set(CODES), f"never broken: {set(CODES) - set(broken)}"
