"""Red flags of filing: withdrawn and submitted again, supplements asked for again and again, mediation without consent or too long.
They fall to the head of the filing division."""

from __future__ import annotations

import datetime as dt

from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.rules import Params, carrying, rule

from ..meetings.sql import MonthsAfter
from ..models import FilingComplaint, Receipt, ReceiptOutcome, ReceiptSupplement
from ..rules.limits import named_limit
from . import terms
from .history import COMPLAINT, MEDIATION
from .rules import ABOUT, DOMAIN, head_of_filing, owned, standing, watched, where_applied
from .sources import COMPLAINTS, RECEIPTS


@rule(
    "cases.filing.resubmitted",
    title=_("同一当事人撤回后又提交"),
    says=_("%(earlier)s 号收件于 %(withdrawn)s 撤回，%(received)s 同一申请人对同一对方又提交：请核查是否以撤回代替立案、另起期限"),
    about=ABOUT,
    severity="warning",
    domain=DOMAIN,
    sources=(RECEIPTS,),
    basis=terms.RESUBMITTED,
    population=watched,
)
def resubmitted(on: dt.date, p: Params) -> QuerySet[Receipt]:
    """Receipts of the same applicant against the same opponent as one that was withdrawn within so many days before."""
    earlier = _withdrawn(int(p["days"]))
    rows = watched(on).exclude(applicant_digest="").exclude(opponent_digest="")
    rows = rows.annotate(
        withdrawn_no=Subquery(earlier.values("receipt_no")[:1]), withdrawn_on=Subquery(earlier.values("outcome_on")[:1])
    ).filter(withdrawn_no__isnull=False)
    head, received = head_of_filing(on), F("received_on")
    return owned(rows, due="received_on", person=head, earlier=F("withdrawn_no"), withdrawn=F("withdrawn_on"), received=received)


def _withdrawn(within: int) -> QuerySet[Receipt]:
    """The withdrawn receipts before the outer one; the latest first."""
    same = standing().filter(
        applicant_digest=OuterRef("applicant_digest"), opponent_digest=OuterRef("opponent_digest"), outcome=ReceiptOutcome.WITHDRAWN
    )
    back = MonthsAfter(OuterRef("received_on"), 0, -within)
    same = same.filter(outcome_on__lte=OuterRef("received_on"), outcome_on__gte=back).exclude(pk=OuterRef("pk"))
    return same.order_by("-outcome_on", "-pk")


@rule(
    "cases.filing.supplements",
    title=_("多次告知补正"),
    says=_("先后 %(count)s 次告知补正，应当一次性告知"),
    about=ABOUT,
    severity="warning",
    domain=DOMAIN,
    sources=(RECEIPTS,),
    basis=terms.SUPPLEMENTS,
    population=watched,
)
def supplements(on: dt.date, p: Params) -> QuerySet[Receipt]:
    """Receipts with more notices of what is to be supplemented than the law allows."""
    notices = ReceiptSupplement.objects.filter(receipt=OuterRef("pk"), voided_at=None).order_by()
    counted = notices.values("receipt").annotate(n=Count("pk")).values("n")
    rows = watched(on).annotate(notices=Subquery(counted)).filter(notices__gt=int(p["times"]))
    return owned(rows, due="received_on", person=head_of_filing(on), count=Cast(F("notices"), CharField()))


@rule(
    "cases.filing.mediation-consent",
    title=_("诉前调解没有同意的记录"),
    says=_("%(sent)s 委派调解，没有当事人同意的记录，调解期间照算立案期限"),
    about=ABOUT,
    severity="warning",
    domain=DOMAIN,
    sources=(RECEIPTS,),
    basis=terms.CONSENT,
    population=watched,
)
def mediation_consent(on: dt.date, p: Params) -> QuerySet[Receipt]:
    """Sent to mediation without a record that the parties agreed."""
    rows = watched(on).filter(Q(mediation_consent=None) | Q(mediation_consent=False), mediation_sent_on__isnull=False)
    return owned(where_applied(rows, p), due="mediation_sent_on", person=head_of_filing(on), sent=F("mediation_sent_on"))


@rule(
    "cases.filing.mediation-long",
    title=_("诉前调解超过三十日"),
    says=_("%(limit)s 已于 %(due)s 届满，调解没有按期结束（%(article)s）；调解不成、当事人坚持起诉的，应当立案"),
    about=ABOUT,
    severity="warning",
    domain=DOMAIN,
    sources=(RECEIPTS,),
    population=watched,
)
def mediation_long(on: dt.date, p: Params) -> QuerySet[Receipt]:
    """Mediation that goes on past its day, or ended later."""
    rows = watched(on).filter(mediation_due_on__isnull=False)
    running = Q(mediation_ended_on=None, outcome="", mediation_due_on__lt=on)
    rows = rows.filter(running | Q(mediation_ended_on__gt=F("mediation_due_on")))
    return owned(rows, limit=MEDIATION, due="mediation_due_on", person=head_of_filing(on))


def unanswered(on: dt.date) -> QuerySet[FilingComplaint]:
    """Complaints not replied to."""
    rows: QuerySet[FilingComplaint] = FilingComplaint.objects.filter(voided_at=None, replied_on=None)
    return rows


@rule(
    "cases.complaint.reply-late",
    title=_("不立案投诉逾期未答复"),
    says=_("%(accepted)s 受理，应于 %(due)s 前查明并答复（%(article)s）"),
    about="cases.FilingComplaint",
    severity="serious",
    domain=DOMAIN,
    sources=(COMPLAINTS,),
    population=unanswered,
)
def reply_late(on: dt.date, p: Params) -> QuerySet[FilingComplaint]:
    """Complaints past the day of the reply; they fall to whoever looks into them."""
    return carrying(
        unanswered(on).filter(due_on__lt=on),
        alert_due=F("due_on"),
        alert_unit_id=F("unit_id"),
        alert_person_id=F("person_id"),
        alert_params=JSONObject(**named_limit(COMPLAINT), accepted=F("accepted_on")),
    )
