"""The page of a meeting, and what is written from it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.ledger.cells import state_of
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.ledger.views.base import WRONG_INPUT, refuse
from bihuan.kernel.pages.base import PersonView
from bihuan.kernel.pages.form_page import ActList, FormPage

from ... import actions as a
from ...models import AgendaItem, Meeting, MeetingDefect, MeetingMember
from .. import services
from ..guards import against_quorum, roll_of
from ..ledgers import DEFECTS, ITEMS, MEETINGS, detail_of
from .forms import ConveneForm, ListForm, MemberForm, RollForm, SignForm


class MeetingList(ActList):
    """The list of meetings, with the way to a new one and to the list of cases that must go."""

    acts = (
        (a.MEETING, gettext_lazy("筹备会议"), "plus", "meetings:convene"),
        (a.MEETING_LIST, gettext_lazy("上会清单"), "list-check", "meetings:agenda"),
    )


class MeetingDetail(LedgerDetail):
    """The meeting: who was there, the items, what is wrong."""

    template_name = "cases/meeting.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds roll, items and defects as the person may see them."""
        context = super().detail_context(obj)
        keeps = access.may(self.person, a.MEETING, obj)
        members, present, least = roll_of(obj)
        items = list(access.visible(self.person, AgendaItem).filter(meeting=obj, voided_at=None).select_related("case").order_by("place"))
        rows = access.visible(self.person, MeetingDefect).filter(meeting=obj).select_related("item__case", "meeting")
        roll = access.visible(self.person, MeetingMember).filter(meeting=obj).select_related("person")
        context.update(
            roll=sorted(roll, key=lambda m: (m.spoke_order is None, m.spoke_order or 0, -(m.grade or 0), m.pk)),
            members=members,
            present=present,
            least=least,
            lacking=against_quorum(obj) if obj.state == "planned" and present else None,
            items=[{"row": item, "badge": state_of(ITEMS, item), "url": ITEMS.url("detail", item.pk)} for item in items],
            hidden=obj.items.filter(voided_at=None).count() - len(items),
            defects=[
                {"row": row, "badge": state_of(DEFECTS, row), "said": detail_of(row), "url": DEFECTS.url("detail", row.pk)}
                for row in rows.order_by("pk")
            ],
            roll_url=reverse("meetings:roll", args=[obj.pk]) if keeps and obj.state == "planned" else "",
            list_url=reverse("meetings:list_case", args=[obj.pk]) if keeps and obj.state == "planned" else "",
            sign_url=reverse("meetings:sign", args=[obj.pk])
            if keeps and obj.sat and any(m.present and m.signed_on is None for m in roll)
            else "",
            print_url=reverse("meetings:print", args=[obj.pk]),
        )
        return context


class Convene(FormPage):
    """Plan a meeting."""

    heading = gettext_lazy("筹备会议")
    button = gettext_lazy("建立会议")
    ledger = MEETINGS
    icon = "plus"

    def prepare(self, **kwargs: Any) -> None:
        """Only who keeps meetings."""
        access.require(self.person, a.MEETING)

    def form(self, *args: Any, **kwargs: Any) -> ConveneForm:
        """Its form."""
        return ConveneForm(*args[:1], person=self.person, initial={"body": self.request.GET.get("body", "")})

    def save(self, form: Any) -> str:
        """Plan it."""
        made = services.convene(actor=self.person, **form.values())
        self.done(_("已建立“%(no)s”，请列入议题。") % {"no": made.no})
        return MEETINGS.url("detail", made.pk)


class OfMeeting(FormPage):
    """Abstract: a form about one meeting."""

    ledger = MEETINGS
    meeting: Meeting

    def prepare(self, **kwargs: Any) -> None:
        """The meeting, and the right to keep it."""
        self.meeting = self.seen(Meeting, kwargs["pk"], "chair")
        access.require(self.person, a.MEETING, self.meeting)
        self.lede = f"{self.meeting.no} · {self.meeting.get_body_display()}"

    def back_url(self) -> str:
        """The meeting."""
        return MEETINGS.url("detail", self.meeting.pk)


class ListCase(OfMeeting):
    """Put a case on the agenda."""

    heading = gettext_lazy("列入议题")
    button = gettext_lazy("列入议题")
    icon = "plus"

    def form(self, *args: Any, **kwargs: Any) -> ListForm:
        """Its form."""
        return ListForm(*args[:2], person=self.person, meeting=self.meeting)

    def save(self, form: Any) -> str:
        """List it."""
        made = services.list_case(actor=self.person, meeting=self.meeting, **form.values())
        self.done(_("已将 %(case)s 列入议题。") % {"case": made.case.number})
        return self.back_url()


class Sign(OfMeeting):
    """Record signatures under the minutes."""

    heading = gettext_lazy("登记会议记录签名")
    button = gettext_lazy("登记签名")
    icon = "signature"

    def form(self, *args: Any, **kwargs: Any) -> SignForm:
        """Its form."""
        return SignForm(*args[:1], person=self.person, obj=self.meeting, initial={"on": clock.today()})

    def save(self, form: Any) -> str:
        """Record them."""
        services.sign(actor=self.person, meeting=self.meeting, members=form.cleaned_data["signed"], on=form.cleaned_data["on"])
        self.done(_("已登记签名。"))
        return self.back_url()


class Roll(PersonView):
    """The roll: who was there, of which grade, in which order they spoke, and whether a reason was given."""

    template = "cases/roll.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it as it stands."""
        meeting = self.meeting(pk)
        return self.ask(meeting, RollForm(person=self.person, obj=meeting), self.lines(meeting))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Record it, or show it again with what was typed."""
        meeting = self.meeting(pk)
        form = RollForm(request.POST, person=self.person, obj=meeting)
        lines = self.lines(meeting, request.POST)
        if not all([form.is_valid(), *(line.is_valid() for line in lines)]):
            return self.ask(meeting, form, lines, WRONG_INPUT)
        given = form.values()
        try:
            services.call_roll(
                actor=self.person, meeting=form.seen(), rows={line.member.pk: line.row() for line in lines},
                chair=given["chair"], delegated=given.get("delegated", False), more=given.get("more", ()),
            )  # fmt: skip
        except NotAllowed:
            raise
        except Refused as refusal:
            return self.ask(meeting, form, lines, refuse(form, refusal))
        self.done(_("已登记到会与发言。"))
        return HttpResponseRedirect(MEETINGS.url("detail", pk))

    def meeting(self, pk: int) -> Meeting:
        """The meeting, if it is still to be held."""
        found = self.seen(Meeting, pk, "chair")
        access.require(self.person, a.MEETING, found)
        services.require_planned(found)
        return found

    def lines(self, meeting: Meeting, *args: Any) -> list[MemberForm]:
        """A line for each member."""
        rows = meeting.members.select_related("person").order_by("pk")
        return [MemberForm(*args, member=member) for member in rows]

    def ask(self, meeting: Meeting, form: RollForm, lines: list[MemberForm], status: int = 200) -> HttpResponse:
        """Draw it."""
        context = {"meeting": meeting, "form": form, "lines": lines, "ledger": MEETINGS, "back": MEETINGS.url("detail", meeting.pk)}
        return self.show(context, status=status)
