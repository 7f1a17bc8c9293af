"""The notice goes out, the public answers, the court answers back: two processes, two windows, one receipt."""

import datetime as dt
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from playwright.sync_api import expect

from bihuan.disclosure import services
from bihuan.disclosure.flows import OPINION_FLOW, TASK_FLOW
from bihuan.disclosure.flows_notice import NOTICE_FLOW
from bihuan.disclosure.ledgers import OPINIONS
from bihuan.disclosure.ledgers_notice import NOTICES
from bihuan.disclosure.models import Opinion, OpinionTask, PublicNotice, VettingBody
from bihuan.disclosure.notice import versions
from bihuan.disclosure.public import exchange, home
from bihuan.kernel import clock
from bihuan.web.management.processes import die_with_parent
from tests.support.browser import DESKTOP, PHONE, assert_axe_clean, assert_no_sideways_scroll

TODAY = dt.date(2026, 5, 20)
WORDS, NAME = "公布的整改措施里没有说退费多久到账。", "钱多多"
NUMBERS = dict(zip("二三四五六七八九", range(2, 10), strict=True))


@pytest.fixture
def outside(tmp_path, monkeypatch, transactional_db):
    """The address of the public process, started as a court would, with a file of its own."""
    folder = tmp_path / "public"
    monkeypatch.setenv(home.NAMED, str(folder))
    home.prepare()
    exchange.lay_open()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    environment = kept | {home.NAMED: str(folder), "BIHUAN_PUBLIC_COURT": "云泽市临江区人民法院"}
    command = [sys.executable, "-m", "bihuan.disclosure.public", "--port", str(port)]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=die_with_parent
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _n in range(600):
            if process.poll() is not None:
                raise AssertionError(process.stderr.read().decode())
            try:
                urllib.request.urlopen(f"{address}/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _published(desk, court):
    """Drawn up and published on the pages; vetted in between."""
    court.at("accepted", criteria=[("onsite_check", {})])
    desk.sit(court.rectifier, TODAY, "/disclosure/notices/draw-up/")
    desk.fill(编号="通报〔2026〕1号", 标题="关于巡察整改进展情况的通报")
    desk.page.get_by_label("巡察轮次").select_option(index=1)
    desk.press("生成")
    desk.see("组织整改情况", "起草中")
    with clock.simulate(TODAY):
        row = PublicNotice.objects.get()
        last = row.sections.get(kind="contact")
        services.edit_section(actor=court.rectifier, section=last, heading="联系方式", text="电话：0000-8600000")
        row = NOTICE_FLOW.perform(row, "submit", actor=court.rectifier)
        for body in VettingBody:
            services.record_reply(
                actor=court.rectifier,
                notice=row,
                body=body.value,
                by="市委巡察办",
                replied_on=TODAY,
                document="复1号",
                result="agreed",
            )
        row = NOTICE_FLOW.perform(row, "lock", actor=court.president)
    desk.open(NOTICES.url("do", row.pk, step="publish"))
    desk.fill(公开网址或者载体="法院公开网页", 公开的文字="不是定稿的文字")
    desk.press("登记公开")
    desk.see("公开的文字与定稿不一致")
    desk.fill(公开的文字=versions.version(row, versions.PUBLIC).text)
    desk.press("登记公开")
    desk.see("已公开")


def test_the_notice_goes_out_and_the_answer_comes_back(desk, court, outside, new_context, browser_log):
    _published(desk, court)
    visitor = new_context(viewport=DESKTOP).new_page()
    visitor.goto(outside)
    visitor.get_by_role("link", name="关于巡察整改进展情况的通报").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("关于巡察整改进展情况的通报")
    expect(visitor.get_by_text("完成率100.00%").first).to_be_visible()
    assert_axe_clean(visitor)
    visitor.get_by_role("link", name="对整改情况反映意见").click()
    assert_axe_clean(visitor)
    visitor.get_by_label("意见、建议或者反映的情况").fill(WORDS)
    visitor.get_by_label("姓名（可以不填）").fill(NAME)
    question = visitor.locator("label[for=id_answer]").inner_text()
    first, second = (NUMBERS[one] for one in re.match(r"(.)加(.)等于几", question).groups())
    visitor.get_by_label(question).fill(str(first + second))
    visitor.get_by_role("button", name="提交").click()
    code = visitor.locator("#receipt").inner_text()
    assert_axe_clean(visitor)

    desk.sit(court.inspector, TODAY, OPINIONS.url("list"))
    desk.follow("接收网上意见")
    desk.press("接收")
    desk.see("接收意见 1 件", WORDS)
    row = Opinion.objects.get()
    desk.open(OPINIONS.url("do", row.pk, step="route"))
    desk.fill(承办部门="民一庭", 答复期限="2026-06-10")
    desk.press("交办")
    desk.see("办理中")
    with clock.simulate(TODAY):
        task = TASK_FLOW.perform(
            OpinionTask.objects.get(),
            "write",
            actor=court.clerk,
            data={"reply": "三个工作日内到账，已写进窗口告知单。"},
        )
        task = TASK_FLOW.perform(task, "approve", actor=court.inspector)
        TASK_FLOW.perform(task, "give", actor=court.inspector, data={"given_how": "凭回执码查询"})
    assert OPINION_FLOW.state(Opinion.objects.get()).final

    phone = new_context(viewport=PHONE).new_page()
    phone.goto(f"{outside}/answer/?lang=en")
    phone.get_by_label("Receipt code").fill(code.lower())
    phone.get_by_role("button", name="Search").click()
    expect(phone.get_by_text("三个工作日内到账，已写进窗口告知单。")).to_be_visible()
    assert NAME not in phone.content() and WORDS not in phone.content()
    for path in ("/", "/opinion/", "/answer/"):
        phone.goto(f"{outside}{path}")
        assert_axe_clean(phone)
        assert_no_sideways_scroll(phone)
    browser_log.external[:] = [one for one in browser_log.external if not one.startswith(outside)]  # its own server is no stranger
