"""What is said about figures whose arithmetic stands in the draft: one sentence a case, right ones beside wrong ones."""

import datetime as dt
import random
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest

from bihuan.kernel.figure_check import Mention, Status, check
from bihuan.kernel.figure_check.model import fits

pytestmark = pytest.mark.once
TODAY = dt.date(2026, 6, 30)


def found(text):
    """(status, code) of everything found, dates too."""
    report = check(text, today=TODAY, bind=False)
    return [(one.status.value, one.message.code.removeprefix("figure_check.")) for one in report.remarks]


@pytest.mark.parametrize(
    "text",
    [
        "办结32件，调解16件（调解率50%）。",
        "16/32=50%。",
        "收案40件，结案30件，结案率75%。",
        "政法编制89名，其中执行人员16名，占17.98%。",
        "执行人员16人，占全部89人的17.98%。",
        "执行人员16名，占编制17.98%。",
        "受理89件，分别为民事40件、刑事20件、行政29件。",
        "受理89件，其中重大案件3件。",
        "新建4项、修订9项，共13项。",
        "发放民事案款1.2亿元、刑事案款3000万元，共计1.5亿元。",
        "结案率由98.50%上升到99.67%，上升1.17个百分点。",
        "结案由100件增加到120件，增长20%。",
        "结案由100件减少到80件，减少20件。",
        "上诉率同比下降2.2个百分点。",
        "上诉案件同比减少29件。",
        "执行到位金额1,203.5万元，同比增长12.3%。",
        "2024年9月20日至12月31日检查，2024年11月至2025年5月31日整改。",
        "每月通报，截至2025年5月31日发布5期通报。",
        "审限内结案率99.67%，办结298件。",
        "三十二件中调解十六件，调解率百分之五十。",
        "受理一百二十件，其中民事八十件、刑事四十件。",
    ],
)
def test_right_arithmetic_is_not_remarked(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("办结32件，调解16件（调解率55%）。", "wrong", "share_wrong"),
        ("16/33=50%。", "wrong", "share_wrong"),
        ("收案40件，结案30件，结案率76%。", "wrong", "share_wrong"),
        ("政法编制89名，其中执行人员16名，占17.97%。", "truncated", "share_truncated"),
        ("政法编制89名，其中执行人员16名，占18.97%。", "wrong", "share_wrong"),
        ("执行人员16名，占编制17.97%。", "truncated", "base_truncated"),
        ("执行人员3名，占编制41.00%。", "wrong", "no_base"),
        ("受理89件，分别为民事40件、刑事20件、行政30件。", "wrong", "sum_wrong"),
        ("受理89件，分别为民事40件、刑事20件、行政28件。", "wrong", "sum_wrong"),
        ("受理89件，其中民事40件、刑事20件、行政30件。", "wrong", "sum_wrong"),
        ("受理89件，其中民事40件、刑事20件、行政28件。", "doubt", "sum_doubt"),
        ("受理17件（其中重大案件20件）。", "wrong", "sum_wrong"),
        ("受理89件，其中民事40件、刑事20件，其余30件。", "wrong", "sum_wrong"),
        ("新建4项、修订9项，共12项。", "wrong", "sum_wrong"),
        ("发放民事案款1.2亿元、刑事案款3000万元，共计1.6亿元。", "wrong", "sum_wrong"),
        ("结案率由98.50%上升到99.67%，上升1.17%。", "wrong", "points"),
        ("结案率由98.50%上升到99.67%，上升1.18个百分点。", "wrong", "growth_wrong"),
        ("结案率由99.67%上升到98.50%，上升1.17个百分点。", "wrong", "direction"),
        ("结案由100件增加到120件，增长20个百分点。", "wrong", "points_of_count"),
        ("结案由100件增加到120件，增长25%。", "wrong", "growth_wrong"),
        ("上诉率同比下降2.2%。", "doubt", "points_doubt"),
        ("上诉案件同比减少2.2个百分点。", "doubt", "points_of_count"),
        ("2025年5月31日至2025年3月1日开展检查。", "wrong", "order"),
        ("2025年5月至3月开展检查。", "wrong", "order"),
        ("截至2025年2月30日。", "wrong", "no_such_day"),
        ("截至5月31日办结3件。\n2025年4月1日", "doubt", "after_signed"),
        ("采用月通报制度，截至2025年5月31日发布3期通报。", "doubt", "cadence"),
        ("建立周通报制度，2025年4月以来至2025年5月31日发布30期通报。", "doubt", "cadence"),
        ("每季度分析，截至2025年6月30日发布4期。", "doubt", "cadence"),
    ],
)
def test_wrong_arithmetic_is_found(text, status, code):
    assert (status, code) in found(text)


def test_a_remark_says_what_would_be_right_and_where():
    text = "一、概况\n收案40件，结案30件，结案率76%。"
    (one,) = [one for one in check(text, today=TODAY, bind=False).figures if one.remarks]
    assert (one.line, one.status, text[one.mention.at : one.mention.stop]) == (2, Status.WRONG, "76%")
    assert one.remarks[0].message.params["right"] == "75%"
    assert "30 ÷ 40 = 75%" in str(one.remarks[0].message)


def test_thresholds_norms_and_plans_are_no_statements():
    assert found("超过6个月未结的8件，执行人员不低于编制的15%，计划办结90件。") == []


def test_two_rates_of_one_sentence_are_told_apart():
    assert found("收案40件，结案30件，其中调解15件，结案率75%，上诉率2.1%。") == []


@pytest.mark.parametrize("unit", ["万元", "亿元", "元"])
def test_money_in_any_unit_is_one_measure(unit):
    one = Mention(0, 3, 0, 3, "", Decimal("2.1"), unit, 1)
    assert (one.measure, one.amount) == ("元", Decimal("2.1") * {"万元": 10_000, "亿元": 10**8, "元": 1}[unit])


def test_rounding_and_truncation():
    exact = Decimal(1600) / 89
    assert [fits(Decimal(text), 2, exact) for text in ("17.98", "17.97", "17.96")] == ["equal", "truncated", ""]
    assert fits(Decimal("0.13"), 2, Decimal("0.125")) == "equal", "half up"


# ---- drafts made up with right arithmetic, and with one number changed ----------------------------------------


def sentence(chance):
    """A sentence whose arithmetic is right, and its numbers that carry it: (pieces, places of them that may be changed)."""
    whole = chance.randint(20, 900)
    part = chance.randint(1, whole)
    share = (Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)
    one = chance.randint(1, whole - 2)
    two = chance.randint(1, whole - one - 1)
    before = chance.randint(10, 500)
    after = before + chance.choice([-1, 1]) * chance.randint(1, before - 1)
    growth = (Decimal(100 * abs(after - before)) / before).quantize(Decimal("0.1"), ROUND_HALF_UP)
    low = Decimal(chance.randint(1000, 9000)) / 100
    points = Decimal(chance.randint(1, 900)) / 100
    word = "增加" if after > before else "减少"
    return chance.choice(
        [
            (["收案", whole, "件，结案", part, "件，结案率", share, "%。"], [5]),
            (["受理", whole, "件，调解", part, "件（占", share, "%）。"], [5]),
            ([part, "/", whole, "=", share, "%。"], [4]),
            (
                ["受理", whole, "件，分别为民事", one, "件、刑事", two, "件、行政", whole - one - two, "件。"],
                [1, 3, 5, 7],
            ),
            (["办理民事", one, "件、刑事", two, "件，共计", one + two, "件。"], [1, 3, 5]),
            (["结案由", before, f"件{word}到", after, f"件，{word}", growth, "%。"], [5]),
            (["结案率由", low, "%提高到", low + points, "%，提高", points, "个百分点。"], [1, 3, 5]),
        ]
    )


def written(pieces):
    return "".join(str(piece) for piece in pieces)


@pytest.mark.parametrize("seed", range(40))
def test_a_draft_with_right_arithmetic_raises_nothing_and_a_changed_number_does(seed):
    chance = random.Random(seed)
    made = [sentence(chance) for _number in range(8)]
    assert found("".join(written(pieces) for pieces, _places in made)) == []
    pieces, places = chance.choice(made)
    at = chance.choice(places)
    shift = chance.choice([3, 5, 7]) if isinstance(pieces[at], int) else Decimal("2.37")
    changed = [*pieces[:at], pieces[at] + shift, *pieces[at + 1 :]]
    assert found(written(changed)), written(changed)


@pytest.mark.parametrize("seed", range(20))
def test_a_share_cut_off_is_truncated_and_not_wrong(seed):
    chance = random.Random(seed)
    while True:
        whole = chance.randint(20, 900)
        part = chance.randint(1, whole)
        exact = Decimal(100 * part) / whole
        cut = exact.quantize(Decimal("0.01"), ROUND_DOWN)
        if cut != exact.quantize(Decimal("0.01"), ROUND_HALF_UP):
            break
    assert {status for status, _code in found(f"收案{whole}件，结案{part}件，结案率{cut}%。")} == {"truncated"}
