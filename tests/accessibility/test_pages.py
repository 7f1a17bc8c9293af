"""Every kind of page, readable for everybody: WCAG 2.1 AA by axe-core, in Chinese on a desk in the light and in English on a
phone in the dark; never wider than the window."""

from pathlib import Path

import pytest
from django.urls import reverse

import bihuan.rectification.notice.tests as notice_tests
from tests.support.browser import DESKTOP, PHONE, assert_axe_clean, assert_no_sideways_scroll

pytestmark = pytest.mark.django_db(transaction=True)


def row(held, path):
    """A row of the house by its name, or what it leads to: "open.measure"."""
    found = held
    for name in path.split("."):
        found = getattr(found, name)
    return found


def at(name, *of):
    """The address of a named page. `of`: rows of the house by name, or words that stand in the address."""
    return lambda held: reverse(
        name, args=[row(held, one).pk if hasattr(held, one.split(".")[0]) else one for one in of]
    )


def ledger(code, view="list", of=None, **more):
    """The address of a view of a ledger of rectification."""
    return lambda held: reverse(f"rectification.{code}.{view}", kwargs=({"pk": row(held, of).pk} if of else {}) | more)


def plain(path):
    return lambda held: path


ROLES = ["president", "leader", "head", "judge", "clerk", "inspector", "rectifier", "secretary", "stationed", "keeper"]
LISTS = ["rounds", "problems", "measures", "attempts", "changes", "rebounds", "look_backs", "letters", "meetings",
         "figures", "readings"]  # fmt: skip
RECT = "rectification:"
PAGES = {  # name: (who looks, address[, status])
    "login": ("", plain("/account/login/")),
    **{f"home-{who}": (who, plain("/")) for who in ROLES},
    **{f"list-{code}": ("rectifier", ledger(code)) for code in LISTS},
    "list-none": ("rectifier", plain("/l/rectification/measures/?q=没有这样的措施")),
    "dashboard": ("president", at("dashboard")),
    "dashboard-head": ("head", at("dashboard")),
    "indicator-past": ("president", at("indicator", "rectification.measures-done")),
    "indicator-set": ("president", at("indicator_set", "2024-09")),
    "announced": ("keeper", at("kernel.announced.list")),
    "announced-add": ("keeper", at("kernel.announced.add")),
    "indicators": ("president", at("indicators")),
    "indicator": ("president", at("indicator", "cases.closed")),
    "indicator-rows": ("president", at("indicator_rows", "cases.filed")),
    "paper-templates": ("rectifier", at("paper_templates")),
    "paper-template": ("rectifier", at("paper_template", "minutes")),
    "bulletins": ("rectifier", plain("/l/bulletins/")),
    "bulletin": ("judge", at("bulletins.papers.detail", "bulletin")),
    "bulletin-draft": ("keeper", at("bulletins.papers.detail", "bulletin_draft")),
    "bulletin-edit": ("keeper", at("bulletin_edit", "bulletin_draft")),
    "bulletin-figure": ("rectifier", at("bulletin_figure", "bulletin", "rate")),
    "bulletin-trend": ("rectifier", at("bulletin_figure", "bulletin", "trend")),
    "bulletin-calendar": ("keeper", at("bulletin_calendar")),
    "bulletin-use": ("keeper", at("bulletin_use", "cases.monthly")),
    "bulletin-begin": ("keeper", at("bulletin_begin", "cases.monthly")),
    "overview": ("rectifier", at(RECT + "overview")),
    "board": ("rectifier", at(RECT + "board")),
    "president": ("president", at(RECT + "president")),
    "round": ("president", lambda held: reverse("rectification.rounds.detail", args=[held.open.measure.round_id])),
    "round-draft": ("rectifier", ledger("rounds", "detail", "draft")),
    "round-add": ("rectifier", at(RECT + "round_add")),
    "round-change": ("rectifier", at(RECT + "round_change", "draft")),
    "milestone": ("rectifier", at(RECT + "milestone", "draft", "plan_filed")),
    "problem-add": ("rectifier", at(RECT + "plan_problem_add", "draft")),
    "measure-add": ("rectifier", at(RECT + "plan_measure_add", "problem")),
    "measure-change": ("rectifier", at(RECT + "plan_change", "measure", "planned")),
    "measure-void": ("rectifier", at(RECT + "plan_void", "measure", "planned")),
    "criteria": ("rectifier", at(RECT + "plan_criteria", "planned")),
    "criterion-add": ("rectifier", at(RECT + "plan_criterion_add", "planned", "reading_range")),
    "criterion": ("rectifier", at(RECT + "plan_criterion", "criterion")),
    "target-add": ("rectifier", at(RECT + "plan_target_add", "planned")),
    "lists-import": ("rectifier", at(RECT + "lists_import", "draft")),
    "notice-check": ("secretary", at(RECT + "notice_check")),
    "notice-read": ("rectifier", at(RECT + "notice_read")),
    # A notice and its comparison are made by reading one: see test_a_notice_beside_its_structure_and_beside_the_ledger.
    "problem": ("head", ledger("problems", "detail", "open.measure.problem")),
    "measure-open": ("judge", ledger("measures", "detail", "open.measure")),
    "measure-refused": ("head", ledger("measures", "detail", "refused.measure")),
    "measure-rebound": ("inspector", ledger("measures", "detail", "closed.measure")),
    "measure-history": ("inspector", ledger("measures", "history", "closed.measure")),
    "act-progress": ("judge", at(RECT + "act", "open.measure", "progress")),
    "act-extension": ("judge", at(RECT + "act", "waiting.measure", "extension")),
    "act-verification": ("inspector", at(RECT + "act", "passed.measure", "verification")),
    "step-apply": ("clerk", ledger("attempts", "do", "open", step="apply")),
    "step-verify": ("inspector", ledger("attempts", "do", "passed", step="verify_pass")),
    "step-decide": ("secretary", ledger("attempts", "do", "verified", step="decide")),
    "change": ("leader", ledger("changes", "detail", "change")),
    "rebound": ("inspector", ledger("rebounds", "detail", "rebound")),
    "look-back": ("inspector", ledger("look_backs", "detail", "look_back")),
    "look-back-record": ("inspector", at(RECT + "look_back_record", "look_back")),
    "look-back-add": ("inspector", at(RECT + "look_back_add")),
    "look-back-draw": ("inspector", at(RECT + "look_back_draw")),
    "letter": ("head", ledger("letters", "detail", "letter")),
    "letter-add": ("rectifier", at(RECT + "letter_add")),
    "meeting": ("secretary", ledger("meetings", "detail", "meeting")),
    "meeting-add": ("secretary", ledger("meetings", "add")),
    "meeting-change": ("secretary", ledger("meetings", "change", "meeting")),
    "meeting-void": ("secretary", ledger("meetings", "void", "meeting")),
    "opinions": ("inspector", plain("/l/disclosure/opinions/")),
    "opinion": ("inspector", at("disclosure.opinions.detail", "opinion")),
    "opinion-register": ("secretary", at("disclosure:register")),
    "opinion-receipt": ("secretary", at("disclosure:receipt")),
    "opinion-route": ("inspector", lambda held: reverse("disclosure.opinions.do", kwargs={"pk": held.opinion.pk, "step": "route"})),
    "opinion-task": ("head", at("disclosure.tasks.detail", "handed")),
    "public-notice": ("rectifier", at("disclosure.notices.detail", "notice")),
    "public-notice-preview": ("rectifier", at("disclosure:preview", "notice", "public")),
    "public-notice-section": ("rectifier", at("disclosure:section", "section")),
    "public-notice-draw-up": ("rectifier", at("disclosure:draw_up")),
    "detectors": ("inspector", at(RECT + "detectors")),
    "import": ("keeper", ledger("readings", "import")),
    "import-map": ("keeper", ledger("readings", "import_map", "imported")),
    "import-check": ("keeper", ledger("readings", "import_check", "imported")),
    "import-result": ("keeper", ledger("readings", "import_result", "merged")),
    "evidence-add": ("clerk", at("evidence_add", "rectification.measure", "open.measure")),
    "alerts": ("head", plain("/alerts/?scope=units")),
    "alert": ("judge", at("alert_detail", "alert")),
    "duties": ("head", at("duty_list")),
    "sources": ("keeper", at("source_list")),
    "inbox": ("inspector", at("inbox")),
    "me": ("judge", at("me")),
    "password": ("judge", at("account_change_password")),
    "second-factor": ("judge", plain("/account/2fa/")),
    "error-403": ("judge", plain("/people/accounts/"), 403),
    "error-404": ("judge", plain("/no/such/page/"), 404),
    "error-409": ("rectifier", at(RECT + "plan_change", "measure", "open.measure"), 409),
}


def visit(window, address, status):
    answer = window.page.goto(address)
    assert answer.status == status, f"{address} answered {answer.status}"


@pytest.mark.parametrize("name", PAGES)
def test_page(house, name):
    who, address, *status = PAGES[name]
    status = status[0] if status else 200
    where = address(house.held)
    page = house.desk.enter(who)
    visit(house.desk, where, status)
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.set_viewport_size(PHONE)
    assert_no_sideways_scroll(page)
    page = house.phone.enter(who)
    visit(house.phone, where, status)
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert page.locator("html").get_attribute("lang") == "en"
    house.log.check()


NOTICE = Path(notice_tests.__file__).parent / "data" / "items.txt"


def test_a_notice_beside_its_structure_and_beside_the_ledger(house):
    """Read through the page itself: words without a place, a refusal, the comparison with a match opened, only the differences."""
    page = house.page
    loose = NOTICE.read_text("utf-8").replace("1.集体学习安排松散。", "1.集体学习安排松散。\n\n主要是安排太迟。\n")
    for size, scheme, language in ((DESKTOP, "light", "zh-hans"), (PHONE, "dark", "en")):
        house.enter("rectifier", language)
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        visit(house, reverse("rectification:notice_read"), 200)
        page.fill("#id_text", loose)
        page.locator("main form button.btn-primary").click()
        page.wait_for_url("**/notices/*/")
        page.locator("button[name=save]").last.click()
        page.wait_for_selector("#form-errors")
        assert page.locator("[aria-invalid=true]").count() >= 2
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
        place = page.locator("#f-u0-place")
        place.focus()
        place.select_option("out")
        page.locator("button[name=compare]").click()
        page.wait_for_url("**/compare/**")
        page.locator(".pair-choose summary").first.press("Enter")
        assert page.locator(".pair-choose select").first.is_visible()
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
        page.locator("a[href*='only=1']").click()
        page.wait_for_url("**only=1")
        assert_axe_clean(page)
    house.log.check()
