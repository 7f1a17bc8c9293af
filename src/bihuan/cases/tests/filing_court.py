"""Receipts for tests: whatever happens in filing, drawn by a seed, some of it nonsense."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from bihuan.cases.models import Receipt

from .factory import TODAY, Court

KINDS = ("F-01", "F-01", "F-01", "F-02", "F-03", "F-04", "F-05", "F-07", "F-09", "F-11", "F-12", "F-15", "F-16", "F-16.1", "F-13", "F-14")
OUTCOMES = ("filed", "filed", "filed", "refused_ruling", "returned", "filed_first", "withdrawn")
YES_NO = (True, False, None)


def some(draw: random.Random, first: dt.date, spread: int) -> dt.date:
    """A day within `spread` days of `first`."""
    return first + dt.timedelta(days=draw.randint(0, spread))


def one(court: Court, draw: random.Random, people: list[str]) -> Receipt:
    """A receipt with its supplements."""
    received = some(draw, TODAY - dt.timedelta(days=draw.choice([12, 60, 400])), 14)
    values: dict[str, Any] = {
        "kind": draw.choice(KINDS), "receipt_given": draw.choice(YES_NO), "person": draw.choice([court.filing_judge, None]),
        "applicant_digest": draw.choice([*people, ""]), "opponent_digest": draw.choice(people[:2]),
    }  # fmt: skip
    if draw.random() < 0.6:
        outcome = draw.choice(OUTCOMES)
        values |= {"outcome": outcome, "outcome_on": some(draw, received, 14)}
        if outcome == "refused_ruling":
            values["ruling_no"] = draw.choice(["", "（2026）鄂0000民初1号裁定"])
        if outcome.startswith("filed") and draw.random() < 0.8:
            moved = draw.choice([None, some(draw, values["outcome_on"], 8)])
            case = court.case(values["outcome_on"], received_on=received, transferred_on=moved)
            values |= {"case": case, "case_number": case.number}
    if draw.random() < 0.4:
        sent = some(draw, received, 5)
        signed = draw.choice([None, some(draw, sent, 4)])
        ended = draw.choice([None, some(draw, sent, 50)])
        until = draw.choice([None, None, some(draw, sent, 70)]) if signed else None
        values |= {
            "mediation_consent": draw.choice(YES_NO), "mediation_sent_on": sent, "mediation_signed_on": signed,
            "mediation_ended_on": ended, "mediation_until": until,
        }  # fmt: skip
    row = court.receipt(f"{received} {draw.randint(8, 17):02}:30", **values)
    notices = sorted({some(draw, received, 6) for _n in range(draw.choice([0, 0, 0, 1, 1, 2]))})
    for notice in notices:
        court.supplement(row, notice, draw.choice([None, some(draw, notice, 9)]))
    return row


def many(court: Court, seed: int, count: int = 90) -> list[Receipt]:
    """So many of them."""
    draw = random.Random(seed)
    people = [f"{n:064x}" for n in range(1, 7)]
    return [one(court, draw, people) for _n in range(count)]
