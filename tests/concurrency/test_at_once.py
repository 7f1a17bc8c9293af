"""Two people do the same thing at the same moment, each on a connection of their own: one of them does it, the other is told.

On both databases: SQLite lets one writer in at a time, PostgreSQL many, and neither may lose what the first one wrote.
"""

import datetime as dt
import io
from functools import partial

import pytest

from bihuan.kernel import clock, patrol
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger import registry
from bihuan.kernel.models import Alert, LogEntry
from bihuan.kernel.sheets import drafts, dryrun, merging
from bihuan.kernel.sheets.columns import suggest
from bihuan.kernel.verify import stored, verify
from bihuan.rectification import services as s
from bihuan.rectification.models import Attempt, ChangeRequest, Closure, Measure, PartyGroupMeeting, Reading, Rebound
from bihuan.rectification.plan_lists.tests.made import xlsx
from bihuan.rectification.tests.factory import TODAY, Court

from . import together

pytestmark = pytest.mark.django_db(transaction=True)
LATER = dt.date(2026, 9, 30)
at_once = partial(together.at_once, day=TODAY)


@pytest.fixture
def court(settings, tmp_path):
    settings.BIHUAN_SIMULATION_WRITES = True
    settings.BIHUAN_EVIDENCE_FOLDER = tmp_path / "evidence"
    with clock.simulate(TODAY):
        yield Court()
        found = verify(stored())
        assert found.sound, [str(problem) for problem in found.problems]


def one_of_two(found):
    """Exactly one went through; the other was refused in words, not broken. Returns the place of the winner."""
    lost = [place for place, what in enumerate(found) if isinstance(what, Exception)]
    assert len(lost) == 1, found
    assert isinstance(found[lost[0]], Refused), found
    assert all(str(reason) for reason in found[lost[0]].reasons)
    return 1 - lost[0]


def fresh(attempt):
    return Attempt.objects.select_related("measure").get(pk=attempt.pk)


def test_two_meetings_decide_the_same_item(court):
    attempt = court.at("verified")
    meetings = [court.meeting(), court.meeting()]
    mine, theirs = fresh(attempt), fresh(attempt)
    done = at_once(
        lambda: s.decide(actor=court.secretary, attempts=[mine], meeting=meetings[0], result="done"),
        lambda: s.decide(actor=court.rectifier, attempts=[theirs], meeting=meetings[1], result="done"),
    )
    assert sorted(len(one.closed) for one in done) == [0, 1], done
    assert sorted(len(one.refused) for one in done) == [0, 1]
    assert Closure.objects.count() == 1
    winner = next(place for place, one in enumerate(done) if one.closed)
    assert Closure.objects.get().meeting == meetings[winner]
    assert LogEntry.objects.filter(type__contains="decide").count() <= 1


def test_one_closes_while_another_returns_it(court):
    attempt = court.at("verified")
    meeting = court.meeting()
    mine, theirs = fresh(attempt), fresh(attempt)
    done = at_once(
        lambda: s.decide(actor=court.secretary, attempts=[mine], meeting=meeting, result="done").closed[0],
        lambda: s.decide_return(actor=court.rectifier, attempt=theirs, note="材料不足"),
    )
    lost = [one for one in done if isinstance(one, Exception)]
    assert len(lost) == 1, done
    state = fresh(attempt).state
    assert (state == "internally_closed") == (Closure.objects.count() == 1)
    assert state in {"internally_closed", "in_progress"}


def test_two_apply_for_the_same_item(court):
    attempt = court.at("in_progress")
    court.file(attempt.measure)
    mine, theirs = fresh(attempt), fresh(attempt)
    done = at_once(lambda: s.apply(actor=court.clerk, attempt=mine), lambda: s.apply(actor=court.judge, attempt=theirs))
    winner = one_of_two(done)
    assert fresh(attempt).applicant == (court.clerk, court.judge)[winner]


def test_two_ask_for_an_extension_of_the_same_item(court):
    measure = court.at("in_progress").measure
    done = at_once(
        *(
            lambda who=who, day=day: s.request_change(
                actor=who, measure=measure, changes={"due": day}, reason="案件尚在审理", kind="extension"
            )
            for who, day in [(court.judge, LATER), (court.head, LATER + dt.timedelta(days=1))]
        )
    )
    one_of_two(done)
    assert ChangeRequest.objects.count() == 1


def test_an_extension_is_approved_and_refused(court):
    measure = court.at("in_progress").measure
    asked = s.request_change(
        actor=court.judge, measure=measure, changes={"due": LATER}, reason="案件尚在审理", kind="extension"
    )
    s.agree(actor=court.leader, request=asked, agreed=True)
    mine, theirs = (ChangeRequest.objects.get(pk=asked.pk) for _n in range(2))
    done = at_once(
        lambda: s.approve(actor=court.president, request=mine, approved=True),
        lambda: s.approve(actor=court.president, request=theirs, approved=False, note="理由不充分"),
    )
    winner = one_of_two(done)
    due = Measure.objects.get(pk=measure.pk).due
    assert due == (LATER if winner == 0 else measure.due)


def test_two_give_the_same_item_to_different_people(court):
    measure = court.at("in_progress").measure
    mine, theirs = (Measure.objects.get(pk=measure.pk) for _n in range(2))
    done = at_once(
        lambda: s.change_owner(actor=court.head, measure=mine, person=court.clerk, reason="岗位调整"),
        lambda: s.change_owner(actor=court.rectifier, measure=theirs, person=court.head, reason="力量不足"),
    )
    winner = one_of_two(done)
    assert Measure.objects.get(pk=measure.pk).person == (court.clerk, court.head)[winner]
    assert LogEntry.objects.filter(type="rectification.owner.changed").count() == 1


def test_one_minutes_number_for_two_meetings(court):
    number = "临法党组纪要〔2026〕9号"
    done = at_once(
        lambda: s.record_meeting(actor=court.secretary, held_on=TODAY, minutes_no=number),
        lambda: s.record_meeting(actor=court.rectifier, held_on=TODAY, minutes_no=number),
    )
    one_of_two(done)
    assert PartyGroupMeeting.objects.count() == 1


def test_a_rebound_is_confirmed_while_it_is_reopened_by_silence(court):
    court.read(("2026-03", "4"), ("2026-04", "4"))
    attempt = court.at("internally_closed", criteria=[court.in_range])
    rebound = s.raise_rebound(actor=court.inspector, attempt=fresh(attempt), reason="抽查发现仍有超期")
    s.verify_rebound(actor=court.inspector, rebound=rebound, found=True, note="属实")
    late = dt.date(2026, 8, 3)
    with clock.simulate(late):
        meeting = court.meeting(day=late)
    rebound = Rebound.objects.get(pk=rebound.pk)
    done = at_once(
        lambda: s.confirm_rebound(actor=court.secretary, rebound=rebound, meeting=meeting),
        lambda: s.settle_silence(late),
        day=late,
    )
    assert sum(1 for one in done if isinstance(one, Exception)) <= 1, done
    assert all(isinstance(one, Refused) for one in done if isinstance(one, Exception)), done
    assert Attempt.objects.filter(measure=attempt.measure).count() == 2


def test_two_patrols_of_the_real_rules_double_nothing(court):
    court.approved(due=dt.date(2026, 4, 30))
    done = at_once(lambda: patrol.run(TODAY), lambda: patrol.run(TODAY))
    assert not [one for one in done if isinstance(one, Exception)], done
    keys = list(Alert.objects.values_list("rule", "about", "object_id"))
    assert keys and len(keys) == len(set(keys))
    assert not any(one.failed for one in done)


def sheet(court):
    heads = ["数据项", "期间", "部门", "数值"]
    rows = [[court.figure.name, f"2026-{month:02}", "民一庭", 3 + month / 10] for month in (1, 2, 3, 4)]
    return xlsx(("读数", [heads, *rows]))


def checked(court, actor, content, name):
    ledger = registry.get("rectification.readings")
    draft = drafts.receive(
        actor=actor, ledger=ledger, file=io.BytesIO(content), filename=name, cut_off=dt.date(2026, 4, 30)
    )
    chosen = suggest(ledger, drafts.read(draft).headings, actor).mapping
    return dryrun.check(actor=actor, draft=draft, mapping=chosen)


def test_two_imports_of_the_same_sheet(court):
    content = sheet(court)
    two = [checked(court, who, content, f"{who.username}.xlsx") for who in (court.keeper, court.rectifier)]
    done = at_once(
        lambda: merging.merge(actor=court.keeper, draft=two[0]),
        lambda: merging.merge(actor=court.rectifier, draft=two[1]),
    )
    assert all(isinstance(one, Refused | merging.Outcome) for one in done), done
    assert any(isinstance(one, merging.Outcome) for one in done), done
    assert Reading.objects.count() == 4


def test_the_same_import_merged_twice(court):
    draft = checked(court, court.keeper, sheet(court), "读数.xlsx")
    mine, theirs = (type(draft).objects.get(pk=draft.pk) for _n in range(2))
    done = at_once(
        lambda: merging.merge(actor=court.keeper, draft=mine), lambda: merging.merge(actor=court.keeper, draft=theirs)
    )
    assert all(isinstance(one, Refused | merging.Outcome) for one in done), done
    assert Reading.objects.count() == 4
