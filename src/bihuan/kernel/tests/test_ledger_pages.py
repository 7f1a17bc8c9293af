"""The pages of a ledger: filters, saved filters, paging, steps, batch handling, export, history."""

import dataclasses
import datetime as dt
import io

import openpyxl
import pytest
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.test import Client

from bihuan.kernel import clock, paging
from bihuan.kernel.ledger import filters
from bihuan.kernel.ledger.cells import Badge, DueText, due_of, remaining, show_value, state_of
from bihuan.kernel.ledger.export import sheet_name
from bihuan.kernel.ledger.sheet import sheet_fields
from bihuan.kernel.models import LogEntry
from bihuan.kernel.models.saved import SavedFilter

from . import ledger_world as world
from . import org_factory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.kernel.tests.ledger_urls")]
GADGETS = world.GADGETS
PARTIAL = {"headers": {"HX-Request": "true"}}
DAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _registered(gadget_tables):
    with world.register():
        yield


@pytest.fixture
def office():
    return world.holder("office")


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def rows_of(who, **query):
    """The ids a list shows for the query string."""
    with clock.simulate(DAY):
        found = filters.filterset_class(GADGETS)(_query(query), world.access.visible(who, world.Gadget), person=who)
        return set(found.qs.values_list("pk", flat=True))


def _query(query):
    from django.http import QueryDict

    made = QueryDict(mutable=True)
    made.update(query)
    return made


# ---- filters


def test_a_unit_stands_for_the_units_below_it(office):
    court = org_factory.unit("法院")
    civil = org_factory.unit("民一庭", court)
    inside, outside = world.gadget(civil), world.gadget()
    assert rows_of(office, unit=court.pk) == {inside.pk}
    assert rows_of(office, unit=outside.unit_id) == {outside.pk}
    labels = dict(filters.unit_choices(office))
    assert labels[str(civil.pk)] == "　民一庭" and labels[str(court.pk)] == "法院"


def test_dates_persons_overdue_and_state_narrow(office):
    late = world.gadget(due_on=DAY - dt.timedelta(days=1), person=office)
    soon = world.gadget(due_on=DAY + dt.timedelta(days=7), state="sent")
    done = world.gadget(due_on=DAY - dt.timedelta(days=9), state="done")
    free = world.gadget()
    assert rows_of(office, late="1") == {late.pk}
    assert rows_of(office, late="soon") == {soon.pk}
    assert rows_of(office, due_from=DAY.isoformat()) == {soon.pk}
    assert rows_of(office, due_to=DAY.isoformat()) == {late.pk, done.pk}
    assert rows_of(office, person="me") == rows_of(office, person=office.pk) == {late.pk}
    assert rows_of(office, state="sent") == {soon.pk}
    assert rows_of(office, state="draft", late="1") == {late.pk}
    assert rows_of(office) == {late.pk, soon.pk, done.pk, free.pk}


def test_a_wrong_value_is_said_and_opens_nothing(office):
    row = world.gadget()
    answer = browser(office).get(GADGETS.url(), {"due_from": "昨天", "grade": "z", "page": "x", "sort": "nothing"})
    assert answer.status_code == 200 and answer.context["filter"].errors.keys() == {"due_from", "grade"}
    assert rows_of(world.holder("judge"), grade="z", due_from="昨天", voided="all") == set()
    assert rows_of(office, grade="z") == {row.pk}


def test_an_initial_value_holds_until_the_query_string_names_the_filter(office):
    own = dataclasses.replace(GADGETS, filters=(filters.Filter("state", initial="draft"),))
    draft, sent = world.gadget(), world.gadget(state="sent")
    rows, made = world.access.visible(office, world.Gadget), filters.filterset_class(own)
    assert set(made(_query({}), rows, person=office).qs) == {draft}
    assert set(made(_query({"state": ""}), rows, person=office).qs) == {draft, sent}
    assert not made(_query({}), rows, person=office).active and made(_query({"state": ""}), rows, person=office).active
    assert filters.allowed_query(own, _query({"state": ""})) == "state="


def test_the_search_wants_every_term(office):
    row = world.gadget(title="执行案款 清理")
    assert rows_of(office, q="案款 清理") == {row.pk} and rows_of(office, q="案款 通报") == set()
    assert rows_of(office, q=row.code) == {row.pk} and rows_of(office, q="，") == set()


def test_saved_filters_are_ones_own_and_hold_only_what_the_list_understands(office):
    client, judge = browser(office), world.holder("judge")
    page = GADGETS.url("saved")
    client.post(page, {"name": "重大", "query": "?grade=a&next=//evil&person=me&page=3&sort=-code"})
    kept = SavedFilter.objects.get(person=office)
    assert kept.query == "grade=a&person=me&sort=-code" and kept.ledger == "tests.gadgets"
    client.post(page, {"name": "重大", "query": "grade=b"})
    assert SavedFilter.objects.get(person=office).query == "grade=b"
    client.post(page, {"name": " ", "query": "grade=b"})
    browser(judge).post(page, {"drop": kept.pk})
    assert SavedFilter.objects.filter(person=office).count() == 1
    assert "重大" in client.get(GADGETS.url()).content.decode()
    assert "重大" not in browser(judge).get(GADGETS.url(), {"grade": ""}).context["saved"]
    client.post(page, {"drop": kept.pk})
    assert not SavedFilter.objects.exists()


# ---- the list


def test_pages_do_not_count_the_whole_ledger(office, monkeypatch):
    unit = org_factory.unit()
    for _n in range(7):
        world.gadget(unit)
    monkeypatch.setattr(paging, "COUNT_CAP", 4)
    rows = world.Gadget.objects.order_by("code")
    paginator = paging.CheapPaginator(rows, 3)
    first, last = paginator.page(1), paginator.page(3)
    assert [len(first.object_list), first.has_next(), first.has_previous()] == [3, True, False]
    assert [len(last.object_list), last.has_next(), last.start_index(), last.end_index()] == [1, False, 7, 7]
    again = paging.CheapPaginator(rows, 3)
    assert again.capped and again.shown_count == "4+" and not again.page(9).object_list
    for wrong, error in (("x", PageNotAnInteger), (0, EmptyPage), (10**9, EmptyPage)):
        with pytest.raises(error):
            again.page(wrong)


def test_the_list_says_whether_it_is_empty_or_narrowed_to_nothing(office):
    client = browser(office)
    assert "还没有您可以查看的内容" in client.get(GADGETS.url()).content.decode()
    world.gadget()
    assert "没有符合条件的内容" in client.get(GADGETS.url(), {"q": "无"}).content.decode()
    assert "没有更多内容" in client.get(GADGETS.url(), {"page": 5}).content.decode()


def test_htmx_gets_the_part_that_changes_and_a_restored_page_the_whole(office):
    client = browser(office)
    part = client.get(GADGETS.url(), **PARTIAL)
    assert "<html" not in part.content.decode() and "HX-Request" in part["Vary"]
    whole = client.get(GADGETS.url(), headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in whole.content.decode()


def test_the_sorted_column_says_so_and_its_link_turns_round(office):
    world.gadget()
    page = browser(office).get(GADGETS.url(), {"sort": "-code", "grade": "b"}, **PARTIAL).content.decode()
    assert 'aria-sort="descending"' in page and "?sort=code&amp;grade=b" in page
    assert f'href="{GADGETS.url("export")}?grade=b&amp;sort=-code"' in page


def test_due_dates_say_how_many_working_days_remain():
    with clock.simulate(dt.date(2026, 3, 2)):  # a Monday
        assert remaining(dt.date(2026, 3, 9)) == ("剩余5个工作日", "warn")
        assert remaining(dt.date(2026, 3, 10)) == ("剩余6个工作日", "")
        assert remaining(dt.date(2026, 3, 2)) == ("今日到期", "warn")
        assert remaining(dt.date(2026, 2, 27)) == ("超期 3 天", "bad")
    column = next(c for c in GADGETS.all_columns if c.name == "due_on")
    done = world.gadget(due_on=dt.date(2026, 2, 27), state="done")
    assert due_of(GADGETS, done, column).remains == "" and due_of(GADGETS, world.gadget(), column) is None
    assert isinstance(due_of(GADGETS, done, column), DueText) and state_of(GADGETS, done) == Badge("good", "已办结")


def test_values_show_as_people_read_them():
    from decimal import Decimal

    shown = [show_value(v) for v in (None, "", True, False, dt.date(2026, 3, 2), Decimal("3.00"), Decimal("2.50"), ["a", 1])]
    assert shown == ["—", "—", "是", "否", "2026年3月2日", "3", "2.50", "a、1"]


# ---- a row


def test_the_detail_page_shows_facts_steps_and_what_stands_against_them(office):
    row = world.gadget(state="sent", title="<b>粗</b>")
    answer = browser(office).get(GADGETS.url("detail", row.pk))
    page = answer.content.decode()
    assert "&lt;b&gt;粗&lt;/b&gt;" in page and "<b>粗</b>" not in page
    offers = {one["step"].code: one["offer"].open for one in answer.context["offers"]}
    assert offers == {"back": True, "finish": False} and "没有期限，不能办结" in page
    facts = {fact.name: fact for fact in answer.context["facts"]}
    assert facts["due_on"].locked and "只能按变更流程调整" in facts["due_on"].locked_why and "只能按变更流程调整" in page
    member = world.holder("judge", row.unit)
    seen = browser(member).get(GADGETS.url("detail", row.pk)).context
    assert not seen["offers"] and "change" not in seen["urls"] and "void" not in seen["urls"]


def test_a_step_is_taken_with_its_form_and_note(office):
    row = world.gadget(due_on=DAY, state="sent")
    client, page = browser(office), GADGETS.url("do", row.pk, step="finish")
    typed = {"version": str(row.revision), "note": "已核实"}
    assert client.get(page).status_code == 200
    answer = client.post(page, typed)
    assert answer.status_code == 422 and "已核实" in answer.content.decode()
    assert client.post(page, {**typed, "result": "合格", "version": "99"}).status_code == 409
    assert client.post(page, {**typed, "result": "合格"}).status_code == 302
    step = world.FLOW.steps(row)[-1]
    assert (step.transition, step.note, step.data) == ("finish", "已核实", {"result": "合格"})
    assert client.post(page, {**typed, "result": "合格"}).status_code == 409
    assert "当前状态为" in client.get(page).content.decode()


def test_a_refused_step_says_why_and_keeps_what_was_typed(office):
    row = world.gadget(state="sent")
    client = browser(office)
    page = GADGETS.url("do", row.pk, step="finish")
    assert "没有期限，不能办结" in client.get(page).content.decode()
    answer = client.post(page, {"version": str(row.revision), "note": "请办结", "result": "合格"})
    text = answer.content.decode()
    assert answer.status_code == 422 and "没有期限" in text and "请办结" in text and 'value="合格"' in text
    assert client.post(GADGETS.url("do", row.pk, step="back"), {"version": str(row.revision)}).status_code == 422
    for step, status in (("nothing", 404), ("lapse", 404)):
        assert client.get(GADGETS.url("do", row.pk, step=step)).status_code == status
    assert browser(world.holder("judge", row.unit)).get(page).status_code == 403


def test_a_correction_shows_frozen_fields_locked_and_a_forged_value_is_ignored(office):
    row = world.gadget(due_on=DAY, state="sent")
    client, page = browser(office), GADGETS.url("change", row.pk)
    form = client.get(page).context["form"]
    assert form.fields["due_on"].disabled and "只能按变更流程调整" in form.locked["due_on"]
    typed = {"code": row.code, "title": "改", "unit": row.unit_id, "grade": "b", "version": form["version"].value()}
    assert client.post(page, {**typed, "due_on": "2030-01-01", "reason": "笔误"}).status_code == 302
    row.refresh_from_db()
    assert row.due_on == DAY and row.title == "改"


def test_a_form_is_filled_in_advance_and_offers_what_is_open(office):
    unit, closed = org_factory.unit("在"), org_factory.unit("撤")
    with world.unit_of_work(None) as uow:
        closed.closed_on = DAY
        closed.save()
        uow.record("test.made", closed)
    answer = browser(office).get(GADGETS.url("add"), {"unit": unit.pk, "state": "done"})
    form = answer.context["form"]
    assert form["unit"].value() == str(unit.pk) and closed not in form.fields["unit"].queryset
    assert "state" not in form.fields and 'type="date"' in answer.content.decode()
    again = browser(office).post(GADGETS.url("add"), {"code": "再", "title": "一", "unit": unit.pk, "grade": "b", "again": "1"})
    assert again["Location"] == GADGETS.url("add")


def test_the_history_page_holds_everything(office):
    row = world.gadget()
    answer = browser(office).get(GADGETS.url("history", row.pk))
    assert answer.status_code == 200 and len(answer.context["timeline"]) == 1


# ---- many rows


def test_a_batch_does_each_row_by_itself_and_reports_refusals(office):
    good, other, bad = world.gadget(), world.gadget(), world.gadget(code="G990")
    hidden = world.gadget()
    client, page = browser(office), GADGETS.url("bulk")
    chosen = {"code": "regrade", "pk": [good.pk, other.pk, bad.pk]}
    assert client.post(page, chosen).status_code == 200
    assert client.post(page, {**chosen, "confirm": "1", "reason": ""}).status_code == 422
    answer = client.post(page, {**chosen, "confirm": "1", "reason": "统一调整"})
    assert {row.pk for row in answer.context["done"]} == {good.pk, other.pk}
    assert [row["object"].pk for row in answer.context["refused"]] == [bad.pk] and "G990" in answer.content.decode()
    assert set(world.Gadget.objects.filter(grade="a")) == {good, other}
    entries = LogEntry.objects.filter(type="tests.gadgets.changed", actor=office)
    assert {entry.object_id for entry in entries} == {str(good.pk), str(other.pk)}
    member = world.holder("judge", hidden.unit)
    assert browser(member).post(page, {"code": "regrade", "pk": [hidden.pk]}).status_code == 403
    assert browser(member).post(page, {"code": "send", "pk": [hidden.pk, good.pk], "confirm": "1"}).context["total"] == 1
    hidden.refresh_from_db()
    assert hidden.state == "sent"
    assert client.post(page, {"code": "regrade"}).status_code == 302
    assert client.post(page, {"code": "nothing", "pk": [good.pk]}).status_code == 404
    assert client.get(page).status_code == 302


# ---- the sheet


def book(client, name, **query):
    answer = client.get(GADGETS.url(name), query)
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def test_the_export_is_the_filtered_list_with_dates_labels_and_harmless_text(office):
    unit = org_factory.unit("民一庭")
    world.gadget(unit, code="B1", title="=HYPERLINK(1)", due_on=DAY, person=office, grade="a")
    world.gadget(unit, code="A1", title="普通")
    made = book(browser(office), "export", sort="-code", q="1")
    sheet = made.worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("编号", "名称", "责任部门", "责任人", "等级", "期限")
    assert [row[0] for row in rows[1:]] == ["B1", "A1"]
    assert rows[1][1:] == ("=HYPERLINK(1)", "民一庭", "甲", "重大", dt.datetime(2026, 3, 2))
    assert sheet["B2"].data_type == "s" and sheet["B2"].quotePrefix and not sheet["B3"].quotePrefix
    assert [row[0] for row in list(book(browser(office), "export", grade="a").worksheets[0].iter_rows(values_only=True))[1:]] == ["B1"]
    entry = LogEntry.objects.filter(type="tests.gadgets.exported").first()
    assert entry.data["params"]["count"] == 1 and entry.data["params"]["query"] == "grade=a"


def test_the_template_says_what_each_column_takes(office):
    made = book(browser(office), "template")
    assert made.sheetnames == ["器物台账", "填写说明"]
    lines = {row[0]: row[1:3] for row in made["填写说明"].iter_rows(min_row=2, values_only=True) if row[1]}
    assert lines["编号"] == ("更新依据", "文字，最多20字") and lines["等级"] == ("选填", "重大、一般")
    assert lines["责任部门"] == ("必填", "已有的“部门”的名称") and lines["期限"][1].startswith("日期")
    assert made.worksheets[0].max_row == 1
    found = {field.name: field for field in sheet_fields(GADGETS)}
    assert found["unit"].lookup == "name" and found["person"].aliases == ("承办人",) and found["code"].key
    assert sheet_name("a/b:c?" + "长" * 40) == "a_b_c_" + "长" * 25 and sheet_name("") == "Sheet"


def test_too_many_rows_are_refused_with_what_to_do(office, monkeypatch):
    world.gadget()
    from bihuan.kernel.ledger.views import lists

    monkeypatch.setattr(lists, "MAX_ROWS", 0)
    answer = browser(office).get(GADGETS.url("export"))
    assert answer.status_code == 409 and "请增加筛选条件" in answer.content.decode()
