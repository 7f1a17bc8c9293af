"""Reasonable ranges and announced figures of the demo court: fictional documents of a fictional high court, near the court's own figures."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from bihuan.kernel import clock, parameters
from bihuan.kernel import indicators as i
from bihuan.kernel.indicators.announced import ANNOUNCED
from bihuan.kernel.ledger.service import create
from bihuan.kernel.models import Person
from bihuan.people.sample.load import Court

KEEPER = "shenghuaiyuan"
RANGES_BY, SHEET = "云高法〔2026〕9号（虚构）", "全省法院三季度审判质量管理情况（虚构）"
RANGES = {  # direction, low, high
    "cases.closure-rate": ("up", "85", ""),
    "cases.clearance": ("none", "98", "106"),
    "cases.within-limit": ("none", "99", "100"),
    "cases.backlog": ("down", "", "0.50"),
    "cases.pending-12": ("down", "", "1.50"),
    "cases.days-to-close": ("down", "", "60"),
    "cases.appeal-rate": ("down", "", "8"),
    "cases.settled": ("up", "45", ""),
    "rectification.measures-done": ("up", "80", ""),
}
OFF = {  # ours less this is what the high court announced
    "cases.filed": "0", "cases.closed": "3", "cases.closure-rate": "0.35", "cases.within-limit": "0", "cases.pending-12": "-0.12",
    "cases.appeal-rate": "-0.06",
}  # fmt: skip
ELSEWHERE = {"open.enforced-amount": "45.3", "open.enforced-whole": "38.72", "open.case-to-item": "1.34"}
"""What we cannot count ourselves, and the high court does."""


def fill_figures(court: Court) -> None:
    """Set the ranges from the beginning of the statistical year, and register what was announced for the first three quarters."""
    keeper = Person.objects.get(username=KEEPER)
    with clock.simulate(court.as_of):
        year = i.year_of(court.as_of)
        for code, (direction, low, high) in RANGES.items():
            parameters.set_value(
                actor=keeper, parameter=f"local.indicator.{code}", values={"direction": direction, "low": low, "high": high},
                starts=year.starts, ends=None, reference=RANGES_BY, reason="按高级法院文件填写",
            )  # fmt: skip
        quarter = i.quarter_of(court.as_of).back(3)
        span = i.Span(min(year.starts, quarter.starts), quarter.ends)
        told = dict(ELSEWHERE)
        for code, less in OFF.items():
            ours = i.measure(one, [span])[0].value if (one := i.get(code)) else None
            if ours is not None:
                told[code] = str(ours - Decimal(less))
        for code, value in told.items():
            create(ANNOUNCED, actor=keeper, values={
                "code": code, "starts": span.starts, "ends": span.ends, "value": Decimal(value), "document": SHEET,
                "announced_on": span.ends + dt.timedelta(days=15),
            })  # fmt: skip
