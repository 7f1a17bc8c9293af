"""What the inherited suites of the domain share: a court made when it is first asked for, and who works in it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from bihuan.kernel.models import Person

from .factory import Court


class Courted:
    """Each test has a court of its own."""

    @cached_property
    def court(self) -> Any:
        """The court."""
        return Court()


class Kept(Courted):
    """The office that keeps the data sees all; a judge of another line sees none of it."""

    def editor(self) -> Person:
        """Who may do all of it."""
        keeper: Person = self.court.keeper
        return keeper

    def outsider(self) -> Person:
        """Who may do and see none of it."""
        judge: Person = self.court.criminal_judge
        return judge

    def reasoned(self, row: Any) -> Any:
        """The row, the office having said why it opens the case: else it sees nodes alone."""
        self.court.reason(self.court.keeper, row.case)
        return row


class Filed(Courted):
    """The head of the filing division sees all; a judge of another division nothing."""

    def editor(self) -> Person:
        """Who may do all of it."""
        head: Person = self.court.filing_head
        return head

    def outsider(self) -> Person:
        """Who may do and see none of it."""
        judge: Person = self.court.judge
        return judge


class Fresh(Courted):
    """The data of the court are up to date: a rule says what it finds."""

    @cached_property
    def court(self) -> Any:
        """The court, with its intakes."""
        made = Court()
        made.intake()
        return made
