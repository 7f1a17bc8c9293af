"""How much data a run measures with, and how often it asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """One size of the court and of the work done with it.

    `measures`: as many problems, and as many measures; `entries`: log entries; `divisions` with `judges` each; `imports`: rows of
    the sheets that are imported; `seconds`: how long one scenario is asked, `most` times at most; `soak`: seconds of mixed work on each database; `clients`: how many
    ask at the same time in the second half of every scenario; `cases`: rows of the workbook and of the text file of cases.
    """

    name: str
    measures: int
    entries: int
    divisions: int
    judges: int
    rounds: int
    imports: tuple[int, ...]
    seconds: float
    most: int
    soak: int
    clients: int = 8
    cases: tuple[int, int] = (100_000, 1_000_000)

    @property
    def persons(self) -> int:
        """About how many persons sign in."""
        return self.divisions * (self.judges + 2)


SIZES = {
    size.name: size
    for size in (
        Size("full", 100_000, 1_000_000, 30, 9, 20, (10_000, 100_000), 2.0, 60, 90),
        Size("quick", 10_000, 100_000, 30, 9, 10, (1_000, 10_000), 2.0, 30, 30, cases=(10_000, 100_000)),
        Size("tiny", 300, 4_000, 4, 3, 3, (60,), 0.0, 1, 2, clients=2, cases=(60, 600)),
    )
}
