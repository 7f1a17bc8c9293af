"""A wide ledger for measuring imports: twenty columns of every kind, kept by the office, with nothing of its own in the way."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import xlsxwriter
from django.db import connection, models
from django.db.models import Q

from bihuan.kernel import access
from bihuan.kernel.facts import Kept
from bihuan.kernel.ledger import Ledger, Sheet, SheetColumn
from bihuan.kernel.models import Person, Unit
from bihuan.kernel.tests import org_factory
from bihuan.kernel.work import unit_of_work

UNITS = 12
OFFICE = "办公室内勤"
HEAD = [
    "案号", "案由", "立案日期", "承办部门", "承办人", "标的额", "程序", "是否公开", "当事人", "代理人", "审限届满日",
    "结案日期", "天数", "次数", "比率", "结案方式", "备注", "来源", "归档日期", "页数",
]  # fmt: skip


class Wide(Kept):
    """A row of twenty columns."""

    code = models.CharField("案号", max_length=40, unique=True)
    cause = models.CharField("案由", max_length=60, db_index=True)
    filed_on = models.DateField("立案日期", db_index=True)
    unit = models.ForeignKey(Unit, models.DO_NOTHING, related_name="+", db_constraint=False, verbose_name="承办部门")
    judge = models.ForeignKey(
        Person, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False, verbose_name="承办人"
    )
    amount = models.DecimalField("标的额", max_digits=16, decimal_places=2, null=True, blank=True)
    procedure = models.CharField("程序", max_length=10, choices=[("s", "简易"), ("o", "普通")], default="o")
    public = models.BooleanField("是否公开", default=True)
    parties = models.CharField("当事人", max_length=200, blank=True)
    counsel = models.CharField("代理人", max_length=200, blank=True)
    due_on = models.DateField("审限届满日", null=True, blank=True)
    closed_on = models.DateField("结案日期", null=True, blank=True)
    days = models.PositiveIntegerField("天数", default=0)
    times = models.PositiveIntegerField("次数", default=0)
    rate = models.DecimalField("比率", max_digits=7, decimal_places=4, null=True, blank=True)
    outcome = models.CharField("结案方式", max_length=10, choices=[("j", "判决"), ("m", "调解"), ("w", "撤诉")], blank=True)
    remark = models.TextField("备注", blank=True)
    origin = models.CharField("来源", max_length=30, blank=True)
    archived_on = models.DateField("归档日期", null=True, blank=True)
    pages = models.PositiveIntegerField("页数", default=0)

    class Meta:
        app_label = "load_tests"
        verbose_name = "宽表"
        constraints = [models.CheckConstraint(name="wide_days_sane", condition=Q(days__lt=100_000))]

    def __str__(self) -> str:
        return self.code


@access.scope(Wide)
def _wide(viewer: access.Viewer) -> Q:
    return Q() if viewer.has("office") else Q(unit__in=viewer.units)


EDIT = access.action("test.wide.edit", "维护宽表", roles=["office"])
WIDE = Ledger(
    code="tests.wide",
    path="tests/wide",
    model=Wide,
    key="code",
    title="宽表台账",
    columns=("code", "cause", "filed_on", "unit"),
    form=("code", "cause", "filed_on", "unit"),
    add=EDIT,
    change=EDIT,
    sheet=Sheet(
        key=("code",),
        columns=(
            "code", "cause", "filed_on", SheetColumn("unit", lookup="name"), SheetColumn("judge", lookup="username"),
            "amount", "procedure", "public", "parties", "counsel", "due_on", "closed_on", "days", "times", "rate",
            "outcome", "remark", "origin", "archived_on", "pages",
        ),  # fmt: skip
    ),
)


def make_tables() -> None:
    """Create the table unless it is there."""
    if Wide._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Wide)


def row(number: int, shift: int = 0) -> list[object]:
    """One row of the sheet; another `shift` gives the same keys with other figures."""
    day = dt.date(2025, 1, 1) + dt.timedelta(days=number % 360)
    return [
        f"（2025）示0101民初{number}号", "民间借贷纠纷" if number % 3 else "买卖合同纠纷", day, f"民事审判第{number % UNITS}庭",
        f"judge{number % UNITS}", number * 10.5 + shift, "简易" if number % 2 else "普通", "是" if number % 5 else "否",
        f"原告某某{number}诉被告某某公司{number % 97}", f"代理人{number % 50}", day + dt.timedelta(days=180),
        day + dt.timedelta(days=number % 170) if number % 4 else None, number % 170, number % 7 + shift, 0.25,
        ("判决", "调解", "撤诉")[number % 3], f"第{number}件，无其他说明", "导出", None, number % 300,
    ]  # fmt: skip


def write(path: Path, rows: int, shift: int = 0) -> Path:
    """A workbook of so many rows."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, HEAD)
        for at in range(1, rows + 1):
            for column, cell in enumerate(row(at, shift)):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(at, column, dt.datetime.combine(cell, dt.time()), day)
                elif cell is not None:
                    sheet.write(at, column, cell)
    return path


def make_people() -> None:
    """The departments and people the sheet names, and one who imports."""
    units = [org_factory.unit(f"民事审判第{number}庭") for number in range(UNITS)]
    with unit_of_work(None) as uow:
        for number in range(UNITS):
            uow.record("test.made", Person.objects.create(username=f"judge{number}", name=f"法官{number}"))
    org_factory.post(org_factory.person(OFFICE), "office", units[0])


def office() -> Person:
    """The person who imports."""
    return Person.objects.get(name=OFFICE)
