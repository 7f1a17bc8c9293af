"""Cases handled by presidents and heads: counted as a slow recount counts them, seen by whom they are about, told after a quarter."""

import datetime as dt
import random
from fractions import Fraction

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from bihuan.cases.models import Case, ShareRecord, ShareTarget
from bihuan.cases.shares import services
from bihuan.cases.shares.counting import merged
from bihuan.cases.shares.ledgers import RECORDS, TARGETS, standing
from bihuan.kernel import access, clock, rules
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.ledger.service import create, void
from bihuan.kernel.models import Alert, Assignment
from bihuan.kernel.testing import LedgerSuite, RuleSuite
from bihuan.kernel.work import unit_of_work
from bihuan.law.dated import current_parameters

from .factory import TODAY, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 3, 31)


def target(court, person=None, **values):
    """A target set by the office today."""
    given = {
        "year": 2026,
        "person": person or court.head,
        "count": 5,
        "reference": "纪要（虚构）",
        "set_on": TODAY,
        "set_by": court.keeper,
    }
    return create(TARGETS, actor=court.keeper, values=given | values)


def closed(court, day="2026-02-10", **values):
    """A case closed in the first quarter."""
    return court.case("2026-01-05", closed_on=day, **values)


def record(person, quarter=1):
    """What is kept of a person."""
    return ShareRecord.objects.get(person=person, year=2026, quarter=quarter)


def post_of(person):
    """The post a person holds today."""
    return Assignment.objects.get(Assignment.on(TODAY), person=person).post


def slow(person, role, unit, first, last):
    """(handled, in charge, minimum): day by day over all rows, written from the document: 5, 30, 50 % of the average of the judges."""

    def on(day, roles, of=None):
        posts = Assignment.objects.select_related("post")
        return {
            row.person_id for row in posts
            if row.post.role in roles and row.starts <= day and (row.ends is None or day <= row.ends) and (of is None or row.post.unit_id == of)
        }  # fmt: skip

    of = unit if role == "head" else None
    own_roles = {"head": {"head", "filing_head", "enforcement_head"}}.get(role, {role})
    handled = charge = base = own_days = judge_days = 0
    day = first
    while day <= last:
        judges, mine = on(day, {"judge"}, of), person.pk in on(day, own_roles, unit)
        own_days, judge_days = own_days + mine, judge_days + len(judges)
        for case in Case.objects.filter(closed_on=day, voided_at=None):
            who = {case.judge_id, *case.panel.values_list("pk", flat=True)} - {None}
            base += len(who & judges)
            handled += mine and person.pk in who
            charge += mine and case.judge_id == person.pk
        day += dt.timedelta(days=1)
    percent = {"president": 5, "leader": 30, "head": 50}[role]
    return handled, charge, Fraction(percent * base * own_days, 100 * judge_days)


def test_the_count_agrees_with_a_slow_recount(court):
    draw = random.Random(20170501)
    judges = [
        court.judge,
        court.second,
        court.criminal_judge,
        court.enforcer,
        court.head,
        court.president,
        court.leader,
        None,
    ]
    for _n in range(40):
        day = FIRST + dt.timedelta(days=draw.randrange(-20, 110))
        court.case(
            "2025-11-03", closed_on=day, judge=draw.choice(judges), panel=draw.sample(judges[:-1], draw.randrange(4))
        )
    void_one = closed(court, judge=court.head)
    with unit_of_work(None) as uow:
        Case.objects.filter(pk=void_one.pk).update(voided_at=clock.now())
        Assignment.objects.filter(person=court.second).update(ends=dt.date(2026, 2, 11))
        Assignment.objects.filter(person=court.head).update(starts=dt.date(2026, 1, 20))
        uow.record("test.made", covers=[Case, Assignment], params={"what": "changes"})
    services.refresh(TODAY)
    rows = ShareRecord.objects.select_related("post", "person")
    looked = {"president", "leader", "head"}
    for row in rows.filter(quarter=1):
        handled, charge, minimum = slow(row.person, row.role, row.post.unit_id, FIRST, LAST)
        assert (row.handled, row.in_charge) == (handled, charge), row
        assert abs(Fraction(row.minimum) - minimum) <= Fraction(1, 200) and row.below == (handled < minimum), row
        looked.discard(row.role)
    assert not looked and record(court.head).own_days == 71
    assert {row.last for row in rows.filter(quarter=2)} == {TODAY}
    before = list(ShareRecord.objects.values_list("pk", "handled"))
    assert services.refresh(TODAY) == 0, "what did not change is not written"
    assert list(ShareRecord.objects.values_list("pk", "handled")) == before
    assert not rows.filter(person__in=[court.judge, court.keeper]).exists()


def test_days_and_quarters():
    days = [dt.date(2026, 1, n) for n in range(1, 9)]
    assert merged([(days[4], days[6]), (days[0], days[2]), (days[2], days[3])]) == [
        (days[0], days[3]),
        (days[4], days[6]),
    ]
    assert [services.quarter_end(2026, n).isoformat()[5:] for n in range(1, 5)] == ["03-31", "06-30", "09-30", "12-31"]
    assert services.ended(dt.date(2026, 3, 31)) == (2025, 4) and services.ended(dt.date(2026, 4, 1)) == (2026, 1)
    held = current_parameters()
    given, bounds = held.value_on(services.MINIMUM, TODAY), held.value_on(services.RANGE, TODAY)
    assert bounds == {
        "president_from": 5, "president_to": 10, "leader_from": 30, "leader_to": 40, "head_from": 50, "head_to": 70,
    }  # fmt: skip
    assert all(bounds[f"{role}_from"] <= value <= bounds[f"{role}_to"] for role, value in given.items())
    assert services.refresh(dt.date(2017, 3, 1)) == 0, "no minimum before the document"


def test_the_list_says_how_a_person_stands(court):
    closed(court, judge=court.judge)
    services.refresh(TODAY)
    rows = {(row.person, row.quarter): standing(row) for row in ShareRecord.objects.select_related("person")}
    assert (rows[court.head, 1].tone, rows[court.head, 2].tone) == ("warn", "wait"), "a quarter that runs is no shortfall yet"
    assert rows[court.criminal_head, 1].tone == rows[court.leader, 1].tone == "idle"
    closed(court, judge=court.head)
    services.refresh(TODAY)
    assert standing(record(court.head)).tone == standing(record(court.head, 2)).tone == "good"


def test_each_sees_their_own_and_the_overseers_all(court):
    for person in (court.judge, court.head, court.criminal_judge):
        closed(court, judge=person)
    services.refresh(TODAY)
    own = record(court.head)
    for person, seen in (
        (court.head, {court.head.pk}), (court.leader, {court.leader.pk}), (court.judge, set()), (court.stationed, set()),
    ):  # fmt: skip
        assert set(access.visible(person, ShareRecord).values_list("person", flat=True)) == seen
    for person in (court.president, court.keeper):
        assert access.visible(person, ShareRecord).count() == ShareRecord.objects.count() > 4
    page = signed_in(court.keeper).get(RECORDS.url("list"), {"quarter": 1})
    order = [row.person.username for row in page.context["page_obj"].object_list]
    assert order[0] == "head" and order[-2:] == ["president", "leader"], "in the order of units and posts"
    assert {row.person for row in signed_in(court.head).get(RECORDS.url("list")).context["page_obj"].object_list} == {
        court.head
    }
    assert signed_in(court.judge).get(RECORDS.url("list")).status_code == 403
    for address in (RECORDS.url("detail", own.pk), reverse("shares:cases", args=[own.pk, "own"])):
        assert signed_in(court.head).get(address).status_code == 200
        for person in (court.criminal_head, court.leader):
            assert signed_in(person).get(address).status_code == 404
        assert signed_in(court.judge).get(address).status_code in {403, 404}
    assert signed_in(court.head).get(reverse("shares:cases", args=[own.pk, "x"])).status_code == 404


def test_the_cases_behind_a_number_are_exactly_those_counted(court):
    own = closed(court, judge=court.head)
    sits = closed(court, panel=[court.head, court.second])
    sealed = closed(court, sealed="privacy", judge=court.second, panel=[court.criminal_head])
    outside = closed(court, "2026-04-01", judge=court.head)
    services.refresh(TODAY)
    row = record(court.head)
    assert (row.handled, row.in_charge, row.cases) == (
        2,
        1,
        3,
    )  # the judge, the second judge on the panel, the sealed one
    page = signed_in(court.keeper).get(reverse("shares:cases", args=[row.pk, "own"]))
    assert [(case, charge) for case, _url, _times, charge in page.context["rows"]] == [(own, True), (sits, False)]
    assert page.context["hidden"] == 0 and not page.context["stale"] and outside.number not in page.content.decode()
    page = signed_in(court.keeper).get(reverse("shares:cases", args=[row.pk, "average"]))
    assert {case: times for case, _url, times, _charge in page.context["rows"]} == {sits: 2}
    assert page.context["hidden"] == 1 and sealed.number not in page.content.decode()
    court.mark(own, "confirmed", on="2026-02-09")
    services.refresh(TODAY)
    page = signed_in(court.head).get(reverse("shares:cases", args=[row.pk, "hard"]))
    assert [case for case, *_more in page.context["rows"]] == [own] and record(court.head).hard == 1
    closed(court, judge=court.head)
    assert signed_in(court.head).get(reverse("shares:cases", args=[row.pk, "own"])).context["stale"]
    text = signed_in(court.head).get(RECORDS.url("detail", row.pk)).content.decode()
    assert "法发〔2017〕10号" in text and "规定 50%–70%" in text and "听取汇报" in text


def test_a_target_stays_and_the_latest_holds(court):
    with clock.simulate(dt.date(2026, 2, 2)):
        old = target(court, set_on=dt.date(2026, 2, 2))
    new = target(court, count=8)
    closed(court)
    services.refresh(TODAY)
    assert record(court.head).hard_target == 8 and ShareTarget.objects.filter(voided_at=None).count() == 2
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic(), unit_of_work(None):
        ShareTarget.objects.filter(pk=old.pk).update(count=1)
    void(TARGETS, actor=court.keeper, obj=new, reason="登错")
    services.refresh(TODAY)
    assert record(court.head).hard_target == 5
    for person in (court.head, court.judge):
        with pytest.raises(NotAllowed):
            create(
                TARGETS,
                actor=person,
                values={
                    "year": 2026,
                    "person": person,
                    "count": 0,
                    "reference": "x",
                    "set_on": TODAY,
                    "set_by": person,
                },
            )
    with pytest.raises(Refused, match="未入额"):
        target(court, court.leader, in_quota=False, count=3)
    page = signed_in(court.keeper).get(TARGETS.url("add"))
    offered = page.context["form"].fields["post"].holders
    assert {court.head, court.leader} <= set(offered.values()) and not {court.judge, court.keeper} & set(offered.values())
    assert "（head）" in page.content.decode() or court.head.name in page.content.decode()


class TestTargets(LedgerSuite):
    ledger = TARGETS

    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court = court

    def editor(self):
        return self.court.keeper

    def outsider(self):
        return self.court.criminal_head

    def make(self):
        return target(self.court)

    def values(self):
        return {"year": 2026, "post": post_of(self.court.head).pk, "in_quota": "on", "count": 5, "reference": "纪要（虚构）"}


class TestRecords(LedgerSuite):
    ledger = RECORDS

    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court, self.made = court, 0

    def editor(self):
        return self.court.keeper

    def outsider(self):
        return self.court.criminal_head

    def make(self):
        self.made += 1
        person = self.court.person(f"head{self.made}", "civil", "head")
        services.refresh(TODAY)
        return record(person)


class TestBelow(RuleSuite):
    rule = "cases.shares.below"
    on = TODAY

    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court, self.made = court, 0
        court.intake()
        for judge in (court.judge, court.second):
            for _n in range(2):
                closed(court, judge=judge)  # two a judge: a head owes one

    def breach(self):
        self.made += 1
        person = self.court.person(f"head{self.made}", "civil", "head")
        services.refresh(TODAY)
        return record(person)

    def mend(self, row):
        closed(self.court, judge=row.person)
        services.refresh(TODAY)

    def owner(self):
        return ShareRecord.objects.filter(quarter=1).latest("pk").person

    def sound(self):
        able = self.court.person("able", "civil", "head")
        closed(self.court, judge=able)  # exactly the minimum is enough
        target(self.court, self.court.president, in_quota=False, count=0)
        services.refresh(TODAY)
        yield record(able)
        yield record(self.court.president)  # no judge within the quota
        yield record(self.court.leader)  # not said whether within the quota
        yield record(self.court.criminal_head)  # its judges handled nothing
        yield record(self.court.head, quarter=2)  # the quarter still runs

    def test_a_leader_within_the_quota_owes_and_a_late_case_is_too_late(self, db):
        target(self.court, self.court.leader, count=1)
        closed(self.court, "2026-04-01", judge=self.court.leader)
        services.refresh(TODAY)
        held = rules.rules()[self.rule]
        found = {row.person for row in held.query(TODAY, rules.Params(held.basis, TODAY))}
        assert self.court.leader in found and self.court.head in found

    def test_nobody_of_the_unit_is_shown_the_alert(self, db):
        row = self.breach()
        self._patrol()
        alert = Alert.objects.get(rule=self.rule, object_id=row.pk)
        for person, sees in ((row.person, True), (self.court.president, True), (self.court.keeper, True), (self.court.head, False),
                             (self.court.office_clerk, False), (self.court.leader, False), (self.court.judge, False)):  # fmt: skip
            assert access.visible(person, Alert).filter(pk=alert.pk).exists() == sees, person
