"""Nothing is overwritten: whatever moved since the dry run stops a merge as a whole, and the rows are named."""

import datetime as dt

import pytest
from django.db import connection

from bihuan.kernel import clock
from bihuan.kernel.errors import NotAllowed, Refused, Stale
from bihuan.kernel.ledger import service
from bihuan.kernel.models import Assignment, ImportDraft, LogEntry, Unit
from bihuan.kernel.sheets import drafts, dryrun, merging
from bihuan.kernel.wording import Message
from bihuan.kernel.work import unit_of_work

from . import org_factory, sheet_world
from .sheet_world import WHOLE, Tally, clerk, merged, tried

pytestmark = pytest.mark.django_db
HEAD = ["编号", "期间", "名称", "件数"]
MONTH = dt.date(2025, 3, 1)


@pytest.fixture(autouse=True)
def _ledger(sheet_tables):
    with sheet_world.register(WHOLE), clock.simulate(dt.date(2025, 4, 10)):
        yield


def sheet(*codes, count=1):
    return [HEAD, *([code, "2025-03", "收案", count] for code in codes)]


def refused(office, draft, kind=Stale):
    """The merge is refused and writes nothing; the rows it names, or its code."""
    before = (list(Tally.objects.order_by("pk").values()), LogEntry.objects.count())
    with pytest.raises(kind) as refusal:
        merging.merge(actor=office, draft=ImportDraft.objects.get(pk=draft.pk), reason="更正")
    assert (list(Tally.objects.order_by("pk").values()), LogEntry.objects.count()) == before
    assert ImportDraft.objects.get(pk=draft.pk).merged_at is None
    reason = refusal.value.reasons[0]
    assert str(reason)
    return reason.params.get("rows") or reason.code


def merges(office, draft):
    """After another try it goes through."""
    again = dryrun.check(actor=office, draft=ImportDraft.objects.get(pk=draft.pk))
    merging.merge(actor=office, draft=again, reason="更正", partial=True)


def between(monkeypatch, act):
    """Do something after the rows were made ready, before the lock is taken."""
    usual = merging._write

    def late(*args, **kwargs):
        act()
        return usual(*args, **kwargs)

    monkeypatch.setattr(merging, "_write", late)


def form(code, **values):
    return service.create(WHOLE, actor=None, values={"code": code, "period": MONTH, "title": "表单", **values})


def test_rows_changed_voided_or_gone_meanwhile(office):
    merged(office, *sheet("A", "B", "C", "D"))
    draft = tried(office, *sheet("A", "B", "C", "D", count=5))
    rows = {row.code: row for row in Tally.objects.all()}
    sheet_world.touch(rows["A"], title="x")
    sheet_world.touch(rows["B"], voided_at=clock.now(), void_reason="错")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM import_tests_tally WHERE code = 'C'")
    assert refused(office, draft) == ["A / 2025-03", "B / 2025-03", "C / 2025-03"]
    merges(office, draft)
    assert list(Tally.objects.filter(count=5).order_by("code").values_list("code", flat=True)) == ["A", "C", "D"]


def test_many_moved_rows_are_named_in_short(office):
    codes = [f"A{n:02}" for n in range(15)]
    merged(office, *sheet(*codes))
    draft = tried(office, *sheet(*codes, count=5))
    for row in Tally.objects.all():
        sheet_world.touch(row, title="x")
    assert refused(office, draft) == [*(f"{code} / 2025-03" for code in codes[:10]), "…"]


@pytest.mark.parametrize("code", ["N", "Ｎ", "n"])
def test_a_key_that_a_form_has_taken_meanwhile(office, code):
    """Whatever the width and the case it is written in."""
    draft = tried(office, *sheet("M", "N"))
    form(code)
    assert refused(office, draft) == ["N / 2025-03"]


def test_a_key_that_a_correction_has_moved_in_the_way(office):
    row = form("Z")
    draft = tried(office, *sheet("M", "N"))
    service.change(WHOLE, actor=None, obj=row, values={"code": "M"}, reason="编号写错")
    assert refused(office, draft) == ["M / 2025-03"]


def test_a_key_written_with_an_entry_that_does_not_name_the_row(office):
    draft = tried(office, *sheet("M", "N"))
    with unit_of_work(None) as uow:
        Tally.objects.bulk_create([Tally(code="N", period=MONTH, title="x")])
        uow.record("test.made", office, covers=[Tally])
    assert refused(office, draft) == ["N / 2025-03"]


def test_an_import_whose_ids_were_reserved_before_this_dry_run(office):
    """Its rows have lower ids than any this dry run saw, and come later."""
    early = tried(office, *sheet("M", "X"))
    draft = tried(office, *sheet("M", "N"))
    merging.merge(actor=office, draft=early)
    assert refused(office, draft) == ["M / 2025-03"]
    merges(office, draft)
    assert set(Tally.objects.values_list("code", flat=True)) == {"M", "N", "X"}


def test_what_moves_after_the_rows_were_made_ready(office, monkeypatch):
    merged(office, *sheet("A"))
    draft = tried(office, *sheet("A", "N", count=5))
    with monkeypatch.context() as patch:
        between(patch, lambda: sheet_world.touch(Tally.objects.get(), title="x"))
        assert refused_after(office, draft) == ["A / 2025-03"]
    merges(office, draft)
    draft = tried(office, *sheet("Q", count=5))
    with monkeypatch.context() as patch:
        between(patch, lambda: form("Q"))
        assert refused_after(office, draft) == ["Q / 2025-03"]


def refused_after(office, draft):
    with pytest.raises(Stale) as refusal:
        merging.merge(actor=office, draft=ImportDraft.objects.get(pk=draft.pk), reason="更正")
    assert ImportDraft.objects.get(pk=draft.pk).state == "checked"
    return refusal.value.reasons[0].params.get("rows") or refusal.value.reasons[0].code


def test_a_post_lost_before_or_during_the_merge(office, monkeypatch):
    draft = tried(office, *sheet("M"))

    def end():
        with unit_of_work(None) as uow:
            Assignment.objects.filter(person=office).update(ends=dt.date(2025, 1, 1))
            uow.record("test.made", office, covers=[Assignment])

    with monkeypatch.context() as patch:
        between(patch, end)
        with pytest.raises(NotAllowed):
            merging.merge(actor=office, draft=ImportDraft.objects.get(pk=draft.pk))
    del office._viewer
    with pytest.raises(NotAllowed):
        merging.merge(actor=office, draft=draft)
    assert not Tally.objects.exists()


def test_another_post_gained_during_the_merge(office, monkeypatch):
    """More rights are no harm, but nobody has judged the rows by them."""
    draft = tried(office, *sheet("M"))
    between(monkeypatch, lambda: org_factory.post(type(office).objects.get(pk=office.pk), "judge", org_factory.unit("民二庭")))
    assert refused_after(office, draft) == "import.other_rights"


def test_what_a_related_row_freezes_is_asked_again(office, monkeypatch):
    """A ledger may freeze by what another table says: the row itself has not moved then."""
    unit = org_factory.unit("民一庭")
    agreed = Message(sheet_world.AGREED)
    ledger = sheet_world.ledger(
        code="tests.frozen", path="tests/frozen", restricted=(),
        frozen=lambda row: {"count": agreed} if row.unit is not None and row.unit.closed_on else {},
    )  # fmt: skip
    head = ["编号", "期间", "部门", "名称", "件数"]

    def close():
        with unit_of_work(None) as uow:
            Unit.objects.filter(pk=unit.pk).update(closed_on=dt.date(2025, 4, 1))
            uow.record("test.made", unit)

    with sheet_world.also(ledger):
        merged(office, head, ["A", "2025-03", unit.name, "收案", 1], ["B", "2025-03", None, "收案", 1], ledger=ledger)
        draft = tried(
            office, head, ["A", "2025-03", unit.name, "收案", 5], ["B", "2025-03", None, "收案", 5], ledger=ledger
        )
        with monkeypatch.context() as patch:
            between(patch, close)
            assert refused_after(office, draft) == ["A / 2025-03 / 民一庭"]
        assert refused(office, draft) == ["A / 2025-03 / 民一庭"], "and before the lock, too"
        merges(office, draft)
    assert list(Tally.objects.order_by("code").values_list("count", flat=True)) == [1, 5]


def test_rows_that_left_the_persons_sight(office):
    mine, other = org_factory.unit("民一庭"), org_factory.unit("民二庭")
    head = ["编号", "期间", "部门", "名称", "件数"]
    rights = {"change": sheet_world.IMPORT}
    ledger = sheet_world.ledger(code="tests.clerks", path="tests/clerks", restricted=(), frozen=None, **rights)
    person = clerk("clerk", mine)
    with sheet_world.also(ledger):
        merged(office, head, ["A", "2025-03", mine.name, "收案", 1], ledger=ledger)
        draft = tried(person, head, ["A", "2025-03", mine.name, "收案", 5], ledger=ledger)
        with unit_of_work(None) as uow:
            Assignment.objects.filter(person=person).update(post=org_factory.post(clerk("clerk"), "clerk", other))
            uow.record("test.made", person, covers=[Assignment])
        del person._viewer
        assert refused(person, draft) == ["A / 2025-03 / 民一庭"]


def test_a_draft_that_was_tried_again_merged_or_dropped_elsewhere(office):
    draft = tried(office, *sheet("M"))
    stale = ImportDraft.objects.get(pk=draft.pk)
    dryrun.check(actor=office, draft=draft)
    with pytest.raises(Refused) as refusal:
        merging.merge(actor=office, draft=stale)
    assert refusal.value.reasons[0].code == "import.not_checked"
    drafts.drop(actor=office, draft=draft)
    with pytest.raises(Refused):
        merging.merge(actor=office, draft=draft)
    assert not Tally.objects.exists()


def test_what_the_database_refuses_is_told_with_its_own_words(office, monkeypatch):
    """A rule the dry run knows nothing of; here it is made to know nothing of the unique serial number."""
    merged(office, ["编号", "期间", "名称", "流水号"], ["A", "2025-03", "收案", "S1"])
    monkeypatch.setattr("bihuan.kernel.sheets.constraints.Uniques.mark", lambda self, verdicts: None)
    rows = [[f"B{n}", "2025-03", "收案", f"S{n}"] for n in range(1, 4)]
    draft = tried(office, ["编号", "期间", "名称", "流水号"], *rows)
    assert draft.counts["new"] == 3
    assert refused(office, draft, Refused) == "import.constraint"
    with pytest.raises(Refused, match="serial"):
        merging.merge(actor=office, draft=draft)
