"""Evidence (佐证材料): files stored by their content, filed for an object with the day they speak of.

The content is on the disk (flushed, renamed into place) before the row that names it commits; a content without a row
is harmless, a row without its content would be a lie.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import access, clock, log
from .errors import Refused, Stale
from .files import Inspection, inspect_upload
from .models.evidence import Evidence, EvidenceFile, ScanState
from .models.org import Person
from .wording import Message, wording
from .work import unit_of_work

UNKNOWN_KIND = wording("evidence.unknown_kind", _("没有“%(kind)s”这一材料类别，请从列表中选择。"))
NEEDS_TITLE = wording("evidence.needs_title", _("请填写材料名称。"))
IN_FUTURE = wording("evidence.future", _("形成日期 %(given)s 晚于今天，请填写材料实际形成的日期。"))
NOT_HERE = wording("evidence.not_here", _("该对象不接收佐证材料，请在对应的整改事项下上传。"))
NEEDS_REASON = wording("evidence.needs_reason", _("作废佐证材料必须填写理由。"))
ALREADY = wording("evidence.already", _("同一文件已作为“%(title)s”归入本事项，无需重复上传。"))
FROZEN = wording("evidence.frozen", _("该材料已被用于销号，不能作废。"))
CHANGED = wording("evidence.changed", _("该材料刚被他人更新，您的操作未保存。请刷新后再办理。"))
LOST = wording("evidence.lost", _("文件“%(filename)s”在存储中缺失或大小不符，请立即联系系统管理员核查。"))

log.event("evidence.added", _("上传佐证材料：%(title)s（%(kind)s，形成于 %(effective_on)s）"))
log.event("evidence.downloaded", _("下载佐证材料：%(title)s（%(file)s）"), any_time=True)
log.event("evidence.voided", _("作废佐证材料：%(title)s"))


@dataclass(frozen=True)
class EvidenceKind:
    """A kind of material. `outcome`: it shows a result, not just plans, minutes or rules on paper."""

    code: str
    name: str | Promise
    outcome: bool


@dataclass(frozen=True)
class Attachable:
    """A model that takes evidence: by whom (`add`, an access action on the object), voided by whom, frozen when."""

    model: str
    add: str
    void: str
    frozen: Callable[[Evidence], bool] | None = None


_kinds: dict[str, EvidenceKind] = {}
_attachable: dict[str, Attachable] = {}


def kind(code: str, name: str | Promise, outcome: bool) -> EvidenceKind:
    """Register a kind of material; twice the same code is an error."""
    if code in _kinds:
        raise ImproperlyConfigured(f"evidence kind {code!r} is registered twice")
    wording(f"evidence.kind.{code}", name)
    _kinds[code] = EvidenceKind(code, name, outcome)
    return _kinds[code]


def kinds() -> dict[str, EvidenceKind]:
    """All kinds by code."""
    return dict(_kinds)


def attachable(model: str, *, add: str, void: str = "", frozen: Callable[[Evidence], bool] | None = None) -> Attachable:
    """Let objects of the model (a label such as "rectification.Measure") take evidence.

    `add` and `void` (default: `add`) are access actions asked about the object; `frozen(evidence)` tells which filings
    may no longer be voided. Who sees the object sees its evidence.
    """
    made = Attachable(model.lower(), add, void or add, frozen)
    _attachable[made.model] = made
    return made


def takes(model: str) -> bool:
    """Whether objects of the model (a label) take evidence."""
    return model.lower() in _attachable


def may_add(person: Person | None, obj: Model) -> bool:
    """Whether the person may file evidence for the object."""
    place = _attachable.get(obj._meta.label_lower)
    return place is not None and access.may(person, place.add, obj)


def require_add(person: Person | None, obj: Model) -> None:
    """Raise Refused where the object takes no evidence, NotAllowed where the person may not file it."""
    place = _attachable.get(obj._meta.label_lower)
    if place is None:
        raise Refused(Message(NOT_HERE))
    access.require(person, place.add, obj)


def may_void(person: Person | None, row: Evidence, obj: Model) -> bool:
    """Whether the person may take the filing back now."""
    place = _attachable.get(row.object_kind)
    if place is None or row.is_void or not access.may(person, place.void, obj):
        return False
    return place.frozen is None or not place.frozen(row)


def outcome_kinds() -> frozenset[str]:
    """Codes of the kinds that show a result."""
    return frozenset(code for code, k in _kinds.items() if k.outcome)


def of(obj: Model) -> QuerySet[Evidence]:
    """The filings for the object that stand (not voided), newest first."""
    return Evidence.objects.filter(
        object_kind=obj._meta.label_lower, object_id=obj.pk, voided_at__isnull=True
    ).select_related("file", "uploaded_by")


def of_many(model: type[Model], ids: Iterable[int]) -> QuerySet[Evidence]:
    """As `of`, for many objects of one model, in one statement."""
    return Evidence.objects.filter(
        object_kind=model._meta.label_lower, object_id__in=list(ids), voided_at__isnull=True
    ).select_related("file")


def has_outcome(obj: Model, until: dt.date | None = None) -> bool:
    """Whether something filed for the object shows a result, effective not after `until`."""
    rows = of(obj).filter(kind__in=outcome_kinds())
    if until is not None:
        rows = rows.filter(effective_on__lte=until)
    return rows.exists()


def subject(row: Evidence) -> Model | None:
    """The object the filing is for, or None when its module is gone."""
    try:
        model = apps.get_model(row.object_kind)
    except LookupError:
        return None
    found: Model | None = model._default_manager.filter(pk=row.object_id).first()
    return found


def add(
    *,
    actor: Person,
    obj: Model,
    file: IO[bytes] | Any,
    filename: str,
    kind: str,
    title: str,
    effective_on: dt.date,
    revision_of: Evidence | None = None,
) -> Evidence:
    """File an upload for an object.

    Raises NotAllowed; Refused naming what is wrong with kind, title or day, or that the same content is filed here
    already; FileRefused when the content may not enter. Nothing is stored then.
    """
    require_add(actor, obj)
    wrong = _wrong(kind, title, effective_on)
    if wrong:
        raise Refused(wrong)
    seen = inspect_upload(file, filename=filename, max_bytes=settings.BIHUAN_MAX_UPLOAD)
    held = of(obj).filter(file__sha256=seen.sha256).first()
    if held is not None:
        raise Refused(Message(ALREADY, {"title": held.title}))
    store(file, seen)
    at = clock.now()
    with unit_of_work(actor) as uow:
        content = content_of(seen)
        row = Evidence.objects.create(
            object_kind=obj._meta.label_lower,
            object_id=obj.pk,
            kind=kind,
            title=title.strip(),
            file=content,
            filename=filename,
            effective_on=effective_on,
            received_at=at,
            uploaded_by=actor,
            unit_id=getattr(obj, "unit_id", None) or getattr(obj, "lead_unit_id", None),
            revision_of=(revision_of.revision_of or revision_of) if revision_of else None,
            scan_state=ScanState.REMARKS if seen.warnings else ScanState.CLEAN,
            remarks=[w.as_json() for w in seen.warnings],
        )
        params = {
            "title": row.title,
            "kind": {"code": f"evidence.kind.{kind}", "params": {}},
            "effective_on": effective_on,
            "file": filename,
            "size": seen.size,
            "sm3": seen.sm3,
            "sha256": seen.sha256,
            "evidence": row.pk,
        }
        # Recorded about the object, so that it stands in the object's timeline.
        uow.record("evidence.added", obj, params=params, covers=[Evidence, EvidenceFile])
    return row


def void(*, actor: Person | None, evidence: Evidence, reason: str) -> Evidence:
    """Take a filing back with a reason; the content stays. Raises NotAllowed, Refused (frozen, no reason), Stale."""
    obj = subject(evidence)
    place = _attachable.get(evidence.object_kind)
    if obj is None or place is None:
        raise Refused(Message(NOT_HERE))
    access.require(actor, place.void, obj)
    if not reason.strip():
        raise Refused(Message(NEEDS_REASON))
    with unit_of_work(actor) as uow:
        if place.frozen is not None and place.frozen(evidence):
            raise Refused(Message(FROZEN))
        now = clock.now()
        moved = Evidence.objects.filter(pk=evidence.pk, revision=evidence.revision, voided_at__isnull=True).update(
            voided_at=now, void_reason=reason.strip()[:300], revision=evidence.revision + 1
        )
        if not moved:
            raise Stale(Message(CHANGED))
        uow.record(
            "evidence.voided",
            obj,
            params={"title": evidence.title, "evidence": evidence.pk},
            reason=reason.strip(),
            covers=[Evidence],
        )
        evidence.refresh_from_db()
    return evidence


def _wrong(kind: str, title: str, effective_on: dt.date) -> list[Message]:
    wrong: list[Message] = []
    if kind not in _kinds:
        wrong.append(Message(UNKNOWN_KIND, {"kind": kind}))
    if not title.strip():
        wrong.append(Message(NEEDS_TITLE))
    if effective_on > clock.today():
        wrong.append(Message(IN_FUTURE, {"given": effective_on.isoformat()}))
    return wrong


# ---- the store ---------------------------------------------------------------------------------------------


def path_of(sha256: str) -> Path:
    """Where the content with that digest lies."""
    return Path(settings.BIHUAN_EVIDENCE_FOLDER) / sha256[:2] / sha256


def store(source: IO[bytes] | bytes | Any, seen: Inspection) -> Path:
    """Put the inspected content under its digest, durably: written aside, flushed, renamed, folder flushed."""
    target = path_of(seen.sha256)
    if target.exists() and target.stat().st_size == seen.size:
        return target
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".in-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as out:
            for piece in _pieces(source):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return target


def content_of(seen: Inspection) -> EvidenceFile:
    """The row of a content that was stored (see `store`), made if it is new; within a unit of work."""
    row, _made = EvidenceFile.objects.get_or_create(
        sha256=seen.sha256,
        defaults={"sm3": seen.sm3, "size": seen.size, "kind": seen.kind, "mime": seen.mime, "stored_at": clock.now()},
    )
    return row


def open_content(row: Evidence) -> IO[bytes]:
    """The content, open for reading. Raises Refused, naming the file, when the store lost it or its size differs."""
    path = path_of(row.file.sha256)
    if not path.is_file() or path.stat().st_size != row.file.size:
        raise Refused(Message(LOST, {"filename": row.filename}))
    return path.open("rb")


def take(*, actor: Person, evidence: Evidence) -> IO[bytes]:
    """The content for a person who takes it away, open for reading; who took what stands in the log, nowhere else.

    The caller has read the row through `access.visible`. Raises Refused when the store lost the content, and
    SimulatedReadOnly on a simulated day: what leaves no record is not handed out.
    """
    content = open_content(evidence)
    try:
        with unit_of_work(actor) as uow:
            params = {"title": evidence.title, "file": evidence.filename, "sm3": evidence.file.sm3}
            uow.record("evidence.downloaded", evidence, params=params)
    except BaseException:
        content.close()
        raise
    return content


def _pieces(source: IO[bytes] | bytes | Any) -> Iterable[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    if isinstance(source, str | os.PathLike):
        with Path(source).open("rb") as handle:
            yield from _pieces(handle)
        return
    source.seek(0)
    while piece := source.read(1 << 20):
        yield piece


@access.scope(Evidence)
def _with_its_object(viewer: access.Viewer) -> Q:
    """Who sees all of the object sees its evidence: one condition a registered model, evaluated by the database."""
    from .ledger import need, registry

    seen = access.NOTHING
    for label in _attachable:
        model = apps.get_model(label)
        ledger = registry.of_model(model)
        rows = access.visible(viewer.person, model).order_by().values("pk")
        if ledger is not None:
            rows = rows.filter(need.opened(ledger, viewer.person))
        seen |= Q(object_kind=label, object_id__in=rows)
    return seen


kind("plan", _("方案计划"), outcome=False)
kind("minutes", _("会议纪要"), outcome=False)
kind("rule_text", _("制度文件"), outcome=False)
kind("notice", _("通知通报"), outcome=False)
kind("sign_in", _("签到表"), outcome=True)
kind("photo", _("现场照片"), outcome=True)
kind("ledger_extract", _("台账摘录"), outcome=True)
kind("certificate", _("证明文书"), outcome=True)
kind("payment_record", _("款项凭证"), outcome=True)
kind("interview_record", _("谈话记录"), outcome=True)
kind("check_record", _("核查记录"), outcome=True)
kind("statistics", _("统计数据"), outcome=True)
kind("other", _("其他材料"), outcome=False)
