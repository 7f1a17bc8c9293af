"""Where facts come from: who owns a source, when it must be brought up to date, and up to which day it is complete.

A page or rule that stands on a stale source says so; a stale source never proves that nothing happened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dateutil.rrule import rrulestr
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.law.calendar import current_calendar
from bihuan.law.dated import current_parameters
from bihuan.law.periods import ends_on

from . import access, clock, log, work
from .errors import Refused
from .models.org import Assignment, Person
from .models.sources import Source, SourceIntake
from .wording import Message, wording
from .work import unit_of_work

Status = Literal["fresh", "stale"]
LIVE = "live"
STALE_GRACE = "source.stale-grace"
_RULES = {
    "weekly": "FREQ=WEEKLY;BYDAY=SU",
    "monthly": "FREQ=MONTHLY;BYMONTHDAY=-1",
    "quarterly": "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
}

BACKWARDS = wording(
    "sources.backwards",
    _("“%(source)s”的数据截止日已到 %(held)s，本次为 %(given)s，早于前者。确需回退的，请填写理由。"),
)
FUTURE = wording("sources.future", _("“%(source)s”的数据截止日 %(given)s 晚于今天，请核对后填写实际截止日。"))
NEVER = wording("sources.never", _("“%(source)s”尚未导入过数据，请由%(owner)s导入。"))
OVERDUE = wording(
    "sources.overdue",
    _("“%(source)s”的数据截止 %(cut_off)s，应于 %(due_on)s 前更新，已逾期。请由%(owner)s导入。"),
)
CURRENT = wording("sources.current", _("“%(source)s”的数据截止 %(cut_off)s，在更新期限内。"))
NEEDS_REASON = wording("sources.needs_reason", _("指定或变更责任人必须填写理由。"))
NO_POST = wording("sources.no_post", _("“%(person)s”目前没有任职或账号已停用，不能负责数据来源，请另选一人。"))
NOBODY = wording("sources.nobody", _("（未设责任人）"))

log.event("source.intake", _("导入数据：%(source)s，截止 %(cut_off)s，新增 %(new)s、更新 %(changed)s、未变 %(same)s"))
log.event("source.owner", _("指定数据来源责任人：%(source)s → %(person)s"))


@dataclass(frozen=True)
class SourceSpec:
    """A registered source. `every` is weekly, monthly, quarterly, an RFC 5545 rule whose occurrences are the expected
    cut-off days, or "live" for facts made on the platform itself, which are never stale. `grace_days` are working
    days after the expected cut-off within which the batch must be in (None: the dated parameter). `models` are labels of the tables it fills.
    """

    code: str
    name: str | Promise
    owner_role: str
    every: str
    grace_days: int | None
    models: tuple[str, ...]

    def due(self, cut_off: dt.date) -> dt.date | None:
        """The day by which the batch after `cut_off` must be in; None for a live source or a rule that ended."""
        if self.every == LIVE:
            return None
        start = dt.datetime.combine(dt.date(cut_off.year - 1, 1, 1), dt.time())
        rule = rrulestr(_RULES.get(self.every, self.every), dtstart=start)
        expected = rule.after(dt.datetime.combine(cut_off, dt.time()))
        if expected is None:
            return None
        if self.grace_days is None:
            return ends_on(expected.date(), current_parameters().version_on(STALE_GRACE, expected.date()).term())
        return current_calendar().add_workdays(expected.date(), self.grace_days)


@dataclass(frozen=True)
class SourceState:
    """How a source stands on a day. `due_on` is when the next batch must be in (None: never, or no batch yet)."""

    code: str
    name: str | Promise
    status: Status
    cut_off: dt.date | None
    due_on: dt.date | None
    owner: Person | None
    owner_role: str

    @property
    def fresh(self) -> bool:
        """Whether rules and criteria may rely on it."""
        return self.status == "fresh"

    @property
    def stale(self) -> bool:
        """The opposite of fresh."""
        return self.status == "stale"

    @property
    def owner_name(self) -> str:
        """The owner, else the role that owns it."""
        return str(self.owner) if self.owner else access.role_name(self.owner_role) or str(Message(NOBODY))

    @property
    def message(self) -> Message:
        """How it stands, as a sentence."""
        params: dict[str, Any] = {"source": str(self.name), "owner": self.owner_name}
        if self.cut_off is None:
            return Message(NEVER, params)
        params["cut_off"] = self.cut_off.isoformat()
        if self.fresh:
            return Message(CURRENT, params)
        return Message(OVERDUE, params | {"due_on": self.due_on.isoformat() if self.due_on else ""})

    def as_json(self) -> dict[str, Any]:
        """The form kept in traces and coverage rows."""
        return {"cut_off": self.cut_off.isoformat() if self.cut_off else None, "status": self.status}


_specs: dict[str, SourceSpec] = {}


def register_source(
    code: str,
    *,
    name: str | Promise,
    owner_role: str,
    every: str = "monthly",
    grace_days: int | None = None,
    models: Iterable[str] = (),
) -> SourceSpec:
    """Register a source (see SourceSpec). A bad rule or a code registered twice is an error at start."""
    if code in _specs:
        raise ImproperlyConfigured(f"source {code!r} is registered twice")
    if every != LIVE:
        try:
            rrulestr(_RULES.get(every, every), dtstart=dt.datetime(2020, 1, 1))
        except ValueError as error:
            raise ImproperlyConfigured(
                f"source {code!r}: {every!r} is no weekly, monthly, quarterly, live or RFC 5545 rule"
            ) from error
    spec = SourceSpec(code, name, owner_role, every, grace_days, tuple(m.lower() for m in models))
    _specs[code] = spec
    return spec


def specs() -> dict[str, SourceSpec]:
    """All registered sources by code."""
    return dict(_specs)


def states(codes: Iterable[str] | None = None, on: dt.date | None = None) -> dict[str, SourceState]:
    """How sources (None: all) stand on a day (today), in two statements. An unregistered code raises KeyError."""
    day = on or clock.today()
    wanted = [_specs[code] for code in (codes if codes is not None else _specs)]
    rows = {row.code: row for row in Source.objects.filter(code__in=[s.code for s in wanted]).select_related("owner")}
    roles = {s.owner_role for s in wanted if s.owner_role}
    owners: dict[str, Person] = {}
    holders = Assignment.objects.filter(Assignment.on(day), post__role__in=roles, person__is_active=True)
    for held in holders.select_related("person", "post").order_by("starts", "id") if roles else ():
        owners.setdefault(held.post.role, held.person)
    return {spec.code: _state(spec, rows.get(spec.code), owners, day) for spec in wanted}


def state(code: str, on: dt.date | None = None) -> SourceState:
    """How one source stands on a day (today)."""
    return states([code], on)[code]


def for_models(models: Iterable[type[Model] | str], on: dt.date | None = None) -> list[SourceState]:
    """The states of all sources that fill the given tables, stale ones first: for the strip above a page."""
    labels = {(m if isinstance(m, str) else m._meta.label).lower() for m in models}
    codes = [spec.code for spec in _specs.values() if not labels.isdisjoint(spec.models)]
    return sorted(states(codes, on).values(), key=lambda s: s.fresh) if codes else []


def stale(codes: Iterable[str], on: dt.date | None = None) -> list[SourceState]:
    """Those of the given sources that are stale on the day."""
    return [s for s in states(codes, on).values() if s.stale]


def record_intake(
    code: str,
    *,
    cut_off: dt.date,
    rows: Mapping[str, int] | None = None,
    filename: str = "",
    sm3: str = "",
    reason: str = "",
) -> SourceIntake:
    """Record a batch within the current unit of work: `rows` counts {"new", "changed", "same"}.

    The actor is the unit's. Raises Refused when the cut-off lies after today, or before the one held without a reason.
    """
    spec = _specs[code]
    uow = work.current()
    name = str(spec.name)
    if cut_off > clock.today():
        raise Refused(Message(FUTURE, {"source": name, "given": cut_off.isoformat()}))
    Source.objects.get_or_create(code=code)
    row = Source.objects.select_for_update(no_key=True).get(code=code)
    held = row.cut_off
    if held is not None and cut_off < held and not reason.strip():
        params = {"source": name, "held": held.isoformat(), "given": cut_off.isoformat()}
        raise Refused(Message(BACKWARDS, params))
    counts = {key: int((rows or {}).get(key, 0)) for key in ("new", "changed", "same")}
    at = clock.now()
    row.cut_off, row.last_intake_at = cut_off, at
    row.save(update_fields=["cut_off", "last_intake_at"])
    intake = SourceIntake.objects.create(
        source=row,
        filename=filename[:255],
        sm3=sm3,
        cut_off=cut_off,
        rows_new=counts["new"],
        rows_changed=counts["changed"],
        rows_same=counts["same"],
        actor=uow.actor,
        at=at,
        reason=reason.strip()[:300],
    )
    uow.record(
        "source.intake",
        row,
        params={"source": code, "cut_off": cut_off, "file": filename, "sm3": sm3, "intake": intake.pk, **counts},
        changes={"cut_off": (held, cut_off)},
        reason=reason.strip(),
        covers=[SourceIntake],
    )
    return intake


def set_owner(*, actor: Person | None, code: str, person: Person | None, reason: str) -> Source:
    """Name the person who brings the source up to date; None gives it back to the registered role.

    Raises NotAllowed; Refused without a reason, or for a person who holds no post.
    """
    access.require(actor, "sources.manage")
    spec = _specs[code]
    wrong = [] if reason.strip() else [Message(NEEDS_REASON)]
    if person is not None and not access.viewer(person).roles:
        wrong.append(Message(NO_POST, {"person": str(person)}))
    if wrong:
        raise Refused(wrong)
    with unit_of_work(actor, reason=reason.strip()) as uow:
        row, _made = Source.objects.get_or_create(code=code)
        before = row.owner_id
        row.owner = person
        row.save(update_fields=["owner"])
        uow.record(
            "source.owner",
            row,
            params={"source": str(spec.name), "person": str(person or access.role_name(spec.owner_role))},
            changes={"owner": (before, row.owner_id)},
        )
    return row


def intakes(code: str, limit: int = 20) -> Sequence[SourceIntake]:
    """The latest batches of a source."""
    return list(SourceIntake.objects.filter(source__code=code).select_related("actor")[:limit])


def _state(spec: SourceSpec, row: Source | None, owners: Mapping[str, Person], day: dt.date) -> SourceState:
    owner = (row.owner if row and row.owner and row.owner.is_active else None) or owners.get(spec.owner_role)
    if spec.every == LIVE:
        return SourceState(spec.code, spec.name, "fresh", day, None, owner, spec.owner_role)
    cut_off = row.cut_off if row else None
    due_on = spec.due(cut_off) if cut_off else None
    late = cut_off is None or (due_on is not None and day > due_on)
    return SourceState(spec.code, spec.name, "stale" if late else "fresh", cut_off, due_on, owner, spec.owner_role)
