"""Regular checks of filing: receipts drawn by a seed, a finding for each, and the duty that the finished check fulfils."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access, clock, duties, log
from bihuan.kernel.draws import by_seed
from bihuan.kernel.errors import Refused, Stale
from bihuan.kernel.models import Duty, DutyOccurrence, Person, Unit
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work
from bihuan.kernel.workflow import CHANGED, Context

from .. import actions as a
from ..models import CheckState, FilingCheck, FilingCheckItem, Receipt

NONE = wording("cases.filing-check.none", _("%(first)s 至 %(last)s 没有可以抽取的收件，请改期间。"))
TAKEN = wording("cases.filing-check.taken", _("检查编号“%(no)s”已经使用，请换一个。"))
NOT_OPEN = wording("cases.filing-check.not_open", _("“%(no)s”已经结束，检查情况不能再改。"))
OPEN_ITEMS = wording("cases.filing-check.open_items", _("还有 %(count)s 件没有登记检查情况。"))
SAY_WHAT = wording("cases.filing-check.say_what", _("%(receipt)s 检查出问题的，须写明说明。"))
log.event("cases.filing-check.drawn", _("抽取立案定期检查：%(no)s，%(population)s 件中抽 %(size)s 件，种子 %(seed)s"))
log.event("cases.filing-check.recorded", _("登记立案定期检查情况：%(no)s，%(count)s 件"))
STANDS = wording("cases.filing-check.stands", _("已经设立了立案定期检查；要改周期的，先在“定期工作”中停用原来的。"))
DOMAIN, OWNER = "cases", "filing_head"
TITLE = _("立案庭庭长定期检查立案工作")
EVERY = {"month": "FREQ=MONTHLY;BYMONTHDAY=-1", "fortnight": "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "quarter": "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1"}
KIND = FilingCheck._meta.label_lower
AHEAD = dt.timedelta(days=31)
"""A check fulfils the earliest open occurrence of the duty, but none that falls due later than so."""


def population(first: dt.date, last: dt.date, by: Person) -> Any:
    """The receipts of the period that may be drawn: all that stand but the checker's own."""
    return Receipt.objects.filter(voided_at=None, received_on__gte=first, received_on__lte=last).exclude(person=by)


def draw(*, actor: Person, no: str, first: dt.date, last: dt.date, size: int, seed: str) -> FilingCheck:
    """Draw receipts for a check. Raises NotAllowed, Refused (nothing to draw from, number taken)."""
    access.require(actor, a.FILING_CHECK)
    rows = list(population(first, last, actor).values_list("pk", "receipt_no"))
    if not rows:
        raise Refused(Message(NONE, {"first": first.isoformat(), "last": last.isoformat()}))
    chosen = [pk for pk, _number in by_seed(rows, seed, size, name=lambda row: row[1])]
    with unit_of_work(actor) as uow:
        try:
            with transaction.atomic():
                check: FilingCheck = FilingCheck.objects.create(
                    no=no, first=first, last=last, size=len(chosen), seed=seed, population=len(rows), drawn_on=clock.today(), by=actor
                )
        except IntegrityError as error:
            raise Refused(Message(TAKEN, {"no": no})) from error
        FilingCheckItem.objects.bulk_create(
            FilingCheckItem(check_of=check, receipt_id=pk, place=place) for place, pk in enumerate(chosen, start=1)
        )
        params = {"no": no, "population": len(rows), "size": len(chosen), "seed": seed}
        uow.record("cases.filing-check.drawn", check, params=params, covers=[FilingCheckItem])
    return check


def record(*, actor: Person, check: FilingCheck, rows: Mapping[int, tuple[str, str]]) -> int:
    """Findings (item -> finding, note) of an open check; returns how many changed. Raises NotAllowed, Refused, Stale."""
    access.require(actor, a.FILING_FINDINGS, check)
    items = {item.pk: item for item in check.items.select_related("receipt")}
    given = {pk: pair for pk, pair in rows.items() if pk in items}
    bare = [items[pk] for pk, (finding, note) in given.items() if finding not in {"", "sound"} and not note.strip()]
    if bare:
        raise Refused([Message(SAY_WHAT, {"receipt": item.receipt.receipt_no}) for item in bare])
    with unit_of_work(actor) as uow:
        fresh = FilingCheck.objects.select_for_update(no_key=True).get(pk=check.pk)
        if fresh.state != CheckState.DRAWN:
            raise Refused(Message(NOT_OPEN, {"no": check.no}))
        if fresh.revision != check.revision:
            raise Stale(Message(CHANGED))
        changed = 0
        for pk, (finding, note) in given.items():
            if (items[pk].finding, items[pk].note) != (finding, note.strip()):
                FilingCheckItem.objects.filter(pk=pk).update(finding=finding, note=note.strip(), revision=items[pk].revision + 1)
                changed += 1
        if changed:
            FilingCheck.objects.filter(pk=check.pk).update(revision=check.revision + 1)
            uow.record("cases.filing-check.recorded", check, params={"no": check.no, "count": changed}, covers=[FilingCheckItem])
    check.refresh_from_db()
    return changed


def establish(*, actor: Person, every: str, starts: dt.date, grace_days: int) -> Duty:
    """Set up the recurring duty that finished checks fulfil; `every` is a key of EVERY. Raises NotAllowed, Refused (there is one)."""
    access.require(actor, "duty.manage", DOMAIN)
    if standing_duty() is not None:
        raise Refused(Message(STANDS))
    unit = Unit.objects.filter(posts__role=OWNER, closed_on=None).order_by("pk").first()
    with translation.override("zh-hans"):  # a title is kept as text, in the court's language whoever sets it up
        title = str(TITLE)
    return duties.create(
        actor=actor, code=duties.next_code(), title=title, rrule=EVERY[every], starts=starts, owner_role=OWNER, unit=unit,
        domain=DOMAIN, grace_days=grace_days, record_kind=KIND,
    )  # fmt: skip


def standing_duty() -> Duty | None:
    """The duty that wants checks of filing and has not ended."""
    rows = Duty.objects.filter(record_kind=KIND, voided_at=None)
    return rows.exclude(ends__lt=clock.today()).order_by("pk").first()


# ---- the steps of the flow


def all_looked_at(context: Context) -> Message | None:
    """No receipt is left without a finding."""
    left = context.obj.items.filter(finding="").count()
    return Message(OPEN_ITEMS, {"count": left}) if left else None


def concluded(context: Context) -> Mapping[str, Any]:
    """The conclusion and the day."""
    return {"conclusion": str(context.data["conclusion"]).strip(), "checked_on": clock.today()}


def fulfil(context: Context) -> None:
    """The finished check fulfils the duty that asks for one, if there is one due."""
    occurrence = due_for(clock.today())
    if context.actor is not None and occurrence is not None and access.may(context.actor, "duty.fulfil", occurrence):
        duties.fulfil(actor=context.actor, occurrence=occurrence, record=context.obj)


def due_for(on: dt.date) -> DutyOccurrence | None:
    """The earliest open occurrence of a duty that wants a check of filing, as far as it falls due soon."""
    rows = DutyOccurrence.objects.filter(duties.RUNNING, duty__record_kind=KIND, fulfilled_on=None, due_on__lte=on + AHEAD)
    return rows.select_related("duty").order_by("due_on", "pk").first()
