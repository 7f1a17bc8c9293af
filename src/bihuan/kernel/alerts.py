"""Handling alerts: what people may say and do about a breach. Whether the breach stands, the patrol alone decides.

An owner looks, promises a day, says what was done; from the first escalation on nothing counts without a note. An owner
who holds the data to be wrong reports it; the office that keeps the data confirms (the alert pauses until a day and
resumes by itself) or refuses. The fact is put right at its source, never here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import F, Model, QuerySet
from django.utils.translation import gettext_lazy as _

from . import access, clock, inbox, log, org, work
from .alerts_ladder import MOVED, PAUSE, PROMISE, alert_url, limit_of, said, workdays_of, write_step
from .errors import NotAllowed, Refused, Stale
from .models.alerts import STANDING, Alert, AlertStep, BreachState, HandlingState, Level, StepKind
from .models.org import Person, Unit
from .rules import get
from .supervision_access import DATA_ROLE
from .wording import Message, wording
from .work import UnitOfWork, unit_of_work

NEEDS_NOTE = wording("alert.needs_note", _("预警已升级至%(level)s，办理必须填写处理情况。"))
NEEDS_REASON = wording("alert.needs_reason", _("请写明哪项数据有误、正确的应是什么。"))
NEEDS_OPINION = wording("alert.needs_opinion", _("请写明确认或不予确认的理由。"))
CLEARED = wording("alert.is_cleared", _("该预警已于 %(day)s 消除，无需办理。"))
WRONG_STATE = wording("alert.wrong_state", _("预警当前为“%(state)s”，不能进行此项办理。请刷新页面查看。"))
PAST = wording("alert.past", _("日期 %(given)s 不晚于今天，请填写今后的日期。"))
TOO_FAR = wording("alert.too_far", _("日期 %(given)s 超过上限 %(limit)s（%(days)s 个工作日），请提前。"))
PROMISED = wording("alert.promised", _("本层级已承诺于 %(day)s 前办结，不能再次顺延；到期情形仍在的，预警将继续升级。"))
SAME_PERSON = wording("alert.same_person", _("数据有误由“%(person)s”本人报告，须由其他人员确认。"))
ASKED = wording("alert.notice.asked", _("请核实数据：%(subject)s（%(rule)s），%(person)s报告数据有误。"))
CONFIRMED = wording(
    "alert.notice.confirmed", _("已确认数据有误：%(subject)s（%(rule)s），请于 %(until)s 前在数据来源处更正。")
)
REFUSED = wording("alert.notice.refused", _("经核实数据无误：%(subject)s（%(rule)s），请继续处理。"))
GIVEN = wording("alert.notice.handed", _("工作移交：预警“%(subject)s”（%(rule)s）现由您负责。"))
for _state in HandlingState:
    wording(f"alert.handling.{_state.value}", _state.label)

log.event("alert.seen", _("查看预警：%(subject)s"))
log.event("alert.handled", _("登记预警处理情况：%(subject)s"))
log.event("alert.reported", _("报告数据有误：%(subject)s"))
log.event("alert.confirmed", _("确认数据有误，预警暂停至 %(until)s：%(subject)s"))
log.event("alert.refused", _("认定数据无误：%(subject)s"))
log.event("alert.handed_over", _("预警移交：%(subject)s，%(giver)s → %(person)s"))


def see(*, actor: Person, alert: Alert) -> Alert:
    """Take note of a new alert."""
    access.require(actor, "alert.handle", alert)
    _check(alert, HandlingState.NEW)
    with unit_of_work(actor) as uow:
        _move(alert, handling_state=HandlingState.SEEN)
        write_step(uow, alert, StepKind.SEEN, clock.today(), person=actor)
        _record(uow, "alert.seen", alert)
    return alert


def handle(*, actor: Person | None, alert: Alert, note: str = "", handle_by: dt.date | None = None) -> Alert:
    """Say what is being done; `handle_by` promises a day, within the dated limit and once a level, until which the
    alert does not climb. The note is mandatory once the alert climbed, and with a promise.

    Raises NotAllowed, Refused, Stale.
    """
    access.require(actor, "alert.handle", alert)
    _check(alert, HandlingState.NEW, HandlingState.SEEN, HandlingState.HANDLING)
    today = clock.today()
    wrong: list[Message] = []
    if not note.strip() and (alert.level > Level.OWNER or handle_by is not None):
        wrong.append(Message(NEEDS_NOTE, {"level": {"code": alert.level_code, "params": {}}}))
    if handle_by is not None:
        wrong += _too_far(handle_by, today, PROMISE)
        if alert.promised_level >= alert.level and alert.handle_by is not None:
            wrong.append(Message(PROMISED, {"day": alert.handle_by.isoformat()}))
    if wrong:
        raise Refused(wrong)
    with unit_of_work(actor) as uow:
        promise: dict[str, Any] = {}
        if handle_by is not None:
            promise = {"handle_by": handle_by, "promised_level": alert.level}
        before = alert.handling_state
        _move(alert, handling_state=HandlingState.HANDLING, **promise)
        write_step(uow, alert, StepKind.HANDLED, today, person=actor, note=note.strip(), until=handle_by)
        _record(uow, "alert.handled", alert, reason=note.strip(), changes=_changed(before, alert))
    return alert


def report_data_error(*, actor: Person, alert: Alert, note: str) -> Alert:
    """数据有误: the owner says which datum is wrong. The clock runs on until the data office confirms."""
    access.require(actor, "alert.report", alert)
    _check(alert, HandlingState.NEW, HandlingState.SEEN, HandlingState.HANDLING)
    if not note.strip():
        raise Refused(Message(NEEDS_REASON))
    with unit_of_work(actor) as uow:
        before = alert.handling_state
        _move(alert, handling_state=HandlingState.DATA_ERROR)
        write_step(uow, alert, StepKind.REPORTED, clock.today(), person=actor, note=note.strip())
        _record(uow, "alert.reported", alert, reason=note.strip(), changes=_changed(before, alert))
        office = org.holders(DATA_ROLE, clock.today())
        inbox.send(office, Message(ASKED, said(alert, get(alert.rule), str(actor))), url=alert_url(alert.pk))
    return alert


def confirm_data_error(*, actor: Person, alert: Alert, note: str, until: dt.date | None = None) -> Alert:
    """The data office agrees: the alert pauses until a day (the dated limit at most, and by default), by which the
    fact is put right at its source; then it resumes by itself. Never by the person who reported."""
    _judge(actor, alert, note)
    today = clock.today()
    until = until or limit_of(PAUSE, today)
    wrong = _too_far(until, today, PAUSE)
    if wrong:
        raise Refused(wrong)
    with unit_of_work(actor) as uow:
        before = alert.handling_state
        _move(alert, handling_state=HandlingState.PAUSED, paused_until=until)
        write_step(uow, alert, StepKind.CONFIRMED, today, person=alert.owner, note=note.strip(), until=until)
        _record(uow, "alert.confirmed", alert, reason=note.strip(), changes=_changed(before, alert), until=until)
        _tell_owner(alert, CONFIRMED, until=until.isoformat())
    return alert


def refuse_data_error(*, actor: Person, alert: Alert, note: str) -> Alert:
    """The data office disagrees: the alert is back with its owner."""
    _judge(actor, alert, note)
    with unit_of_work(actor) as uow:
        before = alert.handling_state
        _move(alert, handling_state=HandlingState.HANDLING)
        write_step(uow, alert, StepKind.REFUSED, clock.today(), person=alert.owner, note=note.strip())
        _record(uow, "alert.refused", alert, reason=note.strip(), changes=_changed(before, alert))
        _tell_owner(alert, REFUSED)
    return alert


def hand_over(*, giver: Person, taker: Person, unit_id: int | None = None, tell: bool = True) -> list[dict[str, Any]]:
    """Move the giver's standing alerts (of a unit, or all) to the taker, within the current unit of work.

    Returns what moved, as a hand-over keeps it. The facts should move along: the next patrol follows them. `tell` sends
    the taker a notice an alert; a hand-over of duty says all in one.
    """
    uow = work.current()
    rows = Alert.objects.filter(owner=giver, breach_state__in=STANDING)
    if unit_id is not None:
        rows = rows.filter(unit_id=unit_id)
    moved: list[dict[str, Any]] = []
    for alert in rows.select_for_update(no_key=True).order_by("pk"):
        _move(alert, owner=taker)
        write_step(uow, alert, StepKind.MOVED, clock.today(), person=taker)
        params = said(alert, get(alert.rule), str(taker)) | {"giver": str(giver)}
        changes = {"owner": (giver.pk, taker.pk)}
        uow.record("alert.handed_over", alert, params=params, changes=changes, covers=[AlertStep])
        if tell:
            inbox.send(taker, Message(GIVEN, params), url=alert_url(alert.pk))
        moved.append({"kind": "kernel.alert", "id": alert.pk, "title": alert.subject})
    return moved


def count_items(giver: Person, unit: Unit | None = None) -> int:
    """How many standing alerts a hand-over of duty (of a unit, or all) would move."""
    rows = Alert.objects.filter(owner=giver, breach_state__in=STANDING)
    return rows.filter(unit=unit).count() if unit is not None else rows.count()


def move_items(giver: Person, taker: Person, unit: Unit | None, on: dt.date) -> list[str]:
    """`hand_over` in the shape in which a hand-over of duty moves each kind of open item; a label for each."""
    moved = hand_over(giver=giver, taker=taker, unit_id=unit.pk if unit else None, tell=False)
    return [str(item["title"]) for item in moved]


def of(obj: Model, seen: QuerySet[Alert] | None = None) -> QuerySet[Alert]:
    """The alerts about an object, standing ones first. `seen`: among these, as `access.visible` gives them for a person."""
    rows = (Alert.objects.all() if seen is None else seen).filter(about=obj._meta.label_lower, object_id=obj.pk)
    return rows.select_related("owner", "unit").order_by("-breach_state", "-first_seen")


# ---- parts -------------------------------------------------------------------------------------------------


def _check(alert: Alert, *states: HandlingState) -> None:
    if alert.breach_state == BreachState.CLEARED:
        raise Refused(Message(CLEARED, {"day": alert.cleared_on.isoformat() if alert.cleared_on else ""}))
    if alert.handling_state not in states:
        shown = {"code": f"alert.handling.{alert.handling_state}", "params": {}}
        raise Refused(Message(WRONG_STATE, {"state": shown}))


def _judge(actor: Person, alert: Alert, note: str) -> None:
    access.require(actor, "alert.judge", alert)
    _check(alert, HandlingState.DATA_ERROR)
    report = alert.steps.filter(kind=StepKind.REPORTED).order_by("-at", "-pk").first()
    if report is not None and report.actor_id == actor.pk:
        raise NotAllowed(Message(SAME_PERSON, {"person": str(actor)}))
    if not note.strip():
        raise Refused(Message(NEEDS_OPINION))


def _too_far(day: dt.date, today: dt.date, parameter: str) -> list[Message]:
    if day <= today:
        return [Message(PAST, {"given": day.isoformat()})]
    limit = limit_of(parameter, today)
    if day > limit:
        days = workdays_of(parameter, today)
        params = {"given": day.isoformat(), "limit": limit.isoformat(), "days": days}
        return [Message(TOO_FAR, params)]
    return []


def _move(alert: Alert, **values: Any) -> None:
    """Change the alert unless somebody changed it since it was read."""
    same = Alert.objects.filter(pk=alert.pk, revision=alert.revision, breach_state__in=STANDING)
    if not same.update(revision=F("revision") + 1, **values):
        raise Stale(Message(MOVED))
    alert.refresh_from_db()


def _changed(before: str, alert: Alert) -> dict[str, tuple[Any, Any]]:
    return {"handling_state": (before, alert.handling_state)}


def _record(
    uow: UnitOfWork,
    type: str,
    alert: Alert,
    *,
    reason: str = "",
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    **params: Any,
) -> None:
    shown = said(alert, get(alert.rule), str(uow.actor or "")) | params
    uow.record(type, alert, params=shown, reason=reason, changes=changes, covers=[AlertStep])


def _tell_owner(alert: Alert, code: str, **params: Any) -> None:
    if alert.owner is not None:
        shown = said(alert, get(alert.rule), str(alert.owner)) | params
        inbox.send(alert.owner, Message(code, shown), url=alert_url(alert.pk))
