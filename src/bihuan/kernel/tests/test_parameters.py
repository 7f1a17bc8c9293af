"""The court's own values hold over the shipped ones from their day on, in every process, and say by what approval."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import translation

from bihuan.kernel import parameters
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models import ParameterOverride
from bihuan.law import dated
from bihuan.law.calendar import WorkCalendar, current_calendar, install_calendar

from . import org_factory as make

pytestmark = pytest.mark.django_db
ID = "rectification.rebound-verification"
DAY = dt.date(2026, 7, 1)


@pytest.fixture(autouse=True)
def as_shipped():
    yield
    dated.install_parameters(dated.Parameters.load())
    install_calendar(WorkCalendar.load())


@pytest.fixture
def office():
    person = make.person("甲")
    make.post(person, "trial_management", make.unit("审管办"))
    return person


def set_it(actor, **changed):
    shipped = dated.Parameters.load().value_on(ID, DAY)
    given = {"values": shipped | {"term": "3wd"}, "starts": DAY, "ends": None, "reference": "院发1号", "reason": "从快"}
    return parameters.set_value(actor=actor, parameter=ID, **(given | changed))


def test_a_value_holds_from_its_day_on(office):
    before = dated.value_on(ID, DAY)
    set_it(office)
    assert dated.value_on(ID, DAY)["term"] == "3wd"
    assert dated.value_on(ID, DAY - dt.timedelta(days=1)) == before
    assert dated.current_parameters().version_on(ID, DAY).reference == "院发1号"


def test_taken_back_the_shipped_value_holds_again(office):
    before = dated.value_on(ID, DAY)
    row = set_it(office)
    parameters.void_value(actor=office, row=row, reason="撤回")
    assert dated.value_on(ID, DAY) == before
    with pytest.raises(Refused):  # by another, who still has the page of before
        parameters.void_value(actor=office, row=row, reason="再撤回")
    assert ParameterOverride.objects.get().void_reason == "撤回"


@pytest.mark.parametrize("changed", [
    {"values": {"term": "3wd", "more": 1}}, {"values": {"term": "soon"}}, {"reference": " "}, {"reason": ""},
    {"ends": DAY - dt.timedelta(days=1)},
])
def test_a_value_that_does_not_fit_is_refused_in_the_readers_language(office, changed):
    with pytest.raises(Refused) as refused:
        set_it(office, **changed)
    text = str(refused.value.reasons[0])
    assert not re.search("[a-z]{4} [a-z]{2}", text.replace("soon", "")), text
    with translation.override("en"):
        assert not re.search("[\u4e00-\u9fff]", str(refused.value.reasons[0]).replace("七日", ""))
    assert not ParameterOverride.objects.exists()


@pytest.mark.parametrize(("parameter", "values", "why"), [
    ("local.shares.hard", {"hard_marks": ["odd"], "hard_bodies": [], "hard_facts": []}, "difficult"),
    ("local.shares.hard", {"hard_marks": "difficult", "hard_bodies": [], "hard_facts": []}, "hard_marks"),
    ("local.shares.minimum", {"president": -1, "leader": 30, "head": 50}, "负数 -1"),
])
def test_what_does_not_fit_is_named(office, parameter, values, why):
    with pytest.raises(Refused) as refused:
        parameters.set_value(actor=office, parameter=parameter, values=values, starts=DAY, ends=None, reference="院发1号", reason="核定")
    assert why in str(refused.value.reasons[0]) and not ParameterOverride.objects.exists()


RANGE = {"direction": "up", "low": "", "high": ""}


@pytest.mark.parametrize(("parameter", "values", "why"), [
    ("local.indicator.cases.filed", RANGE | {"low": "八十"}, "八十"), ("local.indicator.cases.filed", RANGE | {"high": "NaN"}, "NaN"),
    ("local.indicator.cases.filed", RANGE | {"low": "90", "high": "80"}, "90"), ("local.indicators.year", {"start_month": 13}, "13"),
])
def test_a_range_is_of_numbers_and_a_month_one_of_twelve(office, parameter, values, why):
    with pytest.raises(Refused) as refused:
        parameters.set_value(actor=office, parameter=parameter, values=values, starts=DAY, ends=None, reference="院发1号", reason="核定")
    assert why in str(refused.value.reasons[0])
    assert not ParameterOverride.objects.exists()


def test_a_range_is_set_and_emptied_again_by_the_form(client, office):
    client.force_login(office, backend="bihuan.people.backends.PeopleBackend")
    address = reverse("parameter", args=["local.indicator.cases.filed"])
    form = RANGE | {"low": "80.5", "starts_on": "2026-01-01", "ends_on": "", "reference_no": "院发2号", "why": "核定"}
    assert client.post(address, form | {"low": "很多"}).status_code == 409
    assert client.post(address, form | {"direction": "sideways"}).status_code == 422
    assert client.post(address, form).status_code == 302
    page = client.get(address).content.decode()
    assert "高为好" in page and "下限 80.5" in page and ">low" not in page
    assert client.post(address, form | {"low": ""}).status_code == 302
    assert dated.value_on("local.indicator.cases.filed", DAY) == RANGE
    assert client.post(address, {"void": "²", "reason": "误录"}).status_code == 404


def test_others_may_not(office):
    set_it(office)
    clerk = make.person("乙")
    make.post(clerk, "clerk", make.unit("民一庭"))
    with pytest.raises(NotAllowed):
        set_it(clerk)


def test_another_process_sees_it_at_its_next_look(office):
    set_it(office)
    dated.install_parameters(dated.Parameters.load())  # what another process still holds
    parameters._seen = None
    parameters.refresh()
    assert dated.value_on(ID, DAY)["term"] == "3wd"


def test_a_calendar_file_of_the_court_is_read_and_a_bad_one_is_told(settings, tmp_path):
    settings.BIHUAN_CALENDAR_FOLDER = tmp_path
    text = "year: 2027\ntitle: 测试安排\nissued: 2026-11-20\nnote: 测试\ndoc: 国办发明电〔2026〕9号\nsource: 测试\ntag: D\noff: [01-01..01-03, 02-05..02-11, 04-05, 05-01..05-03, 06-09, 09-15, 10-01..10-07]\non: []\n"
    (tmp_path / "2027.yaml").write_text(text, encoding="utf-8")
    assert current_calendar().published_to() < dt.date(2027, 1, 1)
    assert parameters.refresh() is None
    assert current_calendar().published_to() == dt.date(2027, 12, 31)
    (tmp_path / "2027.yaml").write_text("off: nonsense\n", encoding="utf-8")
    parameters._seen = None
    assert parameters.refresh().code == parameters.CALENDAR


def test_the_pages(client, office):
    client.force_login(office, backend="bihuan.people.backends.PeopleBackend")
    assert ID in client.get(reverse("parameters")).content.decode()
    page = client.get(reverse("parameter", args=[ID]))
    assert page.status_code == 200
    shipped = dated.Parameters.load().value_on(ID, DAY)
    form = shipped | {
        "term": "4wd", "starts_on": DAY.isoformat(), "ends_on": "", "reference_no": "院发2号", "why": "调整",
    }
    assert client.post(reverse("parameter", args=[ID]), form).status_code == 302
    assert dated.value_on(ID, DAY)["term"] == "4wd"
    assert client.post(reverse("parameter", args=[ID]), form | {"term": "很快"}).status_code == 409
    assert client.get(reverse("parameter", args=["no.such"])).status_code == 404
    admin = make.person("管", admin_role="audit")
    client.force_login(admin, backend="bihuan.people.backends.PeopleBackend")
    assert client.get(reverse("parameters")).status_code in {302, 403}
