"""Pages of regular checks: draw, look at each receipt, record what was found."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, clock
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.ledger.views.base import WRONG_INPUT, status_of
from bihuan.kernel.models import Alert, DutyOccurrence
from bihuan.kernel.pages.base import PersonView
from bihuan.kernel.pages.form_page import ActList, FormPage, Offered

from ... import actions as a
from ...clock import lamp_of
from ...models import FilingCheck, FilingCheckItem, Receipt
from .. import checks, lamps
from ..forms import DrawForm, EstablishForm, ItemForm
from ..ledgers import RECEIPTS
from ..ledgers_supervision import CHECKS


class CheckList(ActList):
    """The list, with the way to a new check."""

    acts = (
        (a.FILING_CHECK, gettext_lazy("抽取检查"), "list-check", "filing:draw"),
        Offered("duty.manage", gettext_lazy("设立定期检查"), "plus", "filing:establish", checks.DOMAIN),
    )


def lines_of(person: Any, check: FilingCheck) -> list[dict[str, Any]]:
    """The receipts of a check with lamp and open alerts: three statements."""
    items = list(check.items.select_related("receipt").order_by("place"))
    found: dict[int, list[Alert]] = defaultdict(list)
    ids = [item.receipt_id for item in items]
    rows = access.visible(person, Alert).filter(about=Receipt._meta.label_lower, object_id__in=ids, breach_state="open")
    for alert in rows.order_by("pk"):
        found[alert.object_id or 0].append(alert)
    made = []
    for item in items:
        lamp = lamp_of(item.receipt, clock.today())
        badge = {"tone": lamp.tone, "name": lamps.name_of(lamp)}
        made.append({"item": item, "lamp": badge, "url": RECEIPTS.url("detail", item.receipt_id), "alerts": found[item.receipt_id]})
    return made


class CheckDetail(LedgerDetail):
    """The check: the receipts drawn, what was found of each, the duty it fulfilled."""

    template_name = "cases/filing_check.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the receipts."""
        context = super().detail_context(obj)
        records = obj.state == "drawn" and access.may(self.person, a.FILING_FINDINGS, obj)
        duty = DutyOccurrence.objects.filter(record_kind=checks.KIND, record_id=obj.pk).select_related("duty").first()
        return context | {
            "lines": lines_of(self.person, obj),
            "record_url": reverse("filing:findings", args=[obj.pk]) if records else "",
            "fulfilled": duty,
        }


class Draw(FormPage):
    """Draw receipts for a check."""

    heading = gettext_lazy("抽取立案定期检查")
    lede = gettext_lazy("按种子随机抽取，检查人自己经办的收件不在抽取之列。")
    button = gettext_lazy("抽取")
    icon = "list-check"
    ledger = CHECKS

    def prepare(self, **kwargs: Any) -> None:
        """Only the head of the filing division."""
        access.require(self.person, a.FILING_CHECK)

    def form(self, *args: Any, **kwargs: Any) -> DrawForm:
        """Its form."""
        return DrawForm(*args[:1], person=self.person)

    def save(self, form: Any) -> str:
        """Draw."""
        made = checks.draw(actor=self.person, **form.values())
        self.done(_("已从 %(population)s 件收件中抽取 %(size)s 件，请逐件检查。") % {"population": made.population, "size": made.size})
        return CHECKS.url("detail", made.pk)


class Establish(FormPage):
    """Make the check a recurring duty of the head of the filing division."""

    heading = gettext_lazy("设立定期检查")
    lede = gettext_lazy("到期没有完成检查的，按“定期工作”预警；完成检查时自动登记为已完成。")
    button = gettext_lazy("设立")
    icon = "plus"
    ledger = CHECKS

    def prepare(self, **kwargs: Any) -> None:
        """Only who sets up duties: not the person who is to be held to it."""
        access.require(self.person, "duty.manage", checks.DOMAIN)

    def form(self, *args: Any, **kwargs: Any) -> EstablishForm:
        """Its form."""
        return EstablishForm(*args[:1], person=self.person)

    def save(self, form: Any) -> str:
        """Set it up."""
        made = checks.establish(actor=self.person, **form.values())
        self.done(_("已设立“%(title)s”。") % {"title": made.title})
        return made.get_absolute_url()


class Findings(PersonView):
    """What was found of each receipt."""

    template = "cases/filing_findings.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the lines as they stand."""
        return self.ask(self.check_(pk), None)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Record them, or show them again with what was typed."""
        check = self.check_(pk)
        forms = self.forms(check, request.POST)
        if [form for form in forms.values() if not form.is_valid()]:
            return self.ask(check, forms, WRONG_INPUT)
        version = request.POST.get("version", "")
        check.revision = check.revision if version == str(check.revision) else -1
        rows = {pk: (form.cleaned_data["finding"], form.cleaned_data["note"]) for pk, form in forms.items()}
        try:
            checks.record(actor=self.person, check=check, rows=rows)
        except NotAllowed:
            raise
        except Refused as refusal:
            self.refuse(refusal)
            return self.ask(check, forms, status_of(refusal))
        self.done(_("已登记检查情况。"))
        return HttpResponseRedirect(CHECKS.url("detail", pk))

    def check_(self, pk: int) -> FilingCheck:
        """The check, if the person records its findings. Raises Http404, NotAllowed."""
        found: FilingCheck = self.seen(FilingCheck, pk, "by")
        access.require(self.person, a.FILING_FINDINGS, found)
        return found

    def forms(self, check: FilingCheck, data: Any = None) -> dict[int, ItemForm]:
        """A line for each receipt."""
        items = FilingCheckItem.objects.filter(check_of=check).select_related("receipt").order_by("place")
        return {item.pk: ItemForm(data, item=item) for item in items}

    def ask(self, check: FilingCheck, forms: dict[int, ItemForm] | None, status: int = 200) -> HttpResponse:
        """Draw it."""
        shown = forms or self.forms(check)
        lines = [line | {"form": shown[line["item"].pk]} for line in lines_of(self.person, check)]
        context = {"check": check, "lines": lines, "ledger": CHECKS, "list_url": CHECKS.url("list"), "back": CHECKS.url("detail", check.pk)}
        return self.show(context, status=status)
