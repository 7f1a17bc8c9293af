"""Why an alert stands: its frozen trace as sentences, and the way to the object it is about."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import access
from .models.alerts import Alert
from .models.org import Person
from .parameter_words import said
from .sources import specs
from .wording import Message, message_of, wording

SEEN = wording("alert.why.seen", _("%(on)s 巡查发现，最近一次发现 %(last)s。"))
BASIS = wording(
    "alert.why.basis", _("依据：%(title)s（%(source)s%(article)s），取值 %(values)s，自 %(from)s 起适用，%(tag)s。")
)
SOURCE = wording("alert.why.source", _("数据来源“%(source)s”，当时截止 %(cut_off)s。"))
NO_SOURCE = wording("alert.why.no_source", _("数据来源“%(source)s”，当时尚未导入。"))
UNSURE = wording("alert.why.undetermined", _("最近一次巡查因数据来源逾期或规则执行失败，无法判断情形是否仍存在。"))
BACKLOG = wording("alert.why.backlog", _("到期日早于基线 %(baseline)s，列入存量清理“%(title)s”，不逐级升级。"))
LEADER = wording("alert.why.leader", _("责任人为院领导，逐级升级至派驻纪检监察组。"))
TAGS = {
    "T": wording("law.tag.T", _("已核对原文")),
    "S": wording("law.tag.S", _("据转载或摘录")),
    "M": wording("law.tag.M", _("未经核实，请法院确认")),
    "I": wording("law.tag.I", _("系解释")),
    "D": wording("law.tag.D", _("默认设置，由法院自行确定")),
}


def trace_lines(alert: Alert) -> list[Message]:
    """The answers to "why?": what was found, on what basis, from which data as of when."""
    trace: dict[str, Any] = alert.trace
    lines: list[Message] = []
    if trace.get("message"):
        lines.append(message_of(trace["message"]))
    lines.append(Message(SEEN, {"on": alert.first_seen.isoformat(), "last": alert.last_seen.isoformat()}))
    lines += [Message(BASIS, _basis(cited)) for cited in trace.get("basis", ())]
    names = specs()
    for code, state in trace.get("sources", {}).items():
        name = str(names[code].name) if code in names else code
        held = state.get("cut_off")
        lines.append(
            Message(SOURCE, {"source": name, "cut_off": held}) if held else Message(NO_SOURCE, {"source": name})
        )
    if alert.breach_state == "undetermined":
        lines.append(Message(UNSURE))
    if alert.campaign is not None:
        params = {"baseline": alert.campaign.baseline_on.isoformat(), "title": alert.campaign.title}
        lines.append(Message(BACKLOG, params))
    if alert.about_leader:
        lines.append(Message(LEADER))
    return lines


def subject_of(alert: Alert, person: Person) -> Model | None:
    """The object the alert is about, if it is still there and the person may see it."""
    try:
        model = apps.get_model(alert.about)
        found: Model | None = access.visible(person, model).filter(pk=alert.object_id).first()
    except (LookupError, ImproperlyConfigured):
        return None
    return found


def _translated(text: str) -> str:
    """A parameter's title or house source as the catalogue has it; the title of a law stays as it is."""
    return gettext(text) if text else ""


def _basis(cited: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": _translated(cited.get("title", cited.get("id", ""))),
        "source": _translated(cited.get("source", "")),
        "article": cited.get("article", ""),
        "values": [said(name, value).as_json() for name, value in cited.get("values", {}).items()],
        "from": cited.get("from", ""),
        "tag": {"code": TAGS.get(cited.get("tag", ""), "law.tag.D"), "params": {}},
    }
