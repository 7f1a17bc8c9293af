"""Every table that holds the court's business is guarded, and every way to write it needs a unit of work with an entry."""

import re

import pytest
from django.apps import apps
from django.db import transaction

from bihuan.cases.models import Case
from bihuan.disclosure.models import OpinionTask
from bihuan.kernel import bulk, work
from bihuan.kernel.facts import Deleting, Fact, FactQuerySet, LinkQuerySet
from bihuan.kernel.models import LogEntry, Person
from bihuan.kernel.work import OutsideWork, Unrecorded, unit_of_work
from bihuan.rectification.models import Measure, SupervisionLetter
from tests.architecture.tree import SOURCE

NO_FACTS = {
    "kernel.LogEntry": "the log itself: insert-only by triggers, written by log.append alone",
    "kernel.BackgroundJob": "how far a job has come; it decides nothing, and what the job writes is logged by itself",
    "kernel.SearchPending": "ids of rows an index has still to take in; the index is made of facts and can be made anew",
    "kernel.SavedFilter": "a person's own query strings; they hold no business and decide nothing",
}
OURS = {"cases", "disclosure", "kernel", "people", "rectification", "web"}
MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS]
FACTS = [model for model in MODELS if issubclass(model, Fact)]
LINKS = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model._meta.auto_created and issubclass(model._meta.auto_created, Fact)
]
labels = pytest.mark.parametrize("model", FACTS, ids=lambda model: model._meta.label)


def test_every_table_of_ours_is_a_fact_or_says_why_not():
    assert len(FACTS) > 30
    assert {model._meta.label for model in MODELS if not issubclass(model, Fact)} == set(NO_FACTS)
    assert {link._meta.auto_created for link in LINKS} == {Case, Measure, OpinionTask, SupervisionLetter}


@labels
def test_managers_hand_out_guarded_query_sets(model):
    for manager in [model._default_manager, *model._meta.managers]:
        assert isinstance(manager.get_queryset(), FactQuerySet), (model, manager)


@labels
def test_nothing_of_a_fact_is_written_outside_a_unit_of_work(model):
    """No database is needed: each is refused before a statement is made."""
    row, rows = model(), model._default_manager.all()
    field = next(f for f in model._meta.concrete_fields if not f.primary_key)
    ways = [
        row.save,
        lambda: row.save(update_fields=[field.name]),
        lambda: rows.update(**{field.attname: None}),
        lambda: rows.bulk_create([row]),
        lambda: rows.bulk_create([row], update_conflicts=True, update_fields=[field.name], unique_fields=["pk"]),
        lambda: rows.bulk_update([row], [field.name]),
        lambda: rows.create(),
        lambda: bulk.insert(model, [row]),
        lambda: bulk.discard(rows),
    ]
    for way in ways:
        with pytest.raises(OutsideWork):
            way()
    for way in (row.delete, rows.delete):
        with pytest.raises(Deleting):
            way()


@pytest.mark.parametrize("link", LINKS, ids=lambda model: model._meta.label)
def test_rows_behind_a_many_to_many_field_are_guarded_too(link):
    assert isinstance(link._default_manager.get_queryset(), LinkQuerySet)
    for way in (
        lambda: link.objects.bulk_create([link()]),
        lambda: link.objects.all().delete(),
        lambda: link.objects.update(pk=1),
        lambda: link.objects.create(),
    ):
        with pytest.raises(OutsideWork):
            way()


def test_departments_that_help_are_not_changed_unlogged(court):
    measure, unit = court.measure(), court.units["filing"]
    for way in (lambda: measure.co_units.set([unit]), lambda: measure.co_units.add(unit), measure.co_units.clear):
        with pytest.raises(OutsideWork), transaction.atomic():
            way()
    with pytest.raises(Unrecorded), unit_of_work(court.rectifier):
        measure.co_units.add(unit)
    assert not measure.co_units.exists()
    with unit_of_work(court.rectifier) as uow:
        measure.co_units.add(unit)
        uow.record("test.made", measure, params={"what": "x"})
    assert measure.co_units.get() == unit


@pytest.mark.django_db
def test_written_and_not_recorded_is_taken_back():
    with pytest.raises(Unrecorded), unit_of_work(None):
        Person.objects.create(username="x", name="x")
    with pytest.raises(Unrecorded), unit_of_work(None) as uow:
        Person.objects.create(username="x", name="x")
        uow.record("test.made", params={"what": "about nothing"})
    assert not Person.objects.exists()
    assert not LogEntry.objects.exists()
    assert not work.running()


def test_the_source_goes_round_no_guard():
    """Django's own doors behind the managers, and statements by hand, stand nowhere but where they are argued for."""
    doors = re.compile(
        r"_base_manager|_raw_delete|\.raw\(|save_base\(|\bcursor\(\)|force_policy|bulk_create_objects|RunSQL"
    )
    known = {"kernel/log.py", "kernel/triggers.py", "kernel/turns.py", "kernel/bulk.py"}
    # Looks at the database itself, and what a restore does before anybody may work on the result.
    known |= {f"kernel/operations/{name}.py" for name in ("backup", "loading", "ready", "roles", "rows", "service", "snapshot")}
    known.add("kernel/operations/checks/database.py")
    known |= {"kernel/search/store_sqlite.py", "kernel/search/store_postgres.py"}  # write the indexes' own tables, no fact's
    known.add("disclosure/public/store.py")  # the public process: its own role or file, and no more than its five statements
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if "tests" not in path.parts and doors.search(path.read_text(encoding="utf-8"))
    }
    assert found == known
