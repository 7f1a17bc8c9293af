"""What is watched over in the civil division: papers received and a complaint about them, oversight of a case, its review, a
bankruptcy case's milestone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from bihuan.cases import models as c
from bihuan.cases.oversight.flows import MARK_FLOW
from bihuan.kernel.work import unit_of_work


def watch_rows(court: Any, case: c.Case, day: dt.date, secret: str, filed: str) -> dict[str, Any]:
    """Ledger code, or name of an address -> the row it is asked for. What those who watch over filing see carries the word `filed`."""
    civil, judge, leader = court.units["civil"], court.judge, court.leader
    made: dict[str, Any] = {}

    def add(code: str, model: Any, **values: Any) -> Any:
        made[f"cases.{code}"] = row = model.objects.create(**values)
        return row

    with unit_of_work(None) as uow:
        at = timezone.make_aware(dt.datetime.combine(day, dt.time(9)))
        receipt = add(
            "receipts", c.Receipt, receipt_no=f"{filed}收1", kind="F-01", first_received_at=at, received_on=day, cause=filed,
            unit=civil, person=judge,
        )  # fmt: skip
        add("receipt_supplements", c.ReceiptSupplement, receipt=receipt, notice_on=day, wanted=f"{filed}补正")
        complaint = add(
            "filing_complaints", c.FilingComplaint, no=f"{filed}投1", receipt=receipt, unit=civil, accepted_on=day,
            ground="not_filed", content=f"{filed}投诉",
        )  # fmt: skip
        check = add(
            "filing_checks", c.FilingCheck, no=f"{filed}查1", first=day, last=day, size=1, seed=filed, population=1, drawn_on=day,
            by=judge,
        )  # fmt: skip
        c.FilingCheckItem.objects.create(check_of=check, receipt=receipt, place=1, note=f"{filed}说明")
        mark = add(
            "oversight_marks", c.OversightMark, case=case, kind="difficult", ground=f"{secret}依据", proposed_by=judge,
            proposed_on=day,
        )  # fmt: skip
        covers = {type(row) for row in made.values()} | {c.FilingCheckItem}
        uow.record("test.made", case, covers=covers, params={"what": "filing"})
    MARK_FLOW.perform(mark, "confirm", actor=court.head)
    with unit_of_work(None) as uow:
        add(
            "oversight_measures", c.OversightMeasure, case=case, mark=mark, kind="report", taken_by=leader, taken_on=day,
            reference=f"{secret}留痕",
        )  # fmt: skip
        add("document_readings", c.ReadingRecord, case=case, document="judgment", by=leader, sent_on=day, read_on=day, outcome="agreed")
        draw = add(
            "review_draws", c.ReviewDraw, no=f"{secret}抽1", first=day, last=day, size=1, seed=secret, population=1,
            population_sha256="0" * 64, drawn_by=judge, drawn_on=day,
        )  # fmt: skip
        review = add("reviews", c.CaseReview, case=case, ground="drawn", draw=draw, judge=judge, opened_on=day, due_on=day)
        add("review_findings", c.ReviewFinding, review=review, kind="procedure", text=f"{secret}问题")
        add(
            "conduct", c.ConductInstance, case=case, conduct=c.Conduct.values[0], happened_on=day, text=f"{secret}事实",
            source=f"{secret}来源", recorded_by=judge,
        )  # fmt: skip
        add("milestones", c.Milestone, case=case, kind=c.MilestoneKind.values[0], due_on=day, reference=f"{secret}文书")
        add(
            "share_targets", c.ShareTarget, year=day.year, person=judge, count=1, set_on=day, set_by=leader, reference=f"{secret}文件",
        )  # fmt: skip
        record = add(
            "share_records", c.ShareRecord, year=day.year, quarter=1, person=judge, post=judge.assignments.get().post,
            role=c.ShareRole.values[0], place=1, quota="yes", first=day, last=day, handled=1, in_charge=1, cases=1, judge_days=1,
            own_days=1, percent=5, hard=0,
        )  # fmt: skip
        covers = {type(row) for row in made.values()}
        uow.record("test.made", case, covers=covers, params={"what": "watched"})
    return made | {"filing:reply": complaint, "filing:findings": check, "shares:cases": record}
