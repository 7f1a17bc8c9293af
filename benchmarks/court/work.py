"""Attempts and what was done in them: steps, progress, evidence, checks, closures, reviews, rebounds."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

from bihuan.kernel.models import Evidence, EvidenceFile, FlowStep
from bihuan.rectification.closure import as_row, digest_of
from bihuan.rectification.models import (
    Attempt,
    ChangeRequest,
    Closure,
    ClosureVerdict,
    ExternalReview,
    LookBack,
    Outcome,
    Progress,
    Rebound,
    StagedTarget,
    Verification,
)

from ..sizes import Size
from . import words
from .items import STATES, STEPS, TODAY, Item
from .loading import Block
from .people import People
from .plan import meeting_of, minutes_of

DAY = dt.timedelta(days=1)
MOMENT = "2021-07-01 00:00:00"
OPENED = json.dumps({"code": "rectification.because.plan", "params": {}})
FINDING: dict[str, Any] = {"verdict": "met", "reason": {"code": "rectification.c.check_passed", "params": {}}, "facts": []}
REBOUND_STEPS = (("find", "suspected", "found"), ("confirm", "found", "reopened"))


class Work:
    """The rows about the work on `items`."""

    def __init__(self, size: Size, people: People, all_items: Sequence[Item]) -> None:
        self.size, self.people, self.items = size, people, all_items
        self.closed = [item for item in all_items if item.closed]
        self.reopened = [item for item in self.closed if item.reopened]
        self.inspector = people.by_name["inspector1"]
        self.secretary = people.by_name["secretary1"]

    def actor(self, item: Item, step: str) -> int:
        """Who takes a step."""
        people = self.people
        match step:
            case "start":
                return item.person
            case "apply":
                return people.clerk[item.unit]
            case "head_pass":
                return people.head[item.unit]
            case "leader_pass":
                return people.leader[item.unit]
            case "verify_pass":
                return self.inspector
            case "decide":
                return self.secretary
        return people.by_name["rectifier1"]

    def day(self, item: Item, step: str) -> dt.date:
        """When a step was taken."""
        if step == "start" or item.applied is None:
            return item.approved + DAY * 5
        last = item.closed or item.applied
        return min(item.applied + DAY * (3 * STEPS.index(step) - 3), max(last, item.applied))

    def digest(self, item: Item) -> str:
        """What closure and log say of the verdicts."""
        return digest_of(as_row(pk, kind, params, "met", FINDING) for pk, kind, params in item.criteria)

    def blocks(self) -> list[Block]:
        """The rows."""
        return [self._attempts(), self._steps(), self._progress(), *self._evidence(), *self._closing(), *self._after(), *self._rest()]

    def _attempts(self) -> Block:
        columns = (
            "id", "measure_id", "number", "state", "result", "revision", "opened_on", "opened_because", "facts_since",
            "started_on", "applicant_id", "applied_on", "verifier_id", "closed_on",
        )  # fmt: skip
        return Block(Attempt, columns, self._attempt_rows())

    def _attempt_rows(self) -> Iterator[tuple[Any, ...]]:
        for i in self.items:
            verified = STATES.index(i.state) >= STATES.index("verified")
            yield (
                i.pk, i.pk, 1, i.state, result_of(i), len(i.steps), i.approved.isoformat(), OPENED, i.feedback.isoformat(),
                None if i.state == "not_started" else (i.approved + DAY * 5).isoformat(),
                self.people.clerk[i.unit] if i.applied else None, _iso(i.applied), self.inspector if verified else None, _iso(i.closed),
            )  # fmt: skip
        for place, i in enumerate(self.reopened):
            day = (TODAY - DAY * (place % 60 + 1)).isoformat()
            pk = len(self.items) + place + 1
            yield (pk, i.pk, 2, "in_progress", "", 0, day, OPENED, day, day, None, None, None, None)

    def _steps(self) -> Block:
        columns = ("flow", "object_id", "transition", "source", "target", "actor_id", "day", "at", "data")
        return Block(FlowStep, columns, self._step_rows())

    def _step_rows(self) -> Iterator[tuple[Any, ...]]:
        for i in self.items:
            for place, step in enumerate(i.steps):
                day = self.day(i, step).isoformat()
                yield ("rectification.attempt", i.pk, step, STATES[place], STATES[place + 1], self.actor(i, step), day, MOMENT, "{}")
        for place, _item in enumerate(self.reopened):
            for step, source, target in REBOUND_STEPS:
                day = (TODAY - DAY * (place % 60 + 2)).isoformat()
                yield ("rectification.rebound", place + 1, step, source, target, self.inspector, day, MOMENT, "{}")

    def _progress(self) -> Block:
        return Block(Progress, ("measure_id", "day", "text", "author_id"), self._progress_rows())

    def _progress_rows(self) -> Iterator[tuple[Any, ...]]:
        for i in self.items:
            if i.state == "not_started":
                continue
            last = i.closed or TODAY - DAY * (i.number * 11 % 60)
            for n in range(1 if i.closed else 2):
                day = max(last - DAY * 14 * n, i.approved)
                yield (i.pk, day.isoformat(), words.progress(i.number + n), i.person)

    def _evidence(self) -> list[Block]:
        file = (1, "e" * 64, "3" * 64, 1024, "txt", "text/plain", MOMENT)
        columns = (
            "object_kind", "object_id", "kind", "title", "file_id", "filename", "effective_on", "received_at", "uploaded_by_id",
            "unit_id", "scan_state", "remarks",
        )  # fmt: skip
        rows = (
            ("rectification.measure", i.pk, "statistics", f"{words.THINGS[i.number % 15]}统计", 1, "统计.txt", i.applied.isoformat(),
             MOMENT, self.people.clerk[i.unit], i.unit, "clean", "[]")
            for i in self.items if i.applied
        )  # fmt: skip
        names = ("id", "sha256", "sm3", "size", "kind", "mime", "stored_at")
        return [Block(EvidenceFile, names, [file]), Block(Evidence, columns, rows)]

    def _closing(self) -> list[Block]:
        checked = [i for i in self.items if STATES.index(i.state) >= STATES.index("verified")]
        checks = (
            (n, i.pk, self.inspector, self.day(i, "verify_pass").isoformat(), "查阅卷宗、现场核对", "passed", "逐案核对，情况属实")
            for n, i in enumerate(checked, 1)
        )
        number = {i.pk: n for n, i in enumerate(checked, 1)}
        verdicts = (
            (i.pk, pk, kind, json.dumps(params), "met", json.dumps(FINDING))
            for i in self.closed for pk, kind, params in i.criteria
        )  # fmt: skip
        closures = (
            (n, i.pk, result_of(i), self.people.clerk[i.unit], self.inspector, number[i.pk], self.secretary, _iso(i.closed),
             meeting_of(i), minutes_of(meeting_of(i)), len(i.criteria), len(i.criteria), self.digest(i), MOMENT)
            for n, i in enumerate(self.closed, 1)
        )  # fmt: skip
        reviews = (
            (i.pk, "市委巡察办", _iso(i.closed), f"巡办〔2026〕{i.number % 90 + 1}号", "accepted")
            for i in self.closed if i.state == "accepted"
        )  # fmt: skip
        columns = (
            "id", "attempt_id", "result", "applied_by_id", "verifier_id", "verification_id", "decided_by_id", "decided_on",
            "meeting_id", "minutes_no", "total", "met", "digest", "at",
        )  # fmt: skip
        return [
            Block(Verification, ("id", "attempt_id", "by_id", "on", "method", "result", "note"), checks),
            Block(ClosureVerdict, ("attempt_id", "criterion_id", "kind", "params", "verdict", "finding"), verdicts),
            Block(Closure, columns, closures),
            Block(ExternalReview, ("attempt_id", "by", "on", "document_no", "result"), reviews),
        ]

    def _after(self) -> list[Block]:
        finding = json.dumps({"verdict": "", "reason": {"code": "rectification.reported", "params": {}}, "facts": []})
        day = (TODAY - DAY * 40).isoformat()
        rebounds = (
            (n, i.pk, "report", finding, f"{n:064}", "reopened", 2, day, day, self.inspector, day, "属实", day, meeting_of(i),
             len(self.items) + n)
            for n, i in enumerate(self.reopened, 1)
        )  # fmt: skip
        columns = (
            "id", "attempt_id", "origin", "finding", "fact_key", "state", "revision", "raised_on", "verify_due", "verified_by_id",
            "verified_on", "verdict", "confirm_due", "meeting_id", "reopened_id",
        )  # fmt: skip
        backs = [
            (i.pk, i.pk, (TODAY + DAY * (n % 90 - 60)).isoformat(), "scheduled", *self._looked(n))
            for n, i in enumerate(self.closed[::50])
        ]
        names = ("measure_id", "attempt_id", "planned_on", "method", "by_id", "done_on", "result", "note")
        return [Block(Rebound, columns, rebounds), Block(LookBack, names, backs)]

    def _looked(self, number: int) -> tuple[Any, ...]:
        if number % 90 >= 55:
            return (None, None, "", "")
        return (self.inspector, (TODAY - DAY * (61 - number % 90)).isoformat(), "consolidated", "抽查三件，均已落实")

    def _rest(self) -> list[Block]:
        outcomes = (
            (i.pk, "rule_made", i.applied.isoformat(), f"{words.THINGS[i.number % 15]}办法", 1)
            for i in self.items if i.applied and any(kind == "ledger_count" for _pk, kind, _params in i.criteria)
        )  # fmt: skip
        long_term = [i for i in self.items if i.kind == "long_term"]
        targets = (
            (i.pk, (due := i.approved + DAY * (60 + i.number % 120)).isoformat(), words.standard(i.number + 1),
             *((due.isoformat(), self.inspector, "met") if due < TODAY and i.number % 20 != 3 else (None, None, "")))
            for i in long_term
        )  # fmt: skip
        working = [i for i in self.items if i.state == "in_progress"][::60]
        changes = [
            (i.pk, "extension", json.dumps({"due": [i.due.isoformat(), (i.due + DAY * 60).isoformat()]}), "案件尚在审理", i.person,
             (TODAY - DAY * (n % 20 + 1)).isoformat(), "requested")
            for n, i in enumerate(working)
        ]  # fmt: skip
        return [
            Block(Outcome, ("measure_id", "kind", "day", "title", "number"), outcomes),
            Block(StagedTarget, ("measure_id", "due", "text", "assessed_on", "assessed_by_id", "result"), targets),
            Block(ChangeRequest, ("measure_id", "kind", "changes", "reason", "requested_by_id", "requested_on", "state"), changes),
        ]


def result_of(item: Item) -> str:
    """The result class of the first attempt."""
    if not item.closed:
        return ""
    return "staged" if item.number % 12 == 0 else "done"


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
