"""Parties one by one: imported by case number, and of a sealed case never shown."""

import datetime as dt

import pytest

from bihuan.cases.ledgers import PARTIES
from bihuan.cases.models import CaseFact, CaseParty
from bihuan.kernel.ledger.registry import of_model
from bihuan.kernel.sources import specs
from bihuan.kernel.testing import LedgerSuite
from bihuan.kernel.tests.sheet_world import merged

from .factory import signed_in
from .suites import Kept

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
HEAD = ("案号", "诉讼地位", "当事人名称", "当事人类型")
CUT = dt.date(2026, 5, 19)


def bring(court, *rows):
    return merged(court.keeper, HEAD, *rows, ledger=PARTIES, cut_off=CUT)


def test_they_come_in_by_case_number_and_are_updated_by_name(court):
    case = court.case(number="（2026）鄂0000民初1号")
    bring(
        court,
        ("(2026)鄂0000民初1号", "原告、申请人、自诉人", "甲公司", "企业"),
        ("（2026）鄂0000民初1号", "被告、被申请人", "乙", ""),
    )
    bring(court, ("（2026）鄂0000民初1号", "被告、被申请人", "乙", "自然人"))
    found = CaseParty.objects.filter(case=case).values_list("role", "name", "kind")
    assert sorted(found) == [("claimant", "甲公司", "enterprise"), ("respondent", "乙", "person")]


def test_of_a_sealed_case_none_is_shown_whoever_asks(court):
    sealed, plain = court.case(sealed="juvenile"), court.case()
    court.party(sealed, "不可见的人"), court.party(plain, "看得见的人")
    court.let_see_sealed(court.keeper)
    for person in (court.keeper, court.head):
        assert "看得见的人" not in signed_in(person).get(PARTIES.url()).content.decode()
        court.reason(person, plain)
    for person in (court.keeper, court.judge, court.head):
        client = signed_in(person)
        for url in (PARTIES.url(), PARTIES.url() + "?q=不可见"):
            page = client.get(url).content.decode()
            assert "不可见的人" not in page, (person, url)
        assert "看得见的人" in client.get(PARTIES.url()).content.decode()
    row = CaseParty.objects.get(case=sealed)
    assert signed_in(court.keeper).get(PARTIES.url("detail", row.pk)).status_code == 404
    assert "不可见的人".encode() not in signed_in(court.keeper).get(PARTIES.url("export")).content


def test_every_table_of_the_case_system_has_a_sheet():
    named = specs()["cases"].models
    assert "cases.caseparty" in named
    exported = ("casepause", "casegrant", "caseturn", "hearing", "appeal", "caseparty")  # what is kept here has sheets of its own
    tables = {model._meta.label_lower: model for model in [*CaseFact.__subclasses__(), CaseParty] if not model._meta.abstract}
    wanted = {f"cases.{name}" for name in exported}
    assert wanted <= set(named) & set(tables), wanted - set(named)
    for label in wanted:
        found = of_model(tables[label])
        assert found is not None and found.sheet is not None and found.sheet.source == "cases", label


class TestParties(Kept, LedgerSuite):
    ledger = PARTIES
    correction = {"kind": "enterprise"}

    def make(self):
        case = self.court.case()
        self.court.reason(self.court.keeper, case)
        return self.court.party(case, "甲公司")
