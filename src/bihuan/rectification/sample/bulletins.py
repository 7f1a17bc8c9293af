"""The demo court's briefings: weekly ones issued for three weeks, the fourth a draft; a progress report that came back to its drafter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from bihuan.kernel.bulletins import cadence, covered, services
from bihuan.kernel.bulletins.flow import BULLETIN_FLOW
from bihuan.kernel.models import Bulletin, Person, Unit

from ..bulletins import PROGRESS, WEEKLY

HEAD, CLERK, REVIEWER, SIGNER = "qinzhiyuan", "xiangxiaoman", "yingcailan", "jiangboheng"
BEGIN = dt.date(2026, 11, 2)
ISSUED = (dt.date(2026, 11, 2), dt.date(2026, 11, 9), dt.date(2026, 11, 16))
DRAFTED = dt.date(2026, 11, 23)
RETURNED = dt.date(2026, 11, 5)
PROGRESS_FROM = dt.date(2026, 12, 5)
ASKED, COUNTERSIGNER = "enforcement", "leizhenchuan"
WORK = {
    ISSUED[0]: "整改办对已销号措施开展“回头看”，现场核对佐证材料；督促执行局补报案款清理周调度记录。",
    ISSUED[1]: "召开整改工作例会，逐项过堂两周内到期措施；对逾期措施制发督办函。",
    ISSUED[2]: "会同审管办核对长期未结案件数据，核对结果已反馈有关部门。",
}
REPORT = {
    "done_work": "召开党组会专题研究整改工作，对照清单逐项核对；建立长期未结案件周通报、案款清理周调度制度。",
    "next": "对逾期措施逐项明确责任人和办结时间，适时开展“回头看”。",
}
REASON = "“存在问题”一段没有写明执行案款清理逾期的原因，请补充后重新送会签。"


def events(person: Callable[[str], Any], units: dict[str, Unit]) -> Iterator[tuple[dt.date, Callable[[], Any]]]:
    """The steps with their days."""
    yield BEGIN, lambda: cadence.put_to_use(actor=person(HEAD), kind=WEEKLY, starts=BEGIN)
    for day in ISSUED:
        yield day, lambda day=day: _issue(person, day)  # type: ignore[misc]
    yield RETURNED, lambda: _come_back(person, units)
    yield DRAFTED, lambda: _draft(person, DRAFTED)
    yield DRAFTED, lambda: cadence.put_to_use(actor=person(HEAD), kind=PROGRESS, starts=PROGRESS_FROM)


def _draft(person: Callable[[str], Any], day: dt.date) -> Bulletin:
    """The weekly of a day it is due."""
    due = next(row for row in cadence.occurrences(WEEKLY, day) if row.nominal_on == day)
    made = services.for_occurrence(actor=person(CLERK), kind=WEEKLY, occurrence=due)
    texts = made.texts | {"work": WORK.get(day, "")}
    return services.edit(actor=person(CLERK), bulletin=made, values={"texts": texts})


def _issue(person: Callable[[str], Any], day: dt.date) -> None:
    made = _draft(person, day)
    for step, who in (("submit", CLERK), ("review", REVIEWER), ("sign", SIGNER), ("number", CLERK), ("issue", CLERK)):
        made = BULLETIN_FLOW.perform(made, step, actor=person(who), note="同意" if who in (REVIEWER, SIGNER) else "")


def _come_back(person: Callable[[str], Any], units: dict[str, Unit]) -> None:
    """Countersigned by a department, and sent back by the office."""
    clerk: Person = person(CLERK)
    made = services.draft(actor=clerk, kind=PROGRESS, span=covered("month", RETURNED))
    made = services.edit(actor=clerk, bulletin=made, values={"texts": made.texts | REPORT})
    unit = units[ASKED]
    made = BULLETIN_FLOW.perform(made, "ask", actor=clerk, data={"units": [unit]})
    agrees = {"unit": unit, "agrees": True}
    made = BULLETIN_FLOW.perform(made, "opine", actor=person(COUNTERSIGNER), note="数据无误", data=agrees)
    made = BULLETIN_FLOW.perform(made, "forward", actor=clerk)
    BULLETIN_FLOW.perform(made, "return", actor=person(REVIEWER), note=REASON)
