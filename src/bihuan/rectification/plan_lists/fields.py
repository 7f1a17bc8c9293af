"""Values of a line put into an item; a second, different value is told and never silently chosen."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from bihuan.kernel.wording import Message

from . import columns
from . import wordings as w
from .dates import AT_ONCE, LONG_TERM, When, read_when
from .model import MeasureItem, ProblemItem
from .numbers import names, same_text
from .table import Line

MEASURE_ROLES = ("leader", "lead_unit", "co_unit", "person", "starts", "due", "span", "standard")
_NAMES = {"leader": "leaders", "lead_unit": "lead_units", "co_unit": "co_units", "person": "persons"}
_WORK = "处置|办理|管理|核查|查办|排查|移送|移交|台账|工作|来源|质量|分析|统计|报送|收集|发现|研判|线索库|受理|登记"
_LEAD = re.compile(
    rf"^[（(\d一二三四五六七八九十）)、.．\s]*(?:移交|涉嫌违纪违法|反映)?(?:的)?问题线索(?!.{{0,6}}(?:{_WORK}))"
)
_LEAD_LIST = re.compile(r"问题线索(?:移交|移送)?(?:清单|登记表|一览表|台账)|线索移交(?:清单|表)")


def is_lead(text: str) -> bool:
    """Whether a text names a lead (问题线索) itself, and not the work of handling leads."""
    plain = re.sub(r"\s+", "", text)
    if plain in ("线索", "问题线索", "lead", "leads") or (_LEAD_LIST.search(plain) and len(plain) <= 60):
        return True
    return bool(_LEAD.match(plain))


def set_text(item: ProblemItem | MeasureItem, line: Line, role: str, name: str, otherwise: str = "") -> None:
    """Set a text once; another text for the same item is a fault."""
    value = line.get(role) or otherwise
    held = getattr(item, name)
    if not value or held == value:
        return
    if not held:
        setattr(item, name, value)
    elif line.get(role) and not same_text(held, value):
        _differs(item, role, held, value)


def set_names(item: ProblemItem | MeasureItem, field: str, line: Line, role: str) -> None:
    """Add names, each once."""
    held: tuple[str, ...] = getattr(item, field)
    setattr(item, field, tuple(dict.fromkeys([*held, *names(line.get(role))])))


def set_measure(item: MeasureItem, line: Line, *, weak: bool = False, told: str = "") -> None:
    """Set standard, days and owners of a measure. `weak`: only what the measure lacks (a value that stands for many)."""
    lacking = {
        "standard": not item.completion_standard,
        "starts": item.starts is None,
        "due": item.due is None and not item.due_words,
        **{role: not getattr(item, name) for role, name in _NAMES.items()},
    }
    for role in MEASURE_ROLES:
        value = line.get(role)
        if not value or (weak and not lacking.get(role, lacking["due"])):
            continue
        if role == "standard":
            set_text(item, line, "standard", "completion_standard")
        elif role in _NAMES:
            set_names(item, _NAMES[role], line, role)
        else:
            _set_days(item, line, role)
        if told:
            item.remarks.append(Message(told, {"field": columns.label(role)}))


def _set_days(item: MeasureItem, line: Line, role: str) -> None:
    raw, text = line.raw.get(role), line.get(role)
    if role == "starts":
        when = read_when(raw, start=True)
        if when.day is None:
            _unread(item, role, text, when)
            return
        _set_day(item, "starts", role, when.day)
        return
    when = read_when(raw)
    if when.first is not None:
        _set_day(item, "starts", "starts", when.first)
    if when.kind:
        words = AT_ONCE if when.kind == AT_ONCE else LONG_TERM
        if item.due_words and item.due_words != words:
            _differs(item, role, item.due_words, words)
        item.due_words = words
        item.remarks.append(Message(w.AT_ONCE_OR_LONG, {"given": words}))
    if when.day is not None:
        _set_day(item, "due", role, when.day)
        if when.rounded:
            item.remarks.append(Message(w.MONTH_END, {"given": text, "day": when.day.isoformat()}))
    elif when.yearless is not None:
        item.due_words = text
    elif when.unclear or not when.kind:
        _unread(item, role, text, when)


def _set_day(item: MeasureItem, name: str, role: str, day: dt.date) -> None:
    held: dt.date | None = getattr(item, name)
    if held is not None and held != day:
        _differs(item, role, held.isoformat(), day.isoformat())
        return
    setattr(item, name, day)


def _unread(item: MeasureItem, role: str, text: str, when: When) -> None:
    code = w.NO_YEAR if when.yearless else w.NOT_A_DAY
    fault = Message(code, {"field": columns.label(role), "given": text[:40]})
    if fault not in item.faults:
        item.faults.append(fault)


def _differs(item: Any, role: str, first: str, second: str) -> None:
    told = {"field": columns.label(role), "first": first[:60], "second": second[:60]}
    fault = Message(w.DIFFERS, told)
    if fault not in item.faults:
        item.faults.append(fault)
