"""Who sees and does what in supervision: alerts, duties, sources, coverage. The codes of roles are data here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from . import access
from .access import EVERYTHING, NOTHING, Viewer
from .models.alerts import Alert, AlertStep, Campaign, RuleRun
from .models.duties import Duty, DutyOccurrence
from .models.sources import Source, SourceIntake
from .paging import SIFTED, Sifting, is_there

#: The end of the ladder, and its end where a leader is the owner.
TOP_ROLE = "president"
ASIDE_ROLE = "stationed_discipline"
#: The office that keeps the data right: it confirms or refuses "the data are wrong".
DATA_ROLE = "trial_management"

_readers: dict[str, frozenset[str]] = {"": frozenset({TOP_ROLE, DATA_ROLE})}


def let_read(domain: str, roles: Iterable[str]) -> None:
    """Let holders of the roles see all alerts of a domain (closed tracks excepted)."""
    _readers[domain] = _readers.get(domain, frozenset()) | frozenset(roles)


_duty_managers: dict[str, frozenset[str]] = {}


def let_manage_duties(domain: str, roles: Iterable[str]) -> None:
    """Let holders of the roles set up and end the recurring duties of a domain."""
    _duty_managers[domain] = _duty_managers.get(domain, frozenset()) | frozenset(roles)


def managed_domains(viewer: Viewer, domains: Iterable[str]) -> list[str]:
    """Those of the domains whose duties the viewer may set up: all, or those their roles were let into."""
    everywhere = viewer.has(TOP_ROLE, DATA_ROLE)
    return [code for code in domains if everywhere or viewer.has(*_duty_managers.get(code, ()))]


def clerk_units(viewer: Viewer) -> frozenset[int]:
    """The units whose sheets the viewer fills: their own, if one of their posts is a clerk's."""
    known = access.roles()
    return viewer.units if any(known[code].clerk for code in viewer.roles if code in known) else frozenset()


def units_of(viewer: Viewer) -> frozenset[int]:
    """The units the viewer answers for: headed, led, or kept as their clerk."""
    return viewer.headed | viewer.led | clerk_units(viewer)


def _wide(viewer: Viewer) -> tuple[Q, bool]:
    """The alerts a viewer sees because of their posts, closed tracks aside; and whether these are all or all of a domain."""
    if viewer.has(*_readers[""]):
        return EVERYTHING, True
    wide, readers = Q(unit__in=units_of(viewer)), False
    for domain, roles in _readers.items():
        if domain and viewer.has(*roles):
            wide, readers = wide | Q(domain=domain), True
    if viewer.has(ASIDE_ROLE):
        wide |= Q(about_leader=True)
    return wide, readers


def _ways(viewer: Viewer, wide: Q) -> QuerySet[Any]:
    """The alerts a viewer sees, as ids that indexes find: own, told of, those of their units."""
    told = AlertStep.objects.filter(person__in=viewer.acts_for).order_by().values("alert_id")
    mine = Alert.objects.filter(owner__in=viewer.acts_for).order_by().values("pk")
    of_units = Alert.objects.filter(wide, _open_track(viewer)).order_by().values("pk")
    return mine.union(told, of_units, all=True)


def _open_track(viewer: Viewer) -> Q:
    return Q(track="") | Q(track__in=viewer.tracks)


@access.scope(Alert)
def see_alerts(viewer: Viewer) -> Q:
    """Own; those of units one heads, leads or keeps; those one was told of; a domain's readers; closed tracks by grant."""
    if viewer.admin_role or not viewer.roles:
        return NOTHING
    wide, readers = _wide(viewer)
    if not readers and not viewer.has(ASIDE_ROLE):
        if "few alerts" not in viewer.memo:
            most = 2 * SIFTED  # an alert is mostly found by two of the ways: one's own, and of one's unit
            viewer.memo["few alerts"] = _ways(viewer, wide)[: most + 1].count() <= most
        if viewer.memo["few alerts"]:
            return Q(pk__in=_ways(viewer, wide))
    told = is_there(AlertStep.objects.filter(alert=OuterRef("pk"), person__in=viewer.acts_for))
    return Q(Sifting((wide & _open_track(viewer)) | Q(owner__in=viewer.acts_for) | Q(told)))


@access.scope(AlertStep)
def see_steps(viewer: Viewer) -> Q:
    """The steps of the alerts one sees."""
    return Q(is_there(access.visible(viewer.person, Alert).filter(pk=OuterRef("alert"))))


def _business(viewer: Viewer) -> Q:
    """Everybody who holds a post: how current the data are is no secret."""
    return EVERYTHING if viewer.roles and not viewer.admin_role else NOTHING


for _model in (Source, SourceIntake, RuleRun, Campaign):
    access.scope(_model)(_business)


def _duties(viewer: Viewer, prefix: str) -> Q:
    if viewer.admin_role or not viewer.roles:
        return NOTHING
    if viewer.has(TOP_ROLE, DATA_ROLE):
        return EVERYTHING
    role, unit = f"{prefix}owner_role__in", f"{prefix}unit"
    managed = managed_domains(viewer, _duty_managers)
    own = Q(**{role: viewer.roles}) & (Q(**{f"{unit}__in": viewer.units}) | Q(**{f"{unit}__isnull": True}))
    return own | Q(**{f"{unit}__in": units_of(viewer)}) | Q(**{f"{prefix}domain__in": managed})


def own_duties(viewer: Viewer) -> Q:
    """The occurrences the viewer may register as done: of their own role and unit, and of the units they answer for."""
    here = Q(duty__unit__in=viewer.units) | Q(duty__unit__isnull=True)
    return (Q(duty__owner_role__in=viewer.roles) & here) | Q(duty__unit__in=units_of(viewer))


@access.scope(Duty)
def see_duties(viewer: Viewer) -> Q:
    """Duties of one's own role and unit, and of the units one answers for."""
    return _duties(viewer, "")


@access.scope(DutyOccurrence)
def see_occurrences(viewer: Viewer) -> Q:
    """As their duty."""
    return _duties(viewer, "duty__")


def _owns(viewer: Viewer, alert: Any) -> bool:
    """The owner, their stand-in, and those who answer for the unit."""
    return viewer.is_me(alert.owner_id) or alert.unit_id in units_of(viewer)


def _fulfils(viewer: Viewer, occurrence: Any) -> bool:
    duty = occurrence.duty
    own = duty.owner_role in viewer.roles and (duty.unit_id is None or duty.unit_id in viewer.units)
    return own or (duty.unit_id is not None and duty.unit_id in units_of(viewer))


def _manages(viewer: Viewer, domain: Any) -> bool:
    """The duties of a domain one's roles were let into; the object of the action is the domain's code."""
    return viewer.has(*_duty_managers.get(str(domain), ()))


def _told(viewer: Viewer, alert: Any) -> bool:
    """An owner, or one to whom the alert climbed."""
    if _owns(viewer, alert):
        return True
    return AlertStep.objects.filter(alert=alert.pk, kind="climbed", person__in=viewer.acts_for).exists()


access.action("alert.handle", _("处理预警"), relation=_told)
access.action("alert.report", _("报告数据有误"), relation=_owns)
access.action("alert.judge", _("确认数据是否有误"), roles=(DATA_ROLE,))
access.action("alert.campaign", _("设定存量清理基线"), roles=(TOP_ROLE, DATA_ROLE))
access.action("duty.manage", _("维护定期工作"), roles=(TOP_ROLE, DATA_ROLE), relation=_manages)
access.action("duty.fulfil", _("登记定期工作完成情况"), relation=_fulfils)
access.action("sources.manage", _("指定数据来源责任人"), roles=(TOP_ROLE, DATA_ROLE))
