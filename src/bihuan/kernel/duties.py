"""Recurring duties: an RFC 5545 rule makes them fall due, a record fulfils them, the patrol asks for what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import count as count_from
from itertools import islice
from typing import Any, NamedTuple

from dateutil.rrule import rrulestr
from django.conf import settings
from django.db.models import BigIntegerField, CharField, F, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject
from django.utils.translation import gettext_lazy as _

from bihuan.law.calendar import current_calendar

from . import access, clock, log
from .criteria import Finding, met, undeterminable, unmet
from .errors import Refused, Stale
from .models.duties import Duty, DutyOccurrence, Roll
from .models.org import Assignment, Person, Unit
from .rules import Params, rule
from .wording import Message, wording
from .work import changes_of, unit_of_work

HORIZON_DAYS = 60
#: Occurrences that count: those stored ahead and then overtaken by the duty's end do not.
RUNNING = Q(duty__voided_at__isnull=True) & (Q(duty__ends__isnull=True) | Q(nominal_on__lte=F("duty__ends")))

BAD_RULE = wording("duty.bad_rule", _("周期规则“%(rule)s”无法识别，请按 RFC 5545 填写，例如 FREQ=WEEKLY;BYDAY=FR。"))
ENDLESS = wording("duty.too_often", _("周期规则“%(rule)s”过密：最多每日一次。"))
NO_ROLE = wording("duty.no_role", _("没有“%(role)s”这一岗位，请从岗位列表中选择责任岗位。"))
TAKEN = wording("duty.taken", _("编号“%(code)s”已被使用，请换一个编号。"))
IN_FUTURE = wording("duty.future", _("完成日期 %(given)s 晚于今天，请填写实际完成日期。"))
DONE = wording("duty.done", _("该项已于 %(day)s 登记完成，无需重复登记。"))
NEEDS_NOTE = wording("duty.needs_note", _("没有对应的业务记录时，必须填写完成情况说明。"))
WRONG_RECORD = wording("duty.wrong_record", _("“%(duty)s”须以“%(wanted)s”类记录为凭证，所选记录不是此类。"))
NEEDS_TITLE = wording("duty.needs_title", _("请填写工作要求，例如“长期未结案件周通报”。"))
ENDED = wording("duty.ended_already", _("“%(title)s”已于 %(day)s 停用，无须再办理。"))
ENDS_EARLY = wording(
    "duty.ends_early", _("停用日期 %(given)s 早于 %(least)s：已经到期的不能追溯免除，请改为该日或以后的日期。")
)
NEEDS_REASON = wording("duty.needs_reason", _("停用定期工作必须填写理由。"))
CHANGED = wording("duty.changed", _("该项刚被他人更新，您的操作未保存。请刷新后再办理。"))
UNKNOWN = wording("duty.unknown", _("没有编号为“%(duty)s”的定期工作，无法判断。"))
TOO_FEW = wording("duty.too_few", _("“%(duty)s”到期仅 %(seen)s 期，不足 %(wanted)s 期，无法判断。"))
NOT_GENERATED = wording("duty.not_generated", _("“%(duty)s” %(day)s 一期尚未生成（巡查未运行），无法判断。"))
KEPT = wording("duty.kept", _("“%(duty)s”最近 %(periods)s 期均按时完成。"))
NOT_KEPT = wording("duty.not_kept", _("“%(duty)s”最近 %(periods)s 期中有 %(missed)s 期未按时完成（%(days)s）。"))

log.event("duty.created", _("设立定期工作：%(title)s（%(rrule)s）"))
log.event("duty.changed", _("修改定期工作：%(title)s"))
log.event("duty.ended", _("停用定期工作：%(title)s"))
log.event("duty.generated", _("生成定期工作到期项 %(count)s 个"))
log.event("duty.fulfilled", _("登记完成：%(title)s（应于 %(due_on)s 完成）"))


def create(
    *,
    actor: Person | None,
    code: str,
    title: str,
    rrule: str,
    starts: dt.date,
    owner_role: str,
    unit: Unit | None = None,
    domain: str = "",
    grace_days: int = 0,
    roll: str = Roll.NEXT,
    record_kind: str = "",
) -> Duty:
    """Set up a duty. `rrule` is an RFC 5545 rule without DTSTART, which is `starts`; `grace_days` are working days.

    Raises NotAllowed; Refused naming the rule, role or code that cannot be.
    """
    access.require(actor, "duty.manage", domain)
    wrong = [problem for problem in (rule_problem(rrule, starts),) if problem]
    if not title.strip():
        wrong.append(Message(NEEDS_TITLE))
    if owner_role not in access.roles():
        wrong.append(Message(NO_ROLE, {"role": owner_role}))
    if Duty.objects.filter(code=code).exists():
        wrong.append(Message(TAKEN, {"code": code}))
    if wrong:
        raise Refused(wrong)
    with unit_of_work(actor) as uow:
        duty = Duty.objects.create(
            code=code,
            title=title,
            domain=domain,
            rrule=rrule,
            starts=starts,
            roll=Roll(roll),
            owner_role=owner_role,
            unit=unit,
            grace_days=grace_days,
            record_kind=record_kind.lower(),
        )
        uow.record("duty.created", duty, params={"title": title, "rrule": rrule, "starts": starts})
    return duty


def end(*, actor: Person | None, duty: Duty, on: dt.date, reason: str) -> Duty:
    """Let a duty end with the day `on` (today or later): nothing falls due after it. What is due by then stays due.

    Raises NotAllowed, Refused, Stale.
    """
    access.require(actor, "duty.manage", duty.domain)
    today = clock.today()
    least = max(today, duty.starts)
    wrong: list[Message] = []
    if duty.ends is not None and duty.ends < today:
        wrong.append(Message(ENDED, {"title": duty.title, "day": duty.ends.isoformat()}))
    elif on < least:
        wrong.append(Message(ENDS_EARLY, {"given": on.isoformat(), "least": least.isoformat()}))
    if not reason.strip():
        wrong.append(Message(NEEDS_REASON))
    if wrong:
        raise Refused(wrong)
    with unit_of_work(actor, reason=reason.strip()) as uow:
        before = Duty.objects.get(pk=duty.pk)
        moved = Duty.objects.filter(pk=duty.pk, revision=duty.revision).update(ends=on, revision=F("revision") + 1)
        if not moved:
            raise Stale(Message(CHANGED))
        duty.refresh_from_db()
        changes = changes_of(before, duty, ["ends"])
        uow.record("duty.ended", duty, params={"title": duty.title}, changes=changes)
    return duty


def generate(on: dt.date, horizon: int | None = None) -> int:
    """Store the occurrences of all duties up to `on` + horizon days (60); those there stay. Returns how many are new."""
    until = on + dt.timedelta(
        days=getattr(settings, "BIHUAN_DUTY_HORIZON", HORIZON_DAYS) if horizon is None else horizon
    )
    duties = list(Duty.objects.filter(voided_at__isnull=True))
    there = set(DutyOccurrence.objects.values_list("duty_id", "nominal_on"))
    wanted = [_occurrence(duty, day) for duty in duties for day in _days(duty, until) if (duty.pk, day) not in there]
    if not wanted:
        return 0
    with unit_of_work(None, job="patrol") as uow:
        # Another patrol may have stored some meanwhile: the database keeps one of each.
        DutyOccurrence.objects.bulk_create(wanted, ignore_conflicts=True)
        uow.record("duty.generated", None, params={"count": len(wanted)}, covers=[DutyOccurrence])
    return len(wanted)


def fulfil(
    *,
    actor: Person | None,
    occurrence: DutyOccurrence,
    record: Model | None = None,
    on: dt.date | None = None,
    note: str = "",
) -> DutyOccurrence:
    """Register that an occurrence was fulfilled on a day (today), by a record, or else by a note that says how.

    Raises NotAllowed, Refused (done already, future day, record of another kind, neither record nor note), Stale.
    """
    access.require(actor, "duty.fulfil", occurrence)
    day = on or clock.today()
    wrong: list[Message] = []
    duty = occurrence.duty
    if occurrence.fulfilled_on is not None:
        wrong.append(Message(DONE, {"day": occurrence.fulfilled_on.isoformat()}))
    if day > clock.today():
        wrong.append(Message(IN_FUTURE, {"given": day.isoformat()}))
    if record is None and not note.strip():
        wrong.append(Message(NEEDS_NOTE))
    if record is not None and duty.record_kind and record._meta.label_lower != duty.record_kind:
        wrong.append(Message(WRONG_RECORD, {"duty": duty.title, "wanted": duty.record_kind}))
    if wrong:
        raise Refused(wrong)
    with unit_of_work(actor) as uow:
        moved = DutyOccurrence.objects.filter(
            pk=occurrence.pk, revision=occurrence.revision, fulfilled_on__isnull=True
        ).update(
            fulfilled_on=day,
            registered_on=clock.today(),
            fulfilled_by=actor,
            record_kind=record._meta.label_lower if record is not None else "",
            record_id=record.pk if record is not None else None,
            note=note.strip()[:500],
            revision=F("revision") + 1,
        )
        if not moved:
            raise Stale(Message(CHANGED))
        occurrence.refresh_from_db()
        params: dict[str, Any] = {"title": duty.title, "due_on": occurrence.due_on, "on": day}
        if record is not None:
            params |= {"record_kind": record._meta.label_lower, "record": record.pk}
        uow.record("duty.fulfilled", occurrence, params=params, reason=note.strip(), unit_id=occurrence.unit_id)
    return occurrence


def upcoming(duty: Duty, since: dt.date, count: int = 5) -> list[DutyOccurrence]:
    """The next occurrences of a duty (stored or still a plan) whose nominal day is not before `since`; not stored here."""
    far = since + dt.timedelta(days=366 * 10)
    return [_occurrence(duty, day) for day in islice((d for d in _days(duty, far) if d >= since), count)]


def next_code() -> str:
    """A free code for a new duty: D001, D002 ..."""
    taken = set(Duty.objects.filter(code__startswith="D").values_list("code", flat=True))
    return next(code for n in count_from(len(taken) + 1) if (code := f"D{n:03}") not in taken)


def next_open(code: str) -> DutyOccurrence | None:
    """The earliest occurrence of the duty that nothing fulfilled yet: what a new record fulfils."""
    rows = DutyOccurrence.objects.filter(RUNNING, duty__code=code, fulfilled_on__isnull=True)
    return rows.select_related("duty").order_by("due_on", "pk").first()


class Span(NamedTuple):
    """The last `periods` occurrences whose deadline passed by `on`, those before `start` left out."""

    periods: int
    on: dt.date
    start: dt.date | None = None


def kept(duty: str, periods: int, on: dt.date, start: dt.date | None = None) -> Finding:
    """Whether the last `periods` occurrences whose deadline passed by `on` were each fulfilled by their deadline.

    Those whose nominal day lies before `start` do not count. Unmet as soon as one was missed; undeterminable when fewer
    fell due, or when one that should be there was never stored (no patrol ran).
    """
    return kept_many(duty, [Span(periods, on, start)])[0]


def kept_many(duty: str, spans: Sequence[Span]) -> list[Finding]:
    """As `kept`, for many spans of one duty, in two statements."""
    found = Duty.objects.filter(code=duty, voided_at__isnull=True).first()
    if found is None:
        return [undeterminable(Message(UNKNOWN, {"duty": duty})) for _span in spans]
    expected = [_occurrence(found, day) for day in _days(found, max(span.on for span in spans))]
    passed = {span: _passed(expected, span) for span in dict.fromkeys(spans)}
    days = {o.nominal_on for rows in passed.values() for o in rows}
    stored = {o.nominal_on: o for o in found.occurrences.filter(nominal_on__in=days)}
    findings = {span: _kept(found.title, span, rows, stored) for span, rows in passed.items()}
    return [findings[span] for span in spans]


def _passed(expected: Sequence[DutyOccurrence], span: Span) -> list[DutyOccurrence]:
    rows = [o for o in expected if o.nominal_on <= span.on and o.deadline < span.on]
    counted = [o for o in rows if span.start is None or o.nominal_on >= span.start]
    return counted[-span.periods :]


def _kept(
    title: str, span: Span, passed: Sequence[DutyOccurrence], stored: Mapping[dt.date, DutyOccurrence]
) -> Finding:
    on, periods = span.on, span.periods
    said: dict[str, Any] = {"duty": title, "periods": periods}
    if periods < 1:
        return undeterminable(Message(TOO_FEW, said | {"seen": len(passed), "wanted": periods}))
    facts: list[dict[str, Any]] = []
    missed: list[str] = []
    for expected in passed:
        row = stored.get(expected.nominal_on)
        if row is None:
            return undeterminable(Message(NOT_GENERATED, said | {"day": expected.nominal_on.isoformat()}), facts)
        # What is registered afterwards counts from the day it was registered: a date written back proves nothing.
        known = max(row.fulfilled_on, row.registered_on or row.fulfilled_on) if row.fulfilled_on else None
        done = known if known and known <= on else None
        in_time = done is not None and done <= row.deadline
        if not in_time:
            missed.append(row.due_on.isoformat())
        facts.append(
            {
                "occurrence": row.pk,
                "due_on": row.due_on.isoformat(),
                "deadline": row.deadline.isoformat(),
                "fulfilled_on": done.isoformat() if done else None,
                "in_time": in_time,
            }
        )
    if missed:
        said |= {"periods": len(passed), "missed": len(missed), "days": missed}
        return unmet(Message(NOT_KEPT, said), facts)
    if len(passed) < periods:
        return undeterminable(Message(TOO_FEW, said | {"seen": len(passed), "wanted": periods}), facts)
    return met(Message(KEPT, said), facts)


@rule(
    "duty.missed",
    title=_("定期工作逾期未完成"),
    about="kernel.DutyOccurrence",
    severity="warning",
    domain="duties",
    says=_("“%(duty)s”应于 %(due)s 前完成，至今未登记完成。"),
    population=lambda on: DutyOccurrence.objects.filter(due_on__lte=on),
)
def missed(on: dt.date, p: Params) -> QuerySet[DutyOccurrence]:
    """Occurrences whose deadline passed and that nothing fulfilled; owned by the holder of the role in the unit."""
    posts = Assignment.objects.filter(
        Assignment.on(on), post__role=OuterRef("duty__owner_role"), person__is_active=True
    ).order_by("starts", "pk")
    here = posts.filter(post__unit=OuterRef("unit")).values("person")[:1]
    holder = posts.values("person")[:1]
    home = posts.values("post__unit")[:1]
    rows: QuerySet[DutyOccurrence] = DutyOccurrence.objects.filter(
        RUNNING, fulfilled_on__isnull=True, deadline__lt=on
    ).annotate(
        alert_due=F("deadline"),
        alert_person_id=Coalesce(Subquery(here), Subquery(holder), output_field=BigIntegerField()),
        alert_unit_id=Coalesce(F("unit_id"), Subquery(home), output_field=BigIntegerField()),
        alert_subject=Concat(
            F("duty__title"), Value("（"), Cast("due_on", CharField()), Value("）"), output_field=CharField()
        ),
        alert_params=JSONObject(duty=F("duty__title"), due_on=F("due_on")),
    )
    return rows


# ---- arithmetic --------------------------------------------------------------------------------------------


def rule_problem(rule: str, starts: dt.date) -> Message | None:
    """Why the RFC 5545 rule cannot be a duty's, or None."""
    upper = rule.upper()
    if any(word in upper for word in ("HOURLY", "MINUTELY", "SECONDLY", "BYHOUR", "BYMINUTE", "BYSECOND")):
        return Message(ENDLESS, {"rule": rule})
    try:
        found = rrulestr(rule, dtstart=dt.datetime.combine(starts, dt.time()))
        next(iter(found))
    except (ValueError, TypeError, KeyError, StopIteration):
        return Message(BAD_RULE, {"rule": rule})
    return None


def _days(duty: Duty, until: dt.date) -> Iterator[dt.date]:
    last = min(until, duty.ends) if duty.ends else until
    found = rrulestr(duty.rrule, dtstart=dt.datetime.combine(duty.starts, dt.time()))
    for moment in found.xafter(dt.datetime.combine(duty.starts, dt.time()), inc=True):
        if moment.date() > last:
            return
        yield moment.date()


def _occurrence(duty: Duty, day: dt.date) -> DutyOccurrence:
    """The occurrence of a nominal day: rolled by the working calendar, with its deadline."""
    calendar = current_calendar()
    due_on = day
    if duty.roll == Roll.NEXT:
        due_on = calendar.next_workday_on_or_after(day)
    elif duty.roll == Roll.PREVIOUS:
        due_on = calendar.previous_workday_on_or_before(day)
    deadline = calendar.add_workdays(due_on, duty.grace_days)
    return DutyOccurrence(duty=duty, nominal_on=day, due_on=due_on, deadline=deadline, unit_id=duty.unit_id)
