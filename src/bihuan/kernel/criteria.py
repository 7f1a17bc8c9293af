"""Typed criteria: what must be so before an item may close. Domains register kinds; nobody imports another's.

A verdict is met, unmet or undeterminable. Silence proves nothing: a stale source, a failed rule, a parameter
that changed inside the window, or a criterion that breaks are undeterminable, which blocks closing and says why.
"""

from __future__ import annotations

import datetime as dt
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, ClassVar, Literal

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .errors import Refused
from .wording import Message, wording

logger = logging.getLogger(__name__)

REQUIRED = wording("criteria.param.required", _("“%(field)s”未填写，请填写后再保存。"))
NOT_A_NUMBER = wording("criteria.param.number", _("“%(field)s”的值“%(value)s”不是数字，请填写数字，例如 3 或 95.5。"))
NOT_WHOLE = wording("criteria.param.whole", _("“%(field)s”的值“%(value)s”不是整数，请填写整数，例如 3。"))
TOO_SMALL = wording("criteria.param.small", _("“%(field)s”的值“%(value)s”小于下限 %(least)s，请改大后再保存。"))
NOT_A_DATE = wording("criteria.param.date", _("“%(field)s”的值“%(value)s”不是日期，请按 2025-03-01 的格式填写。"))
NOT_A_CHOICE = wording("criteria.param.choice", _("“%(field)s”的值“%(value)s”不在可选范围内，可选：%(choices)s。"))
UNKNOWN_PARAM = wording("criteria.param.unknown", _("该类标准没有名为“%(value)s”的参数，请删除后再保存。"))
UNKNOWN_KIND = wording(
    "criteria.kind.unknown", _("没有“%(kind)s”这一类销号标准。可能是所属模块未启用，请联系系统管理员。")
)
BROKEN = wording(
    "criteria.broken", _("判断“%(kind)s”时出错（%(error)s），无法得出结论。请联系系统管理员查看运行日志。")
)
NO_VERDICT = wording("criteria.no_verdict", _("“%(kind)s”没有给出结论，按“无法判断”处理。"))


class Verdict(StrEnum):
    """What the facts say. Only MET closes; only UNMET is a rebound; UNDETERMINABLE blocks and says why."""

    MET = "met"
    UNMET = "unmet"
    UNDETERMINABLE = "undeterminable"

    @property
    def label(self) -> str | Promise:
        """The verdict in the reader's language."""
        return _VERDICTS[self]


_VERDICTS: dict[Verdict, str | Promise] = {
    Verdict.MET: pgettext_lazy("verdict", "达标"),
    Verdict.UNMET: pgettext_lazy("verdict", "未达标"),
    Verdict.UNDETERMINABLE: pgettext_lazy("verdict", "无法判断"),
}


@dataclass(frozen=True)
class Scope:
    """What a criterion is asked about: facts up to and including the day `on`, not before `since` (None: no lower
    bound), of department `unit_id` (None: the whole court), for `subject` (the measure, problem ... it belongs to).
    """

    on: dt.date
    since: dt.date | None = None
    unit_id: int | None = None
    subject: Any = None


@dataclass(frozen=True)
class Question:
    """One criterion asked of the facts: its stored parameters and what it is asked about."""

    params: Mapping[str, Any]
    scope: Scope


@dataclass(frozen=True)
class Finding:
    """A verdict, its reason, and the facts it stood on: JSON-able mappings, e.g. {"period": "2025-03", "value": "96"}."""

    verdict: Verdict
    reason: Message
    facts: tuple[dict[str, Any], ...] = ()

    @property
    def met(self) -> bool:
        """Whether the criterion is met: the only verdict that lets an item close."""
        return self.verdict is Verdict.MET

    def as_json(self) -> dict[str, Any]:
        """The form in which a finding is frozen in a closure or look-back."""
        return {"verdict": self.verdict.value, "reason": self.reason.as_json(), "facts": [dict(f) for f in self.facts]}


def met(reason: Message, facts: Iterable[Mapping[str, Any]] = ()) -> Finding:
    """A finding that the criterion is met."""
    return Finding(Verdict.MET, reason, tuple(dict(f) for f in facts))


def unmet(reason: Message, facts: Iterable[Mapping[str, Any]] = ()) -> Finding:
    """A finding that the criterion is not met."""
    return Finding(Verdict.UNMET, reason, tuple(dict(f) for f in facts))


def undeterminable(reason: Message, facts: Iterable[Mapping[str, Any]] = ()) -> Finding:
    """A finding that nothing can be said."""
    return Finding(Verdict.UNDETERMINABLE, reason, tuple(dict(f) for f in facts))


ParamKind = Literal["text", "integer", "decimal", "date", "choice"]
Choices = Callable[[], Iterable[tuple[str, "str | Promise"]]]


@dataclass(frozen=True)
class Param:
    """A parameter of a criterion kind. `choices` is asked when a form is shown or a value checked (value, label)."""

    name: str
    label: str | Promise
    kind: ParamKind = "text"
    required: bool = True
    choices: Choices | None = None
    least: int | None = None
    help: str | Promise = ""

    def clean(self, raw: Any) -> tuple[Any, Message | None]:
        """(`raw` in its stored, JSON-able form, what is wrong with it). Decimals and dates are stored as text."""
        text = str(raw).strip() if raw is not None else ""
        if not text:
            return None, Message(REQUIRED, {"field": self.shown}) if self.required else None
        problem = {"field": self.shown, "value": text}
        if self.kind in {"integer", "decimal"}:
            return self._number(text, problem)
        if self.kind == "date":
            try:
                return dt.date.fromisoformat(text).isoformat(), None
            except ValueError:
                return None, Message(NOT_A_DATE, problem)
        if self.kind == "choice" and self.choices is not None:
            known = dict(self.choices())
            if text not in known:
                return None, Message(NOT_A_CHOICE, problem | {"choices": [str(label) for label in known.values()][:20]})
        return text, None

    def _number(self, text: str, problem: dict[str, Any]) -> tuple[Any, Message | None]:
        try:
            number = Decimal(text)
        except InvalidOperation:
            return None, Message(NOT_A_NUMBER, problem)
        if not number.is_finite():
            return None, Message(NOT_A_NUMBER, problem)
        if self.kind == "integer" and number != number.to_integral_value():
            return None, Message(NOT_WHOLE, problem)
        if self.least is not None and number < self.least:
            return None, Message(TOO_SMALL, problem | {"least": self.least})
        return (int(number) if self.kind == "integer" else str(number)), None

    @property
    def shown(self) -> str:
        """The label in the reader's language."""
        return str(self.label)


class CriterionKind(ABC):
    """One kind of criterion. Subclass it, set `code`, `label`, `fields`, write `describe` and `evaluate`, and register an
    instance. Parameters are stored as the JSON-able mapping that `clean` returns, and freeze with the plan.
    """

    code: ClassVar[str] = ""
    label: ClassVar[str | Promise] = ""
    help: ClassVar[str | Promise] = ""
    fields: ClassVar[tuple[Param, ...]] = ()

    def clean(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters in stored form. Raises Refused with one message per wrong parameter."""
        known = {param.name for param in self.fields}
        wrong = [Message(UNKNOWN_PARAM, {"value": name}) for name in params if name not in known]
        cleaned: dict[str, Any] = {}
        for param in self.fields:
            value, problem = param.clean(params.get(param.name))
            if problem is not None:
                wrong.append(problem)
            elif value is not None:
                cleaned[param.name] = value
        if wrong:
            raise Refused(wrong)
        return cleaned

    @abstractmethod
    def describe(self, params: Mapping[str, Any]) -> Message:
        """The criterion as a sentence, as it stands in the plan and in the approval form."""

    @abstractmethod
    def evaluate(self, params: Mapping[str, Any], scope: Scope) -> Finding:
        """The verdict on the facts. `params` is what `clean` returned. What it raises is undeterminable (see below)."""

    def judge(self, asked: Sequence[Question]) -> list[Finding]:
        """The findings of many questions, in their order: what the nightly patrol asks of all closed items."""
        return [self.evaluate(one.params, one.scope) for one in asked]


class SetKind(CriterionKind):
    """A kind that reads the facts of many questions in a few statements: write `judge` instead of `evaluate`.

    One question alone is judged the same way, so that both can never come to different findings.
    """

    def evaluate(self, params: Mapping[str, Any], scope: Scope) -> Finding:
        return self.judge([Question(params, scope)])[0]

    @abstractmethod
    def judge(self, asked: Sequence[Question]) -> list[Finding]:
        """The findings, in the order of the questions."""


def places_by(asked: Sequence[Question], name: str) -> dict[str, list[int]]:
    """The places of the questions in their list, by what the parameter `name` says."""
    found: dict[str, list[int]] = {}
    for place, one in enumerate(asked):
        found.setdefault(str(one.params[name]), []).append(place)
    return found


@dataclass
class _Registry:
    kinds: dict[str, CriterionKind] = field(default_factory=dict)


_registry = _Registry()


def register(kind: CriterionKind) -> CriterionKind:
    """Register a kind; twice the same code is an error."""
    if not kind.code or kind.code in _registry.kinds:
        raise ImproperlyConfigured(f"criterion kind {kind.code!r} has no code or is registered twice")
    wording(f"criteria.kind.{kind.code}", kind.label)
    _registry.kinds[kind.code] = kind
    return kind


def kinds() -> dict[str, CriterionKind]:
    """All registered kinds by code."""
    return dict(_registry.kinds)


def kind(code: str) -> CriterionKind:
    """The kind of that code. Raises Refused when no module registered it."""
    found = _registry.kinds.get(code)
    if found is None:
        raise Refused(Message(UNKNOWN_KIND, {"kind": code}))
    return found


def describe(code: str, params: Mapping[str, Any]) -> Message:
    """A stored criterion as a sentence, also when its kind is no longer registered."""
    found = _registry.kinds.get(code)
    if found is None:
        return Message(UNKNOWN_KIND, {"kind": code})
    return found.describe(params)


def evaluate(code: str, params: Mapping[str, Any], scope: Scope) -> Finding:
    """The verdict of a stored criterion. Never raises: whatever goes wrong is undeterminable, with its reason.

    Inside a transaction the kind runs in a savepoint, so a failing statement does not spoil the decision around it.
    """
    found = _registry.kinds.get(code)
    if found is None:
        return undeterminable(Message(UNKNOWN_KIND, {"kind": code}))
    name = {"code": f"criteria.kind.{code}", "params": {}}
    try:
        with _savepoint():
            finding = found.evaluate(params, scope)
    except Refused as refusal:
        return undeterminable(refusal.reasons[0] if refusal.reasons else Message(NO_VERDICT, {"kind": name}))
    except Exception as error:  # whatever broke, the facts have not spoken
        logger.exception("criterion %s failed", code)
        return undeterminable(Message(BROKEN, {"kind": name, "error": type(error).__name__}))
    return finding if _is_finding(finding) else undeterminable(Message(NO_VERDICT, {"kind": name}))


def evaluate_many(code: str, asked: Sequence[Question]) -> list[Finding]:
    """The findings of stored criteria of one kind, in their order, in a few statements where the kind can.

    Never raises: where a question breaks the others, the lot is halved until it stands alone, and it alone is undeterminable.
    """
    found = _registry.kinds.get(code)
    if found is None or len(asked) < 2:
        return [evaluate(code, one.params, one.scope) for one in asked]
    try:
        with _savepoint():
            findings = found.judge(asked)
        if len(findings) == len(asked) and all(_is_finding(finding) for finding in findings):
            return findings
    except Exception as error:
        logger.info("criterion %s: %s among %s questions", code, type(error).__name__, len(asked))
    half = len(asked) // 2
    return evaluate_many(code, asked[:half]) + evaluate_many(code, asked[half:])


def _savepoint() -> AbstractContextManager[Any]:
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _is_finding(finding: object) -> bool:
    return isinstance(finding, Finding) and isinstance(finding.verdict, Verdict)
