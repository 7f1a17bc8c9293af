"""The indicators over cases: recounted slowly from the rows, with the traps of cohorts, and who may see which."""

import datetime as dt
import io
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from bihuan.cases.models import AgendaItem, Appeal, Case, CaseReview, Hearing, OversightMark
from bihuan.kernel import clock, criteria, sources
from bihuan.kernel import indicators as i
from bihuan.kernel.criteria import Scope, Verdict
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.indicators import snapshots
from bihuan.kernel.models import Assignment, IndicatorSnapshot, LogEntry
from bihuan.kernel.testing import IndicatorSuite
from bihuan.kernel.work import unit_of_work
from bihuan.people.services import accounts

from .factory import TODAY, Court
from .suites import Courted

YEAR = i.Span(dt.date(2026, 1, 1), TODAY)
CIVIL_FIRST = {"民初", "刑初", "行初"}


def months_before(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, day.day)


def appeals(case: Case) -> list[Appeal]:
    return [one for one in case.appeal_rows.all() if one.voided_at is None]


def hearings(case: Case) -> list[Hearing]:
    return [one for one in case.hearing_rows.all() if one.voided_at is None]


def sample(court: Court) -> None:
    """A case on either side of each line."""
    judged = {"closing_manner": "judgment", "procedure": "ordinary"}
    first = court.case("2025-10-10", closed_on="2026-02-03", received_on="2025-10-08", heard_on="2025-12-01", **judged)
    court.appeal(first, "2026-02-20", outcome="changed", decided_on="2026-05-06")
    second = court.case("2025-06-10", closed_on="2025-12-20", appealable=True, **judged)
    court.appeal(
        second, "2026-01-05", outcome="remanded", decided_on="2026-04-08"
    )  # lodged in the year after the closing
    court.case(
        "2026-01-05",
        closed_on="2026-05-06",
        received_on="2026-01-02",
        heard_on="2026-03-02",
        closing_manner="mediation",
    )
    court.case("2026-01-12", closed_on="2026-03-02", closing_manner="judgment", procedure="small")  # final: no appeal
    court.case("2026-01-19", closed_on="2026-03-20", closing_manner="withdrawal")
    court.case("2025-02-03", closed_on="2026-04-10", **judged)  # over its limit
    for day in ("2025-12-01", "2026-01-12"):
        court.hearing(first, day)
    court.hearing(first, "2026-01-20", adjourned="other")
    court.hearing(first, "2026-02-03", kind="pronouncement")
    late = court.case("2025-08-04", closed_on="2026-04-10", **judged)
    court.grant(late, "2026-01-20", decided="2026-01-26", term="6m")
    for day in ("2025-09-08", "2025-11-10", "2026-01-12"):
        court.hearing(late, day)
    court.case("2026-05-20", division=court.units["criminal"], judge=court.criminal_judge, type="刑初")
    for filed in ("2025-05-19", "2025-05-20", "2024-10-08", "2024-05-20", "2024-05-21", "2023-05-19", "2026-03-02"):
        court.case(filed)
    court.case("2023-03-01", type="执", division=court.units["enforcement"], judge=court.enforcer)
    paused = court.case("2026-01-06", closed_on="2026-04-20", **judged)
    court.pause(paused, "other", "2026-02-01", "2026-02-20", ground_text="当事人要求等待")
    firm = court.case("2026-01-07", closed_on="2026-04-21", enterprise=True, **judged)
    court.review(firm)
    court.review(paused)
    own = [court.case("2026-01-08", closed_on="2026-04-22", judge=court.president, **judged) for _n in range(2)]
    court.mark(own[0], on="2026-02-02")
    court.mark(firm, state="proposed")
    listed = [court.case("2026-02-09") for _n in range(2)]
    court.search(listed[0], "2026-05-11", written="2026-05-12")
    court.search(listed[1], "2026-05-11", written="2026-05-15")
    court.hold(court.meeting(cases=listed))
    void = court.case("2026-02-02", closed_on="2026-03-02", **judged)
    with unit_of_work(None) as uow:
        Case.objects.filter(pk=void.pk).update(voided_at=clock.now(), void_reason="重复")
        uow.record("test.made", void, params={"what": "void"})


def slow(code: str, span: i.Span) -> tuple[int, int | None]:
    """The counts, one case after the other."""
    cases = [one for one in Case.objects.prefetch_related("appeal_rows") if one.voided_at is None]
    closed = [c for c in cases if c.closed_on and span.starts <= c.closed_on <= span.ends]
    filed = [c for c in cases if span.starts <= c.filed_on <= span.ends]
    pending = [c for c in cases if c.filed_on <= span.ends and (c.closed_on is None or c.closed_on > span.ends)]
    old = [c for c in cases if c.filed_on < span.starts and (c.closed_on is None or c.closed_on >= span.starts)]
    limited = [c for c in closed if c.expires_on]
    disputes = [c for c in pending if c.line in {"civil", "criminal", "administrative"}]
    first = [c for c in closed if c.type_code in CIVIL_FIRST]
    may = [
        c
        for c in first
        if c.appealable or (c.appealable is None and c.closing_manner == "judgment" and c.procedure != "small")
    ]
    mediable = [c for c in first if c.line in {"civil", "administrative"}]
    name = code.removeprefix("cases.")
    if name == "pending-age":
        return sum((span.ends - c.filed_on).days for c in pending), len(pending)
    if name.startswith("pending-"):
        months = int(name.removeprefix("pending-"))
        limit = months_before(span.ends, months)
        over = [c for c in disputes if (c.filed_on <= limit if months == 24 else c.filed_on < limit)]
        return len(over), len(disputes)
    if name == "changed-to-remanded":
        ended = [a for c in cases for a in appeals(c) if a.decided_on and span.starts <= a.decided_on <= span.ends]
        return sum(a.outcome == "changed" for a in ended), sum(a.outcome == "remanded" for a in ended)
    if name == "two-sittings":
        held = {c.pk: [h for h in hearings(c) if h.kind == "trial" and not h.adjourned] for c in closed}
        tried = [times for times in held.values() if times]
        return sum(len(times) <= 2 for times in tried), len(tried)
    within = lambda day: day is not None and span.starts <= day <= span.ends  # noqa: E731
    if name == "reviews-enterprise":
        begun = [one for one in CaseReview.objects.all() if within(one.opened_on)]
        return sum(one.case.enterprise for one in begun), len(begun)
    if name == "committee-searched":
        met = [one for one in AgendaItem.objects.all() if one.meeting.body == "committee" and within(one.meeting.held_on)]
        met = [one for one in met if one.meeting.state in {"held", "minuted"}]
        return sum(bool(one.search.written_on and one.search.written_on <= one.meeting.held_on) for one in met), len(met)
    marks = [one for one in OversightMark.objects.all() if one.confirmed_on]
    if name == "overseen":
        return sum(within(one.confirmed_on) for one in marks), None
    if name.startswith("president-"):
        presidents = {one.person_id for one in Assignment.objects.all() if one.post.role == "president"}
        own = [c for c in closed if c.judge_id in presidents]
        hard = {one.case_id for one in marks if one.kind == "difficult"}
        return (len(own), None) if name == "president-closed" else (sum(c.pk in hard for c in own), len(own))
    days = {
        "days-to-close": (closed, "filed_on", "closed_on"),
        "days-to-hearing": ([c for c in closed if c.heard_on], "filed_on", "heard_on"),
        "days-from-hearing": ([c for c in closed if c.heard_on], "heard_on", "closed_on"),
        "days-to-file": ([c for c in filed if c.received_on], "received_on", "filed_on"),
    }
    if name in days:
        rows, start, end = days[name]
        return sum((getattr(c, end) - getattr(c, start)).days for c in rows), len(rows)
    with_limit = [c for c in pending if c.expires_on]
    last = span.ends.replace(day=1)
    overdue = [c for c in old if c.expires_on and c.expires_on < span.starts]
    found = {
        "filed": (filed, None),
        "closed": (closed, None),
        "pending": (pending, None),
        "closure-rate": (closed, [*old, *filed]),
        "clearance": (closed, filed),
        "disposition-time": (pending, closed),
        "turnover": (closed, pending),
        "within-limit": ([c for c in limited if c.closed_on <= c.expires_on], limited),
        "extended": ([c for c in limited if c.extended_times], limited),
        "hidden": ([c for c in limited if c.hidden_days], limited),
        "backlog": ([c for c in with_limit if c.expires_on < span.ends], with_limit),
        "appeal-rate": ([c for c in may if appeals(c)], may),
        "accepted": ([c for c in may if not appeals(c)], may),
        "reversed": ([c for c in first if any(a.outcome in {"changed", "remanded"} for a in appeals(c))], first),
        "changed": ([c for c in first if any(a.outcome == "changed" for a in appeals(c))], first),
        "remanded": ([c for c in first if any(a.outcome == "remanded" for a in appeals(c))], first),
        "mediated": ([c for c in mediable if c.closing_manner == "mediation"], mediable),
        "backlog-resolved": ([c for c in overdue if c.closed_on and c.closed_on <= span.ends], overdue),
        "settled": ([c for c in mediable if c.closing_manner in {"mediation", "withdrawal"}], mediable),
        "last-month": ([c for c in closed if c.closed_on >= last], closed),
    }
    above, below = found[name]
    return len(above), None if below is None else len(below)


class TestCases(Courted, IndicatorSuite):
    prefix = "cases."
    spans = (YEAR, YEAR.last(), YEAR.last_year())

    def sample(self):
        sample(self.court)

    def recount(self, code, span):
        return slow(code, span)

    def readers(self):
        return self.court.president, self.court.keeper, self.court.leader, self.court.head, self.court.judge

    def outsider(self):
        return self.court.judge


@pytest.fixture
def held(court):
    sample(court)
    court.intake()
    return court


def test_an_appeal_after_the_years_end_counts_with_the_year_of_the_closing(held):
    before = i.measure(i.get("cases.appeal-rate"), [i.Span(dt.date(2025, 12, 1), dt.date(2025, 12, 31))])[0]
    assert (before.numerator, before.denominator) == (1, 1)


def test_small_claims_and_mediated_cases_are_not_appealable(held):
    rows = i.rows_of(i.get("cases.appeal-rate"), YEAR, "denominator")
    assert {row.procedure for row in rows} == {"ordinary"}
    assert {row.closing_manner for row in rows} == {"judgment"}


def test_days_of_the_period_not_of_a_year():
    figure = i.Figure(i.get("cases.disposition-time"), i.Span(dt.date(2021, 1, 1), dt.date(2021, 6, 30)), 31644, 126927)
    assert str(i.rounded(figure.exact)) == "45.12"
    assert figure.shown.startswith("45.12 ")


@pytest.mark.parametrize(
    ("above", "below", "shown"),
    [(126927, 158571, "80.04%"), (16, 89, "17.98%"), (16, 32, "50.00%"), (1, 800, "0.13%"), (3, 0, "n/a")],
)
def test_half_up_two_decimals_and_no_value_of_nothing(above, below, shown):
    assert i.Figure(i.get("cases.closure-rate"), YEAR, above, below).shown == shown


def test_the_exact_value_decides_how_a_figure_stands():
    held = i.Range("none", Decimal(95), None, i.range_of(i.get("cases.closure-rate"), TODAY).held)
    near = i.Figure(i.get("cases.closure-rate"), YEAR, 94996, 100000)
    assert (near.shown, near.standing(held), near.standing(None)) == ("95.00%", i.Standing.OUTSIDE, i.Standing.UNSET)
    assert i.Figure(i.get("cases.closure-rate"), YEAR, 95, 100).standing(held) is i.Standing.WITHIN


def test_points_are_told_from_percent():
    rate = i.get("cases.closure-rate")
    gap = i.Figure(rate, YEAR, 50, 100).against(i.Figure(rate, YEAR, 40, 100))
    assert gap == "+10.00 个百分点"
    empty = i.Figure(rate, YEAR, 0, 0)
    assert i.Figure(rate, YEAR, 1, 2).against(empty) == "—"


def test_periods_to_compare_with():
    assert i.Span(dt.date(2026, 2, 1), dt.date(2026, 2, 28)).last() == i.Span(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    assert i.Span(dt.date(2024, 2, 1), dt.date(2024, 2, 29)).last_year() == i.Span(
        dt.date(2023, 2, 1), dt.date(2023, 2, 28)
    )
    assert i.Span(dt.date(2026, 3, 10), dt.date(2026, 3, 16)).last() == i.Span(dt.date(2026, 3, 3), dt.date(2026, 3, 9))
    assert YEAR.last_year() == i.Span(dt.date(2025, 1, 1), dt.date(2025, 5, 20))


def test_views_follow_posts(held):
    assert [view.code for view in i.views_of(held.president)] == ["court"]
    assert [view.label for view in i.views_of(held.head)][0] == "民一庭"
    assert [view.code for view in i.views_of(held.judge)] == ["own"]
    assert len(i.views_of(held.leader)) == 3
    with pytest.raises(NotAllowed):
        i.view_for(held.head, str(held.units["criminal"].pk))
    assert i.view_for(held.president, str(held.units["criminal"].pk)).unit_id == held.units["criminal"].pk
    admin = accounts.make(
        actor=None, username="sys", name="管系统", password="Bamboo-river-2026", must_change=False, admin_role="system"
    )
    assert i.views_of(admin) == []
    with pytest.raises(NotAllowed):
        i.view_for(admin)


def test_an_own_card_holds_own_cases_only(held):
    view = i.view_for(held.enforcer)
    rows = i.rows_of(i.get("cases.pending"), YEAR, person=held.enforcer, view=view)
    assert {row.judge_id for row in rows} == {held.enforcer.pk}


def test_sealed_cases_are_counted_and_not_listed(held):
    held.case(
        "2026-04-01",
        sealed="juvenile",
        cause="盗窃",
        type="刑初",
        division=held.units["criminal"],
        judge=held.criminal_judge,
    )
    filed = i.get("cases.filed")
    rows = i.rows_of(filed, YEAR, person=held.president)
    assert rows.filter(sealed="juvenile").count() == 1
    assert not i.listable(filed, rows, held.president).filter(sealed="juvenile").exists()
    assert "盗窃" not in i.measure_by(filed, [YEAR], "cause", person=held.president)


def test_snapshots_are_repeatable(held):
    kept = snapshots.take(TODAY)
    entries = LogEntry.objects.filter(type="indicator.counted").count()
    assert kept == IndicatorSnapshot.objects.count() > 48
    assert entries >= 1
    held.case("2026-05-18")
    assert snapshots.take(TODAY) == IndicatorSnapshot.objects.count()
    row = IndicatorSnapshot.objects.get(code="cases.filed", on=TODAY, starts=YEAR.starts, unit=None)
    assert row.numerator == slow("cases.filed", YEAR)[0]
    with pytest.raises(Refused):
        snapshots.take(TODAY + dt.timedelta(days=1))
    with unit_of_work(None) as uow:
        Case.objects.filter(division=held.units["criminal"]).update(division=held.units["filing"])
        uow.record("test.made", params={"what": "moved"}, covers=[Case])
    snapshots.take(TODAY, only=["cases.filed"])
    rows = IndicatorSnapshot.objects.filter(code="cases.filed", starts=YEAR.starts)
    by_unit = dict(rows.values_list("unit__name", "numerator"))
    assert by_unit.pop(None) == sum(by_unit.values())
    assert by_unit["刑庭"] == 0 < by_unit["立案庭"]  # counted anew, not left as it was
    assert snapshots.take(dt.date(2010, 5, 3), only=["cases.filed"])  # before the parameters begin


def finding(scope=None, **params):
    kind = criteria.kind("indicator")
    return criteria.evaluate("indicator", kind.clean(params), scope or Scope(on=TODAY, since=dt.date(2026, 1, 1)))


def test_the_criterion_speaks_only_where_the_facts_do(held):
    asked = {"indicator": "cases.settled", "way": "at_least", "value": "15"}
    above, below = slow("cases.settled", YEAR)
    share = 100 * above / below
    assert share > 15
    assert finding(**asked).verdict is Verdict.MET
    assert finding(**asked | {"value": str(int(share) + 1)}).verdict is Verdict.UNMET
    nothing = Scope(on=TODAY, since=dt.date(2026, 1, 1), unit_id=held.units["filing"].pk)
    assert finding(nothing, **asked).verdict is Verdict.UNDETERMINABLE
    assert finding(indicator="cases.settled", way="within").verdict is Verdict.UNDETERMINABLE  # no range is set
    assert (
        finding(indicator="cases.appeal-rate", way="at_most", value="50").verdict is Verdict.UNDETERMINABLE
    )  # still moves
    with clock.simulate(TODAY + dt.timedelta(days=40)):
        assert sources.stale(["cases"])
        assert finding(Scope(on=clock.today()), **asked).verdict is Verdict.UNDETERMINABLE
    with pytest.raises(Refused):
        criteria.kind("indicator").clean({"indicator": "cases.settled", "way": "at_least"})


def run(*arguments):
    out = io.StringIO()
    call_command("indicator", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_counts_compares_and_divides(held):
    assert "cases.closure-rate" in run()
    above, below = slow("cases.closure-rate", YEAR)
    [one] = json.loads(run("cases.closure-rate", "--from", "2026-01-01", "--to", TODAY.isoformat(), "--json"))
    assert (one["numerator"], one["denominator"], one["days"]) == (above, below, 140)
    parts = json.loads(run("cases.filed", "--by", "division", "--json"))
    assert {part["name"] for part in parts} == {"民一庭", "刑庭"}
    assert f"{above} / {below}" in run("cases.closure-rate", "--from", "2026-01-01")
    for wrong in (
        ["no.such"],
        ["cases.filed", "--by", "judge"],
        ["cases.filed", "--from", "2026-05-02", "--to", "2026-05-01"],
        ["cases.filed", "--from", "0001-01-01"],
    ):
        with pytest.raises(CommandError):
            run(*wrong)
