"""The patrol: one standing alert a breach, whatever is run twice, fails, is stale, or was missed."""

import datetime as dt
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import Value

from bihuan.kernel import access, clock, patrol, rules, sources
from bihuan.kernel.alerts_ladder import sweep
from bihuan.kernel.criteria import Verdict
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Alert, AlertStep, InboxItem, LogEntry, RuleRun
from bihuan.kernel.patrol_coverage import GAP, QUIET_BUT, SHORT, coverage, quiet
from bihuan.kernel.patrol_reconcile import turn
from bihuan.kernel.work import unit_of_work
from bihuan.law.dated import DatedValue, Parameter, Parameters, current_parameters, install_parameters

from . import org_factory as make
from .supervision_world import CODE, MONDAY, declare, patrol_on, query, racing, rename, the_alert, world  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_a_breach_opens_one_alert_with_owner_trace_step_entry_and_notice(world):  # noqa: F811
    declare()
    done = patrol_on(MONDAY)
    assert not done.failed and [r.outcome for r in done.reports if r.rule.code == CODE] == ["ok"]
    alert = the_alert()
    assert (alert.breach_state, alert.handling_state, alert.level) == ("open", "new", 0)
    assert alert.owner == world.head and alert.unit == world.bad and not alert.about_leader
    assert alert.trace["message"]["params"]["subject"] == "坏一庭"
    assert [s.kind for s in alert.steps.all()] == ["opened"]
    assert LogEntry.objects.filter(type="alert.opened", kind="kernel.alert", object_id=str(alert.pk)).count() == 1
    assert InboxItem.objects.filter(person=world.head).count() == 1
    run = RuleRun.objects.get(rule=CODE)
    assert (run.rows_seen, run.breaches, run.opened, run.cleared) == (5, 1, 1, 0)


def test_patrolling_again_changes_nothing(world):  # noqa: F811
    declare()
    patrol_on(MONDAY)
    before = Alert.objects.values().get(rule=CODE)
    patrol_on(MONDAY)
    assert Alert.objects.values().get(rule=CODE) == before
    assert AlertStep.objects.count() == 1 and InboxItem.objects.count() == 1
    assert RuleRun.objects.filter(rule=CODE).count() == 2


def test_a_breach_that_is_gone_clears_and_a_new_one_is_a_new_alert(world):  # noqa: F811
    declare()
    patrol_on(MONDAY)
    rename(world.bad, "一庭")
    patrol_on(MONDAY + DAY)
    first = the_alert()
    assert first.breach_state == "cleared" and first.cleared_on == MONDAY + DAY
    rename(world.bad, "坏一庭")
    patrol_on(MONDAY + 2 * DAY)
    assert Alert.objects.filter(rule=CODE).count() == 2
    first.refresh_from_db()
    assert first.breach_state == "cleared"


def test_a_failing_rule_is_reported_stops_no_other_and_clears_nothing(world):  # noqa: F811
    def broken(on, p):
        raise ZeroDivisionError("boom")

    declare()
    patrol_on(MONDAY)
    rules.forget(CODE)
    declare(function=broken)
    declare("test.other")
    done = patrol_on(MONDAY + DAY)
    outcome = {r.rule.code: r for r in done.reports}
    assert outcome[CODE].outcome == "failed" and "boom" in outcome[CODE].error
    assert outcome["test.other"].opened == 1
    assert the_alert().breach_state == "undetermined"
    run = RuleRun.objects.filter(rule=CODE).first()
    assert run.outcome == "failed" and "ZeroDivisionError" in run.error
    rules.forget(CODE)
    declare()
    patrol_on(MONDAY + 2 * DAY)
    assert the_alert().breach_state == "open"
    assert [s.kind for s in the_alert().steps.all()] == ["opened", "undetermined", "determined"]


def test_a_rule_that_breaks_in_the_database_stops_no_other(world):  # noqa: F811
    def bad_sql(on, p):
        return query(on, p).extra(where=["no_such_column = 1"])

    declare(function=bad_sql)
    declare("test.other")
    done = patrol_on(MONDAY)
    assert {r.rule.code: str(r.outcome) for r in done.reports}.items() >= {CODE: "failed", "test.other": "ok"}.items()


def test_a_rule_without_the_promised_columns_fails_naming_them(world):  # noqa: F811
    declare(function=lambda on, p: type(world.bad).objects.all())
    report = patrol.run_rule(rules.rules()[CODE], MONDAY)
    assert report.outcome == "failed" and "alert_due" in report.error


def test_a_stale_source_clears_nothing_and_is_no_coverage(world):  # noqa: F811
    sources.register_source("test.src", name="测试来源", owner_role="", models=[])
    try:
        declare(sources=["test.src"])
        with clock.simulate(MONDAY), unit_of_work(None):
            sources.record_intake("test.src", cut_off=dt.date(2026, 2, 28))
        patrol_on(MONDAY)
        rename(world.bad, "一庭")
        later = dt.date(2026, 5, 11)
        done = patrol_on(later)
        assert [str(r.outcome) for r in done.reports if r.rule.code == CODE] == ["stale"]
        assert the_alert().breach_state == "undetermined"
        assert coverage(CODE, later, later).missing == (later,)
        with clock.simulate(later), unit_of_work(None):
            sources.record_intake("test.src", cut_off=dt.date(2026, 4, 30))
        patrol_on(later)
        assert the_alert().breach_state == "cleared"
    finally:
        sources._specs.pop("test.src")


def test_alerts_of_a_rule_that_is_gone_are_undetermined(world):  # noqa: F811
    declare()
    patrol_on(MONDAY)
    rules.forget(CODE)
    patrol_on(MONDAY + DAY)
    assert the_alert().breach_state == "undetermined"


def test_a_missed_day_shows_and_is_not_made_up_later(world):  # noqa: F811
    declare()
    rename(world.bad, "一庭")
    for n in (0, 1, 3):
        patrol_on(MONDAY + n * DAY)
    seen = coverage(CODE, MONDAY, MONDAY + 3 * DAY)
    assert seen.missing == (MONDAY + 2 * DAY,) and not seen.complete
    with pytest.raises(Refused) as refusal:
        patrol_on(MONDAY + 2 * DAY)
    assert refusal.value.reasons[0].code == patrol.TOO_EARLY
    strict = quiet(CODE, days=4, on=MONDAY + 3 * DAY, gap=1)
    assert strict.verdict is Verdict.UNDETERMINABLE and strict.reason.code == GAP
    lenient = quiet(CODE, days=4, on=MONDAY + 3 * DAY)
    assert lenient.verdict is Verdict.MET and lenient.reason.code == QUIET_BUT
    assert lenient.facts[0]["missing"] == [(MONDAY + 2 * DAY).isoformat()]
    assert quiet(CODE, days=4, on=MONDAY + 3 * DAY, start=MONDAY + DAY).reason.code == SHORT
    assert quiet(CODE, days=6, on=MONDAY + 6 * DAY).reason.code == GAP, "three days nobody looked"
    assert quiet(CODE, days=2, on=MONDAY + DAY).verdict is Verdict.MET


def test_quiet_is_unmet_by_a_breach_in_the_window_even_when_it_cleared(world):  # noqa: F811
    declare()
    patrol_on(MONDAY)
    rename(world.bad, "一庭")
    for n in range(1, 4):
        patrol_on(MONDAY + n * DAY)
    on = MONDAY + 3 * DAY
    assert quiet(CODE, days=4, on=on).verdict is Verdict.UNMET
    assert quiet(CODE, days=4, on=on, unit_id=world.bad.pk).verdict is Verdict.UNMET
    assert quiet(CODE, days=4, on=on, unit_id=world.good.pk).verdict is Verdict.MET
    assert quiet(CODE, days=2, on=on).verdict is Verdict.MET
    assert quiet("no.rule", days=2, on=on).verdict is Verdict.UNDETERMINABLE


def test_quiet_is_undeterminable_when_a_parameter_changed_in_the_window(world):  # noqa: F811
    def value(start, days):
        return DatedValue(start, None, {"days": days}, "D", "测试")

    held = current_parameters()
    whole = Parameter("test.limit", "期限", "local", "D", (value(dt.date(2020, 1, 1), 5),), "测试")
    changed = DatedValue(dt.date(2020, 1, 1), MONDAY, {"days": 5}, "D", "测试")
    split = Parameter("test.limit", "期限", "local", "D", (changed, value(MONDAY + DAY, 7)), "测试")
    declare(basis="test.limit")
    rename(world.bad, "一庭")
    try:
        install_parameters(Parameters([*held, whole]))
        patrol_on(MONDAY)
        patrol_on(MONDAY + DAY)
        assert quiet(CODE, days=2, on=MONDAY + DAY).verdict is Verdict.MET
        install_parameters(Parameters([*held, split]))
        patrol_on(MONDAY + 2 * DAY)
        assert quiet(CODE, days=3, on=MONDAY + 2 * DAY).verdict is Verdict.UNDETERMINABLE
    finally:
        install_parameters(held)


def test_an_alert_follows_its_facts(world):  # noqa: F811
    declare()
    patrol_on(MONDAY)
    with unit_of_work(None) as uow:
        type(world.bad).objects.filter(pk=world.bad.pk).update(closed_on=MONDAY)
        uow.record("test.made", world.bad)
    new_head = make.person("新庭长")
    with unit_of_work(None) as uow:
        from bihuan.kernel.models import Assignment

        Assignment.objects.filter(person=world.head).update(ends=MONDAY)
        uow.record("test.made", None, covers=[Assignment])
    make.post(new_head, "head", world.bad, starts=MONDAY + DAY)
    patrol_on(MONDAY + DAY)
    alert = the_alert()
    assert alert.due == MONDAY and alert.owner == new_head
    assert [s.kind for s in alert.steps.all()] == ["opened", "moved"]
    assert InboxItem.objects.filter(person=new_head).exists()


def test_the_patrol_takes_a_handful_of_statements_however_many_breaches(world):  # noqa: F811
    for n in range(40):
        make.unit(f"坏{n}")
    rule = declare()
    patrol.run_rule(rule, MONDAY)
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        patrol.run_rule(rule, MONDAY)
    for n in range(40, 120):
        make.unit(f"坏{n}")
    patrol.run_rule(rule, MONDAY)
    with CaptureQueriesContext(connection) as many:
        patrol.run_rule(rule, MONDAY)
    assert len(many) == len(few) <= 30


def counted(act):
    """What the act returned, and how many statements it sent."""
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        found = act()
    return found, len(seen)


def held_by(person):
    """A query that gives every breach to the person, due on the day in its unit's `closed_on`."""

    def found(on, p):
        return query(on, p).annotate(alert_person_id=Value(person.pk))

    return found


def test_opening_following_climbing_and_clearing_take_no_more_statements_for_more_alerts(world):  # noqa: F811
    """The four things a patrol writes, each for thirty alerts and for sixty: the same number of statements (a
    handful goes another way)."""
    few, many = [make.unit(f"甲{n}") for n in range(30)], [make.unit(f"乙{n}") for n in range(60)]
    rename(world.bad, "一庭")
    owners = [world.clerk, world.head]
    counts = {}
    for name, units in (("few", few), ("many", many)):
        for unit in units:
            rename(unit, f"坏{unit.code}")
        rules.forget(CODE)
        rule = declare(function=held_by(owners[0]))
        opened = counted(lambda rule=rule: patrol.run_rule(rule, MONDAY))
        rules.forget(CODE)
        rule = declare(function=held_by(owners[1]))
        followed = counted(lambda rule=rule: patrol.run_rule(rule, MONDAY + DAY))
        climbed = counted(lambda: sweep(MONDAY + 20 * DAY, rules.rules()))
        for unit in units:
            rename(unit, "好")
        cleared = counted(lambda rule=rule: patrol.run_rule(rule, MONDAY + 20 * DAY))
        mine = Alert.objects.filter(object_id__in=[unit.pk for unit in units])
        assert opened[0].opened == cleared[0].cleared == climbed[0].climbed == len(units), (opened[0], climbed[0])
        assert set(mine.values_list("owner", "level", "breach_state")) == {(world.head.pk, 3, "cleared")}
        assert LogEntry.objects.filter(type="alert.followed", object_id__in=[str(a.pk) for a in mine]).count() == len(units)
        assert AlertStep.objects.filter(alert__in=mine).count() == 4 * len(units)
        counts[name] = [opened[1], followed[1], climbed[1], cleared[1]]
    assert counts["few"] == counts["many"]
    assert InboxItem.objects.filter(person=world.head, code="alert.notice.given").count() == len(few) + len(many)


def test_the_database_keeps_one_standing_alert_a_breach(world):  # noqa: F811
    declare()
    patrol_on(MONDAY)
    alert = the_alert()
    alert.pk = None
    with pytest.raises(IntegrityError), transaction.atomic(), unit_of_work(None) as uow:
        alert.save(force_insert=True)
        uow.record("test.made", alert)


def test_turning_a_cleared_alert_does_nothing(world):  # noqa: F811
    rule = declare()
    patrol_on(MONDAY)
    stale_copy = the_alert()
    rename(world.bad, "一庭")
    patrol_on(MONDAY + DAY)
    assert turn(rule, [stale_copy], "undetermined", MONDAY + DAY) == 0
    assert the_alert().breach_state == "cleared"


def test_coverage_rows_cannot_be_rewritten(world):  # noqa: F811
    declare()
    patrol_on(MONDAY)
    from django.db import DatabaseError

    with pytest.raises(DatabaseError), transaction.atomic(), unit_of_work(None):
        RuleRun.objects.filter(rule=CODE).update(outcome="ok", rows_seen=9)


def test_the_command_reports_each_rule_and_fails_when_one_did(world, capsys):  # noqa: F811
    def broken(on, p):
        raise ZeroDivisionError("boom")

    declare()
    call_command("patrol", "--rule", CODE, "--progress")
    out = capsys.readouterr().out
    assert "测试规则" in out and CODE in out
    declare("test.broken", function=broken)
    with pytest.raises(CommandError, match="test.broken"):
        call_command("patrol")
    with pytest.raises(CommandError, match=r"no\.such"):
        call_command("patrol", "--rule", "no.such")


def test_outside_demo_and_tests_another_day_is_refused(world, settings):  # noqa: F811
    declare()
    settings.BIHUAN_SIMULATION_WRITES = False
    with pytest.raises(CommandError):
        call_command("patrol", "--on", "2020-01-02")
    with pytest.raises(CommandError):
        call_command("patrol", "--on", "2999-01-02")
    assert not RuleRun.objects.exists() and not Alert.objects.exists()


def test_who_sees_an_alert(world):  # noqa: F811
    declare()
    patrol_on(MONDAY)
    with clock.simulate(MONDAY):
        seen = {n: access.visible(getattr(world, n), Alert).exists() for n in ("head", "leader", "president", "data")}
        blind = {n: access.visible(getattr(world, n), Alert).exists() for n in ("stranger", "clerk", "team")}
    assert all(seen.values()) and not any(blind.values())


def test_alerts_of_a_closed_track_need_a_grant(world):  # noqa: F811
    from bihuan.kernel.models import Grant

    declare(track="discipline")
    patrol_on(MONDAY)
    with clock.simulate(MONDAY):
        assert access.visible(world.head, Alert).exists(), "the owner sees their own"
        assert not access.visible(world.president, Alert).exists()
        with unit_of_work(None) as uow:
            row = Grant.objects.create(
                person=world.president, track="discipline", reason="x", granted_by=world.data, starts=MONDAY
            )
            uow.record("test.made", row)
        access.forget(world.president)
        assert access.visible(world.president, Alert).exists()


def test_two_patrols_at_once_double_nothing(racing, settings):  # noqa: F811
    settings.BIHUAN_SIMULATION_WRITES = True
    head = make.person("庭长")
    for n in range(12):
        made = make.unit(f"坏{n}")
        make.post(head, "head", made)
    rule = declare()
    ready = threading.Barrier(2)
    seen, errors = [], []

    def rows(on, p):
        found = query(on, p)
        ready.wait(timeout=300)  # both read the facts before either writes
        return found

    rules.forget(CODE)
    rule = declare(function=rows)

    def one():
        try:
            seen.append(patrol.run_rule(rule, MONDAY))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(2)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=600)
    finally:
        rules.forget(CODE)
    assert not errors and [str(r.outcome) for r in seen] == ["ok", "ok"], [r.error for r in seen]
    assert Alert.objects.filter(rule=CODE).count() == 12
    assert sum(r.opened for r in seen) == 12
    assert AlertStep.objects.filter(kind="opened").count() == 12
