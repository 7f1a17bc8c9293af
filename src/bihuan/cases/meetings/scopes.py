"""Who sees searches and meetings.

A search: whoever the contents of its case are open to, and the secretary who puts it on an agenda.
"""

from __future__ import annotations

from django.db.models import Q

from bihuan.kernel.access import EVERYTHING, NOTHING, Viewer, scope

from ..models import AgendaItem, Case, Meeting, MeetingDefect, MeetingMember, SearchRecord
from ..scopes import OVERSEERS, about_open_cases, handled

SECRETARY = "committee_secretary"


def either(*conditions: Q) -> Q:
    """Rows that fulfil one of them. An empty condition is everything here, while `|` would leave it out."""
    if any(condition == EVERYTHING for condition in conditions):
        return EVERYTHING
    found = conditions[0]
    for condition in conditions[1:]:
        found |= condition
    return found


@scope(SearchRecord)
def searches(viewer: Viewer) -> Q:
    """Those of the cases open to the viewer; the secretary also those of cases that are not sealed."""
    if viewer.has(SECRETARY):
        return either(about_open_cases(viewer), Q(case__sealed=""))
    return about_open_cases(viewer)


def on_agenda(viewer: Viewer) -> Q:
    """Searches that were handed in with an item of an agenda the viewer sees: of those the contents are open, the meeting needs them."""
    handed = AgendaItem.objects.filter(items(viewer), voided_at=None, search__isnull=False).order_by().values("search")
    return Q(pk__in=handed) if viewer.has(SECRETARY) or viewer.roles else NOTHING


def attended(viewer: Viewer) -> Q:
    """Meetings whose members the viewer is among."""
    held = MeetingMember.objects.filter(person__in=viewer.acts_for).values("meeting_id")
    return Q(pk__in=held)


@scope(Meeting)
def meetings(viewer: Viewer) -> Q:
    """Its members, the secretary, the trial management office, the president. A judge sees the item of the own case, not the meeting."""
    if viewer.has(*OVERSEERS, SECRETARY):
        return EVERYTHING
    return attended(viewer) if viewer.roles else NOTHING


def _of_meetings(viewer: Viewer) -> Q:
    if viewer.has(*OVERSEERS, SECRETARY):
        return EVERYTHING
    if not viewer.roles:
        return NOTHING
    return Q(meeting__in=MeetingMember.objects.filter(person__in=viewer.acts_for).values("meeting_id"))


@scope(MeetingMember)
def roll(viewer: Viewer) -> Q:
    """Who was there and in which order: as the meeting."""
    return _of_meetings(viewer)


@scope(AgendaItem)
def items(viewer: Viewer) -> Q:
    """The members' own meetings; the judge's own case; the secretary all; overseers those of cases open to them."""
    if not viewer.roles:
        return NOTHING
    if viewer.has(SECRETARY):
        return EVERYTHING
    mine = Q(case__in=Case.objects.filter(handled(viewer)).values("pk"))
    sat = Q(meeting__in=MeetingMember.objects.filter(person__in=viewer.acts_for).values("meeting_id"))
    return either(about_open_cases(viewer), mine, sat) if viewer.has(*OVERSEERS) else either(mine, sat)


@scope(MeetingDefect)
def defects(viewer: Viewer) -> Q:
    """As the meeting; the judge those of the own item."""
    own = Q(item__case__in=Case.objects.filter(handled(viewer)).values("pk"))
    return either(_of_meetings(viewer), own) if viewer.roles else NOTHING
