"""Evidence: filing it for an object, downloading it under safe headers, taking it back with a reason."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import clock, evidence
from ..errors import NotAllowed, Refused
from ..files import DEFAULT_ALLOWED, KINDS, download_headers
from ..ledger.registry import address_of
from ..models.evidence import Evidence
from .base import PersonView, day_of


class EvidenceDownload(PersonView):
    """The content of a filing, as an attachment (`?inline=1`: pictures and PDF in the browser). Who took it is logged."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The file."""
        row = self.seen(Evidence, pk, "file")
        headers = download_headers(row.filename, row.file.kind, inline=request.GET.get("inline") == "1")
        response = FileResponse(evidence.take(actor=self.person, evidence=row), content_type=headers["Content-Type"])
        for name, value in headers.items():
            response[name] = value
        response["Content-Length"] = str(row.file.size)
        return response


class EvidenceAdd(PersonView):
    """File an upload for an object the person sees. A refusal keeps what was typed (a browser keeps no file)."""

    template = "evidence/add.html"

    def get(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        """The form."""
        obj = self._object(kind, pk)
        evidence.require_add(self.person, obj)
        return self._form(obj, {"effective_on": clock.today().isoformat()})

    def post(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        """File it."""
        obj = self._object(kind, pk)
        given = {name: request.POST.get(name, "") for name in ("kind", "title", "effective_on")}
        upload = request.FILES.get("file")
        try:
            day = day_of(given["effective_on"])
        except ValueError:
            day = None
        missing = []
        if upload is None:
            missing.append(_("请选择要上传的文件。"))
        if day is None:
            missing.append(_("请填写材料形成日期，格式如 2025-03-01。"))
        if upload is None or day is None:
            return self._form(obj, given, missing, status=409)
        try:
            row = evidence.add(
                actor=self.person,
                obj=obj,
                file=upload,
                filename=upload.name or "",
                kind=given["kind"],
                title=given["title"] or (upload.name or "").rpartition(".")[0],
                effective_on=day,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            return self._form(obj, given, [str(reason) for reason in refusal.reasons], status=409)
        self.done(_("佐证材料“%(title)s”已归入本事项。") % {"title": row.title})
        return HttpResponseRedirect(self.back(address_of(obj) or reverse("home")))

    def _object(self, kind: str, pk: int) -> Model:
        if not evidence.takes(kind):
            raise Http404(f"{kind} takes no evidence")
        try:
            found: Model = self.seen(apps.get_model(kind), pk)
        except (LookupError, ImproperlyConfigured):
            raise Http404(f"{kind} takes no evidence") from None
        return found

    def _form(
        self, obj: Model, given: dict[str, str], reasons: list[str] | None = None, status: int = 200
    ) -> HttpResponse:
        extensions = sorted({e for code in DEFAULT_ALLOWED for e in KINDS[code].extensions})
        context = {
            "object": obj,
            "given": given,
            "reasons": reasons or [],
            "kinds": [(code, str(k.name), k.outcome) for code, k in evidence.kinds().items()],
            "extensions": _("、").join(extensions),
            "accept": ",".join(f".{e}" for e in extensions),
            "limit_mb": settings.BIHUAN_MAX_UPLOAD // (1024 * 1024),
            "today": clock.today(),
            "next": self.back(address_of(obj) or reverse("home")),
        }
        return self.show(context, status=status)


class EvidenceVoid(PersonView):
    """Take a filing back (作废), with a reason."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Void it."""
        row = self.seen(Evidence, pk, "file")
        obj = evidence.subject(row)
        try:
            evidence.void(actor=self.person, evidence=row, reason=request.POST.get("reason", ""))
            self.done(_("已作废佐证材料“%(title)s”。") % {"title": row.title})
        except NotAllowed:
            raise
        except Refused as refusal:
            self.refuse(refusal)
        return HttpResponseRedirect(self.back(address_of(obj) or reverse("home")))
