"""The pages in a real browser, wide and narrow: nothing refused by the policy, clean for axe, no sideways scrolling."""

import pytest

from bihuan.kernel import clock
from bihuan.rectification import services as s
from bihuan.rectification.ledgers import LETTERS, LOOK_BACKS, MEETINGS, REBOUNDS, ROUNDS
from bihuan.rectification.models import Rebound
from tests.support.browser import SIZES, look

from .pages_support import addresses  # noqa: F401  a fixture of every test here
from .test_notice_pages import NOTICE
from .test_plan_import_pages import ROW, sheet


@pytest.mark.parametrize("size", SIZES)
def test_draft_plan_criteria_and_forms(live_server, court, as_person, size):
    bare = court.measure(criteria=(), person=None, text="对2023年以来超期未结案件逐案核查，建立节点提醒和周调度机制，逐案明确结案时间")
    court.measure(problem=bare.problem, criteria=[court.in_range])
    court.problem(kind="long_term", title="长期未结案件清理不够有力")
    shown = as_person(court.rectifier, size)
    look(shown, ROUNDS.url("detail", court.round.pk), "round-draft")
    shown.locator("details.why summary").first.click()
    assert shown.get_by_text("起算：").is_visible()
    for address, name in (
        (f"/rectification/measures/{bare.pk}/criteria/", "criteria"),
        (f"/rectification/measures/{bare.pk}/criteria/add/reading_range/", "criterion"),
        (f"/rectification/problems/{bare.problem_id}/measures/add/", "measure-add"),
        ("/rectification/rounds/add/", "round-add"),
        (f"/rectification/rounds/{court.round.pk}/lists/", "lists"),
    ):
        look(shown, address, name)


@pytest.mark.parametrize("size", SIZES)
def test_round_under_way_meeting_rebound_look_back_letter(live_server, court, as_person, size):
    court.read(("2026-03", "3"), ("2026-04", "4"))
    first = court.measure(criteria=[court.in_range])
    second, third = court.measure(), court.measure(problem=first.problem)
    court.approve()
    closed = court.at("internally_closed", court.attempt(first))
    court.at("verified", court.attempt(second))
    court.at("in_progress", court.attempt(third))
    court.read(("2026-04", "9"))
    s.sweep()
    rebound = Rebound.objects.get(attempt=closed)
    back = s.draw_sample(actor=court.inspector, round=court.round, seed="seed1")[0]
    letter = s.issue_letter(
        actor=court.rectifier, no="督办〔2026〕1号", to_unit=court.units["civil"], title="关于加快整改的督办", text="请抓紧。",
        due=clock.today(), measures=[third],
    )  # fmt: skip
    meeting = court.meeting()
    shown = as_person(court.rectifier, size)
    look(shown, ROUNDS.url("detail", court.round.pk), "round")
    look(shown, MEETINGS.url("detail", meeting.pk), "meeting")
    look(shown, REBOUNDS.url("detail", rebound.pk), "rebound")
    look(shown, LOOK_BACKS.url("detail", back.pk), "look-back")
    look(shown, f"/rectification/look-backs/{back.pk}/record/", "look-back-record")
    look(shown, "/rectification/look-backs/draw/", "draw")
    look(shown, LETTERS.url("detail", letter.pk), "letter")
    look(shown, "/rectification/detectors/", "detectors")


@pytest.mark.parametrize("size", SIZES)
def test_a_notice_beside_its_proposal(live_server, court, as_person, settings, tmp_path, size):
    settings.BIHUAN_HOME = tmp_path
    s.create_problem(
        actor=court.rectifier, round=court.round, code="一-1", title="集体学习安排比较松散的问题", verbatim="集体学习安排比较松散的问题"
    )
    shown = as_person(court.rectifier, size, "dark")
    look(shown, "/rectification/notices/", "notice-read")
    shown.fill("#id_text", NOTICE)
    shown.get_by_role("button", name="读取", exact=True).click()
    shown.wait_for_url("**/notices/*/")
    look(shown, shown.url, "notice")
    shown.locator('[data-span="t-p0s1c0"] textarea').focus()
    assert "lit" in (shown.locator("#t-p0s1c0").get_attribute("class") or "")
    shown.get_by_role("button", name="核对差异").click()
    shown.wait_for_url("**/compare/**")
    look(shown, shown.url, "notice-compare")


@pytest.mark.parametrize("size", SIZES)
def test_the_dry_run_of_the_lists(live_server, court, as_person, settings, tmp_path, size):
    settings.BIHUAN_HOME = tmp_path
    court.figure
    bad = ["一-2", "监督不力", "其他", "集中整改", "一-2-1", "完善监督清单", "清单印发", "九月底前", "leader", "民九庭", "张无此人"]
    file = {"name": "清单.xlsx", "mimeType": "application/octet-stream", "buffer": sheet(ROW, bad).read()}
    shown = as_person(court.rectifier, size)
    shown.goto(f"/rectification/rounds/{court.round.pk}/lists/")
    shown.set_input_files("#id_file", file)
    shown.get_by_role("button", name="上传并核对").click()
    shown.wait_for_url("**/lists/*/")
    look(shown, shown.url, "lists-check")
