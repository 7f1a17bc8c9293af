"""Figures announced by the upper court: kept with their document, beside ours and never among them."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from bihuan.kernel import indicators as i
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.indicators import announced, sets
from bihuan.kernel.indicators.announced import ANNOUNCED
from bihuan.kernel.ledger import service
from bihuan.kernel.models import AnnouncedFigure
from bihuan.kernel.sheets import drafts, dryrun, merging
from bihuan.kernel.sheets.columns import suggest
from bihuan.kernel.testing import LedgerSuite
from bihuan.rectification.plan_lists.tests.made import xlsx

from .factory import TODAY, Court, signed_in
from .suites import Kept
from .test_indicators import YEAR, sample

DOCUMENT = "云高法〔2026〕12号"


def announce(actor, code="cases.closure-rate", value="80.04", **more):
    values = {
        "code": code, "starts": YEAR.starts, "ends": dt.date(2026, 4, 30), "value": Decimal(value), "document": DOCUMENT,
        "announced_on": dt.date(2026, 5, 12), "numerator": None, "denominator": None, "note": "",
    } | more  # fmt: skip
    return service.create(ANNOUNCED, actor=actor, values=values)


class TestLedger(Kept, LedgerSuite):
    ledger = ANNOUNCED
    correction = {"value": "81.5", "note": "上级更正"}
    made = 0

    def make(self):
        self.made += 1
        return announce(self.court.keeper, ends=dt.date(2026, 1, self.made))

    def test_the_list_shows_the_rows_a_person_may_see_and_no_others(self, db):
        row, page = self.make(), self.ledger.url("list")
        assert self.ledger.url("detail", row.pk) in self._get(self.editor(), page)
        assert self.ledger.url("detail", row.pk) in self._get(self.court.president, page)
        assert self._client(self.outsider()).get(page).status_code == 403  # not even the empty list

    def test_a_row_that_is_not_to_be_seen_is_not_there(self, db):
        page = self.ledger.url("detail", self.make().pk)
        assert self._client(self.editor()).get(page).status_code == 200
        assert self._client(self.court.president).get(page).status_code == 200
        assert self._client(self.outsider()).get(page).status_code == 403

    def values(self):
        return {
            "code": "cases.within-limit", "starts": "2026-01-01", "ends": "2026-03-31", "value": "99.67", "document": DOCUMENT,
            "announced_on": "2026-04-10",
        }  # fmt: skip


@pytest.fixture
def court(db):
    made = Court()
    sample(made)
    made.intake()
    return made


def test_the_counts_must_give_the_value_and_digits_dropped_are_said(court):
    keeper = court.keeper
    assert not announce(keeper, value="80.04", numerator=126927, denominator=158571).cut_short
    row = announce(keeper, "cases.settled", "17.97", numerator=16, denominator=89)  # 17.9775
    assert row.cut_short
    wrong = (
        {"value": "17.96", "numerator": 16, "denominator": 89},
        {"value": "50", "numerator": 16, "denominator": None},
        {"value": "50", "numerator": 16, "denominator": 0},
        {"value": "50", "announced_on": dt.date(2026, 4, 29)},
        {"value": "50", "starts": dt.date(2026, 6, 1)},
        {"value": "50", "code": "no.such"},
    )
    for values in wrong:
        with pytest.raises(Refused):
            announce(keeper, **{"code": "cases.mediated", **values})
    with pytest.raises(Refused):
        announce(keeper, "cases.settled", "18")  # the span is announced already: correct the row that stands
    for other in (court.president, court.head, court.judge):
        with pytest.raises(NotAllowed):
            announce(other, "cases.extended", "1")


def test_ours_of_the_same_span_stands_beside_and_the_gap_is_in_points(court):
    span = i.Span(YEAR.starts, dt.date(2026, 4, 30))
    ours = i.measure(i.get("cases.closure-rate"), [span])[0]
    announce(court.keeper, value=str(i.rounded(ours.exact) - 2))
    announce(court.keeper, "cases.filed", str(ours.numerator + 3))
    announce(court.keeper, "open.enforced-amount", "41.2")
    page = signed_in(court.president).get(reverse("indicator", args=["cases.closure-rate"]))
    [beside] = page.context["announced"]
    assert (beside.ours.numerator, beside.ours.span, beside.gap) == (ours.numerator, span, "+2.00 个百分点")
    assert DOCUMENT in page.content.decode() and "上级口径" in page.content.decode()
    assert page.context["row"].now.span == YEAR  # ours stays ours
    [count] = signed_in(court.president).get(reverse("indicator", args=["cases.filed"])).context["announced"]
    filed = i.measure(i.get("cases.filed"), [span])[0].numerator
    assert count.gap == f"{'+' if filed > ours.numerator + 3 else '−'}{abs(filed - ours.numerator - 3)} 件"
    before = signed_in(court.president).get(
        reverse("indicator", args=["cases.filed"]), {"from": "2026-01-01", "to": "2026-03-31"}
    )
    assert before.context["announced"] == []  # not known by then
    assert signed_in(court.head).get(reverse("indicator", args=["cases.closure-rate"])).context["announced"] == []
    whole = signed_in(court.president).get(reverse("indicator_set", args=["2024-09"]))
    waiting = {line.title: line for line in whole.context["waiting"]}
    assert waiting["执行到位率"].announced.shown == "41.2%" and waiting["执行到位率"].announced.ours is None
    assert announced.all_of(court.head, "cases.filed") == []


def test_figures_come_by_a_sheet_and_are_corrected_by_key(court):
    head = ["指标", "自", "至", "公布值", "分子", "分母", "文件名称、文号", "公布日期"]
    lines = [
        ["结案率", "2026-01-01", "2026-03-31", "80.04%", 126927, 158571, DOCUMENT, "2026-04-10"],
        ["cases.appeal-rate", "2026-01-01", "2026-03-31", "4.3", None, None, DOCUMENT, "2026-04-10"],
        ["没有的指标", "2026-01-01", "2026-03-31", "4.3", None, None, DOCUMENT, "2026-04-10"],
    ]
    for value in ("80.04%", "80.0"):
        lines[0][3] = value
        lines[0][4:6] = [126927, 158571] if value == "80.04%" else [None, None]
        file = io.BytesIO(xlsx(("公布数", [head, *lines])))
        draft = drafts.receive(actor=court.keeper, ledger=ANNOUNCED, file=file, filename="公布数.xlsx")
        mapping = suggest(ANNOUNCED, drafts.read(draft).headings, court.keeper).mapping
        draft = dryrun.check(actor=court.keeper, draft=draft, mapping=mapping)
        assert draft.refused == 1
        merging.merge(actor=court.keeper, draft=draft, partial=True, reason="上级更正")
    rows = {row.code: row for row in AnnouncedFigure.objects.all()}
    assert set(rows) == {"cases.closure-rate", "cases.appeal-rate"}
    assert rows["cases.closure-rate"].value == Decimal("80.0")


def test_a_set_is_shown_whole_as_of_a_day_and_what_waits_is_named(court):
    client = signed_in(court.president)
    page = client.get(reverse("indicator_set", args=["2024-09"]))
    version = page.context["version"]
    assert [line.row.now.indicator.code for line in page.context["lines"]] == [
        "cases.within-limit", "cases.pending-12", "cases.appeal-rate", "cases.changed-to-remanded",
    ]  # fmt: skip
    assert len(page.context["waiting"]) == 7 and version.unnamed == 7
    text = page.content.decode()
    assert "另有 7 项未见名称" in text and "执行案件和执行案款" in text and "待核实" in text
    old = client.get(reverse("indicator_set", args=["2024-01"]))
    assert old.context["version"] is None and old.context["nearest"] == dt.date(2024, 8, 31)
    then = client.get(reverse("indicator_set", args=["2024-01"]), {"on": "2024-08-31"})
    assert "cases.extended" in {line.row.now.indicator.code for line in then.context["lines"]}
    assert then.context["span"] == i.Span(dt.date(2024, 1, 1), dt.date(2024, 8, 31))
    assert client.get(reverse("indicator_set", args=["2024-01"]), {"on": "2024-09-01"}).context["version"] is None
    assert "日期不对" in client.get(reverse("indicator_set", args=["house"]), {"on": "2027-01-01"}).content.decode()
    assert client.get(reverse("indicator_set", args=["no-such"])).status_code == 404
    own = signed_in(court.head).get(reverse("indicator_set", args=["house"]))
    assert (
        own.context["lines"][0].row.now.numerator
        == i.measure(i.get("cases.filed"), [YEAR], view=i.view_for(court.head))[0].numerator
    )
    assert "上级口径" not in own.content.decode()
    assert signed_in(court.head).get(reverse("indicator_set", args=["house"]), {"view": "court"}).status_code == 403


def test_every_member_is_known_and_every_indicator_stands_in_its_sets():
    for code in sets.versions():
        day = sets.nearest(code, TODAY)
        version = sets.version_on(code, day)
        assert version is not None
        strange = [member.code for member in version.members if member.one is None and member.waits is None]
        assert not strange, (code, strange)
        assert version.size == 0 or len(version.members) <= version.size
    for one in i.indicators().values():
        if one.code.startswith(("cases.", "rectification.")):
            for code in one.sets:
                assert sets.holds(code, one.code, sets.nearest(code, TODAY)), (one.code, code)
    assert {one.tag for one in sets.open_ones().values()} <= set("TSMID")
    members = {m.code for code in sets.versions() for m in sets.version_on(code, sets.nearest(code, TODAY)).members}
    assert set(sets.open_ones()) <= members  # nothing waits unseen
