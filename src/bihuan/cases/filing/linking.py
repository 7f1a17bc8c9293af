"""Which case became of a receipt: by its number, as soon as both are here, in whatever order they were imported."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import log
from bihuan.kernel.work import batches, unit_of_work

from ..models import Case, Receipt
from . import clock

log.event("cases.filing.linked", _("按案号对应收件与案件：%(count)s 件"))
log.event("cases.filing.redated", _("收到材料时间变动，收到材料日期随之变动：%(count)s 件"))


def link(ids: Iterable[int] | None = None) -> int:
    """Find the cases of these receipts (None: of all that have a number and no case); returns how many changed."""
    rows = Receipt.objects.filter(voided_at=None)
    if ids is None:
        wanted = list(rows.filter(case=None).exclude(case_number="").values_list("pk", flat=True))
    else:
        wanted = sorted(set(ids))
    return sum(_link(part) for part in batches(wanted, 2000))


def _link(ids: Iterable[int]) -> int:
    same = Q(case=None, case_number="") | Q(case__number=F("case_number"))
    rows = Receipt.objects.filter(pk__in=list(ids)).exclude(same).values_list("pk", "case_number", "case")
    held = list(rows)
    numbers = {number for _pk, number, _case in held if number}
    known = dict(Case.objects.filter(number__in=numbers, voided_at=None).values_list("number", "pk"))
    groups: dict[int | None, list[int]] = defaultdict(list)
    for pk, number, case in held:
        if known.get(number) != case:
            groups[known.get(number)].append(pk)
    if not groups:
        return 0
    with unit_of_work(None, job="cases.filing") as uow:
        for found, pks in groups.items():
            Receipt.objects.filter(pk__in=pks).update(case=found)
        changed = sum(map(len, groups.values()))
        uow.record("cases.filing.linked", params={"count": changed}, covers=[Receipt])
    return changed


def redate(ids: Iterable[int]) -> int:
    """The day of receipt of those whose moment was brought anew by a sheet, which writes its own columns alone; returns how many."""
    day = TruncDate("first_received_at")
    with unit_of_work(None, job="cases.filing") as uow:
        changed = sum(
            Receipt.objects.filter(pk__in=part).exclude(received_on=day).update(received_on=day) for part in batches(ids, 2000)
        )
        if changed:
            uow.record("cases.filing.redated", params={"count": changed}, covers=[Receipt])
    return changed


def receipts_came(ids: Iterable[int]) -> None:
    """These receipts were written in this unit of work: the day of receipt, their cases, and their days."""
    wanted = list(ids)
    redate(wanted)
    link(wanted)
    clock.came_in(wanted)


def nightly(on: dt.date) -> None:
    """Before each patrol: cases that came since, and the days."""
    link()
    clock.nightly(on)
