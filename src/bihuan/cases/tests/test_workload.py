"""How the work stands: months counted against a slow count, what each person sees, and that nobody is compared with anybody."""

import datetime as dt
import random

import pytest
from django.urls import reverse

from bihuan.cases.models import Case
from bihuan.cases.services import exclusions
from bihuan.cases.workload import selectors
from bihuan.cases.workload.chart import HEIGHT, TOP, chart
from bihuan.kernel.models import Person

from .factory import TODAY, signed_in
from .test_exclusions import APPRAISAL

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]


def fresh(person):
    return Person.objects.get(pk=person.pk)


def some(court, count=30):
    """Cases of two judges and two divisions over two years, some closed."""
    draw = random.Random(20260520)
    for n in range(count):
        filed = dt.date(2024, 5, 1) + dt.timedelta(days=draw.randrange(740))
        closed = filed + dt.timedelta(days=draw.randrange(1, 300))
        more = (
            {"judge": court.criminal_judge, "judge_name": "c", "division": court.units["criminal"]}
            if n % 3 == 0
            else {}
        )
        court.case(filed, closed_on=closed if closed <= TODAY and n % 4 else None, **more)


def test_months_agree_with_a_slow_count(court):
    some(court)
    found = selectors.months(Case.objects.all(), TODAY)
    assert [m.first for m in found][:2] == [dt.date(2025, 6, 1), dt.date(2025, 7, 1)] and found[-1].first == dt.date(
        2026, 5, 1
    )
    assert [m.running for m in found] == [False] * 11 + [True]
    rows = list(Case.objects.values_list("filed_on", "closed_on"))
    for month, after in zip(found, [m.first for m in found[1:]] + [TODAY + dt.timedelta(days=1)], strict=True):
        assert month.filed == sum(month.first <= filed < after for filed, _closed in rows)
        assert month.closed == sum(bool(closed) and month.first <= closed < after for _filed, closed in rows)
        assert month.open == sum(filed < after and not (closed and closed < after) for filed, closed in rows)
    assert {m.rate for m in found if not m.filed} <= {None}
    assert selectors.Month(TODAY, 3, 2, 9).rate == 66.7


def test_columns_stand_on_their_line_to_one_scale(court):
    drawn = chart([selectors.Month(dt.date(2026, n, 1), n, 0, n * n) for n in range(1, 5)], ("filed", "open"))
    heights = {(bar.kind, bar.number): bar.height for bar in drawn.bars}
    assert heights["open", 16] == HEIGHT and heights["filed", 4] == HEIGHT / 4 and drawn.highest == 16
    assert all(abs(bar.y + bar.height - (TOP + HEIGHT)) < 0.01 for bar in drawn.bars)
    lefts = [float(bar.left[:-1]) for bar in drawn.bars]
    assert lefts == sorted(lefts) and lefts[-1] + float(drawn.bars[-1].width[:-1]) <= 100
    assert chart([], ("open",)).bars == () and chart([selectors.Month(TODAY, 0, 0, 0)], ("open",)).bars[0].height == 0


def test_a_judges_card_holds_their_own_and_nobody_elses(court):
    late = court.case("2025-11-03")
    long = court.case("2025-03-03")
    asked = court.case("2026-03-02")
    exclusions.ask(actor=court.judge, case=asked, values=APPRAISAL)
    foreign = court.case("2025-11-03", judge=court.second, judge_name="second")
    page = signed_in(court.judge).get(reverse("cases:work"))
    text = page.content.decode()
    assert {one.query: one.count for one, _url in page.context["lamps"] if one.count} == {
        "lamp=overdue&state=open": 2,
        "lamp=green&state=open": 1,
    }
    assert [count for _name, count, _url in page.context["tiers"]] == [1, 0, 0, 0] and page.context["missing"] == 1
    assert [count for _name, count in page.context["meetings"]] == [2, 1]
    assert [row.case for row, _url in page.context["requests"]] == [asked]
    assert [case.pk for case, _lamp, _url in page.context["soonest"]] == [long.pk, late.pk, asked.pk]
    assert foreign.number not in text and court.second.name not in text.replace("seconds", "")
    assert sum(m.filed for m in page.context["months"]) == 2 and page.context["months"][-1].open == 3


def test_a_division_is_shown_to_whoever_sees_its_whole_work(court):
    some(court, 9)
    sealed = court.case("2026-03-02", sealed="privacy", cause="离婚纠纷", parties="不可见的人")
    civil, criminal = court.units["civil"], court.units["criminal"]
    url = reverse("cases:division")
    for person, units in (
        (court.head, [civil]), (court.leader, [civil]), (court.office_clerk, [civil]), (court.criminal_head, [criminal]),
        (court.president, [civil, criminal]), (court.keeper, [civil, criminal]),
    ):  # fmt: skip
        page = signed_in(person).get(url)
        assert (page.context["units"], page.context["unit"]) == (units, units[0]), person
        assert "不可见的人" not in page.content.decode() and "离婚纠纷" not in page.content.decode()
    mine = signed_in(court.head).get(url)
    assert (
        sum(one.count for one, _url in mine.context["lamps"])
        == Case.objects.filter(division=civil, closed_on=None).count()
    )
    assert sealed.number in mine.content.decode()
    assert signed_in(court.head).get(url, {"unit": criminal.pk}).status_code == 404
    assert signed_in(court.head).get(url, {"unit": "x"}).status_code == 404
    assert signed_in(court.keeper).get(url, {"unit": criminal.pk}).context["unit"] == criminal
    for person in (court.judge, court.assistant, court.stationed):
        assert signed_in(person).get(url).status_code == 403
        assert signed_in(person).get(reverse("cases:balance")).status_code == 403


def test_balanced_closing_is_of_the_court_or_one_division(court):
    some(court)
    url = reverse("cases:balance")
    whole = signed_in(court.president).get(url)
    assert whole.context["whole"] and len(whole.context["list"]) == 24 and whole.context["list"][0].running
    assert whole.context["list"][0].open == Case.objects.filter(closed_on=None).count()
    assert "2026 年至今收案" in whole.content.decode() and "结收比" in whole.content.decode()
    civil = signed_in(court.president).get(url, {"unit": court.units["civil"].pk})
    assert civil.context["list"][0].open == Case.objects.filter(closed_on=None, division=court.units["civil"]).count()
    head = signed_in(court.head).get(url, {"unit": "court"})
    assert not head.context["whole"] and head.context["list"][0].open == civil.context["list"][0].open
    for page in (whole, civil, head):
        for person in (court.judge, court.second, court.criminal_judge):
            assert f">{person.name}<" not in page.content.decode()
    empty = signed_in(court.filing_head).get(url)
    assert empty.status_code == 200 and "所在部门没有案件" in empty.content.decode() and "<table" not in empty.content.decode()


def test_the_number_of_statements_does_not_grow(court, django_assert_max_num_queries):
    some(court, 6)
    client = signed_in(court.keeper)
    client.get(reverse("cases:division"))
    with django_assert_max_num_queries(32) as few:
        client.get(reverse("cases:division"))
    some(court, 12)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("cases:division"))
