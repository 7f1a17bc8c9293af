"""Sources: a cut-off never goes back in silence, and what is late is stale."""

import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured

from bihuan.kernel import clock, sources
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models import LogEntry, Person, Source, SourceIntake, Unit
from bihuan.kernel.work import OutsideWork, unit_of_work

from . import org_factory as make

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 16)  # a Monday


@pytest.fixture
def spec(settings):
    settings.BIHUAN_SIMULATION_WRITES = True
    with clock.simulate(DAY):
        yield sources.register_source(
            "test.readings", name="测试读数", owner_role="dept_clerk", grace_days=5, models=["kernel.Unit"]
        )
    sources._specs.pop("test.readings")


def take_in(cut_off, reason="", actor=None, **rows):
    with unit_of_work(actor):
        return sources.record_intake("test.readings", cut_off=cut_off, rows=rows, reason=reason, filename="a.xlsx")


def test_a_source_never_taken_in_is_stale_and_says_whose_it_is(spec):
    clerk = make.person("内勤张")
    make.post(clerk, "dept_clerk", make.unit())
    state = sources.state("test.readings", DAY)
    assert state.stale and state.cut_off is None and state.owner == clerk
    assert "内勤张" in str(state.message)


def test_a_batch_makes_it_fresh_until_the_next_is_due_with_its_grace_in_working_days(spec):
    intake = take_in(dt.date(2026, 2, 28), new=3, changed=1)
    assert (intake.rows_new, intake.rows_changed, intake.rows_same) == (3, 1, 0)
    state = sources.state("test.readings", DAY)
    # Next cut-off 31 March (Tuesday); five working days: 1, 2, 3 April, then Qingming 4-6 April off, 7, 8.
    assert state.fresh and state.due_on == dt.date(2026, 4, 8)
    assert sources.state("test.readings", dt.date(2026, 4, 8)).fresh
    late = sources.state("test.readings", dt.date(2026, 4, 9))
    assert late.stale and "2026" in str(late.message)


def test_the_cut_off_goes_back_only_with_a_reason_which_is_kept(spec):
    take_in(dt.date(2026, 2, 28))
    with pytest.raises(Refused) as refusal:
        take_in(dt.date(2026, 1, 31))
    assert refusal.value.reasons[0].code == sources.BACKWARDS
    assert Source.objects.get(code="test.readings").cut_off == dt.date(2026, 2, 28)
    assert SourceIntake.objects.count() == 1
    assert take_in(dt.date(2026, 1, 31), reason="二月表格取错").reason == "二月表格取错"
    assert Source.objects.get(code="test.readings").cut_off == dt.date(2026, 1, 31)
    assert LogEntry.objects.filter(type="source.intake").first().data["reason"] == "二月表格取错"


def test_a_cut_off_in_the_future_is_refused(spec):
    with pytest.raises(Refused) as refusal:
        take_in(DAY + dt.timedelta(days=1))
    assert refusal.value.reasons[0].code == sources.FUTURE
    assert not Source.objects.exists()


def test_an_intake_needs_a_unit_of_work(spec):
    with pytest.raises(OutsideWork):
        sources.record_intake("test.readings", cut_off=DAY)


def test_a_page_finds_its_sources_by_its_tables(spec, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = sources.for_models([Unit], DAY)
    assert [s.code for s in found] == ["test.readings"]
    assert sources.for_models([Person], DAY) == []


def test_a_live_source_is_never_stale():
    sources.register_source("test.live", name="平台", owner_role="", every=sources.LIVE)
    try:
        state = sources.state("test.live", DAY)
        assert state.fresh and state.cut_off == DAY
    finally:
        sources._specs.pop("test.live")


def test_a_rule_nobody_can_read_is_an_error_at_start():
    with pytest.raises(ImproperlyConfigured):
        sources.register_source("test.bad", name="坏", owner_role="", every="每月")


def test_only_the_data_office_names_an_owner(spec):
    office, clerk = make.person("审管"), make.person("内勤")
    make.post(office, "trial_management", make.unit("审管办"))
    make.post(clerk, "dept_clerk", make.unit())
    with pytest.raises(NotAllowed):
        sources.set_owner(actor=clerk, code="test.readings", person=clerk, reason="x")
    sources.set_owner(actor=office, code="test.readings", person=office, reason="交接")
    assert sources.state("test.readings", DAY).owner == office
