"""The page of a problem: a tree with lights. A problem is done when every measure below it is, and not before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel import access, clock
from bihuan.kernel.ledger.views import LedgerDetail

from ..flows import ATTEMPT_FLOW
from ..ledgers import MEASURES, attempt_label, with_state
from ..models import OPEN_STATES, REVIEW_STATES, Attempt, Measure, NewSituation, Rebound, SubProblem

DONE_STATES = ("internally_closed", "accepted")


@dataclass(frozen=True)
class Light:
    """A light: its tone, and what it means in words."""

    tone: str
    label: str


@dataclass(frozen=True)
class Leaf:
    """A measure in the tree."""

    row: Measure
    state: str
    tone: str
    label: str
    late: bool
    url: str


@dataclass(frozen=True)
class Branch:
    """A sub-problem in the tree."""

    row: SubProblem
    light: Light
    measures: list[Leaf]


class ProblemDetail(LedgerDetail):
    """The problem's page, over the ledger's."""

    template_name = "rectification/problem.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the tree."""
        context = super().detail_context(obj)
        tree = branches(self.person, obj)
        leaves = [leaf for branch in tree for leaf in branch.measures]
        context.update(
            tree=tree,
            light=light_of(leaves),
            done=sum(leaf.state in DONE_STATES and leaf.tone == "good" for leaf in leaves),
            total=len(leaves),
            situations=list(
                access.visible(self.person, NewSituation).filter(problem=obj, voided_at=None).select_related("author")
            ),
        )
        return context


def branches(person: Any, problem: Any) -> list[Branch]:
    """The sub-problems with their measures, each with its light. Four statements, whatever the size."""
    rows = with_state(access.visible(person, Measure).filter(problem=problem, voided_at=None))
    suspected = set(
        access.visible(person, Rebound)
        .filter(attempt__measure__problem=problem, state__in=["suspected", "found"])
        .values_list("attempt__measure_id", flat=True)
    )
    results = dict(
        access.visible(person, Attempt)
        .filter(measure__problem=problem)
        .order_by("number")
        .values_list("measure_id", "result")
    )
    leaves: dict[int, list[Leaf]] = {}
    for row in rows.select_related("lead_unit", "person").order_by("order", "pk"):
        leaves.setdefault(row.sub_problem_id, []).append(leaf_of(row, row.pk in suspected, results.get(row.pk, "")))
    subs = access.visible(person, SubProblem).filter(problem=problem, voided_at=None).order_by("order", "pk")
    return [Branch(sub, light_of(leaves.get(sub.pk, [])), leaves.get(sub.pk, [])) for sub in subs]


def leaf_of(row: Any, suspected: bool, result: str) -> Leaf:
    """A measure's light: a suspected rebound and a passed due day come before the state."""
    state = row.state or ""
    late = state in OPEN_STATES and row.due < clock.today()
    tone: str = ATTEMPT_FLOW.state(row).tone if state else "idle"
    label = attempt_label(state)
    if state in DONE_STATES and result in {"staged", "long_term"}:
        tone, label = "active", _("阶段完成，持续整改")
    if late:
        tone = "bad"
    if suspected:
        tone, label = "bad", _("疑似反弹")
    return Leaf(row, state, tone, label, late, MEASURES.url("detail", row.pk))


def light_of(leaves: Iterable[Leaf]) -> Light:
    """The light above some measures: the worst of them, in words."""
    found = list(leaves)
    if not found:
        return Light("idle", _("还没有措施"))
    if any(leaf.tone == "bad" for leaf in found):
        return Light("bad", _("有超期、不予认定或疑似反弹"))
    if all(leaf.state in DONE_STATES and leaf.tone == "good" for leaf in found):
        return Light("good", _("已完成"))
    if all(leaf.state in DONE_STATES for leaf in found):
        return Light("active", _("阶段完成，持续整改"))
    if any(leaf.state in REVIEW_STATES for leaf in found):
        return Light("wait", _("销号审核中"))
    if all(leaf.state in {"", "not_started"} for leaf in found):
        return Light("idle", _("未启动"))
    return Light("active", _("整改中"))
