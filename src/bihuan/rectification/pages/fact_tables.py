"""The facts of a finding as a table people can read: what each value is, without the ids of rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.wording import message_of

LABELS: dict[str, Any] = {
    "period": _("期间"),
    "value": _("数值"),
    "numerator": _("分子"),
    "denominator": _("分母"),
    "rule": _("规则"),
    "subject": _("对象"),
    "first_seen": _("首次发现"),
    "cleared_on": _("消除日期"),
    "breach_state": _("状态"),
    "first": _("起"),
    "last": _("止"),
    "due": _("应完成日期"),
    "deadline": _("最后期限"),
    "fulfilled": _("完成日期"),
    "day": _("日期"),
    "on": _("日期"),
    "title": _("名称"),
    "effective_on": _("形成日期"),
    "sm3": _("文件摘要"),
    "method": _("方式"),
}


@dataclass(frozen=True)
class FactTable:
    """Headings and rows; empty when the finding stood on no facts."""

    headings: list[str]
    rows: list[list[str]]


def fact_table(facts: Iterable[Mapping[str, Any]]) -> FactTable:
    """The known values of the facts, in the order in which they first appear."""
    held = list(facts)
    names = list(dict.fromkeys(name for fact in held for name in fact if name in LABELS))
    names = [name for name in names if any(fact.get(name) not in (None, "") for fact in held)]
    rows = [[_cell(fact.get(name)) for name in names] for fact in held]
    return FactTable([str(LABELS[name]) for name in names], rows if names else [])


def _cell(value: Any) -> str:
    """A value without the zeros a column of the database pads it with."""
    if value in (None, ""):
        return "—"
    text = str(value)
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"-?\d+\.\d+", text) else text


@dataclass(frozen=True)
class Said:
    """A finding as stored: verdict, reason, facts."""

    verdict: str
    reason: str
    table: FactTable


def said(finding: Mapping[str, Any]) -> Said:
    """A stored finding, spoken."""
    reason = finding.get("reason")
    text = str(message_of(reason)) if isinstance(reason, Mapping) and "code" in reason else str(reason or "")
    return Said(str(finding.get("verdict", "")), text, fact_table(finding.get("facts", ())))
