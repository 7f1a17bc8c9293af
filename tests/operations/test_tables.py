"""Tables made at once for a restore are the tables that the migrations make, step by step, on both databases."""

import pytest
from django.db import connection, transaction

from bihuan.kernel.operations import loading, rows, standing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def collations(monkeypatch):
    """Django's reading of SQLite's collations splits the CREATE statement at commas, and stumbles over a list in a CHECK."""
    if connection.vendor == "sqlite":
        monkeypatch.setattr(connection.introspection, "_get_column_collations", lambda cursor, table: {})


def described():
    """All there is to say of the tables, in no order."""
    found = {}
    with connection.cursor() as cursor:
        for table in rows.tables_of(connection):
            constraints = connection.introspection.get_constraints(cursor, table.name)
            found[table.name] = (set(table.columns), table.key, columns(cursor, table.name), shapes(constraints))
    return found


def columns(cursor, table):
    if connection.vendor == "sqlite":
        cursor.execute(f'PRAGMA table_info("{table}")')
        return {row[1:] for row in cursor.fetchall()}
    cursor.execute(
        "SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable, "
        "column_default, is_identity FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s",
        [table],
    )
    return set(cursor.fetchall())


def shapes(constraints):
    """Named ones with their names; those that the database names itself by what they are."""
    return {
        (
            name if about["check"] or about["index"] else "",
            tuple(about["columns"] or ()),
            about["primary_key"],
            about["unique"],
            about["foreign_key"],
            about["check"],
            about["index"],
            tuple(about.get("orders") or ()),
        )
        for name, about in constraints.items()
    }


def test_made_at_once_as_step_by_step():
    wanted = described()
    applied = standing.standing().applied
    assert len(wanted) > 50
    with pytest.raises(InterruptedError), loading.aside():
        standing.build(applied)
        assert standing.standing().current
        found = described()
        for table in sorted(set(wanted) | set(found)):
            assert found.get(table) == wanted.get(table), table
        raise InterruptedError
    assert described() == wanted, "what was there is untouched"


def test_step_by_step_where_a_migration_is_more_than_its_models(monkeypatch):
    monkeypatch.setattr(standing, "_OF_MODELS", ())
    few = {name for name in standing.standing().applied if name[0] in {"contenttypes", "auth"}}
    with pytest.raises(InterruptedError), loading.aside():
        standing.build(few)
        assert standing.standing().applied == few
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO auth_group (name) VALUES ('x')")
        raise InterruptedError
