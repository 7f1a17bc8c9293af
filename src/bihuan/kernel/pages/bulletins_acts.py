"""Acts on bulletins: what is due, beginning a draft, its words, keeping its figures, a new issue in place of an old one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import access, clock
from ..bulletins import access_rules as rules
from ..bulletins import cadence, services, spans, writing
from ..bulletins.declaring import PERIODS, Kind, Words, get, kinds
from ..bulletins.ledger import PAPERS
from ..duties_cycles import words
from ..errors import NotAllowed, Refused
from ..models.bulletins import Bulletin
from ..models.duties import Duty, DutyOccurrence
from ..wording import Message
from .base import PersonView, row_id
from .form_page import FormPage, HouseForm

AHEAD = dt.timedelta(days=31)


def kind_or_404(code: str) -> Kind:
    """The kind, or a page that says there is none."""
    found = get(code)
    if found is None:
        raise Http404(code)
    return found


@dataclass
class Line:
    """A kind on the page of what is due."""

    kind: Kind
    duty: Duty | None
    cadence: str
    differs: bool
    drafts: bool
    manages: bool
    due: list[dict[str, Any]] = field(default_factory=list)
    newest: Bulletin | None = None


class BulletinCalendar(PersonView):
    """What is due of each kind, and what is being made for it."""

    template = "bulletins/calendar.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        viewer = access.viewer(self.person)
        if viewer.admin_role or not viewer.roles:
            access.require(self.person, rules.DRAFT, "")
        today, running = clock.today(), cadence.running()
        lines = []
        for code, kind in kinds().items():
            if not rules.open_to(viewer, kind):
                continue
            lines.append(self._line(kind, running.get(code), today))
        return self.show({"lines": lines, "today": today, "ledger": PAPERS})

    def _line(self, kind: Kind, duty: Duty | None, today: dt.date) -> Line:
        drafts = access.may(self.person, rules.DRAFT, kind)
        manages = access.may(self.person, "duty.manage", kind.domain)
        shown = words(duty.rrule) if duty else words(str(kind.held(today)["rrule"]))
        line = Line(kind, duty, shown, duty is not None and cadence.differs(kind, duty), drafts, manages)
        if duty is None:
            return line
        rows = cadence.occurrences(kind, today + AHEAD)
        made = cadence.open_drafts(rows)
        for row in rows:
            span = spans.covered(kind.period, row.nominal_on)
            line.due.append(
                {
                    "row": row,
                    "span": span,
                    "late": row.deadline < today,
                    "draft": made.get(row.pk),
                    "open": span.ends < today,
                }
            )
        seen = access.visible(self.person, Bulletin).filter(kind=kind.code, state="issued").order_by("-ends", "-pk")
        line.newest = seen.first()
        return line


class BulletinDraft(PersonView):
    """Begin the bulletin an occurrence asks for."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Begin it."""
        kind = kind_or_404(code)
        access.require(self.person, rules.DRAFT, kind)
        asked = DutyOccurrence.objects.filter(
            duty__in=cadence.duties_of(kind), pk=row_id(request.POST.get("occurrence", ""))
        )
        row = asked.select_related("duty").first()
        if row is None:
            raise Http404("no such occurrence")
        try:
            made = services.for_occurrence(actor=self.person, kind=kind, occurrence=row)
        except NotAllowed:
            raise
        except Refused as refusal:
            self.refuse(refusal)
            return HttpResponseRedirect(reverse("bulletin_calendar"))
        self.done(_("已起草“%(title)s”，请核对数据、填写文字。") % {"title": made.title})
        return HttpResponseRedirect(made.get_absolute_url())


class DayForm(HouseForm):
    """A day."""

    day = forms.DateField(label=gettext_lazy("日期"))


class BulletinBegin(FormPage):
    """Begin a bulletin for the period a day lies in, whether or not one is due."""

    button = gettext_lazy("起草")
    icon = "file-plus"
    ledger = PAPERS

    def prepare(self, **kwargs: Any) -> None:
        """Only who drafts them."""
        self.kind = kind_or_404(kwargs["code"])
        access.require(self.person, rules.DRAFT, self.kind)
        self.heading = _("起草：%(kind)s") % {"kind": self.kind.title}
        self.lede = _("填写统计期内的任意一天，按该日所在的%(period)s统计。") % {"period": PERIODS[self.kind.period]}

    def form(self, *args: Any, **kwargs: Any) -> DayForm:
        """Its form."""
        before = spans.covered(self.kind.period, clock.today()).ends
        return DayForm(*args[:1], person=self.person, initial={"day": before})

    def save(self, form: Any) -> str:
        """Begin it."""
        span = spans.period_of(self.kind.period, form.cleaned_data["day"])
        made = services.draft(actor=self.person, kind=self.kind, span=span)
        self.done(_("已起草“%(title)s”，请核对数据、填写文字。") % {"title": made.title})
        return made.get_absolute_url()

    def back_url(self) -> str:
        """What is due."""
        return reverse("bulletin_calendar")


class BulletinUse(FormPage):
    """Put a kind to use: from a day on it falls due."""

    heading = gettext_lazy("启用通报")
    button = gettext_lazy("启用")
    icon = "calendar-check"
    ledger = PAPERS

    def prepare(self, **kwargs: Any) -> None:
        """Only who keeps the duties of its domain."""
        self.kind = kind_or_404(kwargs["code"])
        access.require(self.person, "duty.manage", self.kind.domain)
        held = words(str(self.kind.held(clock.today())["rrule"]))
        self.lede = _("%(kind)s，%(cadence)s到期。启用后列入定期工作，到期未印发的会预警。") % {
            "kind": self.kind.title,
            "cadence": held,
        }

    def form(self, *args: Any, **kwargs: Any) -> DayForm:
        """Its form."""
        return DayForm(*args[:1], person=self.person, initial={"day": clock.today()})

    def save(self, form: Any) -> str:
        """Put it to use."""
        cadence.put_to_use(actor=self.person, kind=self.kind, starts=form.cleaned_data["day"])
        self.done(_("已启用“%(kind)s”。") % {"kind": self.kind.title})
        return self.back_url()

    def back_url(self) -> str:
        """What is due."""
        return reverse("bulletin_calendar")


class BulletinFollow(PersonView):
    """Go over to the cadence the dated parameter says now."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Do it."""
        kind = kind_or_404(code)
        access.require(self.person, "duty.manage", kind.domain)
        try:
            if cadence.follow(actor=self.person, kind=kind) is not None:
                self.done(_("“%(kind)s”已改按新的周期执行。") % {"kind": kind.title})
        except NotAllowed:
            raise
        except Refused as refusal:
            self.refuse(refusal)
        return HttpResponseRedirect(reverse("bulletin_calendar"))


class WordsForm(HouseForm):
    """Title, recipients and passages of a draft."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=120)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        bulletin: Bulletin = self.obj
        self.fields["title"].initial = bulletin.title
        for one in kind.words:
            self.fields[f"text_{one.name}"] = forms.CharField(
                label=str(one.title), help_text=_help(one), required=False, max_length=20_000, initial=bulletin.texts.get(one.name, ""),
                widget=forms.Textarea(attrs={"rows": 5, "class": "form-control"}),
            )  # fmt: skip
        for name, label in (("report_to", _("报")), ("send_to", _("送")), ("issue_to", _("发"))):
            self.fields[name] = forms.CharField(
                label=label, required=False, max_length=300, initial=getattr(bulletin, name),
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """The columns."""
        given = super().values()
        texts = {one.name: given.pop(f"text_{one.name}") for one in self.kind.words}
        return {**given, "texts": texts}


def _help(one: Words) -> str:
    """What the passage is for, and whether it may stay empty."""
    parts = [str(one.help), _("送签前须填写。") if one.required else ""]
    return " ".join(part for part in parts if part)


class BulletinEdit(FormPage):
    """Write the words of a draft."""

    template = "bulletins/edit.html"
    heading = gettext_lazy("修改文字")
    ledger = PAPERS

    def prepare(self, **kwargs: Any) -> None:
        """A draft, and who drafts it."""
        self.row = self.seen(Bulletin, kwargs["pk"])
        access.require(self.person, rules.DRAFT, self.row)
        self.kind = services.kind_of(self.row)
        self.lede = str(self.row)
        if self.row.state != "draft" or self.row.is_void:
            raise Refused(Message(services.NOT_DRAFT, {"state": str(self.row.get_state_display())}))

    def form(self, *args: Any, **kwargs: Any) -> WordsForm:
        """Its form."""
        return WordsForm(*args[:1], person=self.person, obj=self.row, kind=self.kind)

    def save(self, form: Any) -> str:
        """Store them."""
        services.edit(actor=self.person, bulletin=form.seen(), values=form.values())
        self.done(_("已保存。"))
        return self.back_url()

    def more(self, form: Any) -> dict[str, Any]:
        """The figures that may stand in the words."""
        kept = self.row.computed
        known = [
            {"name": f"{{{title}}}", "shown": kept.get(name, {}).get("shown", "")}
            for name, title in writing.titles(self.kind).items()
        ]
        return {"known": known}

    def back_url(self) -> str:
        """The bulletin."""
        return self.row.get_absolute_url()


class BulletinAct(PersonView):
    """Keep the figures as they stand now, or begin a new issue in place of this one."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        """Do it."""
        row = self.seen(Bulletin, pk)
        access.require(self.person, rules.DRAFT, row)
        try:
            if act == "compute":
                services.recompute(actor=self.person, bulletin=row)
                self.done(_("已按现在的台账重新计算，变化 %(n)s 项。") % {"n": len(row.changed)})
            elif act == "supersede":
                row = services.supersede(actor=self.person, bulletin=row)
                self.done(_("已起草新的一期，印发后替代原件；原件保持原样。"))
            else:
                raise Http404(act)
        except NotAllowed:
            raise
        except Refused as refusal:
            self.refuse(refusal)
        return HttpResponseRedirect(row.get_absolute_url())
