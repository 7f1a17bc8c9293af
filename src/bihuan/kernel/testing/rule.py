"""What every rule must do, tested through a real patrol: it finds the breach and nothing else, says why, and lets go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from .. import clock, patrol, rules, sources
from ..alerts_trace import trace_lines
from ..models import Alert, BreachState, Person, RuleRun


class RuleSuite:
    """Inherit as `class TestOverdue(RuleSuite)`, set `rule` and `on`, and write `breach`, `mend`, `sound`, `owner`.

    `on` is the day of the patrol. `breach` makes a new row that breaks the rule on that day and whose alert falls to
    `owner`; `mend` puts the fact of such a row right; `sound` makes rows that come close without breaking it (the day
    itself where the rule says "over", the void row, the finished one): at least one, else the suite proves nothing.
    """

    rule: ClassVar[str]
    on: ClassVar[dt.date]

    def breach(self) -> Model:
        """A new row in breach."""
        raise AssertionError(f"{type(self).__name__}.breach() is to be written")

    def mend(self, row: Any) -> None:
        """Put the fact right."""
        raise AssertionError(f"{type(self).__name__}.mend() is to be written")

    def sound(self) -> Iterable[Model]:
        """New rows that come close and are in order."""
        raise AssertionError(f"{type(self).__name__}.sound() is to be written")

    def owner(self) -> Person:
        """Who the alert of a breach falls to."""
        raise AssertionError(f"{type(self).__name__}.owner() is to be written")

    def test_it_finds_the_breach_and_nothing_else(self, db: None) -> None:
        broken, sound = self.breach(), list(self.sound())
        assert sound, "without a sound row a rule that finds everything would pass"
        report = self._patrol()
        assert report.outcome == "ok", report.error
        found = {alert.object_id for alert in self._standing()}
        assert broken.pk in found
        assert found.isdisjoint(row.pk for row in sound)

    def test_its_alert_has_an_owner_and_answers_why(self, db: None) -> None:
        broken, owner = self.breach(), self.owner()
        self._patrol()
        alert = self._standing().get(object_id=broken.pk)
        assert alert.owner == owner
        lines = [str(line) for line in trace_lines(alert)]
        assert lines
        assert all(line and "%(" not in line for line in lines)

    def test_it_lets_go_when_the_fact_is_put_right_and_doubles_nothing(self, db: None) -> None:
        broken = self.breach()
        self._patrol()
        self._patrol()
        assert self._standing().filter(object_id=broken.pk).count() == 1
        self.mend(broken)
        self._patrol()
        assert not self._standing().filter(object_id=broken.pk).exists()
        assert Alert.objects.get(rule=self.rule, object_id=broken.pk).breach_state == BreachState.CLEARED

    def test_it_is_one_question_however_many_rows_there_are(self, db: None) -> None:
        self.breach()
        few = self._statements()
        for _n in range(3):
            self.breach()
        assert self._statements() == few

    def test_what_it_looked_at_is_stored(self, db: None) -> None:
        self.breach()
        list(self.sound())
        self._patrol()
        run = RuleRun.objects.filter(rule=self.rule).latest("pk")
        assert run.rows_seen >= run.breaches >= 1

    # ---- helpers

    def _patrol(self) -> patrol.Report:
        with clock.simulate(self.on):
            done = patrol.run(only=[self.rule])
        return done.reports[0]

    def _statements(self) -> int:
        """How many statements asking takes; what reconciling then writes depends on what was found, by lots."""
        declared = rules.rules()[self.rule]
        with clock.simulate(self.on), CaptureQueriesContext(connection) as asked:
            list(declared.query(self.on, rules.Params(declared.basis, self.on)).values_list("pk"))
        return len(asked)

    def _standing(self) -> Any:
        stale = [s.code for s in sources.states(rules.rules()[self.rule].sources, self.on).values() if s.stale]
        assert not stale, f"the sources {stale} are stale on {self.on}: the suite's rows need a fresh intake"
        return Alert.objects.filter(rule=self.rule, breach_state=BreachState.OPEN)
