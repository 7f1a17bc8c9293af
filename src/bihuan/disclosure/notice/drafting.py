"""A first draft of the notice, section by section in the genre's order, from the ledger. The wording is the document's own language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bihuan.kernel.paper import day
from bihuan.rectification.selectors import ToldProblem

from ..models import SectionKind
from . import figures


@dataclass(frozen=True)
class Drafted:
    """A section to be."""

    kind: str
    heading: str
    text: str
    problem_id: int | None = None


def draft(round_: Any, problems: list[ToldProblem]) -> Iterator[Drafted]:
    """The sections of a notice about the round."""
    yield Drafted(SectionKind.OPENING, "", _opening(round_))
    yield Drafted(SectionKind.DUTY, "组织整改情况", _duty(round_))
    for problem in problems:
        yield Drafted(SectionKind.ENTRY, problem.title, _entry(problem), problem.pk)
    yield Drafted(SectionKind.NEXT, "巩固整改成果", _next())
    yield Drafted(SectionKind.CONTACT, "联系方式", _contact())


def _opening(round_: Any) -> str:
    span = ""
    if round_.inspected_from and round_.inspected_to:
        span = f"于{day(round_.inspected_from)}至{day(round_.inspected_to)}"
    return (
        f"{round_.body}{span}对本院党组进行了{round_.get_kind_display()}，{day(round_.feedback_on)}反馈意见。"
        "截至{截止日}的整改进展公布如下，欢迎监督。"
    )


def _duty(round_: Any) -> str:
    approved = f"{day(round_.approved_on)}经党组会批准，" if round_.approved_on else ""
    return (
        f"整改方案{approved}逐条写明责任领导、责任部门、完成期限和完成标准，没有达到标准的不销号。\n"
        "本次公布整改事项{问题数}项、整改措施{措施数}条。已完成整改措施{措施完成数}条，完成率{措施完成率}；"
        "全部措施均已完成的事项{问题完成数}项，完成率{问题完成率}。另有{阶段性完成数}条取得阶段性成果、{长期坚持数}条需要长期坚持、"
        "{推进中数}条正在推进，均不计入已完成。\n"
        "整改期间建立、修订制度{制度数}项。"
    )


def _entry(problem: ToldProblem) -> str:
    lines = [f"反馈问题：{problem.verbatim.strip()}", "整改情况："]
    for place, one in enumerate(problem.measures, start=1):
        lines.append(f"{place}．{one.text.strip().rstrip('。')}（{{{figures.STANDING}{one.code}}}）。")
    if not problem.measures:
        lines.append("整改措施正在制定。")
    if problem.outcomes:
        lines.append(f"取得的成果：{'；'.join(problem.outcomes)}。")
    return "\n".join(lines)


def _next() -> str:
    return (
        "对已经完成的事项定期“回头看”，数据不再达标的重新整改；对正在推进和长期坚持的事项，按期公布进度；"
        "对整改中建立的制度，检查执行情况。"
    )


def _contact() -> str:
    return "对整改情况有意见、建议的，可以来电、来信、来访，也可以在网上填写。每一件意见都会得到答复。\n电话：（请填写）\n通信地址：（请填写）"
