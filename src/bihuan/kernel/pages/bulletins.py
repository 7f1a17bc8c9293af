"""Bulletins: the list, a bulletin as it reads, and the rows behind each of its figures.

A draft shows the figures of now and what is different from when they were kept; what is out shows the figures it was issued with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import access
from ..bulletins import access_rules as rules
from ..bulletins import computing, freezing, papers, services
from ..bulletins.computing import Result
from ..bulletins.declaring import COURT_LANGUAGE, Kind
from ..bulletins.writing import paragraphs
from ..indicators import Span
from ..ledger.views import LedgerDetail
from ..models.bulletins import Bulletin
from ..official import store
from .base import PersonView, choice_of
from .bulletins_chart import Drawing, drawing
from .bulletins_rows import Behind, behind
from .form_page import ActList


def results_of(bulletin: Bulletin, kind: Kind) -> Mapping[str, Result]:
    """Its figures: as issued, or as they stand now."""
    if bulletin.is_out:
        return freezing.frozen(bulletin)
    return computing.compute(kind, Span(bulletin.starts, bulletin.ends))


class Shown:
    """A figure, table or trend on the page: what it came to, its address, and a drawing of a trend."""

    def __init__(self, bulletin: Bulletin, result: Result) -> None:
        self.result = result
        self.url = reverse("bulletin_figure", args=[bulletin.pk, result.name])
        self.chart: Drawing | None = drawing(result) if result.sort == "trend" else None


def contents(bulletin: Bulletin, kind: Kind, results: Mapping[str, Result]) -> dict[str, Any]:
    """What the paper's templates want."""
    shown = {name: Shown(bulletin, one) for name, one in results.items()}
    with translation.override(COURT_LANGUAGE):
        passages = [
            {
                "title": str(one.title),
                "paragraphs": paragraphs(bulletin.texts.get(one.name, ""), results),
                "name": one.name,
            }
            for one in kind.words
        ]
        paper = papers.context(bulletin, kind, results)["paper"]
    return {
        "bulletin": bulletin, "kind": kind, "passages": passages, "paper": paper,
        "figures": [one for one in shown.values() if one.result.sort == "figure"],
        "tables": [one for one in shown.values() if one.result.sort != "figure"],
        "failures": computing.failures(results),
        "addresses": {name: one.url for name, one in shown.items()},
    }  # fmt: skip


class BulletinList(ActList):
    """The list, with the way to what is due."""

    acts: ClassVar[Any] = (
        (rules.DRAFT, gettext_lazy("到期通报"), "calendar-due", "bulletin_calendar"),
        (store.KEEP, gettext_lazy("文书模板"), "template", "paper_templates"),
    )


class BulletinPage(LedgerDetail):
    """A bulletin as it reads, with what may be done to it at the side."""

    template_name = "bulletins/page.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the paper."""
        context = super().detail_context(obj)
        kind = services.kind_of(obj)
        results = results_of(obj, kind)
        drafts = access.may(self.person, rules.DRAFT, obj) and not obj.is_void
        context |= contents(obj, kind, results) | {
            "drafts": drafts and obj.state == "draft",
            "supersedes": drafts and obj.state in ("issued", "withdrawn"),
            "changes": self._changes(obj, results),
            "opinions": obj.opinions.filter(round=obj.round).select_related("unit", "by"),
            "seals": obj.seals.select_related("by"),
            "successor": access.visible(self.person, Bulletin).filter(supersedes=obj, voided_at=None).first(),
            "paper_row": getattr(obj, "paper", None) if obj.is_out else None,
        }
        return context

    def paths(self) -> list[str]:
        """What the page shows besides the facts."""
        return [*super().paths(), "signed_by", "drafted_by", "issued_by", "supersedes", "unit"]

    def _changes(self, obj: Bulletin, results: Mapping[str, Result]) -> list[dict[str, str]]:
        """What is different now from when the figures were kept; nothing of what is out."""
        return [] if obj.is_out else computing.differences(obj.computed, results)


class BulletinFigurePage(PersonView):
    """Why this figure: what it is, its counts, and exactly the rows it counted, as the reader may see them."""

    template = "bulletins/figure.html"

    def get(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Show it."""
        bulletin = self.seen(Bulletin, pk, "unit")
        kind = services.kind_of(bulletin)
        results = results_of(bulletin, kind)
        if name not in results:
            raise Http404(name)
        held = results[name]
        found = behind(self.person, bulletin, kind, name) if held.drills else Behind()
        part = choice_of(request.GET.get("part"), found.parts, next(iter(found.parts), ""))
        rows = found.read(part) if part else None
        page = self.page(rows.rows) if rows is not None else None
        return self.show(
            {
                "bulletin": bulletin,
                "kind": kind,
                "one": Shown(bulletin, held),
                "result": held,
                "frozen": found.frozen,
                "kept": bulletin.figures.filter(name=name).first() if bulletin.is_out else None,
                "parts": found.labels().items(),
                "part": part,
                "rows": rows,
                "lines": rows.lines(list(page.object_list)) if rows is not None and page is not None else [],
                "page_obj": page,
                "back": bulletin.get_absolute_url(),
                "live": "" if bulletin.is_out else _("草稿中的数据随台账变化，以印发时为准。"),
            }
        )
