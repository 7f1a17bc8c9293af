"""What follows from the days of a case on a day: its lamp, its tiers, the rules it breaks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from .days import ONE, Day, months_on, workdays_on
from .limits import Answer, Facts, reckon

STEPS = (30, 20, 15, 5)
LITIGATION = {"civil", "criminal", "administrative", "compensation"}
# 超过 leaves the day itself out, 以上 takes it in (民法典1259): (months, days after the corresponding day)
TIERS = {"12": (12, 1), "18": (18, 1), "24": (24, 0), "36": (36, 0)}
PROFESSIONAL, COMMITTEE = 6, 10
LIBRARY_SINCE = dt.date(2024, 5, 8)  # 法〔2024〕92号
MINUTES = 5  # working days, the house's own
TOOK_PLACE = {"held", "minuted"}
HAS_RESULT = {"concluded", "answered", "executed"}


@dataclass
class Item:
    """A case on an agenda: where the item and its meeting stand, what a defect of either asks for, and votes where it was voted."""

    key: int
    case: int
    body: str
    state: str
    meeting_state: str
    again: bool
    execute_by: Day | None
    case_stands: bool = True


@dataclass
class World:
    """Everything the rules look at."""

    cases: list[Facts]
    items: list[Item] = field(default_factory=list)
    library: dict[int, list[Day]] = field(default_factory=dict)
    defects: list[tuple[int, str, Day]] = field(default_factory=list)  # key, state, due
    meetings: list[tuple[int, str, Day]] = field(default_factory=list)  # key, state, held


def lamp(case: Facts, answer: Answer, on: Day) -> str:
    """The lamp in the house's word: overdue, past_ordinary, near and its days, stopped, green, none, closed in time or late."""
    raw, due, expires = answer.raw, answer.due, answer.expires
    if raw is None or due is None or expires is None or answer.trigger is None:
        return "none"
    if case.closed:
        return "closed_in_time" if case.closed <= expires else "closed_late"
    if on > expires:
        return "overdue"
    if answer.stopped:
        return "stopped"
    if on > due:
        return "past_ordinary"
    passed = _steps(answer, on)
    return f"near{min(passed)}" if passed else "green"


def _steps(answer: Answer, on: Day) -> list[int]:
    assert answer.raw is not None and answer.trigger is not None
    length = (answer.raw - answer.trigger).days
    return [step for step in STEPS if (answer.raw - on).days <= step < length]


def tier(case: Facts, on: Day) -> str:
    """The highest tier of long-pending cases it has passed; calendar time from the filing, nothing left out (4)."""
    if case.closed or case.filed is None or case.line not in LITIGATION:
        return ""
    passed = [code for code, (months, more) in TIERS.items() if on >= months_on(case.filed, months) + ONE * more]
    return max(passed, key=int, default="")


def _properly(world: World) -> dict[str, set[int]]:
    """Cases that each body discussed with a result that nothing asks to be discussed again."""
    done: dict[str, set[int]] = {"professional": set(), "committee": set()}
    for item in world.items:
        if item.state in HAS_RESULT and item.meeting_state in TOOK_PLACE and not item.again:
            done[item.body].add(item.case)
    return done


def of_case(case: Facts, answer: Answer, on: Day, done: dict[str, set[int]], searched: list[Day]) -> set[str]:
    """The rules of single cases that it breaks on the day."""
    found = set()
    light = lamp(case, answer, on)
    is_open = case.closed is None
    watched = case.closed is None or case.closed.year == on.year
    if light == "overdue":
        found.add("cases.limit.overdue")
    elif is_open and answer.raw is not None and not answer.stopped and _steps(answer, on):
        found.add("cases.limit.near")
    if watched and answer.hidden:
        found.add("cases.pause.hidden")
    if watched and answer.late:
        found.add("cases.grant.late")
    if watched and answer.refused:
        found.add("cases.grant.refused")
    if passed := tier(case, on):
        found.add(f"cases.pending.{passed}")
    if is_open and case.line in LITIGATION and case.filed is not None:
        if on > months_on(case.filed, PROFESSIONAL) and case.key not in done["professional"] | done["committee"]:
            found.add("cases.trigger.professional")
        if on > months_on(case.filed, COMMITTEE) and case.key not in done["committee"]:
            found.add("cases.trigger.committee")
    judged = case.closed if case.manner == "judgment" and case.line in LITIGATION else None
    if judged and LIBRARY_SINCE <= judged <= on and not any(day <= judged for day in searched):
        found.add("cases.search.library-missing")
    return found


def breaches(world: World, on: Day) -> tuple[dict[str, set[int]], dict[int, tuple[Facts, Answer]]]:
    """(rule: keys of what breaks it), and the reckoning of every case."""
    found: dict[str, set[int]] = {}
    done, answers = _properly(world), {}
    for case in world.cases:
        answer = reckon(case, on)
        answers[case.key] = (case, answer)
        for rule in of_case(case, answer, on, done, world.library.get(case.key, [])):
            found.setdefault(rule, set()).add(case.key)
    for item in world.items:
        if item.state == "concluded" and item.execute_by and item.execute_by < on and item.case_stands:
            rule = "cases.meeting.not-executed" if item.body == "committee" else "cases.meeting.not-answered"
            found.setdefault(rule, set()).add(item.key)
    for key, state, due in world.defects:
        if state == "open" and due < on:
            found.setdefault("cases.meeting.defect-open", set()).add(key)
    for key, state, held in world.meetings:
        if state == "planned" and workdays_on(held, MINUTES) < on:
            found.setdefault("cases.meeting.not-recorded", set()).add(key)
    return found, answers


def told(answer: Answer) -> dict[str, Any]:
    """The answer as the case's own columns would have it."""
    return {
        "limit_id": answer.limit.removesuffix("-over"), "trigger_on": answer.trigger, "raw_due": answer.raw, "due_on": answer.due,
        "expires_on": answer.expires, "paused_now": answer.stopped, "hidden_days": answer.hidden,
        "extended_times": answer.extended, "provisional": answer.provisional,
    }  # fmt: skip
