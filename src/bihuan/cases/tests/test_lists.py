"""Long lists of cases: whatever way the database takes to a page, the page is the same; and the ways that are quick are taken."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.cases.models import Case
from bihuan.cases.scopes import cases, handled
from bihuan.kernel import access, paging

pytestmark = pytest.mark.django_db
ORDER = ("-filed_on", "-id")
OPEN = {"voided_at": None, "closed_on": None}


@pytest.fixture
def many(court):
    """Cases of two divisions, filed on few days, some closed."""
    units = (court.units["civil"], court.units["criminal"])
    for number in range(12):
        closed = {"closed_on": "2026-04-01", "closing_manner": "judgment"} if number % 5 == 4 else {}
        court.case(f"2026-03-{2 + number % 3:02}", division=units[number % 2], judge=(court.judge, court.second)[number % 3 == 0], **closed)
    return units


def ways(rows, monkeypatch):
    """The first page, each time with the statements it took: as a few rows, sorted as they are found, walked to."""
    wanted = [row.pk for row in rows.order_by(*ORDER)][:3]
    found = []
    for capped, sifted in ((2000, 5000), (1, 5000), (1, 1)):
        monkeypatch.setattr(paging, "COUNT_CAP", capped)
        monkeypatch.setattr(paging, "SIFTED", sifted)
        with CaptureQueriesContext(connection) as asked:
            page = paging.listed(rows, ORDER, None, 3).get_page(1)
        assert [row.pk for row in page] == wanted and page.has_next()
        found.append(next(one["sql"] for one in asked if "ORDER BY" in one["sql"]))
    return found


def test_a_division_is_found_by_the_index_that_has_its_order(many, monkeypatch):
    civil, criminal = many
    one = Case.objects.filter(**OPEN, division__in=[civil.pk])
    statements = ways(one, monkeypatch)
    assert not any("+(" in sql for sql in statements)
    statements = ways(Case.objects.filter(**OPEN, division__in=[civil.pk, criminal.pk]), monkeypatch)
    assert ["+(" in sql for sql in statements] == [False, False, connection.vendor == "sqlite"]


def test_few_rows_of_a_judge_are_sorted_and_not_walked_to(many, court, monkeypatch):
    statements = ways(Case.objects.filter(**OPEN, judge__in=[court.judge.pk]), monkeypatch)
    assert ["+(" in sql for sql in statements] == [False, False, connection.vendor == "sqlite"]


def test_who_sees_but_their_own_cases_finds_them_before_anything_is_sorted(many, court):
    court.case(division=many[0], judge=court.second)
    viewer = access.viewer(court.judge)
    rows = access.visible(court.judge, Case)
    assert paging.found_by_ids(rows)
    assert set(rows) == set(Case.objects.filter(handled(viewer))) == {c for c in Case.objects.all() if c.judge == court.judge}
    assert set(rows) == set(Case.objects.filter(cases(viewer)))
