"""Who sees which rows of the rectification ledger.

Everyone sees their own; a head and a clerk see what their department leads or helps with; a leader sees the departments they
lead and the items they are named in; the bodies that oversee the whole see the whole. Rounds and figures are open to all
who hold a post.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, OuterRef, Q, QuerySet

from bihuan.kernel.access import EVERYTHING, NOTHING, Viewer, scope
from bihuan.kernel.paging import SIFTED, Sifting, is_there

from .actions import CLERK, OVERSEERS
from .models import (
    Attempt,
    ChangeRequest,
    Closure,
    ClosureVerdict,
    Criterion,
    ExternalReview,
    Figure,
    InspectionRound,
    LookBack,
    Measure,
    Milestone,
    NewSituation,
    Outcome,
    PartyGroupMeeting,
    Problem,
    Progress,
    Reading,
    Rebound,
    StagedTarget,
    SubProblem,
    SupervisionLetter,
    Verification,
)


def sees_all(viewer: Viewer) -> bool:
    """Whether the viewer oversees the whole ledger."""
    return viewer.has(*OVERSEERS)


def _units(viewer: Viewer) -> frozenset[int]:
    """Departments whose whole work the viewer sees."""
    own = viewer.units if viewer.has(CLERK) else frozenset()
    return viewer.headed | viewer.led | own


def _ways(viewer: Viewer, to: str = "pk", repeated: bool = False) -> QuerySet[Any]:
    """The measures the viewer sees, or the problems these belong to (`to`: "problem_id"), as ids that indexes find: one's own;
    one leads it; one's departments lead it or help."""
    mine, units = Measure.objects.order_by(), _units(viewer)
    ways = [mine.filter(leader__in=viewer.acts_for).values(to)]
    if units:
        helping = Measure.co_units.through.objects.filter(unit__in=units)
        ways += [mine.filter(lead_unit__in=units).values(to), helping.values(f"measure__{to}")]
    return mine.filter(person__in=viewer.acts_for).values(to).union(*ways, all=repeated)


def _sees_few(viewer: Viewer) -> bool:
    """Whether the viewer sees so few measures that rows are best found by whose they are; counted once a request."""
    if "few measures" not in viewer.memo:
        viewer.memo["few measures"] = _ways(viewer, repeated=True)[: SIFTED + 1].count() <= SIFTED
    return bool(viewer.memo["few measures"])


@scope(Measure)
def measures(viewer: Viewer) -> Q:
    """Own measures, those of one's departments, those one leads."""
    if sees_all(viewer):
        return EVERYTHING
    if not viewer.roles:
        return NOTHING
    if _sees_few(viewer):
        return Q(pk__in=_ways(viewer))
    own = Q(person__in=viewer.acts_for) | Q(leader__in=viewer.acts_for)
    units = _units(viewer)
    helping = Measure.co_units.through.objects.filter(unit__in=units).values("measure_id")
    return Q(Sifting(own | Q(lead_unit__in=units) | Q(pk__in=helping)))


def _by_measure(path: str) -> None:
    """Rows of these models are seen by whoever sees their measure, reached by `path`."""

    def condition(viewer: Viewer) -> Q:
        if sees_all(viewer):
            return EVERYTHING
        if not viewer.roles:
            return NOTHING
        if _sees_few(viewer):
            return Q(**{f"{path}__in": _ways(viewer)})
        return Q(is_there(Measure.objects.filter(measures(viewer), pk=OuterRef(path))))

    for model in _BY_PATH[path]:
        scope(model)(condition)


_BY_PATH: dict[str, tuple[type[Model], ...]] = {
    "measure": (Attempt, Criterion, Progress, Outcome, StagedTarget, ChangeRequest),
    "attempt__measure": (Closure, ClosureVerdict, Verification, ExternalReview, Rebound),
}
for _path in _BY_PATH:
    _by_measure(_path)


@scope(Problem)
def problems(viewer: Viewer) -> Q:
    """Problems the viewer leads, or with a measure they see."""
    if sees_all(viewer):
        return EVERYTHING
    if not viewer.roles:
        return NOTHING
    if _sees_few(viewer):
        led = Problem.objects.filter(leader__in=viewer.acts_for).order_by().values("pk")
        return Q(pk__in=_ways(viewer, "problem_id").union(led))
    seen = Measure.objects.filter(measures(viewer), problem=OuterRef("pk"))
    return Q(Sifting(Q(leader__in=viewer.acts_for) | Q(is_there(seen))))


def _of_problem(viewer: Viewer) -> Q:
    if sees_all(viewer):
        return EVERYTHING
    return Q(problem__in=Problem.objects.filter(problems(viewer)).order_by().values("pk"))


@scope(SubProblem)
def sub_problems(viewer: Viewer) -> Q:
    """Parts of problems the viewer sees."""
    return _of_problem(viewer)


@scope(NewSituation)
def situations(viewer: Viewer) -> Q:
    """New situations of problems the viewer sees."""
    return _of_problem(viewer)


@scope(LookBack)
def look_backs(viewer: Viewer) -> Q:
    """A look-back is not announced: the department sees it once it is done."""
    if sees_all(viewer):
        return EVERYTHING
    if not viewer.roles:
        return NOTHING
    if _sees_few(viewer):
        return Q(done_on__isnull=False, measure__in=_ways(viewer))
    seen = Measure.objects.filter(measures(viewer), pk=OuterRef("measure"))
    return Q(is_there(seen), done_on__isnull=False)


@scope(SupervisionLetter)
def letters(viewer: Viewer) -> Q:
    """Letters to the viewer's departments or about departments they lead."""
    if sees_all(viewer):
        return EVERYTHING
    units = _units(viewer)
    return Q(to_unit__in=units) if units else NOTHING


def _post_holders(viewer: Viewer) -> Q:
    return EVERYTHING if viewer.roles else NOTHING


def _leaders(viewer: Viewer) -> Q:
    return EVERYTHING if sees_all(viewer) or viewer.has("leader") else NOTHING


for _model in (InspectionRound, Milestone, Figure, Reading):
    scope(_model)(_post_holders)
scope(PartyGroupMeeting)(_leaders)
