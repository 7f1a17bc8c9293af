"""A fictional court whose rows come to the figures that a published notice said of cases, built in bulk and by the court's services.

The notice gives no base for most of its shares. The bases here are our choice: 600 cases closed from January to May 2025 (two of
them late), 500 of them open to appeal, as many a year before; 157 reviews in the first quarter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from bihuan.cases.clock import refresh
from bihuan.cases.models import Appeal, Case, CaseReview
from bihuan.cases.tests.factory import Court
from bihuan.kernel import bulk, clock
from bihuan.kernel.work import batches, unit_of_work
from bihuan.law.numbers import parse_number

AS_OF = dt.date(2025, 5, 31)
MEETING, MARKED, REVIEWED = dt.date(2025, 3, 6), dt.date(2025, 4, 8), dt.date(2025, 2, 17)
SIZES = {"judged": 484, "mediated": 84, "administrative": 32, "before": 500}
"""Closed in 2025: civil judgments, civil mediations, administrative cases (half of them mediated); closed in 2024: civil judgments."""
LATE, OWN, HARD, OVERSEEN, BEFORE_COMMITTEE, REVIEWS, OF_FIRMS = 2, 17, 2, 21, 52, 157, 103
APPEALED, REVERSED = {2024: 41, 2025: 30}, {2024: 35, 2025: 6}


class GoldenCourt:
    """The court and its rows; `closed` are the cases of 2025, `before` those of 2024, in the order they were made."""

    def __init__(self) -> None:
        with clock.simulate(AS_OF):
            self.court = Court()
            made = list(self._cases())
            for lot in batches(made, 500):
                with unit_of_work(None) as uow:
                    bulk.create(Case, lot)
                    uow.record("test.made", params={"what": "cases"}, covers=[Case])
            refresh()
            rows = list(Case.objects.order_by("pk"))
            self.closed = [row for row in rows if row.closed_on and row.closed_on.year == 2025]
            self.before = [row for row in rows if row.closed_on and row.closed_on.year == 2024]
            self._appeals()
            self._reviews()
        self._marks()
        self._committee()

    def _cases(self) -> Iterator[Case]:
        """Closed ones, each sixty days after its filing, the late ones long after; the president's first."""
        for number in range(SIZES["judged"]):
            late = SIZES["judged"] - LATE <= number
            yield self._case(
                number, 2025, "judgment", days=400 if late else 60, judge=self.court.president if number < OWN else None
            )
        for number in range(SIZES["mediated"]):
            yield self._case(1000 + number, 2025, "mediation")
        for number in range(SIZES["administrative"]):
            yield self._case(2000 + number, 2025, "mediation" if number % 2 else "judgment", type="行初")
        for number in range(SIZES["before"]):
            yield self._case(3000 + number, 2024, "judgment")

    def _case(
        self, number: int, year: int, manner: str, *, days: int = 60, type: str = "民初", judge: Any = None
    ) -> Case:
        closed = dt.date(year, 1, 2) + dt.timedelta(days=number % 140)
        case = Case(
            filed_on=closed - dt.timedelta(days=days), closed_on=closed, closing_manner=manner, procedure="ordinary",
            division=self.court.units["civil"], judge=judge or self.court.judge, cause="买卖合同纠纷", parties="原告甲，被告乙",
            enterprise=number < OF_FIRMS,
        )  # fmt: skip
        case.numbered(parse_number(f"（{year}）鄂0000{type}{number + 1}号"))
        return case

    def _appeals(self) -> None:
        rows = []
        for year, cases in ((2025, self.closed), (2024, self.before)):
            open_ = [case for case in cases if case.closing_manner == "judgment"]
            for n, case in enumerate(open_[: APPEALED[year]]):
                outcome = ("changed", "remanded")[n % 2] if n < REVERSED[year] else "upheld"
                day = case.closed_on + dt.timedelta(days=10)
                rows.append(Appeal(case=case, appealed_on=day, outcome=outcome, decided_on=day))
        with unit_of_work(None) as uow:
            Appeal.objects.bulk_create(rows)
            uow.record("test.made", params={"what": "appeals"}, covers=[Appeal])

    def _reviews(self) -> None:
        """Those of firms' cases, and as many others as make up the rest."""
        firms = [case for case in self.closed if case.enterprise and case.closed_on <= REVIEWED][:OF_FIRMS]
        others = [case for case in self.closed if not case.enterprise and case.closed_on <= REVIEWED][
            : REVIEWS - OF_FIRMS
        ]
        firms += [case for case in self.closed if case.enterprise and case not in firms][: OF_FIRMS - len(firms)]
        rows = [
            CaseReview(case=case, ground="special", judge=case.judge, opened_on=REVIEWED) for case in (*firms, *others)
        ]
        with unit_of_work(None) as uow:
            CaseReview.objects.bulk_create(rows)
            uow.record("test.made", params={"what": "reviews"}, covers=[CaseReview])

    def _marks(self) -> None:
        """Two of the president's cases among those under oversight."""
        pending = self._pending(OVERSEEN - HARD, "刑初", 4000)
        own = [case for case in self.closed if case.judge_id == self.court.president.pk][:HARD]
        for case in (*own, *pending):
            self.court.mark(case, on=MARKED.isoformat())

    def _committee(self) -> None:
        """Four meetings of thirteen items each."""
        cases = self._pending(BEFORE_COMMITTEE, "民初", 5000)
        with clock.simulate(MEETING):
            for case in cases:
                self.court.search(case, "2025-03-03", written="2025-03-04")
            for start in range(0, BEFORE_COMMITTEE, 13):
                self.court.hold(self.court.meeting(held=MEETING, cases=cases[start : start + 13]))

    def _pending(self, count: int, type: str, first: int) -> list[Case]:
        with clock.simulate(AS_OF):
            made = []
            for number in range(first, first + count):
                case = Case(
                    filed_on=dt.date(2025, 1, 6), procedure="ordinary", division=self.court.units["civil"], judge=self.court.judge,
                    cause="买卖合同纠纷", parties="原告甲，被告乙",
                )  # fmt: skip
                case.numbered(parse_number(f"（2025）鄂0000{type}{number + 1}号"))
                made.append(case)
            with unit_of_work(None) as uow:
                bulk.create(Case, made)
                uow.record("test.made", params={"what": "pending"}, covers=[Case])
            refresh([case.pk for case in made])
            return list(Case.objects.filter(pk__in=[case.pk for case in made]).select_related("judge").order_by("pk"))
