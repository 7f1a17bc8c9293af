"""Opening paragraphs as they are written: bodies, kinds, dates complete, carried over, vague, damaged or impossible."""

from datetime import date

import pytest

from bihuan.rectification.notice import read_notice

FRAME = "中共甲县人民法院党组关于巡察整改情况的通报\n{opening}现将整改情况予以公布。\n1.学习不实\n整改情况:补课。\n2025年12月1日"


def read(opening):
    return read_notice(FRAME.format(opening=opening))


@pytest.mark.parametrize(("opening", "body", "kind", "start", "end", "feedback"), [
    ("2024年3月1日至5月20日,县委第一巡察组对我院党组开展了常规巡察,并于2024年7月9日反馈了意见。",
     "县委第一巡察组", "常规巡察", date(2024, 3, 1), date(2024, 5, 20), date(2024, 7, 9)),
    ("根据安排,2024年11月4日—2025年1月10日县委巡察三组对院党组进行提级巡察。3月5日,反馈了巡察情况。",
     "县委巡察三组", "提级巡察", date(2024, 11, 4), date(2025, 1, 10), date(2025, 3, 5)),
    ("市县联动巡察组于2024年11月4日至12月30日对我院开展联动巡察,1月8日召开反馈会。",
     "市县联动巡察组", "联动巡察", date(2024, 11, 4), date(2024, 12, 30), date(2025, 1, 8)),
    ("2024年9月2日至30日,中央第六巡视组对我院党组开展了专项巡视。2024年12月2日反馈。",
     "中央第六巡视组", "专项巡视", date(2024, 9, 2), date(2024, 9, 30), date(2024, 12, 2)),
    ("由八届县委第三轮巡察二组自2024年3月1日起至2024年5月20日对我院党组开展巡察,2024年7月9日反馈意见。",
     "八届县委第三轮巡察二组", "巡察", date(2024, 3, 1), date(2024, 5, 20), date(2024, 7, 9)),
    ("2024717日至9月2日,县委第一巡察组对我院党组开展了常规巡察,2024年11月9日反馈了意见。",
     "县委第一巡察组", "常规巡察", date(2024, 7, 17), date(2024, 9, 2), date(2024, 11, 9)),
    ("20247月17日至2024年92日,县委第一巡察组对我院党组开展了常规巡察,2024119日反馈了意见。",
     "县委第一巡察组", "常规巡察", date(2024, 7, 17), date(2024, 9, 2), date(2024, 11, 9)),
    ("2024年7月17至1012日,县委第一巡察组对我院党组开展了机动巡察。12月3日,召开反馈会。",
     "县委第一巡察组", "机动巡察", date(2024, 7, 17), date(2024, 10, 12), date(2024, 12, 3)),
    ("024年7月17日至9月2日,县委第一巡察组对我院党组开展了常规巡察,并反馈意见(2024年11月9日)。",
     "县委第一巡察组", "常规巡察", date(2024, 7, 17), date(2024, 9, 2), date(2024, 11, 9)),
    ("2024.7.17—2024.9.2,区委巡察六组对我院党组开展巡察,2024年11月9日反馈。",
     "区委巡察六组", "巡察", date(2024, 7, 17), date(2024, 9, 2), date(2024, 11, 9)),
    ("2024年11月4日至1月10日,县委巡察三组对院党组进行提级交叉巡察。3月5日,反馈了巡察情况。",
     "县委巡察三组", "提级交叉巡察", date(2024, 11, 4), date(2025, 1, 10), date(2025, 3, 5)),
])
def test_openings(opening, body, kind, start, end, feedback):
    notice = read(opening)
    assert (notice.inspecting_body, notice.inspection_kind) == (body, kind)
    assert (notice.inspection_from, notice.inspection_to, notice.feedback_on) == (start, end, feedback)


def test_a_vague_period_stays_words():
    notice = read("2024年8月下旬至9月底,县委第一巡察组对我院党组开展了常规巡察,2024年11月9日反馈了意见。")
    assert notice.inspection_from is None
    assert notice.inspection_period == "2024年8月下旬至9月底"
    assert "period.vague" in {w.code for w in notice.warnings}


def test_impossible_dates_are_kept_or_left_open_with_a_warning():
    notice = read("2024年5月20日至3月1日,县委第一巡察组对我院党组开展了巡察,2024年2月30日反馈了意见。")
    assert (notice.inspection_from, notice.inspection_to) == (date(2024, 5, 20), date(2024, 3, 1))
    assert notice.feedback_on is None
    assert {"date.order", "date.impossible"} <= {w.code for w in notice.warnings}


def test_the_page_date_wins_over_the_signature_and_the_difference_is_told():
    text = FRAME.format(opening="2024年3月1日至5月20日,县委第一巡察组对我院党组开展了常规巡察,2024年7月9日反馈。")
    title, rest = text.split("\n", 1)
    notice = read_notice(f"{title}\n2025-12-09\n{rest}")
    assert (notice.published_on, notice.signed_on) == (date(2025, 12, 9), date(2025, 12, 1))
    assert "published.differ" in {w.code for w in notice.warnings}


def test_a_notice_without_title_is_read_with_a_warning():
    text = FRAME.format(opening="2024年3月1日至5月20日,县委第一巡察组对甲县人民法院党组开展了常规巡察,2024年7月9日反馈。")
    notice = read_notice(text.split("\n", 1)[1])
    assert notice.title is None
    assert notice.organisation == "甲县人民法院党组"
    assert notice.document_word is None
    assert [p.title for p in notice.problems] == ["学习不实"]
    assert "title.missing" in {w.code for w in notice.warnings}


@pytest.mark.parametrize(("opening", "code", "every"), [
    ("2024111日至2024年3月20日,县委第一巡察组开展了巡察,2024年7月9日反馈。", "date.damaged", "2024-01-11—2024-03-20"),
    ("2024111日至2024125日,县委第一巡察组开展了巡察,2025年7月9日反馈。", "date.ambiguous",
     "2024-01-11—2024-01-25 / 2024-11-01—2024-12-05"),
    ("2024年3月1日至5月20日,县委第一巡察组开展了巡察,2024112日反馈。", "date.damaged", "2024-11-02"),
    ("2024年1月1日至1月10日,县委第一巡察组开展了巡察,2024112日反馈。", "date.ambiguous", "2024-01-12 / 2024-11-02"),
])  # fmt: skip
def test_a_damaged_date_names_every_day_it_may_mean(opening, code, every):
    """Readings that stand in an impossible order are left out when another one is possible."""
    doubt = next(w for w in read(opening).warnings if w.code in ("date.damaged", "date.ambiguous"))
    assert (doubt.code, doubt.params.get("all", doubt.params["read"])) == (code, every)


def test_no_date_at_all_is_left_open():
    notice = read("县委第一巡察组对我院党组开展了常规巡察,反馈了意见。按照县委巡察工作的统一要求,全院上下抓紧整改。")
    assert (notice.inspection_from, notice.inspection_to, notice.feedback_on) == (None, None, None)
    assert {"period.missing", "feedback.missing"} <= {w.code for w in notice.warnings}


ENDINGS = {
    "联系电话:0790-3300119。": ("0790-3300119", None, None, None),
    "联系电话:3300119(工作日8:30—12:00,14:00—17:30)": ("3300119", None, None, None),
    "欢迎广大干部群众监督。联系方式:电话(0790)3300119,电子邮箱jxfy@court.example,通讯地址:甲县文澜路8号,邮编:330099。":
        ("(0790)3300119", "jxfy@court.example", "甲县文澜路8号,邮编:330099", "330099"),
    "迎广大干部群众监督。如有意见,请反馈。邮政信箱:甲县文澜路8号甲县人民法院;邮政编码330099": (None, None, "甲县文澜路8号甲县人民法院", "330099"),
    "系方式:13900000000": ("13900000000", None, None, None),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_endings(ending):
    text = FRAME.format(opening="2024年3月1日至5月20日,县委第一巡察组对我院党组开展了常规巡察,2024年7月9日反馈。")
    notice = read_notice(text.replace("2025年12月1日", f"{ending}\n甲县人民法院\n2025年12月1日"))
    found = notice.contacts
    assert (found.phone, found.mail, found.post, found.postcode) == ENDINGS[ending]
    assert notice.problems[0].subproblems[0].measures_text == "补课。"
    assert notice.signed_by == "甲县人民法院" and notice.unplaced == []


@pytest.mark.parametrize(("line", "day", "code"), [
    ("二〇二五年十二月一日", date(2025, 12, 1), None), ("2025.12.1", date(2025, 12, 1), None),
    ("2025121日", date(2025, 1, 21), "date.ambiguous"), ("202512月1日", date(2025, 12, 1), "date.damaged"),
    ("2025年13月1日", None, "date.impossible"),
])  # fmt: skip
def test_the_day_under_the_signature(line, day, code):
    text = FRAME.format(opening="2024年3月1日至5月20日,县委第一巡察组对我院党组开展了常规巡察,2024年7月9日反馈。")
    notice = read_notice(text.replace("2025年12月1日", f"甲县人民法院\n{line}"))
    assert notice.signed_on == day
    assert code is None or code in {w.code for w in notice.warnings}
