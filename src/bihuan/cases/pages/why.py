"""Why a case is due on its day, and what is wrong with it: steps and findings in words, each with its article."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import law_findings, law_words
from bihuan.kernel.wording import Message, wording
from bihuan.law.errors import LawError
from bihuan.law.limits.reckon import Reckoning

from ..clock.history import Facts, reckon_case
from ..models import Case
from ..rules.adjournments import findings_of

TONES = {"refused": "bad", "breach": "bad", "unproven": "warn", "note": "idle"}
ORDER = ("breach", "refused", "unproven", "note")
PROBLEMS = {
    code: wording(f"cases.problem.{code}", text)
    for code, text in {
        "no_trigger": _("没有立案日期，无法起算。请在案件系统补全后重新导入。"),
        "unknown_limit": _("案件类型与适用程序对不上任何法定期限。请核对适用程序，或由审管办指定期限。"),
        "not_in_force": _("起算日还没有可适用的条文。请核对起算日，或指定适用某日的文本。"),
        "outside_calendar": _("日期超出日历范围，请核对。"),
        "reversed_days": _("扣除或者转换的起止日期颠倒，请核对。"),
        "no_custody_here": _("只有刑事案件有“在押”，请核对“被告人在押”一栏。"),
        "counts_hours": _("该期限按小时计算，不在这里计算。"),
        "no_period": _("该条只规定届满的后果，不是期限。"),
        "no_event_day": _("该期限应在某一事件之前完成，还没有该事件的日期。"),
        "turn_without_day": _("程序转换没有日期，请补全。"),
        "unknown_code": _("扣除、延长或者转换中有不认识的代码，请核对。"),
    }.items()
}
UNKNOWN_PROBLEM = wording("cases.problem.other", _("资料有矛盾，不能计算：%(why)s"))


@dataclass(frozen=True)
class Found:
    """A finding in words: `effect` refused, breach, unproven, note."""

    effect: str
    label: Message
    text: Message

    @property
    def tone(self) -> str:
        """The colour."""
        return TONES[self.effect]


@dataclass(frozen=True)
class Why:
    """The answer for a case: the reckoning, or the problem that stands against one."""

    reckoning: Reckoning | None
    problem: Message | None
    steps: tuple[Message, ...] = ()
    findings: tuple[Found, ...] = ()

    @property
    def wrong(self) -> list[Found]:
        """What is against a rule or not counted."""
        return [found for found in self.findings if found.effect != "note"]

    @property
    def notes(self) -> list[Found]:
        """What is to be known."""
        return [found for found in self.findings if found.effect == "note"]


def hearings_wrong(case: Case) -> list[Found]:
    """What is wrong with the sittings of a case: adjourned too often, too far apart, without leave."""
    found = findings_of(case)
    return [
        Found(one.effect, law_findings.effect_message(one.effect), law_findings.finding_message(one)) for one in found
    ]


def why(case: Case, on: dt.date, facts: Facts | None = None, **asked: Any) -> Why:
    """The days of a case as of `on` with the reasons; `facts` other than those that stand for a preview."""
    return explain(lambda: reckon_case(case, on=on, facts=facts, **asked), case.clock_problem)


def explain(reckoned: Callable[[], Reckoning], problem: str = "") -> Why:
    """A reckoning in words, whatever it is about; `problem` is what the clock stored where it has no answer."""
    try:
        found = reckoned()
    except LawError as error:
        code = PROBLEMS.get(problem, "")
        return Why(None, Message(code) if code else Message(UNKNOWN_PROBLEM, {"why": str(error)}))
    told = [
        Found(one.effect, law_findings.effect_message(one.effect), law_findings.finding_message(one)) for one in found.findings
    ]
    told.sort(key=lambda one: ORDER.index(one.effect))
    return Why(found, None, tuple(law_words.message(step.as_json()) for step in found.trace), tuple(told))
