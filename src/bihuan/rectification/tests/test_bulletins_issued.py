"""What is issued: frozen with the rows behind it, refused when something is wrong, and never changed afterwards."""

import hashlib
import io

import docx
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from bihuan.kernel import clock, official
from bihuan.kernel.bulletins import Figure, cadence, counted, forget, freezing, keys, papers, services
from bihuan.kernel.bulletins import kind as declare
from bihuan.kernel.bulletins.flow import BULLETIN_FLOW
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models import (
    Bulletin,
    BulletinFigure,
    BulletinPaper,
    BulletinRows,
    DutyOccurrence,
)
from bihuan.kernel.official import store
from bihuan.kernel.verify import stored, verify
from bihuan.rectification.bulletins import MEASURES, every

from . import bulletin_ways as ways
from .bulletin_ways import MONTHLY, WEEKLY, at, begin, refused, step
from .factory import TODAY


@pytest.fixture(autouse=True)
def addresses(day, settings):
    settings.ROOT_URLCONF = "bihuan.urls"


def test_what_is_issued_is_frozen_with_the_rows_behind_it(court):
    closed, open_ = court.at("internally_closed"), court.at("in_progress", due=clock.dt.date(2026, 5, 1))
    made = at(court, "issued", WEEKLY)
    held = {row.name: row for row in made.figures.all()}
    assert set(held) == {one.name for one in ways.kind(WEEKLY).all_bound}
    rate = held["rate"]
    assert (rate.shown, rate.numerator, rate.denominator, rate.value) == ("50.00%", 1, 2, "50")
    assert "÷" in rate.query and rate.as_of
    assert rate.statement_sha256 == hashlib.sha256(rate.statement.encode()).hexdigest()
    assert "rectification_measure" in rate.statement
    parts = {row.part: row for row in rate.parts.all()}
    below = sorted([closed.measure_id, open_.measure_id])
    assert [pk for pk, _v in keys.unpack(bytes(parts["denominator"].keys))] == below
    assert [pk for pk, _v in keys.unpack(bytes(parts["numerator"].keys))] == [closed.measure_id]
    for part, numbers in (("denominator", below), ("numerator", [closed.measure_id])):
        assert parts[part].sha256 == hashlib.sha256("\n".join(map(str, numbers)).encode()).hexdigest()
    assert held["due_list"].content["rows"][0][0] == open_.measure.code
    assert held["trend"].content["rows"][-1][1] == "0 项"
    paper = made.paper
    assert paper.sha256 == hashlib.sha256(bytes(paper.content)).hexdigest()
    words = "\n".join(p.text for p in docx.Document(io.BytesIO(bytes(paper.content))).paragraphs)
    assert "完成率 50.00%" in words and "{" not in words
    assert verify(stored()).sound


def test_a_document_names_its_addressee_and_upward_alone_who_signed_it(court):
    down, up = at(court, "issued", MONTHLY), at(court, "issued", ways.PROGRESS)
    words = {
        one.pk: "\n".join(p.text for p in docx.Document(io.BytesIO(bytes(one.paper.content))).paragraphs)
        for one in (down, up)
    }
    assert "各庭（局）、室：" in words[down.pk] and "签发人" not in words[down.pk]
    assert "市委巡察工作领导小组办公室：" in words[up.pk] and "签发人" in words[up.pk] and "president" in words[up.pk]
    assert "临法党组〔2026〕1号" in words[up.pk]


def test_a_later_change_of_the_ledger_changes_nothing_that_went_out(court):
    attempt = court.at("verified")
    made = at(court, "issued", WEEKLY)
    court.at("internally_closed", attempt)
    again = freezing.frozen(Bulletin.objects.get(pk=made.pk))
    assert again["rate"].shown == "0.00%"
    assert (
        services.computing.compute(ways.kind(WEEKLY), services.Span(made.starts, made.ends))["rate"].shown == "100.00%"
    )


def test_what_changed_since_it_was_signed_is_not_issued(court):
    attempt = court.at("verified")
    made = at(court, "numbered", WEEKLY)
    court.at("internally_closed", attempt)
    said = refused("bulletins.different_from_signed", step, court, made, "issue")
    assert "措施完成率由 0.00% (0 / 1) 变为 100.00% (1 / 1)" in said
    made = Bulletin.objects.get(pk=made.pk)
    assert (made.state, made.figures.count(), BulletinPaper.objects.count()) == ("numbered", 0, 0)
    made = step(court, made, "return", note="数据有变化")
    for one in ("submit", "review", "sign", "number", "issue"):
        made = step(court, made, one)
    assert (made.state, made.number) == ("issued", "第1期")


@pytest.fixture
def broken():
    """A kind one of whose figures cannot be computed."""
    bad = counted("test.bad", title="坏数", of=MEASURES, where=lambda span, p: Q(nothing=1), formula="—")
    held = ways.kind(WEEKLY)
    made = declare(
        "test.weekly", title="试验简报", domain="rectification", period="week", layout="briefing", drafters=held.drafters,
        reviewers=held.reviewers, signers=held.signers, figures=(Figure("good", "好数", every_measure()), Figure("bad", "坏数", bad)),
    )  # fmt: skip
    yield made
    forget(made.code)


def every_measure():
    return counted("test.every", title="措施", of=MEASURES, where=every, formula="全部措施", word="项")


def test_a_figure_that_cannot_be_computed_is_named_and_nothing_goes_on(court, broken, monkeypatch):
    monkeypatch.setattr(
        type(broken), "held", lambda self, on: {"report_to": "", "send_to": "", "issue_to": "", "code_word": ""}
    )
    span = services.Span(ways.monday(1), ways.monday(0) - clock.dt.timedelta(days=1))
    made = services.draft(actor=court.rectifier, kind=broken, span=span)
    assert made.computed["good"]["shown"] == "0 项"
    said = refused("bulletins.figure_failed", BULLETIN_FLOW.perform, made, "submit", actor=court.rectifier)
    assert "坏数" in said and "FieldError" in said
    assert Bulletin.objects.get(pk=made.pk).state == "draft"


def test_issuing_fulfils_the_duty(court):
    duty = cadence.put_to_use(actor=court.rectifier, kind=ways.kind(WEEKLY), starts=ways.monday(1))
    refused("bulletins.in_use", cadence.put_to_use, actor=court.rectifier, kind=ways.kind(WEEKLY), starts=TODAY)
    with pytest.raises(NotAllowed):
        cadence.put_to_use(actor=court.rectifier, kind=ways.kind(MONTHLY), starts=TODAY)
    row = DutyOccurrence.objects.filter(duty=duty).order_by("due_on").first()
    made = services.for_occurrence(actor=court.rectifier, kind=ways.kind(WEEKLY), occurrence=row)
    assert (made.starts, made.ends) == (ways.monday(2), ways.monday(1) - clock.dt.timedelta(days=1))
    for one in ("submit", "review", "sign", "number", "issue"):
        made = step(court, made, one)
    row.refresh_from_db()
    assert (row.fulfilled_on, row.record_kind, row.record_id) == (TODAY, "kernel.bulletin", made.pk)
    assert [one.pk for one in cadence.occurrences(ways.kind(WEEKLY), TODAY)] != [row.pk]


def test_an_issued_bulletin_is_withdrawn_or_superseded_never_edited(court):
    made = at(court, "issued", WEEKLY)
    refused("bulletins.not_draft", services.edit, actor=court.rectifier, bulletin=made, values={"title": "改"})
    fresh = services.supersede(actor=court.rectifier, bulletin=made)
    refused("bulletins.has_successor", services.supersede, actor=court.rectifier, bulletin=made)
    for one in ("submit", "review", "sign", "number", "issue"):
        fresh = step(court, fresh, one)
    made.refresh_from_db()
    assert (made.state, fresh.state, fresh.number) == ("superseded", "issued", "第2期")
    gone = BULLETIN_FLOW.perform(fresh, "withdraw", actor=court.president, note="口径有误")
    assert gone.state == "withdrawn" and gone.paper.sha256


# ---- the office's templates


def a_template(text):
    made = docx.Document()
    made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_the_office_s_own_template_is_used(court):
    kind = ways.kind(WEEKLY)
    given = {"actor": court.rectifier, "kind": kind.code, "filename": "简报.docx", "active_from": TODAY}
    with pytest.raises(Refused) as caught:
        store.upload(template=a_template("完成率 {{ figures.rat }}"), **given)
    said = " ".join(str(reason) for reason in caught.value.reasons)
    assert "figures.rat" in said and "figures.rate" in said and "第 1 段" in said
    made = store.upload(template=a_template("完成率 {{ figures.rate }}。"), **given)
    issued = at(court, "issued", WEEKLY)
    assert issued.paper.template == made
    assert docx.Document(io.BytesIO(bytes(issued.paper.content))).paragraphs[0].text == "完成率 n/a。"


def test_a_template_that_fails_issues_nothing(court, monkeypatch):
    made = at(court, "numbered", WEEKLY)

    def fails(*args, **kwargs):
        raise official.TemplateFault([])

    monkeypatch.setattr(papers.official, "render", fails)
    with pytest.raises(Refused):
        step(court, made, "issue")
    made = Bulletin.objects.get(pk=made.pk)
    assert (made.state, made.figures.count(), made.issued_on) == ("numbered", 0, None)


# ---- what the database refuses


def run(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        connection.check_constraints()


def test_raw_sql_changes_nothing_that_went_out(court):
    court.at("internally_closed")
    made = at(court, "issued", WEEKLY)
    draft = begin(court, WEEKLY, 2)
    figure = made.figures.get(name="rate")
    for sql in (
        f"UPDATE kernel_bulletin SET number = '第9期' WHERE id = {made.pk}",
        f"UPDATE kernel_bulletin SET title = '改' WHERE id = {made.pk}",
        f"UPDATE kernel_bulletin SET texts = '{{}}' WHERE id = {made.pk}",
        f"UPDATE kernel_bulletin SET state = 'draft' WHERE id = {made.pk}",
        f"UPDATE kernel_bulletin SET state = 'issued' WHERE id = {draft.pk}",
        f"DELETE FROM kernel_bulletin WHERE id = {draft.pk}",
        f"UPDATE kernel_bulletinfigure SET shown = '99.00%' WHERE id = {figure.pk}",
        f"UPDATE kernel_bulletinfigure SET numerator = 2 WHERE id = {figure.pk}",
        f"DELETE FROM kernel_bulletinfigure WHERE id = {figure.pk}",
        f"UPDATE kernel_bulletinrows SET count = 2 WHERE figure_id = {figure.pk}",
        f"DELETE FROM kernel_bulletinrows WHERE figure_id = {figure.pk}",
        "UPDATE kernel_bulletinpaper SET sha256 = ''",
        "DELETE FROM kernel_bulletinpaper",
        "UPDATE kernel_bulletinnumber SET no = 7",
        "DELETE FROM kernel_bulletinnumber",
        "UPDATE kernel_bulletinseries SET last = last + 2",
        "UPDATE kernel_bulletinseries SET last = 0",
    ):
        with pytest.raises(DatabaseError):
            run(sql.replace("%", "%%"))
    figure.refresh_from_db()
    assert (figure.shown, figure.numerator) == ("100.00%", 1)
    if connection.vendor == "sqlite":
        columns = ", ".join(f.column for f in BulletinFigure._meta.concrete_fields)
        with pytest.raises(DatabaseError):
            run(f"INSERT OR REPLACE INTO kernel_bulletinfigure ({columns}) SELECT {columns} FROM kernel_bulletinfigure")
    else:
        for table in ("kernel_bulletinfigure", "kernel_bulletinrows", "kernel_bulletin"):
            with pytest.raises(DatabaseError):
                run(f"TRUNCATE {table} CASCADE")
    run(f"UPDATE kernel_bulletin SET state = 'withdrawn', revision = revision + 1 WHERE id = {made.pk}")


def test_nothing_is_added_to_what_went_out(court):
    court.at("internally_closed")
    made = at(court, "issued", WEEKLY)
    columns = [f.column for f in BulletinFigure._meta.concrete_fields if f.column != "id"]
    chosen = ", ".join("'more'" if name == "name" else name for name in columns)
    add = f"INSERT INTO kernel_bulletinfigure ({', '.join(columns)}) SELECT {chosen} FROM kernel_bulletinfigure WHERE name = 'rate'"
    with pytest.raises(DatabaseError):
        run(add)
    rows = [f.column for f in BulletinRows._meta.concrete_fields if f.column != "id"]
    chosen = ", ".join("'more'" if name == "part" else name for name in rows)
    with pytest.raises(DatabaseError):
        run(f"INSERT INTO kernel_bulletinrows ({', '.join(rows)}) SELECT {chosen} FROM kernel_bulletinrows")
    assert made.figures.count() == len(ways.kind(WEEKLY).all_bound)


def test_keys_are_packed_and_read_back():
    held = [(3, "1"), (4, "0"), (900_000, "12")]
    assert keys.unpack(keys.pack(held)) == held
    assert keys.unpack(keys.pack([])) == [] == keys.unpack(b"")
