"""Generic writes: rights, version, freeze, reasons and constraints are checked inside the unit of work."""

import datetime as dt

import pytest

from bihuan.kernel.errors import NotAllowed, Refused, Stale
from bihuan.kernel.ledger import service
from bihuan.kernel.ledger.timeline import timeline
from bihuan.kernel.models import LogEntry, RestrictedText
from bihuan.kernel.work import unit_of_work

from . import ledger_world as world
from . import org_factory

pytestmark = pytest.mark.django_db
GADGETS = world.GADGETS


@pytest.fixture(autouse=True)
def _registered(gadget_tables):
    with world.register():
        yield


def change(row, actor, version="", reason="笔误", **values):
    return service.change(GADGETS, actor=actor, obj=row, values=values, reason=reason, version=version)


def codes(refusal):
    return [reason.code for reason in refusal.value.reasons]


def test_a_frozen_field_is_not_corrected_and_the_refusal_says_why():
    office, row = world.holder("office"), world.gadget(due_on=dt.date(2026, 5, 1), state="sent")
    with pytest.raises(Refused) as refusal:
        change(row, office, due_on=dt.date(2026, 9, 1))
    assert codes(refusal) == [service.FROZEN] and "只能按变更流程调整" in str(refusal.value.reasons[0])
    row.refresh_from_db()
    assert row.due_on == dt.date(2026, 5, 1)
    change(row, office, due_on=dt.date(2026, 5, 1), title="别名")  # the same date is no change of it
    draft = world.gadget(due_on=dt.date(2026, 5, 1))
    assert change(draft, office, due_on=dt.date(2026, 9, 1)).due_on == dt.date(2026, 9, 1)


def test_restricted_text_stands_in_the_log_as_a_digest_only():
    row = service.create(
        GADGETS, actor=world.holder("office"), values={"code": "秘1", "title": "名", "unit": org_factory.unit(), "secret": "线索一则"}
    )
    entry = LogEntry.objects.get(type="tests.gadgets.created", object_id=str(row.pk))
    assert "线索一则" not in str(entry.data) and "secret" in entry.data["restricted"]
    assert RestrictedText.objects.get(digest=entry.data["restricted"]["secret"]).text == "线索一则"


def test_what_a_person_may_not_see_they_may_not_correct_either():
    judge, row = world.holder("judge"), world.gadget()
    with pytest.raises(NotAllowed):
        change(row, judge, title="改")
    member = world.holder("judge", row.unit)
    with pytest.raises(NotAllowed):
        change(row, member, title="改")
    assert change(row, world.holder("office"), title="改").title == "改"


def test_a_void_row_stays_as_it_is():
    office, row = world.holder("office"), world.gadget()
    void = service.void(GADGETS, actor=office, obj=row, reason="重复")
    for act in (lambda: change(void, office, title="改"), lambda: service.void(GADGETS, actor=office, obj=void, reason="再")):
        with pytest.raises(Refused) as refusal:
            act()
        assert codes(refusal) == [service.IS_VOID]


def test_no_reason_no_change_and_no_empty_correction():
    office, row = world.holder("office"), world.gadget()
    with pytest.raises(Refused) as refusal:
        change(row, office, reason="  ", title="改")
    assert codes(refusal) == [service.NEEDS_REASON]
    with pytest.raises(Refused) as refusal:
        change(row, office, title=row.title)
    assert codes(refusal) == [service.UNCHANGED]


def test_wrong_values_are_named_by_field_and_nothing_is_written():
    office, row = world.holder("office"), world.gadget()
    before = LogEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        change(row, office, grade="c", title="")
    assert {reason.params["field"] for reason in refusal.value.reasons} == {"等级", "名称"}
    with pytest.raises(Refused) as refusal:
        service.create(GADGETS, actor=office, values={"code": row.code, "title": "二", "unit": row.unit})
    assert refusal.value.reasons[0].params["field"] == "编号"
    assert LogEntry.objects.count() == before


def test_what_only_the_database_sees_is_refused_in_words(monkeypatch):
    office, row = world.holder("office"), world.gadget()
    monkeypatch.setattr(service, "_clean", lambda obj, exclude: None)  # as when another writes between check and insert
    with pytest.raises(Refused) as refusal:
        service.create(GADGETS, actor=office, values={"code": row.code, "title": "二", "unit": row.unit})
    assert codes(refusal) == [service.CONSTRAINT]


def test_a_lost_update_is_refused_with_and_without_a_revision():
    office, row = world.holder("office"), world.gadget()
    version = service.version_of(row)
    change(row, office, version, title="先")
    with pytest.raises(Stale):
        change(row, office, version, title="后")
    loose = service.create(world.LOOSES, actor=office, values={"name": "甲"})
    read = service.version_of(loose)
    service.change(world.LOOSES, actor=office, obj=loose, values={"name": "乙"}, reason="更名", version=read)
    with pytest.raises(Stale):
        service.change(world.LOOSES, actor=office, obj=loose, values={"name": "丙"}, reason="更名", version=read)


def test_an_act_that_is_not_declared_is_done_by_nobody():
    office = world.holder("office")
    loose = service.create(world.LOOSES, actor=office, values={"name": "甲"})
    with pytest.raises(NotAllowed):
        service.void(world.LOOSES, actor=office, obj=loose, reason="不要了")


def test_a_domain_may_bring_its_own_services():
    from dataclasses import replace

    taken = []
    own = replace(GADGETS, services={name: lambda name=name, **given: taken.append((name, given)) for name in ("create", "change", "void")})
    row = world.gadget()
    service.create(own, actor=None, values={"code": "x"})
    service.change(own, actor=None, obj=row, values={"code": "x"}, reason="r")
    service.void(own, actor=None, obj=row, reason="r")
    assert [name for name, _given in taken] == ["create", "change", "void"]
    assert taken[1][1]["version"] == "0" and taken[2][1]["ledger"] is own


def test_the_timeline_tells_changes_and_steps_as_people_read_them():
    office = world.holder("office", name="陈")
    old, new = org_factory.unit("民一庭"), org_factory.unit("民二庭")
    row = world.gadget(unit=old, due_on=dt.date(2026, 5, 1))
    row = change(row, office, unit=new, grade="a", reason="部门有误")
    row = world.FLOW.perform(row, "send", actor=office, note="请审")
    items, more = timeline(GADGETS, office, row)
    assert not more and [item.actor for item in items] == ["陈", "陈", "系统"]
    assert "上报" in items[0].sentence and items[0].note == "请审" and items[0].tone == "wait"
    shown = {one.label: (one.before, one.after) for one in items[1].changes}
    assert shown == {"责任部门": ("民一庭", "民二庭"), "等级": ("一般", "重大")} and items[1].note == "部门有误"
    assert timeline(GADGETS, office, row, limit=1)[1]


def test_a_service_joins_the_unit_of_work_around_it():
    office, row = world.holder("office"), world.gadget()
    with pytest.raises(RuntimeError), unit_of_work(office):
        change(row, office, title="改")
        raise RuntimeError
    row.refresh_from_db()
    assert row.title != "改"
