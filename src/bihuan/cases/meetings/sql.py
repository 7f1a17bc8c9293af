"""Calendar months in SQL, by the article: the corresponding day, else the last of the month (民法典202)."""

from __future__ import annotations

from typing import Any

from django.db.models import DateField, F, Func

from bihuan.law.terms import Period, Unit


class MonthsAfter(Func):
    """The day `months` months and `days` days after a day column, never rolled to a working day."""

    output_field = DateField()
    arity = 1

    def __init__(self, column: Any, months: int, days: int = 0, **extra: Any) -> None:
        super().__init__(F(column) if isinstance(column, str) else column, months=int(months), days=int(days), **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite runs over the end of a short month; the last day of the month before the next one holds it back."""
        # The column stands twice.
        sql, params = compiler.compile(self.source_expressions[0])
        months, days = self.extra["months"], self.extra["days"]
        held = f"MIN(date({sql}, '+{months} months'), date({sql}, 'start of month', '+{months + 1} months', '-1 day'))"
        return f"date({held}, '{days:+d} days')", [*params, *params]

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """PostgreSQL keeps within the month by itself."""
        sql, params = compiler.compile(self.source_expressions[0])
        months, days = self.extra["months"], self.extra["days"]
        return f"(({sql} + INTERVAL '{months} months')::date + {days})", list(params)


def months_of(term: Period) -> int:
    """The months of a term of whole months and years. Raises ValueError for any other."""
    total = 0
    for count, unit in term.parts:
        if unit not in (Unit.MONTH, Unit.YEAR):
            raise ValueError(f"{term} is no length in whole months")
        total += count * (12 if unit is Unit.YEAR else 1)
    return total
