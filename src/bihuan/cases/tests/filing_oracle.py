"""What the rules of filing must find, in plain Python, a receipt at a time, day by day, written from the articles and not from the rules.

Only the working calendar's answer whether a day is a working day is taken from the product.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from bihuan.cases.models import Case, FilingComplaint, Receipt, ReceiptSupplement
from bihuan.law.calendar import current_calendar

DAY = dt.timedelta(days=1)
# 民诉法126、行诉法51、登记立案规定8、刑解219/186、执行规定16、刑事财产执行规定7、异议复议规定2、行诉解释155、征收执行规定3、赔偿立案规定9、民诉法226、29号6
LENGTH = {
    "F-01": 7, "F-02": 7, "F-03": 15, "F-04": 30, "F-05": 15, "F-07": 7, "F-08": 7, "F-09": 7, "F-10": 7, "F-11": 3, "F-12": 5,
    "F-13": 5, "F-14": 7, "F-15": 5, "F-16": 3, "F-16.1": 1, "F-16.2": 1, "F-16.3": 5,
}  # fmt: skip
RESTARTED = {"F-01", "F-02", "F-03", "F-04", "F-05", "F-09", "F-14"}  # 登记立案规定7、执行规定16、赔偿立案规定9
FIRST = {"F-01", "F-02", "F-03", "F-04", "F-05"}  # 登记立案规定8第2款
PAUSED = {"F-01", "F-02", "F-03", "F-04", "F-05", "F-08", "F-09", "F-12", "F-13", "F-14"}


def rolled(day: dt.date) -> dt.date:
    """The day, or the next working day."""
    while not current_calendar().is_workday(day):
        day += DAY
    return day


def left_out(row: Receipt, on: dt.date) -> set[dt.date]:
    """Days of mediation that do not count: all consented, and no more than thirty unless both sides agreed to more."""
    if not row.mediation_consent or row.mediation_sent_on is None or row.kind not in PAUSED:
        return set()
    stop = row.mediation_ended_on or min(on, row.outcome_on or on)
    days = [row.mediation_sent_on + DAY * n for n in range((stop - row.mediation_sent_on).days + 1)]
    return set(days if row.mediation_until else days[:30])


def limit(row: Receipt, on: dt.date) -> tuple[dt.date, dt.date, dt.date]:
    """(the day it starts from, the raw end, the due day)."""
    start = row.received_on
    assert start is not None
    supplied = ReceiptSupplement.objects.filter(receipt=row, voided_at=None, received_on__isnull=False)
    days = sorted({one.received_on for one in supplied if one.received_on is not None})
    days = [day for day in days if day <= (row.outcome_on or day)] if row.kind in RESTARTED else []
    if days:
        start = days[0]
    out, day, left = left_out(row, on), start, LENGTH[row.kind]
    while left:
        day += DAY
        if day not in out:
            left -= 1
    return start, day, rolled(day)


def is_paused(row: Receipt, on: dt.date) -> bool:
    """Whether a day of mediation that does not count is today."""
    return not row.outcome and on in left_out(row, on) and on > limit(row, on)[0]


def found(on: dt.date) -> set[tuple[str, int]]:
    """(rule, receipt or complaint) of everything that is wrong on the day."""
    rows = list(Receipt.objects.filter(voided_at=None))
    told = {(rule, row.pk) for row in rows for rule in of_receipt(row, rows, on)}
    late = FilingComplaint.objects.filter(voided_at=None, replied_on=None)
    told |= {("cases.complaint.reply-late", one.pk) for one in late if on > rolled(one.accepted_on + DAY * 15)}
    return told


def of_receipt(row: Receipt, all_rows: list[Receipt], on: dt.date) -> list[str]:
    """The rules it breaks."""
    _start, raw, due = limit(row, on)
    start = _start
    year = {row.received_on.year, row.outcome_on.year if row.outcome_on else on.year}  # type: ignore[union-attr]
    lively = not row.outcome or on.year in year
    decided = row.outcome_on is not None and row.outcome_on.year == on.year
    broken = []
    if not row.outcome and on > due:
        broken.append("cases.filing.file-first" if row.kind in FIRST else "cases.filing.overdue")
    if decided and row.outcome_on > due:  # type: ignore[operator]
        broken.append("cases.filing.late")
    if not row.outcome and on <= due and (raw - on).days <= 2 and (raw - start).days > 2 and not is_paused(row, on):
        broken.append("cases.filing.near")
    if lively and row.receipt_given is False:
        broken.append("cases.filing.no-receipt")
    if decided and row.outcome == "refused_ruling" and not row.ruling_no:
        broken.append("cases.filing.no-ruling")
    broken += ["cases.filing.transfer"] * bool(decided and handed_late(row, on))
    broken += flags(row, all_rows, on) if lively else []
    return broken


def handed_late(row: Receipt, on: dt.date) -> bool:
    """Filed, and handed to its division later than three days, or not yet (29号7)."""
    if row.outcome not in {"filed", "filed_first"} or row.case_id is None or row.outcome_on is None:
        return False
    case: Any = Case.objects.get(pk=row.case_id)
    last = rolled(row.outcome_on + DAY * 3)
    return case.voided_at is None and (case.transferred_on > last if case.transferred_on else on > last)


def flags(row: Receipt, all_rows: list[Receipt], on: dt.date) -> list[str]:
    """The red flags."""
    broken = []
    same = [
        other for other in all_rows
        if other.pk != row.pk and other.outcome == "withdrawn" and row.applicant_digest and row.opponent_digest
        and (other.applicant_digest, other.opponent_digest) == (row.applicant_digest, row.opponent_digest)
    ]  # fmt: skip
    if any(0 <= (row.received_on - other.outcome_on).days <= 30 for other in same):  # type: ignore[operator]
        broken.append("cases.filing.resubmitted")
    if ReceiptSupplement.objects.filter(receipt=row, voided_at=None).count() > 1:
        broken.append("cases.filing.supplements")
    if row.mediation_sent_on and not row.mediation_consent:
        broken.append("cases.filing.mediation-consent")
    if row.mediation_signed_on:
        last = rolled(max(row.mediation_signed_on + DAY * 30, row.mediation_until or dt.date.min))
        if row.mediation_ended_on > last if row.mediation_ended_on else not row.outcome and on > last:
            broken.append("cases.filing.mediation-long")
    return broken
