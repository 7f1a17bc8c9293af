"""The ledgers of opinions: as received, as handed to departments, and who receives them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.ledger import Column, Due, Filter, Ledger, Menu, Sheet, SheetColumn, StateColumn, register
from bihuan.kernel.wording import Message

from . import actions as a
from . import step_forms, vault
from .flows import OPINION_FLOW, TASK_FLOW
from .models import Opinion, OpinionTask, Receiver
from .services import opinions as services

GROUP = "disclosure"
PAGES = "bihuan.disclosure.pages"


def _sender(row: Opinion) -> str:
    return str(_("署名，已加密") if row.named else _("匿名"))


def _shown(row: Opinion) -> str:
    return row.text


def _sealed(cell: Any) -> str:
    return vault.seal(str(cell))


def _hidden(row: Opinion) -> str:
    """What names the sender is never exported."""
    return ""


def _registered(row: Opinion) -> dict[str, Message]:
    """What is registered is not changed by a second sheet: the steps of the flow change it."""
    return dict.fromkeys(("text_sealed", "name_sealed", "contact_sealed"), Message(services.KNOWN))


def _side(cell: Any) -> str:
    """A cell that says whether the opinion is about the inspection office."""
    told = str(cell).strip().lower()
    return "stationed" if told in {"是", "y", "yes", "true", "1", "派驻纪检监察组", "stationed"} else "inspection"


OPINIONS = register(
    Ledger(
        code="disclosure.opinions",
        path="disclosure/opinions",
        model=Opinion,
        key="no",
        title=_("群众意见登记"),
        about=_("网上、电话、来信、来访的意见都先到督察室的一名接收人；反映督察室的，到派驻纪检监察组。来信人的姓名、联系方式加密保存，部门看不到。"),
        menu=Menu(GROUP, icon="messages", order=10),
        columns=(
            "no",
            Column("text", css="clip"),
            "channel",
            Column("sender", pgettext_lazy("opinion", "来信人"), value=_sender, sort="", annotated=True, minor=True, css="nowrap"),
            Column("received_on", css="nowrap"),
            Due("route_due", done=lambda row: row.state != "received"),
            Column("answered_on", css="nowrap", minor=True),
            StateColumn(),
        ),
        filters=(
            "state",
            "channel",
            Filter("received_on", kind="dates"),
            Filter("route_due", kind="overdue", open=Q(state="received")),
        ),
        search=("no",),
        ordering=("-received_on", "-id"),
        void=a.VOID,
        facts=("channel", "site_no", "received_on", "side", "receiver", "route_due", "answered_on"),
        sheet=Sheet(
            key=("site_no",),
            action=a.IMPORT,
            sealed=True,
            columns=(
                SheetColumn("no", read_only=True),
                SheetColumn("site_no", required=True, aliases=("留言编号", "信件编号", "编号")),
                SheetColumn("received_on", required=True, aliases=("留言时间", "来信时间", "提交时间")),
                SheetColumn("channel"),
                SheetColumn("text_sealed", _("意见内容"), reads=_sealed, required=True, value=_shown, aliases=("留言内容", "来信内容", "内容"), width=60,
                            help=_("导入时加密；电话、证件号码和署名隐去以后才给人看。")),
                SheetColumn("name_sealed", _("来信人姓名"), reads=_sealed, value=_hidden, aliases=("姓名", "留言人"),
                            help=_("导入时加密，不导出。")),
                SheetColumn("contact_sealed", _("联系方式"), reads=_sealed, value=_hidden, aliases=("电话", "手机", "联系电话"),
                            help=_("导入时加密，不导出。")),
                SheetColumn("side", _("反映督察室"), reads=_side, aliases=("是否反映督察室",), help=_("反映督察室及其人员的填“是”，由派驻纪检监察组接收。")),
                SheetColumn("state", read_only=True),
                SheetColumn("answer", read_only=True),
                SheetColumn("answered_on", read_only=True),
            ),
        ),
        frozen=_registered,
        services={"create": services.from_sheet, "void": services.void_opinion},
        flow=OPINION_FLOW,
        views={"list": f"{PAGES}.opinions.OpinionList", "detail": f"{PAGES}.opinions.OpinionDetail"},
    )
)  # fmt: skip

TASKS = register(
    Ledger(
        code="disclosure.tasks",
        path="disclosure/tasks",
        model=OpinionTask,
        key="no",
        title=_("意见交办单"),
        about=_("件件有着落、事事有回音：每件交办的意见有承办部门、期限、答复、审核。部门只看得到交办内容。"),
        menu=Menu(GROUP, icon="send", order=20),
        columns=(
            "no",
            Column("brief", css="clip"),
            "unit",
            Column("routed_on", css="nowrap", minor=True),
            Due("due"),
            Column("given_on", css="nowrap", minor=True),
            StateColumn(),
        ),
        filters=(
            "state",
            "unit",
            Filter("problems", kind="row"),
            Filter("due", kind="overdue", open=~Q(state="given")),
            Filter("routed_on", kind="dates"),
        ),
        search=("no", "brief", "reply"),
        ordering=("due", "id"),
        facts=(
            "unit",
            "due",
            "routed_by",
            "routed_on",
            "written_by",
            "written_on",
            "approved_by",
            "given_on",
            "given_how",
        ),
        sheet=Sheet(
            key=("no",),
            columns=tuple(
                SheetColumn(name, read_only=True)
                for name in ("no", "brief", "unit", "routed_on", "due", "state", "reply", "given_on", "given_how")
            ),
        ),
        flow=TASK_FLOW,
        views={"detail": f"{PAGES}.opinions.TaskDetail"},
    )
)

RECEIVERS = register(
    Ledger(
        code="disclosure.receivers",
        path="disclosure/receivers",
        model=Receiver,
        key="pk",
        title=_("意见接收人"),
        about=_(
            "每个接收单位一名接收人，意见先到这个人手里。没有指定的，由该单位负责人接收。换人时另登记一行，写明自何日起。"
        ),
        menu=Menu(GROUP, icon="user-check", order=30),
        columns=("side", "person", Column("starts", css="nowrap")),
        filters=("side",),
        ordering=("side", "-starts"),
        form=step_forms.ReceiverForm,
        add=a.NAME_RECEIVER,
        change=a.NAME_RECEIVER,
        void=a.NAME_RECEIVER,
        everywhere=False,
    )
)
