"""What follows from an import of new cases, found out before they are written: their days, and the persons the sheet names.

A new case has no pauses, grants or turns yet, so nothing but its own columns decides; it is written once and whole, instead of being
written, read, computed and written again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bihuan.kernel import clock
from bihuan.kernel.work import current
from bihuan.law.arrays.engine import limit_table

from .. import reading
from ..clock.run import of_new, version
from ..models import ClockRun
from . import keeping


class Ahead:
    """For the new cases of one import, chunk after chunk."""

    def __init__(self) -> None:
        self.day, self.table, self.version = clock.today(), limit_table(), version()
        self.roll = keeping.roll()
        self.people: dict[str, int | None] = {}
        self.cases = self.unanswered = self.named = 0
        self.panels: list[int] = []

    def fill(self, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> list[dict[str, Any]]:
        """For rows given by id and values: the fields nobody typed."""
        blocks = of_new([_case(pk, values) for pk, values in rows], self.day, self.table, self.version) if rows else []
        self.cases += len(rows)
        for (pk, values), block in zip(rows, blocks, strict=True):
            self.unanswered += bool(block["clock_problem"])
            for field in ("judge", "assistant"):
                person = self._person(values.get(f"{field}_name"))
                if person is not None:
                    block[field] = person
                    self.named += 1
            if values.get("panel_names"):
                self.panels.append(pk)
        return blocks

    def written(self) -> bool:
        """Within the unit of work that wrote them: leave the entries. False where law or calendar changed meanwhile, and all is to be
        computed again."""
        if not self.cases:
            return True
        if self.version != version():
            return False
        uow = current()
        run = ClockRun.objects.create(
            on=self.day, whole=False, version=self.version, cases=self.cases, changed=self.cases, unanswered=self.unanswered,
            ended_at=clock.now(),
        )  # fmt: skip
        told = {"cases": self.cases, "changed": self.cases, "unanswered": self.unanswered, "version": self.version}
        uow.record("cases.clock.run", run, params=told)
        if self.named:
            uow.record("cases.people.found", params={"count": self.named})
        if self.panels:
            keeping.seat(self.panels)
        return True

    def _person(self, name: str | None) -> int | None:
        if not name:
            return None
        if name not in self.people:
            self.people[name] = self.roll.get(reading.plain(name))
        return self.people[name]


def _case(pk: int, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """The columns the clock reads, in its order."""
    facts, dates = values.get("facts"), values.get("dates")
    return (
        pk, 0, "", values.get("type_code", ""), values.get("procedure", ""), values.get("custody"), bool(values.get("foreign")),
        values.get("under"), values.get("trigger_given"), values.get("filed_on"), values.get("received_on"), values.get("closed_on"),
        values.get("limit_given", ""), json.dumps(facts, ensure_ascii=False) if facts else "[]", json.dumps(dates) if dates else "{}",
    )  # fmt: skip
