"""Writing bulletins: beginning a draft, its words, keeping its figures as they stand now. What follows is the flow's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from .. import access, clock, log
from ..errors import Refused, Stale
from ..indicators import Span
from ..models.bulletins import OUT, Bulletin
from ..models.duties import DutyOccurrence
from ..models.org import Person, Unit
from ..supervision_access import units_of
from ..wording import Message, wording
from ..work import changes_of, unit_of_work
from ..workflow import CHANGED
from . import access_rules as rules
from . import computing, spans, writing
from .computing import Result
from .declaring import COURT_LANGUAGE, UNKNOWN_KIND, Kind, get

TAKEN = wording(
    "bulletins.taken", _("“%(kind)s” %(starts)s 至 %(ends)s 一期已经有了，不能再起草；已印发的可以“更新重发”。")
)
NOT_OVER = wording("bulletins.not_over", _("统计期 %(starts)s 至 %(ends)s 还没有开始，不能起草。"))
NOT_DRAFT = wording("bulletins.not_draft", _("只有拟稿中的通报可以修改，本件现为“%(state)s”。需要修改的，请先退回。"))
NOT_OUT = wording("bulletins.not_out", _("只有已印发的通报可以更新重发，本件现为“%(state)s”。"))
HAS_SUCCESSOR = wording("bulletins.has_successor", _("本件已在更新重发（“%(title)s”），不能重复起草。"))
EDITED = ("title", "report_to", "send_to", "issue_to", "texts")

log.event("bulletins.drafted", _("起草通报：%(title)s（%(starts)s 至 %(ends)s）"))
log.event("bulletins.edited", _("修改通报草稿：%(title)s"))
log.event("bulletins.computed", _("重新计算通报数据：%(title)s，变化 %(count)s 项"))


def kind_of(bulletin: Bulletin) -> Kind:
    """Its kind. Raises Refused when the declaration is gone."""
    found = get(bulletin.kind)
    if found is None:
        raise Refused(Message(UNKNOWN_KIND, {"kind": bulletin.kind}))
    return found


def draft(
    *,
    actor: Person,
    kind: Kind,
    span: Span,
    occurrence: DutyOccurrence | None = None,
    supersedes: Bulletin | None = None,
) -> Bulletin:
    """Begin a bulletin for a span, for the occurrence of its duty, or in place of one that is out. Raises NotAllowed, Refused."""
    access.require(actor, rules.DRAFT, kind)
    said = {
        "kind": {"code": kind.title_code, "params": {}},
        "starts": span.starts.isoformat(),
        "ends": span.ends.isoformat(),
    }
    if span.starts > clock.today():
        raise Refused(Message(NOT_OVER, said))
    results = computing.compute(kind, span)
    first = supersedes or Bulletin(**_beginnings(kind, span))
    try:
        with unit_of_work(actor) as uow:
            made: Bulletin = Bulletin.objects.create(
                kind=kind.code, title=first.title, starts=span.starts, ends=span.ends, unit=_unit(actor), occurrence=occurrence,
                supersedes=supersedes, report_to=first.report_to, send_to=first.send_to, issue_to=first.issue_to,
                texts=first.texts, computed={name: one.kept() for name, one in results.items()}, computed_at=clock.now(),
                drafted_by=actor, drafted_on=clock.today(),
            )  # fmt: skip
            uow.record("bulletins.drafted", made, params=said | {"title": made.title})
    except IntegrityError as error:
        raise Refused(Message(TAKEN, said)) from error
    return made


def supersede(*, actor: Person, bulletin: Bulletin) -> Bulletin:
    """Begin a new issue in place of one that is out, with its words; once issued it takes the old one's place. Raises Refused."""
    kind = kind_of(bulletin)
    if bulletin.state not in ("issued", "withdrawn"):
        raise Refused(Message(NOT_OUT, {"state": str(bulletin.get_state_display())}))
    under_way = Bulletin.objects.filter(supersedes=bulletin, voided_at=None).first()
    if under_way is not None:
        raise Refused(Message(HAS_SUCCESSOR, {"title": str(under_way)}))
    return draft(actor=actor, kind=kind, span=Span(bulletin.starts, bulletin.ends), supersedes=bulletin)


def edit(*, actor: Person, bulletin: Bulletin, values: Mapping[str, Any]) -> Bulletin:
    """Change title, recipients and words of a draft. Raises NotAllowed, Refused (no draft, a name in braces that is no figure), Stale."""
    access.require(actor, rules.DRAFT, bulletin)
    kind = kind_of(bulletin)
    _must_be_draft(bulletin)
    written = {name: value for name, value in values.items() if name in EDITED}
    if "texts" in written:
        written["texts"] = writing.checked(kind, written["texts"])
    with unit_of_work(actor) as uow:
        before = Bulletin.objects.get(pk=bulletin.pk)
        _write(bulletin, written)
        changes = changes_of(before, bulletin, written)
        if "texts" in changes:
            changes["texts"] = _passages(kind, before.texts, bulletin.texts)
        uow.record("bulletins.edited", bulletin, params={"title": bulletin.title}, changes=changes)
    return bulletin


def recompute(*, actor: Person, bulletin: Bulletin) -> Bulletin:
    """Keep the figures as they stand now, with what is different. Raises NotAllowed, Refused (no draft), Stale."""
    access.require(actor, rules.DRAFT, bulletin)
    _must_be_draft(bulletin)
    results = computing.compute(kind_of(bulletin), Span(bulletin.starts, bulletin.ends))
    values = kept(bulletin, results)
    with unit_of_work(actor) as uow:
        _write(bulletin, values)
        uow.record("bulletins.computed", bulletin, params={"title": bulletin.title, "count": len(values["changed"])})
    return bulletin


def kept(bulletin: Bulletin, results: Mapping[str, Result]) -> dict[str, Any]:
    """The columns that keep figures: now, when, and what is different from before."""
    with translation.override(COURT_LANGUAGE):
        changed = computing.differences(bulletin.computed, results)
    return {
        "computed": {name: one.kept() for name, one in results.items()},
        "computed_at": clock.now(),
        "changed": changed,
    }


def for_occurrence(*, actor: Person, kind: Kind, occurrence: DutyOccurrence) -> Bulletin:
    """Begin the bulletin an occurrence of its duty asks for: of the last period over by its day."""
    span = spans.covered(kind.period, occurrence.nominal_on)
    return draft(actor=actor, kind=kind, span=span, occurrence=occurrence)


def _write(bulletin: Bulletin, values: Mapping[str, Any]) -> None:
    rows = Bulletin.objects.filter(pk=bulletin.pk, revision=bulletin.revision, state="draft", voided_at=None)
    if not rows.update(revision=F("revision") + 1, **values):
        raise Stale(Message(CHANGED))
    bulletin.refresh_from_db()


def _passages(kind: Kind, before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, str]:
    """The passages that differ, before and after, each under its title."""
    titles = {one.name: str(one.title) for one in kind.words}
    differ = [name for name in titles if before.get(name, "") != after.get(name, "")]
    old, new = ("\n".join(f"{titles[name]}：{texts.get(name, '')}" for name in differ) for texts in (before, after))
    return old, new


def _must_be_draft(bulletin: Bulletin) -> None:
    if bulletin.state != "draft" or bulletin.is_void:
        raise Refused(Message(NOT_DRAFT, {"state": str(bulletin.get_state_display())}))


def _beginnings(kind: Kind, span: Span) -> dict[str, Any]:
    held = kind.held(span.ends)
    with translation.override(COURT_LANGUAGE):
        title = str(kind.title)
    return {
        "title": title, "texts": writing.openings(kind), "report_to": held["report_to"], "send_to": held["send_to"],
        "issue_to": held["issue_to"],
    }  # fmt: skip


def _unit(actor: Person) -> Unit | None:
    """Whose paper it is: the unit the drafter answers for, else theirs."""
    viewer = access.viewer(actor)
    units = (units_of(viewer) & viewer.units) or viewer.units
    return Unit.objects.filter(pk__in=units).order_by("order", "pk").first()


def is_out(bulletin: Bulletin) -> bool:
    """Whether nothing in it changes any more."""
    return bulletin.state in OUT
