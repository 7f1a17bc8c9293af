"""Campaigns: the backlog of a domain at its baseline day, worked off by staged targets outside the ladder.

What remained on a day is read from the alerts themselves (first seen, cleared), and only for days on which the rules of
the domain were patrolled: a day nobody looked has no figure.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.law.dated import current_parameters

from . import access, clock, log
from .alerts_ladder import ladder_of, rest_of_level
from .errors import Refused, Stale
from .models.alerts import STANDING, Alert, Campaign, RuleRun, RunOutcome
from .models.org import Person
from .patrol_coverage import GAP_DAYS
from .rules import get, rules
from .wording import Message, wording
from .work import unit_of_work

BAD_TARGETS = wording("campaign.bad_targets", _("阶段目标须按日期先后填写，数量不增加且不为负。"))
TARGET_PAST = wording("campaign.target_past", _("阶段目标日期 %(given)s 不晚于今天，请填写今后的日期。"))
THERE = wording("campaign.there", _("“%(domain)s”已有存量清理“%(title)s”，请先作废再设新的。"))
UNKNOWN = wording("campaign.unknown_domain", _("没有“%(domain)s”这一业务领域，请从列表中选择。"))
NEEDS_TITLE = wording("campaign.needs_title", _("请填写名称，例如“2026年长期未结案件存量清理”。"))
LATE_BASELINE = wording(
    "campaign.late_baseline", _("基线日期 %(given)s 晚于今天：今后到期的不是存量，请改为今天或以前的日期。")
)
NEEDS_REASON = wording("campaign.needs_reason", _("作废存量清理必须填写理由。"))
OVER = wording("campaign.over", _("“%(title)s”已作废，无须再办理。"))
CHANGED = wording("campaign.changed", _("该存量清理刚被他人更新，您的操作未保存。请刷新后再办理。"))
log.event("campaign.created", _("设定存量清理：%(title)s，基线 %(baseline_on)s，纳入预警 %(count)s 条"))
log.event("campaign.voided", _("作废存量清理：%(title)s，%(count)s 条未消除的预警恢复逐级升级"))

_domains: dict[str, str | Promise] = {}


def name_domain(code: str, name: str | Promise) -> None:
    """Give a domain of rules the name under which people know it."""
    _domains[code] = name


def domain_name(code: str) -> str:
    """The domain's name, or its code where no module named it."""
    return str(_domains.get(code, code))


def domains() -> list[str]:
    """The domains that declare rules, in order of declaration."""
    return list(dict.fromkeys(rule.domain for rule in rules().values()))


name_domain("duties", _("定期工作"))


def start(
    *,
    actor: Person | None,
    domain: str,
    title: str,
    baseline_on: dt.date,
    targets: Iterable[Mapping[str, Any]] = (),
) -> Campaign:
    """Set the baseline of a domain: what was due before it is backlog, worked off by `targets` ({"on": date or ISO
    text, "remaining": int}), outside the ladder. Alerts that stand already are taken in.

    Raises NotAllowed; Refused naming each thing that cannot be.
    """
    access.require(actor, "alert.campaign")
    today = clock.today()
    plan: list[dict[str, Any]] = [{"on": str(t["on"]), "remaining": int(t["remaining"])} for t in targets]
    days, left = [t["on"] for t in plan], [t["remaining"] for t in plan]
    wrong: list[Message] = []
    if not title.strip():
        wrong.append(Message(NEEDS_TITLE))
    if domain not in domains():
        wrong.append(Message(UNKNOWN, {"domain": domain}))
    if baseline_on > today:
        wrong.append(Message(LATE_BASELINE, {"given": baseline_on.isoformat()}))
    if days != sorted(set(days)) or left != sorted(left, reverse=True) or any(n < 0 for n in left):
        wrong.append(Message(BAD_TARGETS))
    wrong += [Message(TARGET_PAST, {"given": day}) for day in days if day <= today.isoformat()]
    held = Campaign.objects.filter(domain=domain, voided_at__isnull=True).first()
    if held is not None:
        wrong.append(Message(THERE, {"domain": domain_name(domain), "title": held.title}))
    if wrong:
        raise Refused(wrong)
    with unit_of_work(actor) as uow:
        campaign = Campaign.objects.create(domain=domain, title=title.strip(), baseline_on=baseline_on, targets=plan)
        standing = Alert.objects.filter(domain=domain, breach_state__in=STANDING)
        old = standing.filter(pk__in=standing.annotate(of=Coalesce("due", "first_seen")).filter(of__lt=baseline_on))
        count = old.update(campaign=campaign, climb_after=None, revision=F("revision") + 1)
        params = {"title": campaign.title, "baseline_on": baseline_on, "count": count, "domain": domain}
        uow.record("campaign.created", campaign, params=params, covers=[Alert])
    return campaign


def void(*, actor: Person | None, campaign: Campaign, reason: str) -> Campaign:
    """Take a campaign back: what still stands climbs again, its level's working days counted from today.

    Raises NotAllowed, Refused, Stale.
    """
    access.require(actor, "alert.campaign")
    if campaign.is_void:
        raise Refused(Message(OVER, {"title": campaign.title}))
    if not reason.strip():
        raise Refused(Message(NEEDS_REASON))
    today = clock.today()
    with unit_of_work(actor, reason=reason.strip()) as uow:
        moved = Campaign.objects.filter(pk=campaign.pk, revision=campaign.revision, voided_at__isnull=True).update(
            voided_at=clock.now(), void_reason=reason.strip()[:300], revision=F("revision") + 1
        )
        if not moved:
            raise Stale(Message(CHANGED))
        standing = Alert.objects.filter(campaign=campaign, breach_state__in=STANDING)
        kinds = standing.order_by().values_list("rule", "severity", "level").distinct()
        count = 0
        for rule, severity, level in list(kinds):
            after = rest_of_level(ladder_of(get(rule), severity, today), level, today)
            same = standing.filter(rule=rule, severity=severity, level=level)
            count += same.update(campaign=None, climb_after=after, revision=F("revision") + 1)
        uow.record("campaign.voided", campaign, params={"title": campaign.title, "count": count}, covers=[Alert])
    campaign.refresh_from_db()
    return campaign


# ---- how far it came ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """What remained of the backlog on a patrolled day."""

    on: dt.date
    remaining: int


@dataclass(frozen=True)
class Stage:
    """A staged target. `reached` is what remained at the last patrol up to its day (None: none, or to come), `state` one
    of "ahead" (to come), "kept", "missed", "unknown" (no patrol near enough to its day)."""

    on: dt.date
    target: int
    reached: int | None
    state: str


@dataclass(frozen=True)
class Course:
    """A campaign's course: how many alerts it ever held, how many remain, day by day, and its stages."""

    total: int
    remaining: int
    points: tuple[Point, ...]
    stages: tuple[Stage, ...]

    @property
    def behind(self) -> bool:
        """Whether a stage was missed."""
        return any(stage.state == "missed" for stage in self.stages)


def alerts_of(campaign: Campaign, person: Person | None) -> QuerySet[Alert]:
    """The campaign's alerts; of closed tracks only those the person was granted. What is counted, not who is named."""
    rows: QuerySet[Alert] = Alert.objects.filter(campaign=campaign)
    if person is None:
        return rows
    return rows.filter(Q(track="") | Q(track__in=access.viewer(person).tracks))


def course(campaign: Campaign, *, on: dt.date, person: Person | None = None) -> Course:
    """How the backlog went down until `on`, in two statements."""
    spans = list(alerts_of(campaign, person).order_by().values_list("first_seen", "cleared_on"))
    codes = [code for code, rule in rules().items() if rule.domain == campaign.domain]
    runs = RuleRun.objects.filter(rule__in=codes, outcome=RunOutcome.OK, on__gte=campaign.baseline_on, on__lte=on)
    opened = sorted(first for first, _cleared in spans)
    cleared = sorted(day for _first, day in spans if day is not None)
    patrolled = runs.order_by("on").values_list("on", flat=True).distinct() if opened else ()
    days = [day for day in patrolled if day >= opened[0]]  # before the first was found, nothing was known
    points = tuple(Point(day, bisect_right(opened, day) - bisect_right(cleared, day)) for day in days)
    stages = tuple(_stage(dt.date.fromisoformat(t["on"]), int(t["remaining"]), points, on) for t in campaign.targets)
    return Course(len(spans), len(spans) - bisect_right(cleared, on), points, stages)


def _stage(day: dt.date, target: int, points: tuple[Point, ...], on: dt.date) -> Stage:
    if day > on:
        return Stage(day, target, None, "ahead")
    at = bisect_right([point.on for point in points], day)
    if not at:
        return Stage(day, target, None, "unknown")
    reached = points[at - 1].remaining
    if (day - points[at - 1].on).days >= int(current_parameters().value_on(GAP_DAYS, on)["days"]):
        return Stage(day, target, reached, "unknown")
    return Stage(day, target, reached, "kept" if reached <= target else "missed")
