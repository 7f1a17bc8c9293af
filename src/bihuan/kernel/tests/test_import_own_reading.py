"""Columns with a reader of their own: what it reads is the value or the name to look up, what it refuses is told beside the cell."""

import datetime as dt

import pytest

from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger import Sheet, SheetColumn
from bihuan.kernel.wording import Message, wording

from . import org_factory, sheet_world
from .sheet_world import Tally, clerk, ledger, merged, problems, tried

pytestmark = pytest.mark.django_db
WRONG = wording("test.own_reading.wrong", "没有这个“%(found)s”。")
NAMES = {"民一": "民一庭"}


def code(cell):
    """A code in capitals without what stands around it."""
    text = str(cell).strip("《》").upper()
    if not text.startswith("A"):
        raise Refused(Message(WRONG, {"found": text}))
    return text


def unit(cell):
    """A unit by the short name courts write."""
    if cell not in NAMES:
        raise Refused(Message(WRONG, {"found": cell}))
    return NAMES[cell]


OWN = ledger(
    code="tests.own",
    path="tests/own",
    restricted=(),
    sheet=Sheet(
        key=("code", "period"),
        columns=(
            SheetColumn("code", reads=code), SheetColumn("period", kind="month"), SheetColumn("unit", lookup="name", reads=unit), "title",
        ),
        source="test.tallies",
    ),
)  # fmt: skip
HEAD = ["编号", "期间", "部门", "名称"]


@pytest.fixture(scope="module", autouse=True)
def _tables(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        sheet_world.make_tables()


@pytest.fixture(autouse=True)
def _ledger():
    with sheet_world.register(OWN), clock.simulate(dt.date(2025, 4, 10)):
        yield


def test_it_reads_the_value_the_key_and_the_name_and_what_it_refuses_is_told():
    office, civil = clerk("office"), org_factory.unit("民一庭")
    merged(office, HEAD, ["《a1》", "2025-03", "民一", "甲"], ["A2", "2025-03", None, "乙"])
    assert list(Tally.objects.order_by("code").values_list("code", "unit", "title")) == [("A1", civil.pk, "甲"), ("A2", None, "乙")]
    merged(office, HEAD, ["a1", "2025-03", "民一", "丙"])
    assert Tally.objects.count() == 2 and Tally.objects.get(code="A1").title == "丙"
    draft = tried(office, HEAD, ["b1", "2025-03", "民一", "甲"], ["a3", "2025-03", "民九", "甲"], ["a4", "2025-03", "民一", "甲"],
                  ["《A4》", "2025-03", "民一", "乙"])  # fmt: skip
    assert problems(draft, 2) == {"code": "test.own_reading.wrong"}
    assert problems(draft, 3) == {"unit": "test.own_reading.wrong"}
    assert problems(draft, 4) == problems(draft, 5) == {"": "import.double_in_sheet"}
