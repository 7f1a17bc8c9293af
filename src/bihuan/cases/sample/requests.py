"""Requests and recorded reasons of the demo court: one waiting, one registered otherwise than asked, reasons of long-pending cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bihuan.kernel import clock, log
from bihuan.kernel.work import unit_of_work

from ..models import Case, CasePause
from ..services import exclusions, pending, requests

log.event("cases.sample.paused", "%(case)s")
APPRAISAL = {"ground": "appraisal", "last": None, "reason": "双方对造价分歧较大，需要鉴定"}
REASONS: tuple[tuple[str, dt.date, dict[str, Any]], ...] = (
    ("pending-12", dt.date(2026, 10, 26), {"cause": "related", "detail": "以另案的审理结果为依据，另案尚未审结",
                                           "solution": "每月向另案承办人了解进度，另案审结后十日内恢复审理", "plan_on": dt.date(2027, 3, 31)}),
    ("pending-18", dt.date(2026, 10, 19), {"cause": "suspended", "detail": "一方当事人终止，尚未确定权利义务承受人",
                                           "solution": "十月底以前函询登记机关，确定承受人后恢复审理", "plan_on": dt.date(2026, 11, 20)}),
    ("pending-24", dt.date(2026, 10, 20), {"cause": "stability", "detail": "征收涉及户数较多，补偿方案正在协调",
                                           "solution": "由分管院领导牵头与征收部门会商，协调不成即恢复审理", "plan_on": dt.date(2026, 12, 31)}),
)  # fmt: skip


def fill(cases: Mapping[str, Case], as_of: dt.date) -> None:
    """Fill them in over the situations' cases; what depends on the days of these cases is computed by the caller."""
    with clock.simulate(dt.date(2026, 11, 9)):
        case = cases["exclusion-differs"]
        asked = APPRAISAL | {"first": dt.date(2026, 11, 9), "reference": "（2026）临法鉴委字第40号"}
        exclusions.ask(actor=case.judge, case=case, values=asked)
        with unit_of_work(None, job="demo") as uow:
            pause = CasePause.objects.create(
                case=case, ground="appraisal", first=dt.date(2026, 11, 11), reference="（2026）临法鉴委字第40号"
            )
            uow.record("cases.sample.paused", pause, params={"case": case.number})
        exclusions.reconcile_exclusions([case.pk])
    for key, day, values in REASONS:
        with clock.simulate(day):
            pending.record(actor=cases[key].judge, case=cases[key], values=values)
    with clock.simulate(as_of):
        case = cases["exclusion-asked"]
        asked = APPRAISAL | {"first": as_of, "reference": "（2026）临法鉴委字第43号"}
        exclusions.ask(actor=case.judge, case=case, values=asked)
        case = cases["extension-asked"]
        values = {"rule": "E1", "by": "president", "term": "6m", "reason": "股东出资情况需要审计"}
        requests.ask(actor=case.judge, case=case, values=values)
