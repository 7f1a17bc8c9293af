"""Sheets of cases as the case system exports them: each row follows from its number; one in fifty is over its limit."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from ..sizes import Size
from .items import TODAY
from .people import People

HEADINGS = ("案号", "审理程序", "案由", "当事人", "承办部门", "承办人", "立案日期", "涉企")
KINDS = (
    ("民初", "普通程序", "买卖合同纠纷", 150), ("民初", "简易程序", "民间借贷纠纷", 60), ("执", "没有程序之分", "劳动争议", 150),
    ("民初", "普通程序", "建设工程合同纠纷", 150), ("行初", "普通程序", "工伤认定", 150), ("刑初", "普通程序", "盗窃", 28),
)  # fmt: skip
"""Type code, procedure, cause, and within how many days the undisturbed ones were filed."""
LATE = 50
YEARS = 40
"""Case numbers are spread over so many years, so that a million of them stay short."""


def rows(size: Size, count: int, skipped: int = 0) -> Iterator[tuple[str, ...]]:
    """`count` rows of open cases, from the `skipped`th on."""
    people = People(size)
    units = [(name, [people.persons[p - 1][2] for p in people.judges[id_]]) for id_, code, name in people.units if code.startswith("d")]
    for number in range(skipped, skipped + count):
        type_, procedure, cause, days = KINDS[number % len(KINDS)]
        back = 200 + number % 211 if number % LATE == 0 else number * 7919 % days
        unit, judges = units[number % len(units)]
        firm = "是" if number % 4 == 0 else "否"
        yield (
            f"（{1987 + number % YEARS}）鄂0000{type_}{number // YEARS + 1}号", procedure, cause, f"原告张{number % 997}，被告李{number % 991}",
            unit, judges[number % len(judges)], (TODAY - dt.timedelta(days=back)).isoformat(), firm,
        )  # fmt: skip


def csv_sheet(path: Path, size: Size, count: int, skipped: int) -> Path:
    """The rows as a text file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADINGS)
        out.writerows(rows(size, count, skipped))
    return path


def xlsx_sheet(path: Path, size: Size, count: int, skipped: int = 0) -> Path:
    """The rows as a workbook."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        page = book.add_worksheet("案件")
        page.write_row(0, 0, HEADINGS)
        for place, row in enumerate(rows(size, count, skipped), 1):
            page.write_row(place, 0, row)
    return path
