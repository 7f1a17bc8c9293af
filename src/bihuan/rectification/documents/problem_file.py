"""一问题一档: one problem as one archive, written as it is read: catalogue, problem, verdicts, forms, timeline, evidence.

Evidence is streamed from the store and checked against its digest on the way; a file the store lost or that differs stops
the export, since an archive that silently lacks a file would be a lie.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from cryptography.hazmat.primitives import hashes
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, clock, evidence
from bihuan.kernel.errors import Refused
from bihuan.kernel.log import digest, event
from bihuan.kernel.models import Person
from bihuan.kernel.models.evidence import Evidence
from bihuan.kernel.paper import day
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from ..models import Attempt, LookBack, Measure, Problem, SubProblem
from . import contexts, problem_sheets, templates
from .access_rules import EXPORT, seen
from .archive_names import Unique, safe
from .closing import closing_form

EXPORTED = event(
    "rectification.file.exported",
    gettext_lazy("导出一问题一档：%(problem)s，佐证材料 %(files)s 份（目录 SM3 %(catalogue)s）"),
)
ALTERED = wording(
    "documents.altered", gettext_lazy("文件“%(filename)s”的内容与入库时不一致，导出已停止。请立即联系系统管理员核查。")
)
_PIECE = 1 << 20


@dataclass(frozen=True)
class Part:
    """One entry of the archive: a document made here (`content`) or a filing in the store (`row`)."""

    name: str
    title: str
    content: bytes | None = None
    row: Evidence | None = None
    effective_on: str = ""
    received_on: str = ""

    @property
    def sm3(self) -> str:
        """SM3 of the content, as hex."""
        if self.row is not None:
            return str(self.row.file.sm3)
        return digest(hashes.SM3(), self.content or b"")


def problem_file(actor: Person, problem: Problem, out: IO[bytes]) -> None:
    """Write the archive of a problem to `out`, which need not be seekable (a response may stream it).

    Raises NotAllowed when `actor` does not see the problem or may not export it; Refused when a file of the store is missing
    or altered. The export leaves a log entry, with the catalogue's digest, before the first byte is written.
    """
    row = seen(actor, problem, "round", "leader")
    access.require(actor, EXPORT, row)
    parts = _parts(actor, row)
    for part in parts:
        if part.row is not None:
            evidence.open_content(part.row).close()  # what is lost is told before anything is sent
    top = safe(f"{row.code} {row.title}", row.code)
    catalogue = _catalogue(actor, row, parts)
    with unit_of_work(actor) as uow:
        params = {
            "problem": str(row),
            "files": sum(1 for part in parts if part.row is not None),
            "entries": len(parts) + 1,
            "catalogue": digest(hashes.SM3(), catalogue),
        }
        uow.record(EXPORTED, row, params=params)
    moment = timezone.localtime(clock.now())
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, f"{top}/目录.docx", catalogue, moment)
        for part in parts:
            if part.row is None:
                _put(archive, f"{top}/{part.name}", part.content or b"", moment)
            else:
                _stream(archive, f"{top}/{part.name}", part.row)


def _parts(actor: Person, problem: Problem) -> list[Part]:
    live = {"voided_at__isnull": True}
    measures = list(
        access.visible(actor, Measure)
        .filter(problem=problem, **live)
        .select_related("leader", "lead_unit", "person", "sub_problem")
        .prefetch_related("co_units")
        .order_by("order", "id")
    )
    subs = list(access.visible(actor, SubProblem).filter(problem=problem, **live).order_by("order", "id"))
    attempts = list(
        access.visible(actor, Attempt)
        .filter(measure__in=measures)
        .select_related("measure__problem", "measure__lead_unit", "applicant")
        .order_by("measure__order", "measure_id", "number")
    )
    today = day(clock.today())
    verdicts = [(one, contexts.verdicts(one, actor)) for one in attempts]
    names = Unique()
    made: list[Part] = []

    def add(folder: str, name: str, title: str, content: bytes) -> None:
        path = names.name(folder, safe(name)) if folder else name
        made.append(Part(path, title, content, effective_on=today, received_on=today))

    add("", "01-问题与措施.docx", _("问题与措施"), problem_sheets.overview(problem, subs, measures, attempts))
    add("", "02-销号标准判定.docx", _("销号标准判定"), problem_sheets.verdicts(problem, verdicts))
    add("", "02-销号标准判定.json", _("销号标准判定（数据）"), _snapshot(problem, verdicts))
    add("", "03-办理过程.docx", _("办理过程"), problem_sheets.timeline(actor, problem, subs, measures, attempts))
    for one in attempts:
        if one.applied_on is not None or one.closed_on is not None:
            name = f"{one.measure.code}-第{one.number}次.docx"
            title = _("销号审批表（%(code)s，第%(number)s次）") % {"code": one.measure.code, "number": one.number}
            add("04-销号审批表", name, title, closing_form(actor, one))
    made.extend(_evidence(actor, measures, names))
    return made


def _evidence(actor: Person, measures: list[Measure], names: Unique) -> list[Part]:
    """Filings for the measures and for look-backs at them, in the order of the measures and of what they speak of."""
    backs = access.visible(actor, LookBack).filter(measure__in=measures, voided_at__isnull=True)
    behind = {back.pk: back.measure_id for back in backs}
    rows: dict[int, list[Evidence]] = {}
    for row in contexts.filed_for(actor, "rectification.measure", [m.pk for m in measures]):
        rows.setdefault(row.object_id, []).append(row)
    for row in contexts.filed_for(actor, "rectification.lookback", behind):
        rows.setdefault(behind[row.object_id], []).append(row)
    made = []
    for measure in measures:
        folder = f"05-佐证材料/{safe(measure.code, str(measure.pk))}"
        for number, row in enumerate(rows.get(measure.pk, []), 1):
            name = names.name(folder, f"{number:03d}-{safe(row.filename)}")
            held = day(row.effective_on), day(row.received_at)
            made.append(Part(name, row.title, row=row, effective_on=held[0], received_on=held[1]))
    return made


def _snapshot(problem: Problem, verdicts: list[tuple[Attempt, list[dict[str, Any]]]]) -> bytes:
    """The verdicts with their facts as stored, for machines."""
    told = {
        "problem": problem.code,
        "made_on": clock.today().isoformat(),
        "attempts": [
            {
                "measure": attempt.measure.code,
                "attempt": attempt.number,
                "state": attempt.state,
                "criteria": [
                    {"kind": v["kind"], "sentence": v["sentence"], "frozen": v["frozen"], "finding": v["raw"]}
                    for v in found
                ],
            }
            for attempt, found in verdicts
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _catalogue(actor: Person, problem: Problem, parts: list[Part]) -> bytes:
    context: Mapping[str, Any] = {
        "court": contexts.court_name(),
        "problem": contexts.problem(problem),
        "files": [
            {
                "no": number,
                "name": part.name,
                "original": part.row.filename if part.row is not None else "",
                "title": part.title,
                "sm3": part.sm3,
                "effective_on": part.effective_on,
                "received_on": part.received_on,
            }
            for number, part in enumerate(parts, 1)
        ],
        "made_on": day(clock.today()),
        "made_by": str(actor),
    }
    return templates.render("problem_file_catalogue", context, lambda: problem_sheets.catalogue(context))


def _put(archive: zipfile.ZipFile, name: str, content: bytes, moment: dt.datetime) -> None:
    archive.writestr(_info(name, moment), content)


def _stream(archive: zipfile.ZipFile, name: str, row: Evidence) -> None:
    """Copy a filing piece by piece. Raises Refused when its content is no longer what was filed."""
    info = _info(name, timezone.localtime(row.received_at))
    info.file_size = row.file.size
    seen_digest = hashlib.sha256()
    with evidence.open_content(row) as source, archive.open(info, "w") as target:
        while piece := source.read(_PIECE):
            seen_digest.update(piece)
            target.write(piece)
    if seen_digest.hexdigest() != row.file.sha256:
        raise Refused(Message(ALTERED, {"filename": row.filename}))


def _info(name: str, moment: dt.datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, max(moment.timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info
