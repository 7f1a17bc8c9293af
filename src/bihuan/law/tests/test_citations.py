"""Citations: the number an article had on the day, and no number where nobody read it."""

import datetime as dt

import pytest

from bihuan.law.citations import UNSURE, citations
from bihuan.law.errors import LawError

BOOK = citations()
D = dt.date


@pytest.mark.parametrize(
    ("article", "on", "cited"),
    [
        ("152", D(2025, 1, 1), "民诉法152"),
        ("152", D(2024, 1, 1), "民诉法152"),  # the day an edition comes into force is its own
        ("152", D(2023, 12, 31), "民诉法(2021)152"),
        ("236", D(2022, 1, 1), "民诉法(2021)232"),
        ("236", D(2021, 12, 31), "民诉法(2017)225"),
        ("152", D(2019, 6, 1), f"民诉法(2017)149{UNSURE}"),
        ("152", D(2010, 6, 1), "民诉法"),  # before the editions known here: the number is left out
        ("236", D(2025, 1, 1), "民诉法236"),
        ("236", D(2022, 6, 1), "民诉法(2021)232"),
        ("236", D(2019, 6, 1), "民诉法(2017)225"),
        ("183(2)", D(2019, 6, 1), f"民诉法(2017)176(2){UNSURE}"),
        ("168", D(2019, 6, 1), "民诉法"),  # no such article then
        ("227", D(2023, 6, 1), "民诉法"),  # not in the table
    ],
)
def test_an_article_is_cited_as_its_time_counted_it(article, on, cited):
    assert BOOK.article("民诉法", article, on) == cited


def test_only_renumbered_laws_change():
    assert BOOK.article("刑诉法", "208", D(1999, 1, 1)) == "刑诉法208"
    assert BOOK.article("企业破产法", "", D(2025, 1, 1)) == "企业破产法"


def test_old_numbers_lead_to_new_ones():
    """异议复议规定 still says 225 and 227; they are resolved by the table, never by the text."""
    assert BOOK.renumber("民诉法", 225, written="2017", wanted="2023") == 236
    assert BOOK.renumber("民诉法", 227, written="2017", wanted="2023") == 238
    assert BOOK.renumber("民诉法", 211, written="2021", wanted="2023") == 215
    assert BOOK.renumber("民诉法", 7, written="2017", wanted="2023") is None


def test_short_names_are_told_apart():
    assert BOOK.split("29号9(6)") == ("29号", "9(6)")
    assert BOOK.split("9号1") == ("9号", "1")
    assert BOOK.split("民诉解释2020") == ("民诉解释2020", "")
    assert BOOK.split("民诉解释243") == ("民诉解释", "243")
    with pytest.raises(LawError, match="no known law"):
        BOOK.split("某规定3")
    with pytest.raises(LawError, match="no law or document"):
        BOOK.get("某规定")


def test_a_text_with_several_articles():
    assert BOOK.cite("民法典201、民诉法@85", D(2025, 1, 1)) == "民法典201、民诉法85"
    assert BOOK.cite("民法典201、民诉法@85", D(2019, 1, 1)) == f"民法典201、民诉法(2017)82{UNSURE}"
