"""Bulletins as files: Word, PDF, a web page to keep or print; and the office's own Word templates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import access, official
from ..bulletins import access_rules as rules
from ..bulletins import papers, services
from ..bulletins.computing import COURT_LANGUAGE
from ..bulletins.declaring import kinds
from ..bulletins.ledger import PAPERS
from ..errors import Refused
from ..files import download_headers
from ..models.bulletins import Bulletin, BulletinTemplate
from .base import PersonView
from .bulletins import contents, results_of
from .bulletins_acts import kind_or_404
from .form_page import FormPage, HouseForm

FORMATS = ("docx", "pdf", "html")


class BulletinDownload(PersonView):
    """The bulletin as a file: what went out as it went out, a draft as it stands now."""

    def get(self, request: HttpRequest, pk: int, form: str) -> HttpResponse:
        """The file, or back to the page with why there is none."""
        if form not in FORMATS:
            raise Http404(form)
        row = self.seen(Bulletin, pk, "unit", "signed_by")
        try:
            content = self._page(row) if form == "html" else self._document(row)
            if form == "pdf":
                content = official.to_pdf(content)
        except Refused as refusal:
            self.refuse(refusal)
            return HttpResponseRedirect(row.get_absolute_url())
        with translation.override(COURT_LANGUAGE):
            draft = "" if row.is_out else _("（草稿）")
        name = f"{row.number or row.ends.isoformat()} {row.title}{draft}.{form}"
        return HttpResponse(content, headers=download_headers(name, form))

    def _document(self, row: Bulletin) -> bytes:
        if row.is_out:
            return bytes(row.paper.content)
        kind = services.kind_of(row)
        return papers.document(row, kind, results_of(row, kind), papers.template_of(kind))

    def _page(self, row: Bulletin) -> bytes:
        kind = services.kind_of(row)
        with translation.override(COURT_LANGUAGE):
            return render_to_string("bulletins/whole.html", contents(row, kind, results_of(row, kind))).encode()


class BulletinTemplates(PersonView):
    """The Word templates of each kind, all their versions."""

    template = "bulletins/templates.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        held = [kind for kind in kinds().values() if access.may(self.person, rules.TEMPLATE, kind)]
        if not held:
            access.require(self.person, rules.TEMPLATE, "")
        rows = (
            BulletinTemplate.objects.filter(kind__in=[kind.code for kind in held])
            .defer("content")
            .select_related("uploaded_by")
        )
        by_kind: dict[str, list[BulletinTemplate]] = {}
        for row in rows:
            by_kind.setdefault(row.kind, []).append(row)
        lines = [{"kind": kind, "versions": by_kind.get(kind.code, [])} for kind in held]
        return self.show({"lines": lines, "ledger": PAPERS})


class BulletinTemplateFile(PersonView):
    """A version of a template; version 0 is the one we bring."""

    def get(self, request: HttpRequest, code: str, version: int) -> HttpResponse:
        """The file."""
        kind = kind_or_404(code)
        access.require(self.person, rules.TEMPLATE, kind)
        if not version:
            content, name = official.default_template(kind.layout, papers.known(kind)), f"{kind.title}.docx"
        else:
            row = BulletinTemplate.objects.filter(kind=code, version=version).first()
            if row is None:
                raise Http404("no such version")
            content, name = bytes(row.content), row.filename
        return HttpResponse(content, headers=download_headers(name, "docx"))


class UploadForm(HouseForm):
    """A template and what was changed in it."""

    file = forms.FileField(label=gettext_lazy("模板文件（.docx）"))
    note = forms.CharField(label=gettext_lazy("修改说明"), max_length=200, required=False)


class BulletinTemplateUpload(FormPage):
    """Upload a new version; every name in it is checked first."""

    template = "bulletins/upload.html"
    button = gettext_lazy("检查并上传")
    icon = "upload"
    ledger = PAPERS

    def prepare(self, **kwargs: Any) -> None:
        """Only who keeps the kind."""
        self.kind = kind_or_404(kwargs["code"])
        access.require(self.person, rules.TEMPLATE, self.kind)
        self.heading = _("上传模板：%(kind)s") % {"kind": self.kind.title}

    def form(self, *args: Any, **kwargs: Any) -> UploadForm:
        """Its form."""
        return UploadForm(*args, person=self.person)

    def save(self, form: Any) -> str:
        """Store it."""
        file = form.cleaned_data["file"]
        made = papers.upload(
            actor=self.person, kind=self.kind, filename=file.name, content=file.read(), note=form.cleaned_data["note"]
        )
        self.done(_("模板检查无误，已存为第 %(n)s 版，以后印发时使用。") % {"n": made.version})
        if missing := official.missing_fonts(bytes(made.content)):
            self.done(
                _("本机没有模板所用的字体：%(names)s。Word 文件不受影响；转成 PDF 时请先安装。")
                % {"names": _("、").join(missing)}
            )
        return self.back_url()

    def more(self, form: Any) -> dict[str, Any]:
        """The names that may be used."""
        return {"known": papers.known(self.kind).items(), "paper": list(official.PAPER), "kind": self.kind}

    def back_url(self) -> str:
        """The templates."""
        return reverse("bulletin_templates")
