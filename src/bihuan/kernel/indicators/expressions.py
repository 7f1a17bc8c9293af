"""Expressions that amounts are made of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import DateField, F, Func, IntegerField, Value


class DaysBetween(Func):
    """The calendar days from one date field to another, or to a day: whole numbers, summed exactly on both databases."""

    arity = 2
    output_field = IntegerField()
    template = "(%(expressions)s)"
    arg_joiner = " - "

    def __init__(self, earlier: str, later: str | dt.date) -> None:
        super().__init__(F(later) if isinstance(later, str) else Value(later, DateField()), F(earlier))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Days as SQLite counts them: dates stand as text there."""
        later, earlier = (compiler.compile(one) for one in self.source_expressions)
        return f"CAST(julianday({later[0]}) - julianday({earlier[0]}) AS INTEGER)", (*later[1], *earlier[1])

    def copy(self) -> DaysBetween:
        """A copy; Func would call the constructor's other form."""
        made = super().copy()
        made.source_expressions = self.source_expressions[:]
        return made
