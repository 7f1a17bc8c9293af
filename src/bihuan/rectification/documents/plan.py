"""The plan's three lists from the ledger: what is exported is read back by `plan_lists` as the same lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel import access
from bihuan.kernel.models import Person

from ..flows import PLAN_FLOW
from ..models import InspectionRound, Measure, Problem, SubProblem
from ..plan_lists.directory import Directory, plain
from ..plan_lists.model import Lists, MeasureItem, ProblemItem, SubItem
from . import contexts, plan_tables
from .access_rules import seen


def plan_lists_docx(actor: Person | None, round: InspectionRound) -> bytes:
    """问题清单, 任务清单, 责任清单 of a round as a .docx, as far as `actor` sees it. Raises NotAllowed for an unseen round."""
    row = seen(actor, round)
    below = _("%(court)s　%(state)s") % {"court": contexts.court_name(), "state": PLAN_FLOW.label(row.state)}
    return plan_tables.as_docx(lists_of(actor, row), title=str(row), below=below.strip())


def plan_lists_xlsx(actor: Person | None, round: InspectionRound) -> bytes:
    """The same lists as a workbook of three sheets. Raises NotAllowed for an unseen round."""
    return plan_tables.as_xlsx(lists_of(actor, seen(actor, round)))


def lists_of(actor: Person | None, round: InspectionRound) -> Lists:
    """The standing rows of a round as lists, as far as `actor` sees them."""
    names = _Names(actor)
    live = {"voided_at__isnull": True}
    measures: dict[int, list[MeasureItem]] = {}
    rows = access.visible(actor, Measure).filter(round=round, **live)
    for row in (
        rows.select_related("leader", "lead_unit", "person").prefetch_related("co_units").order_by("order", "id")
    ):
        measures.setdefault(row.sub_problem_id, []).append(_measure(row, names))
    subs: dict[int, list[SubItem]] = {}
    parts = access.visible(actor, SubProblem).filter(problem__round=round, **live).order_by("order", "id")
    for part in parts:
        item = SubItem(no=part.no, title=part.title, verbatim=part.verbatim, measures=measures.get(part.pk, []))
        subs.setdefault(part.problem_id, []).append(item)
    found = Lists()
    for problem in (
        access.visible(actor, Problem).filter(round=round, **live).select_related("leader").order_by("order", "id")
    ):
        # A part without a number comes first: below a numbered one its blank cell would be read as that one going on.
        of_problem = sorted(subs.get(problem.pk, []), key=lambda sub: bool(sub.no or sub.title or sub.verbatim))
        found.problems.append(
            ProblemItem(
                code=problem.code,
                verbatim=problem.verbatim,
                title=problem.title,
                category=str(problem.get_category_display()),
                kind=str(problem.get_kind_display()),
                grade=str(problem.get_grade_display()),
                root_cause=problem.root_cause,
                leaders=names.of(problem.leader),
                subs=of_problem,
            )
        )
    return found


def _measure(row: Measure, names: _Names) -> MeasureItem:
    return MeasureItem(
        code=row.code,
        text=row.text,
        completion_standard=row.completion_standard,
        starts=row.starts,
        due=row.due,
        leaders=names.of(row.leader),
        lead_units=(row.lead_unit.name,),
        co_units=tuple(unit.name for unit in row.co_units.all()),
        persons=names.of(row.person),
    )


class _Names:
    """Persons by name, with their department beside it where a name is held twice."""

    def __init__(self, actor: Person | None) -> None:
        self.directory = Directory(actor)

    def of(self, person: Any) -> tuple[str, ...]:
        if person is None:
            return ()
        twins = self.directory.persons.get(plain(person.name), [])
        places = sorted(self.directory.places.get(person.pk, ()))
        return (f"{person.name}（{places[0]}）",) if len(twins) > 1 and places else (person.name,)
