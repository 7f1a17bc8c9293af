"""Targets of hard cases go with the post; what is hard is the court's dated list."""

import datetime as dt

import pytest
from django.urls import reverse

from bihuan.cases.models import Case, ShareRecord, ShareTarget
from bihuan.cases.shares import services
from bihuan.cases.shares.hard import HARD, hard_cases
from bihuan.cases.shares.ledgers import RECORDS
from bihuan.kernel import access, clock
from bihuan.kernel.models import Assignment
from bihuan.kernel.work import unit_of_work
from bihuan.law import dated

from .factory import TODAY, signed_in
from .test_shares import FIRST, LAST, closed, post_of, record, target

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]


def handed_over(court, on=dt.date(2026, 3, 16)):
    """The second head takes over the post of the head."""
    post = post_of(court.head)
    after = court.person("successor", "trial", "dept_clerk")
    with unit_of_work(None) as uow:
        Assignment.objects.filter(person=court.head).update(ends=on - dt.timedelta(days=1))
        Assignment.objects.create(person=after, post=post, starts=on)
        uow.record("test.made", post, covers=[Assignment], params={"what": "hand-over"})
    for person in (court.head, after):
        access.forget(person)
    return after, post


def test_a_target_goes_with_its_post_and_what_was_done_in_it_counts(court):
    with clock.simulate(dt.date(2026, 2, 2)):
        made = target(court, set_on=dt.date(2026, 2, 2))
        assert made.post == post_of(court.head)
        target(court, court.leader, in_quota=False, count=0, set_on=dt.date(2026, 2, 2))
    before, later = closed(court, "2026-02-10", judge=court.head), closed(court, "2026-03-20")
    after, post = handed_over(court)
    with unit_of_work(None) as uow:
        Case.objects.filter(pk=later.pk).update(judge=after)
        uow.record("test.made", later, params={"what": "judge"})
    closed(court, judge=court.judge)
    for case in (before, later):
        court.mark(case, on=case.closed_on)
    services.refresh(TODAY)
    rows = {row.person: row for row in ShareRecord.objects.filter(quarter=1, post=post).select_related("person")}
    assert {person: (row.hard, row.hard_post, row.hard_target) for person, row in rows.items()} == {
        court.head: (1, 2, 5), after: (1, 2, 5),
    }  # fmt: skip
    assert access.visible(after, ShareTarget).get() == made
    assert not access.visible(court.head, ShareTarget).exists(), "the post is not theirs any more"
    assert not access.visible(court.criminal_head, ShareTarget).exists()
    assert record(court.leader).hard_target == 0 and record(court.leader).quota == "no"
    text = signed_in(after).get(RECORDS.url("detail", rows[after].pk)).content.decode()
    assert "该岗位本年已办（含前任）" in text and "本平台默认或本院自定" in text and "审判委员会" in text


def test_the_nought_of_somebody_outside_the_quota_is_not_the_posts(court):
    target(court, court.leader, in_quota=False, count=0)
    set_ = services.targets(2026, TODAY)
    post = post_of(court.leader)
    assert set_.number(court.leader.pk, post.pk) == 0 and set_.number(court.second.pk, post.pk) is None
    target(court, court.leader, count=4)
    assert services.targets(2026, TODAY).number(court.second.pk, post.pk) == 4


def test_what_is_hard_is_the_courts_list_of_the_day(court):
    marked = {kind: closed(court) for kind in ("difficult", "mass", "conflict", "misconduct")}
    for kind, case in marked.items():
        court.mark(case, kind=kind, on="2026-02-09")
    declined = closed(court)
    court.mark(declined, "declined", on="2026-02-09")
    facts, foreign, plain = (
        closed(court, **more) for more in ({"facts": ["complex_158"]}, {"foreign": True}, {"facts": ["urgent"]})
    )
    discussed, advised = court.case("2025-06-02"), court.case("2025-06-02")
    court.hold(court.meeting(cases=[discussed]))
    court.hold(court.meeting("professional", cases=[advised]))
    with unit_of_work(None) as uow:
        Case.objects.filter(pk__in=[discussed.pk, advised.pk]).update(closed_on="2026-02-10")
        uow.record("test.made", discussed, covers=[Case], params={"what": "closed"})

    def hard():
        return hard_cases(FIRST, LAST)

    assert hard() == {marked["difficult"].pk, marked["mass"].pk, marked["conflict"].pk, discussed.pk, facts.pk}
    wider = {"hard_marks": ["difficult"], "hard_bodies": ["professional"], "hard_facts": ["foreign"]}
    page, office = reverse("parameter", args=[HARD]), signed_in(court.keeper)
    typed = {"starts_on": "2026-01-01", "ends_on": "", "reference_no": "审委会纪要（虚构）", "why": "本院口径"}
    assert office.post(page, wider | typed | {"hard_marks": ["unheard"]}).status_code == 422
    assert signed_in(court.judge).post(page, wider | typed).status_code == 403
    try:
        assert office.post(page, wider | typed).status_code == 302
        assert (
            hard() == {marked["difficult"].pk, advised.pk, foreign.pk}
            and plain.pk not in hard()
            and declined.pk not in hard()
        )
    finally:
        dated.install_parameters(dated.Parameters.load())
