"""Neighbours of the genre are refused with their reason; odd members of it are read."""

import time

import pytest

from bihuan.rectification.notice import NotThisGenre, read_notice
from bihuan.rectification.notice.messages import MESSAGES

REFUSED = {
    "not.start": [
        "区委巡察组进驻区法院开展巡察\n9月1日,区委第一巡察组进驻动员会在区法院召开,巡察时间为两个月,受理群众来信来电来访。",
        "县委第三巡察组巡察县人民法院党组公告\n根据县委统一部署，县委第三巡察组于2025年3月3日至5月16日对县人民法院党组开展常规巡察。"
        "巡察期间受理来信来电来访。联系电话：0790-3300001。",
        "区委巡察组巡察区法院党组工作动员会召开\n组长作动员讲话，要求自觉接受监督，对发现的问题立行立改、即知即改。院党组书记主持会议。",
    ],
    "not.feedback": [
        "区委第一巡察组向区法院党组反馈巡察情况\n3月2日,区委第一巡察组召开反馈会,指出了三个方面的问题,党组书记作表态发言。",
        "市委第二巡察组向市中院党组反馈巡察情况\n巡察组组长反馈了意见，指出学习不深入等问题，并对整改提出要求：一是提高认识；二是制定整改方案；"
        "三是按时报告整改情况。院党组书记作表态发言，表示将逐条整改，整改情况及时向社会公布。",
    ],
    "not.no_measures": [
        "巡察发现的主要问题\n区委第一巡察组对下列单位开展了巡察,发现的问题如下。\n1.学习不够深入\n2.管理不够严格",
        "八届县委第四轮巡察发现共性问题清单\n一、履行职责方面\n1.会议制度执行不严。\n2.台账更新不及时。\n二、队伍建设方面\n1.考勤松散。",
    ],
    "not.audit": [
        "关于2024年度审计查出问题整改情况的报告\n现将审计查出问题的整改情况报告如下。\n1.账目不清\n整改情况:已补记。",
        "某县人民法院关于经济责任审计发现问题整改情况的公告\n根据县审计局审计报告，现将整改情况公告如下。\n（一）关于“往来款长期挂账”的问题\n"
        "整改情况：清理挂账12笔，金额38.6万元。\n联系电话：0790-3300119\n2025年2月1日",
        "县审计局对县法院审计发现问题已全部整改\n审计报告反馈问题9个，审计整改完成9个。今年巡察也将关注审计整改。",
    ],
    "not.supervision": [
        "关于生态环境保护督察反馈意见整改情况的报告\n现将督察反馈问题整改情况公布如下。\n一、关于“扬尘管控不力”的问题\n整改情况：洒水作业30次。",
    ],
    "not.plan": [
        "某县人民法院党组关于巡察反馈意见的整改方案\n根据县委第二巡察组反馈意见，制定如下方案。\n1.学习不深入\n整改措施：每月集中学习。\n完成时限：2025年6月。",
    ],
    "not.other": [
        "临江区人民法院食堂改造公告\n因设备检修,食堂暂停供应两天。",
        "区法院召开执行工作推进会\n会议通报了上半年执行情况，办结案件1203件，要求巡回审判点加强巡查。",
    ],
    "not.empty": [" \n\n "],
    "not.too_long": ["关于巡察整改情况的通报\n" + "补" * 200_000],
}
CASES = [(code, text) for code, texts in REFUSED.items() for text in texts]


@pytest.mark.parametrize(("code", "text"), CASES, ids=lambda value: value if value in REFUSED else "")
def test_refused_with_a_reason(code, text):
    with pytest.raises(NotThisGenre) as caught:
        read_notice(text)
    assert caught.value.code == code
    first = text.strip().split("\n")[0]
    assert first in str(caught.value)  # names the input


def test_every_refusal_has_a_case():
    assert {c for c in MESSAGES if c.startswith("not.")} == set(REFUSED)


@pytest.mark.parametrize("title", [
    "中共甲县人民法院党组关于巡视整改情况的报告", "甲县人民法院关于巡察“回头看”反馈意见整改落实情况的公告", "关于县委巡察反馈问题立行立改情况的通报",
    "中共甲县人民法院党组关于巡察反馈问题、审计移交问题整改进展情况的通报", "",
])  # fmt: skip
def test_members_of_the_genre_under_other_titles(title):
    notice = read_notice(
        f"{title}\n2024年3月1日至5月20日,县委第一巡察组对我院党组开展了巡察,2024年7月9日召开反馈会,反馈了意见。现将整改情况公布如下。"
        "\n1.学习不实\n整改情况:补课2次,对照审计意见补记账目。\n联系电话:0790-3300119\n2025年2月1日"
    )
    assert [p.title for p in notice.problems] == ["学习不实"]


@pytest.mark.parametrize("piece", [
    "一", "1.", "2024年", "“", "《", "3件", "6 ", "关于“", "问题", "整改情况：", "整改", "(一)甲\n", "1.甲\n整改情况：补3件。\n", "a|b|c\n",
    "1.甲整改情况：乙。", "、甲\n", "2024717日",
])  # fmt: skip
def test_a_hostile_repetition_is_read_in_moments(piece):
    """Patterns stay linear: quadratic ones took many minutes over such a page. The bound is far from what it takes (1 s)."""
    started = time.process_time()
    much = piece * (30_000 // len(piece))
    read_notice(
        "中共甲县人民法院党组关于巡察整改进展情况的通报\n"
        "2024年3月1日至5月20日,县委第一巡察组对我院党组开展了巡察,2024年7月9日反馈了意见。现将整改情况通报如下。"
        f"{much}\n1.学习不实\n整改情况:{much}\n2.值班不严\n整改情况:补。\n联系电话:{much}"
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
