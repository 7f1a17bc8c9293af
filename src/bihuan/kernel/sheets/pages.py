"""Pages of the import wizard: upload, map columns, dry run, merge, result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from .. import access, background, sources
from ..errors import Refused
from ..ledger.views.base import LedgerView, refuse
from ..ledger.views.lists import download
from ..models.imports import ImportDraft, ImportRow, ImportState, RowAction
from ..wording import Message
from . import drafts, dryrun, merging, report
from .columns import given, importable, suggest
from .forms import MappingForm, MergeForm, UploadForm
from .looks import Look
from .messages import NO_LENGTH, TOO_LARGE
from .rights import require_import
from .ways import as_a_whole, in_background, require_fitting

MB = 1024 * 1024
FORM_ROOM = 64 * 1024  # the other fields of the form and the lines between them
RECENT = 8
PAGE = 50
STEPS = (gettext_lazy("上传文件"), gettext_lazy("对应列"), gettext_lazy("试导入"), gettext_lazy("合并"))
WRONG = 422


class ImportView(LedgerView):
    """What every step does first: may the person import into this ledger."""

    step = 0

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises NotAllowed before any work is done."""
        if request.user.is_authenticated:
            require_import(self.person, self.ledger)
        return super().dispatch(request, *args, **kwargs)

    def context(self, **more: Any) -> dict[str, Any]:
        """With the step and the addresses."""
        draft = more.get("draft")
        urls = {"list": self.ledger.url("list"), "import": self.ledger.url("import")}
        if draft is not None:
            for name in ("map", "check", "report", "drop", "result", "progress"):
                urls[name] = self.ledger.url(f"import_{name}", draft.pk)
        steps = [{"label": label, "number": n} for n, label in enumerate(STEPS, start=1)]
        return super().context(**{"urls": urls, "step": self.step, "steps": steps, **more})

    def draft(self) -> ImportDraft:
        """The person's own import of this ledger."""
        mine = access.visible(self.person, ImportDraft).filter(ledger=self.ledger.code)
        found = mine.filter(pk=self.kwargs["pk"]).select_related("person").first()
        if found is None:
            raise Http404(f"no import {self.kwargs['pk']} of this person in {self.ledger.code}")
        return found

    def elsewhere(self, draft: ImportDraft) -> HttpResponse | None:
        """Where a merged or dropped import belongs, and one that the job worker is at."""
        if draft.state == ImportState.MERGED:
            return HttpResponseRedirect(self.ledger.url("import_result", draft.pk))
        if draft.state == ImportState.DROPPED:
            messages.info(self.request, _("该次导入已放弃，请重新上传文件。"))
            return HttpResponseRedirect(self.ledger.url("import"))
        if background.under_way(draft) is not None:
            return self.progress(draft)
        return None

    def progress(self, draft: ImportDraft) -> HttpResponse:
        """To the page that shows how far the job worker has come."""
        return HttpResponseRedirect(self.ledger.url("import_progress", draft.pk))


class Upload(ImportView):
    """The first step: a file."""

    step = 1

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show the form, and the person's recent imports."""
        return self.page(self.form())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Take the file in, or say why not."""
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form, WRONG)
        given_ = form.cleaned_data
        try:
            draft = drafts.receive(
                actor=self.person,
                ledger=self.ledger,
                file=given_["file"],
                filename=given_["file"].name,
                cut_off=given_.get("cut_off"),
                cut_off_reason=given_.get("cut_off_reason", ""),
                heading_rows=given_["heading_rows"],
            )
        except Refused as refusal:
            return self.page(form, refuse(form, refusal))
        return HttpResponseRedirect(self.ledger.url("import_map", draft.pk))

    def form(self, *args: Any) -> UploadForm:
        """The form for this ledger."""
        return UploadForm(*args, ledger=self.ledger, limit_mb=settings.BIHUAN_MAX_UPLOAD // MB)

    def page(self, form: UploadForm, status: int = 200) -> HttpResponse:
        """The page around the form."""
        mine = access.visible(self.person, ImportDraft).filter(ledger=self.ledger.code)
        source = self.ledger.sheet.source if self.ledger.sheet is not None else ""
        state = sources.state(source) if source else None
        template = self.ledger.url("template")
        recent = list(mine[:RECENT])
        busy = background.busy(recent)
        context = {
            "recent": [(draft, draft.pk in busy) for draft in recent],
            "source": state,
            "template_url": template,
            "columns": importable(self.ledger),
        }
        return self.show("sheets/upload.html", status, form=form, **context)


class MapColumns(ImportView):
    """The second step: which heading stands for which column of the ledger."""

    step = 2

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show the sheet's headings with the likely columns, and its first rows."""
        draft = self.draft()
        away = self.elsewhere(draft)
        if away is not None:
            return away
        look = drafts.look(draft, request.GET.get("sheet"))
        same = look.sheet == draft.sheet and draft.mapping and list(look.headings) == list(draft.headings)
        chosen = draft.mapping if same else suggest(self.ledger, look.headings, self.person).mapping
        form = MappingForm(ledger=self.ledger, headings=look.headings, chosen=dict(chosen))
        return self.page(draft, look, form, dict(chosen))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Try the import with these columns, or show the page again and why not."""
        draft = self.draft()
        away = self.elsewhere(draft)
        if away is not None:
            return away
        if "again" in request.POST:
            return self.again(draft)
        look = drafts.look(draft, request.POST.get("sheet"))
        form = MappingForm(request.POST, ledger=self.ledger, headings=look.headings, chosen={})
        if not form.is_valid():
            return self.page(draft, look, form, {}, WRONG)
        try:
            return self.tried(draft, look, form.mapping())
        except Refused as refusal:
            return self.page(draft, look, form, form.mapping(), refuse(form, refusal))

    def again(self, draft: ImportDraft) -> HttpResponse:
        """Another dry run with the same columns, after the ledger changed or the first was broken off."""
        return self.tried(draft, drafts.look(draft), None)

    def tried(self, draft: ImportDraft, look: Look, mapping: dict[str, str] | None) -> HttpResponse:
        """Try it, at once or by the job worker."""
        if in_background(look.rows):
            dryrun.check_later(actor=self.person, draft=draft, mapping=mapping, sheet=look.sheet, rows=look.rows)
            return self.progress(draft)
        dryrun.check(actor=self.person, draft=draft, mapping=mapping, sheet=look.sheet)
        return HttpResponseRedirect(self.ledger.url("import_check", draft.pk))

    def page(
        self, draft: ImportDraft, look: Look, form: MappingForm, chosen: dict[str, str], status: int = 200
    ) -> HttpResponse:
        """The page around the form."""
        columns = [
            {"field": form[f"c{index}"], "heading": heading, "letter": look.columns[index], "sample": look.sample[index]}
            for index, heading in enumerate(look.headings)
        ]
        context = {
            "draft": draft,
            "table": look,
            "columns": columns,
            "matched": given(self.ledger, look.headings, chosen),
            "rows": look.rows,
            "too_many": self.too_many(look.rows),
            "later": in_background(look.rows),
            # What is missing is said above by the ledger's own columns.
            "notes": [note for note in look.notes if note.code != "sheet.note.expected_not_found"],
            "before": drafts.merged_before(draft),
        }
        return self.show("sheets/map.html", status, form=form, **context)

    def too_many(self, rows: int) -> str:
        """Why so many rows cannot be imported at once; "" if they can."""
        try:
            require_fitting(self.ledger, rows)
        except Refused as refusal:
            return str(refusal.reasons[0])
        return ""


class Check(ImportView):
    """The third step: what the dry run found; and the merge."""

    step = 3

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show the outcome row by row."""
        draft = self.draft()
        away = self.elsewhere(draft)
        if away is not None:
            return away
        if draft.state != ImportState.CHECKED:
            return HttpResponseRedirect(self.ledger.url("import_map", draft.pk))
        return self.page(draft, MergeForm(draft=draft))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Merge, or say why not; a second click lands on the result of the first."""
        draft = self.draft()
        away = self.elsewhere(draft)
        if away is not None:
            return away
        form = MergeForm(request.POST, draft=draft)
        if not form.is_valid():
            return self.page(draft, form, WRONG)
        given_ = form.cleaned_data
        rows = sum(draft.counts.values())
        draft.check_no = given_["check_no"]  # the dry run the person looked at
        choice = {"reason": given_.get("reason", ""), "partial": given_.get("partial", False)}
        try:
            if in_background(rows):
                if merging.merge_later(actor=self.person, draft=draft, **choice) is not None:
                    return self.progress(draft)
            else:
                merging.merge(actor=self.person, draft=draft, **choice)
        except Refused as refusal:
            status = refuse(form, refusal)
            return self.page(self.draft(), form, status)
        return HttpResponseRedirect(self.ledger.url("import_result", draft.pk))

    def page(self, draft: ImportDraft, form: MergeForm, status: int = 200) -> HttpResponse:
        """The page around the rows."""
        staged = access.visible(self.person, ImportRow).filter(draft=draft, check_no=draft.check_no)
        show = self.request.GET.get("show", "")
        if show not in RowAction.values:
            show = RowAction.REFUSED if draft.refused else ""
        rows = staged.filter(action=show) if show else staged
        page = Paginator(rows.order_by("number"), PAGE).get_page(self.request.GET.get("page"))
        context = {
            "draft": draft,
            "page_obj": page,
            "rows": [self.row(row) for row in page],
            "show": show,
            "tabs": [
                {"code": code, "label": label, "count": draft.counts.get(code, 0)} for code, label in RowAction.choices
            ],
            "news": merging.brings_news(draft),
            "conflict": status == 409,
            "before": drafts.merged_before(draft),
            "unmapped": [heading for heading, name in draft.mapping.items() if not name],
            "later": in_background(sum(draft.counts.values())),
        }
        return self.show("sheets/check.html", status, form=form, **context)

    def row(self, row: ImportRow) -> dict[str, Any]:
        """A staged row with its reasons in words."""
        accepted = report.accepted_of(self.ledger)
        tones = {RowAction.NEW: "good", RowAction.CHANGED: "active", RowAction.SAME: "idle", RowAction.REFUSED: "bad"}
        return {
            "number": row.number,
            "key": row.key,
            "label": row.get_action_display(),
            "tone": tones[RowAction(row.action)],
            "url": self.ledger.url("detail", row.object_id) if row.object_id and row.action != RowAction.NEW else "",
            "problems": [report.told(problem, accepted) for problem in row.problems],
        }


class Report(ImportView):
    """The dry run's report as a workbook."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Send it."""
        draft = self.draft()
        if not draft.counts:
            raise Http404(f"import {draft.pk} was not tried yet")
        name = _("%(file)s-导入报告.xlsx") % {"file": draft.filename.rpartition(".")[0] or draft.filename}
        return download(report.workbook(draft, self.person), name)


class Result(ImportView):
    """The last step: what was merged."""

    step = 4

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show it."""
        draft = self.draft()
        if draft.state != ImportState.MERGED:
            return HttpResponseRedirect(self.ledger.url("import_map", draft.pk))
        return self.show("sheets/result.html", draft=draft, whole=as_a_whole(self.ledger))


class Drop(ImportView):
    """Gives an import up."""

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Drop it and start anew."""
        drafts.drop(actor=self.person, draft=self.draft())
        messages.success(request, _("已放弃该次导入，台账未作任何改动。"))
        return HttpResponseRedirect(self.ledger.url("import"))


def measured(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse an upload that is too large by what the request says of itself, before a byte of it is read.

    The usual token check reads the whole form to find the token, so it must come after this one, not before.
    """
    checked = csrf_protect(view)

    @csrf_exempt
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            length = request.META.get("CONTENT_LENGTH") or ""
            if not length.isdecimal():
                return render(request, "sheets/too_large.html", {"reason": Message(NO_LENGTH)}, status=411)
            if int(length) > settings.BIHUAN_MAX_UPLOAD + FORM_ROOM:
                shown = {"size_mb": round(int(length) / MB, 1), "limit_mb": round(settings.BIHUAN_MAX_UPLOAD / MB, 1)}
                return render(request, "sheets/too_large.html", {"reason": Message(TOO_LARGE, shown)}, status=413)
        return checked(request, *args, **kwargs)

    return guard
