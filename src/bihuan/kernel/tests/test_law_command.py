"""`bihuan law`: answers in sentences and JSON, refusals by the option they concern, the court's own values."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bihuan.kernel import parameters
from bihuan.law import dated
from bihuan.law.calendar import WorkCalendar, install_calendar
from bihuan.law.limits.book import LimitBook
from bihuan.law.limits.history import History
from bihuan.law.limits.reckon import reckon

from . import org_factory as make

pytestmark = pytest.mark.django_db
CIVIL = ("limit", "CV-01", "--trigger", "2025-01-10", "--on", "2025-09-01")


@pytest.fixture(autouse=True)
def as_shipped():
    yield
    dated.install_parameters(dated.Parameters.load())
    install_calendar(WorkCalendar.load())


def run(*arguments):
    out, err = StringIO(), StringIO()
    call_command("law", *arguments, stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def read(*arguments):
    return json.loads(run(*arguments, "--json"))


def test_a_period_in_sentences_and_as_json():
    asked = ("due", "--trigger", "2025-01-10", "--term", "六个月", "--exclude", "2025-03-01:2025-04-14")
    said = run(*asked)
    assert "届满日：2025年8月25日" in said and "未顺延的届满日：2025年8月24日" in said
    assert "3. 扣除 2025年3月1日 至 2025年4月14日 共 45 天" in said
    told = read(*asked)
    assert (told["raw"], told["due"], told["provisional"]) == ("2025-08-24", "2025-08-25", False)
    assert [step["code"] for step in told["trace"]] == ["T-02", "T-04", "exclusion", "T-06"]
    assert told["trace"][3]["text"] in said
    assert len(told["digest"]) == 64


def test_custody_extensions_and_hours():
    held = read("due", "--system", "刑事", "--trigger", "2025-08-03", "--term", "2m", "--custody")
    assert held["due"] == "2025-10-03"
    extended = read("due", "--trigger", "2025-04-04", "--term", "6m", "--extend", "6m", "--extend", "2026-05-05")
    assert extended["due"] == "2026-05-06"
    assert read("due", "--trigger", "2025-03-03 10:20", "--term", "48h")["due"] == "2025-03-05 11:00"
    assert "届满时刻：2025-03-05 11:00" in run("limit", "cv-15", "--trigger", "2025-03-03 10:20")


def test_a_case_under_a_limit():
    asked = (*CIVIL, "--exclude", "鉴定:2025-03-01:2025-04-14", "--exclude", "awaiting_superior:2025-05-01:2025-05-20",
             "--extend", "6m,by=president,applied=2025-08-20,decided=2025-08-22,ref=院批1号")  # fmt: skip
    said = run(*asked)
    assert "CV-01 民事一审普通程序审限" in said and "届满日：2026年2月24日" in said and "隐性暂停：20 日" in said
    assert "[不认] 2025年5月1日 至 2025年5月20日“等上级请示答复”不在不计入期间的清单内" in said
    assert "[违规]" in said and "院批1号" in said
    told = read(*asked)
    codes = [(found["effect"], found["code"]) for found in told["findings"]]
    assert codes == [("refused", "limit.pause.unlisted"), ("breach", "limit.grant.late"), ("breach", "limit.grant.decided_late")]
    assert told["lamp"] == {"light": "green", "days": 176, "step": None, "text": "正常，距届满 176 日"}
    assert told["digest"] != read(*CIVIL)["digest"]


def test_the_command_says_what_the_calculus_says():
    told = read("limit", "CR-01", "--trigger", "2025-01-31", "--on", "2025-05-01", "--custody", "--fact", "complex_158",
                "--restart", "补充侦查完毕移送法院:2025-03-31:2025-03-05")  # fmt: skip
    assert (told["raw"], told["hard_due"]) == ("2025-05-31", "2025-06-30")
    plain = reckon(History("CV-01", dt.date(2025, 1, 10)), on=dt.date(2025, 9, 1), book=LimitBook.load())
    assert read(*CIVIL)["digest"] == plain.digest
    turned = read("limit", "CV-02", "--trigger", "2025-01-10", "--on", "2025-05-01", "--convert", "CV-01:2025-04-01")
    assert turned["raw"] == "2025-07-10" and turned["limit"] == "CV-01"
    assert read("limit", "CV-07", "--trigger", "2025-03-03", "--on", "2025-03-10", "--event", "选举日:2025-03-30")["due"] == "2025-03-29"
    assert len(read("limit", "ET-02", "--trigger", "2025-01-31", "--on", "2025-03-01")["schedule"]) == 10
    assert "最早可进行：2025年4月11日" in run("limit", "ET-01", "--trigger", "2025-01-10", "--on", "2025-03-01")
    away = read("limit", "CR-01", "--trigger", "2025-01-06", "--on", "2025-03-20", "--restart", "supplementary_investigation::2025-03-01")
    assert away["stopped"] is True
    old = read("limit", "CV-02", "--trigger", "2021-11-10", "--on", "2022-03-01", "--under", "2021-11-10", "--closed", "2022-02-01")
    assert old["lamp"]["light"] == "closed_in_time"


def test_the_list_of_limits():
    told = read("limits", "--on", "2025-01-01")
    assert [row["id"] for row in told["limits"]] == list(LimitBook.load().limits)
    trial = run("limits", "--family", "审限", "--on", "2025-01-01")
    assert "CR-01" in trial and "2 个月，至迟 3 个月" in trial and "F-01" not in trial
    assert "民诉法第152条" in trial and "未经核实" in trial and "不受期限限制" in trial
    old = {row["id"]: row["term"] for row in read("limits", "--on", "2014-01-01")["limits"]}
    assert old["AD-01"] == "3 个月" and old["CV-03"] == "当日没有施行中的文本"


def test_case_numbers():
    said = run("number", "（2025）鄂0000民初1号", "(2025)鄂0000执5号之1")
    assert "（2025）鄂0000民初1号：民事一审案件（民事，普通程序）" in said and "期限 CV-01" in said
    assert "（2025）鄂0000执5号之一：首次执行案件" in said
    told = read("number", "（2025）鄂0000刑更7号")["numbers"][0]
    assert (told["type"], told["line"], told["limit"]) == ("刑更", "刑事", "—")
    err = StringIO()
    with pytest.raises(CommandError, match="1 个案号"):
        call_command("law", "number", "（2025）鄂0000民初1号", "（2025）鄂0000民处1号", stdout=StringIO(), stderr=err)
    assert "类型代字：不认识“民处”" in err.getvalue()


@pytest.mark.parametrize(
    ("arguments", "option", "says"),
    [
        (("due", "--term", "6m"), "--trigger", "必须填写"),
        (("due", "--trigger", "2025-02-30", "--term", "6m"), "--trigger", "2025-02-30"),
        (("due", "--trigger", "2025-01-01", "--term", "六周"), "--term", "读不懂"),
        (("due", "--trigger", "2025-01-01", "--term", "6m", "--system", "海事"), "--system", "civil"),
        (("due", "--trigger", "2025-01-01", "--term", "6m", "--custody"), "--custody", "--system criminal"),
        (("due", "--trigger", "2025-01-01", "--term", "6m", "--exclude", "2025-03-01"), "--exclude", "起日:止日"),
        (("due", "--trigger", "2025-01-01", "--term", "6m", "--exclude", "2025-03-05:2025-03-01"), "--exclude", "止日早于起日"),
        (("due", "--trigger", "2025-01-01", "--term", "6m", "--extend", "2025-02-01"), "--extend", "不能计算"),
        (("due", "--trigger", "2025-01-01", "--term", "48h"), "--trigger", "时分"),
        (("limit", "CV-77", "--trigger", "2025-01-01"), "编号", "CV-01"),
        (("limit", "CV-01"), "--trigger", "必须填写"),
        (("limit", "CV-03", "--trigger", "2020-01-01"), "--trigger", "2022-01-01"),
        (("limit", "CV-03", "--trigger", "2025-01-01", "--under", "2020-01-01"), "--under", "没有施行中"),
        (("limit", "CV-01", "--trigger", "2025-01-01", "--on", "soon"), "--on", "不是日期"),
        (("limit", "CV-01", "--trigger", "2025-01-01", "--custody"), "--custody", "不是刑事期限"),
        (("limit", "CV-15", "--trigger", "2025-01-01"), "--trigger", "时分"),
        (("limit", "F-06", "--trigger", "2025-01-01"), "F-06", "不能计算"),
        ((*CIVIL, "--fact", "rain"), "--fact", "custody"),
        ((*CIVIL, "--event", "rain:2025-01-01"), "--event", "filed"),
        ((*CIVIL, "--event", "filed"), "--event", "不是日期"),
        ((*CIVIL, "--exclude", "2025-03-01:2025-03-05"), "--exclude", "事由:起日:止日"),
        ((*CIVIL, "--exclude", "rain:2025-03-01:2025-03-05"), "--exclude", "appraisal"),
        ((*CIVIL, "--exclude", "鉴定:2025-03-05:2025-03-01"), "--exclude", "止日早于起日"),
        ((*CIVIL, "--extend", "6m,who=me"), "--extend", "by="),
        ((*CIVIL, "--extend", "6m,by=clerk"), "--extend", "president"),
        ((*CIVIL, "--convert", "CV-02"), "--convert", "期限:日期"),
        ((*CIVIL, "--convert", "CV-99:2025-03-01"), "--convert", "CV-02"),
        ((*CIVIL, "--restart", "jurisdiction_changed"), "--restart", "回到之日"),
        ((*CIVIL, "--restart", "jurisdiction_changed:"), "--restart", "至少写一个"),
        ((*CIVIL, "--restart", "rain:2025-03-01"), "--restart", "supplement_received"),
        (("limits", "--family", "rain"), "--family", "trial"),
    ],
)
def test_refusals_name_the_option(arguments, option, says):
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert str(refused.value).startswith(option)
    assert says in str(refused.value)


def test_english_is_complete():
    said = run(*CIVIL, "--lang", "en")
    assert "Due: " in said and "How it was computed:" in said
    assert not [c for c in said.replace("民诉法", "").replace("民法典", "").replace("号", "") if "\u4e00" <= c <= "\u9fff"]
    with pytest.raises(CommandError, match=r"--trigger: .* is no date"):
        run("due", "--trigger", "x", "--term", "6m", "--lang", "en")


def test_the_court_s_own_values_hold():
    person = make.person("甲")
    make.post(person, "trial_management", make.unit("审管办"))
    day = dt.date(2025, 1, 1)
    parameters.set_value(actor=person, parameter="law.lamps", values={"days": [150, 9]}, starts=day, ends=None, reference="院发1号", reason="从严")
    assert read(*CIVIL[:-1], "2025-03-01")["lamp"]["step"] == 150


def test_a_machine_without_a_database_answers_and_leaves_none_behind(bihuan, tmp_path):
    home = tmp_path / "home"
    (home / "calendar").mkdir(parents=True)
    notice = "year: 2027\ntitle: 通知\ndoc: 试〔2026〕1号\nissued: 2026-11-20\nsource: 测试\ntag: S\noff: [01-01..01-03, 05-01, 10-01..10-07]\non: []\n"
    (home / "calendar" / "2027.yaml").write_text(notice, encoding="utf-8")
    done = bihuan("law", "due", "--trigger", "2026-12-25", "--term", "7d", "--json", home=home)
    told = json.loads(done.stdout)
    assert (told["due"], told["provisional"]) == ("2027-01-04", False)
    assert not (home / "bihuan.sqlite3").exists()
    (home / "calendar" / "2027.yaml").write_text(notice.replace("off:", "of:"), encoding="utf-8")
    wrong = bihuan("law", "due", "--trigger", "2026-12-25", "--term", "7d", home=home, check=False)
    assert wrong.returncode != 0 and "2027.yaml" in wrong.stderr
