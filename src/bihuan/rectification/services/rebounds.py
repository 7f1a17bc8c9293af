"""Suspected rebounds: raised by the facts or by people, verified, confirmed, or reopened by silence."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from bihuan.kernel import clock, criteria, inbox, org
from bihuan.kernel.criteria import Finding, Verdict
from bihuan.kernel.errors import Refused
from bihuan.kernel.wording import Message
from bihuan.kernel.work import batches, unit_of_work

from .. import actions as a
from .. import closure
from .. import wordings as w
from ..criteria.subjects import Watched
from ..effects import measure_url
from ..flows import REBOUND_FLOW
from ..models import (
    CLOSED_STATES,
    OPEN_REBOUNDS,
    Attempt,
    Criterion,
    PartyGroupMeeting,
    Rebound,
    ReboundOrigin,
)
from ..terms import REBOUND_VERIFY, due_by
from . import common
from .common import Actor

CHUNK = 2000
"""Closed attempts asked at once: a few statements for each lot, and one lot in memory at a time."""


def watched() -> QuerySet[Attempt]:
    """The closed attempts whose facts are still watched: the latest of their measure, with no rebound under way."""
    later = Attempt.objects.filter(measure=OuterRef("measure"), number__gt=OuterRef("number")).order_by()
    running = Rebound.objects.filter(attempt=OuterRef("pk"), state__in=OPEN_REBOUNDS).order_by()
    rows: QuerySet[Attempt] = Attempt.objects.filter(
        ~Exists(later), ~Exists(running), state__in=CLOSED_STATES, measure__voided_at__isnull=True
    )
    return rows


def sweep(on: dt.date | None = None, *, kinds: Iterable[str] | None = None) -> list[Rebound]:
    """Ask the criteria of all closed attempts once more and raise what is unmet; undeterminable raises nothing.

    A job of the system, run nightly and after readings came in (`kinds` narrows it to those kinds of criteria). Running it twice
    raises nothing twice.
    """
    day = on or clock.today()
    asked = Criterion.objects.filter(voided_at__isnull=True)
    closed = watched()
    if kinds is not None:
        asked = asked.filter(kind__in=list(kinds))
        closed = closed.filter(Exists(asked.filter(measure=OuterRef("measure")).order_by()))
    found: list[Rebound] = []
    # By measure, so that each lot's criteria lie side by side and no row is read twice.
    rows = list(closed.order_by("measure_id").values_list(*_WATCHED))
    for part in batches(map(Watched._make, rows), CHUNK):
        found += _suspect(_unmet(part, asked, day), day)
    return found


@dataclass(frozen=True)
class _Unmet:
    """The first criterion of an attempt that the facts speak against."""

    criterion: int
    kind: str
    params: Mapping[str, Any]
    finding: Finding

    @property
    def key(self) -> str:
        """What tells the same facts apart from new ones: a later month or a corrected value is a new suspicion."""
        facts = [dict(fact) for fact in self.finding.facts]
        return _key({"criterion": self.criterion, "verdict": str(self.finding.verdict), "facts": facts})


def _unmet(attempts: Sequence[Watched], asked: QuerySet[Criterion], day: dt.date) -> dict[int, _Unmet]:
    """Attempt id -> what stands against it: one statement for the lot, and a few for each kind of criterion."""
    by_measure = {attempt.measure_id: attempt for attempt in attempts}
    side_by_side = asked.filter(measure__gte=attempts[0].measure_id, measure__lte=attempts[-1].measure_id)
    columns = ("measure", "pk", "kind", Cast("params", TextField()))
    rows = [row for row in side_by_side.values_list(*columns) if row[0] in by_measure]
    parsed = {text: json.loads(text) for text in {row[3] for row in rows}}  # a few hundred different ones among thousands
    findings: dict[int, Finding] = {}
    of_kind: dict[str, list[int]] = {}
    for place, (_measure, _pk, kind, _params) in enumerate(rows):
        of_kind.setdefault(kind, []).append(place)
    for kind, places in of_kind.items():
        questions = [criteria.Question(parsed[rows[n][3]], by_measure[rows[n][0]].scope(day)) for n in places]
        findings.update(zip(places, criteria.evaluate_many(kind, questions), strict=True))
    against: dict[int, _Unmet] = {}
    for place, (measure, pk, kind, text) in enumerate(rows):
        if findings[place].verdict is Verdict.UNMET:
            against.setdefault(by_measure[measure].pk, _Unmet(pk, kind, parsed[text], findings[place]))
    return against


_WATCHED = ("pk", "measure_id", "measure__lead_unit_id", "applied_on", "facts_since")


def _suspect(against: Mapping[int, _Unmet], day: dt.date) -> list[Rebound]:
    """Raise them, unless the very same facts were raised before."""
    known = set(Rebound.objects.filter(attempt__in=list(against)).values_list("attempt_id", "fact_key"))
    raised = []
    for attempt in Attempt.objects.filter(pk__in=list(against)).select_related("measure").order_by("pk"):
        unmet = against[attempt.pk]
        if (attempt.pk, unmet.key) not in known:
            said = {"criterion": unmet.criterion, "sentence": criteria.describe(unmet.kind, unmet.params).as_json()}
            raised.append(_raise(None, attempt, ReboundOrigin.CRITERIA, unmet.finding.as_json() | said, unmet.key, day))
    return [row for row in raised if row is not None]


def _key(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _raise(
    actor: Actor, attempt: Attempt, origin: str, finding: Mapping[str, Any], key: str, day: dt.date
) -> Rebound | None:
    due, version = due_by(REBOUND_VERIFY, day)
    measure = attempt.measure
    with unit_of_work(actor, job="" if actor else "rebounds") as uow:
        # Two sweeps at once: the row lock (PostgreSQL) or the writer's lock (SQLite) makes one wait and then see it.
        Attempt.objects.select_for_update(no_key=True).get(pk=attempt.pk)
        if Rebound.objects.filter(attempt=attempt).filter(Q(state__in=OPEN_REBOUNDS) | Q(fact_key=key)).exists():
            return None
        row: Rebound = Rebound.objects.create(
            attempt=attempt,
            origin=origin,
            finding=dict(finding),
            fact_key=key,
            raised_on=day,
            raised_by=actor,
            verify_due=due.due,
            verify_version=version,
        )
        reason = finding.get("reason", "")
        params = {"measure": measure.code, "reason": reason, "due": due.due}
        uow.record("rectification.rebound.raised", row, params=params)
        roles = (a.OUTSIDE_INSPECTOR,) if closure.needs_outside(measure) else a.INSIDE_INSPECTORS
        people = {person for role in roles for person in org.holders(role, day)}
        told = {"measure": str(measure), "due": due.due.isoformat(), "reason": reason}
        if people:
            inbox.send(people, Message(w.TOLD_REBOUND, told), url=measure_url(measure.pk))
    return row


def raise_rebound(*, actor: Actor, attempt: Attempt, reason: str, origin: str = ReboundOrigin.REPORT) -> Rebound:
    """Suspect a rebound of a closed attempt by hand, with a reason. Raises NotAllowed, Refused (open, or raised already)."""
    common.require(actor, a.REBOUND_RAISE, attempt)
    reason = common.text(Rebound, "verdict", reason)
    attempt = Attempt.objects.select_related("measure__problem").get(pk=attempt.pk)
    newest = Attempt.objects.filter(measure=attempt.measure_id).order_by("-number").first()
    if attempt.state not in CLOSED_STATES or newest != attempt:
        told = {"measure": attempt.measure.code, "step": REBOUND_FLOW.label("suspected")}
        raise Refused(Message(w.NOT_CLOSED, told))
    day = clock.today()
    finding = {"verdict": "", "reason": Message(w.REPORTED, {"text": reason}).as_json(), "facts": []}
    made = _raise(actor, attempt, origin, finding, _key({"text": reason, "day": day}), day)
    if made is None:
        raise Refused(Message(w.REBOUND_OPEN, {"measure": attempt.measure.code}))
    return made


def verify_rebound(*, actor: Actor, rebound: Rebound, found: bool, note: str) -> Rebound:
    """Say whether it is one, with a reason. Raises NotAllowed, Refused, Stale."""
    return _step(rebound, "find" if found else "dismiss", actor, note)


def confirm_rebound(
    *, actor: Actor, rebound: Rebound, meeting: PartyGroupMeeting, confirmed: bool = True, note: str = ""
) -> Rebound:
    """Record that the party group confirmed it (the new attempt opens), or found that it is none, with a reason."""
    return _step(rebound, "confirm" if confirmed else "overrule", actor, note, {"meeting": meeting.pk})


def settle_silence(on: dt.date | None = None) -> list[Rebound]:
    """Reopen what nobody verified or confirmed in time. A job of the system; running it twice does nothing twice."""
    day = on or clock.today()
    late = Q(state="suspected", verify_due__lt=day) | Q(state="found", confirm_due__lt=day)
    done = []
    for row in Rebound.objects.filter(late).select_related("attempt__measure"):
        # Somebody dealt with it this very moment (Stale), or a new attempt is open already: neither may stop the others.
        with suppress(Refused):
            done.append(_step(row, "silence", None, ""))
    return done


def _step(rebound: Rebound, code: str, actor: Actor, note: str, data: Mapping[str, Any] | None = None) -> Rebound:
    made: Rebound = REBOUND_FLOW.perform(rebound, code, actor=actor, note=note, data=data)
    return made
