"""The court's own templates: uploaded, checked, in use from a day on, gone back from. Nothing of their history is lost.

A kind of paper is declared with the layout it starts from and the names its template may use. What is in use for a kind: the court's
template of the kind, else the court's template of the layout, else the house's own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .. import access, clock, evidence, log, menu, menu_groups  # noqa: F401  the headings stand first
from ..errors import Refused
from ..files import inspect_upload
from ..models.evidence import EvidenceFile
from ..models.org import Person
from ..models.papers import PaperTemplate
from ..triggers import insert_only, register
from ..wording import Message, wording
from ..work import unit_of_work
from .checking import check_template
from .faults import TemplateFault
from .layouts import LAYOUTS, default_template
from .opening import MAX_BYTES

KEEP = access.action(
    "kernel.paper_templates", _("维护文书模板"), roles=["office", "trial_management", "rectification_office"]
)
UNKNOWN = wording("official.unknown_kind", _("没有“%(kind)s”这一种文书，可用：%(known)s。"))
LOST = wording(
    "official.template_lost", _("“%(kind)s”第 %(version)s 版模板的文件在存储中缺失或大小不符，请系统管理员核查。")
)
EARLIER = wording("official.active_earlier", _("启用日期 %(given)s 早于今天，请填今天或以后的日期。"))
FASTER = wording("official.faster", _("该模板刚被他人更新，您的操作未保存。请刷新后再办理。"))
SAME = wording("official.same", _("这一份与正在使用的第 %(version)s 版相同，无需重复上传。"))
log.event(
    "paper_template.uploaded", _("更换文书模板：%(kind)s 第 %(version)s 版（%(filename)s），自 %(active_from)s 起")
)
log.event(
    "paper_template.restored",
    _("恢复文书模板：%(kind)s 第 %(version)s 版，同第 %(restores)s 版，自 %(active_from)s 起"),
)
log.event(
    "paper_template.removed", _("停用本院文书模板：%(kind)s 第 %(version)s 版，自 %(active_from)s 起用系统自带格式")
)
register(*insert_only("paper_template", "kernel_papertemplate"))
menu.item(
    menu.Item("figures", _("文书模板"), "paper_templates", "file-text", 60, shown=lambda viewer: bool(viewer.roles))
)


@dataclass(frozen=True)
class Paper:
    """A kind of paper: the layout it starts from, and the names its template may use with their labels ("figures.closed": "结案数")."""

    code: str
    title: str | Promise
    layout: str
    known: Callable[[], Mapping[str, str]]


_papers: dict[str, Paper] = {}


def paper(code: str, *, title: str | Promise, layout: str, known: Callable[[], Mapping[str, str]] = dict) -> Paper:
    """Declare a kind of paper. Twice the same code, or an unknown layout, is an error."""
    if code in _papers:
        raise ImproperlyConfigured(f"paper {code!r} is registered twice")
    if layout not in LAYOUTS:
        raise ImproperlyConfigured(f"paper {code!r}: unknown layout {layout!r}")
    wording(f"paper.{code}", title)
    _papers[code] = Paper(code, title, layout, known)
    return _papers[code]


def papers() -> dict[str, Paper]:
    """All kinds by code: the bare layouts first."""
    return dict(_papers)


def forget(code: str) -> None:
    """Take a kind out of the registry; for tests that declare one."""
    _papers.pop(code, None)


def get(code: str) -> Paper:
    """The kind of that code. Raises Refused naming those there are."""
    if code not in _papers:
        raise Refused(Message(UNKNOWN, {"kind": code, "known": list(_papers)}))
    return _papers[code]


for _layout, _title in LAYOUTS.items():
    paper(_layout, title=_title, layout=_layout)


@access.scope(PaperTemplate)
def _known_to_all(viewer: access.Viewer) -> Q:
    """How papers look is no secret among those who work here; administrators have no business with it."""
    return access.EVERYTHING if viewer.roles else access.NOTHING


def active(code: str, on: dt.date | None = None) -> bytes:
    """The template in use for a kind of paper (or a layout) on a day (today), as .docx.

    Raises Refused for a kind there is not, and when the store lost the court's file: never the house's own in its place.
    """
    held = get(code)
    found = in_use(code, on)
    if found is None and code != held.layout:
        found = in_use(held.layout, on)
    if found is None:
        return default_template(held.layout, held.known())
    return content(found)


def in_use(code: str, on: dt.date | None = None) -> PaperTemplate | None:
    """The court's own version in use on a day; None where the house's own template is."""
    rows = PaperTemplate.objects.filter(kind=code, active_from__lte=on or clock.today())
    newest: PaperTemplate | None = rows.select_related("file").order_by("-version").first()
    return newest if newest is not None and newest.file_id is not None else None


def content(row: PaperTemplate) -> bytes:
    """The content of a version that has a file. Raises Refused when the store lost it."""
    assert row.file is not None
    path = evidence.path_of(row.file.sha256)
    if not path.is_file() or path.stat().st_size != row.file.size:
        raise Refused(Message(LOST, {"kind": _said(row.kind), "version": row.version}))
    return path.read_bytes()


def _said(code: str) -> dict[str, Any]:
    return {"code": f"paper.{code}", "params": {}}


def upload(
    *, actor: Person, kind: str, template: bytes, filename: str, active_from: dt.date, note: str = ""
) -> PaperTemplate:
    """Take in a new version. Raises NotAllowed; TemplateFault with every fault and its place; Refused for a day gone by, or the very
    content that is in use; FileRefused for a file that may not come in at all. Nothing is stored then."""
    access.require(actor, KEEP)
    held = get(kind)
    _not_gone_by(active_from)
    seen = inspect_upload(template, filename=filename, allow=frozenset({"docx"}), max_bytes=MAX_BYTES)
    faults = check_template(template, held.known())
    if faults:
        raise TemplateFault(faults)
    present = in_use(kind, active_from)
    if present is not None and present.file is not None and present.file.sha256 == seen.sha256:
        raise Refused(Message(SAME, {"version": present.version}))
    evidence.store(template, seen)
    return _add(
        "paper_template.uploaded", actor, kind, active_from, seen=seen, filename=filename, note=note.strip()[:300]
    )


def go_back(*, actor: Person, kind: str, to: PaperTemplate | None, active_from: dt.date, seen: int) -> PaperTemplate:
    """Use an earlier version again, or (`to` None) the house's own template. `seen` is the newest version the person looked at.

    The earlier version is checked anew: names may have gone meanwhile. Raises NotAllowed, TemplateFault, Refused.
    """
    access.require(actor, KEEP)
    held = get(kind)
    _not_gone_by(active_from)
    if PaperTemplate.objects.filter(kind=kind, version__gt=seen).exists():
        raise Refused(Message(FASTER))
    if to is None or to.file is None:
        return _add("paper_template.removed", actor, kind, active_from)
    faults = check_template(content(to), held.known())
    if faults:
        raise TemplateFault(faults)
    return _add("paper_template.restored", actor, kind, active_from, file=to.file, filename=to.filename, restores=to)


def _not_gone_by(active_from: dt.date) -> None:
    if active_from < clock.today():
        raise Refused(Message(EARLIER, {"given": active_from.isoformat()}))


def _add(event: str, actor: Person, kind: str, active_from: dt.date, seen: Any = None, **given: Any) -> PaperTemplate:
    with unit_of_work(actor) as uow:
        if seen is not None:
            given["file"] = evidence.content_of(seen)
        newest = PaperTemplate.objects.filter(kind=kind).order_by("-version").values_list("version", flat=True).first()
        row: PaperTemplate = PaperTemplate.objects.create(
            kind=kind,
            version=(newest or 0) + 1,
            uploaded_by=actor,
            checked_at=clock.now(),
            active_from=active_from,
            **given,
        )
        params = {
            "kind": _said(kind), "version": row.version, "filename": row.filename, "active_from": active_from,
            "restores": row.restores.version if row.restores else None, "file": row.file.sha256 if row.file else "",
        }  # fmt: skip
        uow.record(event, row, params=params, covers=[type(row), EvidenceFile])
    return row
