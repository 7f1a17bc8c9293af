"""Recurring duties: what falls due, and registering that it was done."""

from __future__ import annotations

import datetime as dt

from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import access, clock, duties
from ..duties_cycles import words
from ..errors import NotAllowed, Refused
from ..models.duties import Duty, DutyOccurrence
from ..supervision_access import own_duties
from .base import PersonView, choice_of, day_of
from .duties_manage import manageable

AHEAD = 30


class DutyList(PersonView):
    """Open occurrences (overdue first, then the next thirty days), fulfilled ones, or the duties themselves."""

    template = "duties/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        shown = choice_of(request.GET.get("show"), ("mine", "open", "done", "duties"))
        today = clock.today()
        seen = access.visible(self.person, DutyOccurrence).filter(duties.RUNNING)
        until = today + dt.timedelta(days=AHEAD)
        due = seen.filter(fulfilled_on__isnull=True, due_on__lte=until)
        mine = due.filter(own_duties(access.viewer(self.person)))
        own = mine.count()
        shown = shown or ("mine" if own else "open")
        context = {
            "show": shown,
            "today": today,
            "soon": today + dt.timedelta(days=7),
            "own": own,
            "may_add": bool(manageable(self.person)),
        }
        if shown == "duties":
            rows = access.visible(self.person, Duty).filter(voided_at__isnull=True).select_related("unit")
            page = self.page(rows.order_by(F("ends").desc(nulls_first=True), "code"))
            for duty in page.object_list:
                duty.cycle = words(duty.rrule)
            return self.show({**context, "page_obj": page})
        if shown == "done":
            found = seen.filter(fulfilled_on__isnull=False).order_by("-fulfilled_on", "-pk")
        else:
            found = (mine if shown == "mine" else due).order_by("deadline", "pk")
        page = self.page(found.select_related("duty", "unit", "fulfilled_by"))
        for row in page.object_list:
            row.may_fulfil = row.fulfilled_on is None and access.may(self.person, "duty.fulfil", row)
        return self.show({**context, "page_obj": page})


class DutyFulfil(PersonView):
    """Register by hand that an occurrence was fulfilled. A refusal keeps what was typed."""

    template = "duties/fulfil.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form."""
        row = self.seen(DutyOccurrence, pk, "duty", "unit", "fulfilled_by")
        access.require(self.person, "duty.fulfil", row)
        return self.show({"row": row, "today": clock.today(), "day": clock.today().isoformat(), "note": ""})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Register."""
        row = self.seen(DutyOccurrence, pk, "duty", "unit", "fulfilled_by")
        day, note = request.POST.get("day", ""), request.POST.get("note", "")
        try:
            row.revision = int(request.POST.get("revision", ""))
            duties.fulfil(actor=self.person, occurrence=row, on=day_of(day), note=note)
        except NotAllowed:
            raise
        except (Refused, ValueError) as error:
            if isinstance(error, Refused):
                reasons = [str(reason) for reason in error.reasons]
            else:
                reasons = [_("“%(day)s”不是日期，请按 2025-03-01 的格式填写。") % {"day": day}]
            fresh = self.seen(DutyOccurrence, pk, "duty", "unit", "fulfilled_by")
            context = {"row": fresh, "today": clock.today(), "day": day, "note": note, "reasons": reasons}
            return self.show(context, status=409)
        self.done(_("已登记完成。"))
        return HttpResponseRedirect(self.back(reverse("duty_list")))
