"""Many case numbers at once against one by one (single ones are on paper in data/cases/numbers.yaml)."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.law import numbers
from bihuan.law.case_types import CaseTypes, case_types, court_codes
from bihuan.law.errors import CaseNumberError
from bihuan.law.numbers import PARTS, CaseNumber, normalise, parse_number, parse_numbers
from bihuan.law.yamlfile import read_yaml

TYPES = sorted(case_types().by_code)
PROVINCES = sorted(court_codes().provinces)
WRITTEN = [case["text"] for case in read_yaml(Path(__file__).parent.parent / "data" / "cases" / "numbers.yaml")["cases"]]
NUMBERS = st.builds(
    CaseNumber,
    year=st.integers(2016, 2099),
    court=st.builds(lambda p, d: p + d, st.sampled_from(PROVINCES), st.sampled_from(["", "01", "0000", "7101"])),
    type=st.sampled_from(TYPES),
    serial=st.integers(1, 999_999),
    suffix=st.integers(0, 120),
)


@given(NUMBERS, st.sampled_from(["（）", "()", "〔〕", "[]", "【】", "［］"]), st.booleans(), st.booleans())
def test_a_number_is_read_back_however_it_was_typed(number, brackets, spaced, wide):
    text = str(number).replace("（", brackets[0]).replace("）", brackets[1])
    if spaced:
        text = f" {text[:6]} \u3000{text[6:]} "
    if wide:
        text = "".join(chr(0xFF10 + int(c)) if c.isascii() and c.isdecimal() else c for c in text)
    assert parse_number(text) == number
    assert normalise(text) == str(number)


def row(columns, n):
    if columns.wrong[n]:
        return PARTS[columns.wrong[n]]
    return CaseNumber(
        int(columns.year[n]), columns.courts[columns.court[n]], columns.types[columns.type[n]], int(columns.serial[n]),
        int(columns.suffix[n]), bool(columns.old[n]),
    )  # fmt: skip


def one(text):
    try:
        return parse_number(text)
    except CaseNumberError as error:
        return error.part


def test_many_at_once_are_what_one_by_one_says():
    dice = random.Random(7)
    texts = [*WRITTEN, "", "\n", "（2025）鄂0000民初1号\n"]
    for _ in range(2000):
        text = dice.choice(WRITTEN)
        place = dice.randrange(len(text) + 1)
        texts.append(text[:place] + dice.choice("（）()号字第之一1 鄂民\n") + text[place + dice.randrange(2) :])
    columns = parse_numbers(texts)
    for n, text in enumerate(texts):
        assert row(columns, n) == one(text), text
    assert set(columns.errors) == set(np.flatnonzero(columns.wrong).tolist())
    assert {PARTS[n] for n in columns.wrong} == set(PARTS)


def test_none_at_all():
    assert len(parse_numbers([]).year) == 0


def test_a_table_of_one_s_own():
    own = CaseTypes({"民初": case_types().by_code["民初"]}, case_types().basis, case_types().start)
    assert parse_number("（2025）鄂0000民初1号", own).kind(own).procedure == "ordinary"
    with pytest.raises(CaseNumberError, match="民终") as refused:
        parse_number("（2025）鄂0000民终1号", own)
    assert (refused.value.part, refused.value.code) == ("type", "number.type.unknown")
    assert parse_numbers(["（2025）鄂0000民终1号"], own).wrong.tolist() == [PARTS.index("type")]


def outcome(read, text):
    try:
        return read(text)
    except CaseNumberError as error:
        return error.part, error.code, error.text


def test_a_number_in_its_proper_form_is_read_as_part_by_part():
    texts = [
        "（2025）鄂0000民初1号", "（2025）鄂0000民初0012号", "（2025）鄂0000民初0号", "（2025）鄂0000民初1234567890123号", "（2025）最高法民终7号",
        "（2025）鄂民终7号", "（2015）某民初字第12号", "（1850）鄂0000民初1号", "（2025）鄂000民初1号", "（2025）鄂0000民处1号", "（2025）鄂0000 民初 5号",
        "（2025）鄂0000民初１5号", "（2025）鄂００００民初5号", "（2025）鄂0000民初5号之一", "(2025)鄂0000民初5号", "（2025）鄂0000民初号",
        "（2025）5号", "（2025）鄂0000民初\n5号", "（2025）号5号",
    ]  # fmt: skip
    for text in texts * 2:  # the second time with its beginning known
        assert outcome(parse_number, text) == outcome(lambda one: numbers._parsed(one, case_types()), text), text
    assert outcome(parse_number, "（2025）鄂0000民处1号")[0] == "type"
    more = {**case_types().by_code, "民处": case_types().by_code["民初"]}
    own = CaseTypes(more, case_types().basis, case_types().start)
    assert parse_number("（2025）鄂0000民处1号", own).type == "民处"  # what a beginning was read as goes with its table
    assert outcome(parse_number, "（2025）鄂0000民处1号")[0] == "type"
