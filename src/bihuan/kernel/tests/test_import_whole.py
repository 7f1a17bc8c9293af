"""Imports merged as a whole: an entry for each chunk binds the staged rows, and what is altered behind the platform's back shows."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from bihuan.kernel import clock, log, soundness, triggers
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger import service
from bihuan.kernel.ledger.timeline import timeline
from bihuan.kernel.models import ImportDraft, ImportRow, ImportState, LogEntry
from bihuan.kernel.sheets import bindings, merging, staging
from bihuan.kernel.verify import stored, verify

from . import org_factory, sheet_world
from .sheet_world import WHOLE, Tally, merged, problems, tried

pytestmark = pytest.mark.django_db
HEAD = ["编号", "期间", "名称", "件数", "比率"]


@pytest.fixture(autouse=True)
def _ledger(sheet_tables):
    with sheet_world.register(WHOLE), clock.simulate(dt.date(2025, 4, 10)):
        yield


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr("bihuan.kernel.sheets.dryrun.STAGED", 3)


def rows(*numbers, shift=0):
    return [HEAD, *([f"A{n}", "2025-03", f"第{n}项", n + shift, 0.5] for n in numbers)]


def entries():
    return list(LogEntry.objects.filter(type="tests.wholes.imported").order_by("seq"))


def unguarded(sql, *params):
    """A statement of somebody who owns the tables: the triggers are dropped first and put back after."""
    with connection.cursor() as cursor:
        for trigger in triggers.registered():
            if trigger.exists_on(connection.vendor) and trigger.table in {"kernel_importrow", "kernel_importdraft"}:
                on = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {trigger.full_name}{on}")
        cursor.execute(sql, params)
    triggers.install(connection)


def named():
    return [(problem.code, problem.params.get("row")) for problem in soundness.problems()]


# ---- entries and timeline ----------------------------------------------------------------------------------------


def test_an_entry_for_each_chunk_binds_its_rows(office, small_chunks):
    draft = merged(office, *rows(*range(1, 8)))
    assert [(e.data["params"]["numbers"], e.data["params"]["new"]) for e in entries()] == [("2-4", 3), ("5-7", 3), ("8", 1)]
    assert {(e.kind, e.object_id, e.actor) for e in entries()} == {("kernel.importdraft", str(draft.pk), office)}
    assert not LogEntry.objects.filter(type__in=["tests.wholes.created", "tests.wholes.changed"]).exists()
    assert all("reason" not in e.data for e in entries()), "nothing was corrected"
    assert named() == [] and verify(stored()).sound
    assert log.sentence(entries()[0]) == "统计台账导入：数据.xlsx 第 2 至 4 行，新增 3、更新 0"


def timeline_of(row, person):
    return timeline(WHOLE, person, row)[0]


def test_the_ids_of_new_rows_stand_from_the_dry_run_on(office):
    draft = tried(office, *rows(1, 2))
    reserved = {row.key: row.object_id for row in draft.rows.all()}
    with_form = service.create(WHOLE, actor=None, values={"code": "F", "period": dt.date(2025, 1, 1), "title": "表单"})
    merging.merge(actor=office, draft=draft)
    assert {f"{row.code} / 2025-03": row.pk for row in Tally.objects.exclude(code="F")} == reserved
    assert with_form.pk not in reserved.values()


def test_a_row_tells_which_imports_wrote_it(office, small_chunks):
    merged(office, *rows(*range(1, 8)), filename="三月.xlsx")
    merged(office, *rows(5, 6, shift=90), filename="更正.xlsx", reason="口径更正")
    row = Tally.objects.get(code="A5")
    service.change(WHOLE, actor=None, obj=row, values={"title": "改名"}, reason="笔误")
    items = timeline_of(row, office)
    assert [item.sentence for item in items] == [
        "统计台账更正：A5（名称）", "由甲导入（“更正.xlsx”，第 2 行）", "由甲导入（“三月.xlsx”，第 6 行）",
    ]  # fmt: skip
    assert [item.note for item in items] == ["笔误", "口径更正", ""]
    assert [(c.label, c.before, c.after) for c in items[1].changes] == [("件数", "5", "95")]
    assert ("名称", "—", "第5项") in [(c.label, c.before, c.after) for c in items[2].changes]
    assert [item.seq for item in items] == sorted((item.seq for item in items), reverse=True)
    assert timeline(WHOLE, office, row, limit=2)[1] and not timeline(WHOLE, office, row, limit=3)[1]


def test_rows_left_out_and_unchanged_ones_are_bound_by_nothing(office):
    merged(office, *rows(1, 2))
    bad = ["B", "去年", "结案", 1, 1]
    merged(office, *rows(1, 2, 3, shift=1), bad, ["A9", "2025-03", "第9项", 9, 1], partial=True)
    same = tried(office, *rows(1, shift=1), ["C", "2025-03", "新", 1, 1])
    assert same.counts == {"new": 1, "changed": 0, "same": 1, "refused": 0}
    merging.merge(actor=office, draft=same)
    assert [(e.data["params"]["numbers"], e.data["params"]["new"], e.data["params"]["changed"]) for e in entries()] == [
        ("2-3", 2, 0), ("2-4,6", 2, 2), ("3", 1, 0),
    ]  # fmt: skip
    assert named() == []


# ---- behind the platform's back ----------------------------------------------------------------------------------


def test_an_altered_a_removed_and_an_added_row_are_named(office, small_chunks):
    draft = merged(office, *rows(*range(1, 8)))
    first = ImportRow.objects.get(number=3)
    unguarded("UPDATE kernel_importrow SET key = 'x' WHERE number = 3")
    assert named() == [(bindings.ALTERED, 3)]
    unguarded("UPDATE kernel_importrow SET key = %s, object_id = object_id + 1 WHERE number = 3", first.key)
    assert named() == [(bindings.ALTERED, 3)]
    unguarded("UPDATE kernel_importrow SET object_id = object_id - 1 WHERE number = 3")
    assert named() == []
    unguarded("DELETE FROM kernel_importrow WHERE number = 6")
    assert named() == [(bindings.REMOVED, 6)]
    columns = '"check_no", "key", "action", "values", "before", "object_id", "version", "problems"'
    unguarded(
        f"INSERT INTO kernel_importrow (draft_id, number, {columns}) SELECT draft_id, 77, {columns} FROM kernel_importrow "
        "WHERE number = 3"
    )
    assert named() == [(bindings.REMOVED, 6), (bindings.ADDED, 77)]
    assert all("A" in str(p) or "数据.xlsx" in str(p) for p in soundness.problems())
    unguarded("DELETE FROM kernel_importrow")
    assert [row for _code, row in named()] == [2, 3, 4, 5, 6, 7, 8]
    assert draft.pk


def test_a_row_exchanged_for_one_with_the_same_mark_still_shows(office, monkeypatch):
    """The marks only name; the digest proves. Here the marks are made to say nothing."""
    monkeypatch.setattr(staging, "MARK", 0)
    monkeypatch.setattr(bindings, "MARK", 0)
    merged(office, *rows(1, 2, 3))
    unguarded("UPDATE kernel_importrow SET key = 'x' WHERE number = 3")
    [problem] = soundness.problems()
    assert (problem.code, problem.params["first"], problem.params["last"]) == (bindings.CHUNK, 2, 4)


def test_rows_altered_between_dry_run_and_merge_are_not_merged(office):
    draft = tried(office, *rows(1, 2))
    for sql in (
        "UPDATE kernel_importrow SET version = 'x' WHERE number = 2",
        "DELETE FROM kernel_importrow WHERE number = 2",
        "UPDATE kernel_importrow SET action = 'refused' WHERE number = 3",
    ):
        unguarded(sql)
        with pytest.raises(Refused) as refusal:
            merging.merge(actor=office, draft=ImportDraft.objects.get(pk=draft.pk))
        assert refusal.value.reasons[0].code == "import.tampered"
    assert not Tally.objects.exists() and ImportDraft.objects.get().state == ImportState.CHECKED


def test_the_database_itself_refuses_to_touch_what_was_merged(office):
    merged(office, *rows(1, 2))
    over, left = merged(office, *rows(1, 2, shift=1)), tried(office, *rows(1, 2, shift=5))
    for sql in (
        "UPDATE kernel_importrow SET key = 'x'",
        f"UPDATE kernel_importrow SET number = 99 WHERE draft_id = {left.pk}",
        f"DELETE FROM kernel_importrow WHERE draft_id = {over.pk}",
        f"DELETE FROM kernel_importrow WHERE draft_id = {left.pk}",
        f"UPDATE kernel_importdraft SET state = 'dropped' WHERE id = {over.pk}",
        f"UPDATE kernel_importdraft SET check_no = 7 WHERE id = {over.pk}",
        f"UPDATE kernel_importdraft SET filename = 'x' WHERE id = {over.pk}",
        f"DELETE FROM kernel_importdraft WHERE id = {left.pk}",
        f"INSERT INTO kernel_importrow (draft_id, check_no, number, key, action, \"values\", \"before\", version, problems) "
        f"VALUES ({over.pk}, 1, 99, 'x', 'new', '{{}}', '{{}}', '', '[]')",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    if connection.vendor == "sqlite":
        for table in ("kernel_importrow", "kernel_importdraft"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    else:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE kernel_importrow, kernel_importdraft")
    assert named() == []


# ---- the model's own --------------------------------------------------------------------------------------------


def test_what_the_model_fills_itself_is_staged_and_written(office, monkeypatch):
    def clean(self):
        if self.done_on is None:
            self.done_on, self.void_reason = dt.date(2025, 3, 31), "由系统填写"

    monkeypatch.setattr(Tally, "clean", clean)
    merged(office, *rows(1))
    row = Tally.objects.get()
    assert (row.done_on, row.void_reason) == (dt.date(2025, 3, 31), "由系统填写")
    assert ImportRow.objects.get().values["done_on"] == "2025-03-31"


def test_a_sheet_of_mixed_corrections_writes_each_field_where_it_changed(office):
    unit = org_factory.unit("民一庭")
    head = ["编号", "期间", "部门", "名称", "件数", "备注", "完成日期"]
    merged(office, head, *[[f"A{n}", "2025-03", unit.name, f"第{n}项", n, "旧", "2025-03-01"] for n in range(6)])
    sheet_world.touch(Tally.objects.get(code="A5"), title="  有空格  ")
    draft = merged(
        office,
        head,
        ["A0", "2025-03", unit.name, "第0项", 9, "旧", "2025-03-01"],
        ["A1", "2025-03", unit.name, "新", 9, None, None],
        ["A2", "2025-03", unit.name, "第2项", 2, "旧", "2025-03-01"],
        ["A5", "2025-03", unit.name, "有空格", 7, "旧", "2025-03-01"],
    )
    assert draft.counts == {"new": 0, "changed": 3, "same": 1, "refused": 0}
    found = {row.code: (row.title, row.count, row.remark, row.done_on, row.revision) for row in Tally.objects.all()}
    day = dt.date(2025, 3, 1)
    assert found["A0"] == ("第0项", 9, "旧", day, 1)
    assert found["A1"] == ("新", 9, "", None, 1)
    assert found["A2"] == ("第2项", 2, "旧", day, 0)
    assert found["A5"] == ("  有空格  ", 7, "旧", day, 2), "a field that means the same is not touched"
    assert ImportRow.objects.get(draft=draft, number=3).before == {"title": "第1项", "count": 1, "remark": "旧", "done_on": "2025-03-01"}
    assert problems(draft, 3) == {}
