"""Rows made ready outside and written by one statement: the same values, guards, constraints and triggers as one by one."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from bihuan.kernel import bulk, clock
from bihuan.kernel.models import ImportDraft, ImportRow
from bihuan.kernel.work import OutsideWork, Unrecorded, unit_of_work

from . import org_factory, sheet_world
from .sheet_world import Tally, clerk, tried

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sheet_tables")]
MONTH = dt.date(2025, 3, 1)


def tally(number, **values):
    """A row to be, with an id of its own."""
    values = {"code": f"T{number}", "period": MONTH, "title": f"第{number}项", "count": number, **values}
    return Tally(pk=bulk.reserve_ids(Tally, 1)[0], **values)


def write(*rows):
    """Write rows; returns them as the ledger holds them."""
    with bulk.Insert(Tally) as new:
        new.add(list(rows))
        with unit_of_work(None) as uow:
            new.write()
            uow.record("test.made", rows[0])
    return list(Tally.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk"))


def change(*rows):
    """Correct rows; how many were still of their revision."""
    with bulk.Update(Tally, ["title", "count", "done_on", "unit", "rate"]) as update:
        update.add(rows)
        with unit_of_work(None) as uow:
            done = update.write()
            uow.record("test.made", Tally.objects.first())
    return done, update


@pytest.mark.parametrize("count", [0, 2, bulk.MANY])
def test_few_rows_and_many_are_created_alike_and_have_their_ids(count):
    rows = [Tally(code=f"C{number}", period=MONTH, title="一", count=number) for number in range(count)]
    with unit_of_work(None) as uow:
        bulk.create(Tally, rows)
        uow.record("test.made", params={"what": "rows"}, covers=[Tally])
    assert [(row.pk, row.count) for row in rows] == list(Tally.objects.order_by("pk").values_list("pk", "count"))
    assert not [row for row in rows if row._state.adding]


def test_every_kind_of_value_arrives_as_save_would_have_written_it():
    unit = org_factory.unit("民一庭")
    values = {
        "unit": unit, "remark": "一\n二\t三\\四 '五' \"六\" %s 🀄", "serial": "\\N", "rate": Decimal("-12.3456"), "share": Decimal("0.5"),
        "grade": "a", "public": True, "done_on": dt.date(1999, 12, 31), "voided_at": clock.now(), "void_reason": "NULL",
    }  # fmt: skip
    [whole, bare] = write(tally(1, **values), tally(2))
    with unit_of_work(None) as uow:
        one = Tally.objects.create(**{"code": "T1", "period": dt.date(2025, 4, 1), "title": "第1项", "count": 1, **values, "serial": "x"})
        uow.record("test.made", one)
    one.refresh_from_db()
    same = [f.attname for f in Tally._meta.fields if f.name not in {"id", "period", "serial"}]
    assert [getattr(whole, name) for name in same] == [getattr(one, name) for name in same]
    assert (whole.serial, bare.serial, bare.unit, bare.rate, bare.grade, bare.revision) == ("\\N", None, None, None, "b", 0)


def test_ids_are_reserved_once_and_for_all():
    first = bulk.reserve_ids(Tally, 3)
    assert len(set(first)) == 3 and first == sorted(first)
    with unit_of_work(None) as uow:
        made = Tally.objects.create(code="X", period=MONTH, title="x")
        uow.record("test.made", made)
    second = bulk.reserve_ids(Tally, 2)
    assert max(first) < made.pk < min(second)
    assert bulk.reserve_ids(Tally, 0) == []
    with bulk.Insert(Tally) as new, pytest.raises(ValueError, match="reserve one"):
        new.add([Tally(code="Y", period=MONTH, title="y")])


def test_the_guard_is_passed_by_nobody():
    row = tally(1)
    with bulk.Insert(Tally) as new:
        new.add([row])
        with pytest.raises(OutsideWork):
            new.write()
        with pytest.raises(Unrecorded), unit_of_work(None):
            new.write()
        assert not Tally.objects.exists()
    with bulk.Update(Tally, ["title"]) as update:
        update.add([(row.pk, 0, {"title": "x"})])
        with pytest.raises(OutsideWork):
            update.write()
    with pytest.raises(OutsideWork):
        bulk.insert(Tally, [row])
    with pytest.raises(OutsideWork):
        bulk.discard(Tally.objects.all())


def test_constraints_meet_every_row_and_nothing_stays():
    write(tally(1))
    for bad in (tally(2, count=200_000), tally(1), tally(2, serial="S")):
        with pytest.raises(IntegrityError), transaction.atomic():
            write(tally(5, serial="S"), bad, tally(6))
        assert Tally.objects.count() == 1
    assert len(write(tally(5, serial="S"), tally(6))) == 2


def test_a_row_is_corrected_only_as_it_was_read_and_only_where_it_changed():
    one, two, three = write(tally(1, remark="bleibt"), tally(2), tally(3))
    unit = org_factory.unit("民一庭")
    sheet_world.touch(three, count=9)
    done, _update = change(
        (one.pk, 0, {"title": "甲", "unit": unit.pk}), (two.pk, 0, {"count": 7}), (three.pk, 0, {"title": "丙"})
    )
    assert done == 2
    for row in (one, two, three):
        row.refresh_from_db()
    assert (one.title, one.unit, one.count, one.remark, one.revision) == ("甲", unit, 1, "bleibt", 1)
    assert (two.title, two.count, two.revision) == ("第2项", 7, 1)
    assert (three.title, three.count, three.revision) == ("第3项", 9, 1)


def test_what_is_computed_makes_no_correction_stale_and_overwrites_none():
    [row] = write(tally(1))
    for revision, count, done in ((0, 7, 1), (0, 8, 1), (3, 9, 0)):
        with bulk.Update(Tally, ["count"], computed=True) as update:
            update.add([(row.pk, revision, {"count": count})])
            with unit_of_work(None) as uow:
                assert update.write() == done
                uow.record("test.made", row)
    row.refresh_from_db()
    assert (row.count, row.revision) == (8, 0)


def test_what_moved_is_named_before_anything_is_written():
    one, two, three = write(tally(1), tally(2), tally(3))
    sheet_world.touch(two, count=9)
    with bulk.Update(Tally, ["title"]) as update:
        update.add([(pk, 0, {"title": "x"}) for pk in (one.pk, two.pk, three.pk, 10**9)])
        assert update.moved(9) == [two.pk, 10**9]
        assert update.moved(1) == [two.pk]
    assert (update.count, Tally.objects.filter(title="x").count()) == (4, 0)


def test_nothing_to_write_needs_no_entry():
    with bulk.Insert(Tally) as new, bulk.Update(Tally, ["title"]) as update, unit_of_work(None):
        assert (new.write(), update.write()) == (0, 0)


def test_what_was_ready_is_gone_afterwards_whatever_happened():
    with pytest.raises(RuntimeError), bulk.Insert(Tally) as new:
        new.add([tally(1)])
        raise RuntimeError
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {new.held}")
    with bulk.Insert(Tally) as again:
        assert again.count == 0


def test_triggers_refuse_rows_written_together_as_they_do_single_ones():
    """Staged rows are inserted together: only under the dry run that goes on, and never twice."""
    with sheet_world.register(), clock.simulate(dt.date(2025, 4, 10)):
        draft = tried(clerk("office"), ["编号", "期间", "名称"], ["A", "2025-03", "收案"])
    row = ImportRow.objects.get()

    def staged(**values):
        return ImportRow(**{"draft": draft, "check_no": 1, "number": 9, "action": "new", "object_id": 10**9, **values})

    for bad in (staged(), staged(check_no=2), staged(pk=row.pk, number=2)):
        with pytest.raises(DatabaseError), transaction.atomic(), unit_of_work(None) as uow:
            bulk.insert(ImportRow, [bad])
            uow.record("test.made", draft, covers=[ImportRow])
    with pytest.raises(DatabaseError), transaction.atomic(), unit_of_work(None) as uow:
        bulk.discard(ImportRow.objects.all())
        uow.record("test.made", draft, covers=[ImportRow])
    assert ImportRow.objects.get().pk == row.pk and ImportDraft.objects.get().state == "checked"
