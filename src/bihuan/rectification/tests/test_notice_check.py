"""A draft's figures held against the round in work: on the page, on the command line, under each reader's own rights."""

import datetime as dt
import io
import json
import os
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from docx import Document

from bihuan.kernel import access, figure_check
from bihuan.kernel.figure_check import Status
from bihuan.kernel.testing import pinned_queries
from bihuan.rectification.models import Measure

from .pages_support import addresses, page, text  # noqa: F401  a fixture of every test here


def statuses(report):
    return {one.mention.words.strip(" ，。"): one.status for one in report.figures}


@pytest.fixture
def counted(court):
    """The court with measures in work: how many the rectifier sees."""
    court.approved()
    seen = access.visible(court.rectifier, Measure).filter(round__is_backfilled=False, voided_at=None).count()
    assert seen
    return court, seen


def test_counts_of_the_round_are_bound(counted):
    court, seen = counted
    draft = f"共制定整改措施{seen}条，已完成整改措施0条，整改措施完成率0%。民一庭制定整改措施{seen + 1}条。"
    report = figure_check.check(draft, person=court.rectifier)
    assert statuses(report) == {
        f"共制定整改措施{seen}条": Status.EQUAL,
        "已完成整改措施0条": Status.EQUAL,
        "整改措施完成率0%": Status.EQUAL,
        f"民一庭制定整改措施{seen + 1}条": Status.UNBOUND,
    }, "what is not the name alone is another figure"
    (other,) = figure_check.check(f"整改措施{seen + 2}条。", person=court.rectifier).figures
    assert (other.status, other.bound.value, other.bound.code) == (
        Status.DIFFERS,
        f"{seen}条",
        "rectification.measures",
    )


def test_each_reader_is_held_against_what_they_see(counted):
    court, seen = counted
    mine = access.visible(court.judge, Measure).filter(round__is_backfilled=False, voided_at=None).count()
    (one,) = figure_check.check(f"整改措施{seen + mine + 5}条。", person=court.judge).figures
    assert one.bound is None or one.bound.value == f"{mine}条"


def test_a_source_registers_once_and_with_its_words():
    with pytest.raises(Exception, match="twice"):
        figure_check.source("rectification.measures", title="x", words=["x"], unit=["件"], compute=lambda *_: 1)
    with pytest.raises(Exception, match="words"):
        figure_check.source("test.nothing", title="x", words=[], unit=["件"], compute=lambda *_: 1)


def test_chinese_numbers_places_and_damaged_text_are_read():
    report = figure_check.check("办结三十二件，占比百分之五十，回复98.50%，发放1,203.5万元。", bind=False)
    shown = [(one.mention.value, one.mention.places, one.mention.unit) for one in report.figures]
    assert shown == [
        (Decimal(32), 0, "件"), (Decimal(50), 0, "%"), (Decimal("98.50"), 2, "%"), (Decimal("1203.5"), 1, "万元"),
    ]  # fmt: skip
    for odd in ("", "\n\n", "）（%%//==", "1/0=50%。", "占%，%占。", "99999999999999999999件占1%。", "由件到件增长%。"):
        figure_check.check(odd, bind=False)


# ---- the page -----------------------------------------------------------------------------------------------


def test_the_page_lists_what_to_look_at(client, counted):
    court, seen = counted
    url = reverse("rectification:notice_check")
    assert "核对文稿数据" in text(page(client, court.rectifier, url))
    draft = f"整改措施{seen + 7}条。收案40件，结案30件，结案率76%。\n<b>5件</b>。"
    body = text(page(client, court.rectifier, url, 200, {"text": draft}))
    assert "30 ÷ 40 = 75%" in body
    assert f"系统：整改措施数（今天）{seen}条" in body
    assert "计算有误" in body and "与系统数据不同" in body
    assert "<b>5件" not in body
    assert "没有发现问题" in text(page(client, court.rectifier, url, 200, {"text": "开会5次。"}))
    assert "没有读到带单位的数据" in text(page(client, court.rectifier, url, 200, {"text": "没有数。"}))


def test_a_long_draft_asks_the_database_no_more_than_a_short_one(client, counted):
    court, seen = counted
    url = reverse("rectification:notice_check")
    draft = f"整改措施{seen}条，整改措施完成率0%，反馈问题3个，整改完成率0%，逾期整改措施0条。\n" * 20
    page(client, court.rectifier, url, 200, {"text": "无。"})
    with pinned_queries(Path(__file__).parent, "notice.check"):
        page(client, court.rectifier, url, 200, {"text": draft})


def test_a_word_file_is_read_and_a_bad_one_refused(client, court):
    document = Document()
    document.add_paragraph("收案40件，结案30件，结案率76%。")
    out = io.BytesIO()
    document.save(out)
    url = reverse("rectification:notice_check")
    good = SimpleUploadedFile("文稿.docx", out.getvalue())
    assert "30 ÷ 40 = 75%" in text(page(client, court.rectifier, url, 200, {"file": good, "text": ""}))
    for name, content in (("文稿.docx", b"no zip"), ("文稿.exe", b"MZ"), ("文稿.txt", b"")):
        page(client, court.rectifier, url, 422, {"file": SimpleUploadedFile(name, content), "text": ""})
    page(client, court.rectifier, url, 422, {"text": ""})
    page(client, court.rectifier, url, 422, {"text": "字" * 50_001})


# ---- the command --------------------------------------------------------------------------------------------


def test_the_command_says_it_in_text_and_json(tmp_path, court):
    path = tmp_path / "文稿.txt"
    path.write_text("编制89名，其中执行人员16名，占17.97%。\n截至2025年2月30日。", encoding="utf-8")
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("notice", "check", str(path), "--json", stdout=out)
    assert ended.value.code == 1, "a day there is not"
    told = json.loads(out.getvalue())
    assert told["counts"] == {"wrong": 1, "truncated": 1, "unbound": 2}
    assert [one["status"] for one in told["figures"]] == ["unbound", "unbound", "truncated"]
    assert (told["figures"][2]["value"], told["dates"][0]["line"]) == ("17.97", 2)
    path.write_text("编制89名，其中执行人员16名，占17.97%。", encoding="utf-8")
    out = io.StringIO()
    call_command("notice", "check", str(path), stdout=out)
    assert "截尾，未四舍五入" in out.getvalue() and "17.98%" in out.getvalue()
    with pytest.raises(CommandError) as refused:
        call_command("notice", "check", str(tmp_path / "没有.txt"))
    assert refused.value.returncode == 2


# ---- a published notice, where one is at hand ---------------------------------------------------------------

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "pyproject.toml").is_file())
SHARED = Path(os.environ.get("BIHUAN_TEST_SHARED") or ROOT.parent / "shared") / "notices"
REAL = sorted(SHARED.glob("*.truth.json")) if SHARED.is_dir() else []


@pytest.mark.skipif(not REAL, reason=f"no notices with a truth under {SHARED} (BIHUAN_TEST_SHARED names the folder)")
def test_a_real_notice_is_remarked_only_where_it_must_be():
    content = REAL[0].with_name(REAL[0].name.replace(".truth.json", ".txt")).read_text("utf-8")
    report = figure_check.check(content, today=dt.date(2025, 8, 31), bind=False)
    assert len(report.figures) >= 25
    assert report.others == []
    found = {(one.mention.shown(), one.status.value, r.message.code) for one in report.figures for r in one.remarks}
    assert found == {
        ("17.97%", "truncated", "figure_check.base_truncated"),
        ("3期", "doubt", "figure_check.cadence"),
    }
