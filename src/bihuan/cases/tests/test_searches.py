"""The two gates of the similar-case duty: what a record must say, who keeps it, and the cases that lack one."""

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bihuan.cases.meetings.searches import SEARCHES
from bihuan.cases.models import SearchRecord
from bihuan.kernel import access
from bihuan.kernel.errors import NotAllowed
from bihuan.kernel.ledger.service import change, create
from bihuan.kernel.testing import LedgerSuite, RuleSuite

from .factory import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]


class TestSearches(LedgerSuite):
    ledger = SEARCHES
    correction = {"terms": "买卖合同 质量异议"}

    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court = court

    def editor(self):
        return self.court.judge

    def outsider(self):
        return self.court.criminal_judge

    def make(self):
        return self.court.search(self.court.case())

    def values(self):
        case = self.court.case()
        return {
            "case": case.number.replace("（", "(").replace("）", ")"),
            "gate": "library",
            "searched_on": "2026-05-18",
            "by": self.court.judge.pk,
            "platform": "library",
            "method": "keywords",
            "terms": "违约金",
            "result": "library",
            "found": "入库案例（虚构）2024-01",
            "use": "considered",
        }

    def test_a_row_is_added_by_whom_it_is_allowed_and_logged(self, db):
        """Over the suite's: whoever does not see the case is not told whether there is one."""
        typed = self.values()
        page = self.ledger.url("add")
        answer = self._client(self.outsider()).post(page, typed)
        assert answer.status_code == 422 and "没有找到这一案号" in answer.content.decode()
        assert not SearchRecord.objects.exists()
        assert self._client(self.editor()).post(page, typed).status_code == 302
        assert self._logged("created", SearchRecord.objects.get()) is not None


def test_only_who_handles_the_case_or_keeps_the_data_may_record(court):
    case = court.case(panel=[court.second])
    values = {
        "case": case, "gate": "library", "searched_on": dt.date(2026, 5, 18), "by": court.judge, "platform": "library",
        "method": "keywords", "terms": "违约金", "result": "none",
    }  # fmt: skip
    for person in (court.second, court.head, court.president, court.criminal_judge):
        with pytest.raises(NotAllowed):
            create(SEARCHES, actor=person, values=values)
    assert create(SEARCHES, actor=court.judge, values=values).in_report is False
    assert create(SEARCHES, actor=court.keeper, values={**values, "searched_on": TODAY}).pk


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"gate": "library", "platform": "judgments"}, "只能在人民法院案例库进行"),
        ({"ground": ""}, "须写明检索事由"),
        ({"result": "guiding"}, "写明案例和参照情况"),
        ({"found": "某案例"}, "未检索到的，这两项不填"),
        ({"result": "guiding", "found": "指导性案例（虚构）", "use": "departed"}, "应当参照；未参照须写明理由"),
        ({"written_on": dt.date(2026, 5, 10)}, "早于检索日期"),
        ({"searched_on": dt.date(2026, 5, 21)}, "晚于今天"),
        ({"searched_on": dt.date(2026, 3, 1)}, "早于收案、立案日期"),
        ({"platform": "other"}, "写明平台名称"),
    ],
)
def test_what_a_record_must_say(court, values, told):
    row = court.search(court.case())
    for name, value in values.items():
        setattr(row, name, value)
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "values", [{"gate": "library"}, {"ground": ""}, {"result": "guiding"}, {"written_on": "2026-05-10"}], ids=str
)
def test_the_database_refuses_what_the_form_does(court, values):
    row = court.search(court.case())
    with pytest.raises(IntegrityError), transaction.atomic():
        from django.db import connection

        with connection.cursor() as cursor:
            sets = ", ".join(f"{name} = %s" for name in values)
            cursor.execute(f"UPDATE cases_searchrecord SET {sets} WHERE id = %s", [*values.values(), row.pk])


def test_who_sees_a_search(court):
    open_, sealed = court.search(court.case()), court.search(court.case(sealed="privacy"))
    for person, expected in {
        court.judge: {open_, sealed},
        court.head: {open_, sealed},
        court.keeper: {open_},
        court.president: {open_},
        court.committee_secretary: {open_},
        court.criminal_judge: set(),
        court.member: set(),
    }.items():
        assert set(access.visible(person, SearchRecord)) == expected, person


def test_a_link_from_elsewhere_may_name_the_case(court, client):
    case = court.case()
    client.force_login(court.judge)
    shown = client.get(SEARCHES.url("add") + "?" + urlencode({"case": case.number})).content.decode()
    assert f'value="{case.number}"' in shown


class TestLibraryMissing(RuleSuite):
    rule = "cases.search.library-missing"
    on = TODAY

    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court = court
        court.intake()

    def breach(self):
        return self.court.case(closed_on="2026-05-08", closing_manner="judgment")

    def mend(self, row):
        self.court.search(row, "2026-05-07", gate="library")

    def sound(self):
        searched = self.court.case(closed_on="2026-05-08", closing_manner="judgment")
        self.court.search(searched, "2026-05-08", gate="library")
        yield searched
        yield self.court.case(closed_on="2026-05-08", closing_manner="mediation")
        yield self.court.case("2023-01-05", closed_on="2024-05-07", closing_manner="judgment")
        yield self.court.case(type="执", closed_on="2026-05-08", closing_manner="judgment")
        yield self.court.case()

    def owner(self):
        return self.court.judge

    def test_a_search_after_closing_is_none(self, db):
        late = self.breach()
        self.court.search(late, "2026-05-09", gate="library")
        full = self.breach()
        self.court.search(full, "2026-05-01", written=None)
        self._patrol()
        assert {late.pk, full.pk} == {alert.object_id for alert in self._standing()}


class TestAskedMissing(RuleSuite):
    rule = "cases.search.asked-missing"
    on = TODAY

    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court = court
        court.intake()

    def asked(self, on="2026-05-05", **more):
        case = self.court.case()
        self.court.mark(case, on=on)
        return self.court.measure(case, "search", on, **more)

    def breach(self):
        return self.asked()

    def mend(self, row):
        self.court.search(row.case, "2026-05-18", written=None)

    def sound(self):
        yield self.asked(answered_on="2026-05-15")
        yield self.asked("2026-05-07")  # 十个工作日自该日起算，尚未届满
        searched = self.asked()
        self.court.search(searched.case, "2026-05-04", written=None)
        yield searched
        other = self.court.case()
        self.court.mark(other, on="2026-05-05")
        yield self.court.measure(other, "report", "2026-05-05")

    def owner(self):
        return self.court.judge

    def test_the_library_alone_is_no_full_search(self, db):
        row = self.breach()
        self.court.search(row.case, "2026-05-18", gate="library")
        self._patrol()
        assert [alert.object_id for alert in self._standing()] == [row.pk]


def test_a_record_stays_with_its_case(court):
    row = court.search(court.case())
    from bihuan.kernel.errors import Refused

    with pytest.raises(Refused) as refused:
        change(SEARCHES, actor=court.judge, obj=row, values={"case": court.case()}, reason="登错")
    assert "不能改到另一件案件名下" in str(refused.value.reasons[0])
