"""The caps on adjournments as rules: the same answers as the law's calculus gives of one case after the other."""

import datetime as dt
import random

import pytest
from django.utils import timezone

from bihuan.cases.ledgers import CASES
from bihuan.cases.models import Adjourned, Case, Hearing
from bihuan.cases.rules import adjournments
from bihuan.kernel import rules
from bihuan.kernel.work import unit_of_work
from bihuan.law.limits import plain

from .factory import TODAY, signed_in
from .test_rules import Suite

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
RULES = {
    plain.ADJOURNED_TOO_OFTEN: "cases.adjourned.too-often", plain.ADJOURNED_TOO_LONG: "cases.adjourned.too-long",
    plain.ADJOURNED_OTHER: "cases.adjourned.other", plain.ADJOURNED_UNAPPROVED: "cases.adjourned.unapproved",
}  # fmt: skip


def found(code, on=TODAY):
    declared = rules.get(code)
    return set(declared.query(on, rules.Params(declared.basis, on)).values_list("pk", flat=True))


def test_they_agree_with_the_calculus_over_many_cases(court):
    draw = random.Random(20260520)
    cases = [
        court.case(draw.choice(["2018-01-08", "2026-01-05"]), type=kind, procedure=procedure)
        for kind, procedure in [("民初", "ordinary"), ("民初", "summary"), ("民初", "small"), ("刑初", "ordinary")] * 12
    ]
    rows = []
    for case in cases:
        day = case.filed_on + dt.timedelta(days=draw.randrange(10, 100))
        for _n in range(draw.randrange(6)):
            at = timezone.make_aware(dt.datetime.combine(day, dt.time(draw.choice([0, 9, 23]), 30)))
            rows.append(Hearing(case=case, at=at, adjourned=draw.choice(["", "absent", *Adjourned.values]), consent=draw.random() < 0.2,
                                approved=draw.choice([None, True, False]), kind=draw.choice(["trial", "trial", "trial", "pre_trial"])))  # fmt: skip
            day += dt.timedelta(days=draw.choice([7, 28, 31, 32, 45]))
    with unit_of_work(None) as uow:
        Hearing.objects.bulk_create(rows)
        uow.record("test.made", covers=[Hearing], params={"what": "hearings"})
    told = {code: set() for code in RULES}
    waiting = set()
    for case in Case.objects.all():
        held = adjournments.findings_of(case)
        for one in held:
            told[one.code].add(case.pk)
        last = Hearing.objects.filter(case=case, kind="trial").order_by("at").last()
        if case.limit_id.startswith("CV") and last and last.adjourned not in ("", "force_majeure") and not last.consent:
            waiting |= {case.pk} if timezone.localtime(last.at).date() >= dt.date(2018, 4, 26) else set()
    assert all(len(one) > 3 for one in told.values()), {code: len(one) for code, one in told.items()}
    for code, rule in RULES.items():
        if code != plain.ADJOURNED_TOO_LONG:
            assert found(rule) == told[code], rule
    apart = found(RULES[plain.ADJOURNED_TOO_LONG])
    assert told[plain.ADJOURNED_TOO_LONG] <= apart <= told[plain.ADJOURNED_TOO_LONG] | waiting
    assert found(RULES[plain.ADJOURNED_TOO_LONG], dt.date(2027, 1, 4)) == told[plain.ADJOURNED_TOO_LONG] | waiting


def test_the_page_of_the_case_says_so_with_the_article(court):
    case = court.case("2026-01-05")
    for at in ("2026-02-03", "2026-02-24", "2026-03-17"):
        court.hearing(case, at, adjourned="absent")
    page = signed_in(court.judge).get(CASES.url("detail", case.pk)).content.decode()
    assert "第 3 次延期开庭，最多 2 次（9号第3条）" in page


class _Suite(Suite):
    def mend(self, row):
        for hearing in Hearing.objects.filter(case=row):
            self.write(hearing, Hearing, voided_at=timezone.now(), void_reason="登记错误")

    def heard(self, case, *days, **last):
        for day in days[:-1]:
            self.court.hearing(case, day, adjourned="absent")
        self.court.hearing(case, days[-1], **{"adjourned": "absent"} | last)
        return case


class TestTooOften(_Suite):
    rule = "cases.adjourned.too-often"

    def breach(self):
        return self.heard(self.court.case("2026-01-05"), "2026-02-03", "2026-02-24", "2026-03-17")

    def sound(self):
        yield self.heard(self.court.case("2026-01-05"), "2026-02-03", "2026-02-24")
        yield self.heard(self.court.case("2026-01-05"), "2026-02-03", "2026-02-24", "2026-03-17", adjourned="")
        yield self.heard(self.court.case("2026-01-05"), "2026-02-03", "2026-02-24", "2026-03-17", kind="pre_trial")
        yield self.heard(self.court.case("2026-01-05", type="刑初"), "2026-02-03", "2026-02-24", "2026-03-17")
        yield self.heard(
            self.court.case("2025-01-06", closed_on="2025-06-04"), "2025-02-03", "2025-02-24", "2025-03-17"
        )

    def test_of_a_summary_case_one_is_the_most(self, db):
        case = self.heard(self.court.case("2026-04-01", procedure="summary"), "2026-04-14", "2026-05-06")
        self._patrol()
        assert self._standing().get(object_id=case.pk).due == dt.date(2026, 5, 6)


class TestTooLong(_Suite):
    rule = "cases.adjourned.too-long"

    def breach(self):
        return self.heard(self.court.case("2026-01-05"), "2026-02-03", "2026-03-04")  # 次日起再无开庭，一个月已过

    def sound(self):
        yield self.heard(self.court.case("2026-01-05"), "2026-03-20", "2026-04-20")  # 满一个月当日
        yield self.heard(self.court.case("2026-01-05"), "2026-04-20")
        yield self.heard(self.court.case("2026-01-05"), "2026-02-03", consent=True)
        yield self.heard(self.court.case("2026-01-05"), "2026-02-03", adjourned="force_majeure")
        yield self.heard(self.court.case("2026-01-05"), "2026-02-03", adjourned="")
        yield self.heard(self.court.case("2026-01-05", closed_on="2026-05-06"), "2026-02-03")

    def test_two_sittings_farther_apart_are_found_though_the_second_was_held(self, db):
        case = self.court.case("2026-01-05")
        self.heard(case, "2026-02-03", "2026-03-10", adjourned="")
        self._patrol()
        assert self._standing().get(object_id=case.pk).due == dt.date(2026, 3, 3)


class TestOther(_Suite):
    rule = "cases.adjourned.other"

    def breach(self):
        return self.heard(self.court.case("2026-01-05"), "2026-05-11", adjourned="other", approved=True)

    def sound(self):
        yield self.heard(self.court.case("2026-01-05"), "2026-05-11", adjourned="evidence")
        yield self.heard(self.court.case("2026-01-05"), "2026-05-11", adjourned="force_majeure")


class TestUnapproved(_Suite):
    rule = "cases.adjourned.unapproved"

    def breach(self):
        return self.heard(self.court.case("2026-01-05"), "2026-05-11", adjourned="force_majeure")

    def sound(self):
        yield self.heard(self.court.case("2026-01-05"), "2026-05-11", adjourned="force_majeure", approved=True)
        yield self.heard(self.court.case("2026-01-05"), "2026-05-11", adjourned="absent")
