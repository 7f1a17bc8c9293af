"""The bulletin as a document: what its template is handed, which template that is, and what became of it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from .. import access, clock, log, official, org
from ..errors import Refused
from ..models.bulletins import Bulletin, BulletinNumber, BulletinPaper, BulletinTemplate
from ..models.org import Person
from ..wording import Message, wording
from ..work import unit_of_work
from . import access_rules as rules
from .computing import COURT_LANGUAGE, Result
from .declaring import Kind
from .writing import plain

TEMPLATE_WRONG = wording("bulletins.template_wrong", _("模板“%(file)s”没有保存，请改正后重新上传。"))
log.event("bulletins.template", _("上传通报模板：%(kind)s 第%(version)s版（%(file)s，SHA-256 %(sha256)s）"))


def known(kind: Kind) -> dict[str, str]:
    """The names a template of the kind may use, with what they mean, in the order of the paper."""
    with translation.override(COURT_LANGUAGE):
        return (
            {f"texts.{one.name}": str(one.title) for one in kind.words}
            | {f"figures.{one.name}": str(one.title) for one in kind.figures}
            | {f"tables.{one.name}": str(one.title) for one in (*kind.tables, *kind.trends)}
        )


def day(value: dt.date | None) -> str:
    """A day as a document writes it, without leading zeros."""
    return "" if value is None else f"{value.year}年{value.month}月{value.day}日"


def context(bulletin: Bulletin, kind: Kind, results: Mapping[str, Result]) -> dict[str, Any]:
    """What the template is handed: text, lists of text, tables."""
    tables = {one.name: one for one in results.values() if one.sort != "figure"}
    return {
        "figures": {one.name: one.shown for one in results.values() if one.sort == "figure"},
        "texts": {one.name: plain(bulletin.texts.get(one.name, ""), results) for one in kind.words},
        "tables": {
            name: {"head": one.content.get("head", []), "rows": one.content.get("rows", [])}
            for name, one in tables.items()
        },
        "paper": _paper(bulletin, kind),
    }


def _paper(bulletin: Bulletin, kind: Kind) -> dict[str, str]:
    court = org.top_name()
    given = BulletinNumber.objects.filter(bulletin=bulletin).first()
    issue = str(given.no) if given is not None and kind.numbering == "issue" else ""
    with translation.override(COURT_LANGUAGE):
        mark = court if kind.numbering == "document" else str(kind.title)
    return {
        "title": bulletin.title, "mark": mark, "org": str(bulletin.unit or court), "issue": issue,
        "number": bulletin.number if kind.numbering == "document" else "",
        "date": day(bulletin.issued_on or clock.today()), "signer": bulletin.signed_by.name if bulletin.signed_by else "",
        "to_main": bulletin.report_to if kind.numbering == "document" else "", "to_report": bulletin.report_to,
        "to_send": bulletin.send_to, "to_issue": bulletin.issue_to, "cc": bulletin.send_to,
        "printed_by": str(bulletin.unit or court), "printed": day(bulletin.issued_on or clock.today()),
    }  # fmt: skip


def template_of(kind: Kind) -> BulletinTemplate | None:
    """The newest template the office uploaded for the kind, or None: ours is used."""
    found: BulletinTemplate | None = BulletinTemplate.objects.filter(kind=kind.code).order_by("-version").first()
    return found


def document(bulletin: Bulletin, kind: Kind, results: Mapping[str, Result], template: BulletinTemplate | None) -> bytes:
    """The document, filled. Raises official.TemplateFault (a Refused)."""
    held = bytes(template.content) if template is not None else official.default_template(kind.layout, known(kind))
    return official.render(held, context(bulletin, kind, results))


def keep(bulletin: Bulletin, kind: Kind, results: Mapping[str, Result]) -> BulletinPaper:
    """Make the document that goes out and store it. To be called inside a unit of work that records it. Raises Refused."""
    template = template_of(kind)
    content = document(bulletin, kind, results, template)
    made: BulletinPaper = BulletinPaper.objects.create(
        bulletin=bulletin,
        template=template,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        at=clock.now(),
    )
    return made


def upload(*, actor: Person, kind: Kind, filename: str, content: bytes, note: str = "") -> BulletinTemplate:
    """Store a new version of the kind's template, after every name in it was checked. Raises NotAllowed; Refused with the place of
    each fault."""
    access.require(actor, rules.TEMPLATE, kind)
    faults = official.check_template(content, known(kind))
    if faults:
        raise Refused([Message(TEMPLATE_WRONG, {"file": filename}), *(fault.message for fault in faults)])
    with unit_of_work(actor) as uow:
        newest = template_of(kind)
        made: BulletinTemplate = BulletinTemplate.objects.create(
            kind=kind.code, version=newest.version + 1 if newest else 1, filename=filename[:255], content=content,
            sha256=hashlib.sha256(content).hexdigest(), note=note.strip()[:200], uploaded_by=actor, at=clock.now(),
        )  # fmt: skip
        params = {
            "kind": {"code": kind.title_code, "params": {}},
            "version": made.version,
            "file": made.filename,
            "sha256": made.sha256,
        }
        uow.record("bulletins.template", made, params=params)
    return made
