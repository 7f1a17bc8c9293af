"""上会清单: the cases that must be put before a meeting, from the house triggers; to list them, and to print."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.files import download_headers
from bihuan.kernel.pages.base import PersonView, choice_of, row_id, row_ids
from bihuan.law.dated import current_parameters

from ... import actions as a
from ...models import Body, Case, Meeting, Trigger
from .. import documents, selectors, services, terms
from ..ledgers import MEETINGS
from ..sql import months_of

REASON = {Body.PROFESSIONAL: Trigger.SIX_MONTHS, Body.COMMITTEE: Trigger.TEN_MONTHS}


def body_of(request: HttpRequest) -> Body:
    """Which body's list is asked for."""
    return Body(choice_of(request.GET.get("body") or request.POST.get("body"), Body.values, Body.COMMITTEE))


class Agenda(PersonView):
    """The list of one body, and putting the chosen cases on the agenda of a planned meeting."""

    template = "cases/agenda.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        access.require(self.person, a.MEETING_LIST)
        return self.show(self.context(body_of(request)))

    def context(self, body: Body) -> dict[str, Any]:
        """The page's facts."""
        today = clock.today()
        held = current_parameters().version_on(selectors.TRIGGERS[body], today)
        return {
            "body": body,
            "bodies": [{"code": one.value, "label": one.label, "count": selectors.must_go(one, today).count()} for one in Body],
            "rows": self.page(selectors.agenda(body, today)),
            "basis": current_parameters().get(selectors.TRIGGERS[body]),
            "months": months_of(held.term()),
            "over": held.content["boundary"] == "over",
            "search_basis": terms.cited(terms.SEARCH, today),
            "meetings": list(selectors.planned(body)) if access.may(self.person, a.MEETING) else [],
            "keeps": access.may(self.person, a.MEETING),
            "convene_url": reverse("meetings:convene") + f"?body={body.value}",
            "print_url": reverse("meetings:agenda_print") + f"?body={body.value}",
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """List the chosen cases; a refusal stops no other."""
        access.require(self.person, a.MEETING)
        body = body_of(request)
        chosen = row_ids(request.POST.getlist("case"))
        meeting = self.chosen_meeting(body)
        if meeting is None or not chosen:
            messages.error(request, _("请勾选案件，并选择要列入的会议。"))
            return self.show(self.context(body) | {"chosen": chosen}, status=422)
        listed = []
        for case in Case.objects.filter(pk__in=selectors.must_go(body, clock.today()).filter(pk__in=chosen).values("pk")):
            try:
                services.list_case(actor=self.person, meeting=meeting, case=case, trigger=REASON[body])
                listed.append(case.number)
            except NotAllowed:
                raise
            except Refused as refusal:
                self.refuse(refusal)
        if listed:
            told = {"count": len(listed), "meeting": meeting.no}
            self.done(_("已将 %(count)s 件案件列入“%(meeting)s”，请补充审理报告。") % told)
        return HttpResponseRedirect(MEETINGS.url("detail", meeting.pk) if listed else reverse("meetings:agenda") + f"?body={body.value}")

    def chosen_meeting(self, body: Body) -> Meeting | None:
        """The planned meeting that was chosen."""
        asked = self.request.POST.get("meeting", "")
        return selectors.planned(body).filter(pk=row_id(asked)).first()


class AgendaPrint(PersonView):
    """The list as a Word document."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The document."""
        access.require(self.person, a.MEETING_LIST)
        body = body_of(request)
        content = documents.agenda(self.person, body, clock.today())
        return HttpResponse(content, headers=download_headers(f"{_('上会清单')} {body.label}.docx", "docx"))


class MeetingPrint(PersonView):
    """The agenda of one meeting as a Word document."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The document."""
        meeting = self.seen(Meeting, pk, "chair")
        content = documents.meeting(self.person, meeting)
        return HttpResponse(content, headers=download_headers(f"{_('会议议程')} {meeting.no}.docx", "docx"))
