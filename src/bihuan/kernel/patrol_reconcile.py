"""Reconciling the breaches of a rule with its standing alerts, in chunks of one short transaction each.

A breach without a standing alert opens one; a standing alert without a breach is cleared, or turns undetermined where
the rule's sources do not allow to say so; a standing alert follows its breach's due day, unit and owner.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from . import bulk, clock, inbox, log, turns
from .alerts_ladder import Chain, alert_url, ladder_of, rest_of_level
from .blank import blank
from .models.alerts import STANDING, Alert, AlertStep, BreachState, Campaign, StepKind
from .models.org import Person
from .rules import Rule
from .wording import Message, wording
from .work import UnitOfWork, batches, plain, unit_of_work

CHUNK = 500
FOLLOWED = ("due", "unit", "owner", "about_leader", "campaign", "climb_after", "revision")
"""What of an alert may change with its fact."""

OPENED_ONE = wording("alert.notice.opened", _("新预警：%(subject)s（%(rule)s），请及时处理。"))
OPENED_MANY = wording("alert.notice.opened_many", _("新增预警 %(count)s 条：%(rule)s，请及时处理。"))
GIVEN = wording("alert.notice.given", _("预警责任人变更为您：%(subject)s（%(rule)s）。"))
log.event("alert.opened", _("产生预警：%(subject)s（%(rule)s）"))
log.event("alert.cleared", _("预警消除：%(subject)s（%(rule)s）"))
log.event("alert.undetermined", _("预警转为无法判断：%(subject)s（%(rule)s）"))
log.event("alert.determined", _("预警情形仍存在：%(subject)s（%(rule)s）"))
log.event("alert.followed", _("预警随事实更新：%(subject)s（%(rule)s）"))


@dataclass(frozen=True)
class Breach:
    """A row of a rule's query."""

    object_id: int
    due: dt.date | None
    unit_id: int | None
    person_id: int | None
    params: Mapping[str, Any]
    subject: str = ""


class Standing(NamedTuple):
    """What a reconciliation compares of an alert that stands."""

    pk: int
    object_id: int
    breach_state: str
    first_seen: dt.date
    due: dt.date | None
    unit_id: int | None
    owner_id: int | None
    about_leader: bool
    campaign_id: int | None


@dataclass
class Counts:
    """What a reconciliation changed."""

    opened: int = 0
    cleared: int = 0
    undetermined: int = 0
    followed: int = 0


@dataclass
class Reconciler:
    """One rule on one day. `clears` says whether the absence of a breach may be believed."""

    rule: Rule
    day: dt.date
    breaches: Mapping[int, Breach]
    cited: Sequence[Mapping[str, Any]]
    sources: Mapping[str, Mapping[str, Any]]
    clears: bool
    chain: Chain
    counts: Counts = field(default_factory=Counts)
    campaign: Campaign | None = field(init=False)
    first_rest: dt.date | None = field(init=False)
    alike: dict[str, Any] = field(init=False)
    cites: dict[str, Any] = field(init=False)
    """What all alerts of the rule on that day have in common, and their traces."""

    def __post_init__(self) -> None:
        self.alike = {
            "rule": self.rule.code,
            "domain": self.rule.domain,
            "about": self.rule.model._meta.label_lower,
            "severity": self.rule.severity,
            "track": self.rule.track,
            "first_seen": self.day,
            "last_seen": self.day,
        }
        self.cites = {
            "rule": self.rule.title_code,
            "on": self.day.isoformat(),
            "basis": [dict(c) for c in self.cited],
            "sources": {code: dict(state) for code, state in self.sources.items()},
        }
        self.first_rest = rest_of_level(ladder_of(self.rule, self.rule.severity, self.day), 0, self.day)
        self.campaign = Campaign.objects.filter(domain=self.rule.domain, voided_at__isnull=True).first()

    def run(self) -> Counts:
        """Bring the alerts of the rule into line with its breaches. Only what differs is read as a row, and written."""
        standing = self._standing()
        new = [b for pk, b in self.breaches.items() if pk not in standing]
        for part in batches(new, CHUNK):
            with unit_of_work(None, job="patrol") as uow:
                turns.hold(turns.PATROL, self.rule.code)
                self._open(uow, part)
        gone = [a for pk, a in standing.items() if pk not in self.breaches]
        if self.clears:
            self.counts.cleared += turn(self.rule, gone, BreachState.CLEARED, self.day)
        else:
            self.counts.undetermined += turn(self.rule, gone, BreachState.UNDETERMINED, self.day)
        kept = [a for pk, a in standing.items() if pk in self.breaches]
        turn(self.rule, kept, BreachState.OPEN, self.day)
        for moved in batches([a.pk for a in kept if self._differs(a)], CHUNK):
            with unit_of_work(None, job="patrol") as uow:
                turns.hold(turns.PATROL, self.rule.code)
                self._follow(uow, moved)
        return self.counts

    def _standing(self) -> dict[int, Standing]:
        rows = Alert.objects.filter(rule=self.rule.code, breach_state__in=STANDING).order_by()
        return {a.object_id: a for a in map(Standing._make, rows.values_list(*Standing._fields))}

    def _open(self, uow: UnitOfWork, part: Sequence[Breach]) -> None:
        ids = [b.object_id for b in part]
        open_now = Alert.objects.filter(rule=self.rule.code, breach_state__in=STANDING, object_id__in=ids)
        held = set(open_now.values_list("object_id", flat=True))
        fresh = [b for b in part if b.object_id not in held]
        if not fresh:
            return
        unnamed = [b.object_id for b in fresh if not b.subject]
        objects = self.rule.model._default_manager.in_bulk(unnamed) if unnamed else {}
        alerts = [self._alert(b, b.subject or str(objects.get(b.object_id, b.object_id))) for b in fresh]
        bulk.create(Alert, alerts)
        write_steps(uow, alerts, StepKind.OPENED, self.day)
        for alert in alerts:
            uow.record("alert.opened", alert, params=told(self.rule.title_code, alert), covers=[AlertStep])
        self._notify(alerts)
        self.counts.opened += len(alerts)

    def _alert(self, breach: Breach, subject: str) -> Alert:
        owner = self.chain.owner(breach.person_id, breach.unit_id)
        backlog = self._is_backlog(breach, self.day)
        params = {"subject": subject, "due": breach.due, **breach.params}
        values = self.alike | {
            "object_id": breach.object_id,
            "subject": subject[:200],
            "owner_id": owner.pk if owner is not None else None,
            "unit_id": breach.unit_id,
            "about_leader": self.chain.is_about_leader(breach.person_id, owner),
            "due": breach.due,
            "climb_after": None if backlog else self.first_rest,
            "campaign_id": self.campaign.pk if backlog and self.campaign is not None else None,
            "trace": self.cites | {"message": {"code": self.rule.says_code, "params": plain(params)}},
        }
        alert: Alert = blank(Alert)(values, owner=owner)
        return alert

    def _notify(self, alerts: Iterable[Alert]) -> None:
        """One notice an owner, however many alerts: a first patrol must not bury anybody."""
        owned: dict[int, list[Alert]] = defaultdict(list)
        for alert in alerts:
            if alert.owner is not None and alert.campaign_id is None:
                owned[alert.owner.pk].append(alert)
        notices: list[tuple[Person, Message, str]] = []
        for theirs in owned.values():
            params = told(self.rule.title_code, theirs[0]) | {"count": len(theirs)}
            one = len(theirs) == 1
            message = Message(OPENED_ONE if one else OPENED_MANY, params)
            assert theirs[0].owner is not None
            notices.append((theirs[0].owner, message, alert_url(theirs[0].pk) if one else alert_url()))
        inbox.send_each(notices)

    def _wanted(self, alert: Alert | Standing) -> dict[str, Any]:
        breach = self.breaches[alert.object_id]
        owner = self.chain.owner(breach.person_id, breach.unit_id)
        return {
            "due": breach.due,
            "unit_id": breach.unit_id,
            "owner_id": owner.pk if owner else None,
            "about_leader": self.chain.is_about_leader(breach.person_id, owner),
            "campaign_id": alert.campaign_id if self._is_backlog(breach, alert.first_seen) else None,
        }

    def _is_backlog(self, breach: Breach, seen: dt.date) -> bool:
        """Whether it was due (or, where nothing was due, found) before the domain's baseline day."""
        return self.campaign is not None and (breach.due or seen) < self.campaign.baseline_on

    def _differs(self, alert: Standing) -> bool:
        return any(getattr(alert, name) != value for name, value in self._wanted(alert).items())

    def _follow(self, uow: UnitOfWork, part: Sequence[int]) -> None:
        rows = Alert.objects.filter(pk__in=part, breach_state=BreachState.OPEN).defer("trace")
        moved: list[Alert] = []
        given: list[Alert] = []
        notices: list[tuple[Person, Message, str]] = []
        for alert in rows.select_for_update(no_key=True).order_by("pk"):
            wanted = self._wanted(alert)
            changes = {n: (getattr(alert, n), v) for n, v in wanted.items() if getattr(alert, n) != v}
            if not changes:
                continue
            if "campaign_id" in changes:  # its day moved past the baseline: it is no backlog any more
                ladder = ladder_of(self.rule, alert.severity, self.day)
                wanted["climb_after"] = rest_of_level(ladder, alert.level, self.day)
            for name, value in wanted.items():
                setattr(alert, name, value)
            alert.revision = F("revision") + 1
            moved.append(alert)
            params = told(self.rule.title_code, alert)
            uow.record("alert.followed", alert, params=params, changes=changes)
            breach = self.breaches[alert.object_id]
            owner = self.chain.owner(breach.person_id, breach.unit_id) if "owner_id" in changes else None
            if owner is not None:
                given.append(alert)
                notices.append((owner, Message(GIVEN, params), alert_url(alert.pk)))
        if not moved:
            return
        Alert.objects.bulk_update(moved, FOLLOWED)
        write_steps(uow, given, StepKind.MOVED, self.day)
        inbox.send_each(notices)
        self.counts.followed += len(moved)


_TURNS = {
    BreachState.CLEARED: (StepKind.CLEARED, "alert.cleared"),
    BreachState.UNDETERMINED: (StepKind.UNDETERMINED, "alert.undetermined"),
    BreachState.OPEN: (StepKind.DETERMINED, "alert.determined"),
}


def turn(rule: Rule | str, alerts: Iterable[Alert | Standing], state: BreachState, day: dt.date) -> int:
    """Move standing alerts to another breach state, each with its step and entry; returns how many moved."""
    code, title = (rule, f"rule.{rule}") if isinstance(rule, str) else (rule.code, rule.title_code)
    kind, event = _TURNS[state]
    moved = 0
    for part in batches([a.pk for a in alerts if a.breach_state != state], CHUNK):
        with unit_of_work(None, job="patrol") as uow:
            turns.hold(turns.PATROL, code)
            rows = Alert.objects.filter(pk__in=part, breach_state__in=STANDING).exclude(breach_state=state)
            turned = list(rows.defer("trace"))
            if not turned:
                continue
            cleared_on = day if state == BreachState.CLEARED else None
            Alert.objects.filter(pk__in=[a.pk for a in turned]).update(
                breach_state=state, cleared_on=cleared_on, revision=F("revision") + 1
            )
            write_steps(uow, turned, kind, day)
            for alert in turned:
                changes = {"breach_state": (alert.breach_state, state)}
                uow.record(event, alert, params=told(title, alert), changes=changes, covers=[AlertStep])
            moved += len(turned)
    return moved


def write_steps(uow: UnitOfWork, alerts: Iterable[Alert], kind: StepKind, day: dt.date) -> None:
    """Store one step an alert, within an event that covers it or is covered here."""
    at = clock.now()
    alike = {"kind": kind, "actor_id": uow.actor.pk if uow.actor is not None else None, "day": day, "at": at}
    make = blank(AlertStep)
    steps = [make(alike | {"alert_id": a.pk, "level": a.level, "person_id": a.owner_id}) for a in alerts]
    if steps:
        bulk.create(AlertStep, steps)
        uow.covered.add(AlertStep._meta.label)


def told(title_code: str, alert: Alert) -> dict[str, Any]:
    """The parameters of sentences about an alert."""
    return {"subject": alert.subject, "rule": {"code": title_code, "params": {}}}
