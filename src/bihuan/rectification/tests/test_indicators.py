"""The figures of rectification: recounted slowly from the rows, as of a day, and after a reopening."""

import datetime as dt
from functools import cached_property

import pytest

from bihuan.kernel import clock
from bihuan.kernel import indicators as i
from bihuan.kernel.errors import Refused
from bihuan.kernel.testing import IndicatorSuite
from bihuan.rectification import services as s
from bihuan.rectification.models import Attempt, Closure, LookBack, Measure, Outcome, Problem, Rebound

from .factory import APPROVED, TODAY, Court

SPAN = i.Span(dt.date(2026, 1, 1), TODAY)
EARLY = i.Span(dt.date(2026, 1, 1), dt.date(2026, 3, 31))
CLOSED = {"internally_closed", "accepted"}


def sample(court):
    """One measure of every fate, over two departments and four problems."""
    whole, mixed, long, open_ = court.problem(), court.problem(), court.problem("long_term"), court.problem()
    measures = {
        "done": court.measure(whole, due=TODAY),
        "early": court.measure(whole, due=dt.date(2026, 3, 31)),
        "staged": court.measure(mixed, due=dt.date(2026, 4, 30)),
        "reopened": court.measure(mixed, due=dt.date(2026, 5, 1)),
        "rebounding": court.measure(mixed),
        "long_term": court.measure(long, due=dt.date(2027, 1, 1)),
        "late": court.measure(open_, due=dt.date(2026, 4, 1)),
        "waiting": court.measure(open_, unit="filing", due=dt.date(2026, 5, 19)),
        "refused": court.measure(open_),
    }
    target = s.add_target(actor=court.rectifier, measure=measures["long_term"], due=dt.date(2026, 5, 1), text="减半")
    court.approve()
    attempts = {name: court.attempt(measure) for name, measure in measures.items()}
    with clock.simulate(dt.date(2026, 3, 20)):
        court.at("internally_closed", attempts["early"])
        court.at("accepted", attempts["reopened"])
    court.at("accepted", attempts["done"])
    court.step(court.at("verified", attempts["staged"]), "decide", result="staged")
    s.assess_target(actor=court.rectifier, target=target, result="met", note="已减半")
    court.step(court.at("verified", attempts["long_term"]), "decide", result="long_term")
    court.at("externally_refused", attempts["refused"])
    for name, result in (("reopened", "rebounded"), ("early", "consolidated")):
        back = s.plan_look_back(actor=court.inspector, measure=measures[name], planned_on=TODAY)
        s.record_look_back(actor=court.inspector, look_back=back, result=result, note="现场查看")
    rebound = s.verify_rebound(actor=court.inspector, rebound=Rebound.objects.get(), found=True, note="属实")
    s.confirm_rebound(actor=court.secretary, rebound=rebound, meeting=court.meeting())
    closed = court.at("internally_closed", attempts["rebounding"])
    s.raise_rebound(actor=court.rectifier, attempt=closed, reason="再次超期")
    for kind, number in (("rule_made", 4), ("case_fixed", 3)):
        s.add_outcome(actor=court.judge, measure=measures["late"], kind=kind, day=TODAY, title="节点管理办法", number=number)
    court.__dict__.pop("round")
    court.measure()  # of a draft: in no figure
    return measures


def newest(measure, on):
    found = [a for a in Attempt.objects.filter(measure=measure).order_by("number") if a.opened_on <= on]
    return found[-1] if found else None


def stood(measure, on):
    """How a measure stood: "" (no plan yet), "open", or the result it was closed with."""
    last = newest(measure, on)
    if last is None:
        return ""
    return last.result if last.state in CLOSED and last.closed_on <= on else "open"


def slow(code, span):
    """The counts, one row after the other."""
    on = span.ends
    fates = {m: stood(m, on) for m in Measure.objects.filter(voided_at=None)}
    fates = {m: fate for m, fate in fates.items() if fate}
    opened = [m for m, fate in fates.items() if fate == "open"]
    due = [m for m in fates if span.starts <= m.due <= span.ends]
    punctual = [
        m for m in due if any(a.state in CLOSED and a.closed_on <= m.due for a in Attempt.objects.filter(measure=m))
    ]
    problems = {p: [f for m, f in fates.items() if m.problem_id == p.pk] for p in Problem.objects.all()}
    problems = {p: of for p, of in problems.items() if of}
    backs = [b for b in LookBack.objects.all() if b.done_on and span.starts <= b.done_on <= on]
    rebounds = [r for r in Rebound.objects.all() if span.starts <= r.raised_on <= on]
    found = {
        "problems-done": ([p for p, of in problems.items() if set(of) == {"done"}], problems),
        "measures-done": ([f for f in fates.values() if f == "done"], fates),
        "measures-staged": ([f for f in fates.values() if f == "staged"], fates),
        "measures-long-term": ([f for f in fates.values() if f == "long_term"], fates),
        "measures-open": (opened, None),
        "measures-overdue": ([m for m in opened if m.due < on], opened),
        "on-time": (punctual, due),
        "close-outs": ([c for c in Closure.objects.all() if span.starts <= c.decided_on <= on], None),
        "look-backs": (backs, None),
        "look-back-rebounds": ([b for b in backs if b.result == "rebounded"], backs),
        "rebounds": (rebounds, None),
        "rebounds-reopened": ([r for r in rebounds if r.state.startswith("reopened")], rebounds),
    }
    if code == "rectification.rules-made":
        made = [o for o in Outcome.objects.all() if o.kind == "rule_made" and span.starts <= o.day <= on]
        return sum(o.number for o in made if o.voided_at is None), None
    above, below = found[code.removeprefix("rectification.")]
    return len(above), None if below is None else len(below)


class TestFigures(IndicatorSuite):
    prefix = "rectification."
    spans = (SPAN, EARLY)

    @cached_property
    def court(self):
        return Court()

    @pytest.fixture(autouse=True)
    def papers(self, tmp_path, settings):
        settings.BIHUAN_EVIDENCE_FOLDER = tmp_path / "evidence"

    def sample(self):
        sample(self.court)

    def recount(self, code, span):
        return slow(code, span)

    def readers(self):
        return self.court.president, self.court.keeper, self.court.leader, self.court.head, self.court.judge

    def outsider(self):
        return self.court.judge


def value(code, span, **more):
    return i.measure(i.get(f"rectification.{code}"), [span], **more)[0]


def test_a_reopening_takes_back_what_was_done_and_leaves_what_was_known(court):
    sample(court)
    assert value("measures-done", EARLY).shown == "22.22%"  # 2 / 9, on the last of March
    now = value("measures-done", SPAN)
    assert (now.numerator, now.denominator) == (3, 9)  # reopened since: no more done; two others closed
    assert (
        value("on-time", i.Span(dt.date(2026, 5, 1), dt.date(2026, 5, 1))).shown == "100.00%"
    )  # in time, then reopened
    assert value("problems-done", SPAN).counts == "1 / 4"
    before = i.Span(dt.date(2026, 1, 1), APPROVED - dt.timedelta(days=1))
    assert value("measures-done", before).shown == "n/a"  # no plan was approved yet
    units = i.measure_by(i.get("rectification.measures-open"), [SPAN], i.DIVISION)
    assert {key: figures[0].numerator for key, figures in units.items()} == {
        court.units["civil"].pk: slow("measures-open", SPAN)[0] - 1,
        court.units["filing"].pk: 1,
    }


def test_a_problem_belongs_to_no_single_department(court):
    sample(court)
    one = i.get("rectification.problems-done")
    division = i.view_for(court.head)
    assert division.unit_id == court.units["civil"].pk
    assert i.measure(one, [SPAN], person=court.head, view=division)[0].shown == "n/a"
    with pytest.raises(Refused):
        i.measure_by(one, [SPAN], i.DIVISION)


def test_who_sees_the_courts_figures_counts_all_of_them_and_lists_what_is_open(court):
    sample(court)
    one = i.get("rectification.measures-done")
    view = i.view_for(court.keeper)
    figure = value("measures-done", SPAN, person=court.keeper, view=view)
    assert (figure.numerator, figure.denominator) == (3, 9)  # as the president's, not of the own rows alone
    rows = i.rows_of(one, SPAN, "denominator", person=court.keeper, view=view)
    assert rows.count() == 9
    assert i.listable(one, rows, court.keeper).count() == 0
    assert i.listable(one, i.rows_of(one, SPAN, "denominator", person=court.president), court.president).count() == 9
    own = i.view_for(court.head)
    assert i.rows_of(one, SPAN, "denominator", person=court.head, view=own).count() == 8
    assert i.rows_of(one, SPAN, "denominator", person=court.stranger, view=i.view_for(court.stranger)).count() == 1
