"""A notice on screen: read, edited beside its text, saved as an old round, compared with the ledger; and the command."""

import datetime as dt
import html
import io
import json
import os
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from bihuan.rectification import services as s
from bihuan.rectification.models import InspectionRound, Measure, Problem, SubProblem
from bihuan.rectification.notice import read_notice
from bihuan.rectification.pages import uploads
from bihuan.rectification.pages.notice_text import Mark, marked, marks_of

from .pages_support import addresses, page, text  # noqa: F401  a fixture of every test here

NOTICE = """中共云泽市临江区人民法院党组关于巡察整改进展情况的通报

根据区委统一安排，2025年3月10日至5月30日，区委第二巡察组对我院党组开展了常规巡察，并于2025年8月20日反馈了意见。现将整改进展情况予以公布。

一、关于贯彻落实上级决策部署方面的问题

（一）集体学习安排松散的问题

1.学习次数不足。

整改情况：一是修订学习安排办法，印发《理论学习安排办法》。二是按月组织集体学习，截至2025年12月31日超期率为4%。

2.调研浮在表面。

整改情况：院领导带头走访企业36家，收集建议58条。

（二）窗口答复不及时的问题

整改情况：设立综合窗口，一般咨询当日答复。

二、联系方式

联系电话：000-0000000。
"""


@pytest.fixture
def home(settings, tmp_path):
    """A home of its own for the files between two steps."""
    settings.BIHUAN_HOME = tmp_path
    return tmp_path


def read(client, court, content=NOTICE, status=302, **more):
    return page(client, court.rectifier, reverse("rectification:notice_read"), status, {"text": content} | more)


def as_form(shown):
    """What a browser would send back from the page."""
    sent = {}
    body = shown[shown.index('<form method="post"', shown.index("read-title")) :]
    for tag in re.findall(r"<input [^>]*>", body):
        given = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if given.get("type") == "checkbox":
            if " checked" in tag:
                sent[given["name"]] = "on"
        elif "name" in given:
            sent[given["name"]] = given.get("value", "")
    for name, value in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', body):
        sent[name] = value
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return {name: html.unescape(value) for name, value in sent.items()}


@pytest.fixture
def opened(client, court, home):
    """The address of a notice that was read, and its form as shown."""
    url = read(client, court).url
    return url, text(page(client, court.rectifier, url))


def test_text_and_proposal_stand_side_by_side(client, court, opened):
    _url, shown = opened
    assert 'id="t-p0s0c0"' in shown and 'href="#t-p0s0c0"' in shown and 'data-span="t-p0s0c0"' in shown
    assert 'value="2025-08-20"' in shown and "区委第二巡察组" in shown
    assert "文中读出" in shown and "理论学习安排办法" in shown
    notice = read_notice(NOTICE)
    assert len(notice.problems) == 2 and len(notice.problems[0].subproblems) == 2


def test_it_becomes_an_old_round_with_what_was_edited(client, court, opened):
    url, shown = opened
    sent = as_form(shown) | {"unit": str(court.units["civil"].pk), "name": "上一轮巡察"}
    sent["p0-title"] = "集体学习安排松散、时断时续的问题"
    del sent["p1-take"]
    sent["p0s1c0-due"], sent["p0s1c0-unit"] = "2025-11-30", str(court.units["filing"].pk)
    done = page(client, court.rectifier, url, 302, sent)
    row = InspectionRound.objects.get()
    assert done.url.endswith(f"/{row.pk}/")
    assert row.is_backfilled and row.name == "上一轮巡察" and row.feedback_on == dt.date(2025, 8, 20)
    assert row.inspected_to == dt.date(2025, 5, 30)
    problem = Problem.objects.get()
    assert problem.verbatim == "集体学习安排松散、时断时续的问题" and problem.category == "decisions"
    assert list(SubProblem.objects.values_list("title", flat=True)) == ["学习次数不足", "调研浮在表面"]
    measures = list(Measure.objects.order_by("order"))
    assert len(measures) >= 3 and measures[0].due == row.period_end
    assert measures[-1].lead_unit == court.units["filing"] and measures[-1].due == dt.date(2025, 11, 30)
    page(client, court.rectifier, url, 404)


def test_what_is_wrong_is_named_and_nothing_is_lost(client, court, opened):
    url, shown = opened
    sent = as_form(shown) | {"feedback_on": "八月", "p0-code": "", "p0s0c0-text": ""}
    again = text(page(client, court.rectifier, url, 422, sent | {"p1-title": "窗口答复很不及时"}))
    for told in ("请选择责任部门", "日期格式如", "编号须有", "窗口答复很不及时", "八月"):
        assert told in again
    assert not InspectionRound.objects.exists()


def test_a_code_taken_writes_nothing_at_all(client, court, opened):
    url, shown = opened
    sent = as_form(shown) | {"unit": str(court.units["civil"].pk), "code": court.round.code}
    assert "已被使用" in text(page(client, court.rectifier, url, 422, sent))
    assert InspectionRound.objects.count() == 1 and not Problem.objects.exists()


def test_rows_are_added_without_scripts(client, court, opened):
    url, shown = opened
    more = text(page(client, court.rectifier, url, 200, as_form(shown) | {"add": "p1s0"}))
    assert 'name="p1s0c1-text"' in more
    more = text(page(client, court.rectifier, url, 200, as_form(more) | {"add": "problem"}))
    sent = as_form(more) | {"unit": str(court.units["civil"].pk), "p2-title": "补充的问题", "p2-code": "补-1",
                            "p1s0c1-text": "补充的措施"}  # fmt: skip
    page(client, court.rectifier, url, 302, sent)
    assert Problem.objects.filter(code="补-1").exists() and Measure.objects.filter(text="补充的措施").exists()


def test_unplaced_lines_go_where_a_person_puts_them(client, court, home):
    content = NOTICE.replace("（一）集体学习", "全院高度重视，逐条认领。\n\n（一）集体学习")
    url = read(client, court, content).url
    shown = text(page(client, court.rectifier, url))
    assert "没有归入结构的文字" in shown
    assert re.findall(r'name="(u\d+-place)"', shown) == ["u0-place"]
    sent = as_form(shown) | {"unit": str(court.units["civil"].pk)}
    again = text(page(client, court.rectifier, url, 422, sent))
    assert "请选择归入何处" in again and not InspectionRound.objects.exists(), "nothing is saved while words wait for a place"
    page(client, court.rectifier, url, 302, sent | {"u0-place": "org"})
    assert "组织整改情况：全院高度重视" in InspectionRound.objects.get().note


def test_another_genre_is_refused_with_its_reason(client, court, home):
    shown = text(read(client, court, "关于召开党建工作会议的通知\n请各部门准时参加。", 422))
    assert "不是巡察" in shown and "准时参加" in shown
    shown = text(read(client, court, "", 422))
    assert "请选择文件" in shown


def test_files_are_read_by_their_content(client, court, home):
    upload = SimpleUploadedFile("通报.txt", NOTICE.encode("gb18030"))
    url = read(client, court, "", file=upload).url
    assert "区委第二巡察组" in text(page(client, court.rectifier, url))
    program = SimpleUploadedFile("通报.exe", b"MZ" + b"\0" * 100)
    assert "可执行程序" in text(read(client, court, "", 422, file=program))


def test_a_kept_text_is_for_its_reader_alone(client, court, opened, django_user_model):
    url, _shown = opened
    page(client, court.head, url, 403)
    other = court.person("rectifier2", "rectify", "rectification_office")
    page(client, other, url, 404)
    page(client, court.rectifier, reverse("rectification:notice", args=["x" * 24]), 404)
    page(client, court.head, reverse("rectification:notice_read"), 403)


def test_old_uploads_are_dropped(client, court, opened, home):
    import os

    held = list((home / "imports").iterdir())
    assert len(held) == 2
    for path in held:
        os.utime(path, (0, 0))
    read(client, court)
    left = {path.stem for path in (home / "imports").iterdir()}
    assert left.isdisjoint(path.stem for path in held) and uploads.KEEP_HOURS == 24


ROOT = next(p for p in Path(__file__).resolve().parents if (p / "pyproject.toml").is_file())
SHARED = Path(os.environ.get("BIHUAN_TEST_SHARED") or ROOT.parent / "shared") / "notices"
REAL = sorted(SHARED.glob("*.truth.json")) if SHARED.is_dir() else []


@pytest.mark.skipif(not REAL, reason=f"no notices with a truth under {SHARED} (BIHUAN_TEST_SHARED names the folder)")
def test_a_real_notice_becomes_a_whole_round(client, court, home):
    truth = json.loads(REAL[0].read_text("utf-8"))
    content = REAL[0].with_name(REAL[0].name.replace(".truth.json", ".txt")).read_text("utf-8")
    url = read(client, court, content).url
    sent = as_form(text(page(client, court.rectifier, url))) | {"unit": str(court.units["civil"].pk)}
    page(client, court.rectifier, url, 302, sent)
    row = InspectionRound.objects.get()
    assert row.feedback_on.isoformat() == truth["feedback_on"] and row.body == truth["inspecting_body"]
    titles = [p["title"] for p in truth["problems"]]
    assert list(Problem.objects.order_by("order").values_list("verbatim", flat=True)) == titles
    parts = [s["title"] or "" for p in truth["problems"] for s in p["subproblems"]]
    assert list(SubProblem.objects.order_by("problem__order", "order").values_list("title", flat=True)) == parts
    assert not SubProblem.objects.filter(measures=None).exists(), "every part has its measures"
    s.file_round(actor=court.rectifier, round=row)


# ---- the marked text


def test_crossing_marks_are_split_and_text_is_escaped():
    made = marked("甲<乙>丙丁", [Mark(0, -4, "a", "t-a"), Mark(2, -6, "b", "t-b")])
    assert made == (
        '<span class="t-a" id="t-a">甲&lt;<span class="t-b" id="t-b">乙&gt;</span></span><span class="t-b">丙丁</span>'
    )
    bare_text = re.sub(r"<[^>]+>", "", marked(NOTICE, marks_of(read_notice(NOTICE))))
    assert bare_text == NOTICE, "marking changes no word"


# ---- the command


def test_the_command_prints_text_or_json(tmp_path):
    path = tmp_path / "通报.txt"
    path.write_text(NOTICE, encoding="utf-8")
    out = io.StringIO()
    call_command("notice", "read", str(path), "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert found["feedback_on"] == "2025-08-20" and len(found["problems"]) == 2
    out = io.StringIO()
    call_command("notice", "read", str(path), stdout=out)
    assert "区委第二巡察组" in out.getvalue()


def test_the_command_refuses_what_is_no_notice(tmp_path, bihuan):
    """1 for another genre, 2 for a file it cannot read; the reason names the file or the title."""
    path = tmp_path / "会议.txt"
    path.write_text("关于召开会议的通知\n请准时参加。", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("notice", "read", str(path))
    assert refused.value.returncode == 1 and "不是巡察" in str(refused.value)
    for name, content, said in (("坏.docx", b"no zip", "损坏"), ("表.xlsx", b"x", "不支持"), ("扫描.pdf", b"%PDF-1.4", "损坏")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CommandError) as refused:
            call_command("notice", "read", str(tmp_path / name), "--json")
        assert refused.value.returncode == 2 and said in str(refused.value) and name in str(refused.value)
    done = bihuan("notice", "read", str(tmp_path / "没有.txt"), check=False)
    assert done.returncode == 2 and "找不到文件" in done.stderr and not done.stdout
