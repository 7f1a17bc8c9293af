"""Rules about receipts: limits passed or near, vouchers, refusals in writing, hand-over. Each a query, each with its article."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Assignment
from bihuan.kernel.rules import Params, carrying, rule

from ..models import Receipt, ReceiptOutcome
from ..rules.limits import named_limit
from ..sources import CASES
from . import terms
from .history import FILE_FIRST, TRANSFER
from .kinds import FILED_FIRST_OF
from .sources import RECEIPTS

DOMAIN = "cases"
ABOUT = "cases.Receipt"


def standing(on: dt.date | None = None) -> QuerySet[Receipt]:
    """All receipts that stand."""
    rows: QuerySet[Receipt] = Receipt.objects.filter(voided_at=None)
    return rows


def undecided(on: dt.date | None = None) -> QuerySet[Receipt]:
    """Receipts without an outcome."""
    return standing().filter(outcome="")


def watched(on: dt.date) -> QuerySet[Receipt]:
    """Undecided receipts, and those received or decided this year: a breach of theirs is still to be dealt with."""
    return standing().filter(Q(outcome="") | Q(received_on__year=on.year) | Q(outcome_on__year=on.year))


def decided(on: dt.date) -> QuerySet[Receipt]:
    """Receipts decided this year."""
    return standing().filter(outcome_on__year=on.year)


def head_of_filing(on: dt.date) -> Subquery:
    """Who heads the filing division on the day."""
    held = Assignment.objects.filter(Assignment.on(on), post__role="filing_head", person__is_active=True)
    return Subquery(held.order_by("starts", "id").values("person_id")[:1])


def where_applied(rows: QuerySet[Receipt], p: Params) -> QuerySet[Receipt]:
    """The rows, or none where the court has set the rule aside."""
    return rows if p["applies"] else rows.none()


def owned(rows: QuerySet[Receipt], *, limit: str = "", due: str = "due_on", person: Any = None, **params: Any) -> QuerySet[Receipt]:
    """With due day, owner (whoever handles it, or `person`), and the limit with its article as the sentence names them."""
    told = (named_limit(limit) if limit else named_limit(column="kind")) | params
    return carrying(
        rows,
        alert_due=F(due),
        alert_unit_id=F("unit_id"),
        alert_person_id=F("person_id") if person is None else person,
        alert_params=JSONObject(**told),
    )


@rule(
    "cases.filing.file-first",
    title=_("超期立案，应当先行立案"),
    says=_("%(limit)s 已于 %(due)s 届满，至今没有结论（%(article)s）；不能判定的，应当先行立案（%(first)s）"),
    about=ABOUT,
    severity="serious",
    domain=DOMAIN,
    sources=(RECEIPTS,),
    population=undecided,
)
def file_first(on: dt.date, p: Params) -> QuerySet[Receipt]:
    """Undecided past the limit, of the kinds of which the law says that what cannot be judged in time is filed first (F-06)."""
    rows = undecided().filter(due_on__lt=on, kind__in=FILED_FIRST_OF)
    return owned(rows, first=named_limit(FILE_FIRST)["article"])


@rule(
    "cases.filing.overdue",
    title=_("超期立案，没有结论"),
    says=_("%(limit)s 已于 %(due)s 届满，至今没有结论（%(article)s）"),
    about=ABOUT,
    severity="serious",
    domain=DOMAIN,
    sources=(RECEIPTS,),
    population=undecided,
)
def overdue(on: dt.date, p: Params) -> QuerySet[Receipt]:
    """Undecided past the limit, of the other kinds."""
    return owned(undecided().filter(due_on__lt=on).exclude(kind__in=FILED_FIRST_OF))


@rule(
    "cases.filing.late",
    title=_("超期作出立案结论"),
    says=_("%(limit)s 已于 %(due)s 届满，%(outcome)s 才有结论（%(article)s）"),
    about=ABOUT,
    severity="warning",
    domain=DOMAIN,
    sources=(RECEIPTS,),
    population=decided,
)
def late(on: dt.date, p: Params) -> QuerySet[Receipt]:
    """Decided this year later than the limit: the breach stands in the ledger."""
    return owned(decided(on).filter(outcome_on__gt=F("due_on")), outcome=F("outcome_on"))


@rule(
    "cases.filing.near",
    title=_("立案期限将满"),
    says=_("%(limit)s 将于 %(due)s 届满，尚无结论（%(article)s）"),
    about=ABOUT,
    severity="notice",
    domain=DOMAIN,
    sources=(RECEIPTS,),
    basis=terms.NEAR,
    population=undecided,
)
def near(on: dt.date, p: Params) -> QuerySet[Receipt]:
    """Undecided within so many days of the raw end, where the limit is longer than that."""
    within = int(p["days"])
    near_end = undecided().filter(raw_due__lte=on + dt.timedelta(days=within), length_days__gt=within)
    return owned(near_end.filter(due_on__gte=on, paused_now=False))


@rule(
    "cases.filing.no-receipt",
    title=_("收件没有出具书面凭证"),
    says=_("%(received)s 收到材料，登记为没有出具注明收到日期的书面凭证"),
    about=ABOUT,
    severity="warning",
    domain=DOMAIN,
    sources=(RECEIPTS,),
    basis=terms.RECEIPT,
    population=watched,
)
def no_receipt(on: dt.date, p: Params) -> QuerySet[Receipt]:
    """Receipts of which it is recorded that no voucher was given; an empty cell proves nothing."""
    rows = watched(on).filter(receipt_given=False)
    return owned(where_applied(rows, p), due="received_on", received=F("received_on"))


@rule(
    "cases.filing.no-ruling",
    title=_("不予受理没有书面裁定"),
    says=_("%(outcome)s 不予受理（不予立案），没有登记裁定书（决定书）文号"),
    about=ABOUT,
    severity="warning",
    domain=DOMAIN,
    sources=(RECEIPTS,),
    basis=terms.WRITTEN,
    population=decided,
)
def no_ruling(on: dt.date, p: Params) -> QuerySet[Receipt]:
    """Refused without the number of a ruling or decision."""
    rows = decided(on).filter(outcome=ReceiptOutcome.REFUSED_RULING, ruling_no="")
    return owned(where_applied(rows, p), due="outcome_on", outcome=F("outcome_on"))


@rule(
    "cases.filing.transfer",
    title=_("立案后逾期未移送审判庭"),
    says=_("%(outcome)s 立案，应于 %(due)s 前移送审判庭（%(article)s）"),
    about=ABOUT,
    severity="warning",
    domain=DOMAIN,
    sources=(RECEIPTS, CASES),
    population=decided,
)
def transfer(on: dt.date, p: Params) -> QuerySet[Receipt]:
    """Filed this year, and the case was handed to its division later than the limit, or not yet and the limit is over."""
    filed = decided(on).filter(case__isnull=False, case__voided_at=None)
    handed_late = Q(case__transferred_on__gt=F("transfer_due_on"))
    waiting = Q(case__transferred_on=None, transfer_due_on__lt=on)
    return owned(filed.filter(handed_late | waiting), limit=TRANSFER, due="transfer_due_on", outcome=F("outcome_on"))
