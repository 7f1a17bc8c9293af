"""Imports into ledgers of other makes: without a source, a revision, a form; with services of their own."""

import datetime as dt

import pytest

from bihuan.kernel import clock
from bihuan.kernel.errors import NotAllowed, Stale
from bihuan.kernel.ledger import Ledger, Sheet, SheetColumn, service
from bihuan.kernel.models import SourceIntake, Unit
from bihuan.kernel.sheets import merging
from bihuan.kernel.work import unit_of_work

from . import org_factory, sheet_world
from .sheet_world import Tally, tried, upload

pytestmark = pytest.mark.django_db
ALONE = Sheet(
    key=("code", "period", "unit"),
    columns=(
        "code",
        SheetColumn("period", kind="month"),
        SheetColumn("unit", required=False),
        "title",
        "count",
    ),
    action=sheet_world.IMPORT,
)
HEAD = ["编号", "期间", "部门", "名称", "件数", "比率"]


@pytest.fixture(autouse=True)
def _ledger(sheet_tables):
    with sheet_world.register(), clock.simulate(dt.date(2025, 4, 10)):
        yield


def counts(draft):
    return {name: n for name, n in draft.counts.items() if n}


def test_a_ledger_kept_by_import_alone_is_corrected_by_import(office):
    own = sheet_world.ledger(code="tests.alone", path="tests/alone", add="", change="", services={}, sheet=ALONE)
    with sheet_world.also(own):
        draft = tried(office, HEAD[:2] + ["件数", "名称"], ["A", "2025-03", 1, "收案"], ledger=own)
        merging.merge(actor=office, draft=draft)
        draft = tried(office, HEAD[:2] + ["件数", "名称"], ["Ａ", "2025-03", 2, "收案"], ledger=own)
        assert counts(draft) == {"changed": 1}
        merging.merge(actor=office, draft=draft, reason="更正")
    row = Tally.objects.get()
    assert (row.code, row.count) == ("A", 2)
    assert not SourceIntake.objects.exists()


def test_a_ledger_without_rights_to_import_says_so(office):
    own = sheet_world.ledger(code="tests.closed", path="tests/closed", add="", services={})
    with sheet_world.also(own), pytest.raises(NotAllowed) as refusal:
        upload(office, HEAD, ["A", "2025-03", None, "收案", 1, 1], ledger=own)
    assert refusal.value.reasons[0].code == "import.no_sheet"


def test_services_of_the_ledgers_own_do_the_writing(office):
    calls = []

    def create(*, ledger, actor, values, reason):
        calls.append(("create", values["unit"]))
        return service.create(plain, actor=actor, values={**values, "remark": "自动"}, reason=reason)

    def change(*, ledger, actor, obj, values, reason, version):
        calls.append(("change", sorted(values)))
        return service.change(plain, actor=actor, obj=obj, values=values, reason=reason, version=version)

    plain = sheet_world.ledger(code="tests.plain", path="tests/plain", services={})
    own = sheet_world.ledger(code="tests.own", path="tests/own", services={"create": create, "change": change})
    unit = org_factory.unit("民一庭")
    with sheet_world.also(own, plain):
        merging.merge(actor=office, draft=tried(office, HEAD, ["A", "2025-03", "民一庭", "收案", 1, 1], ledger=own))
        again = tried(office, HEAD, ["A", "2025-03", "民一庭", "收案", 2, 1], ledger=own)
        merging.merge(actor=office, draft=again, reason="更正")
    assert calls == [("create", unit), ("change", ["count"])]
    assert (Tally.objects.get().count, Tally.objects.get().remark) == (2, "自动")


def test_a_ledger_of_facts_without_a_revision(office):
    court = org_factory.unit("法院")
    units = Ledger(
        code="tests.units",
        path="tests/units",
        model=Unit,
        key="code",
        title="部门",
        columns=("code", "name"),
        form=("code", "name", "parent", "order", "closed_on"),
        add=sheet_world.IMPORT,
        change=sheet_world.IMPORT,
        sheet=Sheet(
            key=("code",), columns=("code", "name", SheetColumn("parent", lookup="name"), "order", "closed_on")
        ),
    )
    head = ["编号", "名称", "上级部门", "排序"]
    with sheet_world.also(units):
        draft = tried(office, head, ["X1", "民三庭", "法 院", 5], ledger=units)
        merging.merge(actor=office, draft=draft)
        made = Unit.objects.get(code="X1")
        assert (made.parent, made.order) == (court, 5)
        draft = tried(office, head, ["X1", "民三庭", "法院", 6], ledger=units)
        with unit_of_work(None) as uow:
            Unit.objects.filter(pk=made.pk).update(order=9)
            uow.record("test.made", made)
        with pytest.raises(Stale):
            merging.merge(actor=office, draft=draft, reason="更正")
