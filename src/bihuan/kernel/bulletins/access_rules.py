"""Who sees and does what with bulletins. The roles stand in each kind's declaration; a draft is seen by those who work on it, what is
out by all who hold a post (or the kind's readers)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .. import access
from ..access import NOTHING, Viewer
from ..models.bulletins import OUT, Bulletin, BulletinFigure, BulletinOpinion
from ..supervision_access import units_of
from . import declaring
from .declaring import Kind

DRAFT, COUNTERSIGN, REVIEW, SIGN = "bulletin.draft", "bulletin.countersign", "bulletin.review", "bulletin.sign"
KEEP, SEND_BACK, WITHDRAW, VOID = "bulletin.keep", "bulletin.return", "bulletin.withdraw", "bulletin.void"
SUPERSEDE = "bulletin.supersede"


def kind_of(obj: Any) -> Kind | None:
    """The kind an action is about: of a bulletin, or named itself."""
    if isinstance(obj, Kind):
        return obj
    return declaring.get(obj.kind if isinstance(obj, Bulletin) else str(obj))


def open_to(viewer: Viewer, kind: Kind) -> bool:
    """Whether no closed track keeps the viewer out."""
    return not kind.track or viewer.knows(kind.track)


def _holds(which: str) -> Callable[[Viewer, Any], bool]:
    def holds(viewer: Viewer, obj: Any) -> bool:
        kind = kind_of(obj)
        return kind is not None and open_to(viewer, kind) and viewer.has(*getattr(kind, which))

    return holds


def works_on(viewer: Viewer, kind: Kind) -> bool:
    """Whether the viewer drafts, reviews, signs or keeps bulletins of the kind."""
    return open_to(viewer, kind) and viewer.has(*kind.drafters, *kind.reviewers, *kind.signers, *kind.keepers)


def asked(viewer: Viewer, bulletin: Bulletin) -> list[BulletinOpinion]:
    """What the viewer's units were asked in this round and have not answered."""
    rows = BulletinOpinion.objects.filter(
        bulletin=bulletin, round=bulletin.round, agrees=None, unit__in=units_of(viewer)
    )
    return list(rows.select_related("unit"))


def _countersigns(viewer: Viewer, obj: Any) -> bool:
    return isinstance(obj, Bulletin) and bool(asked(viewer, obj))


def _sends_back(viewer: Viewer, obj: Any) -> bool:
    """Whoever has it in hand: the drafters while it is countersigned, then the reviewers, then the signers; signed, who keeps it too."""
    kind = kind_of(obj)
    if kind is None or not open_to(viewer, kind):
        return False
    hands = {"countersigning": kind.drafters, "reviewing": kind.reviewers, "signing": kind.signers}
    return viewer.has(*hands.get(obj.state, kind.keepers | kind.signers))


def _voids(viewer: Viewer, obj: Any) -> bool:
    """Its drafters, as long as it has no number."""
    return isinstance(obj, Bulletin) and obj.state == "draft" and not obj.number and _holds("drafters")(viewer, obj)


access.action(DRAFT, _("起草通报"), relation=_holds("drafters"))
access.action(COUNTERSIGN, _("会签通报"), relation=_countersigns)
access.action(REVIEW, _("核稿"), relation=_holds("reviewers"))
access.action(SIGN, _("签发通报"), relation=_holds("signers"))
access.action(KEEP, _("通报编号、用印、印发"), relation=_holds("keepers"))
access.action(SEND_BACK, _("退回通报"), relation=_sends_back)
access.action(WITHDRAW, _("撤回已印发的通报"), relation=_holds("signers"))
access.action(VOID, _("作废通报草稿"), relation=_voids)
access.action(SUPERSEDE, _("以新的通报替代"))


@access.scope(Bulletin)
def see_bulletins(viewer: Viewer) -> Q:
    """What one works on or was asked about; what is out and open to one."""
    if viewer.admin_role or not viewer.roles:
        return NOTHING
    found = NOTHING
    for kind in declaring.kinds().values():
        if not open_to(viewer, kind):
            continue
        if works_on(viewer, kind):
            found = found | Q(kind=kind.code)
        else:
            units = units_of(viewer)
            if units:
                told = BulletinOpinion.objects.filter(unit__in=units).order_by().values("bulletin")
                found = found | Q(kind=kind.code, pk__in=told)
            if not kind.readers or viewer.has(*kind.readers):
                found = found | Q(kind=kind.code, state__in=OUT)
    return found


@access.scope(BulletinFigure)
def see_figures(viewer: Viewer) -> Q:
    """Those of the bulletins one sees."""
    return Q(bulletin__in=Bulletin.objects.filter(see_bulletins(viewer)).order_by().values("pk"))
