"""Pages: alone and with eight clients, beside their bare statements."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection, transaction

from bihuan.people import demo

from .. import words
from ..asking import Bare, ask, bare
from ..client import Answer, Browser
from ..figures import Line
from ..scenes import SCENES, Scene
from ..serving import Server
from ..worker import Bench
from .patrolling import NEXT

PAGE = 50


def facts(person: str) -> dict[str, Any]:
    """What the words in braces stand for, as the person sees it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM kernel_person WHERE username = %s", [person])
        me = cursor.fetchone()[0]
        cursor.execute(
            "SELECT MIN(u.id) FROM kernel_unit u JOIN kernel_post p ON p.unit_id = u.id "
            "LEFT JOIN kernel_assignment a ON a.post_id = p.id AND a.person_id = %s "
            "WHERE u.code LIKE 'd%%' GROUP BY a.person_id IS NULL ORDER BY a.person_id IS NULL LIMIT 1",
            [me],
        )
        unit = cursor.fetchone()[0]  # the person's own division, else the first
        cursor.execute("SELECT MAX(id) FROM rectification_inspectionround")
        newest = cursor.fetchone()[0]
        cursor.execute(
            "SELECT m.id, m.problem_id FROM rectification_measure m JOIN rectification_attempt a ON a.measure_id = m.id "
            "WHERE m.lead_unit_id = %s AND a.state = 'in_progress' ORDER BY m.id LIMIT 1",
            [unit],
        )
        measure, problem = cursor.fetchone()
    return {
        "me": me, "unit": unit, "round": newest, "measure": measure, "problem": problem, "today": NEXT.isoformat(),
        "deep": 399 * PAGE, **words.known(),
    }  # fmt: skip


def run(bench: Bench) -> None:
    """Measure every scene."""
    server = bench.server()
    windows: dict[str, Browser] = {}
    for scene in SCENES:
        if scene.person not in windows:
            windows[scene.person] = sign_in(server.port, scene.person)
        measure(bench, server, scene, windows[scene.person])
    acts(bench, server, windows["head01"])
    server.check()


def sign_in(port: int, person: str) -> Browser:
    """A window of the person, on the business day after the patrols."""
    browser = Browser(port)
    browser.sign_in(person, demo.DEMO_PASSWORD)
    if not person.endswith("-admin"):
        browser.look_at(NEXT.isoformat())
    return browser


def measure(bench: Bench, server: Server, scene: Scene, window: Browser, stage: str = "pages") -> None:
    """One scene: floor, statements, one client, eight clients."""
    known = facts(scene.person)
    path = scene.path.format(**known)
    headers = {"HX-Request": "true"} if scene.partial else {}

    def act(browser: Browser) -> Answer:
        return browser.get(path, **headers)

    floor = floor_of(bench, scene, known)
    statements = statements_of(scene, path, headers)
    for clients in (1, bench.size.clients):
        browsers = [window.another() for _n in range(clients)]
        for browser in browsers:
            act(browser)  # every worker process has its first request behind it
        asked = ask(
            browsers, act, seconds=bench.size.seconds, most=bench.size.most * clients, server=server.pid, postmaster=bench.postmaster
        )  # fmt: skip
        for browser in browsers:
            browser.close()
        if asked.wrong:
            raise RuntimeError(f"{path} as {scene.person}: {asked.wrong[0]}")
        app, db = asked.each(asked.app), asked.each(asked.database)
        bar = f"≤ {scene.bar:.0f} ms CPU" if scene.bar and clients == 1 else ""
        bench.add(
            Line(
                stage, scene.title, bench.database, clients, asked.count, asked.ms(0.5), asked.ms(0.95), asked.ms(1), app, db,
                statements, asked.size, floor.wall, floor.cpu, bar, (app + db <= scene.bar) if bar and scene.bar else None,
            )
        )  # fmt: skip


def acts(bench: Bench, server: Server, window: Browser) -> None:
    """Saving progress, and signing in."""
    known = facts("head01")
    path = f"/rectification/measures/{known['measure']}/act/progress/"
    values = {"day": NEXT.isoformat(), "text": "测量中的进展", "figure": "", "value": ""}

    def save(browser: Browser) -> Answer:
        return browser.post(path, values)

    def enter(browser: Browser) -> Answer:
        other = Browser(browser.port)
        answer = other.sign_in("head02", demo.DEMO_PASSWORD)
        other.close()
        return answer

    encoded = PBKDF2PasswordHasher().encode(demo.DEMO_PASSWORD, "x" * 20)
    rows = (known["measure"], NEXT.isoformat(), "测量中的进展", known["me"])

    def insert() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO rectification_progress (revision, void_reason, measure_id, day, text, author_id) "
                "VALUES (0, '', %s, %s, %s, %s)",
                rows,
            )

    for title, act, work in (
        ("填报进展（打开表单并保存）", save, insert),
        ("登录（打开并提交）", enter, lambda: PBKDF2PasswordHasher().verify(demo.DEMO_PASSWORD, encoded)),
    ):
        floor = bare(work, seconds=bench.size.seconds / 3, postmaster=bench.postmaster)
        for clients in (1, bench.size.clients):
            browsers = [window.another() for _n in range(clients)]
            asked = ask(
                browsers, act, seconds=bench.size.seconds, most=bench.size.most * clients, server=server.pid,
                postmaster=bench.postmaster, expected=302,
            )  # fmt: skip
            if asked.wrong:
                raise RuntimeError(f"{title}: {asked.wrong[0]}")
            bench.add(
                Line(
                    "pages", title, bench.database, clients, asked.count, asked.ms(0.5), asked.ms(0.95), asked.ms(1),
                    asked.each(asked.app), asked.each(asked.database), None, None, floor.wall, floor.cpu,
                )
            )  # fmt: skip


def floor_of(bench: Bench, scene: Scene, known: dict[str, Any]) -> Bare:
    """The page's bare statements, over and over."""
    return bare(lambda: run_floor(scene, known), seconds=bench.size.seconds / 3, postmaster=bench.postmaster)


def run_floor(scene: Scene, known: dict[str, Any]) -> None:
    """The page's bare statements, once."""
    with connection.cursor() as cursor:
        for sql in scene.floor:
            cursor.execute(sql.format(**known))
            cursor.fetchall()


def statements_of(scene: Scene, path: str, headers: dict[str, str]) -> int:
    """How many statements the page sends, counted in this process."""
    from django.conf import settings
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bihuan.kernel.models import Person

    client = Client(SERVER_NAME="127.0.0.1", headers=headers)
    client.force_login(Person.objects.get(username=scene.person), backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.session
    session["simulated_day"] = NEXT.isoformat()
    session.save()
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
    assert answer.status_code == 200, f"{path} as {scene.person}: {answer.status_code}"
    return len(seen)
