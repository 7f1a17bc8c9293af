"""The lines of the result: what was measured, beside its floor and its bar."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

BROKEN = "这一阶段没有做完"
"""The name of the line that stands for a stage that broke."""


@dataclass
class Line:
    """One measurement. Times in ms for each request or for the whole job; `floor_*` is the bare work, measured in the same run.

    `ratio` is processor time over the floor's. `bar` says in words what is asked, `holds` whether it is so (None: no bar).
    """

    stage: str
    name: str
    database: str
    clients: int = 1
    count: int = 1
    p50: float = 0.0
    p95: float = 0.0
    worst: float = 0.0
    app: float = 0.0
    db: float = 0.0
    statements: int | None = None
    size: int | None = None
    floor_wall: float | None = None
    floor_cpu: float | None = None
    bar: str = ""
    holds: bool | None = None
    note: str = ""

    @property
    def cpu(self) -> float:
        """Processor ms of program and database."""
        return self.app + self.db

    @property
    def ratio(self) -> float | None:
        """Processor time over the floor's."""
        return self.cpu / self.floor_cpu if self.floor_cpu else None

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {**asdict(self), "cpu": round(self.cpu, 3), "ratio": round(self.ratio, 2) if self.ratio else None}


def line_of(row: dict[str, Any]) -> Line:
    """The line that `as_json` wrote."""
    return Line(**{name: value for name, value in row.items() if name not in {"cpu", "ratio"}})


def percentile(values: list[float], share: float) -> float:
    """The value below which the share of the others lies (0.5: the middle one)."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
