"""Running numbers of opinions: of the year they came in."""

from __future__ import annotations

import datetime as dt

from .models import Opinion

PREFIX = "意见"


def next_no(day: dt.date) -> str:
    """The next number of the day's year. Two writers at once may get the same; the constraint then refuses the second."""
    head = f"{PREFIX}{day.year}-"
    last = Opinion.objects.filter(no__startswith=head).order_by("-no").values_list("no", flat=True).first()
    return f"{head}{int(last.removeprefix(head)) + 1 if last else 1:04}"
