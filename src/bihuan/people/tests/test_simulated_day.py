"""A simulated day is for looking only, except in the demo; whoever looks is told."""

import datetime as dt

import pytest
from django.urls import reverse

from bihuan.kernel import clock
from bihuan.kernel.models import Delegation
from bihuan.people.services import posts

from .court import signed_in

DAY = "2025-03-03"


@pytest.fixture(autouse=True)
def _as_in_a_real_court(settings):
    settings.BIHUAN_SIMULATION_WRITES = False  # the test-suite itself may write on any day


@pytest.fixture
def client_there(court):
    client = signed_in(court.head)
    assert client.post(reverse("simulate"), {"day": DAY}).status_code == 302
    return client


def arrange(court, client):
    data = {"person": court.head.pk, "deputy": court.judge.pk, "starts": DAY, "reason": "外出培训"}
    return client.post(reverse("people:delegations"), data)


def test_the_page_says_so_and_shows_that_day(court, client_there):
    post = posts.make_post(actor=None, unit=court.civil, role="dept_clerk", title="内勤")
    posts.assign(actor=None, person=court.clerk, post=post, starts=dt.date(2025, 6, 2))
    page = client_there.get(reverse("people:organisation")).content.decode()
    assert "正在以 2025年3月3日 的日期查看" in page and "只能查看，不能办理" in page
    assert "空缺岗位 1 个" in page
    back = client_there.post(reverse("simulate"))
    assert back.status_code == 302
    page = client_there.get(reverse("people:organisation")).content.decode()
    assert "的日期查看" not in page and "空缺岗位 0 个" in page


def test_writing_on_a_simulated_day_is_refused_outside_the_demo(court, client_there):
    response = arrange(court, client_there)
    assert response.status_code == 423 and "模拟日期下不能办理" in response.content.decode()
    assert not Delegation.objects.exists()
    client_there.post(reverse("simulate"))
    assert arrange(court, client_there).status_code == 302 and Delegation.objects.exists()


def test_in_the_demo_one_may_act_on_a_simulated_day(court, client_there, settings):
    settings.BIHUAN_DEMO = settings.BIHUAN_SIMULATION_WRITES = True
    page = client_there.get(reverse("people:organisation")).content.decode()
    assert "的日期查看" in page and "不能办理" not in page and "演示环境" in page
    assert arrange(court, client_there).status_code == 302


def test_an_administrator_does_not_simulate_and_rubbish_is_refused(court):
    client = signed_in(court.audit)
    client.post(reverse("simulate"), {"day": DAY})
    assert "simulated_day" not in client.session
    worker = signed_in(court.clerk)
    assert worker.post(reverse("simulate"), {"day": "not a day"}).status_code == 400
    worker.post(reverse("simulate"), {"day": clock.real_today().isoformat()})
    assert "simulated_day" not in worker.session
    assert worker.get(reverse("simulate")).status_code == 405
