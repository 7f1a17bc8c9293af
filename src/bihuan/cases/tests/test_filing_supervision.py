"""Complaints about filing and regular checks: ledgers, flows, who may and who may not, what is printed, the duty fulfilled."""

import datetime as dt
import io
import zipfile

import pytest
from django.urls import reverse

from bihuan.cases.filing import checks, forms
from bihuan.cases.filing.flows import CHECK_FLOW, COMPLAINT_FLOW
from bihuan.cases.filing.ledgers_supervision import CHECKS, COMPLAINTS
from bihuan.cases.models import FilingCheck, FilingComplaint
from bihuan.kernel import access, duties
from bihuan.kernel.errors import NotAllowed, Refused, Stale
from bihuan.kernel.ledger import service
from bihuan.kernel.models import DutyOccurrence
from bihuan.kernel.models.inbox import InboxItem
from bihuan.kernel.testing import FlowSuite, LedgerSuite

from .factory import TODAY, signed_in
from .suites import Filed

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
FOUND = {"finding": "partly", "found_on": TODAY, "handling": "窗口未当场出具凭证，已补发并责令整改。"}


def words(answer):
    """The text of a Word document that was answered."""
    assert answer.status_code == 200, answer.content[:500]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return archive.read("word/document.xml").decode()


def step(row, code, actor, note="", **data):
    row.refresh_from_db()
    return COMPLAINT_FLOW.perform(row, code, actor=actor, note=note, data=data)


def drawn(court, count=6, size=4, **more):
    rows = [court.receipt(f"2026-05-{day:02}") for day in range(6, 6 + count)]
    given = {"no": f"检查{court.count}", "first": dt.date(2026, 5, 1), "last": TODAY, "size": size, "seed": "7"} | more
    return rows, checks.draw(actor=court.filing_head, **given)


def looked_at(court, check):
    rows = {item.pk: ("sound", "") for item in check.items.all()}
    checks.record(actor=court.filing_head, check=check, rows=rows)
    return check


class TestComplaints(Filed, LedgerSuite):
    ledger = COMPLAINTS
    correction = {"content": "材料已收，未给凭证"}

    def make(self):
        return self.court.complaint(content="收了材料没有给凭证", person=self.court.supervisor)

    def values(self):
        unit = self.court.units["filing"].pk
        return {"no": "投诉〔2026〕1号", "unit": unit, "accepted_on": "2026-05-18", "ground": "no_receipt", "content": "没有给凭证"}


class TestChecks(Filed, LedgerSuite):
    ledger = CHECKS

    def make(self):
        return drawn(self.court)[1]


class TestComplaintFlow(Filed, FlowSuite):
    flow = COMPLAINT_FLOW

    def make(self, state):
        row = self.court.complaint("2026-05-11", accused=self.court.filing_judge)
        if state != "accepted":
            step(row, "find", self.court.supervisor, **FOUND)
        if state == "replied":
            step(row, "reply", self.court.supervisor, replied_on=TODAY)
        row.refresh_from_db()
        return row

    def actor(self, step, obj):
        return self.court.supervisor

    def outsider(self, step, obj):
        return self.court.head

    def data(self, step, obj):
        return FOUND | {"replied_on": TODAY}


class TestCheckFlow(Filed, FlowSuite):
    flow = CHECK_FLOW

    def make(self, state):
        check = drawn(self.court)[1]
        if state == "done":
            looked_at(self.court, check)
            CHECK_FLOW.perform(check, "conclude", actor=self.court.filing_head, data={"conclusion": "总体规范"})
        if state == "cancelled":
            CHECK_FLOW.perform(check, "cancel", actor=self.court.filing_head, note="期间有误")
        return check

    def actor(self, step, obj):
        return self.court.filing_head

    def outsider(self, step, obj):
        return self.court.supervisor

    def ready(self, step, obj, actor):
        if obj.state == "drawn":
            looked_at(self.court, obj)

    def data(self, step, obj):
        return {"conclusion": "总体规范"}


def test_the_person_complained_of_neither_sees_nor_looks_into_it(court):
    receipt = court.receipt()
    about_judge = court.complaint(receipt=receipt, person=court.supervisor)
    about_head = court.complaint(accused=court.filing_head)
    seen = {name: set(access.visible(getattr(court, name), FilingComplaint)) for name in ("filing_head", "supervisor", "keeper", "president")}
    both = {about_judge, about_head}
    assert seen == {"filing_head": {about_judge}, "supervisor": both, "keeper": both, "president": both}
    assert not access.visible(court.judge, FilingComplaint).exists()
    with pytest.raises(Refused) as refused:
        step(about_head, "find", court.filing_head, **FOUND)
    assert "被投诉人" in str(refused.value.reasons[0])
    mine = court.complaint(receipt=receipt)
    court.let_be_supervisor(court.filing_judge)
    with pytest.raises(Refused):
        step(mine, "find", court.filing_judge, **FOUND)
    with pytest.raises(NotAllowed):
        step(mine, "find", court.judge, **FOUND)
    with pytest.raises(Refused) as named:
        service.change(COMPLAINTS, actor=court.keeper, obj=about_head, values={"person": court.filing_head}, reason="指定")
    assert "被投诉人" in str(named.value.reasons[0])
    with pytest.raises(Refused) as handled:
        service.change(COMPLAINTS, actor=court.keeper, obj=mine, values={"person": court.filing_judge}, reason="指定")
    assert "经办人" in str(handled.value.reasons[0])


def test_a_complaint_is_accepted_found_sent_back_and_answered(court):
    values = {"no": "投诉1号", "unit": court.units["filing"], "person": court.supervisor, "accepted_on": dt.date(2026, 5, 11), "ground": "delayed"}
    row = service.create(COMPLAINTS, actor=court.filing_head, values=values)
    assert row.due_on == dt.date(2026, 5, 26) and InboxItem.objects.filter(person=court.supervisor).exists()
    with pytest.raises(Refused):
        step(row, "find", court.supervisor, **FOUND | {"found_on": dt.date(2026, 5, 10)})
    with pytest.raises(Refused):
        step(row, "find", court.supervisor, **FOUND | {"found_on": dt.date(2026, 5, 21)})
    step(row, "find", court.supervisor, **FOUND)
    with pytest.raises(Refused):
        service.change(COMPLAINTS, actor=court.filing_head, obj=row, values={"accepted_on": dt.date(2026, 5, 18)}, reason="改日期")
    step(row, "again", court.supervisor, note="事实不清")
    row.refresh_from_db()
    assert (row.finding, row.found_on, row.handling) == ("", None, "")
    step(row, "find", court.supervisor, **FOUND)
    with pytest.raises(Refused):
        step(row, "reply", court.supervisor, replied_on=dt.date(2026, 5, 19))
    done = step(row, "reply", court.supervisor, replied_on=TODAY)
    assert (done.state, done.replied_on, done.finding) == ("replied", TODAY, "partly")


def test_what_is_printed_and_for_whom(court):
    receipt = court.receipt()
    row = court.complaint("2026-05-11", receipt=receipt, ground="no_receipt")
    court.complaint("2025-05-11", no="去年1号")
    hidden = court.complaint("2026-05-12", accused=court.filing_head)
    client = signed_in(court.filing_head)
    detail = client.get(COMPLAINTS.url("detail", row.pk)).content.decode()
    assert "为什么应在这一天前答复" in detail and "登记立案规定第13条" in detail and "打印答复书" not in detail
    early = client.get(reverse("filing:reply", args=[row.pk]))
    assert early.status_code == 409 and "还没有登记查明情况" in early.content.decode()
    step(row, "find", court.supervisor, **FOUND)
    reply = words(client.get(reverse("filing:reply", args=[row.pk])))
    assert FOUND["handling"] in reply and "部分属实" in reply and receipt.receipt_no in reply and "登记立案规定第13条" in reply
    register = words(client.get(reverse("filing:register")))
    assert row.no in register and hidden.no not in register and "去年1号" not in register and "共 1 件" in register
    assert "去年1号" in words(client.get(reverse("filing:register") + "?year=2025"))
    for year in ("0000", "１９９９", "all"):
        assert row.no in words(client.get(reverse("filing:register"), {"year": year})), "what is no year is this year"
    other = signed_in(court.judge)
    assert other.get(reverse("filing:register")).status_code == 403
    assert other.get(reverse("filing:reply", args=[row.pk])).status_code == 404
    assert client.get(reverse("filing:reply", args=[hidden.pk])).status_code == 404


def test_a_check_is_drawn_from_the_period_and_never_from_the_checkers_own(court):
    own = court.receipt("2026-05-07", person=court.filing_head)
    april = court.receipt("2026-04-07")
    made, check = drawn(court, 6, 99)
    assert (check.population, check.size) == (6, 6)
    assert {item.receipt for item in check.items.all()} == set(made) and own not in made and april not in made
    with pytest.raises(Refused):
        drawn(court, 1, no=check.no)
    with pytest.raises(Refused):
        drawn(court, 1, first=dt.date(2024, 1, 1), last=dt.date(2024, 1, 31))
    for person in (court.supervisor, court.keeper, court.judge):
        with pytest.raises(NotAllowed):
            checks.draw(actor=person, no="别", first=TODAY, last=TODAY, size=1, seed="1")


def test_findings_are_recorded_by_the_checker_alone_and_problems_are_said(court):
    _rows, check = drawn(court)
    items = [item.pk for item in check.items.order_by("place")]
    with pytest.raises(NotAllowed):
        checks.record(actor=court.supervisor, check=check, rows={items[0]: ("sound", "")})
    with pytest.raises(Refused):
        checks.record(actor=court.filing_head, check=check, rows={items[0]: ("late", " ")})
    old = FilingCheck.objects.get(pk=check.pk)
    assert checks.record(actor=court.filing_head, check=check, rows={items[0]: ("late", "5月13日届满"), items[1]: ("sound", "")}) == 2
    with pytest.raises(Stale):
        checks.record(actor=court.filing_head, check=old, rows={items[0]: ("sound", "")})
    with pytest.raises(Refused) as refused:
        CHECK_FLOW.perform(check, "conclude", actor=court.filing_head, data={"conclusion": "完"})
    assert "2 件" in str(refused.value.reasons[0])
    looked_at(court, check)
    CHECK_FLOW.perform(check, "conclude", actor=court.filing_head, data={"conclusion": "完"})
    with pytest.raises(Refused):
        checks.record(actor=court.filing_head, check=check, rows={items[0]: ("sound", "")})


def test_a_finished_check_fulfils_the_duty_that_is_due_and_no_later_one(court):
    with pytest.raises(NotAllowed):
        checks.establish(actor=court.filing_head, every="month", starts=dt.date(2026, 5, 1), grace_days=3)
    client, page = signed_in(court.keeper), reverse("filing:establish")
    assert signed_in(court.filing_head).get(page).status_code == 403 and client.get(page).status_code == 200
    offered = [page in signed_in(person).get(CHECKS.url("list")).content.decode() for person in (court.keeper, court.filing_head)]
    assert offered == [True, False], "nobody is led to a page that refuses them"
    given = {"every": "month", "starts": "2026-05-01", "grace_days": "3"}
    assert client.post(page, given).status_code == 302
    assert client.post(page, given).status_code == 422, "one such duty is enough"
    duty = checks.standing_duty()
    assert (duty.owner_role, duty.unit, duty.domain) == ("filing_head", court.units["filing"], "cases")
    duties.generate(TODAY)
    for _n in range(2):
        _rows, check = drawn(court)
        looked_at(court, check)
        CHECK_FLOW.perform(check, "conclude", actor=court.filing_head, data={"conclusion": "总体规范"})
    done = DutyOccurrence.objects.filter(fulfilled_on__isnull=False)
    assert [(row.nominal_on, row.fulfilled_on, row.record_kind) for row in done] == [(dt.date(2026, 5, 31), TODAY, "cases.filingcheck")]
    first = FilingCheck.objects.get(pk=done.get().record_id)
    shown = signed_in(court.filing_head).get(CHECKS.url("detail", first.pk)).content.decode()
    assert "已登记完成定期工作" in shown and "立案庭庭长定期检查立案工作" in shown


def test_drawing_and_recording_through_the_pages(court):
    for day in range(6, 12):
        court.receipt(f"2026-05-{day:02}")
    client, add = signed_in(court.filing_head), reverse("filing:draw")
    given = {"no": "检查1号", "first": "2026-05-01", "last": "2026-05-20", "size": "3", "seed": "2026"}
    assert "20" in client.get(add).content.decode() and signed_in(court.keeper).get(add).status_code == 403
    for last in ("2026-04-01", "2026-05-21"):  # before it begins; still to come, and what comes would change the draw
        assert client.post(add, given | {"last": last}).status_code == 422
    assert client.post(add, given).status_code == 302
    check = FilingCheck.objects.get()
    page = reverse("filing:findings", args=[check.pk])
    assert page in client.get(CHECKS.url("detail", check.pk)).content.decode()
    assert signed_in(court.supervisor).get(page).status_code == 403 and signed_in(court.judge).get(page).status_code == 404
    items = list(check.items.order_by("place"))
    sent = {f"i{item.pk}-finding": "sound" for item in items} | {f"i{items[0].pk}-finding": "no_receipt", "version": check.revision}
    refused = client.post(page, sent)
    assert refused.status_code == 422 and "须写明说明" in refused.content.decode()
    noted = sent | {f"i{items[0].pk}-note": "凭证存根缺失"}
    for version in ("", "²", "-1", "9" * 5000):
        stale = client.post(page, noted | {"version": version})
        assert stale.status_code == 409 and "凭证存根缺失" in stale.content.decode()
    assert client.post(page, noted).status_code == 302
    shown = client.get(CHECKS.url("detail", check.pk)).content.decode()
    assert "没有出具收件凭证" in shown and "凭证存根缺失" in shown and "超期立案" in shown


def test_a_receipt_is_named_by_its_number_on_the_form(court):
    receipt = court.receipt()
    field = forms.ReceiptNumberField()
    field.queryset = access.visible(court.filing_head, type(receipt))
    assert field.clean(f" {receipt.receipt_no} ") == receipt and field.prepare_value(receipt.pk) == receipt.receipt_no
    client = signed_in(court.filing_head)
    given = {"no": "投2", "unit": court.units["filing"].pk, "accepted_on": "2026-05-18", "ground": "not_filed", "receipt": "没有"}
    assert "没有找到这一编号" in client.post(COMPLAINTS.url("add"), given).content.decode()
    assert client.post(COMPLAINTS.url("add"), given | {"receipt": receipt.receipt_no, "accepted_on": "2026-05-21"}).status_code == 422
    before = client.post(COMPLAINTS.url("add"), given | {"receipt": receipt.receipt_no, "accepted_on": "2015-04-30"})
    assert before.status_code == 422 and "2015-05-01 以前" in before.content.decode()
    assert client.post(COMPLAINTS.url("add"), given | {"receipt": receipt.receipt_no}).status_code == 302
    assert FilingComplaint.objects.get().receipt == receipt
