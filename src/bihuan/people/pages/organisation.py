"""The court's structure on a day, and one person's page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.kernel import access, clock
from bihuan.kernel.models import Assignment, Delegation, HandOver, Lead, Leave, Person

from .. import selectors
from ..scopes import DELEGATE, HAND_OVER, SEE_COURT
from ..services import duty
from .common import day_of, guarded, one, person_of


@require_GET
@guarded(SEE_COURT)
def organisation(request: HttpRequest) -> HttpResponse:
    """Units with posts, holders and leaders in charge, on the day chosen."""
    viewer, day = person_of(request), day_of(request)
    units = selectors.organisation(viewer, day)
    return render(
        request,
        "people/organisation.html",
        {
            "day": day,
            "units": units,
            "standing": selectors.standing(viewer, day),
            "persons": len({row.person_id for unit in units for post in unit.posts for row in post.held}),
            "vacant": sum(post.vacant for unit in units for post in unit.posts),
        },
    )


@require_GET
@guarded(SEE_COURT)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Posts held now and before, units led, and (for those who answer for the person) what is open in their name."""
    viewer, day = person_of(request), clock.today()
    shown: Person = one(viewer, Person, pk)
    posts = access.visible(viewer, Assignment).filter(person=shown).select_related("post__unit").order_by("-starts")
    held = [row for row in posts if row.starts <= day and (row.ends is None or row.ends >= day)]
    led = access.visible(viewer, Lead).filter(Lead.on(day), post__in=[row.post_id for row in held])
    watched = selectors.watches(viewer, shown, day)
    return render(
        request,
        "people/person.html",
        {
            "shown": shown,
            "held": held,
            "earlier": [row for row in posts if row not in held],
            "led": led.select_related("unit"),
            "delegations": access.visible(viewer, Delegation)
            .filter(Delegation.on(day), person=shown)
            .select_related("deputy"),
            "leaves": access.visible(viewer, Leave).filter(person=shown).order_by("-starts")[:10],
            "hand_overs": [
                *access.visible(viewer, HandOver).filter(giver=shown).select_related("giver", "taker")[:10],
                *access.visible(viewer, HandOver).filter(taker=shown).select_related("giver", "taker")[:10],
            ],
            "watched": watched,
            "open_items": duty.open_items(shown) if watched and not shown.admin_role else [],
            "may_delegate": access.may(viewer, DELEGATE, shown) and shown.is_active,
            "may_hand_over": access.may(viewer, HAND_OVER, shown),
        },
    )
