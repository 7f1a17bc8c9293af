"""From an uploaded sheet to rows of the ledger: mapping, dry run, merge."""

import datetime as dt

import pytest

from bihuan.kernel import clock, sources, work
from bihuan.kernel.errors import NotAllowed, Refused, Stale
from bihuan.kernel.ledger import imports
from bihuan.kernel.ledger.timeline import timeline
from bihuan.kernel.models import ImportDraft, ImportState, LogEntry, RestrictedText, SourceIntake
from bihuan.kernel.sheets import drafts, dryrun, merging
from bihuan.kernel.verify import stored, verify

from . import org_factory, sheet_world
from .sheet_world import Tally, clerk, merged, problems, tried, upload

pytestmark = pytest.mark.django_db
HEAD = ["编号", "期间", "部门", "名称", "件数", "比率"]


@pytest.fixture(autouse=True, params=[sheet_world.TALLIES, sheet_world.WHOLE], ids=["row by row", "as a whole"])
def ledger(sheet_tables, request):
    """Both ways to merge keep the same promises."""
    with sheet_world.register(request.param), clock.simulate(dt.date(2025, 4, 10)):
        yield request.param


def told(ledger, action):
    """What the log says of rows: (row, changes, reason) for each, whether it has an entry of its own or not."""
    found = []
    for row in Tally.objects.order_by("code"):
        items, _more = timeline(ledger, org_factory.person(), row)
        entries = [*LogEntry.objects.filter(type=f"{ledger.code}.{action}", object_id=row.pk), *imports.of_row(ledger, row, 9)]
        new = action == "created"
        for entry in entries:
            before = [pair[0] for pair in entry.data["changes"].values()]
            if new == (not any(value is not None for value in before)):
                found.append((row.code, entry.data["changes"], entry.data.get("reason", ""), entry.actor))
        assert items
    return found


def counts(draft):
    return {name: n for name, n in draft.counts.items() if n}


def test_new_rows_of_every_kind(office, ledger):
    court = org_factory.unit("民一庭")
    head = [*HEAD, "占比", "等级", "是否公开", "完成日期", "备注"]
    draft = merged(
        office,
        ["统计表（2025年3月）"],
        head,
        ["A-1", "2025年3月", "民一庭", "收案", 12.0, "98.5%", "98.5%", "重大", "是", "2025.3.1", "一\n二"],
        ["A-2", dt.datetime(2025, 3, 15), None, "结案", "１，２３４", 0.5, 3, None, None, None, None],
    )
    first, second = Tally.objects.order_by("code")
    assert (first.unit, first.period, first.count) == (court, dt.date(2025, 3, 1), 12)
    assert (str(first.rate), str(first.share), first.grade, first.public) == ("0.9850", "98.50", "a", True)
    assert first.done_on == dt.date(2025, 3, 1)
    assert first.remark == "一\n二"
    assert (second.unit, second.period, second.count, second.grade) == (None, dt.date(2025, 3, 1), 1234, "b")
    assert draft.state == ImportState.MERGED and counts(draft) == {"new": 2}
    entries = told(ledger, "created")
    assert [(code, actor) for code, _changes, _reason, actor in entries] == [("A-1", office), ("A-2", office)]
    assert entries[1][1]["count"] == [None, 1234] and entries[1][1]["unit"] == [None, None]
    assert LogEntry.objects.filter(type="import.merged").count() == 1
    assert verify(stored()).sound


def test_the_intake_is_recorded_and_the_domain_told(office):
    draft = merged(office, HEAD, ["A", "2025-03", None, "收案", 1, 1])
    intake = SourceIntake.objects.get()
    assert (intake.cut_off, intake.rows_new, intake.sm3) == (dt.date(2025, 3, 31), 1, draft.sm3)
    assert draft.intake_id == intake.pk
    assert sources.state("test.tallies", dt.date(2025, 4, 1)).fresh
    [(actor, rows, told)] = sheet_world.MERGED
    assert (actor, told) == (office, intake)
    assert [row.pk for row in rows] == [Tally.objects.get().pk]


def test_rows_are_updated_by_key_with_a_reason(office, ledger):
    merged(office, HEAD, ["A", "2025-03", None, "收案", 1, 1], ["B", "2025-03", None, "结案", 2, 1])
    again = tried(office, ["编号", "期间", "件数"], ["A", "2025年3月", 7], ["B", "2025年3月", 2])
    assert counts(again) == {"changed": 1, "same": 1}
    with pytest.raises(Refused) as refusal:
        merging.merge(actor=office, draft=again)
    assert refusal.value.reasons[0].code == "import.needs_reason"
    merging.merge(actor=office, draft=again, reason="统计口径更正")
    row = Tally.objects.get(code="A")
    assert (row.count, row.title, row.revision) == (7, "收案", 1)
    assert told(ledger, "changed") == [("A", {"count": [1, 7]}, "统计口径更正", office)]
    assert verify(stored()).sound


def test_the_same_file_again_writes_nothing_and_says_so(office):
    rows = (HEAD, ["A", "2025-03", None, "收案", 1, 0.25])
    first = merged(office, *rows)
    second = upload(office, file=sheet_world.xlsx(*rows))
    assert drafts.merged_before(second) == first
    second = tried(office, *rows)
    assert counts(second) == {"same": 1}
    assert not merging.brings_news(second)
    before = LogEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        merging.merge(actor=office, draft=second, reason="再来一次")
    assert refusal.value.reasons[0].code == "import.nothing"
    assert LogEntry.objects.count() == before and Tally.objects.get().revision == 0


def test_an_unchanged_sheet_can_still_bring_the_cut_off_forward(office, ledger):
    rows = (HEAD, ["A", "2025-03", None, "收案", 1, 0.25])
    merged(office, *rows)
    later = tried(office, *rows, cut_off=dt.date(2025, 4, 9))
    assert merging.brings_news(later)
    outcome = merging.merge(actor=office, draft=later)
    assert outcome.written == 0
    assert drafts.held_cut_off(ledger) == dt.date(2025, 4, 9)


def test_a_second_click_merges_once(office):
    draft = tried(office, HEAD, ["A", "2025-03", None, "收案", 1, 1])
    stale = ImportDraft.objects.get(pk=draft.pk)
    assert not merging.merge(actor=office, draft=draft).again
    entries = LogEntry.objects.count()
    assert merging.merge(actor=office, draft=stale).again
    assert (Tally.objects.count(), LogEntry.objects.count(), SourceIntake.objects.count()) == (1, entries, 1)


def test_each_bad_cell_is_named_and_good_rows_wait_for_a_choice(office):
    org_factory.unit("双庭"), org_factory.unit("双庭")
    head = [*HEAD, "等级", "完成日期"]
    draft = tried(
        office,
        head,
        ["A", "2025-03", None, "收案", 1, 1, "重大", None],
        ["B", "去年", None, "收案", 1, 1, "重大", None],
        ["C", "2025-03", "没有的庭", "收案", 1, 1, "特大", "明天"],
        ["D", "2025-03", "双庭", "收案", 1, 1, "重大", None],
        ["E", "2025-03", None, "名" * 31, 1.5, "高", "重大", None],
        [None, "2025-03", None, "收案", 1, 1, "重大", None],
        ["F", "2025-03", None, "收案", 100000, 1, "重大", None],
        ["G", "2025-03", None, "收案", -1, 1, "重大", None],
        ["合计", None, None, None, 9, None, None, None],
    )
    assert counts(draft) == {"new": 1, "refused": 7}
    assert problems(draft, 3) == {"period": "sheet.cell.not_a_month"}
    assert problems(draft, 4) == {
        "unit": "import.not_found",
        "grade": "sheet.cell.not_a_choice",
        "done_on": "sheet.cell.not_a_date",
    }
    assert problems(draft, 5) == {"unit": "import.several"}
    assert problems(draft, 6) == {
        "title": "sheet.cell.too_long",
        "count": "sheet.cell.not_an_integer",
        "rate": "sheet.cell.not_a_number",
    }
    assert problems(draft, 7) == {"code": "import.required"}
    assert problems(draft, 8) == {"": "import.invalid"}
    assert problems(draft, 9) == {"count": "import.invalid"}
    with pytest.raises(Refused) as refusal:
        merging.merge(actor=office, draft=draft)
    assert refusal.value.reasons[0].code == "import.choose"
    assert not Tally.objects.exists()
    merging.merge(actor=office, draft=draft, partial=True)
    assert Tally.objects.get().code == "A"


def test_a_key_twice_in_the_sheet_is_refused_both_times(office):
    draft = tried(
        office,
        HEAD,
        ["A", "2025-03", None, "收案", 1, 1],
        ["Ａ", "2025年3月", None, "收案", 2, 1],
        ["B", "2025-03", None, "结案", 2, 1],
    )
    assert counts(draft) == {"new": 1, "refused": 2}
    assert problems(draft, 2) == problems(draft, 3) == {"": "import.double_in_sheet"}


def test_unique_values_beside_the_key_are_checked(office):
    head = ["编号", "期间", "名称", "流水号"]
    merged(office, head, ["A", "2025-03", "收案", "S1"])
    draft = tried(office, head, ["B", "2025-03", "x", "S1"], ["C", "2025-03", "x", "S2"], ["D", "2025-03", "x", "S2"])
    assert counts(draft) == {"new": 1, "refused": 2}
    assert problems(draft, 2) == {"": "import.taken"}
    assert problems(draft, 4) == {"": "import.double_in_sheet"}


def test_a_frozen_field_changes_by_flow_only(office):
    head = ["编号", "期间", "名称", "完成日期", "件数"]
    merged(office, head, ["A", "2025-03", "收案", "2025-03-01", 1])
    sheet_world.touch(Tally.objects.get(), locked=True)
    refused = tried(office, head, ["A", "2025-03", "收案", "2025-05-01", 2])
    assert problems(refused, 2) == {"done_on": "import.frozen"}
    allowed = tried(office, head, ["A", "2025-03", "收案", "2025-03-01", 2])
    assert counts(allowed) == {"changed": 1}


def test_a_void_row_and_the_cells_of_formulas_are_refused(office):
    merged(office, HEAD, ["A", "2025-03", None, "收案", 1, 1])
    sheet_world.touch(Tally.objects.get(), voided_at=clock.now(), void_reason="错")
    assert problems(tried(office, HEAD, ["A", "2025-03", None, "收案", 2, 1]), 2) == {"": "import.is_void"}


def test_rounding_and_doubtful_percents_are_told(office):
    draft = tried(office, ["编号", "期间", "名称", "占比", "比率"], ["A", "2025-03", "收案", 0.985, 1 / 3])
    assert counts(draft) == {"new": 1}
    assert problems(draft, 2) == {"share": "import.rounded", "rate": "import.rounded"}
    assert [p["why"]["code"] for p in draft.rows.get().problems][0] == "import.maybe_percent"


def test_empty_cells_clear_what_may_be_empty(office):
    head = ["编号", "期间", "名称", "备注", "比率", "件数", "等级"]
    merged(office, head, ["A", "2025-03", "收案", "旧", 1, 5, "重大"])
    merged(office, head, ["A", "2025-03", "收案", None, "—", None, None])
    row = Tally.objects.get()
    assert (row.remark, row.rate, row.count, row.grade) == ("", None, 5, "a")


# --- rights


def test_who_may_not_import_is_refused(office):
    rows = (HEAD, ["A", "2025-03", None, "收案", 1, 1])
    stranger = clerk("judge")
    for person in (stranger, org_factory.person(admin_role="system")):
        with pytest.raises(NotAllowed):
            upload(person, *rows)
    draft = tried(office, *rows)
    with pytest.raises(NotAllowed):
        merging.merge(actor=stranger, draft=draft)
    other = clerk("office")
    with pytest.raises(Refused):
        merging.merge(actor=other, draft=draft)
    assert not Tally.objects.exists()


def test_rows_of_others_are_neither_seen_nor_corrected(office):
    mine, theirs = org_factory.unit("民一庭"), org_factory.unit("民二庭")
    head = ["编号", "期间", "部门", "名称", "件数"]
    merged(office, head, ["A", "2025-03", mine.name, "收案", 1], ["A", "2025-03", theirs.name, "收案", 1])
    person = clerk("clerk", mine)
    draft = tried(
        person,
        head,
        ["A", "2025-03", mine.name, "收案", 2],
        ["A", "2025-03", theirs.name, "收案", 2],
        ["B", "2025-03", mine.name, "收案", 2],
    )
    assert counts(draft) == {"new": 1, "refused": 2}
    assert problems(draft, 2) == {"": "import.no_row_right"}
    assert problems(draft, 3) == {"": "import.not_yours"}


# --- losing nothing


def test_a_row_that_somebody_changed_meanwhile_stops_the_merge(office):
    merged(office, HEAD, ["A", "2025-03", None, "收案", 1, 1])
    draft = tried(office, HEAD, ["A", "2025-03", None, "收案", 2, 1], ["B", "2025-03", None, "结案", 2, 1])
    sheet_world.touch(Tally.objects.get(code="A"), count=9)
    with pytest.raises(Stale) as refusal:
        merging.merge(actor=office, draft=draft, reason="更正")
    assert refusal.value.reasons[0].params["rows"] == ["A / 2025-03"]
    assert Tally.objects.get().count == 9
    again = dryrun.check(actor=office, draft=ImportDraft.objects.get(pk=draft.pk))
    merging.merge(actor=office, draft=again, reason="更正")
    assert Tally.objects.get(code="A").count == 2


def test_a_row_that_somebody_added_meanwhile_stops_the_merge(office):
    rows = (HEAD, ["A", "2025-03", None, "收案", 1, 1])
    draft = tried(office, *rows)
    merged(clerk("office"), *rows)
    with pytest.raises(Stale):
        merging.merge(actor=office, draft=draft)
    assert Tally.objects.count() == 1


def test_what_was_frozen_meanwhile_stops_the_merge(office):
    head = ["编号", "期间", "名称", "完成日期"]
    merged(office, head, ["A", "2025-03", "收案", "2025-03-01"])
    draft = tried(office, head, ["A", "2025-03", "收案", "2025-03-09"])
    row = Tally.objects.get()
    sheet_world.touch(row, locked=True)
    with pytest.raises(Stale):
        merging.merge(actor=office, draft=draft, reason="更正")
    assert Tally.objects.get().done_on == dt.date(2025, 3, 1)


def test_a_failure_in_the_middle_leaves_nothing(office, monkeypatch):
    merged(office, HEAD, ["A", "2025-03", None, "收案", 1, 1])
    draft = tried(office, HEAD, ["A", "2025-03", None, "收案", 2, 1], ["B", "2025-03", None, "结案", 2, 1])
    before = LogEntry.objects.count()

    def broken(*args, **kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr(merging, "_intake", broken)
    with pytest.raises(RuntimeError):
        merging.merge(actor=office, draft=draft, reason="更正")
    monkeypatch.undo()
    assert (Tally.objects.count(), LogEntry.objects.count(), SourceIntake.objects.count()) == (1, before, 1)
    assert merging.merge(actor=office, draft=ImportDraft.objects.get(pk=draft.pk), reason="更正").written == 2


def test_what_follows_a_merge_stands_outside_its_transaction_and_cannot_undo_it(office, ledger, monkeypatch):
    seen = []

    def after(*, actor, rows, intake):
        seen.append((work.running(), ImportDraft.objects.get(pk=draft.pk).state, len(rows)))
        raise RuntimeError("broken off")

    monkeypatch.setitem(ledger.services, "after", after)
    draft = tried(office, HEAD, ["A", "2025-03", None, "收案", 2, 1])
    assert merging.merge(actor=office, draft=draft).written == 1
    assert seen == [(False, ImportState.MERGED, 1)] and Tally.objects.count() == 1


def test_restricted_text_stands_in_the_log_as_a_digest(office, ledger):
    if not ledger.restricted:
        return
    merged(office, ["编号", "期间", "名称", "线索"], ["A", "2025-03", "收案", "某某反映"])
    entry = LogEntry.objects.get(type="tests.tallies.created")
    assert "某某反映" not in str(LogEntry.objects.values_list("data", flat=True))
    assert list(entry.data["restricted"]) == ["secret"]
    assert RestrictedText.objects.get().text == "某某反映"


def test_a_dropped_import_stays_dropped(office):
    draft = tried(office, HEAD, ["A", "2025-03", None, "收案", 1, 1])
    drafts.drop(actor=office, draft=draft)
    for act in (lambda: merging.merge(actor=office, draft=draft), lambda: dryrun.check(actor=office, draft=draft)):
        with pytest.raises(Refused):
            act()
    with pytest.raises(Stale):
        drafts.drop(actor=office, draft=draft)
