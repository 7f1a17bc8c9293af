"""Opening reviews: of every reversal by the system, and of a drawn sample that anybody can draw again."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from bihuan.kernel import access, clock, inbox, turns
from bihuan.kernel.draws import by_seed
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message
from bihuan.kernel.work import unit_of_work
from bihuan.law.dated import current_parameters

from .. import actions as a
from ..models import Appeal, AppealOutcome, Case, CaseReview, ReviewDraw, ReviewReason
from . import wordings as w
from .flows import due_in

REVERSED = "local.review.reversed"
OUTCOMES = (AppealOutcome.CHANGED.value, AppealOutcome.REMANDED.value)


def reversals(on: dt.date) -> QuerySet[Appeal]:
    """Reversals and remands decided since the house reviews all of them; none where it does not."""
    held = current_parameters().get(REVERSED).find_on(on)
    if held is None or not held.content["applies"]:
        return Appeal.objects.none()
    return Appeal.objects.filter(
        outcome__in=OUTCOMES, decided_on__gte=held.start, decided_on__lte=on, voided_at=None, case__voided_at=None
    )


def open_reversed(on: dt.date) -> int:
    """Before a patrol: open the review of every reversal that never had one; how many. A voided review is not opened again by itself,
    nor one of a case that is under review already: the rule tells of both.
    """
    running = CaseReview.objects.filter(voided_at=None).exclude(state="graded").values("case_id")
    waiting = reversals(on).filter(reviews=None, case__judge__isnull=False).exclude(case__in=running)
    done, cases = 0, set()
    for appeal in waiting.select_related("case__judge").order_by("decided_on", "pk"):
        if appeal.case_id in cases:
            continue
        cases.add(appeal.case_id)
        open_review(case=appeal.case, ground=appeal.outcome, appeal=appeal)
        done += 1
    return done


def open_review(
    *, case: Case, ground: str, appeal: Appeal | None = None, draw: ReviewDraw | None = None, actor: Person | None = None
) -> CaseReview:
    """Open the review of a case and tell its judge. Raises ValidationError where the case has no judge, IntegrityError where it runs."""
    made = CaseReview(
        case=case, ground=ground, appeal=appeal, draw=draw, judge=case.judge, opened_on=clock.today(), due_on=due_in("opened")
    )
    made.clean()
    with unit_of_work(actor, job="" if actor else "reviews") as uow:
        made.save(force_insert=True)
        uow.record("cases.review.opened", made, params={"case": case.number})
        told = {"case": case.number, "reason": str(made.get_ground_display()), "due": made.due_on.isoformat() if made.due_on else ""}
        inbox.send(made.judge, Message(w.TOLD_OPENED, told))
    return made


def population(first: dt.date, last: dt.date, *, enterprise: bool, before: ReviewDraw | None = None) -> list[str]:
    """Numbers of the cases that can be drawn, in order: closed between the days, not sealed, with a judge, no reversal, not under
    review when drawn (`before`: as of that draw, leaving out the reviews it opened itself and those after it).
    """
    reviews = CaseReview.objects.filter(voided_at=None)
    if before is not None:
        reviews = reviews.filter(pk__lt=min(before.reviews.values_list("pk", flat=True), default=0))
    rows = Case.objects.filter(closed_on__gte=first, closed_on__lte=last, voided_at=None, sealed="", judge__isnull=False)
    if enterprise:
        rows = rows.filter(enterprise=True)
    return sorted(rows.exclude(pk__in=reviews.values("case_id")).values_list("number", flat=True))


def digest(numbers: Sequence[str]) -> str:
    """The digest of a population, by which anybody sees whether it is still the same."""
    return hashlib.sha256("\n".join(numbers).encode()).hexdigest()


def draw(
    *, actor: Person | None, no: str, first: dt.date, last: dt.date, size: int, enterprise: bool = False, seed: str = ""
) -> ReviewDraw:
    """Draw a sample and open its reviews, all or none. Draws take turns: none draws what another is about to take.

    Raises NotAllowed, Refused (number taken, too few cases, a drawn case put under review by hand at the same moment).
    """
    access.require(actor, a.REVIEW_KEEP)
    seed = seed.strip() or secrets.token_hex(8)
    try:
        with unit_of_work(actor) as uow:
            turns.hold(turns.DRAW, "cases.reviews")
            numbers = population(first, last, enterprise=enterprise)
            if len(numbers) < size:
                raise Refused(Message(w.POPULATION_SMALL, {"population": len(numbers), "size": size}))
            made = _numbered(
                no=no.strip(), first=first, last=last, enterprise=enterprise, size=size, seed=seed, population=len(numbers),
                population_sha256=digest(numbers), drawn_by=actor, drawn_on=clock.today(),
            )  # fmt: skip
            told = {"no": made.no, "size": size, "population": len(numbers), "seed": seed, "digest": made.population_sha256}
            uow.record("cases.review.drawn", made, params=told)
            ground = ReviewReason.ENTERPRISE if enterprise else ReviewReason.DRAWN
            taken = by_seed(numbers, seed, size, name=str)
            for case in Case.objects.filter(number__in=taken).select_related("judge").order_by("pk"):
                open_review(case=case, ground=ground, draw=made, actor=actor)
    except IntegrityError as error:
        raise Refused(Message(w.DRAWN_MEANWHILE)) from error
    return made


def _numbered(**values: Any) -> ReviewDraw:
    try:
        with transaction.atomic():
            made: ReviewDraw = ReviewDraw.objects.create(**values)
    except IntegrityError as error:
        raise Refused(Message(w.NUMBER_TAKEN, {"no": values["no"]})) from error
    return made


def drawn_again(made: ReviewDraw) -> tuple[bool, list[str]]:
    """(whether the population is still the same, the cases the seed draws from it now)."""
    numbers = population(made.first, made.last, enterprise=made.enterprise, before=made)
    return digest(numbers) == made.population_sha256, by_seed(numbers, made.seed, made.size, name=str)
