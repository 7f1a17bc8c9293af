"""Bulletins: from the draft to what went out, and what is behind every figure of it."""

import pytest

from bihuan.kernel import clock
from bihuan.kernel.bulletins import forget, numbering, services
from bihuan.kernel.bulletins.flow import BULLETIN_FLOW
from bihuan.kernel.bulletins.ledger import PAPERS
from bihuan.kernel.errors import NotAllowed, Stale
from bihuan.kernel.models import (
    Bulletin,
    BulletinNumber,
    BulletinSeries,
    LogEntry,
)
from bihuan.kernel.testing.flow import FlowSuite
from bihuan.kernel.testing.ledger import LedgerSuite

from . import bulletin_ways as ways
from .bulletin_ways import MONTHLY, WEEKLY, at, begin, refused, step
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
    assert "{措施完成率}" in made.texts["lead"]
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
    assert "{finished}" in said and "{措施完成率}" in said
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
