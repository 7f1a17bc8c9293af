"""The machine's own log holds no personal data: whatever is asked for and whatever fails, only the fields of the list appear."""

import ast
import json
import logging
import re

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError
from django.test import Client

from bihuan.kernel import journal
from bihuan.kernel.models import LogEntry, Person
from bihuan.kernel.operations import ready
from bihuan.people.pages import organisation
from tests.architecture.tree import source, syntax

from .walk import SECRET, World, addresses, client_of


class Lines(logging.Handler):
    """Everything that reaches standard error, as it is written there."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.setFormatter(journal.Json())
        self.found = []

    def emit(self, record):
        self.found.append(self.format(record))

    def told(self):
        return [json.loads(line) for line in self.found]


@pytest.fixture
def lines(monkeypatch):
    """The lines of every logger, down to its most talkative level."""
    handler = Lines()
    root = logging.getLogger()
    root.addHandler(handler)
    for name in ("", "bihuan", "bihuan.request", "django", "django.request", "axes", "django-q"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG if name != "django" else logging.INFO)
    logging.getLogger("django-q").addHandler(handler)
    yield handler
    logging.getLogger("django-q").removeHandler(handler)
    root.removeHandler(handler)


@pytest.fixture
def world(court, admins, settings, tmp_path):
    settings.BIHUAN_HOME = tmp_path
    return World(court, admins)


@pytest.mark.once
def test_no_page_writes_more_than_the_list(world, lines):
    """Every address as those see it who are sent the secret word, with the word in the address too."""
    names = [name for pair in Person.objects.values_list("name", "username") for name in pair]
    for person in (world.court.judge, world.admins["system"]):
        client = client_of(person)
        client.raise_request_exception = False
        for name, address in addresses(world):
            if name != "account_logout":
                client.get(f"{address}?q={SECRET}&token=abc123", headers={"User-Agent": SECRET})
                client.post(address, {"note": SECRET, "username": SECRET, "password": SECRET})
    Client().post("/account/login/", {"login": SECRET, "password": SECRET})
    Client(headers={"host": "evil.example"}).get("/")
    told = lines.told()
    assert len(told) > 300
    everything = "\n".join(lines.found)
    assert SECRET not in everything and "abc123" not in everything and "evil" not in everything
    assert not [name for name in names if re.search(rf"(?<![a-z_.]){re.escape(name)}(?![a-z_.])", everything) and name not in CODES]
    for line in told:
        assert set(line) <= set(journal.FIELDS), line
    requests = [line for line in told if line["event"] == "request"]
    assert {line["method"] for line in requests} == {"GET", "POST"}
    assert all(line["ms"] >= 0 and line["statements"] >= 0 and line["request"] for line in requests)
    persons = {line["person"] for line in requests if "person" in line}
    assert len(persons) == 2 and all(re.fullmatch("[0-9a-f]{16}", digest) for digest in persons)
    assert {line["route"] for line in requests if "route" in line} > {"home", "people:log", "rectification.measures.list"}


CODES = {"judge", "head", "leader", "clerk", "president", "system", "inspector", "secretary", "political", "keeper"}
"""Sign-in names of the tests' court that are also words of the program (roles, modules)."""


def test_an_unhandled_error_says_where_and_not_what(court, lines, monkeypatch):
    """The page shows the number under which the place stands in the log; neither text nor values of the error do."""

    def broken(*_arguments, **_more):
        local = f"{SECRET}局部"
        raise ValueError(f"cannot read {local}")

    monkeypatch.setattr(organisation.access, "visible", broken)
    client = client_of(court.judge)
    client.raise_request_exception = False
    answer = client.get(f"/people/organisation/?q={SECRET}")
    page = answer.content.decode()
    assert answer.status_code == 500 and SECRET not in page
    number = answer.headers["X-Request-Id"]
    assert f"<code>{number}</code>" in page
    found = [line for line in lines.told() if line.get("request") == number]
    (failed,) = [line for line in found if "error" in line]
    assert failed["error"] == "builtins.ValueError" and failed["event"] == "django.request"
    assert any("test_journal.py" in place and place.endswith(" broken") for place in failed["trace"])
    assert any(place.startswith("bihuan/people/pages/organisation.py:") for place in failed["trace"])
    (request,) = [line for line in found if line["event"] == "request"]
    assert (request["status"], request["level"], request["route"]) == (500, "error", "people:organisation")
    assert SECRET not in "\n".join(lines.found)


def test_a_failure_of_the_machine_gives_its_code(court, lines, monkeypatch):
    def full(*_arguments, **_more):
        try:
            raise OSError(28, SECRET, SECRET)
        except OSError as error:
            raise OperationalError(SECRET) from error

    monkeypatch.setattr(organisation.access, "visible", full)
    client = client_of(court.judge)
    client.get("/people/organisation/")
    logging.getLogger("bihuan.test").exception("step failed", exc_info=caught(full))
    line = lines.told()[-1]
    assert line["code"] == "ENOSPC" and line["error"].startswith("django.db.utils.OperationalError <- builtins.OSError")
    assert SECRET not in "\n".join(lines.found)


def caught(function):
    try:
        function()
    except Exception as error:
        return error


def test_other_libraries_messages_are_named_and_not_repeated(lines):
    logging.getLogger("django-q").warning("Failed 'x' (%s) - %s", SECRET, SECRET)
    logging.getLogger("some.library").warning(f"about {SECRET}")
    logging.getLogger("_granian").warning("Unexpected exit from worker-1")
    logging.getLogger("bihuan.x").warning("rule failed", extra=journal.told(rule="rect.a"))
    told = lines.told()
    assert [line["event"] for line in told] == ["django-q", "some.library", "Unexpected exit from worker-1", "rule failed"]
    assert "test_journal" in told[0]["source"] and SECRET not in "\n".join(lines.found)
    with pytest.raises(ValueError):
        journal.told(name=SECRET)


def test_the_same_for_people():
    record = logging.LogRecord("bihuan.x", logging.WARNING, __file__, 1, "rule failed", (), None)
    record.told = {"rule": "rect.a"}
    said = journal.Text().format(record)
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3} warning rule failed rule=rect\.a", said)


def test_our_own_messages_are_constants():
    """What would be filled into a message is given as a field of the list, where it is checked."""
    wrong, seen = [], 0
    for path in source():
        for node in ast.walk(syntax(path)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if not isinstance(node.func.value, ast.Name) or node.func.value.id != "logger":
                continue
            texts = node.args[1:] if node.func.attr == "log" else node.args
            seen += 1
            if len(texts) != 1 or not isinstance(texts[0], ast.Constant):
                wrong.append(f"{path.name}:{node.lineno}")
    assert seen >= 10 and not wrong


# -- health ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_health_is_asked_by_anybody_and_says_nothing(lines, django_assert_num_queries, settings, monkeypatch):
    monkeypatch.setattr(ready, "SECONDS", 10_000)
    settings.ALLOWED_HOSTS = ["court.example"]
    client = Client(headers={"host": "10.0.0.1"})
    before = LogEntry.objects.count()
    ready.forget()
    assert client.get("/readyz").status_code == 200
    with django_assert_num_queries(0):
        for _number in range(20):
            for address in ("/healthz", "/readyz"):
                answer = client.get(f"{address}?x=1")
                assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not answer.cookies and answer.headers["Cache-Control"] == "no-store" and "X-Request-Id" not in answer.headers
    assert client.post("/readyz").status_code == 405 and client.head("/healthz").content == b""
    assert LogEntry.objects.count() == before and lines.found == []


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["disk", "database", "migrations", "triggers"])
def test_not_ready_is_one_word_outside_and_its_cause_inside(what, lines, monkeypatch):
    monkeypatch.setattr(ready, "SECONDS", 10_000)
    monkeypatch.setattr(ready, f"_{what}", lambda: False)
    ready.forget()
    answers = [Client().get("/readyz") for _number in range(3)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(503, b"not ready\n")}
    assert [line["problems"] for line in lines.told()] == [[what]], "said once, not at every question"
    monkeypatch.setattr(ready, f"_{what}", lambda: 1 / 0)
    ready.forget()
    assert Client().get("/readyz").status_code == 503
    ready.forget()


def test_settings_write_such_lines():
    assert django_settings.LOGGING["formatters"]["journal"]["()"] in {"bihuan.kernel.journal.Json", "bihuan.kernel.journal.Text"}
    assert set(django_settings.LOGGING["handlers"]) == {"console"}
