"""What stands behind the steps of a bulletin: guards, the columns a step writes, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from .. import access, clock, inbox, log, org
from ..errors import Refused
from ..indicators import Span
from ..models.bulletins import Bulletin, BulletinFigure, BulletinOpinion, BulletinPaper, BulletinRows, BulletinSeal
from ..models.org import Person
from ..wording import Message, wording
from ..work import current
from ..workflow import Context
from . import access_rules as rules
from . import cadence, computing, freezing, numbering, papers, writing
from .services import kept, kind_of

NO_COUNTERSIGN = wording("bulletins.no_countersign", _("本种通报不会签，请直接送核稿。"))
COUNTERSIGN_FIRST = wording("bulletins.countersign_first", _("本种通报须先会签，请先送会签。"))
NOBODY_ASKED = wording("bulletins.nobody_asked", _("请至少选择一个会签部门。"))
NOT_ALL = wording("bulletins.not_all_agree", _("尚未会签：%(units)s。会签完毕才能送核稿。"))
OBJECTED = wording("bulletins.objected", _("“%(unit)s”不同意：%(text)s。请退回修改后重新送会签。"))
OBJECTION_EMPTY = wording("bulletins.objection_empty", _("不同意的，请写明意见。"))
NOT_ASKED = wording("bulletins.not_asked", _("“%(unit)s”没有待填写的会签意见。"))
OWN_DRAFT = wording("bulletins.own_draft", _("“%(person)s”是拟稿人，不能核稿、签发本件：须由不同人员办理。"))
NO_SEAL = wording("bulletins.no_seal", _("本种通报不用印，编号后直接印发。"))
SEAL_FIRST = wording("bulletins.seal_first", _("本种通报须先登记用印，再印发。"))
DIFFERENT = wording(
    "bulletins.different_from_signed",
    _("签发以后数据有变化，不能印发：%(changes)s。请退回修改，由签发人按现在的数据重新签发。"),
)
CHANGE = wording("bulletins.change", _("%(title)s由 %(before)s 变为 %(after)s"))
TOLD_ASKED = wording("bulletins.told_asked", _("请会签“%(title)s”（%(starts)s 至 %(ends)s）。"))
TOLD_REVIEW = wording("bulletins.told_review", _("请核稿“%(title)s”（%(starts)s 至 %(ends)s）。"))
TOLD_SIGN = wording("bulletins.told_sign", _("请签发“%(title)s”（%(starts)s 至 %(ends)s）。"))
TOLD_KEEP = wording("bulletins.told_keep", _("“%(title)s”（%(starts)s 至 %(ends)s）已签发，请编号、印发。"))
TOLD_RETURNED = wording("bulletins.told_returned", _("“%(title)s”被退回修改：%(reason)s"))

log.event("bulletins.asked", _("送会签：%(title)s，%(units)s"))
log.event("bulletins.opinion", _("会签意见：%(title)s，%(unit)s"))
log.event("bulletins.sealed", _("用印：%(title)s，%(seal)s %(copies)s 份"))
log.event("bulletins.frozen", _("固定通报数据：%(title)s，%(figures)s 项，正文 SHA-256 %(sha256)s"))


# ---- guards


def countersigned_kind(context: Context) -> Message | None:
    """The kind is countersigned."""
    return Message(NO_COUNTERSIGN) if kind_of(context.obj).countersign == "none" else None


def not_countersigned_kind(context: Context) -> Message | None:
    """The kind may go without."""
    return Message(COUNTERSIGN_FIRST) if kind_of(context.obj).countersign == "required" else None


def written(context: Context) -> list[Message]:
    """No passage that has to be there is empty."""
    return writing.missing(kind_of(context.obj), context.obj.texts)


def all_agree(context: Context) -> list[Message]:
    """Every unit asked in this round agreed."""
    rows = list(BulletinOpinion.objects.filter(bulletin=context.obj, round=context.obj.round).select_related("unit"))
    wrong = [Message(OBJECTED, {"unit": row.unit.name, "text": row.text}) for row in rows if row.agrees is False]
    if waiting := [row.unit.name for row in rows if row.agrees is None]:
        wrong.append(Message(NOT_ALL, {"units": waiting}))
    return wrong


def not_own_draft(context: Context) -> Message | None:
    """The drafter neither reviews nor signs."""
    if context.actor is not None and context.actor.pk == context.obj.drafted_by_id:
        return Message(OWN_DRAFT, {"person": context.actor.name})
    return None


def sealed_kind(context: Context) -> Message | None:
    """The kind carries a seal."""
    return None if kind_of(context.obj).seal else Message(NO_SEAL)


def sealed_if_asked(context: Context) -> Message | None:
    """What carries a seal was sealed."""
    return Message(SEAL_FIRST) if kind_of(context.obj).seal and context.obj.state != "sealed" else None


# ---- the columns of a step


def computed(bulletin: Bulletin) -> tuple[dict[str, computing.Result], dict[str, Any]]:
    """The figures as they stand now, and the columns that keep them. Raises Refused for one that cannot be computed."""
    results = computing.compute(kind_of(bulletin), Span(bulletin.starts, bulletin.ends))
    if failed := computing.failures(results):
        raise Refused(failed)
    return results, kept(bulletin, results)


def sent(context: Context) -> Mapping[str, Any]:
    """Sent on from the draft: another round, with the figures of now."""
    return computed(context.obj)[1] | {"round": context.obj.round + 1}


def sent_on(context: Context) -> Mapping[str, Any]:
    """Sent on after the countersigning, with the figures of now."""
    return computed(context.obj)[1]


def signed(context: Context) -> Mapping[str, Any]:
    """What is signed is these figures."""
    results, columns = computed(context.obj)
    return columns | {
        "signed_by": context.actor,
        "signed_on": clock.today(),
        "signed_digest": computing.digest(results),
    }


def numbered(context: Context) -> Mapping[str, Any]:
    """Its number: the one it has, or the next."""
    return {"number": numbering.number(context.obj, kind_of(context.obj)), "numbered_on": clock.today()}


def issued(context: Context) -> Mapping[str, Any]:
    """Freeze the figures, which must be those that were signed, and make the paper; anything wrong, and nothing is issued."""
    bulletin, kind = context.obj, kind_of(context.obj)
    results, _columns = computed(bulletin)
    if computing.digest(results) != bulletin.signed_digest:
        different = computing.differences(bulletin.computed, results)
        told = [
            Message(CHANGE, {name: row[name] for name in ("title", "before", "after")}).as_json() for row in different
        ]
        raise Refused(Message(DIFFERENT, {"changes": told}))
    columns = {"issued_on": clock.today(), "issued_by": context.actor}
    bulletin.issued_on = columns["issued_on"]  # the document bears it
    figures = freezing.freeze(bulletin, kind, results)
    paper = papers.keep(bulletin, kind, results)
    params = {"title": bulletin.title, "figures": len(figures), "sha256": paper.sha256}
    current().record("bulletins.frozen", bulletin, params=params, covers=[BulletinFigure, BulletinRows, BulletinPaper])
    return columns


def returned(context: Context) -> Mapping[str, Any]:
    """Nobody has signed a draft; a number stays."""
    return {"signed_by": None, "signed_on": None, "signed_digest": ""}


def opinion_given(context: Context) -> Mapping[str, Any]:
    """The opinion is one that was asked for, and an objection says why."""
    if not context.data["agrees"] and not context.note:
        raise Refused(Message(OBJECTION_EMPTY))
    if not _open(context.obj, context.data["unit"]):
        raise Refused(Message(NOT_ASKED, {"unit": str(context.data["unit"])}))
    if context.actor is not None and context.data["unit"].pk not in {
        row.unit_id for row in rules.asked(access.viewer(context.actor), context.obj)
    }:
        raise Refused(Message(NOT_ASKED, {"unit": str(context.data["unit"])}))
    return {}


# ---- what follows


def ask(context: Context) -> None:
    """The units are asked, their heads told."""
    units = list(context.data["units"])
    if not units:
        raise Refused(Message(NOBODY_ASKED))
    bulletin, now = context.obj, clock.now()
    asked = [BulletinOpinion(bulletin=bulletin, round=bulletin.round, unit=unit, asked_at=now) for unit in units]
    BulletinOpinion.objects.bulk_create(asked)
    params = {"title": bulletin.title, "units": [unit.name for unit in units]}
    current().record("bulletins.asked", bulletin, params=params, covers=[BulletinOpinion])
    heads = org.heads([unit.pk for unit in units], clock.today())
    _tell(heads.values(), TOLD_ASKED, bulletin)


def opine(context: Context) -> None:
    """The unit's opinion."""
    bulletin, unit = context.obj, context.data["unit"]
    _open(bulletin, unit).update(
        agrees=context.data["agrees"], text=context.note[:500], by=context.actor, at=clock.now()
    )
    params = {"title": bulletin.title, "unit": unit.name}
    current().record("bulletins.opinion", bulletin, params=params, reason=context.note, covers=[BulletinOpinion])


def seal(context: Context) -> None:
    """The seal's record."""
    bulletin = context.obj
    seal, copies = context.data["seal"].strip(), context.data["copies"]
    BulletinSeal.objects.create(bulletin=bulletin, seal=seal, copies=copies, by=context.actor, on=clock.today())
    params = {"title": bulletin.title, "seal": seal, "copies": copies}
    current().record("bulletins.sealed", bulletin, params=params, covers=[BulletinSeal])


def after_issue(context: Context) -> None:
    """The duty is fulfilled; what it supersedes gives way."""
    from .flow import BULLETIN_FLOW

    bulletin: Bulletin = Bulletin.objects.select_related("occurrence__duty", "supersedes").get(pk=context.obj.pk)
    cadence.fulfil(context.actor, bulletin)
    if bulletin.supersedes is not None and bulletin.supersedes.state == "issued":
        BULLETIN_FLOW.perform(bulletin.supersedes, "supersede", actor=None)


def tell_reviewers(context: Context) -> None:
    """Who reviews is told."""
    _tell_roles(context, kind_of(context.obj).reviewers, TOLD_REVIEW)


def tell_signers(context: Context) -> None:
    """Who signs is told."""
    _tell_roles(context, kind_of(context.obj).signers, TOLD_SIGN)


def tell_keepers(context: Context) -> None:
    """Who numbers and issues is told."""
    _tell_roles(context, kind_of(context.obj).keepers, TOLD_KEEP)


def tell_drafter(context: Context) -> None:
    """The drafter is told why it came back."""
    bulletin: Bulletin = context.obj
    inbox.send(
        bulletin.drafted_by,
        Message(TOLD_RETURNED, {"title": bulletin.title, "reason": context.note}),
        url=bulletin.get_absolute_url(),
    )


def _tell_roles(context: Context, roles: Iterable[str], code: str) -> None:
    people = {person.pk: person for role in sorted(roles) for person in org.holders(role, clock.today())}
    _tell(
        [person for pk, person in sorted(people.items()) if context.actor is None or pk != context.actor.pk],
        code,
        context.obj,
    )


def _tell(people: Iterable[Person], code: str, bulletin: Bulletin) -> None:
    said = {"title": bulletin.title, "starts": bulletin.starts.isoformat(), "ends": bulletin.ends.isoformat()}
    for person in people:
        inbox.send(person, Message(code, said), url=bulletin.get_absolute_url())


def _open(bulletin: Bulletin, unit: Any) -> Any:
    return BulletinOpinion.objects.filter(bulletin=bulletin, round=bulletin.round, unit=unit, agrees=None)
