"""Dated parameters: what is in force when, overrides, and files that are refused."""

import datetime as dt

import pytest

from bihuan.law import dated
from bihuan.law.dated import Override, Parameters, value_on
from bihuan.law.errors import DataFileError, LawError, NotInForce, UnknownParameter
from bihuan.law.periods import due

D = dt.date
SHIPPED = Parameters.load()
PERIOD = "rectification.concentrated-period"
ONE = """
id: test.limit
title: 试验
level: normative
tag: S
source: 试验
article: 第一条
values:
  - {from: 2020-01-01, to: 2021-12-31, months: 3}
  - {from: 2022-01-01, to: 2022-12-31, closed: true}
  - {from: 2023-01-01, months: 6, tag: M}
"""


def load(folder, text):
    file = folder / "test.yaml"
    file.write_text(text, encoding="utf-8")
    return Parameters.load(file)


def test_the_concentrated_period_depends_on_the_feedback_day():
    assert str(SHIPPED.version_on(PERIOD, D(2024, 2, 7)).term()) == "2m"
    now = SHIPPED.version_on(PERIOD, D(2024, 2, 8))
    assert str(now.term()) == "6m"
    assert now.tag == "M"  # unconfirmed, and shown so
    assert due(D(2025, 2, 26), now.term()).due == D(2025, 8, 26)


def test_what_the_domain_reads_is_there():
    on = D(2026, 1, 1)
    expected = {
        PERIOD, "rectification.plan-due", "rectification.look-back", "rectification.rebound-verification",
        "rectification.bunched-closures", "local.alerts.ladder", "source.stale-grace", "session.idle-logout",
    }  # fmt: skip
    assert expected <= {p.id for p in SHIPPED}
    for parameter in SHIPPED:
        last = parameter.values[-1]  # one that has ended, as an earlier set of indicators, was in force while it lasted
        assert parameter.find_on(on if last.end is None else last.start) is not None
        assert parameter.source
        assert parameter.title
    assert SHIPPED.value_on("local.alerts.ladder", on)["serious"] == [1, 3, 5]
    assert str(SHIPPED.version_on("rectification.rebound-verification", on).term()) == "5wd"


def test_values_are_ones_own_copy():
    SHIPPED.value_on("local.alerts.ladder", D(2026, 1, 1))["notice"].clear()
    assert len(SHIPPED.value_on("local.alerts.ladder", D(2026, 1, 1))["notice"]) == 3


def test_in_force_day_by_day(tmp_path):
    some = load(tmp_path, ONE)
    assert some.value_on("test.limit", D(2021, 12, 31)) == {"months": 3}
    assert some.value_on("test.limit", D(2023, 1, 1)) == {"months": 6}
    for day in (D(2019, 12, 31), D(2022, 6, 1)):
        with pytest.raises(NotInForce, match="2020-01-01..2021-12-31"):
            some.value_on("test.limit", day)
    assert some.version_on("test.limit", D(2023, 1, 1)).tag == "M"
    assert some.version_on("test.limit", D(2021, 1, 1)).tag == "S"
    versions = {some.version_on("test.limit", d).version for d in (D(2021, 1, 1), D(2021, 6, 1), D(2023, 6, 1))}
    assert len(versions) == 2
    with pytest.raises(UnknownParameter, match=r"test\.limits"):
        some.get("test.limits")


def test_a_change_inside_a_window_is_seen(tmp_path):
    some = load(tmp_path, ONE)
    assert not some.changed_between("test.limit", D(2020, 5, 1), D(2021, 12, 31))
    assert some.changed_between("test.limit", D(2021, 12, 31), D(2022, 1, 1))
    assert some.changed_between("test.limit", D(2022, 12, 31), D(2023, 1, 1))
    same = some.with_overrides([Override("test.limit", D(2020, 6, 1), D(2020, 7, 1), {"months": 3}, "甲")])
    assert not same.changed_between("test.limit", D(2020, 5, 1), D(2021, 12, 31))


def test_overrides_win_on_their_days_only(tmp_path):
    some = load(tmp_path, ONE)
    changed = some.with_overrides(
        [
            Override("test.limit", D(2021, 7, 1), D(2022, 6, 30), {"months": 4}, "党组〔2021〕1号"),
            Override("test.limit", D(2021, 8, 1), D(2021, 8, 31), {"months": 5}, "党组〔2021〕2号"),
            Override("test.limit", D(2024, 1, 1), None, {"months": 7}, "党组〔2024〕3号"),
        ]
    )
    asked = [
        D(2021, 6, 30),
        D(2021, 7, 1),
        D(2021, 8, 15),
        D(2021, 9, 1),
        D(2022, 6, 30),
        D(2023, 12, 31),
        D(2030, 1, 1),
    ]
    assert [changed.value_on("test.limit", d)["months"] for d in asked] == [3, 4, 5, 4, 4, 6, 7]
    with pytest.raises(NotInForce):
        changed.value_on("test.limit", D(2022, 7, 1))
    assert changed.version_on("test.limit", D(2021, 8, 15)).reference == "党组〔2021〕2号"
    assert some.value_on("test.limit", D(2021, 8, 15)) == {"months": 3}  # the first set is untouched


@pytest.mark.parametrize(
    ("override", "says"),
    [
        (Override("test.limit", D(2024, 1, 1), None, {"months": 7}, " "), "no reference"),
        (Override("test.limit", D(2024, 1, 1), D(2023, 1, 1), {"months": 7}, "甲"), "before it begins"),
        (Override("test.limit", D(2024, 1, 1), None, {"days": 7}, "甲"), "needs"),
        (Override("test.limit", D(2024, 1, 1), None, {"months": "7"}, "甲"), "expected the kind of"),
        (Override("test.limit", D(2024, 1, 1), None, {"months": -7}, "甲"), "negative"),
        (Override("test.other", D(2024, 1, 1), None, {"months": 7}, "甲"), "no parameter"),
        (Override(PERIOD, D(2024, 1, 1), None, {"term": "六周"}, "甲"), "cannot read the term"),
        (Override("law.reading.late-decision", D(2024, 1, 1), None, {"choice": "perhaps"}, "甲"), "choose one of kept, refused"),
    ],
)
def test_overrides_that_do_not_fit_are_refused(tmp_path, override, says):
    with pytest.raises(LawError, match=says):
        load(tmp_path, ONE).with_overrides([override])


def test_the_installed_set_is_what_value_on_reads(monkeypatch):
    monkeypatch.setattr(dated, "_installed", [])
    assert value_on("session.idle-logout", D(2026, 1, 1)) == {"minutes": 30}
    own = Override("session.idle-logout", D(2026, 1, 1), None, {"minutes": 10}, "信〔2026〕1号")
    dated.install_parameters(SHIPPED.with_overrides([own]))
    assert value_on("session.idle-logout", D(2026, 1, 1)) == {"minutes": 10}


@pytest.mark.parametrize(
    ("change", "key", "says"),
    [
        (("id: test.limit", "id: Test Limit"), "id", "joined.by.dots"),
        (("title: 试验\n", ""), "test.limit.title", "missing"),
        (("level: normative", "level: rumour"), "test.limit.level", "statute"),
        (("tag: S\n", "tag: sure\n"), "test.limit.tag", "not one of"),
        (("article: 第一条\n", ""), "test.limit.article", "missing"),
        (("to: 2021-12-31, months: 3", "to: 2021-12-31"), "test.limit.values[0]", "no value"),
        (("closed: true", "closed: true, months: 1"), "test.limit.values[1]", "though closed"),
        (("closed: true", "closed: yes"), "test.limit.values[1].closed", "expected"),
        (("to: 2021-12-31", "to: 2022-01-05"), "test.limit.values[0].to", "overlaps"),
        (("to: 2021-12-31", "to: 2021-11-30"), "test.limit.values[0].to", "gap"),
        (("to: 2021-12-31", "to: 2019-12-31"), "test.limit.values[0].to", "before"),
        (("from: 2023-01-01", "from: 2019-01-01"), "test.limit.values[1]", "order them"),
        (("from: 2023-01-01", "since: 2023-01-01"), "test.limit.values[2].from", "missing"),
        (("from: 2023-01-01, months: 6", "from: 2023-01-01, days: 6"), "test.limit.values", "same keys"),
        (("months: 3", "months: -3"), "test.limit.values[0].months", "negative"),
        (("months: 3", "months: null"), "test.limit.values[0].months", "empty"),
        (("months: 3", "grace_term: 3 weeks"), "test.limit.values[0].grace_term", "cannot read"),
        (("source:", "sauce:"), "sauce", "not a known key"),
        (("values:", "options: {months: ['3']}\nvalues:"), "test.limit.options.months", "not one of 3"),
        (("from: 2020-01-01", "from: 2020-02-30"), "", "not valid YAML"),
    ],
)
def test_wrong_files_are_refused_by_file_and_key(tmp_path, change, key, says):
    assert change[0] in ONE
    with pytest.raises(DataFileError, match=says) as refused:
        load(tmp_path, ONE.replace(*change, 1))
    assert refused.value.key == key
    assert refused.value.path.name == "test.yaml"


def test_one_id_stands_in_one_file(tmp_path):
    text = ONE.replace("test.limit", "alert.due-soon")
    with pytest.raises(DataFileError, match=r"rectification\.yaml too"):
        load(tmp_path, text)


def test_lists_of_parameters_are_checked_one_by_one(tmp_path):
    with pytest.raises(DataFileError, match=r"parameters\[0\]"):
        load(tmp_path, "parameters: [3]")
    with pytest.raises(DataFileError, match=r"parameters\[0\]\.id"):
        load(tmp_path, "parameters: [{title: x}]")


def test_a_value_without_one_length_has_no_term():
    with pytest.raises(LawError, match="no single term"):
        SHIPPED.version_on("session.idle-logout", D(2026, 1, 1)).term()
