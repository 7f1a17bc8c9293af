"""Opinions: who receives and sees them, what is kept of the sender, what comes in by a sheet."""

import datetime as dt
import io

import pytest
import xlsxwriter
from django.db import IntegrityError, connection, transaction

from bihuan.disclosure import vault
from bihuan.disclosure.flows import OPINION_FLOW, TASK_FLOW
from bihuan.disclosure.ledgers import OPINIONS, RECEIVERS, TASKS
from bihuan.disclosure.models import Opinion, OpinionTask
from bihuan.disclosure.receivers import receiver
from bihuan.disclosure.services import look_up, open_identity, receive
from bihuan.kernel import access
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.ledger.service import create
from bihuan.kernel.models import Assignment, ImportRow, InboxItem, LogEntry, Post
from bihuan.kernel.models.log import RestrictedText
from bihuan.kernel.sheets import merging, retention
from bihuan.kernel.tests.sheet_world import tried, upload
from bihuan.kernel.work import unit_of_work
from bihuan.rectification.tests.pages_support import page, text

from .factory import CONTACT, NAME, TEXT, TODAY

pytestmark = pytest.mark.django_db


def test_an_opinion_reaches_one_receiver_and_one_about_the_office_passes_it_by(court):
    row, other = court.opinion(), court.opinion(about_office=True)
    assert (row.receiver, other.receiver) == (court.inspector, court.stationed)
    seen = {
        person: set(access.visible(person, Opinion))
        for person in (court.inspector, court.second, court.stationed, court.president, court.head)
    }
    assert seen == {
        court.inspector: {row},
        court.second: set(),
        court.stationed: {other},
        court.president: set(),
        court.head: set(),
    }
    told = InboxItem.objects.filter(code="disclosure.told.receiver")
    assert {(item.person, item.params["no"]) for item in told} == {
        (court.inspector, row.no),
        (court.stationed, other.no),
    }


def test_who_is_named_receives_what_lies_there_too(court):
    row = court.opinion()
    head = court.person("督察室主任", "inspection", "head")
    assert receiver("inspection") == court.inspector
    with pytest.raises(NotAllowed):
        create(RECEIVERS, actor=court.judge, values={"side": "inspection", "person": court.second, "starts": TODAY})
    create(RECEIVERS, actor=None, values={"side": "inspection", "person": court.second, "starts": TODAY})
    access.forget(court.second), access.forget(court.inspector)
    assert list(access.visible(court.second, Opinion)) == [row]
    assert not access.visible(court.inspector, Opinion).exists()
    assert not access.visible(head, Opinion).exists()


def test_what_is_handed_on_to_the_discipline_team_is_gone_from_the_office(court):
    row = OPINION_FLOW.perform(court.opinion(), "hand_on", actor=court.inspector)
    assert (row.side, row.receiver) == ("stationed", court.stationed)
    assert not access.visible(court.inspector, Opinion).exists()
    with pytest.raises(Refused, match="opinion.already"):
        OPINION_FLOW.perform(row, "hand_on", actor=court.stationed)
    with pytest.raises(Refused, match="opinion.not_there"):
        court.route(row, unit=court.units["inspection"])
    assert not OpinionTask.objects.exists()
    row.refresh_from_db()
    assert court.route(row).task.unit == court.units["civil"]
    assert not access.visible(court.president, OpinionTask).exists()
    assert access.visible(court.head, OpinionTask).exists()


def _everything():
    """All that the database holds, as text: each column of each table but the three envelopes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [one[0] for one in cursor.description]
            found += [
                f"{table}.{name}={value}" for row in cursor.fetchall() for name, value in zip(names, row, strict=True)
            ]
    return "\n".join(found)


def test_nothing_that_names_the_sender_stands_anywhere_in_the_clear(court):
    made = court.receive(text=f"我是{NAME}，电话{CONTACT}。{TEXT}")
    row = court.route(made.opinion, brief=made.opinion.text)
    held = _everything()
    assert TEXT in held, "the look finds what is there"
    assert not [line for line in held.splitlines() if NAME in line or CONTACT in line]
    assert not [line for line in held.splitlines() if made.receipt in line or made.receipt.replace("-", "") in line]
    assert row.name_sealed and row.contact_sealed and row.text_sealed
    assert vault.unseal(row.text_sealed).startswith(f"我是{NAME}，电话{CONTACT}")


def test_the_department_sees_its_brief_and_never_the_opinion(court, client):
    task = court.task()
    shown = text(page(client, court.head, TASKS.url("detail", task.pk)))
    assert TEXT in shown and OPINIONS.url("detail", task.opinion_id) not in shown
    page(client, court.head, OPINIONS.url("detail", task.opinion_id), 404)
    page(client, court.head, f"/disclosure/opinions/{task.opinion_id}/identity/", 404)


def test_who_sent_it_is_opened_with_the_right_given_by_name_and_a_reason(court, client):
    row = court.opinion()
    address = f"/disclosure/opinions/{row.pk}/identity/"
    assert address not in text(page(client, court.inspector, OPINIONS.url("detail", row.pk)))
    page(client, court.inspector, address, 403)
    with pytest.raises(NotAllowed):
        open_identity(actor=court.inspector, opinion=row, reason="核实改期情况")
    court.grant(court.inspector)
    assert address in text(page(client, court.inspector, OPINIONS.url("detail", row.pk)))
    assert NAME not in text(page(client, court.inspector, address))
    page(client, court.inspector, address, 422, {"reason": "看看", "version": row.revision})
    answer = page(client, court.inspector, address, 200, {"reason": "核实改期情况", "version": row.revision})
    assert NAME in text(answer) and CONTACT in text(answer)
    assert "no-store" in answer["Cache-Control"]
    entry = LogEntry.objects.get(type="disclosure.identity.opened")
    assert (entry.actor, entry.data["reason"]) == (court.inspector, "核实改期情况")
    assert NAME not in str(entry.data)
    assert not RestrictedText.objects.filter(text__contains=NAME).exists()


def test_nobody_else_opens_it_whatever_was_granted(court):
    row = court.opinion()
    for person in (court.second, court.stationed, court.president, court.head):
        court.grant(person)
        with pytest.raises(NotAllowed):
            open_identity(actor=person, opinion=row, reason="核实改期情况")
    court.grant(court.inspector)
    bare = court.opinion(name="", contact="")
    with pytest.raises(Refused, match="identity.none"):
        open_identity(actor=court.inspector, opinion=bare, reason="核实改期情况")


def test_the_code_is_shown_once_and_finds_the_answer(court, client):
    typed = {
        "channel": "visit",
        "received_on": "2026-05-20",
        "text": TEXT,
        "name": NAME,
        "contact": "",
        "about_office": "on",
    }
    page(client, court.judge, "/disclosure/opinions/register/", 403, typed)
    answer = page(client, court.secretary, "/disclosure/opinions/register/", 200, typed)
    code = text(answer).split('id="receipt">')[1].split("<")[0]
    row = Opinion.objects.get()
    assert row.side == "stationed" and row.receipt and code not in row.receipt
    assert OPINIONS.url("detail", row.pk) not in text(answer), "who registers it does not see it"
    shown = text(page(client, court.secretary, "/disclosure/opinions/receipt/", 200, {"receipt": code.lower()}))
    assert row.no in shown and "正在办理" in shown and NAME not in shown
    for step in ("write", "approve", "give"):
        court.take(OpinionTask.objects.first() or court.route(row).task, step)
    assert "双重通知" in text(page(client, court.secretary, "/disclosure/opinions/receipt/", 200, {"receipt": code}))
    page(client, court.secretary, "/disclosure/opinions/receipt/", 422, {"receipt": code[:-1] + "?"})
    with pytest.raises(NotAllowed):
        look_up(actor=court.judge, receipt=code)


def test_a_reply_needs_two_persons_also_in_the_database(court):
    task = court.task(state="written")
    clerk = court.person("督察室内勤", "civil", "inspection_office")
    assert clerk and OpinionTask.objects.get().written_by == court.clerk
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE disclosure_opiniontask SET state = 'approved', approved_by_id = written_by_id WHERE id = %s",
            [task.pk],
        )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE disclosure_opinion SET state = 'answered' WHERE id = %s", [task.opinion_id])


def test_whoever_wrote_the_reply_does_not_approve_it(court):
    own = court.task(unit=court.units["inspection"])
    with unit_of_work(None) as uow:
        post = Post.objects.create(unit=court.units["inspection"], role="dept_clerk", title="内勤")
        row = Assignment.objects.create(person=court.inspector, post=post, starts=dt.date(2020, 1, 1))
        uow.record("test.made", row, covers=[Post], params={"what": "post"})
    access.forget(court.inspector)
    written = TASK_FLOW.perform(own, "write", actor=court.inspector, data={"reply": "已经改正。"})
    with pytest.raises(Refused, match="opinion.another"):
        TASK_FLOW.perform(written, "approve", actor=court.inspector)


def test_empty_and_future_and_doubled_opinions_are_refused_in_words(court):
    with pytest.raises(Refused, match="opinion.empty"):
        court.receive(text=" \n ")
    with pytest.raises(Refused, match="opinion.future"):
        court.receive(received_on=TODAY + dt.timedelta(days=1))
    with pytest.raises(NotAllowed):
        receive(actor=court.judge, channel="phone", text=TEXT)
    court.receive(site_no="省〔1〕")
    with pytest.raises(Refused, match="opinion.taken"):
        court.receive(site_no="省〔1〕")
    assert Opinion.objects.count() == 1
    assert [court.opinion().no, court.opinion(received_on=dt.date(2025, 12, 31)).no] == [
        "意见2026-0002",
        "意见2025-0001",
    ]


def test_a_sheet_of_the_provinces_site_comes_in_sealed_with_a_report_for_each_row(court, settings, tmp_path, monkeypatch):
    settings.BIHUAN_HOME = tmp_path

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        rows = [
            ("留言编号", "留言时间", "留言内容", "姓名", "电话", "反映督察室"),
            ("S1", "2026-05-18", f"我叫{NAME}，电话{CONTACT}，开庭改期没有通知", NAME, CONTACT, ""),
            ("S2", "2026-05-18", "督察室接待态度生硬", "", "", "是"),
            ("S3", "2026-05-30", "日期在以后", "", "", ""),
        ]
        for line, cells in enumerate(rows):
            sheet.write_row(line, 0, cells)
    draft = tried(court.inspector, file=out, ledger=OPINIONS, cut_off=None)
    assert not Opinion.objects.exists(), "a dry run writes nothing"
    file = settings.BIHUAN_HOME / draft.path
    assert file.exists()
    merging.merge(actor=court.inspector, draft=draft, partial=True)
    assert not file.exists(), "nor is the sheet kept"
    first, about = Opinion.objects.order_by("site_no")
    assert (first.side, first.receiver, about.side, about.receiver) == (
        "inspection",
        court.inspector,
        "stationed",
        court.stationed,
    )
    assert (vault.unseal(first.name_sealed), vault.unseal(first.contact_sealed)) == (NAME, CONTACT)
    assert NAME not in first.text and CONTACT not in first.text and "开庭改期没有通知" in first.text
    refused = ImportRow.objects.get(draft=draft, action="refused")
    assert refused.number == 4 and "晚于今天" in str(refused.problems)
    assert not [line for line in _everything().splitlines() if NAME in line or CONTACT in line], (
        "nor among the rows of the import"
    )
    with pytest.raises(NotAllowed):
        upload(court.head, file=out, ledger=OPINIONS, cut_off=None)
    again = tried(court.inspector, file=out, ledger=OPINIONS, cut_off=None)
    assert not again.taken, "what is registered is not registered twice"
    retention.purge()
    assert (settings.BIHUAN_HOME / again.path).exists(), "one of today may still be gone on with"
    monkeypatch.setattr(retention, "SEALED", dt.timedelta(0))
    retention.purge()
    assert not (settings.BIHUAN_HOME / again.path).exists(), "one that nobody went on with does not lie about"
    assert LogEntry.objects.get(type="import.dropped").data["job"] == retention.JOB
