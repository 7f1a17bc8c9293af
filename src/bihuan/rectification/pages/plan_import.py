"""The plan's three lists as a file: upload, dry run with what was understood and what was not, then load as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, criteria
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.files import DEFAULT_ALLOWED, KINDS, SHEET_ALLOWED, download_headers, inspect_upload
from bihuan.kernel.ledger.cells import label_of, show_value
from bihuan.kernel.ledger.views.base import status_of
from bihuan.kernel.pages.base import PersonView
from bihuan.kernel.pages.form_page import FormPage, HouseForm
from bihuan.kernel.wording import Message

from .. import actions as a
from .. import plan_lists
from ..ledgers import ROUNDS
from ..models import Figure, InspectionRound, Measure, Problem, SubProblem
from ..plan_lists.resolve import CHANGED, NEW, SAME, Entry, MeasureEntry, ProblemEntry, SubEntry
from ..services.items import draft_of
from . import uploads

LIMIT_MB = 20
ALLOW = (DEFAULT_ALLOWED & {"docx"}) | SHEET_ALLOWED
ACCEPT = ",".join(sorted(f".{e}" for code in ALLOW for e in KINDS[code].extensions))
STATUS: dict[str, tuple[str, Any]] = {
    NEW: ("active", gettext_lazy("新增")),
    CHANGED: ("warn", gettext_lazy("更新")),
    SAME: ("idle", gettext_lazy("未变")),
}
MODELS = {ProblemEntry: Problem, SubEntry: SubProblem, MeasureEntry: Measure}


class ListsForm(HouseForm):
    """The file with the lists."""

    file = forms.FileField(
        label=gettext_lazy("清单文件"),
        help_text=gettext_lazy("一个文件即可：三张清单可以是Word中的多张表，也可以是工作簿中的多个工作表，或者一张合并的大表。"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )

    def clean_file(self) -> Any:
        """Within the limit, before anything of it is read."""
        upload = self.cleaned_data["file"]
        if upload.size > LIMIT_MB * 1024 * 1024:
            raise forms.ValidationError(_("文件超过 %(limit)s MB，请拆分后再导入。"), params={"limit": LIMIT_MB})
        return upload


class ListsImport(FormPage):
    """Upload the lists. Nothing is written yet."""

    heading = gettext_lazy("导入三张清单")
    lede = gettext_lazy("上传整改方案的问题清单、任务清单、责任清单（Word表格或Excel/WPS表格）。先核对，确认后才写入。")
    button = gettext_lazy("上传并核对")
    icon = "upload"
    ledger = ROUNDS
    round: InspectionRound

    def prepare(self, **kwargs: Any) -> None:
        """The round, its plan a draft."""
        self.round = self.seen(InspectionRound, kwargs["pk"])
        access.require(self.person, a.PLAN_EDIT, self.round)
        draft_of(self.round)

    def form(self, *args: Any, **kwargs: Any) -> ListsForm:
        """Its form."""
        return ListsForm(*args, person=self.person)

    def save(self, form: Any) -> str:
        """Look at the file, read it once so that a wrong one is refused here, and keep it for the next step."""
        upload = form.cleaned_data["file"]
        most = LIMIT_MB * 1024 * 1024
        inspect_upload(upload, filename=upload.name, allow=ALLOW, max_bytes=most, loose_names=True)
        upload.seek(0)
        content = upload.read()
        plan_lists.read_lists(content, upload.name)
        token = uploads.keep(self.request, content, filename=upload.name, purpose=purpose_of(self.round))
        return reverse("rectification:lists_check", args=[self.round.pk, token])

    def back_url(self) -> str:
        """The round."""
        return ROUNDS.url("detail", self.round.pk)

    def more(self, form: Any) -> dict[str, Any]:
        """The crumbs name the round."""
        return {"about_name": self.round.name}


def purpose_of(round_: InspectionRound) -> str:
    """What an upload for the round is kept for."""
    return f"lists:{round_.pk}"


@dataclass(frozen=True)
class Line:
    """An item of the lists as the dry run shows it."""

    level: str
    code: str
    text: str
    tone: str
    status: str
    places: list[str]
    values: list[tuple[str, str]]
    changes: list[tuple[str, str, str]]
    remarks: list[Message]
    faults: list[Message]
    proposals: list[dict[str, Any]]


class ListsCheck(PersonView):
    """The dry run: what every row was understood as, what differs from what is there, what blocks; then load."""

    template = "rectification/plan_import.html"

    def get(self, request: HttpRequest, pk: int, token: str) -> HttpResponse:
        """Show it."""
        return self.draw(pk, token)

    def post(self, request: HttpRequest, pk: int, token: str) -> HttpResponse:
        """Load everything or nothing; the proposals that were ticked become criteria."""
        self.load(pk, token)
        accepted = {}
        for key in request.POST.getlist("accept"):
            figure = request.POST.get(f"figure:{key}", "")
            accepted[key] = {"figure": figure} if figure else {}
        try:
            done = plan_lists.load(
                self.resolved, self.person, self.round, accepted=accepted, reason=request.POST.get("reason", "").strip()
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            self.refuse(refusal)
            return self.draw(pk, token, status_of(refusal))
        uploads.drop(self.upload)
        told = {
            "problems": done.new["problems"],
            "measures": done.new["measures"],
            "changed": done.changed["problems"] + done.changed["subs"] + done.changed["measures"],
            "criteria": done.criteria,
        }
        self.done(
            _("已导入：新增问题 %(problems)s 个、措施 %(measures)s 项，更新 %(changed)s 处，采用销号标准 %(criteria)s 项。") % told
        )
        return HttpResponseRedirect(ROUNDS.url("detail", pk))

    def load(self, pk: int, token: str) -> None:
        """The round, the kept file, and the lists against what is there now."""
        self.round = self.seen(InspectionRound, pk)
        access.require(self.person, a.PLAN_EDIT, self.round)
        self.upload = uploads.take(self.request, token, purpose=purpose_of(self.round))
        lists = plan_lists.read_lists(self.upload.content(), self.upload.filename)
        self.resolved = plan_lists.resolve(lists, self.person, self.round)

    def draw(self, pk: int, token: str, status: int = 200) -> HttpResponse:
        """The dry run's page."""
        if not hasattr(self, "resolved"):
            self.load(pk, token)
        resolved = self.resolved
        lists = resolved.lists
        figures = list(access.visible(self.person, Figure).filter(voided_at=None).values_list("code", "name"))
        context = {
            "round": self.round,
            "rounds": ROUNDS,
            "rounds_url": ROUNDS.url("list"),
            "back": ROUNDS.url("detail", pk),
            "again": reverse("rectification:lists_import", args=[pk]),
            "filename": self.upload.filename,
            "ready": resolved.ready,
            "blocked": resolved.blocked,
            "fault_count": len(resolved.faults),
            "new": resolved.count(NEW),
            "changed": resolved.count(CHANGED),
            "same": resolved.count(SAME),
            "notes": [*resolved.remarks, *lists.notes],
            "tables": lists.tables,
            "leftovers": lists.leftovers,
            "lines": [line_of(entry, figures) for entry in resolved.entries() if worth_showing(entry)],
            "given_reason": self.request.POST.get("reason", ""),
            "accepted": self.request.POST.getlist("accept"),
        }
        return self.show(context, status=status)


def worth_showing(entry: Entry) -> bool:
    """An unnamed part without anything to say is no line of its own."""
    if not isinstance(entry, SubEntry):
        return True
    return bool(entry.values.get("title") or entry.values.get("no") or entry.faults or entry.remarks)


def line_of(entry: Entry, figures: list[tuple[str, str]]) -> Line:
    """An entry as a line of the dry run."""
    tone, status = STATUS[entry.status]
    model = MODELS[type(entry)]
    level = {ProblemEntry: "problem", SubEntry: "sub", MeasureEntry: "measure"}[type(entry)]
    values = entry.values
    text = values.get("text") or values.get("title") or values.get("verbatim") or ""
    shown = [
        (str(label_of(model, name)), spoken(model, name, value))
        for name, value in values.items()
        if name not in {"code", "no", "order", "text", "title"} and value not in (None, "")
    ]
    if isinstance(entry, MeasureEntry) and entry.co_units:
        shown.append((str(label_of(Measure, "co_units")), show_value(entry.co_units)))
    return Line(
        level=level,
        code=str(values.get("code") or values.get("no") or ""),
        text=str(text),
        tone=tone,
        status=str(status),
        places=[_("%(table)s 第 %(row)s 行") % {"table": p.table, "row": p.row} for p in entry.item.places],
        values=shown,
        changes=[
            (str(label_of(model, name)), spoken(model, name, before), spoken(model, name, after))
            for name, (before, after) in entry.changes.items()
        ],
        remarks=entry.remarks,
        faults=entry.faults,
        proposals=_proposals(entry, figures),
    )


def spoken(model: Any, name: str, value: Any) -> str:
    """A value of the field as people read it, choices by their label."""
    field = model._meta.get_field(name)
    choices = dict(getattr(field, "flatchoices", ()) or ())
    return str(choices[value]) if value in choices else show_value(value)


def _proposals(entry: Entry, figures: list[tuple[str, str]]) -> list[dict[str, Any]]:
    if not isinstance(entry, MeasureEntry):
        return []
    return [
        {
            "key": p.key,
            "quote": p.quote,
            "sentence": str(criteria.describe(p.kind, p.params)),
            "remarks": p.remarks,
            "figures": figures if p.lacking else [],
        }
        for p in entry.proposals
    ]


class ListsExport(PersonView):
    """The three lists of a round as Word or as a workbook."""

    def get(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        """The file."""
        from .. import documents

        round_ = self.seen(InspectionRound, pk)
        make = {"docx": documents.plan_lists_docx, "xlsx": documents.plan_lists_xlsx}[kind]
        name = _("%(round)s三张清单.%(kind)s") % {"round": round_.name, "kind": kind}
        return HttpResponse(make(self.person, round_), headers=download_headers(name, kind))
