"""What may enter, and which heading stands for which column."""

import datetime as dt
import io
from dataclasses import replace

import pytest

from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.files import FileRefused
from bihuan.kernel.models import ImportDraft
from bihuan.kernel.sheets import drafts, dryrun, ways
from bihuan.kernel.sheets.columns import suggest

from . import sheet_world
from .sheet_world import Tally, clerk, merged, problems, tried, upload

pytestmark = pytest.mark.django_db
HEAD = ["编号", "期间", "部门", "名称", "件数", "比率"]


@pytest.fixture(autouse=True)
def _ledger(sheet_tables):
    with sheet_world.register(), clock.simulate(dt.date(2025, 4, 10)):
        yield


def counts(draft):
    return {name: n for name, n in draft.counts.items() if n}


def test_headings_match_by_name_alias_and_memory(office):
    headings = ["编　号", "期 间", "庭室", "项目名称（全称）", "数量", "无关"]
    first = suggest(sheet_world.TALLIES, headings, office)
    assert list(first.mapping.values()) == ["code", "period", "unit", "title", "", ""]
    assert first.ignored == ["数量", "无关"]
    tried(office, headings, ["A", "2025-03", None, "收案", 3, "x"], mapping={"数量": "count"})
    assert suggest(sheet_world.TALLIES, headings, clerk("office")).mapping["数量"] == "count"
    other = suggest(sheet_world.TALLIES, ["编号", "数量"], office)
    assert other.mapping == {"编号": "code", "数量": "count"}
    assert [f.name for f in other.missing_keys] == ["period"]
    assert [f.name for f in other.missing] == ["title"]


def test_a_missing_key_column_and_a_field_chosen_twice_are_refused(office):
    draft = upload(office, HEAD, ["A", "2025-03", None, "收案", 1, 1])
    for mapping, code in (
        ({"编号": "code"}, "import.no_key"),
        ({"编号": "code", "期间": "period", "名称": "title", "件数": "count", "比率": "count"}, "import.twice"),
    ):
        with pytest.raises(Refused) as refusal:
            dryrun.check(actor=office, draft=draft, mapping=mapping)
        assert refusal.value.reasons[0].code == code


def test_a_missing_required_column_lets_rows_be_updated_but_not_added(office):
    merged(office, HEAD, ["A", "2025-03", None, "收案", 1, 1])
    draft = tried(office, ["编号", "期间", "件数"], ["A", "2025-03", 2], ["B", "2025-03", 2])
    assert counts(draft) == {"changed": 1, "refused": 1}
    assert problems(draft, 3) == {"": "import.not_filled"}


def test_another_sheet_and_heading_row_can_be_chosen(office):
    rows = [HEAD, ["A", "2025-03", None, "收案", 1, 1]]
    draft = upload(office, file=sheet_world.xlsx(sheets={"封面": [["x"]], "明细": rows}))
    table = drafts.read(draft, "明细")
    mapping = suggest(sheet_world.TALLIES, table.headings, office).mapping
    done = dryrun.check(actor=office, draft=draft, mapping=mapping, sheet="明细", heading_rows="1")
    assert (done.sheet, done.heading_rows, counts(done)) == ("明细", "1", {"new": 1})
    with pytest.raises(Refused):
        drafts.read(draft, "明细", "甲")


def test_a_text_file_as_chinese_excel_writes_it(office):
    text = "编号,期间,名称,件数\r\nA,2025年3月,收案,12\r\n".encode("gbk")
    draft = merged(office, file=io.BytesIO(text), filename="数据.csv")
    assert counts(draft) == {"new": 1}
    assert Tally.objects.get().title == "收案"


# --- what may not enter


def test_the_cut_off_is_asked_and_goes_back_with_a_reason_only(office):
    rows = (HEAD, ["A", "2025-03", None, "收案", 1, 1])
    for cut_off, code in ((None, "import.cut_off_missing"), (dt.date(2025, 4, 11), "sources.future")):
        with pytest.raises(Refused) as refusal:
            upload(office, *rows, cut_off=cut_off)
        assert refusal.value.reasons[0].code == code
    merged(office, *rows)
    with pytest.raises(Refused) as refusal:
        upload(office, *rows, cut_off=dt.date(2025, 2, 28))
    assert refusal.value.reasons[0].code == "sources.backwards"
    merged(office, HEAD, ["A", "2025-03", None, "收案", 3, 1], cut_off=dt.date(2025, 2, 28), cut_off_reason="上次填错")
    assert drafts.held_cut_off(sheet_world.TALLIES) == dt.date(2025, 2, 28)


@pytest.mark.parametrize(
    "content, filename",
    [
        (b"MZ\x90\x00" + b"\x00" * 200, "data.xlsx"),
        (b"PK\x03\x04" + b"\x00" * 50, "data.xlsx"),
        (b"<html><script>alert(1)</script></html>", "data.xlsx"),
        (b"", "data.xlsx"),
        (b"a,b\n1,2\n", "../../etc/passwd.csv"),
    ],
)
def test_a_hostile_file_is_refused_and_not_kept(office, settings, tmp_path, content, filename):
    settings.BIHUAN_HOME = tmp_path
    with pytest.raises(Refused):
        upload(office, file=io.BytesIO(content), filename=filename)
    assert not list(tmp_path.rglob("*")) and not ImportDraft.objects.exists()


def test_a_file_over_the_limit_is_refused(office, settings):
    settings.BIHUAN_MAX_UPLOAD = 100
    with pytest.raises(FileRefused) as refusal:
        upload(office, HEAD, ["A", "2025-03", None, "收案", 1, 1])
    assert refusal.value.code == "too_large"


def test_a_stored_file_that_was_exchanged_is_noticed(office, settings):
    draft = upload(office, HEAD, ["A", "2025-03", None, "收案", 1, 1])
    path = settings.BIHUAN_HOME / draft.path
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(Refused) as refusal:
        drafts.read(draft)
    assert refusal.value.reasons[0].code == "import.lost"
    path.unlink()


def test_too_many_rows_are_refused_and_told_what_to_do(office, settings, monkeypatch):
    rows = [HEAD, *([f"A{n}", "2025-03", None, "收案", 1, 1] for n in range(5))]
    settings.BIHUAN_MAX_IMPORT_ROWS = 3
    with pytest.raises(Refused) as refusal:
        tried(office, *rows)
    assert refusal.value.reasons[0].code == "import.too_many"
    assert "上限 3 行" in str(refusal.value.reasons[0]) and "2 个以上" in str(refusal.value.reasons[0])
    settings.BIHUAN_MAX_IMPORT_ROWS = 200
    monkeypatch.setattr(ways, "ROW_BY_ROW", 4)
    with pytest.raises(Refused) as refusal:
        tried(office, *rows)
    assert refusal.value.reasons[0].code == "import.too_many_here"
    assert "“统计台账”一次导入的上限 4 行" in str(refusal.value.reasons[0])
    monkeypatch.setattr(ways, "BY_SERVICE", 2)
    own = sheet_world.ledger(code="tests.own", path="tests/own", services={"create": None}, restricted=())
    declared = sheet_world.ledger(
        code="tests.declared", path="tests/declared", services={"create": None}, restricted=(), sheet=replace(own.sheet, whole=True)
    )
    assert [ways.most_rows(one) for one in (own, sheet_world.TALLIES, declared, sheet_world.WHOLE)] == [2, 4, 200, 200]
    with sheet_world.also(sheet_world.WHOLE):  # the same rows go where no row needs anything of its own
        assert tried(office, *rows, ledger=sheet_world.WHOLE).counts["new"] == 5
