"""The dated parameters of meetings: what they say on a day, and how they are cited."""

from __future__ import annotations

import datetime as dt

from bihuan.law.dated import current_parameters
from bihuan.law.errors import NotInForce
from bihuan.law.periods import due, ends_on

QUORUM = "meetings.committee-quorum"
COMPOSITION = "meetings.committee-composition"
CHAIR = "meetings.committee-chair"
MAJORITY = "meetings.committee-majority"
PRIOR = "meetings.committee-prior"
LEAST = "local.meetings.professional-least"
PROFESSIONAL_CHAIR = "meetings.professional-chair"
ORDER = {True: "meetings.committee-order", False: "meetings.professional-order"}
REPORT = {True: "meetings.committee-report", False: "meetings.professional-report"}
MINUTES = {True: "meetings.committee-minutes", False: "meetings.professional-minutes"}
SEARCH = "cases.search.full"
MINUTES_DUE = "local.meetings.minutes-due"
DEFECT_DUE = "local.meetings.defect-due"
ANSWER_DUE = "local.meetings.answer-due"
EXECUTE_DUE = "local.meetings.execute-due"
LINES = "local.meetings.trigger-lines"


def lines(on: dt.date) -> list[str]:
    """The lines of cases that thresholds of long-pending cases speak of; none before the parameter's first day."""
    try:
        return list(current_parameters().value_on(LINES, on)["lines"])
    except NotInForce:
        return []


def applies(code: str, on: dt.date) -> bool:
    """Whether the rule is in force on the day and the court has not set it aside."""
    try:
        return bool(current_parameters().value_on(code, on).get("applies", True))
    except NotInForce:
        return False


def cited(code: str, on: dt.date) -> str:
    """The rule's source and article: 人民法院组织法第三十八条."""
    held = current_parameters().version_on(code, on)
    return f"{held.source}{held.article}"


def number(code: str, key: str, on: dt.date) -> int:
    """A number of the parameter in force on the day."""
    return int(current_parameters().value_on(code, on)[key])


def after(code: str, day: dt.date) -> dt.date:
    """The day on which the term `code` from `day` ends, rolled to a working day."""
    return due(day, current_parameters().version_on(code, day).term()).due


def back(code: str, on: dt.date) -> dt.date:
    """The day one term before `on`: what happened before it has had its term."""
    return on - (ends_on(on, current_parameters().version_on(code, on).term()) - on)


def least(members: int, *, committee: bool, on: dt.date) -> int:
    """The fewest members that must be there: of the committee more than the share of the law, else the house's minimum."""
    if committee:
        return members * number(QUORUM, "more_than_percent", on) // 100 + 1
    return number(LEAST, "members", on)


def majority(members: int, on: dt.date) -> int:
    """The fewest votes of a decision of the committee: more than the share of ALL members."""
    return members * number(MAJORITY, "more_than_percent", on) // 100 + 1
