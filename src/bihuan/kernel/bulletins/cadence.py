"""When bulletins are due: a kind that the office has put to use is a recurring duty, with the cadence of the kind's dated parameter;
issuing one fulfils it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from .. import access, clock, duties
from ..errors import Refused
from ..models.bulletins import Bulletin
from ..models.duties import Duty, DutyOccurrence
from ..models.org import Person
from ..wording import Message, wording
from .declaring import COURT_LANGUAGE, Kind, kinds

RECORD = "kernel.bulletin"
IN_USE = wording("bulletins.in_use", _("“%(kind)s”已经启用，无须重复启用。"))
CADENCE = wording("bulletins.cadence_changed", _("通报周期参数已修改，改按新的周期执行。"))


def _code(kind: Kind) -> str:
    return f"bulletin.{kind.code}"


def duties_of(kind: Kind) -> QuerySet[Duty]:
    """All duties there ever were for the kind: one for each cadence."""
    rows: QuerySet[Duty] = Duty.objects.filter(
        Q(code=_code(kind)) | Q(code__startswith=f"{_code(kind)}@"), voided_at=None
    )
    return rows.order_by("starts", "pk")


def duty_of(kind: Kind) -> Duty | None:
    """The duty that runs, or None: the kind is not in use."""
    return duties_of(kind).exclude(ends__lt=clock.today()).last()


def running() -> dict[str, Duty]:
    """The running duty of each kind in use, in one statement."""
    rows = (
        Duty.objects.filter(record_kind=RECORD, voided_at=None).exclude(ends__lt=clock.today()).order_by("starts", "pk")
    )
    found = {row.code.partition("@")[0]: row for row in rows}
    return {code: found[_code(kind)] for code, kind in kinds().items() if _code(kind) in found}


def put_to_use(*, actor: Person | None, kind: Kind, starts: dt.date) -> Duty:
    """Let the kind fall due from a day on. Raises NotAllowed (who may not keep the duties of its domain), Refused (in use already)."""
    if duty_of(kind) is not None:
        raise Refused(Message(IN_USE, {"kind": {"code": kind.title_code, "params": {}}}))
    return _create(actor, kind, starts)


def differs(kind: Kind, duty: Duty) -> bool:
    """Whether the dated parameter now says another cadence than the duty follows."""
    held = kind.held(clock.today())
    return (duty.rrule, duty.grace_days) != (str(held["rrule"]), int(held["grace_days"]))


def follow(*, actor: Person | None, kind: Kind) -> Duty | None:
    """Go over to the cadence the parameter now says: the duty ends today, its successor begins tomorrow. None: nothing to do."""
    duty = duty_of(kind)
    if duty is None or not differs(kind, duty):
        return None
    today = clock.today()
    duties.end(actor=actor, duty=duty, on=max(today, duty.starts), reason=str(Message(CADENCE)))
    return _create(actor, kind, max(today, duty.starts) + dt.timedelta(days=1))


def _create(actor: Person | None, kind: Kind, starts: dt.date) -> Duty:
    held = kind.held(starts)
    n = duties_of(kind).count()
    with translation.override(COURT_LANGUAGE):
        title = str(kind.title)
    made = duties.create(
        actor=actor, code=f"{_code(kind)}@{n + 1}" if n else _code(kind), title=title, rrule=str(held["rrule"]), starts=starts,
        owner_role=str(held["owner"]), domain=kind.domain, grace_days=int(held["grace_days"]), record_kind=RECORD,
    )  # fmt: skip
    duties.generate(clock.today())
    return made


def occurrences(kind: Kind, until: dt.date) -> list[DutyOccurrence]:
    """What the kind still owes up to a day, oldest first."""
    rows = DutyOccurrence.objects.filter(duties.RUNNING, duty__in=duties_of(kind), fulfilled_on=None, due_on__lte=until)
    return list(rows.select_related("duty").order_by("due_on", "pk"))


def open_drafts(rows: list[DutyOccurrence]) -> Mapping[int, Bulletin]:
    """Occurrence id -> the bulletin being made for it."""
    found = Bulletin.objects.filter(occurrence__in=[row.pk for row in rows], voided_at=None)
    return {row.occurrence_id: row for row in found if row.occurrence_id is not None}


def fulfil(actor: Person | None, bulletin: Bulletin) -> None:
    """The issued bulletin fulfils the occurrence it was made for, if that is still open; by the system where the duty is another's."""
    row = bulletin.occurrence
    if row is not None and row.fulfilled_on is None:
        own = actor is not None and access.may(actor, "duty.fulfil", row)
        duties.fulfil(actor=actor if own else None, occurrence=row, record=bulletin)
