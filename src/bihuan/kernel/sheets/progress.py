"""The page that shows how far the job worker has come with an import. It asks again by itself, works by reloading too, and may be
closed: the result comes by message.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import background
from ..models.background import BackgroundJob, JobState
from ..models.imports import ImportDraft, ImportState
from ..wording import message_of
from . import dryrun, merging
from .pages import ImportView

PHASES = {
    "reading": gettext_lazy("正在读取文件"),
    "looking_up": gettext_lazy("正在核对名称和更新依据"),
    "judging": gettext_lazy("正在逐行核对"),
    "preparing": gettext_lazy("正在准备合并"),
    "writing": gettext_lazy("正在写入台账，几秒钟即可完成"),
}
OFTEN, SELDOM = 2, 15
"""Seconds until the page asks again: while something moves, and while nobody has taken the job up."""


class Progress(ImportView):
    """How far it has come; or why it was not done, and what can be done now."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show it: the page, or for the page that asks again the part that moves."""
        draft = self.draft()
        job = background.latest(draft)
        done = self.over(draft, job)
        asks = bool(getattr(request, "htmx", False))
        if done:
            return HttpResponse(headers={"HX-Redirect": done}) if asks else HttpResponseRedirect(done)
        assert job is not None
        self.step = 3 if job.kind == dryrun.KIND else 4
        context = self.context(draft=draft, job=job, **self.standing(job))
        return render(request, "sheets/parts/progress.html" if asks else "sheets/progress.html", context)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Give the job up, or have it done again."""
        draft = self.draft()
        job = background.latest(draft)
        if job is None or self.over(draft, job):
            return HttpResponseRedirect(self.over(draft, job))
        if "again" in request.POST:
            self.again(draft, job)
            return HttpResponseRedirect(self.ledger.url("import_progress", draft.pk))
        given_up = background.cancel(job)
        draft.refresh_from_db()
        if given_up and draft.state != ImportState.MERGED:
            messages.info(request, _("已取消，台账没有任何改动。"))
        return HttpResponseRedirect(self.before(draft, job))

    def over(self, draft: ImportDraft, job: BackgroundJob | None) -> str:
        """Where an import belongs of which nothing is under way; "" while there is something to see here."""
        if draft.state == ImportState.MERGED:
            return self.ledger.url("import_result", draft.pk)
        if job is None or draft.state == ImportState.DROPPED or job.state in (JobState.DONE, JobState.CANCELLED):
            return self.before(draft, job)
        return ""

    def before(self, draft: ImportDraft, job: BackgroundJob | None) -> str:
        """The page the import stands at."""
        if draft.state == ImportState.DROPPED:
            return self.ledger.url("import")
        return self.ledger.url("import_check" if draft.state == ImportState.CHECKED else "import_map", draft.pk)

    def again(self, draft: ImportDraft, job: BackgroundJob) -> None:
        """The same work once more, as it was asked for. Raises Refused."""
        if job.kind == dryrun.KIND:
            mapping, sheet = job.args["mapping"], job.args["sheet"] or None
            dryrun.check_later(actor=self.person, draft=draft, mapping=mapping, sheet=sheet, rows=job.total)
            return
        draft.check_no = job.args["check_no"]
        reason, partial = job.args["reason"], job.args["partial"]
        merging.merge_later(actor=self.person, draft=draft, reason=reason, partial=partial)

    def standing(self, job: BackgroundJob) -> dict[str, Any]:
        """The job as the page shows it."""
        broken_off = background.interrupted(job)
        untaken = background.untaken(job)
        moving = job.state in (JobState.WAITING, JobState.RUNNING) and not broken_off
        return {
            "merging": job.kind == merging.KIND,
            "moving": moving,
            "broken_off": broken_off,
            "seconds": (SELDOM if untaken else OFTEN) if moving else 0,
            "phase": PHASES.get(job.phase, ""),
            "others_first": job.state == JobState.WAITING and background.others_first(job),
            "untaken": untaken,
            "no_jobs": job.state == JobState.WAITING and background.served_without_jobs(),
            "faults": [message_of(fault) for fault in job.faults],
        }
