"""The pages of meetings: the list of cases due, roll, signatures, prints; and what each person is shown."""

import io
import zipfile

import pytest
from django.urls import reverse

from bihuan.cases.meetings.ledgers import DEFECTS, ITEMS, MEETINGS
from bihuan.cases.models import AgendaItem, Meeting
from bihuan.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]


def ask(client, person, url, status=200, data=None):
    """What a person is answered on the tests' day."""
    client.force_login(person, backend="bihuan.people.backends.PeopleBackend")
    session = client.session
    session["simulated_day"] = clock.today().isoformat()
    session.save()
    answer = client.get(url) if data is None else client.post(url, data)
    assert answer.status_code == status, answer.content.decode(errors="replace")[:3000]
    return answer


def words(answer):
    """The text of a Word document that was answered."""
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return archive.read("word/document.xml").decode()


def test_the_list_of_cases_due_and_putting_them_on_an_agenda(court, client):
    ready, bare = court.case("2025-06-02"), court.case("2025-06-03", judge=court.second)
    court.search(ready, "2026-05-06", written="2026-05-07")
    young = court.case("2025-10-08")
    meeting = court.meeting(held="2026-05-25")
    page = reverse("meetings:agenda")
    shown = ask(client, court.committee_secretary, page).content.decode()
    assert ready.number in shown and bare.number in shown and young.number not in shown
    assert "已写入报告" in shown and "未检索" in shown and "超过 10 个月" in shown
    assert young.number in ask(client, court.president, page + "?body=professional").content.decode()
    assert "将勾选案件列入议题" not in ask(client, court.president, page).content.decode()
    sent = {"body": "committee", "case": [ready.pk, bare.pk], "meeting": meeting.pk}
    for person in (court.judge, court.head, court.stationed):
        ask(client, person, page, 403)
        ask(client, person, page, 403, sent)
    ask(client, court.president, page, 403, sent)
    assert "请勾选案件" in ask(client, court.keeper, page, 422, {"body": "committee", "meeting": meeting.pk}).content.decode()
    ask(client, court.keeper, page, 302, sent)
    assert [item.case for item in AgendaItem.objects.all()] == [ready]
    shown = client.get(MEETINGS.url("detail", meeting.pk)).content.decode()
    assert f"{bare.number}没有已写入审理报告的类案检索记录" in shown and "未提交" in shown
    assert meeting.no in ask(client, court.keeper, page).content.decode()


def test_lists_and_agendas_are_printed_for_those_who_see_them(court, client):
    case, sealed = court.case("2025-06-02"), court.case("2025-06-02", sealed="privacy")
    meeting = court.meeting(cases=[case, sealed])
    printed = words(ask(client, court.keeper, reverse("meetings:agenda_print")))
    assert case.number in printed and case.parties not in printed and "共 2 件" in printed
    ask(client, court.judge, reverse("meetings:agenda_print"), 403)
    url = reverse("meetings:print", args=[meeting.pk])
    assert sealed.number in words(ask(client, court.member, url))
    held_back = words(ask(client, court.keeper, url))
    assert case.number in held_back and sealed.number not in held_back
    ask(client, court.judge, url, 404)
    shown = ask(client, court.keeper, MEETINGS.url("detail", meeting.pk)).content.decode()
    assert "另有 1 个议题涉及不公开案件" in shown and sealed.number not in shown


def test_planning_listing_and_calling_the_roll(court, client):
    court.committee()
    case = court.case("2025-06-02")
    court.search(case, "2026-05-06", written="2026-05-07")
    add = reverse("meetings:convene")
    given = {"body": "committee", "no": "审委会第1次", "held_on": "2026-05-18"}
    ask(client, court.judge, add, 403, given)
    ask(client, court.committee_secretary, add, 302, given)
    assert "已经使用" in ask(client, court.committee_secretary, add, 422, given).content.decode()
    empty = {"body": "professional", "no": "空", "held_on": "2026-05-18"}
    assert "请选择参会法官" in ask(client, court.committee_secretary, add, 422, empty).content.decode()
    meeting = Meeting.objects.get()
    listing = reverse("meetings:list_case", args=[meeting.pk])
    typed = {"case": case.number, "trigger": "ten_months", "report": io.BytesIO(b"report")}
    ask(client, court.judge, listing, 404, dict(typed))
    ask(client, court.member, listing, 403, dict(typed))
    typed["report"] = io.BytesIO(b"report")
    ask(client, court.committee_secretary, listing, 302, typed)
    assert len(AgendaItem.objects.get().report_sm3) == 64
    roll = reverse("meetings:roll", args=[meeting.pk])
    ask(client, court.member, roll, 403)
    members = list(meeting.members.order_by("pk"))
    lines = {}
    for n, member in enumerate(members):
        lines |= {f"m{member.pk}-grade": 8 + n, f"m{member.pk}-present": "on", f"m{member.pk}-spoke_order": 1}
    chair = {"chair": court.president.pk, "version": meeting.revision}
    assert "发言次序 1 重复" in ask(client, court.committee_secretary, roll, 422, lines | chair).content.decode()
    for n, member in enumerate(members):
        lines[f"m{member.pk}-spoke_order"] = n + 1
    ask(client, court.committee_secretary, roll, 302, lines | chair)
    assert "刚被他人更新" in ask(client, court.committee_secretary, roll, 409, lines | chair).content.decode()
    assert meeting.members.filter(present=True).count() == len(members)


def test_signing_and_pages_of_items_and_defects(court, client):
    held = court.hold(court.meeting(cases=[court.case("2025-06-02")]), present=3)
    item = court.conclude(held.items.get(), votes=2)
    sign = reverse("meetings:sign", args=[held.pk])
    chosen = [m.pk for m in held.members.filter(present=True)]
    ask(client, court.member, sign, 403, {"signed": chosen, "on": "2026-05-15"})
    absent = held.members.filter(present=False).first()
    version = {"version": held.revision}
    ask(client, court.committee_secretary, sign, 422, {"signed": [absent.pk], "on": "2026-05-15", **version})
    ask(client, court.committee_secretary, sign, 302, {"signed": chosen, "on": "2026-05-15", **version})
    assert held.members.filter(signed_on__isnull=False).count() == 3
    shown = ask(client, court.judge, ITEMS.url("detail", item.pk)).content.decode()
    assert "没有获得全体组成人员的过半数同意" in shown and "至少须 3 人同意" in shown
    assert MEETINGS.url("detail", held.pk) not in shown, "the judge sees the item, not the meeting"
    ask(client, court.judge, MEETINGS.url("detail", held.pk), 404)
    defect = ask(client, court.judge, DEFECTS.url("detail", held.defects.get().pk)).content.decode()
    assert "法发〔2019〕20号" in defect and "须将案件重新提交讨论" in defect
    ask(client, court.second, ITEMS.url("detail", item.pk), 404)
    step = ITEMS.url("do", item.pk, step="execute")
    refusal = ask(client, court.judge, step, 422, {"execution": "decided", "executed_on": "2026-05-18", "version": item.revision})
    assert "须重新讨论的瑕疵" in refusal.content.decode()
