"""The ladder: whose an alert is, who is told next, and the sweep that tells them.

Owner, head of the department, leader in charge, president; where a leader is the owner: president, then the discipline
team stationed at the court. Every change of level is one stored step, one log entry, one notice; the sweep moves by
compare-and-set, so two sweeps tell nobody twice, and an alert that fails is put back and stops no other.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.db.models import F, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.law.calendar import current_calendar
from bihuan.law.dated import current_parameters

from . import access, bulk, clock, inbox, journal, log, org
from .errors import Stale
from .models.alerts import Alert, AlertStep, BreachState, HandlingState, Level, StepKind
from .models.org import Assignment, Leave, Person
from .rules import Rule
from .supervision_access import ASIDE_ROLE, TOP_ROLE
from .wording import Message, wording
from .work import UnitOfWork, unit_of_work

logger = logging.getLogger(__name__)

CHUNK = 200
"""Alerts moved in one short transaction."""
LADDER = "local.alerts.ladder"
PROMISE = "local.alerts.promise"
PAUSE = "local.alerts.data-error-pause"

CLIMBED = wording(
    "alert.notice.climbed",
    _("预警升级至%(level)s：%(subject)s（%(rule)s），责任人%(owner)s，请督促办理并填写处理情况。"),
)
CLIMBED_OWN = wording(
    "alert.notice.climbed_own",
    _("您负责的预警已升级至%(level)s：%(subject)s（%(rule)s），请尽快办理并填写处理情况。"),
)
RESUMED = wording("alert.notice.resumed", _("数据更正期限已过，预警恢复：%(subject)s（%(rule)s）。"))
log.event("alert.climbed", _("预警升级至%(level)s：%(subject)s → %(person)s"))
log.event("alert.resumed", _("数据更正期限已过，预警恢复：%(subject)s"))
log.event("alert.ladder_ended", _("预警已无上级可报：%(subject)s"))
MOVED = wording("alert.moved", _("该预警刚被他人更新，您的操作未保存。请刷新后再办理。"))
wording("alert.level.aside", pgettext_lazy("ladder", "派驻纪检监察组"))
for _level in Level:
    wording(f"alert.level.{_level.value}", _level.label)


def ladder_of(rule: Rule | None, severity: str, on: dt.date) -> tuple[int, int, int]:
    """Working days since first seen at which levels 1, 2, 3 are reached: the rule's own, else the dated parameter's."""
    if rule is not None and rule.ladder is not None:
        return rule.ladder
    head, leader, top = (int(days) for days in current_parameters().value_on(LADDER, on)[severity])
    return head, leader, top


def workdays_of(parameter: str, on: dt.date) -> int:
    """How many working days a dated limit (PROMISE, PAUSE) allows on a day."""
    return int(current_parameters().value_on(parameter, on)["workdays"])


def limit_of(parameter: str, on: dt.date) -> dt.date:
    """The last day a dated limit allows, counted from `on`."""
    return current_calendar().add_workdays(on, workdays_of(parameter, on))


def rest_of_level(ladder: tuple[int, int, int], level: int, since: dt.date) -> dt.date | None:
    """The last day on which an alert that is on `level` since `since` may be handled before it climbs."""
    if level >= Level.TOP:
        return None
    days = ladder[level] - (ladder[level - 1] if level else 0)
    return current_calendar().add_workdays(since, max(days, 1))


@dataclass
class Chain:
    """The persons of a day, read once for a whole run: nobody asks the database per alert."""

    day: dt.date
    people: dict[int, Person] = field(init=False)
    away: frozenset[int] = field(init=False)
    deputies: dict[int, Person] = field(init=False)
    heads: dict[int, Person] = field(init=False)
    leaders: dict[int, Person] = field(init=False)
    chiefs: frozenset[int] = field(init=False)
    top: list[Person] = field(init=False)
    aside: list[Person] = field(init=False)
    _owners: dict[tuple[int | None, int | None], Person | None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.people = {p.pk: p for p in Person.objects.filter(is_active=True, admin_role="")}
        self.away = frozenset(Leave.objects.filter(Leave.on(self.day)).values_list("person_id", flat=True))
        self.deputies = org.deputies(self.day)
        self.heads = org.heads(None, self.day)
        self.leaders = org.leaders(None, self.day)
        chief_roles = [code for code, role in access.roles().items() if role.leads]
        chiefs = Assignment.objects.filter(Assignment.on(self.day), post__role__in=chief_roles)
        self.chiefs = frozenset(chiefs.values_list("person_id", flat=True))
        self.top = org.holders(TOP_ROLE, self.day)
        self.aside = org.holders(ASIDE_ROLE, self.day)

    def present(self, person: Person | None) -> Person | None:
        """The person, or their deputy while they are away; None when neither is there."""
        if person is None or person.pk not in self.people:
            return None
        if person.pk not in self.away:
            return person
        deputy = self.deputies.get(person.pk)
        return deputy if deputy is not None and deputy.pk not in self.away else None

    def owner(self, person_id: int | None, unit_id: int | None) -> Person | None:
        """Whose a breach is: the person it names, else the head, leader in charge, president: the first who is there."""
        key = person_id, unit_id
        if key not in self._owners:
            self._owners[key] = self._find_owner(person_id, unit_id)
        return self._owners[key]

    def _find_owner(self, person_id: int | None, unit_id: int | None) -> Person | None:
        named = self.people.get(person_id) if person_id is not None else None
        unit = unit_id if unit_id is not None else -1
        line = (named, self.heads.get(unit), self.leaders.get(unit), *self.top)
        return next((found for p in line if (found := self.present(p)) is not None), None)

    def is_about_leader(self, person_id: int | None, owner: Person | None) -> bool:
        """Whether the one it falls on (named, or found) holds a leader's post: their subordinates cannot press them."""
        fallen = person_id if person_id in self.people else owner.pk if owner else None
        return fallen in self.chiefs

    def next_rung(self, alert: Alert, told: set[int]) -> tuple[int, Person] | None:
        """(level, person) to be told next, skipping rungs that are empty or were told already."""
        unit = alert.unit_id if alert.unit_id is not None else -1
        if alert.about_leader:
            rungs = {2: self.top, 3: self.aside}
        else:
            rungs = {
                1: [p for p in (self.heads.get(unit),) if p],
                2: [p for p in (self.leaders.get(unit),) if p],
                3: self.top,
            }
        for level in range(alert.level + 1, Level.TOP + 1):
            for candidate in rungs.get(level, []):
                person = self.present(candidate)
                if person is not None and person.pk != alert.owner_id and person.pk not in told:
                    return level, person
        return None


@dataclass
class Sweep:
    """What a sweep did."""

    climbed: int = 0
    resumed: int = 0
    failed: int = 0


def alert_url(alert_id: int | None = None) -> str:
    """The page of an alert (None: the list), or an empty text where the pages are not installed."""
    try:
        return reverse("alert_list") if alert_id is None else reverse("alert_detail", args=[alert_id])
    except NoReverseMatch:
        return ""


def due_to_climb(on: dt.date) -> QuerySet[Alert]:
    """Alerts whose level ran out before `on`: open, no backlog, not paused, no promise still running."""
    return Alert.objects.filter(
        Q(handle_by__isnull=True) | Q(handle_by__lt=on),
        breach_state=BreachState.OPEN,
        campaign__isnull=True,
        climb_after__lt=on,
    ).exclude(handling_state=HandlingState.PAUSED)


def sweep(on: dt.date, rules: Mapping[str, Rule]) -> Sweep:
    """Resume the pauses that ran out, then tell the next in line of every alert whose level ran out."""
    done = Sweep()
    over = Alert.objects.filter(handling_state=HandlingState.PAUSED, paused_until__lt=on)
    for alert in over.exclude(breach_state=BreachState.CLEARED).order_by("pk"):
        done.resumed += _guarded(partial(resume, alert, on, rules), alert, done)
    chain = Chain(on)
    waiting = due_to_climb(on).select_related("owner").defer("trace").order_by("pk")
    last = 0
    while part := list(waiting.filter(pk__gt=last)[:CHUNK]):
        last = part[-1].pk
        try:
            done.climbed += climb_many(part, on, rules, chain)
        except Exception:  # one of them cannot be moved, and nothing of the lot was written: each for itself
            for alert in waiting.filter(pk__in=[alert.pk for alert in part]):
                done.climbed += _guarded(partial(climb, alert, on, rules, chain), alert, done)
    return done


def _guarded(act: Callable[[], None], alert: Alert, done: Sweep) -> bool:
    try:
        act()
    except Stale:  # somebody handled it, or another sweep was here first
        return False
    except Exception:  # one alert must not hold up the others; it is looked at again on the next working day
        logger.exception("alert could not be moved on the ladder", extra=journal.told(alert=alert.pk))
        done.failed += 1
        return False
    return True


def climb(alert: Alert, on: dt.date, rules: Mapping[str, Rule], chain: Chain) -> None:
    """Move one alert up (see `climb_many`). Raises Stale when it moved meanwhile."""
    if not climb_many([alert], on, rules, chain):
        raise Stale(Message(MOVED))


def climb_many(alerts: Sequence[Alert], on: dt.date, rules: Mapping[str, Rule], chain: Chain) -> int:
    """Move alerts up one rung each, or end the ladder of those for whom nobody is left to tell; returns how many moved.

    One short transaction and a few statements for all of them. An alert that changed since it was read stays as it is.
    """
    with unit_of_work(None, job="patrol") as uow:
        now = _now(alerts)
        mine = [alert for alert in alerts if now.get(alert.pk) == (alert.level, alert.revision)]
        told: dict[int, set[int]] = defaultdict(set)
        steps = AlertStep.objects.filter(alert__in=mine, kind=StepKind.CLIMBED, person__isnull=False)
        for alert_id, person_id in steps.values_list("alert_id", "person_id"):
            told[alert_id].add(person_id)
        moves: dict[tuple[int, dt.date | None], list[int]] = defaultdict(list)
        climbed: list[tuple[Alert, int, Person]] = []
        for alert in mine:
            rule, rung = rules.get(alert.rule), chain.next_rung(alert, told[alert.pk])
            if rung is None:
                moves[alert.level, None].append(alert.pk)
                uow.record("alert.ladder_ended", alert, params=said(alert, rule, ""))
                continue
            before, (alert.level, person) = alert.level, rung
            after = rest_of_level(ladder_of(rule, alert.severity, on), alert.level, on)
            moves[alert.level, after].append(alert.pk)
            climbed.append((alert, before, person))
        for (level, after), pks in moves.items():
            Alert.objects.filter(pk__in=pks).update(level=level, climb_after=after, revision=F("revision") + 1)
        _tell(uow, climbed, on, rules)
    return len(mine)


def _now(alerts: Sequence[Alert]) -> dict[int, tuple[int, int]]:
    """(level, revision) of those that still stand, held (PostgreSQL) until the transaction ends."""
    rows = Alert.objects.filter(pk__in=[alert.pk for alert in alerts], breach_state=BreachState.OPEN)
    held = rows.select_for_update(no_key=True).order_by("pk").values_list("pk", "level", "revision")
    return {pk: (level, revision) for pk, level, revision in held}


def _tell(
    uow: UnitOfWork, climbed: Sequence[tuple[Alert, int, Person]], on: dt.date, rules: Mapping[str, Rule]
) -> None:
    """The steps, entries and notices of alerts that climbed: (alert, its level before, who is told now)."""
    if not climbed:
        return
    at = clock.now()
    steps = [
        AlertStep(alert=alert, kind=StepKind.CLIMBED, level=alert.level, person=person, day=on, at=at)
        for alert, _before, person in climbed
    ]
    bulk.create(AlertStep, steps)
    notices: list[tuple[Person, Message, str]] = []
    for alert, before, person in climbed:
        params = said(alert, rules.get(alert.rule), str(person))
        uow.record("alert.climbed", alert, params=params, changes={"level": (before, alert.level)}, covers=[AlertStep])
        notices.append((person, Message(CLIMBED, params), alert_url(alert.pk)))
        if alert.owner is not None:
            notices.append((alert.owner, Message(CLIMBED_OWN, params), alert_url(alert.pk)))
    inbox.send_each(notices)


def resume(alert: Alert, on: dt.date, rules: Mapping[str, Rule]) -> None:
    """End a pause whose deadline passed: the alert stands again and its level starts anew."""
    rule = rules.get(alert.rule)
    with unit_of_work(None, job="patrol") as uow:
        after = rest_of_level(ladder_of(rule, alert.severity, on), alert.level, on)
        moved = Alert.objects.filter(pk=alert.pk, revision=alert.revision, handling_state=HandlingState.PAUSED).update(
            handling_state=HandlingState.HANDLING, paused_until=None, climb_after=after, revision=F("revision") + 1
        )
        if not moved:
            raise Stale(Message(MOVED))
        alert.refresh_from_db()
        write_step(uow, alert, StepKind.RESUMED, on, person=alert.owner)
        params = said(alert, rule, str(alert.owner or ""))
        uow.record("alert.resumed", alert, params=params, covers=[AlertStep])
        if alert.owner is not None:
            inbox.send(alert.owner, Message(RESUMED, params), url=alert_url(alert.pk))


def write_step(
    uow: UnitOfWork,
    alert: Alert,
    kind: StepKind,
    on: dt.date,
    *,
    person: Person | None,
    note: str = "",
    until: dt.date | None = None,
) -> AlertStep:
    """Store what happened to an alert."""
    return AlertStep.objects.create(
        alert=alert,
        kind=kind,
        level=alert.level,
        person=person,
        actor=uow.actor,
        note=note,
        until=until,
        day=on,
        at=clock.now(),
    )


def said(alert: Alert, rule: Rule | None, person: str) -> dict[str, object]:
    """The parameters of sentences about an alert."""
    title = rule.title_code if rule else f"rule.{alert.rule}"
    return {
        "subject": alert.subject,
        "rule": {"code": title, "params": {}},
        "level": {"code": alert.level_code, "params": {}},
        "person": person,
        "owner": str(alert.owner or ""),
    }
