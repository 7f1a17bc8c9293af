"""Asking for an extension: in time, too late, after the end, where the law has none; and what the case system made of it."""

import datetime as dt
import io

import docx
import pytest
from django.urls import reverse

from bihuan.cases.ledgers import CASES, EXTENSIONS
from bihuan.cases.models import ExtensionRequest, RequestState
from bihuan.cases.services import asking, requests
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models import InboxItem
from bihuan.kernel.testing import LedgerSuite
from bihuan.kernel.work import unit_of_work

from .factory import TODAY, signed_in
from .suites import Kept

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
SIX = {"rule": "E1", "by": "president", "term": "6m", "reason": "鉴定复杂，需补充鉴定"}


def codes(refusal):
    return [reason.code for reason in refusal.value.reasons]


def test_in_time_it_is_recorded_as_it_was_checked(court):
    case = court.case("2025-12-15")  # 届满 2026-06-15
    row = requests.ask(actor=court.judge, case=case, values=SIX)
    assert (row.late, row.due_on, row.asked_on, row.state) == (False, dt.date(2026, 6, 15), TODAY, RequestState.OPEN)
    with pytest.raises(Refused) as twice:
        requests.ask(actor=court.judge, case=case, values=SIX)
    assert codes(twice) == ["cases.extension.open"]
    with pytest.raises(NotAllowed):
        requests.ask(actor=court.second, case=court.case("2025-12-15"), values=SIX)


def test_too_late_is_warned_needs_a_reason_and_is_counted(court):
    case = court.case("2025-11-26")  # 届满 2026-05-26，应在十日（十五日）前申请
    with pytest.raises(Refused) as late:
        requests.ask(actor=court.judge, case=case, values=SIX)
    assert codes(late) == ["limit.grant.late", "cases.extension.why_late"]
    assert "9号" in str(late.value.reasons[0])
    row = requests.ask(actor=court.judge, case=case, values=SIX | {"late_reason": "鉴定意见昨日才收到"})
    assert row.late and row.late_reason and row.checked[0]["code"] == "limit.grant.late"


def test_after_the_end_and_where_the_law_has_none_it_is_refused_with_the_article(court):
    over = court.case("2025-10-08")
    with pytest.raises(Refused) as refusal:
        requests.ask(actor=court.judge, case=over, values=SIX)
    assert codes(refusal) == ["cases.extension.over"] and "民诉法第152条" in str(refusal.value.reasons[0])
    none = court.case("2026-05-11", type="民特", procedure="only", facts=["voter_roll"], dates={"election_day": "2026-06-30"})
    with pytest.raises(Refused) as refusal:
        requests.options(none, TODAY)
    assert codes(refusal) == ["cases.extension.none"] and "第" in str(refusal.value.reasons[0])
    with pytest.raises(Refused) as refusal:
        requests.ask(actor=court.judge, case=court.case("2025-12-15"), values=SIX | {"by": "division_head"})
    assert codes(refusal) == ["limit.grant.approver"]
    with pytest.raises(Refused) as refusal:
        requests.ask(actor=court.judge, case=court.case("2025-12-15", closed_on="2026-05-01"), values=SIX)
    assert codes(refusal) == ["cases.extension.closed"]


def test_what_the_case_system_decided_settles_the_request(court):
    same, other, refused, waiting = (court.case("2025-12-15") for _n in range(4))
    rows = {case.pk: requests.ask(actor=court.judge, case=case, values=SIX) for case in (same, other, refused, waiting)}
    court.grant(same, TODAY, decided=TODAY, term="6m")
    court.grant(other, TODAY, decided=TODAY, term="3m")
    court.grant(refused, TODAY, decided=TODAY, term="6m", decision="refused")
    court.grant(waiting, TODAY, term="6m")
    assert requests.reconcile([case.pk for case in (same, other, refused, waiting)]) == 3
    for row in rows.values():
        row.refresh_from_db()
    assert [rows[c.pk].state for c in (same, other, refused, waiting)] == ["granted", "differs", "refused", "open"]
    assert rows[other.pk].difference == [{"field": "term", "asked": "6m", "decided": "3m"}]
    assert InboxItem.objects.filter(person=court.judge).count() == 3
    assert requests.reconcile([same.pk, waiting.pk]) == 0
    with pytest.raises(Refused):
        asking.withdraw(actor=court.judge, request=rows[same.pk], reason="不需要了")
    assert asking.withdraw(actor=court.judge, request=rows[waiting.pk], reason="已调解").state == "withdrawn"


def test_the_page_checks_warns_refuses_and_prints(court):
    late, over, fine = court.case("2025-11-26"), court.case("2025-10-08"), court.case("2025-12-15")
    judge = signed_in(court.judge)
    assert reverse("cases:extension", args=[fine.pk]) in judge.get(CASES.url("detail", fine.pk)).content.decode()
    page = judge.get(reverse("cases:extension", args=[over.pk])).content.decode()
    assert "不能申请延长" in page and "民诉法第152条" in page and "<textarea" not in page
    url = reverse("cases:extension", args=[late.pk])
    page = judge.get(url).content.decode()
    assert "计为违规" in page and "late_reason" in page and "本院院长批准，延长6 个月" in page.replace("  ", " ")
    typed = {"option": "E1|president", "term": "六个月", "reason": "补充鉴定"}
    assert judge.post(url, typed).status_code == 422
    assert not ExtensionRequest.objects.exists()
    checked = judge.post(url, typed | {"late_reason": "才收到鉴定意见", "check": "1"})
    assert "延至 2026年11月26日" in checked.content.decode() and not ExtensionRequest.objects.exists()
    answer = judge.post(url, typed | {"late_reason": "才收到鉴定意见"})
    row = ExtensionRequest.objects.get()
    assert answer.url == EXTENSIONS.url("detail", row.pk) and row.late
    printed = judge.get(reverse("cases:extension_print", args=[row.pk]))
    cells = "\n".join(c.text for t in docx.Document(io.BytesIO(printed.content)).tables for r in t.rows for c in r.cells)
    assert "补充鉴定" in cells and "6 个月" in cells and "2026年5月26日" in cells and "才收到鉴定意见" in cells
    for person, status in ((court.keeper, 403), (court.criminal_judge, 404)):
        assert signed_in(person).get(url).status_code == status
    assert judge.post(reverse("cases:extension_withdraw", args=[row.pk]), {"reason": "已和解"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_the_printed_application_names_the_facts_it_stands_on(court):
    case = court.case("2025-12-15")
    made = [requests.ask(actor=court.judge, case=case, values=SIX)]
    with unit_of_work(None) as uow:
        ExtensionRequest.objects.filter(pk=made[0].pk).update(facts=["complex_case"])
        uow.record("test.made", made[0], covers=[ExtensionRequest], params={"what": "facts"})
    printed = signed_in(court.judge).get(reverse("cases:extension_print", args=[made[0].pk]))
    rows = [[c.text for c in r.cells] for t in docx.Document(io.BytesIO(printed.content)).tables for r in t.rows]
    assert ["所据情形", "疑难、复杂、重大"] in rows


class TestExtensions(Kept, LedgerSuite):
    ledger = EXTENSIONS

    def make(self):
        return self.reasoned(requests.ask(actor=self.court.judge, case=self.court.case("2025-12-15"), values=SIX))
