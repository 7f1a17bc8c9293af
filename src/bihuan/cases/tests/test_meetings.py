"""Meetings: quorum, the roll that stays, what is found wrong and how it is settled, and who sees what."""

import datetime as dt
import io

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, connection, transaction

from bihuan.cases.meetings import defects, services
from bihuan.cases.meetings.flows import DEFECT_FLOW, ITEM_FLOW, MEETING_FLOW
from bihuan.cases.models import AgendaItem, Meeting, MeetingDefect, MeetingMember
from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models import FlowStep, LogEntry

pytestmark = pytest.mark.django_db


def refused(act, *words):
    """What the refusal says; it names each of the words."""
    with pytest.raises(Refused) as told:
        act()
    text = "；".join(map(str, told.value.reasons))
    assert all(word in text for word in words), text
    return text


def codes(meeting):
    return sorted(meeting.defects.values_list("code", flat=True))


# ---- putting a case on the agenda


def test_a_case_without_a_search_written_into_its_report_is_not_put_on_an_agenda(court):
    meeting, case = court.meeting(), court.case("2025-06-02")

    def act():
        return services.list_case(actor=court.committee_secretary, meeting=meeting, case=case, trigger="ten_months")

    refused(act, case.number, "没有已写入审理报告的类案检索记录", "第二条")
    court.search(case, "2026-05-06", gate="library")
    refused(act, "不能列入议题")
    search = court.search(case, "2026-05-06", written=None)
    refused(act, "不能列入议题")
    court.search(case, "2026-05-07", written="2026-05-08")
    assert act().search != search
    refused(act, "不能重复列入")
    closed = court.case("2025-06-02", closed_on="2026-05-08")
    court.search(closed, "2026-05-06", written="2026-05-07")
    with pytest.raises(Refused, match="case_closed"):
        services.list_case(actor=court.committee_secretary, meeting=meeting, case=closed, trigger="ten_months")


def test_only_who_keeps_meetings_convenes_lists_and_calls_the_roll(court):
    meeting, case = court.meeting(), court.case("2025-06-02")
    court.search(case, "2026-05-06")
    for person in (court.judge, court.head, court.president, court.member):
        with pytest.raises(NotAllowed):
            services.convene(actor=person, body="committee", no="x", held_on=dt.date(2026, 5, 14))
        with pytest.raises(NotAllowed):
            services.list_case(actor=person, meeting=meeting, case=case, trigger="other")
        with pytest.raises(NotAllowed):
            services.call_roll(actor=person, meeting=meeting, rows={}, chair=None)
        with pytest.raises(NotAllowed):
            services.sign(actor=person, meeting=meeting, members=[], on=dt.date(2026, 5, 14))
    assert services.list_case(actor=court.keeper, meeting=meeting, case=case, trigger="other").place == 1


# ---- quorum


def test_below_quorum_the_committee_does_not_meet_and_the_article_is_named(court):
    meeting = court.meeting(cases=[court.case("2025-06-02")])
    court.roll(meeting, present=2)

    def hold():
        return MEETING_FLOW.perform(Meeting.objects.get(pk=meeting.pk), "hold", actor=court.committee_secretary)

    text = refused(hold, "人民法院组织法第三十八条", "组成人员 5 人", "到会 2 人", "至少 3 人")
    assert "不能作出决定" in text
    item = meeting.items.get()
    refused(lambda: court.conclude(item), "人民法院组织法第三十八条")
    failed = MEETING_FLOW.perform(Meeting.objects.get(pk=meeting.pk), "fail", actor=court.committee_secretary)
    item.refresh_from_db()
    assert (failed.state, item.state, item.result) == ("failed", "deferred", "")
    refused(lambda: court.roll(failed), "不补记录")


def test_with_more_than_half_it_meets_and_may_not_be_called_off_for_want_of_members(court):
    meeting = court.meeting(cases=[court.case("2025-06-02")])
    court.roll(meeting, present=3)
    refused(lambda: MEETING_FLOW.perform(Meeting.objects.get(pk=meeting.pk), "fail", actor=court.keeper), "已达到法定人数")
    held = MEETING_FLOW.perform(Meeting.objects.get(pk=meeting.pk), "hold", actor=court.committee_secretary)
    assert (held.members_total, held.present_total, held.least) == (5, 3, 3)


def test_of_an_even_number_half_is_not_more_than_half(court):
    meeting = court.meeting(size=4, cases=[court.case("2025-06-02")])
    court.roll(meeting, present=2)
    refused(lambda: MEETING_FLOW.perform(Meeting.objects.get(pk=meeting.pk), "hold", actor=court.keeper), "至少 3 人")
    held = court.hold(Meeting.objects.get(pk=meeting.pk), present=3)
    assert codes(held) == ["composition_even"] and held.defects.get().remedy == "correct"


def test_the_professional_meeting_has_the_minimum_of_the_house(court):
    meeting = court.meeting("professional", cases=[court.case("2025-10-08")])
    court.roll(meeting, present=4)
    act = MEETING_FLOW.perform
    refused(lambda: act(Meeting.objects.get(pk=meeting.pk), "hold", actor=court.keeper), "最少到会人数 5 人", "到会 4 人")
    assert court.hold(Meeting.objects.get(pk=meeting.pk)).state == "held"


def test_a_meeting_to_come_without_roll_chair_grades_or_items_is_not_held(court):
    def hold(meeting):
        return lambda: MEETING_FLOW.perform(Meeting.objects.get(pk=meeting.pk), "hold", actor=court.keeper)

    later = court.meeting(held="2026-05-21")
    refused(hold(later), "会议日期未到", "还没有登记到会人员", "没有过半数", "还没有议题")
    meeting = court.meeting(cases=[court.case("2025-06-02")])
    rows = {member.pk: services.Row(present=True) for member in meeting.members.all()}
    services.call_roll(actor=court.keeper, meeting=meeting, rows=rows, chair=None)
    refused(hold(meeting), "还没有登记主持人", "法官等级")


def test_the_roll_says_nothing_impossible(court):
    meeting = court.meeting()
    first, second = list(meeting.members.all())[:2]
    call, row = services.call_roll, services.Row

    def act(rows, chair=None):
        return lambda: call(actor=court.keeper, meeting=meeting, rows=rows, chair=chair)

    same = {first.pk: row(present=True, spoke_order=1), second.pk: row(present=True, spoke_order=1)}
    refused(act(same), "发言次序 1 重复")
    refused(act({first.pk: row(spoke_order=1)}), "没有到会，不能登记")
    refused(act({first.pk: row(present=True)}, second.person), "没有登记到会")


# ---- what is found wrong


def test_a_proper_meeting_has_no_defect(court):
    held = court.hold(court.meeting(cases=[court.case("2025-06-02")]))
    court.conclude(held.items.get(), votes=3)
    assert codes(held) == []


@pytest.mark.parametrize(
    ("body", "remedy"), [("committee", "rediscuss"), ("professional", "correct")]
)
def test_order_reasons_and_silence_are_found(court, body, remedy):
    meeting = court.meeting(body, cases=[court.case("2025-06-02")])
    court.roll(meeting, chair_first=True)
    members = list(meeting.members.order_by("spoke_order"))
    rows = {
        m.pk: services.Row(grade=m.grade, present=True, spoke_order=None if n == 3 else m.spoke_order, gave_reason=n != 1)
        for n, m in enumerate(members)
    }
    meeting.refresh_from_db()
    services.call_roll(actor=court.keeper, meeting=meeting, rows=rows, chair=meeting.chair)
    held = MEETING_FLOW.perform(Meeting.objects.get(pk=meeting.pk), "hold", actor=court.keeper)
    assert codes(held) == ["chair_not_last", "not_spoken", "order_wrong", "reason_missing"]
    assert set(held.defects.values_list("remedy", flat=True)) == {remedy}


def test_the_lowest_grade_speaks_first_and_the_shorter_time_in_a_grade(court):
    junior, senior = MeetingMember(grade=9), MeetingMember(grade=8)
    assert defects.lower(junior, senior) and not defects.lower(senior, junior)
    newer = MeetingMember(grade=9, grade_since=dt.date(2024, 1, 1))
    older = MeetingMember(grade=9, grade_since=dt.date(2020, 1, 1))
    assert defects.lower(newer, older) and not defects.lower(older, newer)
    assert not defects.lower(junior, newer) and not defects.lower(newer, junior)


def test_order_against_the_grades_is_found(court):
    meeting = court.meeting(cases=[court.case("2025-06-02")])
    court.roll(meeting)
    members = list(meeting.members.order_by("spoke_order"))
    orders = [2, 1, 3, 4, 5]
    rows = {
        m.pk: services.Row(grade=m.grade, present=True, spoke_order=order, gave_reason=True)
        for m, order in zip(members, orders, strict=True)
    }
    meeting.refresh_from_db()
    services.call_roll(actor=court.keeper, meeting=meeting, rows=rows, chair=meeting.chair)
    held = MEETING_FLOW.perform(Meeting.objects.get(pk=meeting.pk), "hold", actor=court.keeper)
    assert codes(held) == ["order_wrong"]


def test_who_may_chair_the_committee(court):
    court.person("vice", "leaders", "leader")
    meeting = court.meeting(cases=[court.case("2025-06-02")])
    court.roll(meeting)
    other = meeting.members.exclude(person=court.president).order_by("spoke_order").last()
    rows = {
        m.pk: services.Row(grade=m.grade, present=True, spoke_order=m.spoke_order, gave_reason=True) for m in meeting.members.all()
    }
    meeting.refresh_from_db()
    services.call_roll(actor=court.keeper, meeting=meeting, rows=rows, chair=other.person, delegated=True)
    held = MEETING_FLOW.perform(Meeting.objects.get(pk=meeting.pk), "hold", actor=court.keeper)
    assert "chair_wrong" in codes(held)


def test_a_majority_is_one_of_all_members_not_of_those_present(court):
    held = court.hold(court.meeting(cases=[court.case("2025-06-02"), court.case("2025-06-03")]), present=3)
    first, second = held.items.order_by("place")
    refused(lambda: court.conclude(first, votes=4), "多于到会人数 3")
    refused(lambda: court.conclude(first, votes=None), "须登记同意人数")
    court.conclude(first, votes=3)
    assert codes(held) == []
    court.conclude(second, votes=2)
    found = held.defects.get()
    assert (found.code, found.item, found.remedy) == ("no_majority", second, "rediscuss")


def test_report_search_and_the_meeting_before_are_looked_for(court):
    case = court.case("2025-06-02")
    meeting = court.meeting()
    court.listed(meeting, case, report=None, prior_exempt="")
    held = court.hold(Meeting.objects.get(pk=meeting.pk))
    item = court.conclude(held.items.get())
    assert codes(held) == ["prior_missing", "report_missing"]
    from bihuan.cases.meetings.searches import SEARCHES
    from bihuan.kernel.ledger.service import void

    void(SEARCHES, actor=court.judge, obj=item.search, reason="检索有误")
    assert defects.watch(clock.today()) == 1 and "search_lost" in codes(held)


def test_the_committee_knows_the_meeting_before_it(court):
    case = court.case("2025-06-02")
    advised = court.conclude(court.hold(court.meeting("professional", "2026-05-13", cases=[case])).items.get(), "committee")
    held = court.hold(_listed(court, case))
    item = court.conclude(held.items.get())
    assert item.prior == advised and codes(held) == []


def _listed(court, case):
    meeting = court.meeting()
    court.listed(meeting, case, prior_exempt="")
    return meeting


def test_late_minutes_and_signatures_are_found_and_healed_by_the_fact_alone(court):
    held = court.hold(court.meeting(cases=[court.case("2025-06-02")]))
    court.conclude(held.items.get())
    with clock.simulate(dt.date(2026, 5, 21)):
        assert defects.watch(clock.today()) == 0, "the fifth working day itself is in time"
    with clock.simulate(dt.date(2026, 5, 22)):
        assert defects.watch(clock.today()) == 2 and defects.watch(clock.today()) == 0
        assert codes(held) == ["minutes_missing", "unsigned"]
        held.refresh_from_db()
        minuted = MEETING_FLOW.perform(held, "minute", actor=court.keeper, data={"minutes": io.BytesIO(b"minutes")})
        assert held.defects.get(code="minutes_missing").state == "corrected"
        services.sign(actor=court.keeper, meeting=minuted, members=minuted.members.all(), on=clock.today())
    row = held.defects.get(code="unsigned")
    assert row.state == "corrected" and FlowStep.objects.get(flow="cases.meeting-defect", object_id=row.pk).actor is None
    assert held.defects.count() == 2, "it stays counted"


def test_a_defect_is_corrected_with_a_word_or_healed_by_another_discussion(court):
    case = court.case("2025-06-02")
    held = court.hold(court.meeting(held="2026-05-13", cases=[case]), present=3)
    item = court.conclude(held.items.get(), votes=2)
    defect = held.defects.get()
    refused(lambda: DEFECT_FLOW.perform(defect, "correct", actor=court.keeper, note="补一票"), "重新提交审判委员会讨论")
    done = {"execution": "decided", "executed_on": dt.date(2026, 5, 14)}
    refused(lambda: ITEM_FLOW.perform(item, "execute", actor=court.judge, data=done), "须重新讨论")
    again = court.conclude(court.hold(court.meeting(held="2026-05-14", cases=[case])).items.get(), votes=4)
    defect.refresh_from_db()
    item.refresh_from_db()
    assert (defect.state, defect.again, item.state) == ("rediscussed", again, "superseded")
    ITEM_FLOW.perform(again, "execute", actor=court.judge, data={**done, "executed_on": dt.date(2026, 5, 18)})


def test_a_defect_is_corrected_with_a_word_by_who_keeps_meetings(court):
    even = court.hold(court.meeting(size=4, cases=[court.case("2025-06-04")]))
    ready = even.defects.get()
    refused(lambda: DEFECT_FLOW.perform(ready, "correct", actor=court.keeper, note=" "), "必须填写")
    with pytest.raises(NotAllowed):
        DEFECT_FLOW.perform(ready, "correct", actor=court.member, note="已增补委员")
    assert DEFECT_FLOW.perform(ready, "correct", actor=court.keeper, note="已报请增补委员一名").how == "已报请增补委员一名"


# ---- decisions are followed


def test_what_the_panel_did_with_advice_and_how_a_decision_was_carried_out(court):
    case = court.case("2025-10-08")
    held = court.hold(court.meeting("professional", cases=[case]))
    item = court.conclude(held.items.get(), "speed_up")
    assert (item.votes_for, item.execute_by) == (None, dt.date(2026, 5, 28))
    data = {"answer": "taken", "answered_on": dt.date(2026, 5, 13)}
    with pytest.raises(NotAllowed):
        ITEM_FLOW.perform(item, "answer", actor=court.criminal_judge, data=data)
    with pytest.raises(NotAllowed):
        ITEM_FLOW.perform(item, "execute", actor=court.judge, data=data)
    refused(lambda: ITEM_FLOW.perform(item, "answer", actor=court.judge, data=data), "应在", "至今天之间")
    assert ITEM_FLOW.perform(item, "answer", actor=court.judge, data={**data, "answered_on": clock.today()}).state == "answered"
    wrong = court.hold(court.meeting(cases=[court.case("2025-06-02")]))
    refused(lambda: court.conclude(wrong.items.get(), "committee"), "不是审判委员会可以登记的结果")


def test_minutes_are_kept_by_their_digest_and_no_note_of_what_was_said(court):
    held = court.hold(court.meeting(cases=[court.case("2025-06-02")]))
    refused(lambda: MEETING_FLOW.perform(held, "minute", actor=court.keeper, data={"minutes": io.BytesIO(b"x")}), "还有 1 个议题")
    item = held.items.get()
    ITEM_FLOW.perform(item, "conclude", actor=court.keeper, note="某委员认为应当改判", data={"result": "agreed", "votes_for": 5})
    held.refresh_from_db()
    refused(lambda: MEETING_FLOW.perform(held, "minute", actor=court.keeper), "请选择会议记录文件")
    done = MEETING_FLOW.perform(held, "minute", actor=court.keeper, note="会议意见", data={"minutes": io.BytesIO(b"minutes")})
    assert len(done.minutes_sm3) == 64 and len(done.minutes_sha256) == 64
    assert not FlowStep.objects.filter(flow__in=["cases.meeting", "cases.agenda-item"]).exclude(note="").exists()
    assert not [e for e in LogEntry.objects.all() if "某委员" in str(e.data) or "会议意见" in str(e.data)]
    for model in (Meeting, MeetingMember, AgendaItem):
        for name in ("opinion", "view", "speech", "remarks", "note"):
            with pytest.raises(FieldDoesNotExist):
                model._meta.get_field(name)


# ---- who sees


def test_who_sees_a_meeting_its_roll_and_its_items(court):
    own, other, sealed = court.case("2025-06-02"), court.case("2025-06-02", judge=court.second), court.case("2025-06-02", sealed="privacy")
    held = court.hold(court.meeting(cases=[own, other, sealed]))
    for item in held.items.all():
        court.conclude(item)
    court.person("outside", "criminal", "judge")

    def sees(person, model):
        return access.visible(person, model).count()

    expected = {
        court.committee_secretary: (1, 5, 3), court.member: (1, 5, 3), court.president: (1, 5, 3), court.keeper: (1, 5, 2),
        court.judge: (0, 0, 2), court.second: (0, 0, 1), court.head: (0, 0, 0), court.criminal_judge: (0, 0, 0), court.stationed: (0, 0, 0),
    }  # fmt: skip
    for person, (meetings, roll, items) in expected.items():
        assert (sees(person, Meeting), sees(person, MeetingMember), sees(person, AgendaItem)) == (meetings, roll, items), person
    court.let_see_sealed(court.keeper)
    assert sees(court.keeper, AgendaItem) == 3
    assert sees(court.keeper, MeetingDefect) == sees(court.member, MeetingDefect) == MeetingDefect.objects.count()


# ---- the database itself


def run(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_the_database_refuses_back_filling(court):
    held = court.hold(court.meeting(cases=[court.case("2025-06-02")]), present=3)
    item = court.conclude(held.items.get(), votes=2)
    planned = court.meeting(cases=[court.case("2025-06-03")])
    absent = held.members.filter(present=False).first()
    defect = held.defects.get()
    waiting = planned.items.get()
    attempts = [
        ("UPDATE cases_meetingmember SET present = %s WHERE id = %s", True, absent.pk),
        ("UPDATE cases_meetingmember SET spoke_order = 9 WHERE id = %s", held.members.filter(present=True).first().pk),
        ("UPDATE cases_meeting SET present_total = 5 WHERE id = %s", held.pk),
        ("UPDATE cases_meeting SET state = 'planned' WHERE id = %s", held.pk),
        ("UPDATE cases_agendaitem SET votes_for = 5 WHERE id = %s", item.pk),
        ("UPDATE cases_agendaitem SET report_sm3 = 'x' WHERE id = %s", item.pk),
        ("UPDATE cases_agendaitem SET state = 'concluded', result = 'agreed', concluded_on = '2026-05-14' WHERE id = %s", waiting.pk),
        ("UPDATE cases_meeting SET state = 'held', chair_id = %s, members_total = 5, present_total = 5, least = 3 WHERE id = %s",
         court.president.pk, planned.pk),
        ("UPDATE cases_meeting SET state = 'held', chair_id = %s, members_total = 5, present_total = 0, least = 3 WHERE id = %s",
         court.president.pk, planned.pk),
        ("UPDATE cases_meetingdefect SET code = 'unsigned' WHERE id = %s", defect.pk),
        ("DELETE FROM cases_meetingdefect WHERE id = %s", defect.pk),
    ]  # fmt: skip
    for sql, *values in attempts:
        with pytest.raises(IntegrityError):
            run(sql, *values)
    run("UPDATE cases_meetingmember SET grade = 7 WHERE meeting_id = %s", planned.pk)
    assert MeetingDefect.objects.get().code == "no_majority"
