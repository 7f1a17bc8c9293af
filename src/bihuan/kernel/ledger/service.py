"""Generic writes of a ledger: create, correct, void. One unit of work each, with rights, version and freeze checked inside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from .. import access, clock
from ..errors import NotAllowed, Refused, Stale
from ..models.org import Person
from ..wording import Message, wording
from ..work import UnitOfWork, plain, unit_of_work
from .declaration import Ledger

STALE = wording("ledger.stale", _("“%(row)s”在您打开后已被他人修改，本次未保存。请核对最新内容后重新提交，您填写的内容仍在表单中。"))
FROZEN = wording("ledger.frozen", _("“%(field)s”已冻结，不能直接更正。%(why)s"))
NEEDS_REASON = wording("ledger.needs_reason", _("“%(row)s”的更正或作废必须填写理由。"))
IS_VOID = wording("ledger.is_void", _("“%(row)s”已作废，不能再更正或作废。"))
NO_SERVICE = wording("ledger.no_service", _("“%(ledger)s”不在本页办理此项操作。"))
NOT_VISIBLE = wording("ledger.not_visible", _("没有找到该行，或者您无权查看。"))
UNCHANGED = wording("ledger.unchanged", _("“%(row)s”没有任何改动，未保存。"))
INVALID = wording("ledger.invalid", _("%(field)s：%(why)s"))
CONSTRAINT = wording("ledger.constraint", _("“%(row)s”与已有数据或数据规则冲突，未保存。请核对编号是否重复、日期先后是否颠倒。"))


def version_of(obj: Model) -> str:
    """The version of a row: its revision, else a digest of its values. Two equal versions hold the same values."""
    if hasattr(obj, "revision"):
        return str(obj.revision)
    values = [f"{f.attname}={plain(getattr(obj, f.attname))}" for f in obj._meta.concrete_fields]
    return hashlib.sha256("\n".join(values).encode()).hexdigest()[:16]


def create(ledger: Ledger, *, actor: Person | None, values: Mapping[str, Any], reason: str = "") -> Any:
    """Add a row with `values` (field -> value; many-to-many: rows). Returns it.

    Raises NotAllowed without the `add` action, Refused with one message per wrong field. A ledger with a `create` service of its
    own is handed over to it.
    """
    if "create" in ledger.services:
        return ledger.services["create"](ledger=ledger, actor=actor, values=values, reason=reason)
    _need(ledger, ledger.add)
    single, many = _split(ledger, values)
    obj = ledger.model(**single)
    with _Constraints(ledger, obj), unit_of_work(actor) as uow:
        access.require(actor, ledger.add, obj)
        _clean(obj, set())
        obj.save(force_insert=True)
        changes = {name: (None, getattr(obj, _attname(obj, name))) for name in single}
        changes.update(_set_many(obj, many))
        record_row(ledger, uow, "created", obj, changes, reason)
    return obj


def change(
    ledger: Ledger, *, actor: Person | None, obj: Any, values: Mapping[str, Any], reason: str, version: str = ""
) -> Any:
    """Correct the row. `version` is what `version_of` said when the person read it (default: as `obj` was read).

    Raises NotAllowed, Refused (no reason, frozen field, void row, wrong value, nothing changed), Stale. Returns the row, fresh.
    """
    if "change" in ledger.services:
        return ledger.services["change"](
            ledger=ledger, actor=actor, obj=obj, values=values, reason=reason, version=version or version_of(obj)
        )
    _need(ledger, ledger.change)
    reason = _reason(ledger, obj, reason)
    single, many = _split(ledger, values)
    with _Constraints(ledger, obj), unit_of_work(actor) as uow:
        fresh = _locked(ledger, actor, obj, version or version_of(obj))
        access.require(actor, ledger.change, fresh)
        read, frozen = version_of(fresh), ledger.frozen_now(fresh)
        attnames = {name: _attname(fresh, name) for name in single}
        before = {name: getattr(fresh, attname) for name, attname in attnames.items()}
        for name, value in single.items():
            setattr(fresh, name, value)
        after = {name: getattr(fresh, attname) for name, attname in attnames.items()}
        changes = {name: (before[name], after[name]) for name in single if before[name] != after[name]}
        held = [name for name in [*changes, *_differ(fresh, many)] if name in frozen]
        if held:
            raise Refused([_frozen(ledger, name, frozen[name]) for name in held])
        others = {f.attname: getattr(fresh, f.attname) for f in fresh._meta.concrete_fields if f.name not in single}
        _clean(fresh, {f.name for f in fresh._meta.fields} - set(single))
        if changes:
            follows = {attname: getattr(fresh, attname) for attname, value in others.items() if getattr(fresh, attname) != value}
            _update(fresh, {attnames[name]: after[name] for name in changes} | follows, read)
        changes.update(_set_many(fresh, many))
        if not changes:
            raise Refused(Message(UNCHANGED, {"row": ledger.name_of(obj)}))
        fresh.refresh_from_db()
        record_row(ledger, uow, "changed", fresh, changes, reason)
    return fresh


def void(ledger: Ledger, *, actor: Person | None, obj: Any, reason: str, version: str = "") -> Any:
    """作废: the row stays, marked with time and reason. Raises NotAllowed, Refused (no reason, void already), Stale."""
    if "void" in ledger.services:
        return ledger.services["void"](
            ledger=ledger, actor=actor, obj=obj, reason=reason, version=version or version_of(obj)
        )
    _need(ledger, ledger.void)
    reason = _reason(ledger, obj, reason)
    with unit_of_work(actor) as uow:
        fresh = _locked(ledger, actor, obj, version or version_of(obj))
        access.require(actor, ledger.void, fresh)
        _update(fresh, {"voided_at": clock.now(), "void_reason": reason}, version_of(fresh))
        fresh.refresh_from_db()
        record_row(ledger, uow, "voided", fresh, {"voided_at": (None, fresh.voided_at)}, reason)
    return fresh


def refusals_of(error: ValidationError, model: type[Model]) -> list[Message]:
    """A validation error as messages that name the field."""
    if not hasattr(error, "error_dict"):
        return [Message(INVALID, {"field": str(model._meta.verbose_name), "why": text}) for text in error.messages]
    found: list[Message] = []
    for name, problems in error.message_dict.items():
        label = model._meta.verbose_name if name == NON_FIELD_ERRORS else _label(model, name)
        found.extend(Message(INVALID, {"field": str(label), "why": text}) for text in problems)
    return found


def _attname(obj: Any, name: str) -> str:
    """The attribute that holds the field's own column: for a relation the id."""
    return str(obj._meta.get_field(name).attname)


def _label(model: type[Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


class _Constraints:
    """What the database refuses becomes a refusal in words; nothing of the unit of work stays."""

    def __init__(self, ledger: Ledger, obj: Any) -> None:
        self.row = {"row": ledger.name_of(obj)}

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, IntegrityError):
            raise Refused(Message(CONSTRAINT, self.row)) from error


def _need(ledger: Ledger, action: str) -> None:
    if not action:
        raise NotAllowed(Message(NO_SERVICE, {"ledger": str(ledger.title)}))


def _reason(ledger: Ledger, obj: Any, reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refused(Message(NEEDS_REASON, {"row": ledger.name_of(obj)}))
    return reason


def _split(ledger: Ledger, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    single: dict[str, Any] = {}
    many: dict[str, list[Any]] = {}
    for name, value in values.items():
        if ledger.model._meta.get_field(name).many_to_many:
            many[name] = sorted(value, key=lambda row: row.pk)
        else:
            single[name] = value
    return single, many


def _locked(ledger: Ledger, actor: Person | None, obj: Any, version: str) -> Any:
    """The row as it is now, locked where the database can. Raises Refused (not visible, void) and Stale."""
    if not access.visible(actor, ledger.model).filter(pk=obj.pk).exists():
        raise NotAllowed(Message(NOT_VISIBLE))
    fresh = access.visible(None, ledger.model).select_for_update(of=("self",), no_key=True).get(pk=obj.pk)
    if version_of(fresh) != version:
        raise Stale(Message(STALE, {"row": ledger.name_of(fresh)}))
    if getattr(fresh, "is_void", False):
        raise Refused(Message(IS_VOID, {"row": ledger.name_of(fresh)}))
    return fresh


def _update(obj: Any, values: Mapping[str, Any], version: str) -> None:
    """Compare-and-set: the row is written only if its revision is still the one that was read."""
    rows = type(obj)._default_manager.filter(pk=obj.pk)
    written = dict(values)
    if hasattr(obj, "revision"):
        rows = rows.filter(revision=int(version))
        written["revision"] = int(version) + 1
    if not rows.update(**written):
        raise Stale(Message(STALE, {"row": str(obj)}))


def _clean(obj: Model, exclude: set[str]) -> None:
    try:
        obj.full_clean(exclude=exclude)
    except ValidationError as error:
        raise Refused(refusals_of(error, type(obj))) from error


def _differ(obj: Any, many: Mapping[str, list[Any]]) -> list[str]:
    return [name for name, rows in many.items() if _ids(obj, name) != [row.pk for row in rows]]


def _ids(obj: Any, name: str) -> list[Any]:
    return sorted(getattr(obj, name).values_list("pk", flat=True))


def _set_many(obj: Any, many: Mapping[str, list[Any]]) -> dict[str, tuple[Any, Any]]:
    changes: dict[str, tuple[Any, Any]] = {}
    for name, rows in many.items():
        before, after = _ids(obj, name), [row.pk for row in rows]
        if before != after:
            getattr(obj, name).set(rows)
            changes[name] = (before, after)
    return changes


def _frozen(ledger: Ledger, name: str, why: Message | None) -> Message:
    return Message(FROZEN, {"field": _label(ledger.model, name), "why": why.as_json() if why else ""})


def record_row(
    ledger: Ledger, uow: UnitOfWork, what: str, obj: Any, changes: Mapping[str, tuple[Any, Any]], reason: str
) -> None:
    """One entry; texts of restricted fields go to the erasable side table, their digests into the chain."""
    hidden = {name: str(after) for name, (_before, after) in changes.items() if name in ledger.restricted and after}
    shown = {name: pair for name, pair in changes.items() if name not in ledger.restricted}
    labels = [_label(ledger.model, name) for name in changes]
    uow.record(
        f"{ledger.code}.{what}",
        obj,
        changes=shown,
        params={
            "ledger": {"code": f"ledger.{ledger.code}", "params": {}},
            "row": str(getattr(obj, ledger.key)),
            "fields": labels if what == "changed" else [],
        },
        reason=reason,
        restricted=hidden,
    )
