"""Every step of every flow: allowed, refused to outsiders, refused elsewhere, noted, separated, taken once."""

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from bihuan.kernel import clock
from bihuan.kernel.models import Person
from bihuan.kernel.testing.flow import FlowSuite
from bihuan.kernel.workflow import Flow, Transition
from bihuan.rectification import services as s
from bihuan.rectification.flows import ATTEMPT_FLOW, CHANGE_FLOW, PLAN_FLOW, REBOUND_FLOW
from bihuan.rectification.models import Attempt, InspectionRound
from tests.support.again import written

from .factory import ONSITE, Court


class OfACourt(FlowSuite):
    """The suite on the small court."""

    actors: ClassVar[Mapping[str, str]] = {}

    @pytest.fixture(autouse=True)
    def _court(self, court: Court) -> None:
        self.court = court

    def actor(self, step: Transition, obj: Any) -> Person:
        return getattr(self.court, self.actors[step.code])

    def outsider(self, step: Transition, obj: Any) -> Person:
        return self.court.stranger


class TestPlan(OfACourt):
    flow: ClassVar[Flow] = PLAN_FLOW
    actors: ClassVar = {"submit": "rectifier", "file": "rectifier", "return": "president", "approve": "president"}

    @written
    def make(self, state: str) -> InspectionRound:
        court = self.court
        if state == "filed":
            return s.file_round(actor=court.rectifier, round=self.backfilled())
        court.measure()
        if state != "draft":
            s.submit_plan(actor=court.rectifier, round=court.round)
        if state == "approved":
            s.approve_plan(actor=court.president, round=court.round)
        return court.round

    def backfilled(self) -> InspectionRound:
        given = {"name": "2024 年巡察", "body": "市委第二巡察组", "feedback_on": clock.today()}
        return s.create_round(actor=self.court.rectifier, code="2024-1", is_backfilled=True, **given)

    def _set_up(self, step):
        if step.code == "file":
            return self.backfilled(), self.court.rectifier
        return super()._set_up(step)


class TestAttempt(OfACourt):
    flow: ClassVar[Flow] = ATTEMPT_FLOW
    actors: ClassVar = {
        "start": "judge",
        "apply": "clerk",
        "withdraw": "clerk",
        "head_pass": "head",
        "head_return": "head",
        "leader_pass": "leader",
        "leader_return": "leader",
        "verify_pass": "inspector",
        "verify_return": "inspector",
        "decide": "secretary",
        "decide_return": "secretary",
        "external_accept": "rectifier",
        "external_refuse": "rectifier",
    }

    @written
    def make(self, state: str) -> Attempt:
        return self.court.at(state)

    def ready(self, step: Transition, obj: Any, actor: Person | None) -> None:
        if step.code == "apply":
            self.court.file(obj.measure)
        if step.code == "verify_pass":
            self.court.check_on_site(obj)

    def data(self, step: Transition, obj: Any) -> Mapping[str, Any]:
        if step.code == "decide":
            return {"meeting": self.court.meeting().pk, "result": "done"}
        if step.code.startswith("external"):
            return {"by": "市委巡察办", "on": clock.today().isoformat(), "document_no": "巡办〔2026〕5号"}
        return {}


class TestChange(OfACourt):
    flow: ClassVar[Flow] = CHANGE_FLOW
    actors: ClassVar = {
        "agree": "leader",
        "disagree": "leader",
        "approve": "president",
        "refuse": "president",
        "withdraw": "judge",
    }

    @written
    def make(self, state: str) -> Any:
        court = self.court
        attempt = court.approved(criteria=[ONSITE])
        row = s.request_change(
            actor=court.judge, measure=attempt.measure, changes={"due": "2026-08-01"}, reason="鉴定", kind="extension"
        )
        match state:
            case "requested":
                return row
            case "withdrawn":
                return s.withdraw_change(actor=court.judge, request=row, note="不再需要")
        row = s.agree(actor=court.leader, request=row, agreed=True)
        if state == "agreed":
            return row
        return s.approve(actor=court.president, request=row, approved=state == "approved", note="按期完成")


class TestRebound(OfACourt):
    flow: ClassVar[Flow] = REBOUND_FLOW
    actors: ClassVar = {"find": "inspector", "dismiss": "inspector", "confirm": "secretary", "overrule": "secretary"}

    @written
    def make(self, state: str) -> Any:
        court = self.court
        row = s.raise_rebound(actor=court.rectifier, attempt=court.at("internally_closed"), reason="群众反映再次超期")
        if state == "suspected":
            return row
        if state == "reopened_by_silence":
            return REBOUND_FLOW.perform(row, "silence", actor=None)
        row = s.verify_rebound(actor=court.inspector, rebound=row, found=state != "dismissed", note="核实")
        if state == "reopened":
            return s.confirm_rebound(actor=court.secretary, rebound=row, meeting=court.meeting())
        return row

    def data(self, step: Transition, obj: Any) -> Mapping[str, Any]:
        return {"meeting": self.court.meeting().pk}
