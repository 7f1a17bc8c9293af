"""Imports merged as a whole while others write: on a connection of their own each, as in two processes."""

import datetime as dt
from functools import partial

import pytest
from django.db import connection

from bihuan.kernel import clock, soundness
from bihuan.kernel.errors import Refused, Stale
from bihuan.kernel.ledger import service
from bihuan.kernel.models import ImportDraft, LogEntry, SourceIntake
from bihuan.kernel.sheets import merging
from bihuan.kernel.tests import sheet_world
from bihuan.kernel.tests.sheet_world import WHOLE, Tally, clerk, merged, tried
from bihuan.kernel.verify import stored, verify

from . import together

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = ["编号", "期间", "名称", "件数"]
DAY = dt.date(2025, 4, 10)
at_once = partial(together.at_once, day=DAY)
MANY = 300


@pytest.fixture(autouse=True)
def _world(settings):
    settings.BIHUAN_SIMULATION_WRITES = True
    sheet_world.make_tables()
    with sheet_world.register(WHOLE), clock.simulate(DAY):
        yield
        assert verify(stored()).sound
        assert soundness.problems() == []
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {Tally._meta.db_table}")


def rows(count=0, numbers=range(MANY)):
    return [HEAD, *([f"A{n}", "2025-03", "收案", n + count] for n in numbers)]


def merge(office, draft):
    mine = ImportDraft.objects.get(pk=draft.pk)
    return lambda: merging.merge(actor=type(office).objects.get(pk=office.pk), draft=mine, reason="更正")


def split(found):
    """(what went through, refusals); anything else is a fault."""
    lost = [one for one in found if isinstance(one, Exception)]
    assert all(isinstance(one, Refused) and str(one.reasons[0]) for one in lost), found
    return [one for one in found if not isinstance(one, Exception)], lost


def test_two_imports_of_the_same_new_rows():
    people = [clerk("office"), clerk("office")]
    drafts = [tried(who, *rows()) for who in people]
    done, lost = split(at_once(*(merge(who, draft) for who, draft in zip(people, drafts, strict=True))))
    assert (len(done), len(lost)) == (1, 1) and isinstance(lost[0], Stale)
    assert lost[0].reasons[0].params["rows"][0] == "A0 / 2025-03"
    assert (Tally.objects.count(), SourceIntake.objects.count()) == (MANY, 1)


def test_the_same_import_merged_twice():
    office = clerk("office")
    draft = tried(office, *rows())
    done, _lost = split(at_once(merge(office, draft), merge(office, draft)))
    assert sorted(one.again for one in done) == [False, True]
    assert Tally.objects.count() == MANY
    assert LogEntry.objects.filter(type="import.merged").count() == SourceIntake.objects.count() == 1


def test_two_imports_that_correct_the_same_rows():
    people = [clerk("office"), clerk("office")]
    merged(people[0], *rows())
    drafts = [tried(who, *rows(count)) for who, count in zip(people, (1000, 2000), strict=True)]
    done, lost = split(at_once(*(merge(who, draft) for who, draft in zip(people, drafts, strict=True))))
    assert (len(done), len(lost)) == (1, 1) and isinstance(lost[0], Stale)
    added = {row.count - int(row.code[1:]) for row in Tally.objects.all()}
    assert added in ({1000}, {2000}) and set(Tally.objects.values_list("revision", flat=True)) == {1}


def test_an_import_and_a_form_about_the_same_key():
    office = clerk("office")
    draft = tried(office, *rows())
    values = {"code": f"A{MANY - 1}", "period": dt.date(2025, 3, 1), "title": "表单"}
    done, lost = split(at_once(merge(office, draft), lambda: service.create(WHOLE, actor=None, values=values)))
    assert (len(done), len(lost)) == (1, 1)
    assert Tally.objects.count() in (1, MANY)


def test_an_import_and_a_correction_of_one_of_its_rows():
    office = clerk("office")
    merged(office, *rows())
    draft = tried(office, *rows(1000))
    row = Tally.objects.get(code=f"A{MANY - 1}")
    found = at_once(
        merge(office, draft),
        lambda: service.change(WHOLE, actor=None, obj=row, values={"title": "改名"}, reason="笔误"),
    )
    done, lost = split(found)
    assert (len(done), len(lost)) == (1, 1) and isinstance(lost[0], Stale)
    row.refresh_from_db()
    assert (row.title, row.count) in (("改名", MANY - 1), ("收案", MANY + 999))


def test_imports_into_different_rows_wait_for_each_other_and_both_go_through():
    people = [clerk("office"), clerk("office")]
    drafts = [tried(people[0], *rows(numbers=range(200))), tried(people[1], *rows(numbers=range(200, 400)))]
    done, lost = split(at_once(*(merge(who, draft) for who, draft in zip(people, drafts, strict=True))))
    assert (len(done), len(lost)) == (2, 0)
    assert Tally.objects.count() == 400
