"""The bulletin as a document: what its template is handed, which template that is, and what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils import translation

from .. import clock, official, org
from ..models.bulletins import Bulletin, BulletinNumber, BulletinPaper
from ..models.papers import PaperTemplate
from ..official import store
from ..paper import day
from .computing import Result
from .declaring import COURT_LANGUAGE, Kind
from .writing import plain


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
    """The paper's own places. A briefing is the office's and names whom it goes to at its end; a document with a number is the court's:
    it addresses one body, sends copies to the others, and says who signed only where it goes upward (GB/T 9704-2012)."""
    court, unit = org.top_name(), str(bulletin.unit or org.top_name())
    signer = bulletin.signed_by.name if bulletin.signed_by else ""
    issued = day(bulletin.issued_on or clock.today())
    given = BulletinNumber.objects.filter(bulletin=bulletin).first()
    held = {"title": bulletin.title, "date": issued, "printed_by": unit, "printed": issued}
    if kind.numbering == "issue":
        with translation.override(COURT_LANGUAGE):
            mark = str(kind.title)
        ends = {"to_report": bulletin.report_to, "to_send": bulletin.send_to, "to_issue": bulletin.issue_to}
        return (
            held
            | ends
            | {"mark": mark, "org": unit, "issue": str(given.no) if given else "", "number": "", "signer": signer}
        )
    to_main, others = (bulletin.report_to, "") if kind.upward else (bulletin.issue_to, bulletin.report_to)
    cc = "，".join(one for one in (others, bulletin.send_to) if one)
    return held | {
        "mark": court, "org": court, "number": bulletin.number, "issue": "", "signer": signer if kind.upward else "", "to_main": to_main,
        "cc": cc,
    }  # fmt: skip


def template_of(kind: Kind) -> PaperTemplate | None:
    """The court's own template in use for the kind or its layout, or None: ours is used."""
    return store.in_use(kind.code) or store.in_use(kind.layout)


def document(bulletin: Bulletin, kind: Kind, results: Mapping[str, Result]) -> bytes:
    """The document, filled. Raises official.TemplateFault (a Refused), Refused for a template the store lost."""
    return official.render(official.active(kind.code), context(bulletin, kind, results))


def keep(bulletin: Bulletin, kind: Kind, results: Mapping[str, Result]) -> BulletinPaper:
    """Make the document that goes out and store it. To be called inside a unit of work that records it. Raises Refused."""
    content = document(bulletin, kind, results)
    made: BulletinPaper = BulletinPaper.objects.create(
        bulletin=bulletin,
        template=template_of(kind),
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        at=clock.now(),
    )
    return made
