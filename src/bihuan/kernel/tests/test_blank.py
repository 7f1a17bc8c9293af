"""Rows made and judged without asking each field again are those the model makes and judges."""

import gc
import threading

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from bihuan.kernel.blank import Blank, Cleaning, blank
from bihuan.kernel.heap import SELDOM, many_rows
from bihuan.kernel.models import Alert, Person, Unit
from bihuan.kernel.sheets.fresh import Fresh
from bihuan.kernel.sheets.staging import Staged

OURS = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("bihuan.")]


def held(row):
    return {name: value for name, value in vars(row).items() if name != "_state"}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_blank_row_is_as_the_model_makes_it(model):
    make = Blank(model)
    made, other = make({}), make({})
    first, second = held(model()), held(model())
    drawn = {name for name in first if first[name] != second[name]}  # a number that is another one each time
    assert {**held(made), **dict.fromkeys(drawn)} == {**first, **dict.fromkeys(drawn)}
    assert all(held(made)[name] != held(other)[name] for name in drawn)
    assert made._state.adding and made._state.db is None and not made._state.fields_cache
    assert not [n for n, v in vars(made).items() if isinstance(v, list | dict) and v is vars(other)[n]]


def test_given_values_stand_in_it_and_what_they_lead_to_is_at_hand():
    unit = Unit(pk=7, name="民一庭")
    made = blank(Alert)({"subject": "x", "unit_id": 7}, unit=unit)
    assert (made.subject, made.unit, made.owner_id) == ("x", unit, None)


def judged(act, row):
    try:
        act(row)
    except ValidationError as error:
        return error.message_dict, held(row)
    return {}, held(row)


VALUES = (
    {}, {"username": "a" * 151, "name": "甲"}, {"username": "ok", "name": ""}, {"username": "ok", "name": "乙", "admin_role": "emperor"},
    {"username": "ok", "name": 5, "is_active": "yes"}, {"username": "ok", "name": "丙", "is_active": 1}, {"username": "ok", "name": "丙", "is_active": True},
    {"username": "ok", "name": None},
)  # fmt: skip


def test_fields_are_judged_as_the_model_judges_them():
    cleaning, make = Cleaning(Person), Blank(Person)
    for values in VALUES * 2:  # the second time from what is remembered
        names = cleaning.settled(make, set(values))
        assert judged(lambda row, names=names: cleaning.clean(row, names), Person(**values)) == judged(Person.clean_fields, Person(**values))


def test_fields_nobody_gave_are_passed_over_only_where_their_default_is_well():
    settled = Cleaning(Person).settled(Blank(Person), {"username"})
    assert {"username", "password"} <= set(settled) and not {"is_active", "admin_role"} & set(settled)


def test_a_model_that_judges_its_fields_itself_is_asked(monkeypatch):
    def own(self, exclude=None):
        raise ValidationError({"name": f"nobody but {sorted({f.name for f in self._meta.fields} - exclude)}"})

    monkeypatch.setattr(Person, "clean_fields", own)
    with pytest.raises(ValidationError, match="nobody but \\['name'\\]"):
        Cleaning(Person).clean(Person(username="ok"), ["name"])


def test_a_staged_row_is_made_ready_as_an_object_of_it_would_be():
    from bihuan.kernel import bulk

    fresh = Fresh(Alert)
    values = {"rule": "x.y", "object_id": 3, "due": "2026-03-02", "about_leader": True, "trace": {"a": ["甲"]}, "unit": 7}
    for _twice in range(2):
        staged = Staged(2, "k", "new", 11, "", {}, values)
        [wanted] = bulk.prepared(bulk.insertable(Alert), [fresh.object(staged)])
        assert [str(v) for v in fresh.row(staged)] == [str(v) for v in wanted]
        assert fresh.object(staged).due == fresh.held(staged)["due"]


def test_the_collector_looks_seldom_until_the_last_block_ends():
    usual = gc.get_threshold()
    inside, done = threading.Event(), threading.Event()

    def other():
        with many_rows():
            inside.set()
            done.wait(60)

    thread = threading.Thread(target=other)
    with many_rows():
        thread.start()
        assert inside.wait(60)
        assert gc.get_threshold()[0] == max(SELDOM, usual[0])
    assert gc.get_threshold()[0] == max(SELDOM, usual[0])  # the other goes on
    done.set()
    thread.join()
    assert gc.get_threshold() == usual
