"""Monthly sheets of readings: the value may be left to its parts, and a row that disagrees is named in the dry run."""

import datetime as dt
import io
from decimal import Decimal

import pytest

from bihuan.kernel.ledger import registry
from bihuan.kernel.models.imports import RowAction
from bihuan.kernel.sheets import drafts, dryrun, merging
from bihuan.kernel.sheets.columns import suggest
from bihuan.rectification.models import Reading
from bihuan.rectification.plan_lists.tests.made import xlsx


def tried(court, headings, *rows):
    ledger = registry.get("rectification.readings")
    file = io.BytesIO(xlsx(("读数", [headings, *rows])))
    given = {"actor": court.keeper, "ledger": ledger, "file": file, "filename": "读数.xlsx"}
    draft = drafts.receive(cut_off=dt.date(2026, 4, 30), **given)
    chosen = suggest(ledger, drafts.read(draft).headings, court.keeper).mapping
    return dryrun.check(actor=court.keeper, draft=draft, mapping=chosen)


@pytest.mark.parametrize("more", [[], ["数值"]])
def test_a_sheet_may_leave_the_value_to_its_parts(court, more):
    heads = ["数据项", "月份", "部门", "分子", "分母", *more]
    name, rest = court.figure.name, [""] * len(more)
    rows = [[name, "2026-03", "民一庭", 9, 200, *rest], [name, "2026-04", "民一庭", 8, 200, *rest]]
    draft = tried(court, heads, *rows)
    assert (draft.counts["new"], draft.refused) == (2, 0)
    merging.merge(actor=court.keeper, draft=draft)
    assert list(Reading.objects.order_by("period").values_list("value", flat=True)) == [Decimal("4.5"), Decimal(4)]


@pytest.mark.parametrize(
    "month,top,bottom,value,said",
    [
        ("2026-03", 9, 200, 7, "不一致"),
        ("2026-03", "", "", "", "缺少数值"),
        ("2026-03", 9, 0, 4, "分母"),
        ("2026-06", 9, 200, 4.5, "尚未结束"),
    ],
)
def test_a_wrong_row_is_named_in_the_dry_run_and_the_rest_may_go(court, month, top, bottom, value, said):
    heads = ["数据项", "月份", "部门", "分子", "分母", "数值"]
    name = court.figure.name
    draft = tried(court, heads, [name, "2026-04", "民一庭", 8, 200, 4], [name, month, "民一庭", top, bottom, value])
    assert (draft.counts["new"], draft.refused) == (1, 1)
    row = draft.rows.get(action=RowAction.REFUSED, check_no=draft.check_no)
    assert said in str(row.problems), row.problems
