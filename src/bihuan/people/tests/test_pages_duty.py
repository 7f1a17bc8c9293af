"""The pages of the court's people, as a browser meets them."""

import datetime as dt

import pytest
from django.urls import reverse

from bihuan.kernel import clock
from bihuan.kernel.models import Assignment, Delegation, HandOver, Leave, Post
from bihuan.people.services import duty, open_duty, posts

from .court import START, make, signed_in

TODAY = clock.real_today()
BUSINESS = ["organisation", "delegations", "leaves", "hand_overs", "hand_over"]


@pytest.fixture
def boxes(monkeypatch):
    owned = {}

    def move(giver, taker, unit, on):
        moved = owned.pop(giver.pk, [])
        owned.setdefault(taker.pk, []).extend(moved)
        return moved

    kind = open_duty.Items("boxes", "箱子", lambda person, unit: len(owned.get(person.pk, [])), move)
    monkeypatch.setattr(open_duty, "_items", {"boxes": kind})
    return owned


@pytest.mark.parametrize("name", BUSINESS)
def test_business_pages_open_to_workers_and_to_no_administrator(court, name):
    url = reverse(f"people:{name}")
    assert signed_in(court.clerk).get(url).status_code == 200
    for admin in (court.system, court.security, court.audit):
        response = signed_in(admin).get(url)
        assert response.status_code == 403 and "没有" in response.content.decode()


def test_every_page_asks_for_a_sign_in(court, client):
    for name in BUSINESS + ["accounts", "posts", "grants", "administrators", "rights", "policy", "log", "log_verify"]:
        response = client.get(reverse(f"people:{name}"))
        assert response.status_code == 302 and "/account/login/" in response["Location"]


def test_the_organisation_shows_holders_leaders_and_vacancies(court):
    posts.make_post(actor=None, unit=court.civil, role="dept_clerk", title="内勤")
    page = signed_in(court.clerk).get(reverse("people:organisation")).content.decode()
    for words in ("民一庭", "宋庭长", "余院领导", "内勤", "空缺", "在岗 5 人，空缺岗位 1 个"):
        assert words in page


def test_the_organisation_of_an_earlier_day(court):
    held = Assignment.objects.get(person=court.judge)
    posts.end_assignment(actor=None, assignment=held, ends=dt.date(2025, 6, 30), reason="调离")
    client = signed_in(court.clerk)
    assert "陆法官</a>" not in client.get(reverse("people:organisation")).content.decode()
    assert "陆法官</a>" in client.get(reverse("people:organisation") + "?day=2025-06-30").content.decode()
    assert client.get(reverse("people:organisation") + "?day=gibberish").status_code == 200


def test_the_organisation_takes_a_fixed_number_of_statements(court):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, url = signed_in(court.clerk), reverse("people:organisation")
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as before:
        client.get(url)
    for number in range(8):
        unit = posts.make_unit(actor=None, code=f"n{number}", name=f"第{number}庭", parent=court.top)
        post = posts.make_post(actor=None, unit=unit, role="head", title="庭长")
        posts.assign(actor=None, person=make(f"extra{number}", f"人{number}"), post=post, starts=START)
    with CaptureQueriesContext(connection) as after:
        client.get(url)
    assert len(after) == len(before)


def test_absence_shows_only_to_those_who_may_know(court):
    duty.be_away(actor=court.judge, person=court.judge, kind="病假", starts=TODAY, ends=None)
    url, person = reverse("people:organisation"), reverse("people:person", args=[court.judge.pk])
    assert "离岗</span>" in signed_in(court.head).get(url).content.decode()
    assert "离岗</span>" not in signed_in(court.clerk).get(url).content.decode()
    assert "病假" in signed_in(court.head).get(person).content.decode()
    assert "病假" not in signed_in(court.clerk).get(person).content.decode()


def test_a_persons_open_work_shows_to_those_who_answer_for_them(court, boxes):
    boxes[court.judge.pk] = ["甲箱"]
    url = reverse("people:person", args=[court.judge.pk])
    for person in (court.judge, court.head, court.leader, court.political):
        assert "箱子" in signed_in(person).get(url).content.decode()
    assert "箱子" not in signed_in(court.clerk).get(url).content.decode()
    assert signed_in(court.clerk).get(reverse("people:person", args=[999_999])).status_code == 404


def test_a_stand_in_is_arranged_and_ended_on_the_page(court):
    client, url = signed_in(court.head), reverse("people:delegations")
    data = {"person": court.head.pk, "deputy": court.judge.pk, "starts": TODAY.isoformat(), "reason": "外出培训"}
    assert client.post(url, data).status_code == 302
    row = Delegation.objects.get()
    assert "宋庭长 → 陆法官" in client.get(url).content.decode()
    again = client.post(url, data)
    assert again.status_code == 422 and "同一时间只能有一名代理人" in again.content.decode()
    assert "外出培训" in again.content.decode()  # what was typed is kept
    assert signed_in(court.judge).post(reverse("people:delegation_end", args=[row.pk])).status_code == 403
    assert signed_in(court.clerk).post(reverse("people:delegation_end", args=[row.pk])).status_code == 404
    assert client.post(reverse("people:delegation_end", args=[row.pk])).status_code == 302
    assert Delegation.objects.get().ends == TODAY


def test_the_form_offers_others_to_the_personnel_office_alone(court):
    url = reverse("people:delegations")
    data = {"person": court.head.pk, "deputy": court.judge.pk, "starts": TODAY.isoformat(), "reason": "外出"}
    refused = signed_in(court.clerk).post(url, data)
    assert refused.status_code == 422 and not Delegation.objects.exists()
    assert signed_in(court.political).post(url, data).status_code == 302
    prefilled = signed_in(court.political).get(f"{url}?person={court.judge.pk}").content.decode()
    assert f'<option value="{court.judge.pk}" selected' in prefilled


def test_leave_is_registered_and_ended(court):
    client, url = signed_in(court.judge), reverse("people:leaves")
    data = {"person": court.judge.pk, "kind": "病假", "starts": TODAY.isoformat(), "ends": ""}
    assert client.post(url, data).status_code == 302
    row = Leave.objects.get()
    assert "目前没有人离岗" in signed_in(court.clerk).get(url).content.decode()
    end = reverse("people:leave_end", args=[row.pk])
    assert client.get(end).status_code == 200
    assert signed_in(court.head).get(end).status_code == 403
    assert client.post(end, {"ends": "2020-01-01"}).status_code == 422
    assert client.post(end, {"ends": TODAY.isoformat()}).status_code == 302
    assert Leave.objects.get().ends == TODAY


def test_a_hand_over_from_first_step_to_list(court, boxes):
    boxes[court.judge.pk] = ["甲箱", "乙箱"]
    client, url = signed_in(court.political), reverse("people:hand_over")
    assert "第一步" in client.get(url).content.decode()
    second = client.get(url, {"giver": court.judge.pk}).content.decode()
    assert "箱子" in second and "第二步" in second
    data = {"giver": court.judge.pk, "taker": court.clerk.pk, "on": TODAY.isoformat(), "reason": "岗位调整"}
    third = client.post(url, {**data, "step": "look"}).content.decode()
    assert "第三步" in third and "共 2 项" in third and not HandOver.objects.exists()
    done = client.post(url, {**data, "step": "do"}, follow=True).content.decode()
    assert "甲箱" in done and "乙箱" in done and "箱子" in done
    row = HandOver.objects.get()
    page = reverse("people:hand_over_done", args=[row.pk])
    assert signed_in(court.clerk).get(page).status_code == 200
    assert signed_in(court.head).get(page).status_code == 404
    assert "岗位调整" in signed_in(court.political).get(reverse("people:hand_overs")).content.decode()


def test_a_hand_over_is_refused_for_others_and_keeps_what_was_typed(court, boxes):
    url = reverse("people:hand_over")
    own = signed_in(court.judge)
    assert own.get(url, {"giver": court.head.pk}).status_code == 422  # not among the choices
    data = {"giver": court.judge.pk, "taker": "", "on": TODAY.isoformat(), "reason": "岗位调整", "step": "look"}
    answer = own.post(url, data)
    assert answer.status_code == 422 and "岗位调整" in answer.content.decode()
    assert own.post(url, {**data, "taker": court.judge.pk, "step": "do"}).status_code == 422
    blank = own.post(url, {**data, "taker": court.clerk.pk, "reason": " ", "step": "do"})
    assert blank.status_code == 422 and not HandOver.objects.exists()


def test_ones_own_page(court, boxes):
    boxes[court.judge.pk] = ["甲箱"]
    duty.delegate(actor=court.head, person=court.head, deputy=court.judge, starts=TODAY, ends=None, reason="外出培训")
    page = signed_in(court.judge).get(reverse("me")).content.decode()
    assert "箱子：1" in page and "外出培训" in page and "陆法官之职" in page
    assert "余院领导" in signed_in(court.leader).get(reverse("me")).content.decode()
    assert "审计管理员" in signed_in(court.audit).get(reverse("me")).content.decode()


def test_the_menu_shows_each_what_they_may_open(court):
    from bihuan.kernel import access, menu

    def entries(person):
        return {item.url_name for _group, items in menu.for_viewer(access.viewer(person)) for item in items}

    assert {"people:organisation", "people:hand_overs"} <= entries(court.clerk)
    assert entries(court.system) == {"people:accounts", "people:health"}
    assert entries(court.audit) == {"people:log", "people:log_verify"}
    assert "people:posts" in entries(court.security) and "people:accounts" not in entries(court.security)
    assert not any(name in entries(court.clerk) for name in ("people:accounts", "people:posts", "people:log"))
    assert Post.objects.exists()
