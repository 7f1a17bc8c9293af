"""Sources and coverage: how current the data are, and on which days each rule really ran."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from .. import access, clock, sources
from ..models.alerts import RuleRun, RunOutcome
from ..models.sources import SourceIntake
from ..rules import Rule, rules
from .base import PersonView

WINDOW = 30
OUTCOME_TONES = {"ok": "good", "stale": "wait", "failed": "bad"}


@dataclass(frozen=True)
class Covered:
    """A rule's latest run, and the days of the window without a run that can be relied on."""

    rule: Rule
    last: RuleRun | None
    missing: tuple[dt.date, ...]


class SourceList(PersonView):
    """All sources, stale ones first; the latest batches; the coverage of all rules."""

    template = "sources/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        today = clock.today()
        intakes = access.visible(self.person, SourceIntake).select_related("source", "actor")[:20]
        names = {code: spec.name for code, spec in sources.specs().items()}
        return self.show(
            {
                "states": sorted(sources.states(on=today).values(), key=lambda s: (s.fresh, s.code)),
                "intakes": [{"row": row, "name": names.get(row.source.code, row.source.code)} for row in intakes],
                "coverage": covered(self.person, today),
                "window": WINDOW,
                "tones": OUTCOME_TONES,
            }
        )


def covered(person: Any, today: dt.date) -> list[Covered]:
    """The coverage of every rule over the last thirty days before today, in one statement."""
    since = today - dt.timedelta(days=WINDOW)
    last: dict[str, RuleRun] = {}
    good: dict[str, set[dt.date]] = {}
    runs = access.visible(person, RuleRun).filter(on__gte=since, on__lte=today).order_by("on", "started_at", "pk")
    for run in runs:
        last[run.rule] = run
        if run.outcome == RunOutcome.OK:
            good.setdefault(run.rule, set()).add(run.on)
    days = [since + dt.timedelta(days=n) for n in range(WINDOW)]
    return [
        Covered(rule, last.get(code), tuple(d for d in days if d not in good.get(code, set())))
        for code, rule in rules().items()
    ]
