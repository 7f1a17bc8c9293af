"""The calendar: what stands in it and for whom; the feed is off until switched on, and says no more than numbers and days."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.cases.diary import feeds, ics, selectors
from bihuan.cases.models import CalendarFeed
from bihuan.cases.services import exclusions, pending
from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models import LogEntry, Person
from bihuan.kernel.work import unit_of_work

from .factory import TODAY, Court, signed_in
from .test_exclusions import APPRAISAL

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
MAY = dt.date(2026, 5, 1), dt.date(2026, 5, 31)


def fresh(person):
    return Person.objects.get(pk=person.pk)


def month(court: Court):
    """Cases of two judges with something of each kind in May."""
    due = court.case("2025-11-26", assistant=court.assistant)  # 届满 2026-05-26
    other = court.case("2025-11-26", judge=court.second, judge_name="second")
    sealed = court.case("2025-11-26", sealed="privacy", cause="离婚纠纷", parties="不可见的人")
    court.hearing(due, "2026-05-12 09:30", place="第一法庭")
    court.hearing(sealed, "2026-05-12 14:30", place="第二法庭")
    long = court.case("2025-03-03")
    pending.record(
        actor=court.judge,
        case=long,
        values={"cause": "service", "detail": "d", "solution": "s", "plan_on": dt.date(2026, 5, 29)},
    )
    court.case("2025-11-26", closed_on="2026-05-06")
    return due, other, sealed, long


def kinds(person, whose):
    return [(e.day.day, e.kind, e.title) for e in selectors.entries(fresh(person), *MAY, TODAY, whose)]


def test_it_holds_what_the_person_may_see_and_by_default_what_they_work_on(court):
    due, other, sealed, long = month(court)
    mine = [
        (12, "hearing", due.number), (12, "hearing", sealed.number), (26, "due", due.number), (26, "due", sealed.number),
        (29, "plan", long.number),
    ]  # fmt: skip
    assert kinds(court.judge, "mine") == mine
    assert kinds(court.assistant, "mine") == [mine[0], mine[2]]
    assert kinds(court.head, "mine") == []
    assert sorted(kinds(court.head, "all")) == sorted([*mine, (26, "due", other.number)])
    assert kinds(court.criminal_judge, "all") == []
    assert kinds(court.keeper, "all") == [m for m in sorted([*mine, (26, "due", other.number)], key=lambda m: (m[0], m[1] != "hearing", m[2]))
                                          if m[:2] != (12, "hearing") or m[2] == due.number]  # fmt: skip
    exclusions.ask(actor=court.judge, case=court.case("2026-03-02"), values=APPRAISAL)
    assert kinds(court.judge, "mine")[2][:2] == (20, "request") and (20, "request") not in {m[:2] for m in kinds(court.second, "mine")}
    meeting = court.meeting(held="2026-05-14")
    assert (14, "meeting", meeting.no) in kinds(court.keeper, "mine")
    assert (14, "meeting", meeting.no) not in kinds(court.criminal_judge, "all")


def test_of_a_sealed_case_number_and_day_alone(court):
    _due, _other, sealed, _long = month(court)
    for person in (court.judge, court.head, court.keeper):
        page = signed_in(person).get(reverse("cases:calendar"), {"month": "2026-05", "whose": "all"}).content.decode()
        assert sealed.number in page and "买卖合同纠纷" in page
        for word in ("离婚纠纷", "不可见的人", "第二法庭", "原告甲"):
            assert word not in page, (person, word)


def test_the_month_is_whole_weeks_and_a_full_day_tells_how_many_more(court):
    for _n in range(7):
        court.case("2025-11-26")
    judge = signed_in(court.judge)
    page = judge.get(reverse("cases:calendar"), {"month": "2026-05"})
    days = page.context["days"]
    assert (days[0].day, days[-1].day, len(days) % 7) == (dt.date(2026, 4, 27), dt.date(2026, 5, 31), 0)
    day = next(d for d in days if d.day == dt.date(2026, 5, 26))
    assert (len(day.entries), day.more, page.context["count"]) == (4, 3, 7) and "另有 3 项" in page.content.decode()
    assert [d.works for d in days if d.day in (dt.date(2026, 5, 1), dt.date(2026, 5, 9), dt.date(2026, 5, 16))] == [
        False,
        True,
        False,
    ]
    assert judge.get(reverse("cases:calendar"), {"month": "2026-13"}).context["first"] == dt.date(2026, 5, 1)
    assert "没有届满、开庭和会议" in judge.get(reverse("cases:calendar"), {"month": "2024-02"}).content.decode()


def test_the_number_of_statements_does_not_grow(court, django_assert_num_queries):
    month(court)
    person = fresh(court.head)
    access.viewer(person)
    with django_assert_num_queries(6):
        assert len(selectors.entries(person, *MAY, TODAY, "all")) == 6
    for _n in range(3):
        month(court)
    with django_assert_num_queries(6):
        selectors.entries(person, *MAY, TODAY, "all")


def test_the_feed_is_off_until_its_owner_switches_it_on_and_dead_when_switched_off(court, monkeypatch):
    due, other, sealed, _long = month(court)
    judge, page = signed_in(court.judge), reverse("cases:feed")
    assert "未开通" in judge.get(page).content.decode() and not CalendarFeed.objects.exists()
    answer = judge.post(page, {"act": "on"})
    address = re.search(r'value="[a-z]+://testserver([^"]+\.ics)"', answer.content.decode())[1]
    assert answer["Cache-Control"] == "no-store"
    token = address.rpartition("/")[2].removesuffix(".ics")
    row = CalendarFeed.objects.get()
    assert token not in str(list(CalendarFeed.objects.values())) and len(row.digest) == 64
    assert token not in str(list(LogEntry.objects.values("data")))
    assert token not in judge.get(page).content.decode()
    with monkeypatch.context() as fixed:
        fixed.setattr(clock, "today", lambda: TODAY)  # nobody is signed in: the day is the real one
        feed = Client().get(address)
    text = feed.content.decode()
    assert feed["Content-Type"].startswith("text/calendar") and due.number in text.replace("\r\n ", "")
    for word in ("原告甲", "被告乙", "不可见的人", "离婚纠纷", "买卖合同纠纷", other.number, court.judge.name):
        assert word not in text.replace("\r\n ", ""), word
    assert sealed.number in text.replace("\r\n ", "")
    assert Client().get(address.replace(token, token[::-1])).status_code == 404
    with pytest.raises(Refused):
        feeds.switch_on(actor=fresh(court.judge))
    assert judge.post(page, {"act": "off"}).status_code == 302
    assert Client().get(address).status_code == 404
    with monkeypatch.context() as twice:  # a second click, which read the feed before the first had switched it off
        twice.setattr(feeds, "held", lambda person: row)
        with pytest.raises(Refused):
            feeds.switch_off(actor=fresh(court.judge))
    assert LogEntry.objects.filter(type="cases.feed.closed").count() == 1
    again = feeds.switch_on(actor=fresh(court.judge))
    assert feeds.owner(again) == court.judge and feeds.owner(token) is None
    assert {e.type for e in LogEntry.objects.filter(type__startswith="cases.feed.")} == {
        "cases.feed.opened",
        "cases.feed.closed",
    }


def test_a_feed_ends_with_the_account_and_is_nobody_elses(court):
    token = feeds.switch_on(actor=fresh(court.judge))
    assert not access.visible(fresh(court.head), CalendarFeed).exists()
    assert access.visible(fresh(court.judge), CalendarFeed).count() == 1
    with unit_of_work(None) as uow:
        Person.objects.filter(pk=court.judge.pk).update(is_active=False)
        uow.record("test.made", court.judge, params={"what": "left"})
    assert feeds.owner(token) is None
    with pytest.raises(Refused):
        feeds.switch_off(actor=fresh(court.head))
    nobody = Person.objects.filter(username="judge").first()
    with pytest.raises(NotAllowed):
        feeds.switch_on(actor=nobody)


def entry(**more):
    given = {
        "day": dt.date(2026, 5, 26),
        "kind": "due",
        "title": "x",
        "note": "",
        "url": "/",
        "tone": "bad",
        "key": "due-1",
    }
    return selectors.Entry(**(given | more))


@pytest.mark.parametrize(
    "title", ["短", "a;b,c\\d\n第二行", "长" * 90, "混 mixed 文字" * 20, "é" * 80, "字" * 24 + "a", "字" * 25]
)
def test_lines_are_escaped_and_folded_by_octets(title):
    text = ics.calendar(
        "案件日历", [entry(title=title)], stamp=dt.datetime(2026, 5, 20, 1, tzinfo=dt.UTC), host="court"
    )
    assert text.endswith("END:VCALENDAR\r\n") and "\n" not in text.replace("\r\n", "")
    lines = text.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    whole = text.replace("\r\n ", "").split("\r\n")
    summary = next(line for line in whole if line.startswith("SUMMARY:"))
    plain = re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], summary.removeprefix("SUMMARY:"))
    assert plain == f"届满 {title}"
    assert (
        "DTSTART;VALUE=DATE:20260526" in whole and "DTEND;VALUE=DATE:20260527" in whole and "UID:due-1@court" in whole
    )


def test_a_moment_is_told_in_utc(court):
    case = court.case("2026-03-02")
    court.hearing(case, "2026-06-01 09:30")
    with clock.simulate(TODAY):
        text = ics.calendar("n", feeds.contents(fresh(court.judge), TODAY), stamp=clock.now(), host="court")
    assert "DTSTART:20260601T013000Z" in text and text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 2
