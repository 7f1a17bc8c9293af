"""Indicators over all cases: a set for one month beside the bare SQL of the same counts, the nightly count, the dashboard read from it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from ..asking import bare
from ..court.cases import csv_sheet
from ..figures import Line
from ..scenes import SCREEN, Scene
from ..worker import Bench
from .cases import add, casework
from .pages import measure, sign_in
from .patrolling import NEXT

STAGE = "indicators"
MONTHS, CLOSED_AFTER = 12, 20
P95 = 100.0
"""What the dashboard may take, ms, nineteen times of twenty."""
KEPT = 'SELECT code, "on", starts, ends, numerator, denominator, version, afterwards FROM kernel_indicatorsnapshot WHERE {whose} AND "on" IN ({days})'
TALLIED = f"SELECT counts FROM kernel_alerttally WHERE \"on\" = '{NEXT.isoformat()}'"  # noqa: S608


def run(bench: Bench) -> None:
    """Cases are there from the stage before, else they are brought; some are closed, so that there is something to count."""
    from bihuan.cases.models import Case

    large = bench.size.cases[1]
    if Case.objects.count() < large:
        casework(bench, "import", str(csv_sheet(bench.home / "cases-indicators.csv", bench.size, large, 0)))
    close_some()
    month(bench)
    night(bench)
    dashboards(bench)


def close_some() -> None:
    """Three of five cases close some days after they were filed; one in fifty of these is appealed against."""
    from bihuan.cases.models import Appeal, Case
    from bihuan.kernel.work import batches, unit_of_work

    later = "date(filed_on, '+20 days')" if connection.vendor == "sqlite" else "filed_on + 20"
    last = (NEXT - dt.timedelta(days=CLOSED_AFTER)).isoformat()
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE cases_case SET closed_on = {later}, closing_manner = CASE WHEN id % 2 = 0 THEN 'judgment' ELSE 'mediation' END "  # noqa: S608
            "WHERE id % 5 < 3 AND closed_on IS NULL AND filed_on <= %s", [last],
        )  # fmt: skip
    rows = Case.objects.filter(closed_on__isnull=False, closing_manner="judgment").order_by("pk")[: 50 * 1000 : 50]
    outcomes = ("changed", "remanded", "upheld")
    for lot in batches([Appeal(case=row, appealed_on=row.closed_on, outcome=outcomes[n % 3], decided_on=row.closed_on)
                        for n, row in enumerate(rows)], 500):  # fmt: skip
        with unit_of_work(None, job="bench") as uow:
            Appeal.objects.bulk_create(lot)
            uow.record("indicator.counted", params={"day": NEXT.isoformat(), "count": len(lot)}, covers=[Appeal])


def month(bench: Bench) -> None:
    """All indicators over cases, for one month, beside their bare statements; both come to the same numbers."""
    codes = [code for code in statements() if code]
    held = {code: counts_of(code) for code in codes}
    spent = casework(bench, "indicators")
    told = dict(line.split(" ", 1) for line in spent.out.splitlines() if line.startswith("cases."))
    wrong = {code: (told.get(code), held[code]) for code in codes if told.get(code) != held[code]}
    if wrong:
        raise RuntimeError(f"the bare SQL counts otherwise: {wrong}")
    floor = bare(lambda: [counts_of(code) for code in codes], seconds=0, postmaster=bench.postmaster)
    title = f"{len(codes)} 项指标一个月（{sum(bench.size.cases):,} 件规模，逐项与裸 SQL 同数）"
    add(bench, title, spent, floor.wall, floor.cpu, None)
    bench.lines[-1].stage = STAGE


def night(bench: Bench) -> None:
    """The nightly count: month and year to date, the court and each division, and the alerts; twice the counts of a month at least."""
    floor = bare(lambda: [counts_of(code) for code in statements() if code], seconds=0, postmaster=bench.postmaster)
    add(bench, "每晚统计（月、年，全院和各部门，预警）", casework(bench, "snapshot"), floor.wall, floor.cpu, None)
    bench.lines[-1].stage = STAGE
    fill_months()


def fill_months() -> None:
    """The months before, as if they had been counted: the rows of today under other days."""
    from bihuan.kernel import bulk, indicators
    from bihuan.kernel.models import AlertTally, IndicatorSnapshot
    from bihuan.kernel.work import batches, unit_of_work

    figures: dict[Any, IndicatorSnapshot] = {}
    tallies: dict[Any, AlertTally] = {}
    today, alerts = list(IndicatorSnapshot.objects.filter(on=NEXT)), list(AlertTally.objects.filter(on=NEXT))
    first, begun = NEXT.replace(day=1), indicators.year_of(NEXT).starts
    for n in range(1, MONTHS + 1):
        whole = indicators.month_of(NEXT).back(n)
        year = indicators.year_of(whole.ends).starts
        for row in today:
            starts = whole.starts if row.starts == first else year
            if row.starts in (first, begun):
                figures[row.code, whole.ends, starts, row.unit_id] = IndicatorSnapshot(
                    code=row.code, on=whole.ends, starts=starts, ends=whole.ends, unit_id=row.unit_id, numerator=row.numerator,
                    denominator=row.denominator, version=row.version, taken_at=row.taken_at,
                )  # fmt: skip
        for one in alerts:
            tallies[whole.ends, one.unit_id] = AlertTally(
                on=whole.ends, unit_id=one.unit_id, counts=one.counts, taken_at=one.taken_at
            )
    for model, rows in ((IndicatorSnapshot, list(figures.values())), (AlertTally, list(tallies.values()))):
        for lot in batches(rows, 2000):
            with unit_of_work(None, job="bench") as uow:
                bulk.create(model, lot)
                uow.record("indicator.counted", params={"day": NEXT.isoformat(), "count": len(lot)}, covers=[model])


def dashboards(bench: Bench) -> None:
    """The dashboard of the president, of a leader, of a head, alone and with others."""
    from bihuan.kernel import indicators

    ends = [indicators.month_of(NEXT).back(n).ends for n in range(1, MONTHS + 1)]
    days = ", ".join(f"'{day.isoformat()}'" for day in (*ends, NEXT))
    server = bench.server()
    for title, person, whose in (
        ("闭环一览·院长", "president", "unit_id IS NULL"),
        ("闭环一览·分管领导", "leader1", "unit_id IN (SELECT unit_id FROM kernel_lead)"),
        ("闭环一览·庭长", "head01", "unit_id = {unit}"),
    ):
        floor = (KEPT.replace("{whose}", whose).replace("{days}", days), TALLIED)
        at = len(bench.lines)
        measure(
            bench, server, Scene(title, person, "/dashboard/", floor, SCREEN), sign_in(server.port, person), stage=STAGE
        )
        alone: Line = bench.lines[at]
        if bench.size.name != "tiny":
            alone.bar, alone.holds = f"p95 ≤ {P95:.0f} ms", alone.p95 <= P95
    server.check()


def counts_of(code: str) -> str:
    """Numerator and denominator by the bare statement, as text."""
    with connection.cursor() as cursor:
        cursor.execute(statements()[code])
        above, below = cursor.fetchone()
    return f"{int(above or 0)} {'-' if below is None else int(below)}"


def statements() -> dict[str, str]:
    """Code -> the statement one would write by hand for the month of NEXT."""
    a, z = NEXT.replace(day=1).isoformat(), NEXT.isoformat()
    closed, filed = f"c.closed_on BETWEEN '{a}' AND '{z}'", f"c.filed_on BETWEEN '{a}' AND '{z}'"
    pending = f"c.filed_on <= '{z}' AND (c.closed_on IS NULL OR c.closed_on > '{z}')"
    handled = f"c.filed_on <= '{z}' AND (c.closed_on IS NULL OR c.closed_on >= '{a}')"
    limited = f"{closed} AND c.expires_on IS NOT NULL"
    first = f"{closed} AND c.type_code IN ('民初', '知民初', '刑初', '行初', '行赔初', '知行初')"
    open_ = f"({first}) AND (c.appealable OR (c.appealable IS NULL AND c.closing_manner = 'judgment' AND c.procedure <> 'small'))"
    mediable = f"{first} AND c.line IN ('civil', 'administrative')"
    appealed = "EXISTS (SELECT 1 FROM cases_appeal p WHERE p.case_id = c.id AND p.voided_at IS NULL{more})"

    def rate(above: str, below: str) -> str:
        where = f"({above}) OR ({below})"
        return (
            f"SELECT SUM(CASE WHEN {above} THEN 1 ELSE 0 END), SUM(CASE WHEN {below} THEN 1 ELSE 0 END) FROM cases_case c "  # noqa: S608
            f"WHERE c.voided_at IS NULL AND ({where})"
        )

    def count(what: str) -> str:
        return f"SELECT COUNT(*), NULL FROM cases_case c WHERE c.voided_at IS NULL AND {what}"  # noqa: S608

    return {
        "cases.filed": count(filed),
        "cases.closed": count(closed),
        "cases.pending": count(f"({pending})"),
        "cases.closure-rate": rate(f"{closed} AND c.filed_on <= '{z}'", handled),
        "cases.clearance": rate(closed, filed),
        "cases.turnover": rate(closed, pending),
        "cases.within-limit": rate(f"{limited} AND c.closed_on <= c.expires_on", limited),
        "cases.extended": rate(f"{limited} AND c.extended_times > 0", limited),
        "cases.hidden": rate(f"{limited} AND c.hidden_days > 0", limited),
        "cases.backlog": rate(f"{pending} AND c.expires_on < '{z}'", f"{pending} AND c.expires_on IS NOT NULL"),
        "cases.appeal-rate": rate(f"{open_} AND {appealed.format(more='')}", open_),
        "cases.accepted": rate(f"{open_} AND NOT {appealed.format(more='')}", open_),
        "cases.reversed": rate(
            f"{first} AND " + appealed.format(more=" AND p.outcome IN ('changed', 'remanded')"), first
        ),
        "cases.changed": rate(f"{first} AND " + appealed.format(more=" AND p.outcome = 'changed'"), first),
        "cases.remanded": rate(f"{first} AND " + appealed.format(more=" AND p.outcome = 'remanded'"), first),
        "cases.mediated": rate(f"{mediable} AND c.closing_manner = 'mediation'", mediable),
        "cases.settled": rate(f"{mediable} AND c.closing_manner IN ('mediation', 'withdrawal')", mediable),
        "cases.last-month": rate(closed, closed),
    }
