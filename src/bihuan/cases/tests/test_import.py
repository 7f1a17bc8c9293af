"""Case sheets in the shapes courts have them: what is wrong is said row by row, the rest computed as it is merged."""

import datetime as dt
import io

import pytest
import python_calamine

from bihuan.cases import reading, words
from bihuan.cases.clock import jobs, refresh
from bihuan.cases.clock.run import BLOCK
from bihuan.cases.ledgers import CASES, GRANTS, PAUSES, TURNS
from bihuan.cases.models import Case, CaseGrant, CasePause, CaseTurn, ClockRun
from bihuan.cases.services import ahead, keeping
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger import service
from bihuan.kernel.tests.sheet_world import merged, problems, tried
from bihuan.law import dated

from .factory import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
HEAD = ("案号", "审理程序", "立案案由", "当事人", "承办庭室", "承办法官", "合议庭成员", "立案时间", "结案时间", "结案方式", "涉企")
CUT = dt.date(2026, 5, 19)


@pytest.fixture
def own_code():
    """The court says which code is its own."""
    before = dated.current_parameters()
    told = dated.Override(reading.COURT_CODE, dt.date(2016, 1, 1), None, {"code": "鄂0000、鄂0001"}, "院务会纪要1号")
    dated.install_parameters(before.with_overrides([told]))
    yield
    dated.install_parameters(before)


def bring(court, *rows, ledger=CASES, head=HEAD, **more):
    return merged(court.keeper, head, *rows, ledger=ledger, cut_off=CUT, **more)


def row(number, *, procedure="普通程序", cause="买卖合同纠纷", unit="民一庭", judge="judge", filed="2026年3月2日", closed="", manner=""):
    return (number, procedure, cause, "原告甲，被告乙", unit, judge, "judge、second、退休法官", filed, closed, manner, "是")


def test_a_sheet_is_merged_and_every_case_has_its_days_and_its_people(court):
    bring(court, row("(2026)鄂0000民初1号"), row("（2026）鄂0000民初2号", procedure="简易"),
          row("〔2026〕鄂0000 民初 ３ 号", closed="2026-04-01", manner="准予撤诉"))  # fmt: skip
    one, two, three = Case.objects.order_by("serial")
    assert [c.number for c in (one, two, three)] == [f"（2026）鄂0000民初{n}号" for n in (1, 2, 3)]
    assert (one.limit_id, one.raw_due, one.line, one.enterprise) == ("CV-01", dt.date(2026, 9, 2), "civil", True)
    assert (two.procedure, two.limit_id, two.raw_due) == ("summary", "CV-02", dt.date(2026, 6, 2))
    assert (three.closing_manner, three.closed_on) == ("withdrawal", dt.date(2026, 4, 1))
    assert one.judge == court.judge and set(one.panel.all()) == {court.judge, court.second}
    assert one.panel_names.endswith("退休法官")


def test_a_case_is_updated_by_its_number_however_it_is_written(court):
    bring(court, row("（2026）鄂0000民初1号"))
    case = Case.objects.get()
    bring(court, ("(2026)鄂0000民初1号", "second", "2026.3.9"), head=("案号", "承办人", "立案日期"), mapping={})
    case.refresh_from_db()
    assert (case.judge, case.raw_due, case.cause) == (court.second, dt.date(2026, 9, 9), "买卖合同纠纷")
    assert Case.objects.count() == 1


def test_rows_that_are_wrong_say_where_and_nothing_is_half_imported(court, own_code):
    good = row("（2026）鄂0000民初1号")
    wrong = [
        row("（2026）鄂0000民初号"),
        row("（2026）鄂0099民初3号"),
        row("（2026）鄂0000民初4号", filed="2026-02-30"),
        row("（2026）鄂0000民初5号", procedure="快速程序"),
        row("（2026）鄂0000民初6号", unit="民九庭"),
        row("（2026）鄂0000民初7号", closed="2026-01-01", manner="判决"),
        row("（2026）鄂0000民初8号", manner="判决"),
        row("（2026）鄂0000民初9号"),
        row("(2026)鄂0000民初9号", cause="劳动争议"),
        row("（2026）鄂0001民初1号"),
    ]
    draft = tried(court.keeper, HEAD, good, *wrong, ledger=CASES, cut_off=CUT)
    assert [problems(draft, n) for n in range(2, 13)] == [
        {},
        {"number": "number.serial.missing"},
        {"number": "cases.import.other_court"},
        {"filed_on": "sheet.cell.not_a_date"},
        {"procedure": "cases.import.unknown"},
        {"division": "import.not_found"},
        {"closed_on": "import.invalid"},
        {"closing_manner": "import.invalid"},
        {"": "import.double_in_sheet"},
        {"": "import.double_in_sheet"},
        {},
    ]
    with pytest.raises(Refused):
        bring(court, good, *wrong, filename="另.xlsx")
    assert not Case.objects.exists()
    bring(court, good, *wrong, filename="再.xlsx", partial=True)
    assert set(Case.objects.values_list("number", flat=True)) == {"（2026）鄂0000民初1号", "（2026）鄂0001民初1号"}


def test_the_courts_own_code_is_that_of_the_year(court, own_code):
    assert reading.own_codes(2026) == ("鄂0000", "鄂0001") and reading.own_codes(2015) == ()
    assert reading.own_number("(2026)鄂0001民初1号") == "（2026）鄂0001民初1号"
    with pytest.raises(Refused):
        reading.own_number("（2026）鄂0002民初1号")


def test_what_turns_the_clock_comes_by_sheets_of_its_own_and_moves_the_days(court):
    bring(court, row("（2026）鄂0000民初1号", procedure="简易", filed="2026-02-02"), row("（2025）鄂0000民初2号", filed="2025-10-08"))
    one, two = Case.objects.order_by("-year")
    bring(court, ("(2026)鄂0000民初1号", "鉴定", "2026-03-02", "2026-03-11", "鉴定委托书1号"), ledger=PAUSES,
          head=("案号", "扣除事由", "扣除开始日期", "扣除结束日期", "依据"))  # fmt: skip
    one.refresh_from_db()
    assert (one.raw_due, CasePause.objects.get().ground) == (dt.date(2026, 5, 12), "appraisal")
    bring(court, ("（2025）鄂0000民初2号", "2026-03-20", "2026-03-30", "院长", "六个月"), ledger=GRANTS,
          head=("案号", "申请日期", "批准日期", "审批人", "延长期限"))  # fmt: skip
    two.refresh_from_db()
    assert (two.raw_due, two.extended_times, CaseGrant.objects.get().term) == (dt.date(2026, 10, 8), 1, "6m")
    bring(court, ("（2026）鄂0000民初1号", "简易", "普通", "2026-04-01"), ledger=TURNS, head=("案号", "转换前程序", "转换后程序", "转换日期"))
    one.refresh_from_db()
    assert (CaseTurn.objects.get().kind, one.limit_id) == ("convert", "CV-01")
    draft = tried(court.keeper, ("案号", "扣除事由", "扣除开始日期"), ("（2026）鄂0000民初77号", "鉴定", "2026-03-02"),
                  ("（2026）鄂0000民初1号", "天气不好", "2026-03-02"), ledger=PAUSES, cut_off=CUT)  # fmt: skip
    assert problems(draft, 2) == {"case": "import.not_found"}
    assert problems(draft, 3) == {"ground": "cases.import.unknown"}


def test_what_follows_from_a_corrected_field_is_corrected_with_it(court):
    case = court.case("2026-03-02", procedure="summary")
    turn = court.turn(case, "ordinary", "2026-04-01", was="summary")
    assert turn.kind == "convert"
    restart = next(code for code, _name in words.turns() if code not in dict(words.procedures()))
    service.change(TURNS, actor=court.keeper, obj=turn, values={"to": restart}, reason="不是转程序")
    turn.refresh_from_db()
    assert (turn.to, turn.kind, turn.revision) == (restart, "restart", 1)


def test_what_follows_a_large_import_is_left_to_the_job_worker(court, monkeypatch):
    sent = []
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    monkeypatch.setattr(jobs, "async_task", lambda name, *args: sent.append((name, args)))
    numbers = ("（2026）鄂0000民初1号", "（2026）鄂0000民初2号")
    bring(court, *map(row, numbers))
    # New cases are written whole, their days and the judge with them.
    assert set(Case.objects.values_list("raw_due", "judge", "revision")) == {(dt.date(2026, 9, 2), court.judge.pk, 0)}
    assert [name for name, _args in sent] == ["bihuan.cases.services.keeping.seated"]  # the panels alone are left
    keeping.seated(*sent.pop()[1])
    assert {tuple(case.panel.order_by("pk")) for case in Case.objects.all()} == {(court.judge, court.second)}
    [run] = ClockRun.objects.all()
    assert (run.cases, run.changed, run.unanswered, run.whole) == (2, 2, 0, False)
    bring(court, *(row(number, filed="2026-03-09") for number in numbers), reason="更正立案日期")
    assert set(Case.objects.values_list("raw_due", flat=True)) == {dt.date(2026, 9, 2)}
    [(name, args)] = sent
    assert name == "bihuan.cases.services.keeping.afterwards"
    for _n in range(2):  # it may be delivered twice
        keeping.afterwards(*args)
        assert set(Case.objects.values_list("raw_due", "judge")) == {(dt.date(2026, 9, 9), court.judge.pk)}


def test_law_that_changed_while_rows_were_made_ready_has_them_computed_again(court, monkeypatch):
    told = iter(["as made ready", "as written"])
    monkeypatch.setattr(ahead, "version", lambda: next(told))
    bring(court, row("（2026）鄂0000民初1号"))
    [case] = Case.objects.all()
    assert (case.raw_due, case.clock_version, case.judge) == (dt.date(2026, 9, 2), "as made ready", court.judge)
    assert set(case.panel.all()) == {court.judge, court.second}
    assert [(run.cases, run.changed) for run in ClockRun.objects.all()] == []  # the same answer: nothing was written again


def test_days_written_with_new_cases_are_those_the_clock_computes(court):
    bring(court, row("（2026）鄂0000民初1号"), row("（2026）鄂0000民初2号", procedure="简易", filed="2026-02-02"),
          row("（2026）鄂0000民初3号", closed="2026-03-30", manner="判决"), row("（2026）鄂0000执4号", procedure="无"))  # fmt: skip
    before = set(Case.objects.values_list("pk", *BLOCK))
    assert len({digest for *_rest, digest, _version, _at in before}) > 1
    assert refresh(Case.objects.values_list("pk", flat=True)).changed == 0
    assert set(Case.objects.values_list("pk", *BLOCK)) == before


def test_a_correction_and_a_voided_row_move_the_days_too(court):
    case = court.case("2026-03-02")
    pause = court.pause(case, "appraisal", "2026-04-01", "2026-04-10")
    case.refresh_from_db()
    assert case.raw_due == dt.date(2026, 9, 12)
    service.change(PAUSES, actor=court.keeper, obj=pause, values={"last": dt.date(2026, 4, 5)}, reason="笔误")
    case.refresh_from_db()
    assert case.raw_due == dt.date(2026, 9, 7)
    pause.refresh_from_db()
    service.void(PAUSES, actor=court.keeper, obj=pause, reason="误登")
    case.refresh_from_db()
    assert case.raw_due == dt.date(2026, 9, 2)
    service.change(CASES, actor=court.keeper, obj=case, values={"filed_on": dt.date(2026, 3, 3)}, reason="笔误")
    case.refresh_from_db()
    assert case.raw_due == dt.date(2026, 9, 3)


def test_a_sealed_case_is_in_no_search_and_no_export_and_shows_number_and_days_alone(court):
    sealed = court.case(sealed="privacy", parties="不可见之人", cause="隐私案由", enterprise=True)
    shown = court.case(parties="可见之人", cause="隐私案由", enterprise=True)
    client = signed_in(court.keeper)
    page = client.get(CASES.url("list")).content.decode()
    assert sealed.number in page and "不可见之人" not in page
    for query in ({"q": sealed.number}, {"q": "隐私案由"}, {"enterprise": "1"}, {"judge": str(court.judge.pk)}):
        text = client.get(CASES.url("list"), query).content.decode()
        assert (CASES.url("detail", sealed.pk) in text, shown.number in text or "q" in query) == (False, True), query
    exported = client.get(CASES.url("export")).content
    cells = str(python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(exported)).get_sheet_by_index(0).to_python())
    assert shown.number in cells and sealed.number not in cells
    detail = client.get(CASES.url("detail", sealed.pk)).content.decode()
    assert sealed.number in detail and "不可见之人" not in detail and "隐私案由" not in detail
    for name in ("history", "change", "void"):
        assert client.get(CASES.url(name, sealed.pk)).status_code == 403, name
    client = signed_in(court.judge)
    assert "不可见之人" in client.get(CASES.url("detail", sealed.pk)).content.decode()
    court.let_see_sealed(court.keeper)
    client = signed_in(court.keeper)
    assert "不可见之人" in client.get(CASES.url("detail", sealed.pk)).content.decode()


def test_the_list_is_narrowed_by_lamp_and_tier(court):
    late, soon = court.case("2025-01-02"), court.case("2025-12-01")
    court.case("2026-05-06")
    client = signed_in(court.keeper)

    def listed(**query):
        rows = client.get(CASES.url("list"), query, headers={"HX-Request": "true"}).context["table"].paginated_rows
        return {r.record.pk for r in rows}

    assert clock.today() == dt.date(2026, 5, 20)
    assert listed(lamp="overdue") == {late.pk}
    assert listed(lamp="near15") == {soon.pk}
    assert listed(tier="12") == {late.pk} and listed(tier="18") == set()
