"""Documents to print and files to take along. What is handed out is made for the person who asks, from what they may see."""

from __future__ import annotations

import tempfile

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from bihuan.kernel import access
from bihuan.kernel.files import download_headers

from .. import documents
from ..models import Attempt, Problem


@login_required
def closing_form(request: HttpRequest, pk: int) -> HttpResponse:
    """销号审批表."""
    attempt = get_object_or_404(access.visible(request.user, Attempt).select_related("measure"), pk=pk)  # type: ignore[arg-type]
    content = documents.closing_form(request.user, attempt)  # type: ignore[arg-type]
    return HttpResponse(content, headers=download_headers(f"销号审批表 {attempt.measure.code}.docx", "docx"))


@login_required
def problem_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """一问题一档."""
    problem = get_object_or_404(access.visible(request.user, Problem), pk=pk)  # type: ignore[arg-type]
    out = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    documents.problem_file(request.user, problem, out)  # type: ignore[arg-type]
    out.seek(0)
    return FileResponse(out, headers=download_headers(f"问题{problem.code} 一问题一档.zip", "zip"))
