"""The watched browser: it is on our server, in Chinese, and tells of what a page must not do."""

import pytest

from tests.support.browser import PHONE, BrowserLog, assert_axe_clean, assert_no_sideways_scroll, axe_violations

pytestmark = pytest.mark.tree
HOME = "bihuan.test"
POLICY = {"content-security-policy": "default-src 'self'"}


@pytest.fixture
def show(browser):
    """Show a page of the given body under our policy, and return (page, log)."""
    contexts = []

    def open_(body: str, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        log = BrowserLog(home=HOME)
        log.watch(context)

        def answer(route):
            if route.request.url == f"http://{HOME}/":
                html = f'<!doctype html><html lang="zh-CN"><title>页</title><main><h1>页</h1>{body}</main></html>'
                route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=POLICY)
            else:
                route.abort()

        context.route("**/*", answer)
        page = context.new_page()
        page.goto(f"http://{HOME}/")
        return page, log

    yield open_
    for context in contexts:
        context.close()


def test_a_clean_page_passes(show):
    page, log = show("<p>整改</p>")
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    log.check()


def test_axe_runs_under_our_policy_and_finds_faults(show):
    page, _ = show('<img src="/x.png"><input type="text">')
    assert {violation["id"] for violation in axe_violations(page)} == {"image-alt", "label"}
    with pytest.raises(AssertionError, match="image-alt"):
        assert_axe_clean(page)


def test_a_request_elsewhere_is_told(browser, show):
    page, log = show("<p>整改</p>")
    with page.context.expect_event("request", lambda request: "elsewhere.test" in request.url):
        page.evaluate("() => { window.open('http://' + 'elsewhere.test/') }")
    assert [address for address in log.external if "elsewhere.test" in address]
    with pytest.raises(AssertionError, match="left the machine"):
        log.check()


def test_refused_content_is_told(show):
    _, log = show('<p style="color: red">整改</p>')
    with pytest.raises(AssertionError, match="refused"):
        log.check()


def test_a_page_wider_than_a_phone_is_told(show):
    page, _ = show("<pre>" + "宽" * 200 + "</pre>", viewport=PHONE)
    with pytest.raises(AssertionError, match="wider"):
        assert_no_sideways_scroll(page)


def test_the_page_fixture_is_on_our_server_in_chinese(page, browser_log):
    answer = page.goto("/static/vendor/icons.svg")
    assert answer.status == 200
    assert page.evaluate("navigator.language") == "zh-CN"
    assert browser_log.requests and not browser_log.external
