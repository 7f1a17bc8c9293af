"""Milestones of bankruptcy cases: an alert where the law sets a limit, a mark in the list where it does not."""

import datetime as dt
import random

import pytest
from django.core.exceptions import ValidationError

from bihuan.cases.milestones import MILESTONES
from bihuan.cases.models import Milestone, MilestoneKind
from bihuan.kernel import access, rules
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.ledger.service import change, create, void
from bihuan.kernel.testing import LedgerSuite, RuleSuite

from .factory import TODAY, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.urls")]
STATUTORY = {"accept", "notice", "first_meeting", "plan"}


class TestMilestones(LedgerSuite):
    ledger = MILESTONES
    correction = {"reference": "延长裁定（虚构）"}

    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court = court

    def editor(self):
        return self.court.judge

    def outsider(self):
        return self.court.criminal_judge

    def make(self):
        return self.court.milestone()

    def values(self):
        return {"case": self.court.case("2026-01-05", type="破").number, "kind": "trustee", "due_on": "2026-06-01"}

    def test_a_row_is_added_by_whom_it_is_allowed_and_logged(self, db):
        """Over the suite's: whoever does not see the case is not told whether there is one."""
        typed = self.values()
        answer = self._client(self.outsider()).post(self.ledger.url("add"), typed)
        assert answer.status_code == 422 and "没有找到这一案号" in answer.content.decode()
        assert not Milestone.objects.exists()
        assert self._client(self.editor()).post(self.ledger.url("add"), typed).status_code == 302
        assert self._logged("created", Milestone.objects.get()) is not None


class TestOverdue(RuleSuite):
    rule = "cases.milestone.overdue"
    on = TODAY

    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court = court

    def breach(self):
        return self.court.milestone()

    def mend(self, row):
        change(MILESTONES, actor=self.court.judge, obj=row, values={"done_on": TODAY}, reason="已完成")

    def sound(self):
        yield self.court.milestone(due=self.on)  # 当日不算逾期
        yield self.court.milestone(kind="sale")  # 没有法定期限，只标记
        yield self.court.milestone(done_on="2026-05-19")
        yield self.court.milestone(self.court.case("2026-01-05", type="破", closed_on="2026-05-11"))
        yield void(MILESTONES, actor=self.court.keeper, obj=self.court.milestone(), reason="登错")

    def owner(self):
        return self.court.judge


def test_what_a_milestone_must_say_and_who_keeps_it(court):
    case = court.case("2026-01-05", type="破")
    for values, told in (
        ({"case": court.case()}, "不是破产、强制清算案件"),
        ({"case": case, "done_on": "2026-05-21"}, "晚于今天"),
        ({"case": case, "done_on": "2026-01-02"}, "早于收案、立案日期"),
    ):
        with pytest.raises(ValidationError, match=told):
            court.milestone(**values)
    row = court.milestone(case)
    with pytest.raises(Refused, match="已登记过同一节点"):
        create(MILESTONES, actor=court.judge, values={"case": case, "kind": "plan", "due_on": TODAY})
    for person in (court.head, court.president, court.second):
        with pytest.raises(NotAllowed):
            change(MILESTONES, actor=person, obj=row, values={"done_on": TODAY}, reason="已完成")
    sealed = court.milestone(court.case("2026-01-05", type="破", sealed="privacy"))
    assert [access.visible(p, Milestone).filter(pk=sealed.pk).exists() for p in (court.judge, court.keeper)] == [True, False]
    court.milestone(case, "sale")
    shown = signed_in(court.judge).get(MILESTONES.url("list")).content.decode()
    assert "法定期限" in shown and "无法定期限，只标记" in shown
    for day in ("2007-05-31", "0001-01-01"):  # 企业破产法施行以前没有法定期限，表仍能看
        change(MILESTONES, actor=court.judge, obj=row, values={"due_on": dt.date.fromisoformat(day)}, reason="更正")
        row.refresh_from_db()
        page = signed_in(court.judge).get(MILESTONES.url("list"))
        assert page.status_code == 200 and page.content.decode().count("无法定期限，只标记") == 2


@pytest.mark.parametrize("seed", range(3))
def test_the_rule_says_what_plain_python_says(court, seed):
    dice = random.Random(seed)
    for _n in range(8):
        case = court.case("2026-01-05", type="破", closed_on=dice.choice([None, None, "2026-05-11"]))
        for kind in dice.sample(list(MilestoneKind.values), 4):
            row = court.milestone(case, kind, dice.choice(["2026-05-18", "2026-05-19", TODAY, "2026-05-21"]), done_on=dice.choice([None, None, "2026-05-15"]))
            if dice.random() < 0.2:
                void(MILESTONES, actor=court.keeper, obj=row, reason="登错")
    declared, seen = rules.rules()["cases.milestone.overdue"], set()
    for on in (dt.date(2026, 5, 19), TODAY, dt.date(2026, 5, 22)):
        got = set(declared.query(on, rules.Params(declared.basis, on)).values_list("pk", flat=True))
        slow = {
            m.pk for m in Milestone.objects.select_related("case")
            if not m.voided_at and m.done_on is None and m.due_on < on and m.kind in STATUTORY and not m.case.closed_on and not m.case.voided_at
        }  # fmt: skip
        assert got == slow, on
        seen |= got
    assert seen, "no mutation broke the rule: the comparison proves nothing"
