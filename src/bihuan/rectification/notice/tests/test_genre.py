"""Neighbours of the genre are refused with their reason; odd members of it are read."""

import time

import pytest

from bihuan.rectification.notice import NotThisGenre, read_notice
from bihuan.rectification.notice.messages import MESSAGES

REFUSED = {
    "not.start": "区委巡察组进驻区法院开展巡察\n9月1日,区委第一巡察组进驻动员会在区法院召开,巡察时间为两个月,受理群众来信来电来访。",
    "not.feedback": "区委第一巡察组向区法院党组反馈巡察情况\n3月2日,区委第一巡察组召开反馈会,指出了三个方面的问题,党组书记作表态发言。",
    "not.no_measures": "巡察发现的主要问题\n区委第一巡察组对下列单位开展了巡察,发现的问题如下。\n1.学习不够深入\n2.管理不够严格",
    "not.audit": "关于2024年度审计查出问题整改情况的报告\n现将审计查出问题的整改情况报告如下。\n1.账目不清\n整改情况:已补记。",
    "not.other": "临江区人民法院食堂改造公告\n因设备检修,食堂暂停供应两天。",
    "not.empty": " \n\n ",
    "not.too_long": "关于巡察整改情况的通报\n" + "补" * 200_000,
}


@pytest.mark.parametrize("code", REFUSED)
def test_refused_with_a_reason(code):
    with pytest.raises(NotThisGenre) as caught:
        read_notice(REFUSED[code])
    assert caught.value.code == code
    first = REFUSED[code].strip().split("\n")[0]
    assert first in str(caught.value)  # names the input


def test_every_refusal_has_a_case():
    assert {c for c in MESSAGES if c.startswith("not.")} == set(REFUSED)


@pytest.mark.parametrize("piece", ["一", "1.", "2024年", "“", "《", "3件", "6 ", "关于“", "问题", "整改情况："])
def test_a_hostile_repetition_is_read_in_moments(piece):
    """Patterns stay linear: quadratic ones took minutes over such a page (of a processor; the clock says nothing)."""
    started = time.process_time()
    read_notice(
        "中共甲县人民法院党组关于巡察整改进展情况的通报\n"
        "2024年3月1日至5月20日,县委第一巡察组对我院党组开展了巡察,2024年7月9日反馈了意见。现将整改情况通报如下。"
        + piece * 4_000 + "\n1.学习不实\n整改情况:" + piece * 4_000 + "\n联系电话:" + piece * 4_000
    )
    assert time.process_time() - started < 60


def test_a_notice_with_totals_only_is_read():
    notice = read_notice(
        "中共甲县人民法院党组关于巡察整改进展情况的通报\n"
        "2024年3月1日至5月20日,县委第一巡察组对我院党组开展了常规巡察,2024年7月9日反馈了意见。现将整改情况通报如下。\n"
        "一、组织领导情况\n反馈的4个方面30个问题已完成整改28个,完成率93.3%,制定措施72条,建立制度11项。\n"
        "二、下一步打算\n持续推进。\n联系电话:0790-3300119\n2025年2月1日"
    )
    assert notice.problems == []
    assert "problems.none" in {w.code for w in notice.warnings}
    assert (notice.measures_count, notice.rules_made_count) == (72, 11)
    assert {(c.of, c.value) for c in notice.stated_counts} >= {
        ("aspects", 4), ("problems", 30), ("done", 28), ("rate", 93.3),
    }
    assert notice.contacts.phone == "0790-3300119"


def test_two_different_totals_are_both_shown():
    notice = read_notice(
        "中共甲县人民法院党组关于巡察整改进展情况的通报\n"
        "2024年3月1日至5月20日,县委第一巡察组对我院党组开展了常规巡察,2024年7月9日反馈了意见。现将整改情况通报如下。\n"
        "一、组织领导情况\n制定措施72条。\n二、整改落实情况\n1.学习不实\n整改情况:补课。\n三、下一步打算\n落实措施75条。"
    )
    assert notice.measures_count == 72
    warning = next(w for w in notice.warnings if w.code == "count.differ")
    assert "72" in str(warning.params["texts"]) and "75" in str(warning.params["texts"])
