"""Large imports, tried and merged by the job worker."""

from __future__ import annotations

from .. import access, inbox
from ..background import Kind, Progress, register
from ..models.background import BackgroundJob
from ..models.imports import ImportDraft
from ..models.org import Person
from ..wording import Message
from ..work import unit_of_work
from . import dryrun, merging
from . import messages as say
from .drafts import ledger_of, name_of


def _draft(job: BackgroundJob) -> ImportDraft:
    return access.visible(job.person, ImportDraft).get(pk=job.object_id)


def _check(job: BackgroundJob, progress: Progress) -> None:
    mapping, sheet = job.args["mapping"], job.args["sheet"] or None
    dryrun.check(actor=_person(job), draft=_draft(job), mapping=mapping, sheet=sheet, progress=progress)


def _merge(job: BackgroundJob, progress: Progress) -> None:
    draft = _draft(job)
    draft.check_no = job.args["check_no"]  # the dry run the person looked at
    reason, partial = job.args["reason"], job.args["partial"]
    outcome = merging.merge(actor=_person(job), draft=draft, reason=reason, partial=partial, progress=progress)
    if outcome.again:
        progress.settle()


def _failed(job: BackgroundJob, reasons: list[Message]) -> None:
    """Say so where the person finds it, and in the log; of the ledger nothing was written."""
    draft = _draft(job)
    ledger = ledger_of(draft)
    params = {"ledger": name_of(ledger), "file": draft.filename, "why": [reason.as_json() for reason in reasons]}
    told = Message(say.FAILED, {"file": draft.filename, "why": reasons[0].as_json()})
    with unit_of_work(job.person, job=job.kind) as uow:
        uow.record("import.failed", draft, params=params)
        inbox.send(job.person, told, url=ledger.url("import_progress", draft.pk))


def _person(job: BackgroundJob) -> Person:
    """The person as they are now: a worker lives long, and posts change."""
    person: Person = Person.objects.get(pk=job.person_id)
    return person


register(dryrun.KIND, Kind(_check, _failed))
register(merging.KIND, Kind(_merge, _failed))
