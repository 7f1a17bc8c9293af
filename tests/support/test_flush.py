"""After a test that really commits: the database is empty, and its triggers stand again."""

import pytest
from django.db import DatabaseError, connection, connections, transaction

from bihuan.kernel import log, triggers
from bihuan.kernel.models import LogEntry, Person
from bihuan.kernel.work import unit_of_work

from . import flush

pytestmark = pytest.mark.django_db(transaction=True)
log.event("test.committed", "%(what)s")


def commit_something() -> None:
    with unit_of_work(None) as uow:
        person = Person.objects.create(username="judge", name="法官")
        uow.record("test.committed", person, params={"what": "person"})


def refused(statement: str) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(caught.value)


@pytest.mark.parametrize("time", ["first", "again"])
def test_each_test_finds_an_empty_database_with_its_triggers(time):
    assert not LogEntry.objects.exists() and not Person.objects.exists()
    assert triggers.missing(connection) == []
    commit_something()
    assert "append-only" in refused("DELETE FROM kernel_logentry")
    assert "append-only" in refused("UPDATE kernel_logentry SET seq = seq")


def test_a_trigger_that_a_test_dropped_is_back():
    commit_something()
    name = next(t for t in triggers.registered() if t.name.endswith("_no_delete") and t.table == "kernel_logentry")
    on = " ON kernel_logentry" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name.full_name}{on}")
    assert triggers.missing(connection) == [name.full_name]
    flush.empty(connections["default"])
    assert triggers.missing(connection) == []
    assert not LogEntry.objects.exists()
    commit_something()
    assert "append-only" in refused("DELETE FROM kernel_logentry")


@pytest.mark.postgres
def test_truncate_is_refused_too():
    commit_something()
    assert "append-only" in refused("TRUNCATE kernel_logentry CASCADE")
