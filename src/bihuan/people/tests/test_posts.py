"""Posts, assignments, leaders in charge, grants: the security administrator's alone."""

import datetime as dt

import pytest

from bihuan.kernel import access, org
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models import Assignment, Grant, InboxItem, Lead, LogEntry, Post
from bihuan.people.services import open_duty, posts

from .court import START, make

DAY = dt.date(2026, 3, 2)


def test_only_the_security_administrator_arranges_posts(court):
    post = Post.objects.get(role="judge")
    held = Assignment.objects.get(person=court.judge)
    lead = Lead.objects.get()
    for actor in (court.system, court.audit, court.head):
        for act in (
            lambda a=actor: posts.make_unit(actor=a, code="x", name="新部门"),
            lambda a=actor: posts.make_post(actor=a, unit=court.civil, role="judge", title="副庭长"),
            lambda a=actor: posts.assign(actor=a, person=court.clerk, post=post, starts=DAY),
            lambda a=actor: posts.end_assignment(actor=a, assignment=held, ends=DAY, reason="调离"),
            lambda a=actor: posts.put_in_charge(actor=a, post=lead.post, unit=court.office, starts=DAY),
            lambda a=actor: posts.end_charge(actor=a, lead=lead, ends=DAY),
            lambda a=actor: posts.grant(actor=a, person=court.clerk, track="discipline", reason="办案", starts=DAY),
        ):
            with pytest.raises(NotAllowed):
                act()
    unit = posts.make_unit(actor=court.security, code="x", name="新部门", parent=court.top)
    post = posts.make_post(actor=court.security, unit=unit, role="judge", title="审判员")
    row = posts.assign(actor=court.security, person=court.clerk, post=post, starts=DAY)
    assert org.holders("judge", DAY, unit) == [court.clerk]
    posts.end_assignment(actor=court.security, assignment=row, ends=DAY, reason="调离")
    assert org.holders("judge", DAY + dt.timedelta(days=1), unit) == []


def test_rights_follow_the_post_at_once(court):
    assert not access.viewer(court.clerk).has("political")
    post = Post.objects.get(role="political")
    row = posts.assign(actor=court.security, person=court.clerk, post=post, starts=START)
    assert access.viewer(court.clerk).has("political")
    posts.end_assignment(actor=court.security, assignment=row, ends=START, reason="有误")
    assert not access.viewer(row.person).has("political")


def test_what_cannot_be_is_refused_with_its_reason(court):
    post, actor = Post.objects.get(role="judge"), court.security
    lead = Lead.objects.get()
    with pytest.raises(Refused, match="unit_taken"):
        posts.make_unit(actor=actor, code="civil", name="另一个庭")
    with pytest.raises(Refused, match="unknown_role"):
        posts.make_post(actor=actor, unit=court.civil, role="emperor", title="皇帝")
    with pytest.raises(Refused, match="post_held"):
        posts.assign(actor=actor, person=court.judge, post=post, starts=DAY)
    with pytest.raises(Refused, match="admin_no_post"):
        posts.assign(actor=actor, person=court.audit, post=post, starts=DAY)
    with pytest.raises(Refused, match="ends_early"):
        posts.assign(actor=actor, person=court.clerk, post=post, starts=DAY, ends=START)
    with pytest.raises(Refused, match="in_charge"):
        posts.put_in_charge(actor=actor, post=lead.post, unit=lead.unit, starts=DAY)
    with pytest.raises(Refused, match="needs_reason"):
        posts.end_assignment(actor=actor, assignment=Assignment.objects.get(person=court.judge), ends=DAY, reason=" ")


def test_a_post_made_twice_is_one_post(court):
    first = posts.make_post(actor=court.security, unit=court.civil, role="judge", title="审判员")
    entries = LogEntry.objects.count()
    assert posts.make_post(actor=court.security, unit=court.civil, role="judge", title="审判员") == first
    assert LogEntry.objects.count() == entries


def test_a_charge_ends_and_may_begin_again(court):
    lead = Lead.objects.get()
    posts.end_charge(actor=court.security, lead=lead, ends=DAY)
    assert org.leader_of(court.civil, DAY) == court.leader
    assert org.leader_of(court.civil, DAY + dt.timedelta(days=1)) is None
    posts.put_in_charge(actor=court.security, post=lead.post, unit=court.civil, starts=DAY + dt.timedelta(days=1))
    assert org.leader_of(court.civil, DAY + dt.timedelta(days=1)) == court.leader


def test_a_grant_opens_a_track_for_its_days_only(court):
    row = posts.grant(actor=court.security, person=court.judge, track="discipline", reason="专案", starts=DAY, ends=DAY)
    assert access.viewer(court.judge, DAY).knows("discipline")
    assert not access.viewer(court.judge, DAY + dt.timedelta(days=1)).knows("discipline")
    assert not access.viewer(court.judge, DAY).knows("personnel")
    with pytest.raises(Refused, match="granted"):
        posts.grant(actor=court.security, person=court.judge, track="discipline", reason="专案", starts=DAY)
    row.ends = None
    posts.end_grant(actor=court.security, row=row, ends=DAY, reason="结案")
    assert Grant.objects.get().ends == DAY
    assert LogEntry.objects.filter(type="grant.ended").get().data["params"]["track"] == "纪律监督"


def test_grants_that_make_no_sense_are_refused(court):
    give = {"actor": court.security, "reason": "专案", "starts": DAY}
    with pytest.raises(Refused, match="no_track"):
        posts.grant(person=court.judge, track="everything", **give)
    with pytest.raises(Refused, match="admin_no_grant"):
        posts.grant(person=court.audit, track="discipline", **give)
    with pytest.raises(Refused, match="self_grant"):
        posts.grant(person=court.security, track="discipline", **give)
    with pytest.raises(Refused, match="needs_reason"):
        posts.grant(person=court.judge, track="discipline", **{**give, "reason": ""})
    assert not Grant.objects.exists()


def test_whoever_leaves_a_post_with_open_work_is_reported(court, monkeypatch):
    kind = open_duty.Items("test", "测试事项", lambda person, unit: 2, lambda *a: [])
    monkeypatch.setattr(open_duty, "_items", {"test": kind})
    held = Assignment.objects.get(person=court.judge)
    posts.end_assignment(actor=court.security, assignment=held, ends=START, reason="调离")
    assert InboxItem.objects.get(code=open_duty.ORPHANS).person == court.political


def test_an_administrator_keeps_out_of_posts_in_the_database_too(court):
    from django.db import DatabaseError, connection, transaction

    from bihuan.kernel import triggers

    triggers.install(connection)
    post = Post.objects.get(role="judge")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_assignment (person_id, post_id, starts) VALUES (%s, %s, %s)",
            [court.audit.pk, post.pk, START],
        )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_person SET admin_role = 'audit' WHERE id = %s", [court.judge.pk])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_person SET admin_role = 'audit' WHERE id = %s", [court.system.pk])


def test_namesakes_are_told_apart(court):
    from bihuan.people.forms import AssignForm

    make("judge2", "陆法官", number="3009")
    labels = [label for _value, label in AssignForm(actor=court.security).fields["person"].choices]
    assert "陆法官（judge）" in labels and "陆法官（3009）" in labels
