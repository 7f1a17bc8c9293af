"""Criteria: parameters are cleaned with named refusals; whatever goes wrong is undeterminable, never met."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection

from bihuan.kernel import criteria
from bihuan.kernel.criteria import CriterionKind, Param, Question, Scope, SetKind, Verdict, met, unmet
from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message, wording

SAYS = wording("test.criterion", "测试标准 %(periods)s")
SCOPE = Scope(on=dt.date(2026, 3, 2))


class Probe(CriterionKind):
    code = "test.probe"
    label = "测试标准"
    fields = (
        Param("periods", "期数", "integer", least=1),
        Param("floor", "下限", "decimal", required=False),
        Param("since", "起始日", "date", required=False),
        Param("unit", "部门", "choice", required=False, choices=lambda: [("a", "民一庭"), ("b", "执行局")]),
    )

    def describe(self, params):
        return Message(SAYS, {"periods": params["periods"]})

    def evaluate(self, params, scope):
        what = params.get("periods")
        if what == 1:
            return met(Message(SAYS, {"periods": 1}), [{"period": "2026-02"}])
        if what == 2:
            return unmet(Message(SAYS, {"periods": 2}))
        if what == 3:
            raise ZeroDivisionError
        if what == 4:
            with connection.cursor() as cursor:
                cursor.execute("SELECT * FROM no_such_table")
        if what == 5:
            raise Refused(Message(SAYS, {"periods": 5}))
        return None


@pytest.fixture
def probe():
    kind = criteria.register(Probe())
    yield kind
    criteria._registry.kinds.pop(kind.code)


def test_clean_gives_stored_forms_and_drops_what_is_empty(probe):
    given = {"periods": " 3 ", "floor": "95.50", "since": "2026-01-31", "unit": "a"}
    assert probe.clean(given) == {"periods": 3, "floor": "95.50", "since": "2026-01-31", "unit": "a"}
    assert probe.clean({"periods": 1, "floor": "", "unit": None}) == {"periods": 1}


@pytest.mark.parametrize(
    "given, code",
    [
        ({}, criteria.REQUIRED),
        ({"periods": "三"}, criteria.NOT_A_NUMBER),
        ({"periods": "1.5"}, criteria.NOT_WHOLE),
        ({"periods": 0}, criteria.TOO_SMALL),
        ({"periods": 1, "floor": "NaN"}, criteria.NOT_A_NUMBER),
        ({"periods": 1, "since": "2026-02-30"}, criteria.NOT_A_DATE),
        ({"periods": 1, "unit": "c"}, criteria.NOT_A_CHOICE),
        ({"periods": 1, "typo": 1}, criteria.UNKNOWN_PARAM),
    ],
)
def test_clean_refuses_naming_the_field(probe, given, code):
    with pytest.raises(Refused) as refusal:
        probe.clean(given)
    assert [r.code for r in refusal.value.reasons] == [code]


def test_all_wrong_parameters_are_named_at_once(probe):
    with pytest.raises(Refused) as refusal:
        probe.clean({"periods": "x", "since": "y"})
    assert len(refusal.value.reasons) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "periods, verdict",
    [(1, Verdict.MET), (2, Verdict.UNMET), *((n, Verdict.UNDETERMINABLE) for n in (3, 4, 5, 6))],
)
def test_only_a_plain_met_is_met(probe, periods, verdict):
    finding = criteria.evaluate(probe.code, {"periods": periods}, SCOPE)
    assert finding.verdict is verdict
    assert finding.met is (periods == 1)
    assert finding.as_json()["verdict"] == verdict.value


@pytest.mark.django_db
def test_a_failing_statement_does_not_spoil_the_transaction_around_it(probe):
    assert criteria.evaluate(probe.code, {"periods": 4}, SCOPE).reason.code == criteria.BROKEN
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    with pytest.raises(DatabaseError):
        probe.evaluate({"periods": 4}, SCOPE)


@pytest.mark.django_db
def test_an_unknown_kind_is_undeterminable_and_still_describes_itself():
    assert criteria.evaluate("gone.kind", {}, SCOPE).verdict is Verdict.UNDETERMINABLE
    assert "gone.kind" in str(criteria.describe("gone.kind", {}))
    with pytest.raises(Refused):
        criteria.kind("gone.kind")


# ---- many at once


class ManyProbe(SetKind):
    """Judges many in one go, and breaks as a whole where one of them breaks; `lots` keeps how many it was asked at once."""

    code = "test.many"
    label = "测试标准（成批）"
    fields = (Param("periods", "期数", "integer"),)

    def __init__(self):
        self.lots = []

    def describe(self, params):
        return Message(SAYS, {"periods": params["periods"]})

    def judge(self, asked):
        self.lots.append(len(asked))
        if any(one.params["periods"] == 3 for one in asked):
            raise ZeroDivisionError
        return [Probe().evaluate(one.params, one.scope) for one in asked]


@pytest.fixture
def many():
    kind = criteria.register(ManyProbe())
    yield kind
    criteria._registry.kinds.pop(kind.code)


def questions(*periods):
    return [Question({"periods": n}, SCOPE) for n in periods]


@pytest.mark.django_db
def test_many_questions_are_judged_in_one_go_and_in_their_order(many):
    found = criteria.evaluate_many(many.code, questions(1, 2, 1, 2, 1))
    assert [finding.verdict for finding in found] == [Verdict.MET, Verdict.UNMET] * 2 + [Verdict.MET]
    assert many.lots == [5]


@pytest.mark.django_db
@pytest.mark.parametrize("broken", [3, 6])  # one that raises, one that gives no finding
def test_a_question_that_breaks_the_lot_is_alone_undeterminable(many, broken):
    asked = questions(*[1] * 11, broken, *[2] * 20)
    found = [finding.verdict for finding in criteria.evaluate_many(many.code, asked)]
    assert found == [Verdict.MET] * 11 + [Verdict.UNDETERMINABLE] + [Verdict.UNMET] * 20
    assert len(many.lots) <= 12, "halved, not asked one by one"


@pytest.mark.django_db
def test_a_kind_that_knows_no_lots_is_asked_one_by_one(probe):
    asked = questions(1, 2, 3, 4, 5, 6)
    alone = [criteria.evaluate(probe.code, one.params, one.scope) for one in asked]
    assert criteria.evaluate_many(probe.code, asked) == alone
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # the one that broke in the database spoilt no transaction
    assert criteria.evaluate_many("gone.kind", asked)[5].verdict is Verdict.UNDETERMINABLE
    assert criteria.evaluate_many(probe.code, []) == []
