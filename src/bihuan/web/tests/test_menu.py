"""The menu's groups: the one of the page stands open, the others as the person left them."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured

from bihuan.kernel import menu
from bihuan.kernel.tests.org_factory import person, post, unit
from bihuan.web import context

pytestmark = pytest.mark.django_db


@pytest.fixture
def folds(client, settings):
    """Ask for a page with groups folded; the group codes with whether each is drawn open."""
    settings.ROOT_URLCONF = "bihuan.urls"
    someone = person("甲")
    post(someone, "judge", unit())
    client.force_login(someone, backend="bihuan.people.backends.PeopleBackend")

    def ask(url="/", folded=None):
        if folded is not None:
            client.cookies[context.FOLDED] = folded
        page = client.get(url).content.decode()
        return {code: bool(opened) for code, opened in re.findall(r'<details data-fold="(\w+)"( open)?>', page)}

    return ask


def test_a_short_menu_stands_open(folds, monkeypatch):
    monkeypatch.setattr(context, "ROOM", 100)
    assert folds() and all(folds().values())


def test_a_long_menu_is_folded_but_for_the_page_one_is_on(folds, monkeypatch):
    monkeypatch.setattr(context, "ROOM", 1)
    assert not any(folds().values())
    assert folds("/alerts/")["alerts"] and not folds("/alerts/")["people"]


def test_what_was_folded_stays_folded_but_not_around_the_page(folds):
    drawn = folds(folded="alerts.people")
    assert not drawn["alerts"] and not drawn["people"]
    assert folds("/alerts/")["alerts"]


def test_headings_beneath_a_heading_follow_it_and_open_with_the_page(folds, monkeypatch):
    monkeypatch.setattr(context, "ROOM", 1)
    drawn = folds()
    codes = list(drawn)
    beneath = [code for code in codes if code == "filing" or code.startswith("cases_")]
    assert len(beneath) >= 5 and codes.index("cases") + 1 == codes.index("filing") and not any(drawn.values())
    drawn = folds("/l/cases/hearings/")
    assert drawn["cases"] and drawn["cases_records"] and not drawn["cases_meetings"]
    assert folds("/l/cases/cases/", folded="cases.cases_records")["cases"]


def test_a_heading_stands_beneath_one_only():
    with pytest.raises(ImproperlyConfigured):
        menu.group("deeper", "更深", under="cases_records")
    with pytest.raises(ImproperlyConfigured):
        menu.group("nowhere", "无处", under="unknown")
