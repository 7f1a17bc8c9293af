"""Every code of the law package has a sentence, filled by what the code carries, in both languages."""

import datetime as dt
import re
from typing import get_args

import pytest
from django.utils import translation

from bihuan.kernel import law_findings, law_words
from bihuan.kernel.wording import known, message_of
from bihuan.law import hours, steps
from bihuan.law.calendar import WorkCalendar
from bihuan.law.errors import CaseNumberError
from bihuan.law.limits import findings, plain
from bihuan.law.limits.book import LimitBook
from bihuan.law.limits.lamps import Lamp, Light
from bihuan.law.limits.reckon import reckon
from bihuan.law.numbers import parse_number
from bihuan.law.periods import due
from bihuan.law.tests import worked
from bihuan.law.yamlfile import read_yaml

BOOK, SHIPPED = LimitBook.load(), WorkCalendar.load()
# Places that `law_words.message` fills from the parameters a code carries.
MADE = {"how": "clamped", "length": "unit", "arranged": "notices", "ref": "reference", "cited": "article"}
PLACES = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize(
    ("codes", "sentences"),
    [
        (steps.STEP_PARAMS, law_words.SENTENCES),
        ({**findings.FINDING_PARAMS, **plain.ADJOURNED_PARAMS}, law_findings.SENTENCES),
    ],
)
def test_every_code_has_a_sentence_and_every_place_a_parameter(codes, sentences):
    assert set(codes) == set(sentences)
    with translation.override("zh-hans"):
        for code, params in codes.items():
            given = set(params) | {made for made, of in MADE.items() if of in params} | ({"article"} if "articles" in params else set())
            assert set(PLACES.findall(str(sentences[code]))) <= given, code


def test_every_word_of_the_data_has_a_name():
    for kind, words in (("event", BOOK.words.events), ("ground", BOOK.words.grounds), ("fact", BOOK.words.facts),
                        ("approver", BOOK.words.approvers), ("procedure", BOOK.words.procedures), ("family", BOOK.words.families)):  # fmt: skip
        assert all(known(f"law.{kind}.{id_}") for id_ in words)
    assert all(known(f"law.limit.{limit.id}") for limit in BOOK)


def spoken():
    """Every sentence that the worked cases give rise to."""
    for case in worked.cases():
        if "error" in case or "moment" in case:
            continue
        found = reckon(worked.history(case), on=case.get("on", dt.date(2026, 6, 30)), book=BOOK, calendar=SHIPPED)
        yield from (str(law_words.message(step.as_json())) for step in found.trace)
        yield from (str(law_findings.finding_message(one)) for one in found.findings)
        yield str(law_findings.lamp_message(found.lamp))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_sentences_leave_no_gap_and_show_no_code(language):
    with translation.override(language):
        said = set(spoken())
    codes = {*BOOK.words.grounds, *BOOK.words.facts, *BOOK.words.approvers, *BOOK.words.events} - {"other", "superior", "president"}
    codes -= {word for word in codes if "_" not in word}
    for sentence in said:
        assert "—" not in sentence.replace("待核", ""), sentence
        assert "%(" not in sentence and "（）" not in sentence and "()" not in sentence, sentence
        assert not [code for code in codes if code in sentence], sentence
    assert len(said) > 300


def test_the_sentences_a_judge_reads():
    found = due(dt.date(2025, 1, 10), "6m", exclusions=[(dt.date(2025, 3, 1), dt.date(2025, 4, 14))], calendar=SHIPPED)
    with translation.override("zh-hans"):
        said = [str(law_words.message(step.as_json())) for step in found.trace]
    assert said == [
        "起算：2025年1月10日 当日不计入，自 2025年1月11日 起计算（民法典第201条、民诉法第85条）。",
        "自 2025年1月10日 起 6 个月，至 2025年7月10日（民法典第202条）。",
        "扣除 2025年3月1日 至 2025年4月14日 共 45 天（未写事由）：由 2025年7月10日 顺延至 2025年8月24日。",
        "2025年8月24日 为周末，顺延至 2025年8月25日（民法典第203条、民诉法第85条）。",
    ]
    half = due(dt.date(2025, 1, 15), "一个半月", system="criminal", calendar=SHIPPED)
    clamped = due(dt.date(2025, 8, 31), "6m", calendar=SHIPPED)
    moment = hours.hours_due(dt.datetime(2025, 3, 3, 10, 20), "48h")
    with translation.override("zh-hans"):
        assert "半个月（15 日）" in str(law_words.message(half.trace[2].as_json()))
        assert "（没有对应日，至月末届满）" in str(law_words.message(clamped.trace[1].as_json()))
        assert "2025-03-03 11:00" in str(law_words.message(moment.trace[0].as_json()))
        assert str(message_of(law_words.term("1crim_m+1half_m"))) == "1 个半月"
        assert str(message_of(law_words.term("1half_m"))) == "半个月"
        assert law_words.term("some day") == "some day"


def test_articles_are_spelled_out_and_texts_of_another_form_stay():
    def said(text):
        with translation.override("zh-hans"):
            return str(law_words.message({"code": steps.CUSTODY, "params": {"day": "2025-03-03", "article": text}}))

    assert "（刑诉法第105条(4)）" in said("刑诉法105(4)")
    assert "民诉法(2017)第149条〔待核〕、29号第2条" in said("民诉法(2017)149〔待核〕、29号2")
    assert "（企业破产法）" in said("企业破产法")
    assert "（某规定第三条）" in said("某规定第三条")
    assert "条款未写明" in said("")


def test_a_trace_stored_before_still_reads():
    """Steps stored by earlier versions carry fewer parameters."""
    old = {"code": steps.EXCLUSION, "params": {"first": "2025-03-01", "last": "2025-03-03", "unit": "d", "count": 3, "grounds": ["鉴定"], "from": "2025-04-01", "to": "2025-04-04"}}  # fmt: skip
    with translation.override("zh-hans"):
        assert str(law_words.message(old)) == "扣除 2025年3月1日 至 2025年3月3日 共 3 天（鉴定）：由 2025年4月1日 顺延至 2025年4月4日。"


def test_wrong_case_numbers_are_explained():
    cases = read_yaml(worked.LIMIT_DATA.parent / "cases" / "numbers.yaml")["cases"]
    with translation.override("zh-hans"):
        for case in (c for c in cases if "wrong" in c):
            with pytest.raises(CaseNumberError) as refused:
                parse_number(case["text"])
            said = str(law_findings.number_message(refused.value))
            part = {"year": "年度", "court": "法院代字", "type": "类型代字", "serial": "编号", "mark": "末尾", "suffix": "后缀"}
            assert said.startswith(part[case["wrong"]]) and "—" not in said


def test_every_lamp_has_words():
    with translation.override("zh-hans"):
        assert str(law_findings.lamp_message(Lamp("near", 12, 15))) == "临期，距届满 12 日（15 日档）"
    assert set(law_findings.LIGHTS) == set(get_args(Light))
