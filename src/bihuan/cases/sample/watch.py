"""Oversight and review over the demo court's cases; `fill` and `fill_meetings` were called before."""

from __future__ import annotations

from django.db.models import QuerySet

from bihuan.kernel import clock
from bihuan.kernel.ledger.service import create
from bihuan.kernel.models import Person
from bihuan.law.calendar import current_calendar
from bihuan.people.sample.load import Court

from ..milestones import MILESTONES
from ..models import OPEN, Case, Line
from ..opening.services import open_whole
from ..oversight import sample as oversight
from ..oversight.selectors import pointing
from ..review import sample as reviews
from ..shares import sample as shares

PRESIDENT, KEEPER, REVIEWERS = "jiangboheng", "quanjingyi", ("shenghuaiyuan", "youjianping")
SHORT, OUTSIDE, UNSAID = ("shaoqihuan", "zhanzhengyang"), "qiaoweiran", "wenruochuan"
"""Who handles fewer cases than the minimum; the leader who is no judge; the one of whom that was not registered."""
LOOKED = "答复当事人反映的进度问题"


def _running(court: Court) -> QuerySet[Case]:
    """Open cases with a judge, filed long enough ago for what is told of them, the newest first."""
    since = current_calendar().add_workdays(court.as_of, -45)
    rows = Case.objects.filter(OPEN, sealed="", judge__isnull=False, clock_problem="", filed_on__lte=since)
    return rows.select_related("judge").order_by("-filed_on", "pk")


def fill_watch(court: Court) -> None:
    """Fill in oversight, shares and reviews."""
    people = {person.username: person for person in Person.objects.all()}
    president = people[PRESIDENT]
    cases = list(_running(court).exclude(judge=president).exclude(pk__in=pointing(court.as_of))[: oversight.CASES])
    oversight.fill(keeper=people[KEEPER], overseer=president, cases=cases, as_of=court.as_of)
    fill_milestones(court)
    shares.fill(keeper=people[KEEPER], as_of=court.as_of, short=SHORT, outside=OUTSIDE, unsaid=UNSAID)
    another = _running(court).exclude(judge=president).exclude(oversightmark_rows__isnull=False).exclude(panel=president)[0]
    with clock.simulate(court.as_of):
        open_whole(actor=president, case=another, reason=LOOKED)
    reviews.fill(keeper=people[KEEPER], reviewers=[people[name] for name in REVIEWERS], as_of=court.as_of)


def fill_milestones(court: Court) -> None:
    """The milestones of a running bankruptcy: one done, one of the law overdue, one without a limit of the law past its day."""
    case = Case.objects.filter(OPEN, line=Line.BANKRUPTCY, sealed="").order_by("pk").first()
    if case is None:
        return
    late, done = (current_calendar().add_workdays(court.as_of, -back) for back in (8, 30))
    with clock.simulate(court.as_of):
        for kind, due, finished in (("notice", done, done), ("plan", late, None), ("sale", late, None)):
            create(MILESTONES, actor=None, values={"case": case, "kind": kind, "due_on": due, "done_on": finished})
