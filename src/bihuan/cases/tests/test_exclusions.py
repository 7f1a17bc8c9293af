"""Asking for an exclusion: on the list and proved, on no list, without evidence; and what the case system made of it."""

import datetime as dt
import io

import docx
import pytest
from django.urls import reverse

from bihuan.cases.ledgers import CASES, EXCLUSIONS, PAUSES
from bihuan.cases.models import ExclusionRequest, RequestState
from bihuan.cases.opening.services import open_whole
from bihuan.cases.services import asking, exclusions, requests
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.ledger.service import change
from bihuan.kernel.models import InboxItem
from bihuan.kernel.testing import LedgerSuite

from .factory import TODAY, signed_in
from .suites import Kept
from .test_extensions import SIX

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
APPRAISAL = {
    "ground": "appraisal", "first": dt.date(2026, 5, 11), "last": dt.date(2026, 5, 20), "reference": "（2026）鉴委字第3号",
    "reason": "工程质量需要鉴定",
}  # fmt: skip


def codes(refusal):
    return [reason.code for reason in refusal.value.reasons]


def refused(court, case, **more):
    with pytest.raises(Refused) as refusal:
        exclusions.ask(actor=court.judge, case=case, values=APPRAISAL | more)
    assert not ExclusionRequest.objects.exists()
    return codes(refusal), " ".join(map(str, refusal.value.reasons))


def test_on_the_list_and_proved_it_is_recorded_as_it_was_checked(court):
    case = court.case("2026-03-02")
    found = exclusions.check(case, TODAY, APPRAISAL)
    assert (found.then.raw - found.now.raw).days == 10 and not found.warnings
    row = exclusions.ask(actor=court.judge, case=case, values=APPRAISAL)
    assert (row.asked_on, row.state, row.due_on, row.checked) == (TODAY, RequestState.OPEN, case.due_on, [])
    with pytest.raises(Refused) as twice:
        exclusions.ask(actor=court.judge, case=case, values=APPRAISAL)
    assert codes(twice) == ["cases.exclusion.open"]
    for person in (court.second, court.head, court.keeper):
        with pytest.raises(NotAllowed):
            exclusions.ask(actor=person, case=case, values=APPRAISAL | {"first": dt.date(2026, 5, 12)})


def test_on_no_list_and_without_what_proves_it_it_is_refused_with_the_article(court):
    case = court.case("2026-03-02")
    found, told = refused(court, case, ground="judge_away")
    assert found == ["limit.pause.unlisted"] and "不在不计入期间的清单内" in told and "民诉解释第243条" in told
    found, told = refused(court, case, ground="mediation", last=None)
    assert found == ["limit.pause.unproved"] and "没有“" in told and "民事调解规定第4条" in told
    found, told = refused(court, case, reference=" ")
    assert found == ["cases.exclusion.evidence"] and "29号第9条" in told
    summary = court.case("2026-03-02", procedure="summary")
    found, told = refused(court, summary, ground="announcement")
    assert (
        found == ["limit.pause.unlisted"] and "民诉解释第243条" in told
    )  # on the list of the ordinary procedure alone
    row = exclusions.ask(
        actor=court.judge,
        case=case,
        values=APPRAISAL | {"ground": "mediation", "last": None, "facts": ["all_parties_consent"]},
    )
    assert {one["code"] for one in row.checked} >= {"limit.pause.skipped"}


def test_days_that_cannot_be_excluded_are_refused(court):
    case = court.case("2026-03-02")
    assert refused(court, case, first=dt.date(2026, 3, 2))[0] == ["cases.exclusion.before"]
    assert refused(court, case, last=dt.date(2026, 5, 10))[0] == ["cases.exclusion.backwards"]
    over = court.case("2025-10-08")
    found, told = refused(court, over, first=dt.date(2026, 5, 11))
    assert found == ["cases.exclusion.past"] and "民诉法第152条" in told
    assert refused(court, court.case("2026-03-02", closed_on="2026-05-01"))[0] == ["cases.exclusion.closed"]
    none = court.case(
        "2026-05-11", type="民特", procedure="only", facts=["voter_roll"], dates={"election_day": "2026-06-30"}
    )
    found, told = refused(court, none)
    assert found == ["cases.exclusion.no_list"] and "第" in told
    court.pause(case, "appraisal", APPRAISAL["first"])
    assert refused(court, case)[0] == ["cases.exclusion.recorded"]


@pytest.mark.parametrize("last", ["2200-01-01", "9999-12-31"])
def test_days_beyond_the_calendar_are_refused_not_failed_on(court, last):
    case = court.case("2026-03-02")
    assert refused(court, case, last=dt.date.fromisoformat(last))[0] == ["cases.request.no_days"]
    typed = {name: str(value) for name, value in APPRAISAL.items()} | {"last": last, "check": "1"}
    answer = signed_in(court.judge).post(reverse("cases:exclusion", args=[case.pk]), typed)
    assert answer.status_code == 422 and "算不出" in answer.content.decode()


def test_the_application_names_parties_and_is_printed_by_whom_the_whole_case_is_open_to(court):
    case = court.case("2026-03-02", parties="原告某某商行")
    asked = [
        ("cases:exclusion_print", exclusions.ask(actor=court.judge, case=case, values=APPRAISAL)),
        ("cases:extension_print", requests.ask(actor=court.judge, case=court.case("2025-12-15", parties="某某人"), values=SIX)),
    ]
    for name, row in asked:
        url = reverse(name, args=[row.pk])
        assert signed_in(court.judge).get(url).status_code == 200
        for person in (court.head, court.keeper, court.president):
            answer = signed_in(person).get(url)
            assert answer.status_code == 403 and "说明理由" in answer.content.decode(), (name, person)
        open_whole(actor=court.head, case=row.case, reason="审核扣除申请")
        assert signed_in(court.head).get(url).status_code == 200


def test_the_pause_that_arrives_settles_the_request(court):
    same, other, elsewhere, waiting = (court.case("2026-03-02") for _n in range(4))
    cases = [same, other, elsewhere, waiting]
    rows = {case.pk: exclusions.ask(actor=court.judge, case=case, values=APPRAISAL) for case in cases}
    court.pause(same, "appraisal", "2026-05-11", "2026-05-20")
    court.pause(other, "appraisal", "2026-05-13", "2026-05-19")
    court.pause(elsewhere, "audit", "2026-05-11", "2026-05-20")
    court.pause(waiting, "announcement", "2026-05-12")
    assert exclusions.reconcile_exclusions([case.pk for case in cases]) == 3
    for row in rows.values():
        row.refresh_from_db()
    assert [rows[case.pk].state for case in cases] == ["granted", "differs", "differs", "open"]
    assert rows[other.pk].difference == [
        {"field": "first", "asked": "2026-05-11", "decided": "2026-05-13"}, {"field": "last", "asked": "2026-05-20", "decided": "2026-05-19"},
    ]  # fmt: skip
    assert InboxItem.objects.filter(person=court.judge).count() == 3
    assert exclusions.reconcile_exclusions([case.pk for case in cases]) == 0
    page = signed_in(court.judge).get(EXCLUSIONS.url("detail", rows[elsewhere.pk].pk)).content.decode()
    assert "申请 鉴定，批准 审计、评估、资产清理" in page
    with pytest.raises(Refused):
        asking.withdraw(actor=court.judge, request=rows[same.pk], reason="不需要了")
    with pytest.raises(NotAllowed):
        asking.withdraw(actor=court.second, request=rows[waiting.pk], reason="已和解")
    assert asking.withdraw(actor=court.judge, request=rows[waiting.pk], reason="已和解").state == "withdrawn"


def test_a_pause_put_right_in_its_ledger_is_compared_too(court):
    case = court.case("2026-03-02")
    row = exclusions.ask(actor=court.judge, case=case, values=APPRAISAL)
    pause = court.pause(case, "announcement", "2026-05-18")
    change(PAUSES, actor=court.keeper, obj=pause, values={"ground": "appraisal"}, reason="登记错了")
    row.refresh_from_db()
    assert (row.state, row.pause_id) == ("differs", pause.pk)


def test_the_page_checks_refuses_and_prints(court):
    case = court.case("2026-03-02")
    judge, url = signed_in(court.judge), reverse("cases:exclusion", args=[case.pk])
    assert url in judge.get(CASES.url("detail", case.pk)).content.decode()
    page = judge.get(url).content.decode()
    assert "清单内，可以扣除" in page and "清单以外，不扣除" in page and "鉴定（29号第9条(6)、民诉解释第243条）" in page
    typed = {"ground": "judge_away", "first": "2026-05-11", "last": "2026-05-20", "reference": "", "reason": "外出学习"}
    answer = judge.post(url, typed)
    assert answer.status_code == 422 and "民诉解释第243条" in answer.content.decode()
    checked = judge.post(url, typed | {"ground": "appraisal", "check": "1"}).content.decode()
    assert "预检：不能扣除" in checked and "请写明文书名称" in checked
    typed |= {"ground": "appraisal", "reference": "（2026）鉴委字第3号"}
    assert "届满日由 2026年9月2日 延至" in judge.post(url, typed | {"check": "1"}).content.decode()
    assert not ExclusionRequest.objects.exists()
    answer = judge.post(url, typed)
    row = ExclusionRequest.objects.get()
    assert answer.url == EXCLUSIONS.url("detail", row.pk)
    printed = judge.get(reverse("cases:exclusion_print", args=[row.pk]))
    cells = "\n".join(
        c.text for t in docx.Document(io.BytesIO(printed.content)).tables for r in t.rows for c in r.cells
    )
    assert "鉴委字第3号" in cells and "2026年5月11日" in cells and "外出学习" in cells and "鉴定" in cells
    for person, status in ((court.keeper, 403), (court.criminal_judge, 404)):
        assert signed_in(person).get(url).status_code == status
    assert signed_in(court.criminal_judge).get(reverse("cases:exclusion_print", args=[row.pk])).status_code == 404
    assert judge.post(reverse("cases:exclusion_withdraw", args=[row.pk]), {"reason": "已和解"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "withdrawn"
    none = court.case(
        "2026-05-11", type="民特", procedure="only", facts=["voter_roll"], dates={"election_day": "2026-06-30"}
    )
    page = judge.get(reverse("cases:exclusion", args=[none.pk])).content.decode()
    assert "不能申请扣除" in page and "<textarea" not in page


class TestExclusions(Kept, LedgerSuite):
    ledger = EXCLUSIONS

    def make(self):
        return self.reasoned(exclusions.ask(actor=self.court.judge, case=self.court.case("2026-03-02"), values=APPRAISAL))
