"""A notice beside the ledger: pairs by likeness and by hand, differing characters, facts and figures with both values."""

import re
from decimal import Decimal

import pytest

from bihuan.rectification import services as s
from bihuan.rectification.models import OutcomeKind
from bihuan.rectification.notice import read_notice
from bihuan.rectification.pages.notice_compare import compare
from bihuan.rectification.pages.notice_likeness import bare, both_sides, likeness, matched

from .pages_support import addresses, page, text  # noqa: F401  a fixture of every test here
from .test_notice_pages import NOTICE, home, read  # noqa: F401

SAID = NOTICE.replace("整改情况：院领导带头走访企业36家，收集建议58条。", "整改情况：院领导带头走访企业，收集建议。批评教育4人，追回款项2.5万元。")


@pytest.fixture
def ledger(court):
    """A round with a problem worded a little differently, another one, and measures."""
    rows = {}
    for code, title in (("一-1", "集体学习安排比较松散的问题"), ("一-9", "车辆管理不规范")):
        rows[code] = s.create_problem(
            actor=court.rectifier, round=court.round, code=code, title=title, verbatim=title,
            subs=[{"no": "1", "title": "学习次数不足", "verbatim": "学习次数不足。"}],
        )  # fmt: skip
    sub = rows["一-1"].subs.get()
    for words in ("按月组织集体学习，每次不少于半天", "改造会议室", "修订学习安排办法"):
        rows[words[:2]] = court.measure(rows["一-1"], text=words, sub_problem=sub)
    return rows


def statuses(pairs):
    return [(pair.level, pair.status) for pair in pairs]


def only(segments):
    return [words for kind, words in segments if kind == "only"]


def test_both_sides_are_paired_by_likeness(court, ledger):
    found = compare(court.rectifier, read_notice(SAID), court.round)
    assert statuses(found.problems) == [("problem", "reworded"), ("problem", "missing"), ("problem", "extra")]
    first, second, third = found.problems
    assert only(first.ledger) == ["比较"] and only(first.notice) == [] and first.likeness > 80
    assert statuses(first.parts) == [
        ("part", "same"), ("part", "missing"),
        ("measure", "reworded"), ("measure", "reworded"), ("measure", "missing"), ("measure", "missing"), ("measure", "extra"), ("rule", "missing"),
    ]  # fmt: skip
    pairs = {pair.ledger[0][1][:4]: "".join(w for _, w in pair.notice) for pair in first.parts if pair.ledger}
    assert pairs["按月组织"].startswith("按月组织集体学习") and pairs["改造会议"] == ""
    assert [p.status for p in second.parts] == ["missing"] and [p.level for p in third.parts] == ["part"]
    assert found.differences == sum(p.status != "same" for one in found.problems for p in one.walk()) + 4
    assert {str(label): [n for _, _, n in numbers] for label, numbers in found.counts}["反馈问题"] == [0, 1, 1, 1]


def test_a_match_by_hand_goes_before_likeness(client, court, ledger, home):  # noqa: F811
    notice = read_notice(SAID)
    by_hand = {"p0": ledger["一-9"].pk, "p1": ledger["一-9"].pk}
    found = compare(court.rectifier, notice, court.round, chosen=by_hand)
    assert [p.chosen for p in found.problems] == [ledger["一-9"].pk, -1, -1], "a row belongs to one problem only"
    found = compare(court.rectifier, notice, court.round, chosen={"p0": 0, "p1": 99_999})
    assert [p.status for p in found.problems] == ["missing", "missing", "extra", "extra"]
    assert [p.chosen for p in found.problems[:2]] == [0, -1], "a row that is not there is no choice"
    url = f"{read(client, court, SAID).url}compare/?round={court.round.pk}"
    shown = text(page(client, court.rectifier, url))
    assert 'name="m-p0"' in shown and 'name="m-p0s0c0"' in shown and "自动对应，相似度" in shown
    done = page(client, court.rectifier, url, 302, {"m-p0": str(ledger["一-9"].pk), "m-p1": "", "m-p0s0": "x", "m-p0s1": "0"})
    again = text(page(client, court.rectifier, done.url))
    assert "人工对应 2 处" in again
    assert re.search(rf'<option value="{ledger["一-9"].pk}" selected>', again)


def test_only_the_differences_on_demand(client, court, ledger, home):  # noqa: F811
    same = s.create_problem(
        actor=court.rectifier, round=court.round, code="一-2", title="窗口答复不及时", verbatim="窗口答复不及时的问题。"
    )
    court.measure(same, text="设立综合窗口，一般咨询当日答复")
    url = f"{read(client, court, SAID).url}compare/?round={court.round.pk}"
    whole, less = (text(page(client, court.rectifier, url + more)) for more in ("", "&only=1"))
    assert "窗口答复不及时的问题。" in whole and "窗口答复不及时的问题。" not in less and "车辆管理不规范" in less
    assert "只看差异" in whole and "全部显示" in less and "一致的没有列出" in less
    assert "data-print" in whole
    kept = page(client, court.rectifier, url + "&only=1", 302, {"m-p0": "0"})
    assert kept.url.endswith("&only=1")


def test_figures_stand_beside_readings_and_outcomes(court, ledger):
    figure = court.figure
    notice = read_notice(SAID)
    known = {f.name: f for f in compare(court.rectifier, notice, court.round).figures}
    assert (known["超期率"].status, known["超期率"].as_of, known["超期率"].held) == ("no_reading", "2025-12-31", "")
    assert {known[n].status for n in ("追责问责", "清退或追回资金")} == {"no_outcome"}
    with_unit_of_work(court, figure, "4.5")
    measure = ledger["按月"]
    for kind, number, amount in (
        (OutcomeKind.PERSON_HELD, 3, None), (OutcomeKind.PERSON_HELD, 1, None), (OutcomeKind.MONEY_RECOVERED, 1, Decimal("24000")),
    ):  # fmt: skip
        outcome(court, measure, kind, number, amount)
    known = {f.name: f for f in compare(court.rectifier, notice, court.round).figures}
    assert (known["超期率"].status, known["超期率"].said, known["超期率"].held) == ("differs", "4%", "4.5%")
    assert known["追责问责"].status == "equal", "two outcomes add up to it"
    assert (known["清退或追回资金"].status, known["清退或追回资金"].said, known["清退或追回资金"].held) == (
        "differs", "2.5万元", "2.4万元"
    )  # fmt: skip
    about = read_notice(SAID.replace("追回款项2.5万元", "追回款项约2.5万元"))
    known = {f.name: f for f in compare(court.rectifier, about, court.round).figures}
    assert known["清退或追回资金"].status == "about"


@pytest.mark.parametrize(("printed", "held", "status"), [
    ("4.5", "4.5", "equal"), ("4.5", "4.4500", "about"), ("17.97", "17.9775", "about"), ("17.98", "17.9775", "about"),
    ("4", "4.5", "differs"), ("4.6", "4.5", "differs"), ("17.96", "17.9775", "differs"), ("0", "0", "equal"),
])  # fmt: skip
def test_a_figure_with_fewer_decimals_agrees_with_what_it_is_printed_for(court, printed, held, status):
    with_unit_of_work(court, court.figure, held)
    found = compare(court.rectifier, read_notice(SAID.replace("超期率为4%", f"超期率为{printed}%")), court.round)
    assert [f.status for f in found.figures if f.name == "超期率"] == [status]


def test_rules_and_facts_of_the_round(court, ledger):
    outcome(court, ledger["按月"], OutcomeKind.RULE_MADE, 1, None, "理论学习安排办法")
    found = compare(court.rectifier, read_notice(SAID), court.round)
    assert [p.status for p in found.problems[0].parts if p.level == "rule"] == ["same"]
    facts = {f.label: (f.said, f.held, f.status) for f in found.facts}
    assert facts["巡察机构"] == ("区委第二巡察组", "市委第一巡察组", "differs")
    assert facts["反馈日期"][2] == "differs" and facts["进驻日期"] == ("2025年3月10日", "", "differs")
    assert facts["问题数（通报逐条列出的）"] == ("2", "2", "same") and facts["制度数（通报自称的）"] == ("", "1", "unsaid")


def test_who_may_not_see_the_round_sees_no_comparison(client, court, ledger, home):  # noqa: F811
    url = read(client, court, SAID).url
    page(client, court.rectifier, f"{url}compare/", 404)
    page(client, court.rectifier, f"{url}compare/?round=99999", 404)
    page(client, court.rectifier, f"{url}compare/?round={'9' * 30}", 404)
    page(client, court.head, f"{url}compare/?round={court.round.pk}", 403)
    page(client, court.head, f"{url}compare/?round={court.round.pk}", 403, {"m-p0": "0"})


def test_the_number_of_statements_does_not_grow(court, ledger, django_assert_max_num_queries):
    notice = read_notice(SAID)
    for n in range(12):
        problem = s.create_problem(
            actor=court.rectifier, round=court.round, code=f"三-{n}", title=f"事项{n}落实不力", verbatim=f"事项{n}落实不力"
        )
        court.measure(problem)
    with django_assert_max_num_queries(20):
        assert len(compare(court.rectifier, notice, court.round).problems) == 15


def test_wordings_are_compared_without_frame_and_points():
    assert bare("关于“学用结合不够紧密”的问题") == bare("学用结合 不够紧密")
    assert matched(["甲乙丙丁", "子丑寅卯"], [["子丑寅辰"], ["天干"]]) == [(0, None, 0.0), (1, 0, 0.75), (None, 1, 0.0)]
    assert likeness("完善流程，明确分工", "完善流程，明确分工，每月调度一次，按季通报") > 0.8
    assert likeness("甲", "乙") == 0.0 and likeness("问题", "关于问题") == 1.0


@pytest.mark.parametrize(("one", "other", "left", "right"), [
    ("每月一次", "每季一次", ["月"], ["季"]), ("甲乙丙", "甲乙丙", [], []), ("", "新", [], ["新"]), ("甲，乙。", "甲乙", [], []), ("甲，乙", "甲丙", ["，乙"], ["丙"]),
])  # fmt: skip
def test_the_characters_that_differ_are_marked_on_both_sides(one, other, left, right):
    first, second = both_sides(one, other)
    assert (only(first), only(second)) == (left, right)
    assert ("".join(w for _, w in first), "".join(w for _, w in second)) == (one, other)


def with_unit_of_work(court, figure, value):
    """A reading of the whole court for December 2025."""
    import datetime as dt

    from bihuan.kernel import sources
    from bihuan.kernel.work import unit_of_work

    row = {"figure": figure, "period": dt.date(2025, 12, 1), "unit": None, "value": value}
    with unit_of_work(court.keeper):
        intake = sources.record_intake("readings", cut_off=dt.date(2025, 12, 31), rows={"new": 1})
    s.merge_readings([row], intake, court.keeper)


def outcome(court, measure, kind, number, amount, title="登记的成果"):
    """An outcome of a measure, as the ledger has it; the step before it is not what is tested here."""
    import datetime as dt

    from bihuan.kernel.work import unit_of_work
    from bihuan.rectification.models import Outcome

    with unit_of_work(court.rectifier) as uow:
        row = Outcome.objects.create(
            measure=measure, kind=kind, day=dt.date(2025, 12, 1), title=title, number=number, amount=amount
        )
        uow.record("test.made", row, params={"what": title})
