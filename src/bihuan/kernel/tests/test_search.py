"""The full-text search: what a text is taken apart into, that every way of asking gives the same rows, what keeps the index."""

import random
from unittest import mock

import pytest
from django.db import connection
from django.test import Client

from bihuan.kernel import access, bulk, jobs, paging
from bihuan.kernel.models import SearchPending
from bihuan.kernel.search import everywhere, highlight, indexes, matching, upkeep
from bihuan.kernel.search import tables as search_tables
from bihuan.kernel.search.store import store
from bihuan.kernel.search.tokens import spans, terms, tokens
from bihuan.kernel.work import unit_of_work

from . import ledger_world as world
from . import org_factory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.kernel.tests.ledger_urls")]
GADGETS, Gadget = world.GADGETS, world.Gadget


@pytest.fixture(autouse=True)
def _registered(gadget_tables):
    with world.register():
        yield


@pytest.fixture
def index():
    return indexes.of(Gadget)


def found(text, rows=None):
    """Ids of the gadgets the ledger's search finds."""
    return set(matching.ask(GADGETS, text).narrow(Gadget.objects.all() if rows is None else rows).values_list("pk", flat=True))


def write(rows):
    """Insert gadgets as an import does."""
    with bulk.Insert(Gadget) as new:
        new.add(rows)
        with unit_of_work(None) as uow:
            new.write()
            uow.record("tests.gadgets.created", rows[0])


def many(texts):
    """Gadgets with these titles, written as an import does."""
    unit = org_factory.unit()
    made = [
        Gadget(pk=pk, code=f"批{pk}", title=text, unit=unit)
        for pk, text in zip(bulk.reserve_ids(Gadget, len(texts)), texts, strict=True)
    ]
    write(made)
    return made


# ---- tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（2026）云0102民初12号", ["2026", "云", "102", "民", "初", "12", "号"]),
        ("二-３-05", ["二", "3", "5"]),
        ("PDF2.0，Ｗｏｒｄ", ["pdf", "2", "0", "word"]),
        ("𠮷、々", ["𠮷", "々"]),
        ("——！", []),
    ],
)
def test_a_text_is_taken_apart_by_characters_letters_and_digits(text, expected):
    assert tokens(text) == [token for token, _start, _end in spans(text)] == expected


def test_a_day_is_asked_for_in_figures_and_in_words_alike():
    for written in ("2026-3-2", "2026/03/02", "2026年3月2日"):
        assert set(terms(written)[0].phrases) == {("2026", "3", "2"), ("2026", "年", "3", "月", "2", "日")}
    assert terms("2026-13")[0].phrases and not terms("，。") and len(terms(" ".join("一二三四五六七八九十"))) == 8


def test_what_was_found_is_marked_as_it_was_written_and_all_else_escaped():
    assert highlight.marked("<b>第（０５）号", terms("第5")) == "&lt;b&gt;<mark>第（０５</mark>）号"
    far = "前" * 200 + "目标" + "后" * 200
    assert highlight.snippet(far, terms("目标")).startswith("…前") and "<mark>目标</mark>" in highlight.snippet(far, terms("目标"))
    assert highlight.snippet("别的", terms("目标")) == ""


# ---- finding


def test_every_way_of_asking_finds_what_reading_each_text_finds(index):
    chance = random.Random(20260302)
    texts = ["".join(chance.choice("甲乙丙a1 2，") for _n in range(chance.randint(1, 9))) for _m in range(120)]
    texts += ["甲" * 40 + "乙", "丙" + "甲" * 30]  # (on PostgreSQL a text is stored in parts below)
    rows = many(texts)
    asked = ["".join(chance.choice("甲乙丙a12 ") for _n in range(chance.randint(1, 4))).strip() or "甲" for _m in range(60)]
    with mock.patch("bihuan.kernel.search.store_postgres.MOST_PLACES", 9):
        upkeep.store().remove(index, [row.pk for row in rows])
        upkeep.rebuild(index)
    hits = 0
    for text in [*asked, "甲" * 12 + "乙", "丙甲甲"]:
        wanted = terms(text)
        expected = {row.pk for row in rows if all(_in(row, term) for term in wanted)}
        ways = {"hits": set(store().hits(index, wanted, 1000)), "few": found(text)}
        ways["among"] = store().among(index, wanted, [row.pk for row in rows]) if wanted else set()
        for name, few in (("within", 0), ("holds", 0)):
            with mock.patch.object(matching, "FEW", few):
                kept = matching.ask(GADGETS, text).found()
                ways[name] = set(Gadget.objects.filter(getattr(kept, name)).values_list("pk", flat=True))
        assert ways == dict.fromkeys(ways, expected), text
        hits += bool(expected)
    assert hits > 20


def _in(row, term):
    """Whether the row holds the term, read off its texts."""
    return any(highlight.places(text, [term]) for text in (row.code, row.title))


def test_of_frequent_words_pages_are_the_same_however_they_are_read(index, monkeypatch):
    rows = many([f"共同 {'双' if n % 2 else '单'} {n}" for n in range(60)])
    expected = [row.pk for row in reversed(rows) if "双" in row.title]
    few_seen = Gadget.objects.filter(pk__in=Gadget.objects.filter(code__startswith="批").values("pk"))
    monkeypatch.setattr(matching, "FEW", 5)
    for steps in ((3, 4), (7, 100), (500, 500)):
        monkeypatch.setattr(matching, "LOOKED_THROUGH", steps)
        monkeypatch.setattr(matching, "FIRST_LOOKED_THROUGH", steps)
        for base in (Gadget.objects.all(), few_seen):
            for cap in (5, 2000):
                monkeypatch.setattr(paging, "COUNT_CAP", cap)
                search = matching.ask(GADGETS, "共同 双")
                narrowed = search.narrow(base)
                pages = [paging.listed(narrowed, ("-pk",), search, 8).page(n) for n in (1, 2, 3, 4)]
                assert [row.pk for page in pages for row in page.object_list] == expected
                assert [page.has_next() for page in pages] == [True, True, True, False]
                assert search.first(base, "-pk", 6) == expected[:6]


def test_a_search_only_ever_narrows_what_a_person_may_see():
    one, other = world.gadget(title="保密事项"), world.gadget(title="保密事项")
    judge = world.holder("judge", one.unit)
    assert found("保密", access.visible(judge, Gadget)) == {one.pk} and found("保密") == {one.pk, other.pk}
    assert [hit.url for group in everywhere.look(judge, "保密") for hit in group.hits] == [GADGETS.url("detail", one.pk)]


# ---- keeping


def test_every_way_of_writing_brings_the_index_along(index):
    row = world.gadget(title="先前")
    assert found("先前") == {row.pk}
    with unit_of_work(None) as uow:
        Gadget.objects.filter(pk=row.pk).update(title="更新")
        uow.record("tests.gadgets.changed", row)
    assert (found("先前"), found("更新")) == (set(), {row.pk})
    row.refresh_from_db()
    with bulk.Update(Gadget, ["title"]) as update, unit_of_work(None) as uow:
        update.add([(row.pk, row.revision, {"title": "批改"})])
        update.write()
        uow.record("tests.gadgets.changed", row)
    assert (found("更新"), found("批改")) == (set(), {row.pk})
    with bulk.Update(Gadget, ["grade"]) as update, mock.patch.object(upkeep, "keep") as kept, unit_of_work(None) as uow:
        update.add([(row.pk, row.revision + 1, {"grade": "a"})])
        update.write()
        uow.record("tests.gadgets.changed", row)
    assert not kept.called, "no text was written"
    with pytest.raises(RuntimeError, match="undone"), unit_of_work(None) as uow:
        Gadget.objects.filter(pk=row.pk).update(title="撤回")
        upkeep.keep(uow.touched)
        assert found("撤回") == {row.pk}
        raise RuntimeError("undone")
    assert found("撤回") == set() and list(upkeep.differing(index)) == []


def test_rows_whose_ids_nobody_knows_are_refused():
    row = Gadget(code="无号", title="无", unit=org_factory.unit())
    with pytest.raises(TypeError, match="reserve ids"), unit_of_work(None):
        bulk.insert(Gadget, [row])
    with pytest.raises(TypeError, match="ignore_conflicts"), unit_of_work(None):
        Gadget.objects.bulk_create([row], ignore_conflicts=True)
    assert not Gadget.objects.exists()


def test_very_many_rows_wait_until_the_moment_after(index, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(upkeep, "AT_ONCE", 3)
    monkeypatch.setattr(upkeep, "CHUNK", 2)
    with django_capture_on_commit_callbacks(execute=False) as after:
        rows = many([f"大批{n}" for n in range(5)])
    assert found("大批") == set() and upkeep.pending(index) and matching.ask(GADGETS, "大批").behind
    assert SearchPending.objects.count() == 5 and len(after) == 1
    after[0]()
    assert found("大批") == {row.pk for row in rows} and not upkeep.pending(index)


def test_what_was_left_or_damaged_is_mended_at_night(index):
    good, lost, wrong = (world.gadget(title="原文") for _n in range(3))
    store().remove(index, [lost.pk, wrong.pk])
    store().write(index, {wrong.pk: [["错"]], 10**6: [["多"]]})
    SearchPending.objects.create(table="search_of_an_older_version", object_id=good.pk)
    assert sorted(upkeep.differing(index)) == [(lost.pk, "missing"), (wrong.pk, "other"), (10**6, "surplus")]
    jobs.mend_search()
    assert list(upkeep.differing(index)) == [] and not SearchPending.objects.exists()
    assert found("原文") == {good.pk, lost.pk, wrong.pk}
    assert upkeep.rebuild(index) == 0


def test_a_table_is_made_and_filled_where_it_is_missing_and_dropped_where_nobody_wants_it(index):
    row = world.gadget(title="旧有")
    store().drop(index.table)
    other = indexes.Index(Gadget, ("secret",))
    store().make(other)
    assert index.table in search_tables.missing(connection)
    assert search_tables.install(connection) == [index.table]
    assert found("旧有") == {row.pk} and search_tables.missing(connection) == [] and other.table not in store().tables()


# ---- pages


def test_the_pages_show_what_was_found_and_say_when_there_may_be_more(index):
    office = world.holder("office")
    world.gadget(title="<i>案款</i>清理")
    client = Client()
    client.force_login(office)
    page = client.get(GADGETS.url(), {"q": "案款"}).content.decode()
    assert "&lt;i&gt;案款" in page and "正在建立检索索引" not in page
    [hit] = [hit for group in everywhere.look(office, "案款") for hit in group.hits]
    assert hit.name.endswith("&lt;i&gt;<mark>案款</mark>&lt;/i&gt;清理")
    SearchPending.objects.create(table=index.table, object_id=1)
    assert "正在建立检索索引" in client.get(GADGETS.url(), {"q": "案款"}).content.decode()
