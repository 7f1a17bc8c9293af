"""What a ledger exports, its import takes back: import(export(x)) = x."""

import datetime as dt
import io
from decimal import Decimal

import pytest
import xlsxwriter
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from bihuan.kernel import clock
from bihuan.kernel.ledger import export
from bihuan.kernel.ledger.export import write_workbook
from bihuan.kernel.models import Unit
from bihuan.kernel.sheets.reading import to_text
from bihuan.kernel.work import unit_of_work

from . import org_factory, sheet_world
from .sheet_world import TALLIES, WHOLE, Tally, clerk, merged, tried

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sheet_tables")]
FIELDS = [
    f.attname for f in Tally._meta.fields if f.name not in {"id", "revision", "voided_at", "void_reason", "locked"}
]


def text(most):
    """Texts as forms leave them, some of which a spreadsheet would take for a formula, a number or nothing."""
    odd = st.sampled_from(["=1+1", "-", "—", "无", "0012", "1e5", "２０２５", "2025-03-01", "TRUE", "@x", "+1", "'x"])
    letters = st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters="\u2028\u2029")
    return st.one_of(odd, st.text(letters, max_size=most)).map(lambda value: to_text(value, max_length=most) or "")


days = st.dates(dt.date(1901, 1, 1), dt.date(2099, 12, 31))
row = st.fixed_dictionaries(
    {
        "code": st.from_regex(r"[A-Z0-9-]{0,8}[A-Z]", fullmatch=True),
        "period": st.dates(dt.date(2020, 1, 1), dt.date(2026, 12, 31)).map(lambda day: day.replace(day=1)),
        "unit": st.sampled_from([None, 0, 1]),
        "title": text(30).filter(bool),
        "remark": text(200),
        "secret": text(40),
        "count": st.integers(0, 99_999),
        "rate": st.none() | st.decimals(-99_999, 99_999, places=4),
        "share": st.none() | st.decimals(0, 100, places=2),
        "grade": st.sampled_from(["a", "b"]),
        "public": st.booleans(),
        "done_on": st.none() | days,
    }
)
rows = st.lists(row, min_size=1, max_size=6, unique_by=lambda r: (r["code"], r["period"], r["unit"]))


def snapshot():
    """All rows by value."""
    return sorted((tuple(values) for values in Tally.objects.values_list(*FIELDS)), key=str)


def wipe():
    """Empty the table between examples; no fact of the house is touched."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Tally._meta.db_table}")


@pytest.mark.parametrize("ledger", [TALLIES, WHOLE], ids=["row by row", "as a whole"])
# The texts are SQLite's part; what PostgreSQL could keep otherwise (numbers, days) stands in every row.
@settings(max_examples=40 if connection.vendor == "sqlite" else 10)
@given(values=rows)
def test_import_of_an_export_is_the_ledger_again(ledger, values, tmp_path_factory):
    wipe()
    units = list(Unit.objects.filter(name__in=["民一庭", "民二庭"]).order_by("pk"))
    units = units or [org_factory.unit("民一庭"), org_factory.unit("民二庭")]
    actor = clerk("office")
    with sheet_world.register(ledger), clock.simulate(dt.date(2025, 4, 10)):
        with unit_of_work(None) as uow:
            for one in values:
                unit = None if one["unit"] is None else units[one["unit"]]
                made = Tally.objects.create(**{**one, "unit": unit})
                uow.record("test.made", made)
        before = snapshot()
        path = tmp_path_factory.mktemp("export") / "export.xlsx"
        write_workbook(ledger, Tally.objects.all(), path)
        same = tried(actor, file=io.BytesIO(path.read_bytes()))
        assert same.counts == {"new": 0, "changed": 0, "same": len(values), "refused": 0}
        wipe()
        merged(actor, file=io.BytesIO(path.read_bytes()))
        assert snapshot() == before


def test_numbers_with_more_digits_than_a_spreadsheet_keeps_come_back_whole(tmp_path):
    wanted = Decimal("12345678901234.5678")
    path = tmp_path / "digits.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    export._write(sheet, 0, 0, wanted, export._formats(book))
    book.close()
    [[cell]] = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert cell == str(wanted)
