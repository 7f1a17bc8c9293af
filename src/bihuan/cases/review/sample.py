"""Reviews in the demo court: one in each state, all of it fictional.

`fill` opens the reviews of reversals, draws a sample by a seed, and walks the drawn reviews: waiting for the self-check past its day, for
the reviewer, for the judge's answer, for the office; before the committee; graded. And one instance of each list of conduct.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from bihuan.kernel import clock
from bihuan.kernel.ledger.service import change, create
from bihuan.kernel.models import Person
from bihuan.law.calendar import current_calendar

from ..models import Case, CaseReview, ReviewDraw
from ..models.reviews import not_reviewer
from . import services
from .flows import REVIEW_FLOW
from .ledgers import CONDUCT, FINDINGS, REVIEWS

STEPS = ("self_check", "review", "answer", "submit")
DATA: dict[str, dict[str, Any]] = {
    "self_check": {"self_grade": "qualified"}, "review": {"proposed": "flawed"}, "submit": {"proposed": "flawed"},
    "grade": {"grade": "qualified"},
}  # fmt: skip
SAID = {
    "self_check": "程序、实体均无问题，文书有一处笔误",
    "review": "判决书主文漏写履行期限，已影响执行",
    "answer": "主文漏写属实，已裁定补正；不影响裁判结果",
    "submit": "拟评瑕疵，提请审判委员会讨论",
    "grade": "文书规范，程序完备",
}


def fill(*, keeper: Person, reviewers: list[Person], as_of: dt.date) -> ReviewDraw:
    """Write reviews as of `as_of`. Of the `reviewers` the first who had no part in a case reviews it."""

    def day(back: int) -> dt.date:
        return current_calendar().add_workdays(as_of, -back)

    with clock.simulate(day(12)):
        services.open_reversed(day(12))
        first, last = dt.date(day(12).year, 1, 1), day(12)
        drawn = services.draw(actor=keeper, no=f"评查〔{as_of.year}〕第1次", first=first, last=last, size=6, seed="20260520")
    reviews = list(drawn.reviews.select_related("case", "judge").order_by("case__number"))
    for steps, review in enumerate(reviews):
        walk(review, min(steps, 5), keeper, reviewers, day)
    firm = Case.objects.filter(enterprise=True, sealed="", voided_at=None, closed_on__gte=first, closed_on__lte=last).order_by("pk")
    for case, conduct, text in zip(
        firm[:2], ("live_seal", "slow_release"), ("对在用设备“活封”，企业照常生产", "案款付清后第九日才解除账户冻结"), strict=False
    ):
        with clock.simulate(as_of):
            values = {"case": case, "conduct": conduct, "happened_on": last, "text": text, "source": "评查发现", "recorded_by": keeper}
            create(CONDUCT, actor=keeper, values=values)
    return drawn


def walk(review: CaseReview, steps: int, keeper: Person, reviewers: list[Person], day: Any) -> None:
    """So many steps, two days apart; the last of five is the office's own grade instead of the committee."""
    if not steps:
        return
    reviewer = next(person for person in reviewers if not not_reviewer(review.case, review.judge_id, person.pk))
    with clock.simulate(day(11)):
        review = change(REVIEWS, actor=keeper, obj=review, values={"reviewer": reviewer}, reason="指定评查人")
    path = [*STEPS[:3], "grade"] if steps == 5 else list(STEPS[:steps])
    who = {"self_check": review.judge, "review": reviewer, "answer": review.judge}
    for place, step in enumerate(path):
        with clock.simulate(day(10 - 2 * place)):
            if step == "review":
                values = {"review": review, "kind": "document", "text": "判决书主文漏写履行期限", "serious": False}
                create(FINDINGS, actor=reviewer, values=values)
            review = REVIEW_FLOW.perform(review, step, actor=who.get(step, keeper), note=SAID[step], data=DATA.get(step, {}))
