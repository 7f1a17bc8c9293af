"""A ledger for the import tests: tallies of a figure, month and unit, with every kind of column; and sheets to feed it."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from contextlib import contextmanager

import xlsxwriter
from django.db import connection, models
from django.db.models import Q

from bihuan.kernel import access, log, sources
from bihuan.kernel.facts import Kept
from bihuan.kernel.ledger import Ledger, Sheet, SheetColumn
from bihuan.kernel.ledger import registry as ledger_registry
from bihuan.kernel.models import Unit
from bihuan.kernel.sheets import drafts, dryrun, merging
from bihuan.kernel.sheets.columns import suggest
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from . import org_factory

_number = itertools.count(1)


class Tally(Kept):
    """No constraint in the database towards the engine's tables, as in the ledger's own test world."""

    code = models.CharField("编号", max_length=20)
    period = models.DateField("期间")
    unit = models.ForeignKey(
        Unit, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False, verbose_name="部门"
    )
    title = models.CharField("名称", max_length=30)
    remark = models.TextField("备注", blank=True)
    secret = models.CharField("线索", max_length=40, blank=True)
    serial = models.CharField("流水号", max_length=20, null=True, blank=True, unique=True)
    count = models.PositiveIntegerField("件数", default=0)
    rate = models.DecimalField("比率", max_digits=9, decimal_places=4, null=True, blank=True)
    share = models.DecimalField("占比", max_digits=7, decimal_places=2, null=True, blank=True)
    grade = models.CharField("等级", max_length=10, choices=[("a", "重大"), ("b", "一般")], default="b")
    public = models.BooleanField("是否公开", default=False)
    done_on = models.DateField("完成日期", null=True, blank=True)
    locked = models.BooleanField(default=False, editable=False)

    class Meta:
        app_label = "import_tests"
        verbose_name = "统计数"
        ordering = ["code", "period", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="tally_once", fields=["code", "period", "unit"], condition=Q(unit__isnull=False)
            ),
            models.UniqueConstraint(name="tally_once_all", fields=["code", "period"], condition=Q(unit__isnull=True)),
            models.CheckConstraint(name="tally_count_sane", condition=Q(count__lt=100_000)),
        ]

    def __str__(self):
        return f"{self.code} {self.period:%Y-%m}"


def make_tables():
    """Create the tables, once per test database."""
    held = connection.introspection.table_names()
    with connection.schema_editor() as editor:
        if Tally._meta.db_table not in held:
            editor.create_model(Tally)


@access.scope(Tally)
def _tallies(viewer):
    return Q() if viewer.has("office") else Q(unit__in=viewer.units)


IMPORT = access.action("test.tally.import", "导入统计数", roles=["office", "clerk"])
CHANGE = access.action(
    "test.tally.change", "更正统计数", roles=["office"], relation=lambda viewer, row: row.unit_id in viewer.headed
)
AGREED = wording("test.tally.agreed", "方案批准后完成日期只能按变更流程调整。")
SOURCE = sources.register_source("test.tallies", name="统计报表", owner_role="office", every="monthly", grace_days=5)
log.event("test.tally.locked", "锁定")
MERGED: list = []


def _merged(*, actor, rows, intake):
    MERGED.append((actor, list(rows), intake))


def ledger(**changes):
    """The ledger of tallies."""
    values = {
        "code": "tests.tallies",
        "path": "tests/tallies",
        "model": Tally,
        "key": "code",
        "row_title": "title",
        "title": "统计台账",
        "columns": ("code", "title", "period", "unit"),
        "form": ("code", "title", "period", "unit", "count", "done_on"),
        "add": IMPORT,
        "change": CHANGE,
        "frozen": lambda row: {"done_on": Message(AGREED)} if row.locked else {},
        "restricted": ("secret",),
        "sheet": Sheet(
            key=("code", "period", "unit"),
            columns=(
                "code",
                SheetColumn("period", kind="month"),
                SheetColumn("unit", aliases=("庭室",)),
                SheetColumn("title", aliases=("项目名称",)),
                "remark",
                "secret",
                "serial",
                "count",
                "rate",
                SheetColumn("share", kind="percent"),
                "grade",
                "public",
                "done_on",
                SheetColumn("id", label="系统编号", read_only=True),
            ),
            source="test.tallies",
        ),
        "services": {"merged": _merged},
    }
    return Ledger(**{**values, **changes})


TALLIES = ledger()
#: The same rows without a restricted field: merged as a whole, where the other is merged row by row.
WHOLE = ledger(code="tests.wholes", path="tests/wholes", restricted=())
_used: list = [TALLIES]


@contextmanager
def register(chosen=TALLIES):
    """Register the ledger (and use it where none is named) for as long as the block lasts."""
    MERGED.clear()
    _used.append(chosen)
    try:
        with ledger_registry.open_for_tests(chosen):
            yield chosen
    finally:
        _used.pop()


also = ledger_registry.open_for_tests


def clerk(role="office", where=None, name="甲"):
    """A person with a post of the role."""
    made = org_factory.person(name)
    org_factory.post(made, role, where or org_factory.unit(f"办公室{next(_number)}"))
    return made


def touch(row, **values):
    """Somebody changes a row in between."""
    with unit_of_work(None) as uow:
        Tally.objects.filter(pk=row.pk).update(revision=row.revision + 1, **values)
        uow.record("test.made", row)


def xlsx(*rows, sheets=None):
    """A workbook as an open file; `rows` of one sheet, or `sheets` {name: rows}."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"created": dt.datetime(2025, 1, 1)})  # the same rows make the same file
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, content in (sheets or {"数据": rows}).items():
        sheet = book.add_worksheet(name)
        for r, cells in enumerate(content):
            for c, cell in enumerate(cells):
                if hasattr(cell, "year"):
                    sheet.write_datetime(r, c, cell, day)
                elif cell is not None:
                    sheet.write(r, c, cell)
    book.close()
    file.seek(0)
    return file


def upload(actor, *rows, filename="数据.xlsx", file=None, **more):
    """A draft of these rows."""
    more.setdefault("cut_off", dt.date(2025, 3, 31))
    target = more.pop("ledger", _used[-1])
    return drafts.receive(actor=actor, ledger=target, file=file or xlsx(*rows), filename=filename, **more)


def tried(actor, *rows, mapping=None, **more):
    """A draft after its dry run, columns as suggested."""
    draft = upload(actor, *rows, **more)
    table = drafts.read(draft)
    chosen = {**suggest(drafts.ledger_of(draft), table.headings, actor).mapping, **(mapping or {})}
    return dryrun.check(actor=actor, draft=draft, mapping=chosen)


def merged(actor, *rows, reason="按报表更新", partial=False, **more):
    """A draft after its merge."""
    return merging.merge(actor=actor, draft=tried(actor, *rows, **more), reason=reason, partial=partial).draft


def problems(draft, number):
    """The codes of what is wrong with a row, by field."""
    row = draft.rows.get(check_no=draft.check_no, number=number)
    return {p["name"]: p["why"]["code"] for p in row.problems}
