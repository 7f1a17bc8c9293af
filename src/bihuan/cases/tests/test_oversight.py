"""Oversight: what may be done, by whom, on which list; that it leaves a trace and decides nothing; the reminders."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from bihuan.cases.ledgers import CASES
from bihuan.cases.models import Case, MeasureKind, OversightMark, OversightMeasure, ReadingRecord
from bihuan.cases.models.oversight import measures_on
from bihuan.cases.oversight.flows import MARK_FLOW
from bihuan.cases.oversight.ledgers import MARKS, MEASURES, READINGS
from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.ledger.service import change, create, void
from bihuan.kernel.models import LogEntry
from bihuan.kernel.testing import FlowSuite, LedgerSuite, RuleSuite
from bihuan.kernel.work import unit_of_work

from .factory import TODAY, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]


class _Court:
    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court = court


class TestMarkFlow(_Court, FlowSuite):
    flow = MARK_FLOW

    def make(self, state):
        return self.court.mark(self.court.case(), state)

    def actor(self, step, obj):
        return self.court.head

    def outsider(self, step, obj):
        return self.court.judge

    def data(self, step, obj):
        return {"end_reason": "passed"} if step.code == "end" else {}


class TestMarks(_Court, LedgerSuite):
    ledger = MARKS
    correction = {"ground": "当事人三十二人，媒体已报道"}

    def editor(self):
        return self.court.keeper

    def outsider(self):
        return self.court.criminal_judge

    def make(self):
        return self.court.mark(self.court.case(), "proposed")

    def values(self):
        return {
            "case": self.court.case().number,
            "kind": "mass",
            "ground": "当事人三十二人",
            "proposed_on": "2026-05-19",
        }

    def test_a_row_is_added_by_whom_it_is_allowed_and_logged(self, db):
        """Over the suite's: whoever does not see the case is not told whether there is one."""
        _added(self, OversightMark)


class _Overseen(_Court):
    def editor(self):
        return self.court.leader

    def outsider(self):
        return self.court.criminal_judge

    def case(self):
        case = self.court.case()
        self.court.mark(case)
        return case

    def test_a_row_is_added_by_whom_it_is_allowed_and_logged(self, db):
        _added(self, self.ledger.model)


class TestMeasures(_Overseen, LedgerSuite):
    ledger = MEASURES
    correction = {"reference": "另一编号（虚构）"}

    def make(self):
        return self.court.measure(self.case())

    def values(self):
        return {"case": self.case().number, "kind": "report", "taken_on": "2026-05-19", "reference": "平台留痕（虚构）"}


class TestReadings(_Overseen, LedgerSuite):
    ledger = READINGS
    correction = {"outcome": "professional"}

    def make(self):
        return self.court.read(self.case())

    def values(self):
        return {
            "case": self.case().number,
            "document": "judgment",
            "sent_on": "2026-05-18",
            "read_on": "2026-05-19",
            "outcome": "agreed",
        }


def _added(suite, model):
    typed = suite.values()
    answer = suite._client(suite.outsider()).post(suite.ledger.url("add"), typed)
    assert answer.status_code == 422 and "没有找到这一案号" in answer.content.decode()
    assert not model.objects.exists()
    assert suite._client(suite.editor()).post(suite.ledger.url("add"), typed).status_code == 302
    assert suite._logged("created", model.objects.get()) is not None


class TestNoMeasure(RuleSuite):
    rule = "cases.oversight.no-measure"
    on = TODAY

    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court = court
        court.intake()

    def breach(self):
        return self.court.mark(self.court.case(), on="2026-04-20")

    def mend(self, row):
        self.court.measure(row.case)

    def sound(self):
        yield self.court.mark(self.court.case(), on="2026-05-07")  # 十个工作日，5月9日补班，5月20日届满，当日不算逾期
        yield self.court.mark(self.court.case(), "proposed", on="2026-04-20")
        yield self.court.mark(self.court.case(), "ended", on="2026-04-20")
        read = self.court.mark(self.court.case(), on="2026-04-20")
        self.court.read(read.case)
        yield read
        yield self.court.mark(self.court.case("2026-01-05", closed_on="2026-05-11"), on="2026-04-20")

    def owner(self):
        return self.court.leader


class TestUnmarked(RuleSuite):
    rule = "cases.oversight.unmarked"
    on = TODAY

    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court = court
        court.intake()

    def breach(self):
        case = self.court.case()
        for number in range(10):
            self.court.party(case, f"原告{number}")
        return case

    def mend(self, row):
        self.court.mark(row, "declined")

    def sound(self):
        few = self.court.case()
        for number in range(9):
            self.court.party(few, f"原告{number}")
        yield few
        marked = self.court.case()
        self.court.search(marked, result="guiding", found="指导性案例（虚构）", use="departed", why_not="已被取代")
        self.court.mark(marked)
        yield marked
        followed = self.court.case()
        self.court.search(followed, result="guiding", found="指导性案例（虚构）", use="followed")
        yield followed

    def owner(self):
        return self.court.head


def test_only_measures_of_the_list_of_the_day_with_the_article(court):
    case = court.case()
    court.mark(case)
    assert measures_on(TODAY)[0] == list(MeasureKind.values)
    assert measures_on(dt.date(2021, 11, 3))[0] == ["report", "professional", "committee"]
    assert measures_on(dt.date(2015, 9, 20)) == ([], "")
    page = signed_in(court.leader)
    typed = {"case": case.number, "kind": "change_result", "taken_on": "2026-05-19", "reference": "x"}
    told = page.post(MEASURES.url("add"), typed).content.decode()
    assert "法发〔2021〕30号" in told and "第十条" in told and "不能直接改变" in told
    with pytest.raises(Refused, match="法发〔2021〕30号"):
        create(MEASURES, actor=court.leader, values=typed | {"case": case, "taken_by": court.leader, "taken_on": TODAY})
    assert not OversightMeasure.objects.exists()


def test_a_measure_stands_on_a_mark_confirmed_by_then(court):
    case = court.case()
    with pytest.raises(ValidationError, match="没有经确认的"):
        court.measure(case)
    mark = court.mark(case, "proposed")
    with pytest.raises(ValidationError, match="没有经确认的"):
        court.measure(case)
    MARK_FLOW.perform(mark, "confirm", actor=court.leader)
    with pytest.raises(ValidationError, match="没有经确认的"):
        court.measure(case, on="2026-05-19")  # 确认在后
    assert court.measure(case, on=TODAY).mark == mark
    ended = court.mark(court.case(), "ended")
    with pytest.raises(ValidationError, match="没有经确认的"):
        court.measure(ended.case, on="2026-05-07")
    with pytest.raises(ValidationError, match="晚于今天"):
        court.measure(case, "attend", on="2026-05-21")


def test_reconsideration_is_asked_at_most_twice_readings_counted(court):
    case = court.case()
    court.mark(case)
    first = court.measure(case, "reconsider", on="2026-05-11")
    court.read(case, outcome="reconsider", on="2026-05-12")
    with pytest.raises(ValidationError, match=r"2 次.*不得超过 2 次.*第十条"):
        court.measure(case, "reconsider")
    with pytest.raises(ValidationError, match="不得超过 2 次"):
        court.read(case, outcome="reconsider")
    assert court.measure(case, "professional").pk  # 其他途径仍在
    void(MEASURES, actor=court.leader, obj=first, reason="登错")
    assert court.measure(case, "reconsider").pk
    other = court.case()
    court.mark(other)
    assert court.measure(other, "reconsider").pk


def test_who_works_on_a_case_does_not_oversee_it(court):
    for own in ({"judge": court.head}, {"assistant": court.head}, {"panel": [court.head]}):
        case = court.case(**own)
        mark = court.mark(case, "proposed")
        assert not access.may(court.head, "cases.oversight.supervise", mark)
        assert access.may(court.leader, "cases.oversight.supervise", mark)
        with pytest.raises(NotAllowed):
            MARK_FLOW.perform(mark, "confirm", actor=court.head)
        MARK_FLOW.perform(mark, "confirm", actor=court.president)
        with pytest.raises(ValidationError, match="不能由本人监督管理"):
            court.measure(case, taken_by=court.head, on=TODAY)
        with pytest.raises(ValidationError, match="不能由本人监督管理或者阅核"):
            court.read(case, by=court.head)
    for stranger in (court.criminal_head, court.judge, court.keeper, court.enforcement_head, court.committee_secretary):
        assert not access.may(stranger, "cases.oversight.supervise", mark)


def test_who_oversees_does_not_write_the_result(court):
    case, free = court.case(), court.case()
    court.mark(case)
    values = {"closed_on": TODAY, "closing_manner": "judgment"}
    with pytest.raises(NotAllowed, match="no_result"):
        change(CASES, actor=court.keeper, obj=case, values=values, reason="更正")
    case.refresh_from_db()
    assert case.closed_on is None
    assert change(CASES, actor=court.keeper, obj=case, values={"cause": "租赁合同纠纷"}, reason="更正").cause == "租赁合同纠纷"
    assert change(CASES, actor=court.keeper, obj=free, values=values, reason="更正").closed_on == TODAY
    another = court.person("审管二", "trial", "trial_management")
    case.refresh_from_db()
    assert change(CASES, actor=another, obj=case, values=values, reason="更正").closed_on == TODAY


def test_a_report_of_misconduct_is_not_shown_to_those_who_work_on_the_case(court):
    case = court.case(assistant=court.assistant, panel=[court.second])
    mark, plain = court.mark(case, kind="misconduct"), court.mark(court.case())
    measure = court.measure(case)
    for person in (court.judge, court.assistant, court.second):
        assert not access.visible(person, OversightMark).filter(pk=mark.pk).exists()
        assert access.visible(person, OversightMeasure).filter(pk=measure.pk).exists()
        assert "违法审判" not in signed_in(person).get(CASES.url("detail", case.pk)).content.decode()
        assert "违法审判" not in signed_in(person).get(MEASURES.url("detail", measure.pk)).content.decode()
        typed = {"case": case.number, "kind": "misconduct", "ground": "x", "proposed_on": "2026-05-20"}
        told = signed_in(person).post(MARKS.url("add"), typed)
        assert told.status_code in (403, 422) and "不用重复标注" not in told.content.decode(), "nor told by a refusal"
    told = signed_in(court.judge).post(MARKS.url("add"), typed).content.decode()
    assert "承办、协办或者参加合议这件案件的人员不标注这一类别" in told
    with pytest.raises(Refused, match="不标注这一类别") as refusal:
        create(MARKS, actor=court.judge, values=typed | {"case": case, "proposed_by": court.judge, "proposed_on": TODAY})
    assert len(refusal.value.reasons) == 1
    assert access.visible(court.judge, OversightMark).get() == plain
    for person in (court.head, court.leader, court.president, court.keeper):
        assert access.visible(person, OversightMark).filter(pk=mark.pk).exists()
    assert not access.visible(court.criminal_judge, OversightMeasure).exists()


def test_sealed_cases_keep_their_oversight(court):
    sealed = court.case(sealed="privacy")
    court.mark(sealed)
    court.measure(sealed)
    court.read(sealed)
    for model in (OversightMark, OversightMeasure, ReadingRecord):
        assert [access.visible(p, model).count() for p in (court.judge, court.head, court.president, court.keeper)] == [
            1,
            1,
            0,
            0,
        ]


def test_every_measure_leaves_a_trace_and_stays(court):
    case = court.case()
    court.mark(case)
    page = signed_in(court.leader)
    typed = {"case": case.number, "kind": "report", "taken_on": "2026-05-19", "reference": "平台留痕（虚构）"}
    assert page.post(MEASURES.url("add"), typed).status_code == 302
    made = OversightMeasure.objects.get()
    assert made.taken_by == court.leader
    assert LogEntry.objects.filter(type="cases.oversight_measures.created", actor=court.leader, object_id=str(made.pk)).exists()
    with pytest.raises(Refused, match="oversight.stays"):
        change(MEASURES, actor=court.leader, obj=made, values={"kind": "attend"}, reason="更正")
    shown = signed_in(court.judge).get(CASES.url("detail", case.pk)).content.decode()
    assert MEASURES.url("detail", made.pk) in shown
    for sql in ("UPDATE {t} SET kind = 'attend'", "UPDATE {t} SET taken_on = '2026-05-01'", "DELETE FROM {t}"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.format(t="cases_oversightmeasure"))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_oversightmark SET kind = 'mass'")


def slow_unmarked(on):
    """The reminder by hand: plain Python over the rows, from the words of the rule."""
    found = set()
    for case in Case.objects.all():
        if case.voided_at or case.closed_on or case.filed_on is None or case.filed_on > on:
            continue
        if any(not mark.voided_at for mark in case.oversightmark_rows.all()):
            continue
        listed = any(i.trigger in ("oversight", "uniform", "statutory") and not i.voided_at for i in case.agendaitem_rows.all())
        departed = any(s.use == "departed" and not s.voided_at and s.searched_on <= on for s in case.searchrecord_rows.all())
        many = sum(not party.voided_at for party in case.party_rows.all()) >= 10
        if listed or departed or many:
            found.add(case.pk)
    return found


def slow_silent(on):
    """Marks without a measure by hand."""
    found = set()
    for mark in OversightMark.objects.select_related("case"):
        if mark.voided_at or mark.state != "confirmed" or mark.case.closed_on or mark.case.voided_at or mark.measure_by >= on:
            continue
        taken = [m for m in mark.measures.all() if not m.voided_at and m.taken_on <= on]
        read = [r for r in mark.case.readingrecord_rows.all() if not r.voided_at and mark.confirmed_on <= r.read_on <= on]
        if not taken and not read:
            found.add(mark.pk)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_rules_say_what_plain_python_says(court, seed):
    import random

    from bihuan.kernel import rules

    dice = random.Random(seed)
    for _n in range(25):
        case = court.case(closed_on=dice.choice([None, None, None, "2026-05-11"]))
        for number in range(dice.choice([0, 9, 10, 11])):
            court.party(case, f"原告{number}")
        if dice.random() < 0.3:
            use = dice.choice(["departed", "followed"])
            court.search(case, result="library", found="入库案例（虚构）", use=use)
        if dice.random() < 0.6:
            mark = court.mark(
                case,
                dice.choice(["proposed", "declined", "confirmed", "confirmed", "ended"]),
                on=dice.choice(["2026-04-20", "2026-05-06", "2026-05-07"]),
            )
            if mark.state == "confirmed" and dice.random() < 0.4:
                court.measure(case) if dice.random() < 0.5 else court.read(case)
            if dice.random() < 0.2:
                with unit_of_work(None) as uow:
                    OversightMark.objects.filter(pk=mark.pk).update(voided_at=clock.now(), void_reason="登错")
                    uow.record("test.made", mark, params={"what": "void"})
    seen = [set(), set()]
    for on in (TODAY, dt.date(2026, 5, 21), dt.date(2026, 5, 6)):
        for place, (code, slow) in enumerate(
            {"cases.oversight.unmarked": slow_unmarked, "cases.oversight.no-measure": slow_silent}.items()
        ):
            declared = rules.rules()[code]
            got = set(declared.query(on, rules.Params(declared.basis, on)).values_list("pk", flat=True))
            assert got == slow(on), (code, on)
            seen[place] |= got
    assert all(seen), "the mutations broke no rule: the comparison proves nothing"
