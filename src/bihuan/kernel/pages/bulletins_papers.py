"""Bulletins as files: Word, PDF, a web page to keep or print."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from .. import official
from ..bulletins import papers, services
from ..bulletins.declaring import COURT_LANGUAGE
from ..errors import Refused
from ..files import download_headers
from ..models.bulletins import Bulletin
from .base import PersonView
from .bulletins import contents, results_of

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
        return papers.document(row, kind, results_of(row, kind))

    def _page(self, row: Bulletin) -> bytes:
        kind = services.kind_of(row)
        with translation.override(COURT_LANGUAGE):
            return render_to_string("bulletins/print.html", contents(row, kind, results_of(row, kind))).encode()
