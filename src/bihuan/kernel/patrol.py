"""The patrol: every rule is run, its breaches are reconciled with the standing alerts, its coverage is stored.

Facts are read outside the writing transaction; writes come in chunks of one short transaction each. A rule that fails,
or stands on a stale source, clears nothing: its alerts become undetermined. What was not run is not pretended.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from . import clock, duties, journal, log, parameters, sources
from .alerts_ladder import Chain, Sweep, sweep
from .errors import Refused
from .heap import many_rows
from .models.alerts import Alert, BreachState, RuleRun, RunOutcome
from .patrol_reconcile import Breach, Reconciler, turn
from .rules import Params, Rule, rules
from .wording import Message, wording
from .work import unit_of_work

logger = logging.getLogger(__name__)

_NEEDED = ("alert_due", "alert_unit_id", "alert_person_id")
_OPTIONAL = ("alert_params", "alert_subject")

TOO_EARLY = wording(
    "patrol.too_early",
    _("已有 %(last)s 的巡查记录，不能再以 %(given)s 巡查：过去的日子当时知道什么，事后无法重演。"),
)
IN_FUTURE = wording("patrol.future", _("不能以将来的日期 %(given)s 巡查，请用不晚于今天的日期。"))
NO_RULE = wording("patrol.no_rule", _("没有编号为“%(rule)s”的规则，可用：%(known)s。"))
log.event("patrol.rule", _("巡查规则“%(rule)s”：命中 %(breaches)s，新增 %(opened)s，消除 %(cleared)s"))
log.event("patrol.rule_failed", _("巡查规则“%(rule)s”执行失败：%(error)s"))


@dataclass
class Report:
    """What the run of one rule did, and how long it took."""

    rule: Rule
    outcome: RunOutcome = RunOutcome.OK
    rows_seen: int = 0
    breaches: int = 0
    opened: int = 0
    cleared: int = 0
    undetermined: int = 0
    error: str = ""
    duration_ms: int = 0


@dataclass
class Patrol:
    """What a patrol did."""

    on: dt.date
    reports: list[Report] = field(default_factory=list)
    occurrences: int = 0
    ladder: Sweep = field(default_factory=Sweep)

    @property
    def failed(self) -> list[Report]:
        """The rules that failed."""
        return [r for r in self.reports if r.outcome is RunOutcome.FAILED]

    def total(self, name: str) -> int:
        """The sum of a figure ("opened", "cleared", "breaches" ...) over all rules."""
        return sum(int(getattr(report, name)) for report in self.reports)


def run(
    on: dt.date | None = None,
    *,
    only: Iterable[str] | None = None,
    progress: Callable[[int, int, Rule], None] | None = None,
) -> Patrol:
    """Run the rules (`only`: those codes) as of the business day, then the ladder; `on` makes it another day.

    Another day is a simulated one: it needs the demo or the tests. Refused when it lies in the future of the real day,
    and when a later day was patrolled already. `progress(done, total, rule)` is called before each rule.
    """
    parameters.refresh()
    day = on or clock.today()
    chosen = _chosen(only)
    simulated: AbstractContextManager[None] = nullcontext() if day == clock.today() else clock.simulate(day)
    _check_day(day)
    with many_rows(), simulated:
        done = Patrol(day, occurrences=duties.generate(day))
        if only is None:
            _prepare(day)
        chain = Chain(day)
        for index, rule in enumerate(chosen):
            if progress is not None:
                progress(index, len(chosen), rule)
            done.reports.append(run_rule(rule, day, chain))
        if only is None:
            _orphans(day)
        done.ladder = sweep(day, rules())
    return done


_steps: list[Callable[[dt.date], object]] = []


def before(step: Callable[[dt.date], object]) -> None:
    """Register work of a domain that a patrol does before its rules (closed items asked again ...). It may run twice."""
    if step not in _steps:
        _steps.append(step)


def _prepare(day: dt.date) -> None:
    for step in _steps:
        try:
            step(day)
        except Exception:  # the rules still run: they show what was not done
            logger.exception("step of the patrol failed", extra=journal.told(job=getattr(step, "__qualname__", type(step).__name__)))


def run_rule(rule: Rule, day: dt.date, chain: Chain | None = None) -> Report:
    """Run one rule and store its coverage. Never raises for what the rule does wrong: the report says it.

    `chain`: the persons of the day, where the caller has read them already.
    """
    started, clocked = clock.now(), time.monotonic()
    params = Params(rule.basis, day)
    report = Report(rule)
    states: dict[str, dict[str, Any]] = {}
    try:
        with _savepoint():
            found = sources.states(rule.sources, day)
            states = {code: state.as_json() for code, state in found.items()}
            stale = any(state.stale for state in found.values())
            breaches = _read(rule, day, params)
            report.rows_seen = _seen(rule, day)
            cited = params.cited()
            report.breaches = len(breaches)
            report.outcome = RunOutcome.STALE if stale else RunOutcome.OK
            counts = Reconciler(rule, day, breaches, cited, states, not stale, chain or Chain(day)).run()
        report.opened, report.cleared, report.undetermined = counts.opened, counts.cleared, counts.undetermined
    except Exception as error:  # stored with the run; the other rules go on
        logger.exception("rule failed", extra=journal.told(rule=rule.code))
        report = Report(rule, RunOutcome.FAILED, error=f"{type(error).__name__}: {error}"[:2000])
        standing = Alert.objects.filter(rule=rule.code, breach_state=BreachState.OPEN)
        report.undetermined = turn(rule, standing, BreachState.UNDETERMINED, day)
    report.duration_ms = int((time.monotonic() - clocked) * 1000)
    _store(report, day, started, states, params)
    return report


def _savepoint() -> AbstractContextManager[Any]:
    """A savepoint where a transaction is open already (else its failure would spoil it); nothing otherwise, so that
    reading takes no writer's lock."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _read(rule: Rule, day: dt.date, params: Params) -> dict[int, Breach]:
    """The rule's breaches by object id, in one statement."""
    query = rule.query(day, params)
    missing = [name for name in _NEEDED if name not in query.query.annotations and not _has_field(query.model, name)]
    if missing:
        raise ImproperlyConfigured(f"rule {rule.code}: its rows carry no {', '.join(missing)}; annotate them")
    if query.model is not rule.model:
        raise ImproperlyConfigured(f"rule {rule.code} is about {rule.about}, its rows are {query.model._meta.label}")
    extra = [name for name in _OPTIONAL if name in query.query.annotations]
    found: dict[int, Breach] = {}
    rows = query.order_by().values_list("pk", *_NEEDED, *extra)
    for pk, due, unit_id, person_id, *more in rows.iterator(chunk_size=2000):
        optional = dict(zip(extra, more, strict=True))
        found[pk] = Breach(
            pk, due, unit_id, person_id, optional.get("alert_params") or {}, optional.get("alert_subject") or ""
        )
    return found


def _has_field(model: Any, name: str) -> bool:
    return any(f.name == name or getattr(f, "attname", "") == name for f in model._meta.get_fields())


def _seen(rule: Rule, day: dt.date) -> int:
    """How many rows the rule looked at."""
    rows = rule.population(day) if rule.population else rule.model._default_manager.all()
    return int(rows.order_by().count())


def _store(report: Report, day: dt.date, started: dt.datetime, states: Mapping[str, Any], params: Params) -> None:
    """Store the coverage of the run; alerts that were found again get today as their last day seen."""
    failed = report.outcome is RunOutcome.FAILED
    with unit_of_work(None, job="patrol") as uow:
        row = RuleRun.objects.create(
            rule=report.rule.code,
            on=day,
            outcome=report.outcome,
            rows_seen=report.rows_seen,
            breaches=report.breaches,
            opened=report.opened,
            cleared=report.cleared,
            undetermined=report.undetermined,
            sources=dict(states),
            parameters={} if failed else params.versions(),
            error=report.error,
            started_at=started,
            duration_ms=report.duration_ms,
        )
        if not failed:
            seen = Alert.objects.filter(rule=report.rule.code, breach_state=BreachState.OPEN)
            seen.exclude(last_seen=day).update(last_seen=day)
        said = {
            "rule": {"code": report.rule.title_code, "params": {}},
            "breaches": report.breaches,
            "opened": report.opened,
            "cleared": report.cleared,
            "error": report.error,
        }
        uow.record("patrol.rule_failed" if failed else "patrol.rule", row, params=said, covers=[Alert])


def _orphans(day: dt.date) -> None:
    """Standing alerts whose rule is registered no longer: nobody can say any more whether the breach stands."""
    rows = Alert.objects.filter(breach_state=BreachState.OPEN).exclude(rule__in=list(rules()))
    for code in set(rows.order_by().values_list("rule", flat=True)):
        turn(code, rows.filter(rule=code), BreachState.UNDETERMINED, day)


def _chosen(only: Iterable[str] | None) -> list[Rule]:
    known = rules()
    if only is None:
        return list(known.values())
    chosen = []
    for code in only:
        if code not in known:
            raise Refused(Message(NO_RULE, {"rule": code, "known": sorted(known)}))
        chosen.append(known[code])
    return chosen


def _check_day(day: dt.date) -> None:
    if day > clock.real_today() and not settings.BIHUAN_SIMULATION_WRITES:
        raise Refused(Message(IN_FUTURE, {"given": day.isoformat()}))
    last = RuleRun.objects.aggregate(last=Max("on"))["last"]
    if last is not None and last > day:
        raise Refused(Message(TOO_EARLY, {"last": last.isoformat(), "given": day.isoformat()}))
