"""Numbers in running text: what is a figure, of which kind, as of when, and in which words."""

from datetime import date

import pytest

from bihuan.rectification.notice.figures import read_figures
from bihuan.rectification.notice.normalise import normalise

PUBLISHED = date(2025, 9, 10)


def figures(text, published=PUBLISHED, feedback=None):
    found, _ = read_figures(
        normalise(text), text, (0, len(text)), 1, reference=published, earliest=feedback
    )
    assert all(text[slice(*f.span)] == f.text for f in found)
    return [(f.text, f.value, f.unit, f.as_of, f.kind) for f in found]


@pytest.mark.parametrize(("text", "expected"), [
    ("结案率达96.5%。", [("结案率达96.5%", 96.5, "%", None, "result")]),
    ("结案率达９６．５％。", [("结案率达９６．５％", 96.5, "%", None, "result")]),
    ("2025年平均用时同比缩短4.5天,退件减少12件。", [
        ("2025年平均用时同比缩短4.5天", 4.5, "天", "2025", "result"), ("退件减少12件", 12, "件", "2025", "result")]),
    ("截至8月31日,回访70户。评查率80%。", [
        ("回访70户", 70, "户", "2025-08-31", "result"), ("评查率80%", 80, "%", None, "result")]),
    ("截止目前,清退0人。", [("清退0人", 0, "人", "目前", "result")]),
    ("截至11月30日回访70户。", [("回访70户", 70, "户", "2024-11-30", "result")]),
    ("2025年1—3月立案88件。", [("立案88件", 88, "件", "2025-03", "result")]),
    ("2024年10月至2025年2月15日办结60件涉及金额1.2亿元。", [
        ("办结60件", 60, "件", "2025-02-15", "result"), ("涉及金额1.2亿元", 1.2, "亿元", "2025-02-15", "result")]),
    ("今年以来立案88件,去年5月底归档30卷。", [
        ("立案88件", 88, "件", "2025", "result"), ("去年5月底归档30卷", 30, "卷", "2024-05", "result")]),
    ("第二季度抽查占比20%。", [("第二季度抽查占比20%", 20, "%", "第二季度", "result")]),
    ("档案已整理410卷;合同已补签6份。", [
        ("已整理410卷", 410, "卷", None, "result"), ("已补签6份", 6, "份", None, "result")]),
    ("档案已整理81.2%。", [("档案已整理81.2%", 81.2, "%", None, "result")]),
    ("2025年以来报送备案的14件文书均已登记。", [("2025年以来报送备案的14件文书", 14, "件", "2025", "result")]),
    ("办理来信40件(其中3件为重复来信)。", [
        ("办理来信40件", 40, "件", None, "result"), ("其中3件为重复来信", 3, "件", None, "result")]),
    ("办结来信40件(截至2025年6月30日)。", [("办结来信40件", 40, "件", "2025-06-30", "result")]),
    ("对3名干部提醒谈话并通报。", [("对3名干部提醒谈话", 3, "名", None, "result")]),
    ("运用“甲类”处理5人次、“乙类”处理2人次。", [
        ("“甲类”处理5人次", 5, "人次", None, "result"), ("“乙类”处理2人次", 2, "人次", None, "result")]),
    ("培训30余人次,约50件,办结20件左右。", [
        ("培训30余人次", 30, "人次", None, "approximate"), ("约50件", 50, "件", None, "approximate"),
        ("办结20件左右", 20, "件", None, "approximate")]),
    ("追回1,234.5万元。", [("追回1,234.5万元", 1234.5, "万元", None, "result")]),
    ("走访十余家,约谈三人次,到位百分之八十。", [
        ("约谈三人次", 3, "人次", None, "result"), ("到位百分之八十", 80, "%", None, "result")]),
    ("超过3个月未回复的来信必须逐件说明。", [("超过3个月未回复的来信", 3, "个月", None, "threshold")]),
    ("5万元以上支出须经会议研究。", [("5万元以上支出", 5, "万元", None, "threshold")]),
    ("归档率不低于90%的要求已落实。", [("不低于90%", 90, "%", None, "standard")]),
    ("每季度检查2次。", [("每季度检查2次", 2, "次", None, "standard")]),
    ("来信一律在7日内答复。", [("来信一律在7日内答复", 7, "日", None, "standard")]),
    ("将于12月完成升级20台。", [("将于12月完成升级20台", 20, "台", "2025-12", "plan")]),
    ("2026年3月底培训60人。", [("2026年3月底培训60人", 60, "人", "2026-03", "plan")]),
    ("截止到2025年6月底,接访412人次。", [("接访412人次", 412, "人次", "2025-06", "result")]),
    ("今年1-5月,立案1,356件。1至6月移送98件。", [
        ("立案1,356件", 1356, "件", "2025-05", "result"), ("移送98件", 98, "件", "2025-06", "result")]),
    ("2025年一季度结案120件,二季度150件。", [
        ("2025年一季度结案120件", 120, "件", "2025-Q1", "result"), ("二季度150件", 150, "件", "2025-Q2", "result")]),
    ("上半年培训6场次。", [("上半年培训6场次", 6, "场次", "上半年", "result")]),
    ("自2024年10月以来督察12次。", [("督察12次", 12, "次", "2024-10", "result")]),
    ("涉及50万元(含)以上的采购应当招标。", [("50万元(含)以上的采购", 50, "万元", None, "threshold")]),
    ("超过60日未办结的须说明。", [("超过60日未办结的", 60, "日", None, "threshold")]),
    ("10天内答复率100%,超期0件。", [
        ("10天内", 10, "天", None, "standard"), ("答复率100%", 100, "%", None, "result"), ("超期0件", 0, "件", None, "result")]),
    ("第一种形态10人次、第二种形态2人次。", [
        ("第一种形态10人次", 10, "人次", None, "result"), ("第二种形态2人次", 2, "人次", None, "result")]),
    ("填报“三个规定”16次,“第一议题”学习23次,整治四风问题3个。", [
        ("填报“三个规定”16次", 16, "次", None, "result"), ("“第一议题”学习23次", 23, "次", None, "result"),
        ("整治四风问题3个", 3, "个", None, "result")]),
])
def test_figures(text, expected):
    assert figures(text) == expected


@pytest.mark.parametrize("text", [
    "压实“一把手”责任,落实一把手末位表态。", "学习“三个规定”,三个规定全员知晓。", "落实第一议题制度。", "整治四风问题。",
    "运用第一种形态教育提醒。", "“四种形态”常态运用。", "严守中央八项规定精神。", "严守中央8项规定精神。", "落实“三会一课”。",
    "一件件落实到位。", "履行一岗双责,一车一档。", "案件将在10月结案。", "开通12368热线。", "依据第15条处理。",
    "制定《2025年工作计划》。", "印发〔2025〕12号文件。", "2025年5月7日召开会议。", "推行“1+3”模式。", "办好十件实事。",
    "将材料写入报告。", "《关于进一步加强10项工作的通知》已落实。", "推进2025年度重点任务。",
])
def test_terms_dates_and_titles_are_no_figures(text):
    assert figures(text) == []


def test_a_year_is_never_guessed_without_a_day_to_go_by():
    assert figures("截至5月31日,回访7户。", published=None)[0][3] == "5月31日"
    assert figures("截至5月31日,回访7户。", published=None, feedback=date(2025, 6, 3))[0][3] == "2026-05-31"


def test_a_number_without_a_known_unit_is_reported_not_dropped():
    text = "购置设备。\n摆放7盆绿植。"
    found, remarks = read_figures(normalise(text), text, (0, len(text)), 4, reference=None, earliest=None)
    assert found == []
    assert [(r.code, r.line) for r in remarks] == [("figure.no_unit", 5)]
    assert "7盆" in str(remarks[0].params["text"])


def test_an_inferred_year_is_marked():
    found, _ = read_figures("截至5月31日回访7户", "截至5月31日回访7户", (0, 12), 1, reference=PUBLISHED, earliest=None)
    assert [f.year_inferred for f in found] == [True]
    found, _ = read_figures("2025年回访7户", "2025年回访7户", (0, 9), 1, reference=PUBLISHED, earliest=None)
    assert [f.year_inferred for f in found] == [False]


@pytest.mark.parametrize(("text", "kind", "approximate"), [
    ("办结约20件", "approximate", True), ("办结20余件", "approximate", True), ("办结20件", "result", False),
    ("计划于2026年1月培训约60人", "plan", True), ("金额近3.2万元", "approximate", True), ("超期0件", "result", False),
])  # fmt: skip
def test_rounded_figures_say_so_whatever_their_kind(text, kind, approximate):
    (found,), _ = read_figures(normalise(text), text, (0, len(text)), 1, reference=PUBLISHED, earliest=None)
    assert (found.kind, found.approximate) == (kind, approximate)


@pytest.mark.parametrize("written", ["截至2025531日", "截至20255月31日"])
def test_a_date_that_lost_its_marks_dates_a_figure_with_a_doubt(written):
    text = f"{written},办结32件。"
    (found,), remarks = read_figures(normalise(text), text, (0, len(text)), 7, reference=PUBLISHED, earliest=None)
    assert (found.text, found.as_of, found.year_inferred) == ("办结32件", "2025-05-31", True)
    assert [(r.code, r.line) for r in remarks] == [("date.damaged", 7)]
