"""The dated parameters and the calendar this installation works with: shipped values, the court's own over them.

Every process holds them in memory. `refresh` looks at two time stamps in the file system (no statement to the database) and
loads anew when a value was set or a calendar file was added, in whichever process.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bihuan.law.calendar import WorkCalendar, install_calendar
from bihuan.law.dated import Override, Parameters, install_parameters
from bihuan.law.errors import LawError

from . import access, clock, log, menu
from .errors import Refused
from .models.org import Person
from .models.parameters import ParameterOverride
from .wording import Message, wording
from .work import unit_of_work

SET = access.action("kernel.parameters", _("调整参数"), roles=["president", "trial_management", "rectification_office"])
WRONG = wording("parameters.wrong", _("“%(parameter)s”的取值不合要求：%(why)s"))
SAID = {
    "reference": wording("parameters.said.reference", _("没有写批准文号，请填写。")),
    "order": wording("parameters.said.order", _("止期 %(end)s 早于起期 %(start)s，请核对。")),
    "keys": wording("parameters.said.keys", _("取值应有这些项目：%(needed)s；写的是：%(given)s。")),
    "kind": wording("parameters.said.kind", _("“%(key)s”不能写成“%(value)s”，请照现值的写法填写，如“%(example)s”。")),
    "option": wording("parameters.said.option", _("“%(key)s”不能是“%(value)s”，可以选的是：%(allowed)s。")),
    "parameter.empty": wording("parameters.said.empty", _("“%(item)s”空着，请填写。")),
    "parameter.term": wording("parameters.said.term", _("读不懂“%(item)s”中的期限“%(value)s”；请写成 7d、10wd、6m、2y、48h，或七日、10个工作日、六个月。")),
    "parameter.negative": wording("parameters.said.negative", _("“%(item)s”不能是负数 %(value)s，请核对。")),
}
"""What is wrong with a value, by the code of the law package."""
NUMBER = wording("parameters.number", _("上限、下限应为数字，如 80 或 95.5，不设的留空；“%(given)s”不是数字。"))
ORDER = wording("parameters.order", _("下限 %(low)s 高于上限 %(high)s，请核对后重填。"))
MONTH = wording("parameters.month", _("起始月应为 1 至 12，没有 %(given)s 月。"))
VOIDED = wording("parameters.voided", _("该项调整已被撤销，请刷新页面查看。"))
ENDS = ("low", "high")
"""Keys that hold an end of a range: a number as text, or nothing."""
EMPTY = wording("parameters.empty", _("调整参数须写明批准文号和理由。"))
CALENDAR = wording("parameters.calendar", _("节假日安排文件有误，仍用原有日历：%(why)s"))
log.event("parameter.set", _("调整参数：%(parameter)s，自 %(starts)s 起（%(reference)s）"))
log.event("parameter.voided", _("撤销参数调整：%(parameter)s，自 %(starts)s 起"))

menu.item(menu.Item("alerts", _("参数与依据"), "parameters", "adjustments", 60))

_seen: tuple[float, ...] | None = None


@access.scope(ParameterOverride)
def _known_to_all(viewer: access.Viewer) -> Any:
    """Rules are known to those they bind."""
    return access.EVERYTHING


def set_value(
    *,
    actor: Person | None,
    parameter: str,
    values: Mapping[str, Any],
    starts: dt.date,
    ends: dt.date | None,
    reference: str,
    reason: str,
) -> ParameterOverride:
    """Set the court's own value from a day on. Raises NotAllowed; Refused when key, type or span do not fit the shipped value."""
    access.require(actor, SET)
    if not reference.strip() or not reason.strip():
        raise Refused(Message(EMPTY))
    _check_numbers(values)
    wanted = Override(parameter, starts, ends, dict(values), reference.strip())
    try:
        Parameters.load().with_overrides([*stored(), wanted])
    except LawError as error:
        raise Refused(Message(WRONG, {"parameter": parameter, "why": _why(error)})) from error
    with unit_of_work(actor, reason=reason.strip()) as uow:
        row: ParameterOverride = ParameterOverride.objects.create(
            parameter=parameter, starts=starts, ends=ends, values=dict(values), reference=reference.strip(),
            reason=reason.strip(), set_by=actor,
        )  # fmt: skip
        params = {"parameter": parameter, "starts": starts.isoformat(), "reference": row.reference}
        uow.record("parameter.set", row, params=params, changes={"values": (None, dict(values))})
    touch()
    return row


def _why(error: LawError) -> Any:
    """What is wrong with a value, in words; what the law package has no code for, as it says it itself."""
    code = getattr(error, "code", "")
    return Message(SAID[code], error.params).as_json() if code in SAID else str(error)  # type: ignore[attr-defined]


def _check_numbers(values: Mapping[str, Any]) -> None:
    """That the ends of a range are numbers in their order, and a month is one. Raises Refused."""
    ends = {name: _number(values[name]) for name in ENDS if str(values.get(name, "")).strip()}
    if len(ends) == len(ENDS) and ends["low"] > ends["high"]:
        raise Refused(Message(ORDER, {name: str(end) for name, end in ends.items()}))
    month = values.get("start_month", 1)
    if month not in range(1, 13):
        raise Refused(Message(MONTH, {"given": str(month)}))


def _number(text: Any) -> Decimal:
    try:
        found = Decimal(str(text).strip())
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite():
        raise Refused(Message(NUMBER, {"given": str(text)}))
    return found


def void_value(*, actor: Person | None, row: ParameterOverride, reason: str) -> None:
    """Take a value back, with a reason; the shipped one holds again. Raises NotAllowed; Refused without a reason, or when somebody
    was faster."""
    access.require(actor, SET)
    if not reason.strip():
        raise Refused(Message(EMPTY))
    with unit_of_work(actor, reason=reason.strip()) as uow:
        standing = ParameterOverride.objects.filter(pk=row.pk, voided_at=None)
        if not standing.update(voided_at=clock.now(), void_reason=reason.strip()):
            raise Refused(Message(VOIDED))
        params = {"parameter": row.parameter, "starts": row.starts.isoformat()}
        uow.record("parameter.voided", row, params=params)
    touch()


def stored() -> list[Override]:
    """The court's own values that stand, in the order they were set."""
    rows = ParameterOverride.objects.filter(voided_at=None).order_by("pk")
    return [Override(r.parameter, r.starts, r.ends, r.values, r.reference) for r in rows]


def touch() -> None:
    """Tell every process of this installation to load anew."""
    path = _stamp_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(clock.now().isoformat(), encoding="ascii")
    refresh()


def refresh() -> Message | None:
    """Load anew if something changed since the last look; the message says what is wrong with a calendar file, if anything."""
    global _seen
    folder = Path(settings.BIHUAN_CALENDAR_FOLDER)
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    now = (_mtime(_stamp_file()), *(_mtime(path) for path in files))
    if now == _seen:
        return None
    _seen = now
    install_parameters(Parameters.load().with_overrides(stored()))
    try:
        install_calendar(WorkCalendar.load(*([folder] if files else [])))
    except LawError as error:
        return Message(CALENDAR, {"why": str(error)})
    return None


def calendar_fault() -> Message | None:
    """What is wrong with the court's calendar files as they lie there now, if anything."""
    folder = Path(settings.BIHUAN_CALENDAR_FOLDER)
    try:
        WorkCalendar.load(*([folder] if folder.is_dir() else []))
    except LawError as error:
        return Message(CALENDAR, {"why": str(error)})
    return None


def _stamp_file() -> Path:
    return Path(settings.BIHUAN_HOME) / "parameters.stamp"


def _mtime(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
