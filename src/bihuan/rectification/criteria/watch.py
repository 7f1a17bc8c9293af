"""What the engine watches: a rule that stays quiet, a duty that is kept. The engine itself judges both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import duties, patrol_coverage, rules
from bihuan.kernel.criteria import Finding, Param, Question, SetKind, places_by
from bihuan.kernel.models.duties import Duty
from bihuan.kernel.wording import Message

from .words import DESCRIBE_DUTY, DESCRIBE_QUIET, LEVELS, level_name


def _rules() -> Iterable[tuple[str, str | Promise]]:
    return [(code, rule.title) for code, rule in rules.rules().items()]


class RuleQuiet(SetKind):
    """No breach of a rule in a department for N days, and the rule was really looked at."""

    code = "rule_quiet"
    label = _("规则在考察期内未触发")
    fields = (
        Param("rule", _("规则"), "choice", choices=_rules),
        Param("level", _("统计范围"), "choice", choices=lambda: LEVELS),
        Param("days", _("连续天数"), "integer", least=1),
    )

    def describe(self, params: Mapping[str, Any]) -> Message:
        told = {"rule": _rule_title(str(params.get("rule"))), "level": level_name(str(params.get("level")))}
        return Message(DESCRIBE_QUIET, told | {"days": params.get("days")})

    def judge(self, asked: Sequence[Question]) -> list[Finding]:
        found: dict[int, Finding] = {}
        for rule, places in places_by(asked, "rule").items():
            windows = [_window(asked[place]) for place in places]
            found.update(zip(places, patrol_coverage.quiet_many(rule, windows), strict=True))
        return [found[place] for place in range(len(asked))]


def _window(one: Question) -> patrol_coverage.Window:
    unit = one.scope.unit_id if one.params["level"] == "unit" else None
    return patrol_coverage.Window(int(one.params["days"]), one.scope.on, unit, one.scope.since)


def _rule_title(code: str) -> Any:
    rule = rules.get(code)
    return {"code": rule.title_code, "params": {}} if rule is not None else code


def _duties() -> Iterable[tuple[str, str]]:
    return list(Duty.objects.filter(voided_at__isnull=True).values_list("code", "title"))


class DutyKept(SetKind):
    """A recurring duty was fulfilled in time for N periods."""

    code = "duty_kept"
    label = _("定期工作按时完成")
    fields = (
        Param("duty", _("定期工作"), "choice", choices=_duties),
        Param("periods", _("连续期数"), "integer", least=1),
    )

    def describe(self, params: Mapping[str, Any]) -> Message:
        title = Duty.objects.filter(code=params.get("duty")).values_list("title", flat=True).first()
        return Message(DESCRIBE_DUTY, {"duty": title or params.get("duty"), "periods": params.get("periods")})

    def judge(self, asked: Sequence[Question]) -> list[Finding]:
        found: dict[int, Finding] = {}
        for duty, places in places_by(asked, "duty").items():
            spans = [duties.Span(int(q.params["periods"]), q.scope.on, q.scope.since) for q in map(asked.__getitem__, places)]
            found.update(zip(places, duties.kept_many(duty, spans), strict=True))
        return [found[place] for place in range(len(asked))]
