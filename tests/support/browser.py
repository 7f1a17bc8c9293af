"""A real browser for tests: Debian's Chromium driven by Playwright, watched for requests that leave the machine.

Fixtures (a pytest plugin, loaded by the root conftest): pytest-playwright's `page`, `context`, `new_context`, here
on the live server, in Chinese, and failing on any external request, refused content (CSP) or script error;
`sign_in(context, person)`; `as_person(person, size, scheme)`; `browser_log`. Tests that use them are marked `browser` by themselves.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, expect

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = "BIHUAN_TEST_PICTURES"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
SIZES = [pytest.param(DESKTOP, id="wide"), pytest.param(PHONE, id="narrow")]
CANDIDATES = [
    "/usr/lib/chromium/chromium-headless-shell",  # the same engine without the window: a page costs half
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "chromium-browser",
]
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
OVERHANGING = """[...document.querySelectorAll("main *")]
    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth && !e.closest(".scroll"))
    .slice(-3).map(e => e.outerHTML.slice(0, 120))"""
FIXTURES = {"page", "context", "new_context", "browser"}
PATIENCE = 120_000
"""Milliseconds to wait for what a page will show: only a fault takes them, however busy the machine is."""
expect.set_options(timeout=PATIENCE)


def find_browser() -> str | None:
    """Return the path of a Chrome or Chromium (BIHUAN_BROWSER first), or None.

    Ubuntu's `chromium-browser` is a script that starts a snap: it drives no headless test and is passed over.
    """
    for name in filter(None, [os.environ.get("BIHUAN_BROWSER"), *CANDIDATES]):
        path = shutil.which(name)
        if path and not _is_snap(Path(path)):
            return path
    return None


def _is_snap(path: Path) -> bool:
    real = path.resolve()
    if "/snap" in str(real):
        return True
    head = real.read_bytes()[:4096]
    return head.startswith(b"#!") and b"snap" in head


@dataclass
class BrowserLog:
    """What the browser did in one test: addresses asked for, and what went wrong on the page."""

    home: str
    requests: list[str] = field(default_factory=list)
    external: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Record everything that pages of `context` do from now on."""
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", self._error)

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self.home:
            self.external.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.refused.append(message.text)

    def _error(self, error: WebError) -> None:
        self.errors.append(str(error.error))

    def check(self) -> None:
        """Fail where something left the machine, was refused by the policy, or broke in a script."""
        assert not self.external, f"requests left the machine: {self.external}"
        assert not self.refused, f"the Content-Security-Policy refused: {self.refused}"
        assert not self.errors, f"script errors: {self.errors}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses a browser fixture."""
    for item in items:
        if FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


pytest_collection_modifyitems = pytest.hookimpl(tryfirst=True)(pytest_collection_modifyitems)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly that browser tests were skipped."""
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    if any("NO BROWSER" in reason for reason in reasons):
        terminalreporter.write_sep("!", "NO BROWSER HERE: nothing was tested in one. Debian: apt-get install chromium")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the browser found on this machine; skip loudly (fail where tests are required) without one."""
    path = find_browser()
    if path is None:
        message = "NO BROWSER on this machine: install chromium or Google Chrome, or set BIHUAN_BROWSER to its path"
        if os.environ.get("BIHUAN_TESTS_REQUIRE") == "1":
            pytest.fail(message)
        pytest.skip(message)
    arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return {**browser_type_launch_args, "executable_path": path, "args": arguments}


@pytest.fixture
def browser_log(live_server: Any) -> Iterator[BrowserLog]:
    """Record of this test's browser; checked at the end. Clear a list in the test to accept what it holds."""
    log = BrowserLog(home=urlsplit(live_server.url).netloc)
    yield log
    log.check()


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext], browser_log: BrowserLog, live_server: Any) -> Any:
    """Open a browser session on the live server: `new_context(viewport=PHONE, color_scheme="dark")`."""

    def make(**options: Any) -> BrowserContext:
        defaults = {
            "base_url": live_server.url,
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "viewport": DESKTOP,
            "reduced_motion": "reduce",
        }
        context = new_context(**{**defaults, **options})
        context.set_default_timeout(PATIENCE)
        browser_log.watch(context)
        return context

    return make


@pytest.fixture
def sign_in(live_server: Any) -> Callable[..., None]:
    """Give a browser session the log-in of a person, without the form: `sign_in(context, person, day=..., language=...)`."""
    from tests.support.court import session_of

    def apply(context: BrowserContext, person: Any, **options: Any) -> None:
        cookies = session_of(person, **options)
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])

    return apply


@pytest.fixture
def as_person(new_context: Callable[..., BrowserContext], sign_in: Callable[..., None]) -> Callable[..., Page]:
    """A page of the live server for a person, on the day the test has: `as_person(person, PHONE, "dark")`."""

    def opened(person: Any, size: Any = DESKTOP, scheme: str = "light", **options: Any) -> Page:
        from bihuan.kernel import clock

        context = new_context(viewport=size, color_scheme=scheme)
        sign_in(context, person, **{"day": clock.today(), **options})
        page: Page = context.new_page()
        return page

    return opened


def look(page: Page, url: str | None, name: str, *, axe: bool = True) -> None:
    """Go there (None: stay) and judge the page: nothing wider than the window, clean for axe. With BIHUAN_TEST_PICTURES set, a
    picture of it is kept in that folder."""
    if url is not None:
        page.goto(url)
    if folder := os.environ.get(PICTURES):
        width = (page.viewport_size or DESKTOP)["width"]
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    assert_no_sideways_scroll(page)
    if axe:
        assert_axe_clean(page)


def axe_violations(page: Page, *, exclude: list[str] | None = None) -> list[dict[str, Any]]:
    """Return axe-core's violations of WCAG 2.1 A and AA on the page as it stands (`exclude`: CSS selectors)."""
    if not AXE.exists():
        pytest.fail("axe-core is missing: run `make setup`")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate(
        """([exclude, tags]) => axe.run({exclude: exclude.map(e => [e])},
           {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})""",
        [exclude or [], AXE_TAGS],
    )
    violations: list[dict[str, Any]] = result["violations"]
    return violations


def assert_axe_clean(page: Page, *, exclude: list[str] | None = None) -> None:
    """Fail with rule, impact, place and advice of each accessibility violation on the page."""
    lines = [
        f"{violation['id']} ({violation['impact']}): {' '.join(node['target'])}\n    {node['failureSummary']}"
        for violation in axe_violations(page, exclude=exclude)
        for node in violation["nodes"]
    ]
    assert not lines, f"{page.url}: {len(lines)} accessibility violations\n" + "\n".join(lines)


def assert_no_sideways_scroll(page: Page) -> None:
    """Fail where the page is wider than its window (the usual fault at 390 px)."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url}: the page is {wide} px wider than the window: {page.evaluate(OVERHANGING)}"
