"""One court with something on every page, one server, and two browser windows for all pages of a module.

The pages are only looked at, so nothing has to be rolled back between them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, Page, ViewportSize

from bihuan.kernel import clock
from bihuan.rectification.tests.factory import TODAY
from tests.support import flush
from tests.support.browser import DESKTOP, PATIENCE, PHONE, BrowserLog
from tests.support.court import BrowserCourt, session_of

from .house import load


@dataclass
class Window:
    """A window of the browser: how it looks, and who sits at it."""

    url: str
    court: BrowserCourt
    page: Page
    language: str
    size: ViewportSize
    scheme: Literal["dark", "light"]
    sits: tuple[str, str] | None = None

    def enter(self, who: str, language: str | None = None) -> Page:
        """Let the person with the name (none for "") sit at the window, and give it its own size and colours again."""
        wanted = (who, language or self.language)
        if wanted != self.sits:
            named = {"django_language": wanted[1]}
            cookies = session_of(getattr(self.court, who), day=TODAY, language=wanted[1]) if who else named
            self.page.context.clear_cookies()
            self.page.context.add_cookies([{"name": n, "value": v, "url": self.url} for n, v in cookies.items()])
            self.sits = wanted
        if self.page.viewport_size != self.size:
            self.page.set_viewport_size(self.size)
        self.page.emulate_media(color_scheme=self.scheme)
        return self.page


@dataclass
class House:
    """The loaded court, and two windows to look at it: on a desk, light, in Chinese; on a phone, dark, in English."""

    held: SimpleNamespace
    desk: Window
    phone: Window
    log: BrowserLog

    @property
    def page(self) -> Page:
        """The page on the desk, for a test that needs one window only."""
        return self.desk.page

    def enter(self, who: str, language: str = "zh-hans") -> Page:
        """Let the person sit at the desk."""
        return self.desk.enter(who, language)


@pytest.fixture
def _django_db_helper(house: Any) -> None:
    """In the place of pytest-django's: the marker has the database made, and `house` empties it, once a module."""


@pytest.fixture(scope="module")
def house(
    browser: Browser, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The house, emptied at the end of the module."""
    from pytest_django.live_server_helper import LiveServer

    folder = tmp_path_factory.mktemp("evidence")
    changed = override_settings(BIHUAN_EVIDENCE_FOLDER=folder, BIHUAN_SIMULATION_WRITES=True)
    with django_db_blocker.unblock(), changed:
        with clock.simulate(TODAY):
            held = load()
        server = LiveServer("127.0.0.1")
        log = BrowserLog(home=server.url.split("//")[1])
        given = {"base_url": server.url, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}
        looks: list[tuple[str, ViewportSize, Literal["dark", "light"]]] = [
            ("zh-hans", DESKTOP, "light"),
            ("en", PHONE, "dark"),
        ]
        windows = []
        for language, size, scheme in looks:
            context = browser.new_context(**given, viewport=size, color_scheme=scheme)
            context.set_default_timeout(PATIENCE)
            log.watch(context)
            windows.append(Window(server.url, held.court, context.new_page(), language, size, scheme))
        try:
            yield House(held, *windows, log)
        finally:
            for window in windows:
                window.page.context.close()
            server.stop()
            flush.empty(connection)
