"""The audit administrator's console: the log, read and verified. Nothing here changes anything but the log itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel import access, clock, log
from bihuan.kernel.errors import Refused
from bihuan.kernel.facts import Fact
from bihuan.kernel.models import LogEntry, Person
from bihuan.kernel.pages.base import row_id
from bihuan.kernel.wording import say

from ..scopes import READ_LOG
from ..services import audit
from .common import WRONG_INPUT, guarded, person_of

PAGE = 50
MOST_PERSONS = 100
MAX_CHECKPOINT = 1024 * 1024


@dataclass(frozen=True)
class Change:
    """One changed field."""

    field: str
    before: str
    after: str


@require_GET
@guarded(READ_LOG)
def entries(request: HttpRequest) -> HttpResponse:
    """The log, newest first; the next page starts below the last number shown, so no page is counted or skipped over."""
    rows, chosen = _filtered(access.visible(person_of(request), LogEntry), request)
    before = row_id(request.GET.get("before", ""))
    if before:
        rows = rows.filter(seq__lt=before)
    page = list(rows.select_related("actor").order_by("-seq")[: PAGE + 1])
    context = {
        "rows": [(entry, log.sentence(entry), kind_name(entry.kind)) for entry in page[:PAGE]],
        "older": page[PAGE - 1].seq if len(page) > PAGE else None,
        "newest": not before,
        "chosen": chosen,
        "types": _types(),
        "kinds": _kinds(),
    }
    return render(request, "log/list.html", context)


def _filtered(rows: QuerySet[LogEntry], request: HttpRequest) -> tuple[QuerySet[LogEntry], dict[str, str]]:
    """The rows as the query string narrows them, and what of it was understood."""
    names = ("person", "type", "kind", "object", "since", "until")
    chosen = {name: request.GET.get(name, "").strip()[:60] for name in names}
    if chosen["person"]:
        words = chosen["person"]
        found = Person.objects.filter(Q(name__icontains=words) | Q(username__icontains=words) | Q(number=words))
        rows = rows.filter(actor__in=list(found.values_list("pk", flat=True)[:MOST_PERSONS]))
    if chosen["type"]:
        rows = rows.filter(type=chosen["type"])
    if chosen["kind"]:
        rows = rows.filter(kind=chosen["kind"])
        if chosen["object"]:
            rows = rows.filter(object_id=chosen["object"])
    if since := _midnight(chosen, "since", 0):
        rows = rows.filter(at__gte=since)
    if until := _midnight(chosen, "until", 1):
        rows = rows.filter(at__lt=until)
    return rows, chosen


def _midnight(chosen: dict[str, str], name: str, days: int) -> dt.datetime | None:
    try:
        day = dt.date.fromisoformat(chosen[name])
        return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=days), dt.time()))
    except (ValueError, OverflowError):
        chosen[name] = ""
        return None


def _types() -> list[tuple[str, str]]:
    return sorted((code, say(f"log.{code}").replace("—", "…")) for code in log.known_events())


def _kinds() -> list[tuple[str, str]]:
    facts = [model for model in apps.get_models() if issubclass(model, Fact)]
    return sorted(((m._meta.label_lower, str(m._meta.verbose_name)) for m in facts), key=lambda pair: pair[1])


def kind_name(label: str) -> str:
    """The name of the kind of object an entry is about."""
    try:
        return str(apps.get_model(label)._meta.verbose_name) if label else ""
    except LookupError:
        return label


@require_GET
@guarded(READ_LOG)
def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry: who, what, before and after, and the two hashes; restricted values as their digests."""
    found = access.visible(person_of(request), LogEntry).select_related("actor").filter(seq=seq).first()
    if found is None:
        raise Http404(f"no log entry {seq}")
    data = found.data
    context = {
        "entry": found,
        "sentence": log.sentence(found),
        "kind": kind_name(found.kind),
        "changes": [
            Change(field_name(found.kind, name), audit.shown(old), audit.shown(new))
            for name, (old, new) in data.get("changes", {}).items()
        ],
        "params": [(name, audit.shown(value)) for name, value in data.get("params", {}).items()],
        "restricted": list(data.get("restricted", {}).items()),
    }
    return render(request, "log/entry.html", context)


def field_name(kind: str, name: str) -> str:
    """The field's name in the reader's language, else as it stands in the entry."""
    try:
        field: Any = apps.get_model(kind)._meta.get_field(name)
        return str(getattr(field, "verbose_name", name))
    except Exception:
        return name


@require_http_methods(["GET", "POST"])
@guarded(READ_LOG)
def verify(request: HttpRequest) -> HttpResponse:
    """Verify now; earlier results; what the verification can and cannot show."""
    actor = person_of(request)
    reasons: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            result = audit.verify_log(actor=actor, outside=_brought(request))
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            if result is None:
                messages.info(request, _("日志较长，已转入后台校验，完成后在消息中通知。"))
                return redirect("people:log_verify")
            return redirect("people:log_verified", seq=result.seq)
    results = access.visible(actor, LogEntry).filter(type="log.verified").order_by("-seq")
    context = {
        "results": results.select_related("actor")[:20],
        "reasons": reasons,
        "folder": settings.BIHUAN_CHECKPOINT_FOLDER,
    }
    return render(request, "log/verify.html", context, status=WRONG_INPUT if reasons else 200)


def _brought(request: HttpRequest) -> list[Any]:
    file = request.FILES.get("checkpoint")
    if file is None:
        return []
    content = file.read(MAX_CHECKPOINT + 1)
    return audit.read_checkpoint(content[:MAX_CHECKPOINT], str(file.name))


@require_GET
@guarded(READ_LOG)
def verified(request: HttpRequest, seq: int) -> HttpResponse:
    """One result: what is vouched for, what is not, and what was found."""
    rows = access.visible(person_of(request), LogEntry).filter(type="log.verified", seq=seq)
    found = rows.select_related("actor").first()
    if found is None:
        raise Http404(f"no verification {seq}")
    return render(request, "log/verified.html", {"entry": found, "result": found.data["params"]})


@require_POST
@guarded(READ_LOG)
def checkpoint(request: HttpRequest) -> HttpResponse:
    """A signed checkpoint as a file to carry to another machine."""
    line = audit.take_checkpoint(actor=person_of(request))
    name = f"checkpoint-{clock.now():%Y%m%dT%H%M%SZ}.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(line + "\n", content_type="application/jsonl", headers=headers)


@require_POST
@guarded(READ_LOG)
def export(request: HttpRequest) -> HttpResponseBase:
    """The whole log as a file."""
    file = audit.export_log(actor=person_of(request))
    name = f"log-{clock.now():%Y%m%dT%H%M%SZ}.jsonl"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/jsonl")
