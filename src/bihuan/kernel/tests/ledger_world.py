"""A ledger for tests alone: gadgets of units, with a flow, sheet, batch act and frozen field."""

from __future__ import annotations

import itertools

from django import forms
from django.db import connection, models
from django.db.models import Q

from bihuan.kernel import access, ledger
from bihuan.kernel.errors import Refused
from bihuan.kernel.facts import Fact, Kept
from bihuan.kernel.ledger import Bulk, Column, Due, Filter, Ledger, Panel, Sheet, SheetColumn, StateColumn
from bihuan.kernel.ledger import registry as ledger_registry
from bihuan.kernel.ledger.forms import StepForm, step_form
from bihuan.kernel.ledger.service import create
from bihuan.kernel.models import Person, Unit
from bihuan.kernel.search import indexes
from bihuan.kernel.search import tables as search_tables
from bihuan.kernel.search.store import store
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work
from bihuan.kernel.workflow import Context, Flow, State, Transition

from . import org_factory

_number = itertools.count(1)


class Gadget(Kept):
    """No constraint in the database towards the engine's tables: their truncation between tests knows nothing of this one."""

    code = models.CharField("编号", max_length=20, unique=True)
    title = models.CharField("名称", max_length=60)
    unit = models.ForeignKey(Unit, models.DO_NOTHING, related_name="+", db_constraint=False, verbose_name="责任部门")
    person = models.ForeignKey(
        Person, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False, verbose_name="责任人"
    )
    grade = models.CharField("等级", max_length=10, choices=[("a", "重大"), ("b", "一般")], default="b")
    due_on = models.DateField("期限", null=True, blank=True)
    secret = models.CharField("线索", max_length=40, blank=True)
    state = models.CharField("状态", max_length=20, default="draft", editable=False)

    class Meta:
        app_label = "ledger_tests"
        verbose_name = "器物"
        ordering = ["code"]

    def __str__(self):
        return self.code


class Loose(Fact):
    """A fact without a revision."""

    name = models.CharField("名称", max_length=20)

    class Meta:
        app_label = "ledger_tests"


class Closed(Fact):
    """A fact nobody decided about: it has no scope."""

    class Meta:
        app_label = "ledger_tests"


def make_tables():
    """Create the tables, once per test database."""
    held = connection.introspection.table_names()
    with connection.schema_editor() as editor:
        for model in (Gadget, Loose):
            if model._meta.db_table not in held:
                editor.create_model(model)
    with register():
        for index in filter(None, map(indexes.of, (Gadget, Loose))):
            if index.table not in store().tables():
                search_tables.make(index)


@access.scope(Gadget)
def _gadgets(viewer):
    return Q() if viewer.has("office") else Q(unit__in=viewer.units)


@access.scope(Loose)
def _loose(viewer):
    return Q()


EDIT = access.action("test.gadget.edit", "维护器物", roles=["office"])
FINISH = access.action("test.gadget.finish", "办结器物", roles=["office"])
SEND = access.action("test.gadget.send", "上报", roles=["office"], relation=lambda viewer, row: row.unit_id in viewer.units)
LOOSE = access.action("test.loose", "维护散件", roles=["office"])
AGREED = wording("test.agreed", "方案批准后期限只能按变更流程调整。")
LIGHT = wording("test.light", "“%(code)s”没有期限，不能办结。")
TEN = wording("test.ten", "自立项之日起计算。")


@step_form("test.finish")
class FinishForm(StepForm):
    result = forms.CharField(label="结果", max_length=20)


def _has_due(context: Context):
    return None if context.obj.due_on else Message(LIGHT, {"code": context.obj.code})


FLOW = Flow(
    code="test.gadget",
    model=Gadget,
    name="器物流程",
    states=(State("draft", "起草"), State("sent", "已上报", "wait"), State("done", "已办结", "good", final=True)),
    transitions=(
        Transition("send", "上报", ("draft",), "sent", SEND),
        Transition("back", "退回", ("sent",), "draft", EDIT, needs_note=True),
        Transition("finish", "办结", ("sent",), "done", FINISH, guards=(_has_due,), not_by=("send",), form="test.finish"),
        Transition("lapse", "到期终止", ("draft",), "done", EDIT, by_system=True),
    ),
)


def _regrade(*, actor, obj, data, reason):
    from bihuan.kernel.ledger.service import change

    if obj.code.endswith("0"):
        raise Refused(Message(LIGHT, {"code": obj.code}))
    change(GADGETS, actor=actor, obj=obj, values={"grade": "a"}, reason=reason)


GADGETS = Ledger(
    code="tests.gadgets",
    path="tests/gadgets",
    model=Gadget,
    key="code",
    row_title="title",
    title="器物台账",
    columns=("code", "title", "unit", Column("person", minor=True), "grade", Due("due_on", why=lambda row: Message(TEN)), StateColumn()),
    filters=("grade", "unit", "person", "state", Filter("due", field="due_on"), Filter("late", "是否逾期", kind="overdue", field="due_on")),
    search=("code", "title"),
    form=("code", "title", "unit", "person", "grade", "due_on", "secret"),
    add=EDIT,
    change=EDIT,
    void=EDIT,
    frozen=lambda row: {"due_on": Message(AGREED)} if row.state != "draft" else {},
    facts=("title", "unit", "person", "grade", "due_on", "state"),
    restricted=("secret",),
    sheet=Sheet(key=("code",), columns=("code", "title", "unit", SheetColumn("person", aliases=("承办人",)), "grade", "due_on")),
    flow=FLOW,
    panels=(Panel("mates", "相关器物", "ledger/parts/timeline.html", lambda person, row: {"timeline": []}),),
    bulk=(Bulk("regrade", "调为重大", EDIT, _regrade, needs_reason=True), ledger.bulk_step(FLOW, "send")),
)
LOOSES = Ledger(
    code="tests.looses", path="tests/looses", model=Loose, key="name", title="散件", columns=("name",), form=("name",), add=LOOSE, change=LOOSE
)  # fmt: skip



def register():
    """Register both ledgers for as long as the block lasts."""
    return ledger_registry.open_for_tests(GADGETS, LOOSES)


def gadget(unit=None, **values):
    """A new gadget."""
    number = next(_number)
    values = {"code": f"G{number}1", "title": f"器物{number}", "unit": unit or org_factory.unit(f"庭{number}"), **values}
    state = values.pop("state", "draft")
    row = create(GADGETS, actor=None, values=values)
    if state != "draft":
        with unit_of_work(None) as uow:
            Gadget.objects.filter(pk=row.pk).update(state=state)
            uow.record("tests.gadgets.changed", row)
        row.refresh_from_db()
    return row


def holder(role, where=None, name="甲"):
    """A person with a post of the role."""
    made = org_factory.person(name)
    org_factory.post(made, role, where or org_factory.unit("办公室"))
    return made
