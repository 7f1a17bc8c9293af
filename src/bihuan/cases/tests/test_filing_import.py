"""Sheets of receipts and supplements in the shapes courts have them; the ledgers through their pages; what a receipt's page says."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bihuan.cases.filing import linking, names
from bihuan.cases.filing.ledgers import RECEIPTS, SUPPLEMENTS
from bihuan.cases.models import Receipt, ReceiptSupplement
from bihuan.kernel import access
from bihuan.kernel.ledger import service
from bihuan.kernel.testing import LedgerSuite
from bihuan.kernel.tests.sheet_world import merged, problems, tried

from .factory import TODAY, signed_in
from .suites import Filed

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
HEAD = ("收件号", "案件类型", "收件时间", "收件渠道", "原告", "被告", "收件部门", "立案法官", "是否出具凭证", "审查结果", "处理时间", "案号")
CUT = dt.date(2026, 5, 19)


def row(no, kind="民事起诉", received="2026-05-06 10:20", applicant="张三", outcome="", decided="", number="", given="是"):
    return (no, kind, received, "窗口", applicant, "某某有限公司", "立案庭", "filing_judge", given, outcome, decided, number)


def bring(court, *rows, ledger=RECEIPTS, head=HEAD, **more):
    return merged(court.filing_head, head, *rows, ledger=ledger, cut_off=CUT, **more)


def test_receipts_are_merged_with_their_days_and_without_names(court):
    bring(court, row("收1"), row("收2", "刑事自诉", "2026/5/6"), row("收3", outcome="立案", decided="2026-05-08", number="(2026)鄂0000民初9号"),
          row("收4", "申请执行", applicant="李四、 张三", outcome="裁定不予受理", decided="2026-05-15", given="否"))  # fmt: skip
    one, two, three, four = Receipt.objects.order_by("receipt_no")
    assert (one.kind, one.due_on, one.person, one.receipt_given) == ("F-01", dt.date(2026, 5, 13), court.filing_judge, True)
    assert (two.kind, two.due_on) == ("F-03", dt.date(2026, 5, 21))
    assert (three.case, three.transfer_due_on, three.outcome) == (None, dt.date(2026, 5, 11), "filed")
    case = court.case("2026-05-08", number="（2026）鄂0000民初9号")  # the case's sheet comes later
    linking.nightly(TODAY)
    three.refresh_from_db()
    assert three.case == case and linking.link() == 0
    assert (four.kind, four.outcome, four.receipt_given) == ("F-09", "refused_ruling", False)
    assert one.applicant_digest == three.applicant_digest == names.digest("张 三") != four.applicant_digest
    assert four.applicant_digest == names.digest("张三，李四") and len(one.applicant_digest) == 64
    assert not any("张三" in str(value) for held in Receipt.objects.values() for value in held.values())


def test_a_sheet_updates_by_receipt_number_and_what_was_exported_comes_back_the_same(court):
    bring(court, row("收1"))
    before = Receipt.objects.values().get()
    bring(court, ("收1", before["applicant_digest"], "登记立案", "2026-05-12"), head=("收件编号", "申请人", "处理结果", "处理日期"), filename="二.xlsx")
    after = Receipt.objects.get()
    assert (after.applicant_digest, after.outcome, after.outcome_on) == (before["applicant_digest"], "filed", dt.date(2026, 5, 12))
    assert Receipt.objects.count() == 1 and names.digest("  ") == ""


def test_wrong_rows_say_where(court):
    wrong = [
        row("收2", kind="申诉"), row("收3", received="五月"), row("收4", outcome="立案"), row("收5", number="民初77号"),
        row("收6", outcome="研究", decided="2026-05-08"),
    ]  # fmt: skip
    draft = tried(court.filing_head, HEAD, row("收1"), *wrong, ledger=RECEIPTS, cut_off=CUT)
    assert [problems(draft, n) for n in range(2, 8)] == [
        {},
        {"kind": "cases.import.unknown"},
        {"first_received_at": "sheet.cell.not_a_date"},
        {"": "import.invalid"},
        {"case_number": "number.year.missing"},
        {"outcome": "cases.import.unknown"},
    ]


def test_supplements_come_by_a_sheet_of_their_own_and_move_the_days(court):
    bring(court, row("收1"), row("收2"))
    head = ("收件编号", "补正通知日期", "补正内容", "收到补正材料日期")
    bring(court, ("收1", "2026-05-08", "补充被告住所", "2026-05-12"), ledger=SUPPLEMENTS, head=head)
    assert Receipt.objects.get(receipt_no="收1").due_on == dt.date(2026, 5, 19)
    assert Receipt.objects.get(receipt_no="收2").due_on == dt.date(2026, 5, 13)
    bring(court, ("收1", "2026-05-08", "补充被告住所", "2026-05-14"), ledger=SUPPLEMENTS, head=head, filename="二.xlsx")
    assert Receipt.objects.get(receipt_no="收1").due_on == dt.date(2026, 5, 21) and ReceiptSupplement.objects.count() == 1


def test_days_in_the_wrong_order_are_refused(court):
    receipt = court.receipt(mediation_sent_on="2026-05-08")
    receipt.mediation_ended_on = dt.date(2026, 5, 7)
    with pytest.raises(ValidationError):
        receipt.validate_constraints()


def test_nothing_is_settled_before_it_came_nor_on_a_day_to_come(court):
    late, early = (TODAY + dt.timedelta(days=1)).isoformat(), "2026-05-05"
    rows = [
        row("收2", outcome="立案", decided=early, number=""), row("收3", outcome="立案", decided=late), row("收4", received=f"{late} 09:00"),
        row("收5", received="0001-01-01 08:00"), row("收6", outcome="立案", decided="2026-05-06"),
    ]  # fmt: skip
    draft = tried(court.filing_head, HEAD, row("收1"), *rows, ledger=RECEIPTS, cut_off=CUT)
    assert [set(problems(draft, n)) for n in range(2, 8)] == [
        set(), {"outcome_on"}, {"outcome_on"}, {"first_received_at"}, {"first_received_at"}, set(),
    ]  # fmt: skip
    receipt = court.receipt("2026-05-06")
    client, page = signed_in(court.filing_head), RECEIPTS.url("change", receipt.pk)
    form = client.get(page).context["form"]
    typed = {field.name: field.value() for field in form if field.value() not in (None, False)}
    typed |= {"first_received_at": "2026-05-06 10:20", "outcome": "filed", "reason": "登记结果", "outcome_on": "2026-05-08"}
    for wrong, told in (
        ({"outcome_on": early}, "处理日期早于收到材料的日期"), ({"outcome_on": late}, "日期晚于今天"),
        ({"first_received_at": f"{late} 09:00", "outcome": "", "outcome_on": ""}, "日期晚于今天"),
        ({"first_received_at": "0001-01-01 00:00"}, "没有 1 年的时间可以登记"), ({"first_received_at": "9999-12-31 23:59"}, "没有 9999 年"),
    ):  # fmt: skip
        answer = client.post(page, typed | wrong)
        assert answer.status_code == 422 and told in answer.content.decode(), wrong
    assert client.post(page, typed).status_code == 302
    receipt.refresh_from_db()
    assert receipt.outcome_on == dt.date(2026, 5, 8)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_receipt SET outcome_on = %s WHERE id = %s", [early, receipt.pk])


def test_who_sees_which_receipts(court):
    mine, other = court.receipt(), court.receipt(person=court.criminal_judge)
    seen = {name: set(access.visible(getattr(court, name), Receipt)) for name in
            ("filing_judge", "criminal_judge", "filing_head", "supervisor", "keeper", "president", "leader", "judge", "head")}  # fmt: skip
    assert seen.pop("filing_judge") == {mine} and seen.pop("criminal_judge") == {other}
    assert seen.pop("judge") == seen.pop("head") == set()
    assert all(rows == {mine, other} for rows in seen.values())


def test_the_page_says_why_and_what_follows(court):
    page = RECEIPTS.url
    near = court.receipt("2026-05-15")
    court.supplement(near, "2026-05-18", wanted="补充身份证明")
    over = court.receipt("2026-05-06", mediation_sent_on="2026-05-07", mediation_signed_on="2026-05-08")
    client = signed_in(court.filing_head)
    shown = client.get(page("detail", near.pk)).content.decode()
    assert "民事起诉的立案审查" in shown and "为什么是这一天" in shown and "民诉法第126条" in shown and "补充身份证明" in shown
    assert "届满时仍不能判定的" in shown and "先行立案" in shown
    shown = client.get(page("detail", over.pk)).content.decode()
    assert "超期立案" in shown and "法定期限已于" in shown and "没有当事人同意的记录" in shown and "2026-06-08" in shown
    assert signed_in(court.judge).get(page("detail", over.pk)).status_code == 404
    before = court.receipt("2010-06-03", kind="F-13")
    assert "没有可适用的条文" in client.get(page("detail", before.pk)).content.decode()
    found = client.get(page("list"), {"lamp": "overdue"}, headers={"HX-Request": "true"}).content.decode()
    assert over.receipt_no in found and near.receipt_no not in found
    bare = client.get(page("list"), {"mediation": "bare"}, headers={"HX-Request": "true"}).content.decode()
    assert over.receipt_no in bare and near.receipt_no not in bare


class TestReceipts(Filed, LedgerSuite):
    ledger = RECEIPTS
    correction = {"cause": "民间借贷纠纷"}

    def make(self):
        return self.court.receipt(cause="买卖合同纠纷", kind="F-01")


class TestSupplements(Filed, LedgerSuite):
    ledger = SUPPLEMENTS
    correction = {"wanted": "补充送达地址"}

    def make(self):
        return self.court.supplement(self.court.receipt(), "2026-05-08", wanted="补充证据")


def test_a_correction_moves_the_days_at_once(court):
    receipt = court.receipt()
    assert receipt.due_on < TODAY
    moved = service.change(RECEIPTS, actor=court.filing_head, obj=receipt, values={"kind": "F-04"}, reason="类别录错")
    moved.refresh_from_db()
    assert moved.due_on == dt.date(2026, 6, 5)
    supplement = court.supplement(moved, "2026-05-08", "2026-05-11")
    moved.refresh_from_db()
    assert moved.due_on == dt.date(2026, 6, 10)
    service.void(SUPPLEMENTS, actor=court.filing_head, obj=supplement, reason="重复")
    moved.refresh_from_db()
    assert moved.due_on == dt.date(2026, 6, 5)


def test_another_moment_of_receipt_starts_the_limit_on_another_day(court):
    bring(court, row("收1"), row("收2"))
    first, second = Receipt.objects.order_by("receipt_no")
    late = dt.datetime(2026, 5, 11, 23, 40, tzinfo=timezone.get_current_timezone())
    service.change(RECEIPTS, actor=court.filing_head, obj=first, values={"first_received_at": late}, reason="登记错了")
    bring(court, row("收2", received="2026-05-12 08:30"), filename="二.xlsx")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.received_on, first.trigger_on, first.due_on) == (dt.date(2026, 5, 11), dt.date(2026, 5, 11), dt.date(2026, 5, 18))
    assert (second.received_on, second.trigger_on, second.due_on) == (dt.date(2026, 5, 12), dt.date(2026, 5, 12), dt.date(2026, 5, 19))
