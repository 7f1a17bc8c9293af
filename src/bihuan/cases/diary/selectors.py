"""What stands in the calendar: due days of open cases, hearings, planned closings, meetings; only of cases the person may see.

Of a sealed case nothing but its number and its day. What a person sees in the feed is what they work on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel import access
from bihuan.kernel.models import Person

from ..clock import lamp_of
from ..models import Case, ExclusionRequest, ExtensionRequest, Hearing, Meeting, PendingReason, RequestState
from ..scopes import handled

SHOWN = 4
"""So many entries of a kind stand under a day; of more the day tells the number."""
KINDS = {
    "due": pgettext_lazy("calendar", "届满"),
    "hearing": pgettext_lazy("calendar", "开庭"),
    "plan": _("计划结案"),
    "request": _("申请待批"),
    "meeting": pgettext_lazy("calendar", "会议"),
}
MINE, ALL = "mine", "all"


@dataclass(frozen=True)
class Entry:
    """Something of a day. `more`: how many of the kind there are on the day beyond those shown; on the last of them."""

    day: dt.date
    kind: str
    title: str
    note: str
    url: str
    tone: str
    key: str
    at: dt.datetime | None = None
    more: int = 0

    @property
    def name(self) -> str:
        """What it is."""
        return str(KINDS[self.kind])


def cases_of(person: Person, whose: str) -> QuerySet[Any]:
    """The cases in question: all the person sees, or those they work on."""
    rows = access.visible(person, Case).filter(voided_at=None)
    return rows.filter(handled(access.viewer(person))) if whose == MINE else rows


def entries(
    person: Person, first: dt.date, last: dt.date, on: dt.date, whose: str = MINE, *, most: int = SHOWN
) -> list[Entry]:
    """Everything from `first` to `last`, both included, in the order of days: six statements."""
    found = [*_due(person, first, last, on, whose, most), *_hearings(person, first, last, whose, most)]
    found += [*_plans(person, first, last, whose, most), *_requests(person, first, last, whose, most)]
    found += [*_meetings(person, first, last)]
    order = list(KINDS)
    return sorted(
        found, key=lambda e: (e.day, order.index(e.kind), e.at or dt.datetime.min.replace(tzinfo=dt.UTC), e.title)
    )


def _numbered(rows: QuerySet[Any], day: Any, most: int) -> QuerySet[Any]:
    """The first `most` rows of each day, each with how many the day has."""
    order = F("pk").asc()
    counted = rows.annotate(day=day).annotate(
        nth=Window(RowNumber(), partition_by=F("day"), order_by=order),
        of_day=Window(Count("pk"), partition_by=F("day")),
    )
    found: QuerySet[Any] = counted.filter(nth__lte=most)
    return found


def _more(row: Any, most: int) -> int:
    return int(row.of_day - most) if row.nth == most else 0


def _note(case: Case) -> str:
    parts = [str(case.division)]
    if not case.sealed:
        parts += [str(case.judge or case.judge_name), case.cause]
    return " · ".join(part for part in parts if part)


def _due(person: Person, first: dt.date, last: dt.date, on: dt.date, whose: str, most: int) -> Iterator[Entry]:
    rows = cases_of(person, whose).filter(closed_on=None, expires_on__gte=first, expires_on__lte=last)
    for case in _numbered(rows, F("expires_on"), most).select_related("division", "judge"):
        lamp = lamp_of(case, on)
        yield Entry(case.expires_on, "due", case.number, f"{lamp.name} · {_note(case)}", _page("cases", case.pk), lamp.tone,
                    f"due-{case.pk}", more=_more(case, most))  # fmt: skip


def _of_cases(model: Any, person: Person, whose: str) -> QuerySet[Any]:
    """Rows about cases the person sees; of sealed ones only where these are open to them, as everywhere."""
    rows = access.visible(person, model).filter(voided_at=None, case__voided_at=None)
    return rows.filter(case__in=cases_of(person, MINE).values("pk")) if whose == MINE else rows


def _hearings(person: Person, first: dt.date, last: dt.date, whose: str, most: int) -> Iterator[Entry]:
    start, end = _moment(first), _moment(last + dt.timedelta(days=1))
    rows = _of_cases(Hearing, person, whose).filter(at__gte=start, at__lt=end)
    for row in _numbered(rows, TruncDate("at"), most).select_related("case__division", "case__judge"):
        at = timezone.localtime(row.at)
        place = "" if row.case.sealed else row.place
        note = " · ".join(part for part in (f"{at:%H:%M}", place, _note(row.case)) if part)
        tone = "idle" if row.adjourned else "active"
        yield Entry(at.date(), "hearing", row.case.number, note, _page("hearings", row.pk), tone, f"hearing-{row.pk}", at,
                    _more(row, most))  # fmt: skip


def _plans(person: Person, first: dt.date, last: dt.date, whose: str, most: int) -> Iterator[Entry]:
    rows = _of_cases(PendingReason, person, whose).filter(plan_on__gte=first, plan_on__lte=last, case__closed_on=None)
    for row in _numbered(rows, F("plan_on"), most).select_related("case__division", "case__judge"):
        yield Entry(row.plan_on, "plan", row.case.number, _note(row.case), _page("pending", row.pk), "wait", f"plan-{row.pk}",
                    more=_more(row, most))  # fmt: skip


def _requests(person: Person, first: dt.date, last: dt.date, whose: str, most: int) -> Iterator[Entry]:
    for model, ledger in ((ExtensionRequest, "extensions"), (ExclusionRequest, "exclusions")):
        rows = _of_cases(model, person, whose).filter(asked_on__gte=first, asked_on__lte=last, state=RequestState.OPEN)
        for row in _numbered(rows, F("asked_on"), most).select_related("case__division", "case__judge"):
            note = f"{row.kind_name} · {_note(row.case)}"
            yield Entry(row.asked_on, "request", row.case.number, note, _page(ledger, row.pk), "wait", f"{ledger}-{row.pk}",
                        more=_more(row, most))  # fmt: skip


def _meetings(person: Person, first: dt.date, last: dt.date) -> Iterator[Entry]:
    rows = access.visible(person, Meeting).filter(
        ~Q(state="cancelled"), voided_at=None, held_on__gte=first, held_on__lte=last
    )
    for row in rows.order_by("held_on", "pk"):
        yield Entry(
            row.held_on,
            "meeting",
            row.no,
            row.get_body_display(),
            _page("meetings", row.pk),
            "wait",
            f"meeting-{row.pk}",
        )


def _page(ledger: str, pk: int) -> str:
    return reverse(f"cases.{ledger}.detail", kwargs={"pk": pk})


def _moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
