"""PostgreSQL: from SQLite and back, the service's role that cannot touch the log, a server that goes and comes back."""

import json
import tarfile

import psycopg
import pytest

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
SAME = ("attempts", "closures", "evidence", "cut_off", "templates", "years", "factors", "found", "next")
REFUSED = [
    "UPDATE kernel_logentry SET actor_name = 'x'",
    "DELETE FROM kernel_logentry",
    "TRUNCATE kernel_logentry CASCADE",
    "DROP TRIGGER bh_log_no_update ON kernel_logentry",
    "ALTER TABLE kernel_logentry DISABLE TRIGGER ALL",
    "CREATE OR REPLACE FUNCTION bh_log_no_update() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "ALTER TABLE kernel_unit ADD COLUMN x integer",
    "CREATE TABLE x (id integer)",
    "DELETE FROM kernel_unit",
    "DELETE FROM rectification_closure",
    "UPDATE rectification_closure SET met = met",
    "UPDATE django_migrations SET name = 'x'",
    "SET SESSION AUTHORIZATION bihuan_owner",
    "SET ROLE bihuan_owner",
    "SET session_replication_role = replica",
]


def test_moved_there_worked_on_under_the_services_role_and_moved_back(court, postgres, tmp_path):
    original = court.look()
    assert original["found"] >= 2
    court.bihuan("backup", tmp_path / "sqlite.tar")
    owner, app = court.with_(url=postgres.owner), court.with_(url=postgres.app)
    assert "属主账号" in app.refused("restore", tmp_path / "sqlite.tar", "--reason", "迁移")
    owner.bihuan("restore", tmp_path / "sqlite.tar", "--reason", "迁移")

    # The service's role does the court's work, saves it, and can do nothing to what must stay.
    found = app.look("work")
    assert found["vendor"] == "postgresql" and found["sound"] and found["missing"] == []
    assert {name: found[name] for name in SAME if name != "evidence"} == {
        name: original[name] for name in SAME if name != "evidence"
    }
    assert found["evidence"][:-1] == original["evidence"]
    with psycopg.connect(postgres.app, autocommit=True) as connection:
        for statement in REFUSED:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
        connection.execute("CREATE TEMPORARY TABLE prepared (n integer)")  # what imports prepare their rows in
    report = json.loads(app.bihuan("check", "--json", "--only", "roles", "--only", "database", "--only", "triggers"))
    assert report["level"] == "ok" and any("bihuan_app" in row["text"] for row in report["findings"])
    assert "能改动日志" in owner.bihuan("check", "--only", "roles")
    assert "超级用户" in court.with_(url=postgres.superuser).refused("check", "--only", "roles")
    assert "属主账号" in app.refused("upgrade")
    assert "must be owner" in app.refused("migrate", "kernel", "zero")
    with psycopg.connect(postgres.superuser):
        assert "还有 1 个连接" in owner.refused("upgrade")
    app.bihuan("backup", tmp_path / "postgres.tar")

    # Back on SQLite, in a home of its own: the same court.
    back = court.with_()
    back.path = tmp_path / "back"
    back.path.mkdir()
    (court.path / "keys").rename(back.path / "keys")
    back.bihuan("restore", tmp_path / "postgres.tar", "--reason", "迁回")
    again = back.look()
    assert again["vendor"] == "sqlite" and again["sound"]
    assert {name: again[name] for name in SAME} == {name: found[name] for name in SAME}
    # What both wrote of the same rows is the same to the byte.
    sqlite, moved = tables(tmp_path / "sqlite.tar"), tables(tmp_path / "postgres.tar")
    untouched = {name for name in sqlite if name.startswith(("auth_", "kernel_unit", "kernel_post", "rectification_problem"))}
    assert untouched and {name: moved[name] for name in untouched} == {name: sqlite[name] for name in untouched}


def tables(path):
    with tarfile.open(path) as tar:
        return {
            name.removeprefix("tables/"): tar.extractfile(name).read() for name in tar.getnames() if name.startswith("tables/")
        }
