"""Long work in the background: asked for by a person, done by the job worker, watched on a page that may be closed meanwhile.

Jobs are redelivered after a crash, so each may be taken up twice: a worker claims its attempt, shows signs of life, and settles
the job in the very transaction that writes the result. A job is therefore done or not done, never both; and one whose worker
died shows as interrupted after STALE, and can be asked for again at once.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.db.models import Model, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from . import access, clock
from .errors import Refused
from .models.background import ACTIVE, BackgroundJob, JobState
from .models.org import Person
from .wording import Message, wording

STALE = dt.timedelta(minutes=2)
"""Without a sign of life for so long, a worker is taken for dead."""
UNTAKEN = dt.timedelta(seconds=30)
"""A job that nobody took up for so long makes the page say what may be the matter."""
ATTEMPTS = 3
SECONDS = 1.0
"""Between two signs of life; each is a small write."""
NO_JOBS = "BIHUAN_NO_JOBS"
"""Set by `bihuan serve --no-jobs` for the processes of its pages."""

BROKEN = wording("background.broken", _("系统出错，本次没有办成，也没有改动任何内容。请再试一次；仍然出错的，请系统管理员查看服务器日志（%(error)s）。"))
TIRED = wording("background.tired", _("办理中断了 %(times)s 次，没有改动任何内容。请系统管理员查看服务器日志后再试。"))
logger = logging.getLogger("bihuan.jobs")


class Cancelled(Exception):
    """The job was cancelled, or another worker has taken it up: stop, and write nothing more."""


class Progress:
    """What long work reports to. This one is for work done while the page waits: nobody looks."""

    tells = False
    job = ""

    def report(self, done: int, total: int | None = None, phase: str | None = None) -> None:
        """So far `done` of `total`. Raises Cancelled when the work is to stop."""

    def settle(self) -> None:
        """The result is about to be committed: to be called in its transaction, last. Raises Cancelled, and nothing stays."""


class Reporter(Progress):
    """Writes to the job's row, at most once a second."""

    tells = True

    def __init__(self, job: BackgroundJob) -> None:
        self.job = job.kind
        self._rows = BackgroundJob.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
        self._phase, self._total, self._last = job.phase, job.total, 0.0

    def report(self, done: int, total: int | None = None, phase: str | None = None) -> None:
        """At once where a new step begins."""
        new = phase is not None and phase != self._phase
        self._phase = self._phase if phase is None else phase
        self._total = self._total if total is None else total
        if not new and time.monotonic() - self._last < SECONDS:
            return
        self._last = time.monotonic()
        values = {"done": done, "total": self._total, "phase": self._phase, "beat_at": clock.now()}
        if not self._rows.update(**values):
            raise Cancelled

    def settle(self) -> None:
        """Done, if the job is still this worker's."""
        at = clock.now()
        if not self._rows.update(state=JobState.DONE, done=self._total, total=self._total, beat_at=at, ended_at=at):
            raise Cancelled


@dataclass(frozen=True)
class Kind:
    """What the worker does for a kind of job, and how it says that it was not done."""

    run: Callable[[BackgroundJob, Progress], None]
    failed: Callable[[BackgroundJob, list[Message]], None]


_kinds: dict[str, Kind] = {}


def register(code: str, kind: Kind) -> None:
    """Register a kind of job; twice the same code is an error."""
    if code in _kinds:
        raise ImproperlyConfigured(f"background job {code!r} is registered twice")
    _kinds[code] = kind


def ask(kind: str, *, actor: Person, obj: Model, args: Mapping[str, Any], total: int) -> BackgroundJob:
    """Have a job done. One that is under way about the same object is returned instead; an interrupted one is given up for this
    one. The day of a simulation and the reader's language go with it."""
    held = latest(obj)
    if held is not None and held.state in ACTIVE:
        if not interrupted(held):
            return held
        cancel(held)
    day = clock.simulated_day()
    carried = {**args, "day": day.isoformat() if day else "", "language": translation.get_language() or ""}
    label = obj._meta.label_lower
    try:
        with transaction.atomic():
            made = BackgroundJob.objects.create(
                kind=kind, about=label, object_id=obj.pk, person=actor, args=carried, total=total, asked_at=clock.now()
            )
            async_task("bihuan.kernel.background.perform", made.pk)
    except IntegrityError:  # a second click was faster
        held = under_way(obj)
        if held is None:
            raise
        return held
    return made


def latest(obj: Model) -> BackgroundJob | None:
    """The last job about the object."""
    rows = BackgroundJob.objects.filter(about=obj._meta.label_lower, object_id=obj.pk)
    return rows.select_related("person").order_by("-pk").first()


def under_way(obj: Model) -> BackgroundJob | None:
    """The job about the object that waits or runs, dead or alive."""
    found = latest(obj)
    return found if found is not None and found.state in ACTIVE else None


def busy(objects: Sequence[Model]) -> set[int]:
    """Ids of those of the objects, all of one kind, that a job is under way about."""
    if not objects:
        return set()
    rows = BackgroundJob.objects.filter(about=objects[0]._meta.label_lower, state__in=ACTIVE)
    return set(rows.filter(object_id__in=[obj.pk for obj in objects]).values_list("object_id", flat=True))


def cancel(job: BackgroundJob) -> bool:
    """Give it up: a worker at it stops at its next report and writes nothing. False when it was over already."""
    rows = BackgroundJob.objects.filter(pk=job.pk, state__in=ACTIVE)
    return bool(rows.update(state=JobState.CANCELLED, ended_at=clock.now()))


def interrupted(job: BackgroundJob) -> bool:
    """Whether its worker has not been heard of for so long that it must be dead."""
    return job.state == JobState.RUNNING and job.beat_at is not None and clock.now() - job.beat_at > STALE


def untaken(job: BackgroundJob) -> bool:
    """Whether it waits longer than a working worker lets one wait."""
    return job.state == JobState.WAITING and clock.now() - job.asked_at > UNTAKEN


def served_without_jobs() -> bool:
    """Whether this server does no jobs itself; another process may."""
    return bool(os.environ.get(NO_JOBS))


def others_first(job: BackgroundJob) -> bool:
    """Whether a worker is seen to be busy with another job."""
    fresh = BackgroundJob.objects.filter(state=JobState.RUNNING, beat_at__gte=clock.now() - STALE)
    return fresh.exclude(pk=job.pk).exists()


def perform(job_id: int) -> None:
    """What the worker calls, as often as it is delivered: takes the job up unless it is over or somebody is at it."""
    job = _taken(job_id)
    if job is None:
        return
    kind = _kinds[job.kind]
    day = dt.date.fromisoformat(job.args["day"]) if job.args.get("day") else None
    with clock.simulate(day), translation.override(job.args.get("language") or settings.LANGUAGE_CODE):
        if job.attempt > ATTEMPTS:
            _failed(job, kind, [Message(TIRED, {"times": ATTEMPTS})])
            return
        try:
            kind.run(job, Reporter(job))
        except Cancelled:
            logger.info("%s %s: cancelled", job.kind, job.object_id)
        except Refused as refusal:
            _failed(job, kind, refusal.reasons)
        except Exception as error:
            _failed(job, kind, [Message(BROKEN, {"error": type(error).__name__})])
            raise


def clear(before: dt.datetime) -> int:
    """Remove jobs that were over before that moment; returns how many."""
    over = BackgroundJob.objects.exclude(state__in=ACTIVE).filter(ended_at__lt=before)
    forgotten = BackgroundJob.objects.filter(state__in=ACTIVE, asked_at__lt=before)
    return over.delete()[0] + forgotten.delete()[0]


def _taken(job_id: int) -> BackgroundJob | None:
    """The job, claimed for this call, with the next attempt's number."""
    job = BackgroundJob.objects.select_related("person").filter(pk=job_id).first()
    if job is None or job.state not in ACTIVE:
        return None
    free = Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, beat_at__lt=clock.now() - STALE)
    rows = BackgroundJob.objects.filter(free, pk=job.pk, attempt=job.attempt)
    if not rows.update(state=JobState.RUNNING, attempt=job.attempt + 1, beat_at=clock.now(), done=0):
        return None
    job.attempt += 1
    job.state, job.done = JobState.RUNNING, 0
    return job


def _failed(job: BackgroundJob, kind: Kind, reasons: Iterable[Message]) -> None:
    told = list(reasons)
    rows = BackgroundJob.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
    stored = [reason.as_json() for reason in told]
    if rows.update(state=JobState.FAILED, faults=stored, ended_at=clock.now()):
        kind.failed(job, told)


@access.scope(BackgroundJob)
def _own(viewer: access.Viewer) -> Q:
    """Who asked for it watches it."""
    return Q(person=viewer.person)
