"""Load resolved lists into a draft plan: everything or nothing, through the ledger's services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access
from bihuan.kernel.errors import Refused, Stale
from bihuan.kernel.log import event
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message
from bihuan.kernel.work import unit_of_work

from .. import actions as a
from ..models import Criterion, InspectionRound, Problem, SubProblem
from ..services import items
from . import wordings as w
from .proposals import Proposal
from .resolve import CHANGED, NEW, Entry, MeasureEntry, ProblemEntry, Resolved, SubEntry

LOADED = event(
    "rectification.lists.loaded",
    _(
        "导入三张清单（%(filename)s）：%(round)s，新增措施 %(new)s 项、更新 %(changed)s 项，采用销号标准建议 %(criteria)s 项"
    ),
)


@dataclass(frozen=True)
class Loaded:
    """What was written, as counts a kind: {"problems", "subs", "measures"}; and criteria accepted."""

    new: dict[str, int]
    changed: dict[str, int]
    criteria: int


def load(
    resolved: Resolved,
    actor: Person | None,
    round: InspectionRound,
    *,
    accepted: Iterable[str] | Mapping[str, Mapping[str, Any]] = (),
    reason: str = "",
) -> Loaded:
    """Write what `resolve` found, in one unit of work.

    `accepted` names the proposals a person takes as criteria, by key; as a mapping it may add parameters they gave
    ({"一-1-01#1": {"figure": "cp"}}). Raises NotAllowed; Refused with every fault when the lists are not ready (at most 50);
    Stale when a row was changed since `resolve` looked. In each case nothing is written.
    """
    access.require(actor, a.PLAN_EDIT, round)
    if resolved.round.pk != round.pk:
        raise Refused(Message(w.NOT_THIS_ROUND, {"other": str(resolved.round), "round": str(round)}))
    if not resolved.ready:
        wrong = [*resolved.blocked, *(fault for _entry, fault in resolved.faults)]
        raise Refused([Message(w.UNREADY, {"count": len(wrong)}), *wrong[:50]])
    chosen = _chosen(resolved, accepted)
    new, changed = resolved.count(NEW), resolved.count(CHANGED)
    with unit_of_work(actor, reason=reason) as uow:
        writer = _Writer(actor, round, chosen, reason)
        for problem in resolved.problems:
            writer.problem(problem)
        params = {
            "filename": resolved.lists.filename,
            "round": str(round),
            "new": new["measures"],
            "changed": changed["measures"],
            "problems": new["problems"],
            "criteria": writer.criteria,
        }
        uow.record(LOADED, round, params=params)
    return Loaded(new, changed, writer.criteria)


def _chosen(
    resolved: Resolved, accepted: Iterable[str] | Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[Proposal, dict[str, Any]]]:
    """Accepted proposals with their parameters. Raises Refused for unknown or incomplete ones."""
    added = dict(accepted) if isinstance(accepted, Mapping) else {key: {} for key in accepted}
    known = resolved.proposals
    found: dict[str, tuple[Proposal, dict[str, Any]]] = {}
    wrong: list[Message] = []
    for key, extra in added.items():
        proposal = known.get(key)
        if proposal is None:
            wrong.append(Message(w.UNKNOWN_PROPOSAL, {"key": key}))
            continue
        params = {**proposal.params, **extra}
        lacking = [name for name in proposal.lacking if not params.get(name)]
        if lacking:
            told = {"quote": proposal.quote, "field": [str(_("数据项")) for _name in lacking]}
            wrong.append(Message(w.PROPOSAL_INCOMPLETE, told))
        found[key] = (proposal, params)
    if wrong:
        raise Refused(wrong)
    return found


class _Writer:
    def __init__(
        self,
        actor: Person | None,
        round_: InspectionRound,
        chosen: Mapping[str, tuple[Proposal, dict[str, Any]]],
        reason: str,
    ) -> None:
        self.actor, self.round, self.chosen, self.reason = actor, round_, chosen, reason
        self.criteria = 0

    def problem(self, entry: ProblemEntry) -> None:
        if entry.existing is None:
            parts = [{"no": s.values.get("no", ""), **_words(s)} for s in entry.subs]
            problem = items.create_problem(actor=self.actor, round=self.round, subs=parts, **entry.values)
            rows = list(SubProblem.objects.filter(problem=problem).order_by("order", "id"))
        else:
            problem = self._changed(entry, entry.changes)
            rows = [self._sub(problem, sub) for sub in entry.subs]
        for sub, row in zip(entry.subs, rows, strict=True):
            for measure in sub.measures:
                self._measure(problem, row, measure)

    def _sub(self, problem: Problem, entry: SubEntry) -> SubProblem:
        if entry.existing is None:
            return items.create_sub_problem(actor=self.actor, problem=problem, **entry.values)
        row: SubProblem = self._changed(entry, entry.changes)
        return row

    def _measure(self, problem: Problem, sub: SubProblem, entry: MeasureEntry) -> None:
        criteria = [(p.kind, params) for key, (p, params) in self.chosen.items() if p in entry.proposals]
        if entry.existing is None:
            items.create_measure(
                actor=self.actor,
                problem=problem,
                sub_problem=sub,
                co_units=entry.co_units,
                criteria=criteria,
                **entry.values,
            )
            self.criteria += len(criteria)
            return
        changes = dict(entry.changes)
        if "sub_problem" in changes:
            if entry.existing.problem_id != problem.pk:
                told = {"item": str(entry.existing)}
                raise Stale(Message(w.MOVED, told))
            changes["sub_problem"] = (None, sub)
        if "co_units" in changes:
            changes["co_units"] = (None, entry.co_units)
        measure = self._changed(entry, changes)
        held = list(Criterion.objects.filter(measure=measure, voided_at__isnull=True).values_list("kind", "params"))
        for kind, params in criteria:
            if (kind, params) in held:
                continue
            items.add_criterion(actor=self.actor, measure=measure, kind=kind, params=params)
            self.criteria += 1

    def _changed(self, entry: Entry, changes: Mapping[str, tuple[Any, Any]]) -> Any:
        """The row, with its changes written; a row that moved since it was read stops everything."""
        fresh = type(entry.existing).objects.get(pk=entry.existing.pk)
        if fresh.revision != entry.existing.revision or fresh.is_void:
            raise Stale(Message(w.MOVED, {"item": str(fresh)}))
        if not changes:
            return fresh
        values = {name: after for name, (_before, after) in changes.items()}
        return items.change_item(actor=self.actor, obj=fresh, values=values, reason=self.reason)


def _words(entry: SubEntry) -> dict[str, Any]:
    return {name: entry.values[name] for name in ("title", "verbatim") if name in entry.values}
