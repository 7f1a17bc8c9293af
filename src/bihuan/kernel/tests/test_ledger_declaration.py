"""Wrong declarations are named at start; right ones get addresses, a menu entry and their own views."""

import dataclasses

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client
from django.views import View

from bihuan.kernel.access import viewer
from bihuan.kernel.ledger import Column, Filter, Ledger, Menu, Sheet, registry, urls
from bihuan.kernel.ledger.views import LedgerList

from . import ledger_world as world

GADGETS = world.GADGETS


def faults(**changes):
    return registry.faults_of(dataclasses.replace(GADGETS, code="tests.wrong", path="tests/wrong", **changes))


def test_a_right_declaration_has_no_faults():
    assert faults() == []


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"columns": ("code", "nothing")}, "columns names 'nothing'"),
        ({"columns": (Column("code", sort="nothing"),)}, "sort of column code names 'nothing'"),
        ({"filters": ("nothing",)}, "filter nothing names 'nothing'"),
        ({"filters": (Filter("q", field="code"),)}, "'q' stands twice or is reserved"),
        ({"filters": (Filter("own", apply=lambda rows, value, person: rows),)}, "needs a kind or choices"),
        ({"search": ("unit__nothing",)}, "search names 'unit__nothing'"),
        ({"ordering": ("-nothing",)}, "ordering names 'nothing'"),
        ({"form": ("nothing",)}, "form names 'nothing'"),
        ({"form": ()}, "no form fields"),
        ({"key": "nothing"}, "key names 'nothing'"),
        ({"facts": ("nothing",)}, "facts names 'nothing'"),
        ({"add": "test.unheard"}, "add names the action 'test.unheard', which is not registered"),
        ({"sheet": Sheet(key=("title",), columns=("code",))}, "sheet key 'title' is not among"),
        ({"sheet": Sheet(key=("code",), columns=("code", "nothing"))}, "sheet names 'nothing'"),
        ({"services": {"destroy": print}}, "services names 'destroy'"),
        ({"views": {"Bad-Name": View}}, "views names 'Bad-Name'"),
        ({"model": world.Loose, "flow": None}, "void is declared, and ledger_tests.Loose is not a kernel.facts.Kept"),
        ({"model": world.Closed, "flow": None}, "ledger_tests.Closed has no access scope"),
        ({"model": world.Loose}, "flow test.gadget is of ledger_tests.Gadget"),
    ],
)
def test_a_wrong_declaration_is_named_with_its_place(changes, words):
    found = faults(**changes)
    assert any(words in fault for fault in found), found
    assert all(fault.startswith("tests.wrong: ") for fault in found)


def test_the_registry_refuses_doubles_bad_names_and_late_comers():
    with world.register():
        with pytest.raises(ImproperlyConfigured, match="registered twice"):
            registry.register(GADGETS)
        with pytest.raises(ImproperlyConfigured, match="must look like domain.rows"):
            registry.register(dataclasses.replace(GADGETS, code="Gadgets"))
        with pytest.raises(ImproperlyConfigured, match="path"):
            registry.register(dataclasses.replace(GADGETS, code="tests.other", path="/tests/"))
        assert registry.get("tests.gadgets") is GADGETS and registry.of_model(world.Gadget) is GADGETS
    with pytest.raises(KeyError):
        registry.get("tests.gadgets")


def test_the_start_fails_with_all_faults_named():
    wrong = dataclasses.replace(GADGETS, search=("nothing",), ordering=("missing",))
    with registry.open_for_tests(wrong), pytest.raises(ImproperlyConfigured, match=r"(?s)'nothing'.*'missing'"):
        registry.freeze()


class Board(View):
    def get(self, request):
        return HttpResponse("board")


class OwnList(LedgerList):
    template_name = "ledger/list.html"


def test_views_are_replaced_and_added_by_class_or_path():
    own = dataclasses.replace(GADGETS, views={"list": OwnList, "board": f"{__name__}.Board"})
    found = {pattern.name: pattern for pattern in urls.patterns_of(own)}
    assert found["tests.gadgets.list"].callback.view_class is OwnList
    assert found["tests.gadgets.board"].callback.view_class.__name__ == "Board"
    wrong = dataclasses.replace(GADGETS, views={"list": "bihuan.nothing.View"})
    with pytest.raises(ImproperlyConfigured, match="view list cannot be imported"):
        urls.patterns_of(wrong)


@pytest.mark.django_db
def test_the_menu_shows_a_ledger_to_whom_it_is_open():
    placed = dataclasses.replace(GADGETS, menu=Menu(group="top"))
    entry = registry.menu_item(placed)
    assert entry.url_name == "tests.gadgets.list"
    assert entry.shown(viewer(world.holder("judge")))
    assert not entry.shown(viewer(world.org_factory.person(admin_role="audit")))
    closed = registry.menu_item(dataclasses.replace(placed, view=world.EDIT))
    assert not closed.shown(viewer(world.holder("judge"))) and closed.shown(viewer(world.holder("office")))


@pytest.mark.django_db
@pytest.mark.urls("bihuan.kernel.tests.ledger_urls")
def test_addresses_carry_the_code_and_need_a_sign_in():
    assert GADGETS.url("do", 7, step="send") == "/l/tests/gadgets/7/do/send/"
    for page in (GADGETS.url(), GADGETS.url("add"), GADGETS.url("export"), GADGETS.url("change", 7)):
        assert Client().get(page).status_code == 302


def test_only_the_needed_parts_need_to_be_declared():
    small = Ledger("tests.small", "tests/small", world.Loose, "name", "散件", ("name",))
    assert registry.faults_of(small) == [] and small.form_fields == () and small.frozen_now(None) == {}
