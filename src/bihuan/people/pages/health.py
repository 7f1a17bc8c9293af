"""The system administrator's page on how the installation is: now, and at the last whole check. No business data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import bihuan
from bihuan.kernel.operations import checks
from bihuan.kernel.operations.checks import LABELS, Finding, Level

from ..scopes import SEE_HEALTH
from .common import guarded

TONES = {Level.OK: "good", Level.WARN: "warn", Level.FAIL: "bad"}


@dataclass(frozen=True)
class Row:
    """An area as it is drawn: what was found now, and then."""

    title: str
    now: list[tuple[str, str, Finding]]
    then: list[tuple[str, str, Finding]]

    @property
    def same(self) -> bool:
        """Whether nothing has changed since."""
        return [one.message for _tone, _label, one in self.now] == [one.message for _tone, _label, one in self.then]


@require_http_methods(["GET", "POST"])
@guarded(SEE_HEALTH)
def health(request: HttpRequest) -> HttpResponse:
    """GET asks what takes no time and shows it beside the last report; POST keeps what is found now as the last report."""
    now = checks.run()
    if request.method == "POST":
        if checks.keep(now):
            messages.success(request, _("已检查并记下结果。"))
        else:
            messages.error(request, _("已检查，但结果写不进数据目录，请看“目录与权限”一项。"))
        return redirect("people:health")
    then = checks.last()
    context: dict[str, Any] = {
        "now": now,
        "then": then,
        "rows": [
            Row(str(area.title), _drawn(now, code), _drawn(then, code)) for code, area in checks.areas().items()
        ],
        "worst": (TONES[now.level], LABELS[now.level]),
        "counts": [(TONES[level], LABELS[level], sum(f.level is level for f in now.findings)) for level in reversed(Level)],
        "version": bihuan.__version__,
    }
    return render(request, "people/health.html", context)


def _drawn(report: checks.Report | None, code: str) -> list[tuple[str, str, Finding]]:
    if report is None:
        return []
    return [(TONES[one.level], str(LABELS[one.level]), one) for one in report.findings if one.area == code]
