"""Terms, digests and refusals of the period arithmetic."""

import datetime as dt
import json

import pytest

from bihuan.law.calendar import WorkCalendar
from bihuan.law.errors import PeriodError, TermError
from bihuan.law.periods import Exclusion, Extension, Period, due, ends_on, exceeds
from bihuan.law.terms import add_months

SHIPPED = WorkCalendar.load()
D = dt.date


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("7d", "7d"),
        ("10wd", "10wd"),
        ("6m", "6m"),
        ("6crim_m", "6crim_m"),
        ("2y", "2y"),
        ("1crim_m+15d", "1crim_m+15d"),
        ("1.5m", "1m+1half_m"),
        ("1.5crim_m", "1crim_m+1half_m"),
        ("0.5m", "1half_m"),
        (" 6 m ", "6m"),
        ("七日", "7d"),
        ("15天", "15d"),
        ("一百二十日", "120d"),
        ("四十五日", "45d"),
        ("十个工作日", "10wd"),
        ("5个工作日", "5wd"),
        ("六个月", "6m"),
        ("十二个月", "12m"),
        ("半个月", "1half_m"),
        ("一个半月", "1m+1half_m"),
        ("两年", "2y"),
        ("一年半", "1y+6m"),
        ("半年", "6m"),
        ("一年六个月", "1y+6m"),
        ("一个月十五日", "1m+15d"),
        ("48h", "48h"),
        ("七十二小时", "72h"),
        ("24个小时", "24h"),
    ],
)
def test_terms_are_read(text, canonical):
    period = Period.parse(text)
    assert str(period) == canonical
    assert Period.parse(canonical) == period


@pytest.mark.parametrize(
    "text",
    ["", "6", "m", "0d", "-3d", "1.5d", "6M", "3m+6m", "15d+1m", "5wd+1d", "1m+1crim_m", "99999d", "六月月",
     "半日", "半个工作日", "半小时", "1d+2h", "1.5h", "二三日", "3周", "约6个月", "6m+", "6m+7x"],
)  # fmt: skip
def test_terms_that_cannot_be_read_are_refused(text):
    with pytest.raises(TermError):
        Period.parse(text)


def test_a_refused_term_names_itself_and_what_to_write():
    with pytest.raises(TermError, match=r"'3周'.*10wd"):
        Period.parse("3周")


def test_months_may_go_back():
    assert add_months(D(2025, 8, 31), -6) == D(2025, 2, 28)
    assert add_months(D(2025, 2, 28), -1, criminal=True) == D(2025, 1, 31)
    with pytest.raises(TermError, match="leaves the years"):
        add_months(D(9999, 1, 1), 12)


def test_digest_covers_every_input():
    def ask(**changes):
        asked = {"trigger": D(2025, 8, 4), "term": "2m", "system": "criminal", "calendar": SHIPPED} | changes
        return due(asked.pop("trigger"), asked.pop("term"), **asked).digest

    variants = [
        {},
        {"trigger": D(2025, 8, 5)},
        {"term": "3m"},
        {"system": "civil"},
        {"custody": True},
        {"extensions": ["1m"]},
        {"extensions": [D(2025, 12, 1)]},
        {"extensions": [Extension(Period.parse("1m"), reference="1号")]},
        {"exclusions": [(D(2025, 8, 10), D(2025, 8, 12))]},
        {"exclusions": [Exclusion(D(2025, 8, 10), D(2025, 8, 12), "公告")]},
        {"calendar": WorkCalendar(SHIPPED.notices[:-1])},
    ]
    digests = [ask(**variant) for variant in variants]
    assert len(set(digests)) == len(variants)
    assert digests == [ask(**variant) for variant in variants]
    spans = [(D(2025, 8, 10), D(2025, 8, 12)), (D(2025, 9, 1), D(2025, 9, 2))]
    assert ask(exclusions=spans) == ask(exclusions=spans[::-1])


def test_the_trace_is_json_without_prose():
    found = due(
        D(2025, 1, 10),
        "6m",
        extensions=[Extension(Period.parse("3m"), article="民诉法152", reference="（2025）延1号")],
        exclusions=[Exclusion(D(2025, 3, 1), D(2025, 3, 10), "鉴定"), Exclusion(D(2025, 3, 5), D(2025, 3, 12), "公告")],
        calendar=SHIPPED,
    )
    stored = json.loads(json.dumps([s.as_json() for s in found.trace]))
    assert [s["code"] for s in stored] == ["T-02", "T-04", "extension", "exclusion", "T-06.none"]
    assert stored[2]["params"] == {
        "from": "2025-07-10", "term": "3m", "to": "2025-10-10", "article": "民诉法152", "reference": "（2025）延1号",
    }  # fmt: skip
    assert stored[3]["params"]["count"] == 12
    assert stored[3]["params"]["grounds"] == ["公告", "鉴定"]
    assert found.due == D(2025, 10, 22)


def test_workday_terms_are_provisional_when_they_count_unpublished_days():
    assert due(D(2026, 12, 28), "5wd", calendar=SHIPPED).provisional
    assert due(D(2026, 12, 28), "5wd", system="criminal", custody=True, calendar=SHIPPED).provisional
    assert not due(D(2026, 12, 21), "5wd", calendar=SHIPPED).provisional
    # Counted through an unpublished year into a published one, and begun on the eve of one.
    assert due(D(2003, 12, 25), "10wd", calendar=SHIPPED).provisional
    assert not due(D(2003, 12, 31), "10wd", calendar=SHIPPED).provisional
    assert not due(D(2026, 11, 10), "2m", system="criminal", custody=True, calendar=SHIPPED).provisional


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"custody": True}, "criminal"),
        ({"system": "military"}, "military"),
        ({"extensions": [D(2025, 1, 2)]}, "not after 2025-01-08"),
        ({"extensions": [Extension()]}, "exactly one"),
        ({"extensions": [Extension(Period.parse("1m"), D(2026, 1, 1))]}, "exactly one"),
        ({"exclusions": [(D(2025, 1, 5), D(2025, 1, 3))]}, "ends before"),
        ({"exclusions": [(D(2025, 1, 5), None)]}, "cut-off"),
        ({"exclusions": [(D(2025, 1, 5), dt.datetime(2025, 1, 6))]}, "calendar day"),
    ],
)
def test_contradictions_are_refused(options, says):
    with pytest.raises(PeriodError, match=says):
        due(D(2025, 1, 1), "7d", calendar=SHIPPED, **options)


def test_moments_and_strange_boundaries_are_refused():
    with pytest.raises(PeriodError, match="trigger"):
        due(dt.datetime(2025, 1, 1, 8), "7d", calendar=SHIPPED)
    with pytest.raises(PeriodError, match="trigger"):
        ends_on("2025-01-01", "7d", calendar=SHIPPED)
    with pytest.raises(PeriodError, match="boundary"):
        exceeds(D(2025, 1, 1), "7d", D(2025, 2, 1), boundary="超过", calendar=SHIPPED)
    with pytest.raises(TermError, match="leaves"):
        ends_on(D(9999, 12, 1), "60d", calendar=SHIPPED)
