"""Bulletins: from the draft to what went out, and what is behind every figure of it."""

import hashlib
import io

import docx
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from bihuan.kernel import clock, official
from bihuan.kernel.bulletins import Figure, cadence, counted, forget, freezing, keys, numbering, papers, services
from bihuan.kernel.bulletins import kind as declare
from bihuan.kernel.bulletins.flow import BULLETIN_FLOW
from bihuan.kernel.bulletins.ledger import PAPERS
from bihuan.kernel.errors import NotAllowed, Refused, Stale
from bihuan.kernel.models import (
    Bulletin,
    BulletinFigure,
    BulletinNumber,
    BulletinPaper,
    BulletinRows,
    BulletinSeries,
    DutyOccurrence,
    LogEntry,
)
from bihuan.kernel.official import store
from bihuan.kernel.testing.flow import FlowSuite
from bihuan.kernel.testing.ledger import LedgerSuite
from bihuan.kernel.verify import stored, verify
from bihuan.rectification.bulletins import MEASURES, every

from . import bulletin_ways as ways
from .bulletin_ways import MONTHLY, WEEKLY, at, begin, step
from .factory import TODAY


@pytest.fixture(autouse=True)
def addresses(day, settings):
    settings.ROOT_URLCONF = "bihuan.urls"


class TestBulletinFlow(FlowSuite):
    flow = BULLETIN_FLOW

    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court, self.back = court, 0

    def make(self, state):
        self.back += 1
        return at(self.court, state, MONTHLY, self.back)

    def actor(self, step, obj):
        return ways.actor(self.court, step.code, obj)

    def outsider(self, step, obj):
        return self.court.stranger

    def ready(self, step, obj, actor):
        if step.code == "forward" and obj.opinions.filter(round=obj.round, agrees=None).exists():
            ways.step(self.court, obj, "opine")
        if step.code == "issue" and obj.state == "numbered":
            ways.step(self.court, obj, "seal")

    def data(self, step, obj):
        return ways.data(self.court, step.code)


class TestBulletinLedger(LedgerSuite):
    ledger = PAPERS
    correction = {}

    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court, self.back = court, 0

    def editor(self):
        return self.court.rectifier

    def outsider(self):
        return self.court.stranger

    def make(self):
        self.back += 1
        return begin(self.court, WEEKLY, self.back)


def refused(code, act, *args, **kwargs):
    """The act is refused for this reason; its sentence."""
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    told = {reason.code: str(reason) for reason in caught.value.reasons}
    assert code in told, told
    return told[code]


# ---- drafting


def test_a_draft_begins_with_the_court_s_words_and_the_figures_of_now(court):
    court.at("internally_closed")
    made = begin(court)
    assert (made.state, made.starts, made.ends) == (
        "draft",
        ways.monday(1),
        ways.monday(0) - clock.dt.timedelta(days=1),
    )
    assert made.computed["rate"]["shown"] == "100.00%"
    assert made.computed["measures"]["numerator"] == 1
    assert "{rate}" in made.texts["lead"]
    assert made.report_to == "院党组成员"
    assert LogEntry.objects.filter(type="bulletins.drafted", object_id=str(made.pk)).exists()


def test_only_its_drafters_draft_and_no_period_twice(court):
    span = services.Span(ways.monday(1), ways.monday(0) - clock.dt.timedelta(days=1))
    with pytest.raises(NotAllowed):
        services.draft(actor=court.keeper, kind=ways.kind(WEEKLY), span=span)
    services.draft(actor=court.rectifier, kind=ways.kind(WEEKLY), span=span)
    refused("bulletins.taken", services.draft, actor=court.rectifier, kind=ways.kind(WEEKLY), span=span)
    ahead = services.Span(TODAY + clock.dt.timedelta(days=5), TODAY + clock.dt.timedelta(days=11))
    refused("bulletins.not_over", services.draft, actor=court.rectifier, kind=ways.kind(WEEKLY), span=ahead)


def test_words_name_figures_that_are_there_and_nobody_writes_over_another(court):
    made = begin(court)
    old = Bulletin.objects.get(pk=made.pk)
    said = refused(
        "bulletins.unknown_name",
        services.edit,
        actor=court.rectifier,
        bulletin=made,
        values={"texts": {"lead": "完成 {finished}"}},
    )
    assert "{finished}" in said and "{rate} 措施完成率" in said
    services.edit(actor=court.rectifier, bulletin=made, values={"title": "简报一", "texts": made.texts})
    with pytest.raises(Stale):
        services.edit(actor=court.rectifier, bulletin=old, values={"title": "简报二"})
    with pytest.raises(NotAllowed):
        services.edit(actor=court.stranger, bulletin=made, values={"title": "简报三"})
    assert Bulletin.objects.get(pk=made.pk).title == "简报一"
    sent = step(court, made, "submit")
    refused("bulletins.not_draft", services.edit, actor=court.rectifier, bulletin=sent, values={"title": "简报四"})


def test_a_draft_follows_the_ledger_and_says_what_changed(court):
    with clock.simulate(ways.monday(1)):
        attempt = court.at("verified")
    made = begin(court)
    assert made.computed["closed"]["numerator"] == 0
    with clock.simulate(ways.monday(1)):
        court.at("internally_closed", attempt)
    services.recompute(actor=court.rectifier, bulletin=made)
    changed = {one["name"]: (one["before"], one["after"]) for one in made.changed}
    assert changed["closed"] == ("0 项", "1 项")
    assert changed["rate"] == ("0.00% (0 / 1)", "100.00% (1 / 1)")
    assert "measures" not in changed
    services.recompute(actor=court.rectifier, bulletin=made)
    assert made.changed == []


def test_an_empty_passage_goes_no_further(court):
    made = begin(court)
    services.edit(actor=court.rectifier, bulletin=made, values={"texts": made.texts | {"next": ""}})
    assert "下步安排" in refused("bulletins.missing_text", step, court, made, "submit")
    services.edit(actor=court.rectifier, bulletin=made, values={"texts": made.texts | {"next": "抓紧办理", "work": ""}})
    assert step(court, made, "submit").state == "reviewing"


# ---- countersigning, review, signature


def test_all_units_countersign_and_an_objection_says_why(court):
    made = begin(court, MONTHLY)
    both = {"units": [court.units["civil"], court.units["filing"]]}
    made = BULLETIN_FLOW.perform(made, "ask", actor=court.keeper, data=both)
    made = step(court, made, "opine", note="")
    assert "立案庭" in refused("bulletins.not_all_agree", step, court, made, "forward")
    no = {"unit": court.units["filing"], "agrees": False}
    refused("bulletins.objection_empty", BULLETIN_FLOW.perform, made, "opine", actor=court.stranger, data=no)
    other = {"unit": court.units["civil"], "agrees": True}
    refused("bulletins.not_asked", BULLETIN_FLOW.perform, made, "opine", actor=court.stranger, data=other)
    made = BULLETIN_FLOW.perform(made, "opine", actor=court.stranger, note="立案数有误", data=no)
    assert "立案数有误" in refused("bulletins.objected", step, court, made, "forward")
    made = step(court, made, "return", note="按立案庭意见修改")
    assert made.state == "draft"
    made = BULLETIN_FLOW.perform(made, "ask", actor=court.keeper, data=both)
    assert list(made.opinions.values_list("round", "agrees")) == [(1, True), (1, False), (2, None), (2, None)]


def test_the_kind_says_whether_it_is_countersigned(court):
    progress = begin(court, ways.PROGRESS)
    refused("bulletins.countersign_first", step, court, progress, "submit")
    forget("cases.none")
    quarterly = services.draft(actor=court.keeper, kind=ways.kind("cases.quarterly"), span=services.Span(*_quarter()))
    refused(
        "bulletins.no_countersign",
        BULLETIN_FLOW.perform,
        quarterly,
        "ask",
        actor=court.keeper,
        data=ways.data(court, "ask"),
    )


def _quarter():
    return clock.dt.date(2026, 1, 1), clock.dt.date(2026, 3, 31)


def test_who_drafted_does_not_sign_and_who_reviewed_neither(court):
    court.person("chief", "leaders", "president")
    both = court.person("both", "rectify", "rectification_office")
    made = at(court, "signing", WEEKLY)
    from bihuan.kernel.models import Assignment, Post
    from bihuan.kernel.work import unit_of_work

    with unit_of_work(None) as uow:
        for person, role in ((court.rectifier, "president"), (both, "president")):
            post = Post.objects.filter(role=role).first()
            Assignment.objects.create(person=person, post=post, starts=clock.dt.date(2020, 1, 1))
        uow.record("test.made", covers=[Assignment], params={"what": "posts"})
    rectifier = type(court.rectifier).objects.get(pk=court.rectifier.pk)
    refused("bulletins.own_draft", BULLETIN_FLOW.perform, made, "sign", actor=rectifier)
    assert BULLETIN_FLOW.perform(made, "sign", actor=type(both).objects.get(pk=both.pk)).signed_by == both


# ---- numbers


def test_numbers_run_on_by_register_and_year_and_stay_with_their_bulletin(court):
    first, second = at(court, "numbered", WEEKLY, 2), at(court, "signed", WEEKLY, 1)
    assert first.number == "第1期"
    first = step(court, first, "return", note="数据有误")
    assert (first.state, first.number, first.signed_by) == ("draft", "第1期", None)
    second = step(court, second, "number")
    assert second.number == "第2期"
    for one in ("submit", "review", "sign", "number"):
        first = step(court, first, one)
    assert first.number == "第1期"
    assert at(court, "numbered", MONTHLY).number == "临法审管〔2026〕1号"
    assert list(BulletinSeries.objects.order_by("register").values_list("register", "last")) == [
        (MONTHLY, 1),
        (WEEKLY, 2),
    ]


def test_a_number_given_in_vain_is_not_lost(court):
    made = at(court, "signed", WEEKLY)

    class Broken(Exception):
        pass

    from bihuan.kernel.work import unit_of_work

    with pytest.raises(Broken), unit_of_work(court.rectifier):
        assert numbering.number(made, ways.kind(WEEKLY)) == "第1期"
        raise Broken
    assert not BulletinNumber.objects.exists()
    assert step(court, made, "number").number == "第1期"


# ---- issue


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


def test_the_office_s_own_template_is_checked_kept_and_used(court):
    kind = ways.kind(WEEKLY)
    sent = {"kind": WEEKLY, "filename": "简报.docx", "active_from": TODAY}
    with pytest.raises(NotAllowed):
        store.upload(actor=court.stranger, template=a_template("完成率 {{ figures.rate }}"), **sent)
    with pytest.raises(official.TemplateFault) as caught:
        store.upload(actor=court.rectifier, template=a_template("完成率 {{ figures.rat }}"), **sent)
    said = " ".join(str(reason) for reason in caught.value.reasons)
    assert "figures.rat" in said and "figures.rate" in said and "第 1 段" in said
    with pytest.raises(Refused):
        store.upload(actor=court.rectifier, template=b"PK\x03\x04 half", **sent)
    assert papers.template_of(kind)[1] is None
    made = store.upload(actor=court.rectifier, template=a_template("完成率 {{ figures.rate }}。"), **sent)
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
