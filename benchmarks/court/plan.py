"""Rounds, problems, parts, measures and criteria: what was agreed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from bihuan.rectification.models import (
    Criterion,
    InspectionRound,
    Measure,
    Milestone,
    MilestoneKind,
    PartyGroupMeeting,
    Problem,
    SubProblem,
)

from ..sizes import Size
from . import words
from .items import TODAY, Item, feedback_of
from .loading import Block, through
from .people import People

CATEGORIES = ("decisions", "conduct", "organisation", "earlier", "other")
FROZEN = "2021-06-01 00:00:00"
DAY = dt.timedelta(days=1)


def meeting_of(item: Item) -> int:
    """The id of the party group meeting that closed the item: one a week."""
    assert item.closed is not None
    return (TODAY - item.closed).days // 7 + 1


def minutes_of(meeting: int) -> str:
    """Its minutes number."""
    return f"临法党组纪要〔2026〕{meeting}号"


def blocks(size: Size, people: People, all_items: Sequence[Item]) -> list[Block]:
    """The rows."""
    weeks = max((meeting_of(item) for item in all_items if item.closed), default=1)
    meetings = [(n, (TODAY - DAY * 7 * (n - 1)).isoformat(), minutes_of(n), "党组会议") for n in range(1, weeks + 1)]
    return [
        Block(PartyGroupMeeting, ("id", "held_on", "minutes_no", "title"), meetings),
        Block(
            InspectionRound,
            ("id", "code", "name", "body", "feedback_on", "period_end", "period_digest", "period_version", "state", "approved_on"),
            [_round(n, size) for n in range(size.rounds)],
        ),
        Block(Milestone, ("round_id", "kind", "due", "done_on", "document"), _milestones(size)),
        Block(
            Problem,
            ("id", "round_id", "code", "order", "title", "verbatim", "category", "grade", "kind", "leader_id", "frozen_at"),
            (
                (i.pk, i.round, i.code, int(i.code), words.title(i.number), words.verbatim(i.number, size.measures),
                 CATEGORIES[i.number % 5], i.number % 3 + 1, i.kind, i.leader, FROZEN)
                for i in all_items
            ),
        ),
        Block(
            SubProblem,
            ("id", "problem_id", "no", "order", "title", "frozen_at"),
            ((i.pk, i.pk, "1", 1, words.title(i.number + 3), FROZEN) for i in all_items),
        ),
        Block(
            Measure,
            ("id", "round_id", "problem_id", "sub_problem_id", "code", "order", "text", "leader_id", "lead_unit_id", "person_id",
             "starts", "due", "completion_standard", "frozen_at"),
            (
                (i.pk, i.round, i.problem, i.problem, f"{i.code}-01", int(i.code), words.measure(i.number, size.measures), i.leader, i.unit,
                 i.person, i.feedback.isoformat(), i.due.isoformat(), words.standard(i.number), FROZEN)
                for i in all_items
            ),
        ),
        Block(
            through(Measure, "co_units"),
            ("measure_id", "unit_id"),
            ((i.pk, people.divisions[(people.divisions.index(i.unit) + 1) % len(people.divisions)]) for i in all_items[::10]),
        ),
        Block(
            Criterion,
            ("id", "measure_id", "kind", "params", "order", "frozen_at"),
            (
                (pk, i.pk, kind, json.dumps(params), place, FROZEN)
                for i in all_items
                for place, (pk, kind, params) in enumerate(i.criteria, 1)
            ),
        ),
    ]  # fmt: skip


def _round(number: int, size: Size) -> tuple[object, ...]:
    feedback = feedback_of(number, size)
    name = f"{feedback:%Y}年第{number + 1}轮巡察"
    end = feedback + DAY * 181
    days = (feedback.isoformat(), end.isoformat())
    return (number + 1, f"R{number + 1:02}", name, "市委第一巡察组", *days, "0" * 64, "1", "approved", (feedback + DAY * 29).isoformat())


def _milestones(size: Size) -> list[tuple[object, ...]]:
    made: list[tuple[object, ...]] = []
    for number in range(size.rounds):
        for place, kind in enumerate(MilestoneKind.values):
            due = feedback_of(number, size) + DAY * (30 + 40 * place)
            done = due.isoformat() if due < TODAY - DAY * 20 else None
            made.append((number + 1, kind, due.isoformat(), done, f"临法〔2026〕{place + 1}号" if done else ""))
    return made
