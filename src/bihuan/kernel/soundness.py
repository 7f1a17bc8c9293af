"""What the log says and what the tables hold, compared: writes behind the platform's back show here.

The chain proves that the log was not altered; this proves that the facts are those the log knows. Domains register what
they can compare. Asked by `bihuan log verify`, by the audit administrator's page and every night.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils.translation import gettext_lazy as _

from . import triggers
from .models.log import LogEntry
from .wording import Message, wording
from .workflow import Flow, flows

GONE = wording(
    "soundness.triggers",
    _("数据库的保护触发器缺失或被改动：%(names)s。请运行 bihuan migrate 重新安装，并查明是谁改动的。"),
)
STATE = wording(
    "soundness.state",
    _("“%(flow)s”第 %(id)s 号的状态是“%(held)s”，而日志最后记录的是“%(logged)s”：有人绕过平台改动了数据库。"),
)
VANISHED = wording(
    "soundness.vanished", _("“%(flow)s”第 %(id)s 号在日志中有记录，数据库中已不存在：有人绕过平台删除了数据。")
)

Check = Callable[[], Iterable[Message]]
_checks: dict[str, Check] = {}
_sizes: dict[str, Callable[[], int]] = {}


def register(code: str, check: Check, rows: Callable[[], int] | None = None) -> None:
    """Register a comparison; twice the same code is an error. `rows` says how many rows it goes through, where that can be many."""
    if code in _checks:
        raise ImproperlyConfigured(f"soundness check {code!r} is registered twice")
    _checks[code] = check
    if rows is not None:
        _sizes[code] = rows


def problems() -> list[Message]:
    """Everything found, by all checks; empty when tables and log agree."""
    return [problem for check in _checks.values() for problem in check()]


def rows() -> int:
    """How many rows the comparisons go through, as far as they say: whether a page can wait for them."""
    return sum(size() for size in _sizes.values())


def _triggers() -> Iterable[Message]:
    missing = triggers.missing(connection)
    return [Message(GONE, {"names": missing})] if missing else []


def _flows() -> Iterable[Message]:
    tables = set(connection.introspection.table_names())
    for flow in flows.values():
        if flow.model._meta.db_table in tables:  # else not migrated yet: nothing can be wrong with it
            yield from _states_of(flow)


def _states_of(flow: Flow) -> Iterable[Message]:
    """Every object is in the state its last logged step led to, or as it was born if no step was logged."""
    logged: dict[str, str] = {}
    entries = LogEntry.objects.filter(type=f"flow.{flow.code}").order_by("seq").values_list("object_id", "data")
    for pk, data in entries.iterator(chunk_size=2000):
        logged[pk] = data["changes"]["state"][1]
    rows = flow.model._default_manager.order_by("pk").values_list("pk", "state")
    for number, held in rows.iterator(chunk_size=2000):
        known = logged.pop(str(number), None)
        if held != known and not (known is None and held in flow.born_in):
            shown = {"flow": str(flow.name), "id": number, "held": flow.label(held)}
            yield Message(STATE, shown | {"logged": flow.label(known or flow.born_in[0])})
    for pk in logged:
        yield Message(VANISHED, {"flow": str(flow.name), "id": pk})


register("triggers", _triggers)
register("flows", _flows)
