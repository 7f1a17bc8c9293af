"""Changes of what was agreed: checked when asked for, applied when approved, by one statement the triggers let pass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bihuan.kernel import clock, criteria
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Unit
from bihuan.kernel.wording import Message
from bihuan.kernel.work import current, plain
from bihuan.kernel.workflow import Context

from . import wordings as w
from .effects import as_day, measure_url, meeting_of, tell
from .models import ChangeRequest, Criterion, Measure

DATES = ("starts", "due")
TEXTS = ("text", "completion_standard")
FIELDS = (*TEXTS, *DATES, "lead_unit")
CRITERIA = "criteria"


def label(field: str) -> str:
    """The label of a measure's field."""
    if field == CRITERIA:
        return str(Criterion._meta.verbose_name)
    return str(getattr(Measure._meta.get_field(field), "verbose_name", field))


def cleaned(measure: Measure, wanted: Mapping[str, Any], *, extension: bool) -> dict[str, Any]:
    """The changes asked for, in stored form (see ChangeRequest). `wanted` maps fields to new values.

    Raises Refused: unknown field, empty text, wrong date, an extension that does not extend, a criterion of another measure.
    """
    changes: dict[str, Any] = {}
    for field, value in wanted.items():
        if field == CRITERIA:
            asked = _criteria(measure, value)
            if asked["add"] or asked["void"]:
                changes[CRITERIA] = asked
            continue
        if field not in FIELDS:
            raise Refused(Message(w.NOT_A_FIELD, {"field": field, "known": [label(f) for f in FIELDS]}))
        before, after = _pair(measure, field, value)
        if before != after:
            changes[field] = [before, after]
    if extension:
        changes = {k: v for k, v in changes.items() if k == "due"}
    if not changes:
        raise Refused(Message(w.CHANGE_NOTHING))
    if extension and changes["due"][1] <= changes["due"][0]:
        raise Refused(Message(w.CHANGE_LATER, {"before": changes["due"][0], "after": changes["due"][1]}))
    return changes


def _pair(measure: Measure, field: str, value: Any) -> tuple[Any, Any]:
    if field in DATES:
        after = as_day(value)
        if after is None:
            raise Refused(Message(w.EMPTY, {"field": label(field)}))
        held: dt.date | None = getattr(measure, field)
        return (held.isoformat() if held else None), after.isoformat()
    if field == "lead_unit":
        unit = value if isinstance(value, Unit) else Unit.objects.filter(pk=value, closed_on=None).first()
        if unit is None:
            raise Refused(Message(w.EMPTY, {"field": label(field)}))
        return measure.lead_unit_id, unit.pk
    text = str(value).strip()
    if not text:
        raise Refused(Message(w.EMPTY, {"field": label(field)}))
    return getattr(measure, field), text


def _criteria(measure: Measure, value: Mapping[str, Any]) -> dict[str, Any]:
    add = [
        {"kind": row["kind"], "params": criteria.kind(row["kind"]).clean(row.get("params", {}))}
        for row in value.get("add", ())
    ]
    void = [int(pk) for pk in value.get("void", ())]
    standing = set(Criterion.objects.filter(measure=measure, voided_at__isnull=True).values_list("pk", flat=True))
    for pk in void:
        if pk not in standing:
            raise Refused(Message(w.CHANGE_FOREIGN_CRITERION, {"id": pk, "measure": measure.code}))
    if standing and not add and standing <= set(void):
        raise Refused(Message(w.CHANGE_LAST_CRITERION, {"measure": measure.code}))
    return {"add": add, "void": void}


def with_meeting(context: Context) -> Mapping[str, Any]:
    """The party group meeting, where one is named."""
    meeting = meeting_of(context, required=False)
    return {"meeting": meeting} if meeting is not None else {}


def apply_change(context: Context) -> None:
    """Apply an approved change: refuse it when the measure moved meanwhile, write it, and close the door again."""
    request: ChangeRequest = context.obj
    uow, measure = current(), Measure.objects.get(pk=request.measure_id)
    values: dict[str, Any] = {}
    logged: dict[str, tuple[Any, Any]] = {}
    for field, pair in request.changes.items():
        if field == CRITERIA:
            continue
        before, after = pair
        attname = "lead_unit_id" if field == "lead_unit" else field
        if plain(getattr(measure, attname)) != before:
            raise Refused(Message(w.CHANGE_MOVED, {"measure": measure.code, "field": label(field)}))
        values[attname] = dt.date.fromisoformat(after) if field in DATES else after
        logged[field] = (before, after)
    starts, due = values.get("starts", measure.starts), values.get("due", measure.due)
    if starts is not None and due < starts:
        told = {"first": label("starts"), "first_day": starts.isoformat(), "second": label("due")}
        raise Refused(Message(w.DATES, told | {"second_day": due.isoformat()}))
    Measure.objects.filter(pk=measure.pk).update(change=request, revision=measure.revision + 1, **values)
    asked = request.changes.get(CRITERIA, {})
    at = clock.now()
    Criterion.objects.filter(pk__in=asked.get("void", [])).update(
        voided_at=at, void_reason=request.reason[:300], change=request
    )
    Criterion.objects.bulk_create(
        [
            Criterion(measure=measure, kind=row["kind"], params=row["params"], order=200, frozen_at=at, change=request)
            for row in asked.get("add", [])
        ]
    )
    ChangeRequest.objects.filter(pk=request.pk).update(applied_at=at)
    uow.record(
        "rectification.change.applied",
        measure,
        params={"measure": measure.code, "request": request.pk, "criteria": asked},
        changes=logged,
        reason=request.reason,
        covers=[Criterion, ChangeRequest],
    )
    tell_requester(context)


def tell_requester(context: Context) -> None:
    """Tell the person who asked how it went."""
    request: ChangeRequest = context.obj
    request.refresh_from_db()
    step = {"code": f"flow.rectification.change.state.{request.state}", "params": {}}
    message = Message(w.TOLD_CHANGE, {"measure": str(request.measure), "step": step})
    tell([request.requested_by], message, measure_url(request.measure_id))
