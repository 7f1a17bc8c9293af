"""One court with something on every page, one server and one browser window for all pages of a module.

The pages are only looked at, so nothing has to be rolled back between them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, Page

from bihuan.kernel import clock
from bihuan.rectification.tests.factory import TODAY
from tests.support import flush
from tests.support.browser import DESKTOP, PATIENCE, BrowserLog
from tests.support.court import session_of

from .house import load


@dataclass
class House:
    """The loaded court, where it is served, and a window to look at it with."""

    url: str
    held: SimpleNamespace
    page: Page
    log: BrowserLog
    sessions: dict[tuple[str, str], dict[str, str]]

    def enter(self, who: str, language: str = "zh-hans") -> None:
        """Let the person with the name (none for "") sit at the window."""
        self.page.context.clear_cookies()
        if who:
            key = (who, language)
            if key not in self.sessions:
                self.sessions[key] = session_of(getattr(self.held.court, who), day=TODAY, language=language)
            cookies = self.sessions[key]
        else:
            cookies = {"django_language": language}
        self.page.context.add_cookies([{"name": n, "value": v, "url": self.url} for n, v in cookies.items()])


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
        context = browser.new_context(
            base_url=server.url, locale="zh-CN", timezone_id="Asia/Shanghai", viewport=DESKTOP, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE)
        log = BrowserLog(home=server.url.split("//")[1])
        log.watch(context)
        try:
            yield House(server.url, held, context.new_page(), log, {})
        finally:
            context.close()
            server.stop()
            flush.empty(connection)
