"""Turning the log back: what a restore's entry explains, what it does not, and a clock that was set back."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bihuan.kernel import checkpoints, clock, log, rewinds, verify
from bihuan.kernel.models import LogEntry, Unit
from bihuan.kernel.work import unit_of_work

from . import org_factory as make
from .test_log import codes, unguarded

pytestmark = pytest.mark.django_db
log.event("test.looked", "%(what)s", any_time=True)


def point():
    """A checkpoint of the log as it is now, as one kept outside."""
    last = LogEntry.objects.order_by("-seq").first()
    at = clock.now().isoformat()
    return verify.Checkpoint(last.seq, last.hash, last.hash2, at)


def signed(line):
    return checkpoints.signed_line(checkpoints.public_key())(line)


def restore(to, *, before=None, **wrong):
    """What a restore leaves in the log: nothing after `to`, and the entry that says so."""
    unguarded("DELETE FROM kernel_logentry WHERE seq > %s", to)
    last = LogEntry.objects.order_by("-seq").first()
    params = {
        "backup": "b.tar",
        "size": last.seq,
        "head": last.hash,
        "checkpoint": checkpoints.statement(last.seq, last.hash, last.hash2),
        "made_at": "2026-05-20",
    }
    if before is not None:
        params["before"] = {"size": before.size, "head": before.head, "head2": before.head2}
    with unit_of_work(None, job="restore", reason="硬盘损坏") as uow:
        uow.record(rewinds.RESTORED, params=params | wrong)


def check(*points):
    return verify.verify(verify.stored(), points, signed=signed)


@pytest.fixture
def world():
    """Three entries with a checkpoint, two more with another."""
    for number in range(3):
        make.unit(f"第{number}庭")
    early = point()
    for number in range(3, 6):
        make.unit(f"第{number}庭")
    return early, point()


def test_a_restore_is_said_and_explains_a_newer_checkpoint(world):
    early, late = world
    restore(early.size)
    make.unit("后来")
    verdict = check(early, late)
    assert verdict.sound and verdict.outside_to == early.size
    assert [note.code for note in verdict.notes] == [rewinds.REWOUND, rewinds.EXPLAINED]
    assert "硬盘损坏" in str(verdict.notes[0])
    assert verdict.notes[1].params["size"] == late.size
    assert [note.code for note in check(early).notes] == [rewinds.REWOUND]


def test_a_newer_checkpoint_alone_proves_nothing_unless_the_entry_names_it(world):
    early, late = world
    restore(early.size)
    verdict = check(late)
    assert codes(verdict) == [rewinds.UNPROVEN] and verdict.problems[0].params["to"] == early.size
    unguarded("DELETE FROM kernel_logentry WHERE seq > %s", early.size)
    restore(early.size, before=late)
    assert check(late).sound


def test_the_old_line_is_explained_also_where_the_new_one_has_grown_past_it(world):
    early, late = world
    restore(early.size)
    for number in range(8):
        make.unit(f"新{number}庭")
    assert LogEntry.objects.count() > late.size
    newest = point()
    verdict = check(early, late, newest)
    assert verdict.sound and verdict.outside_to == newest.size
    # but not one that was signed after the restore: that line was cut or written anew again
    forged = verify.Checkpoint(late.size, late.head, late.head2, (clock.now() + dt.timedelta(hours=1)).isoformat())
    assert codes(check(early, forged)) == [verify.RECOMPUTED]


def test_a_prefix_that_differs_is_tampering_whatever_the_entry_says(world):
    early, late = world
    restore(early.size - 1, before=late)
    assert LogEntry.objects.get(seq=early.size).type == rewinds.RESTORED
    other = verify.Checkpoint(early.size - 1, "0" * 64, "0" * 64, early.at)
    assert codes(check(other, late)) == [verify.RECOMPUTED]
    assert check(early, late).problems[0].code == rewinds.UNPROVEN, "named is the last one, not the one at the point"


def test_an_entry_that_names_another_place_or_a_checkpoint_not_ours_is_no_restore(world):
    early, _late = world
    restore(early.size, size=early.size - 1)
    assert codes(check()) == [rewinds.MISPLACED]
    unguarded("DELETE FROM kernel_logentry WHERE seq > %s", early.size)
    restore(early.size, checkpoint="{}")
    assert codes(check()) == [rewinds.UNSIGNED]
    assert verify.verify(verify.stored()).sound, "without the key the signature is not asked about"
    unguarded("DELETE FROM kernel_logentry WHERE seq > %s", early.size)
    restore(early.size, checkpoint="{}", new_keys=True)
    assert check().sound


# -- the clock ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def set_clock(monkeypatch):
    """Let the clock of the machine stand some minutes from the newest entry."""
    make.unit()
    last = LogEntry.objects.order_by("-seq").values_list("at", flat=True)[0]

    def apply(minutes):
        monkeypatch.setattr(clock, "now", lambda: last + dt.timedelta(minutes=minutes))
        return last

    return apply


def newest():
    return LogEntry.objects.order_by("-seq").first()


def test_a_little_behind_keeps_the_order_and_says_the_clocks_own_time(set_clock):
    last = set_clock(-4)
    make.unit("小差")
    assert newest().at == last and newest().data["clock"] == clock.now().isoformat()
    set_clock(-0.01)
    make.unit("不到一秒")
    assert newest().at == last and "clock" not in newest().data
    set_clock(1)
    make.unit("赶上")
    assert newest().at == clock.now() and "clock" not in newest().data
    assert verify.verify(verify.stored()).sound


def test_far_behind_business_is_refused_and_nothing_is_kept(set_clock):
    last = set_clock(-60)
    before = LogEntry.objects.count()
    with pytest.raises(log.ClockBehind) as refusal:
        make.unit("偏慢")
    assert "没有保存" in str(refusal.value.reasons[0]) and "校准" in str(refusal.value.reasons[0])
    assert LogEntry.objects.count() == before and not Unit.objects.filter(name="偏慢").exists()
    with unit_of_work(None) as uow:  # what decides nothing by its time goes on
        uow.record("test.looked", params={"what": "x"})
    assert newest().at == last and newest().data["clock"] == clock.now().isoformat()
    with pytest.raises(log.ClockBehind), unit_of_work(None) as uow:
        uow.record("test.looked", params={"what": "x"})
        uow.record("test.made", params={"what": "x"})


def test_a_clock_that_had_been_fast_is_put_right_once_and_said(set_clock, capsys):
    with pytest.raises(CommandError, match="无须登记"):
        call_command("log", "clock", "--reason", "试")
    set_clock(-60 * 24 * 365)
    call_command("log", "clock", "--reason", "主板电池没电")
    assert newest().type == rewinds.CLOCK and newest().at == clock.now()
    make.unit("照常")
    assert newest().at == clock.now()
    verdict = verify.verify(verify.stored())
    assert verdict.sound and [note.code for note in verdict.notes] == [rewinds.SET_BACK]
    call_command("log", "verify")
    assert "主板电池没电" in capsys.readouterr().out
