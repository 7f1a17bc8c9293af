"""An opinion about the civil division, handed to it; who receives opinions; a notice with its vetting reply."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bihuan.disclosure import services
from bihuan.disclosure.flows import OPINION_FLOW
from bihuan.disclosure.flows_notice import NOTICE_FLOW
from bihuan.disclosure.ledgers import RECEIVERS
from bihuan.kernel.ledger.service import create


def disclosure_rows(court: Any, day: dt.date, secret: str) -> dict[str, Any]:
    """Ledger code, or name of an address -> the row it is asked for."""
    opinion = services.receive(actor=court.secretary, channel="phone", text=f"{secret}意见", name=f"{secret}姓名").opinion
    data = {"brief": f"{secret}交办", "unit": court.units["civil"], "due": day + dt.timedelta(days=20), "problems": []}
    opinion = OPINION_FLOW.perform(opinion, "route", actor=court.inspector, data=data)
    receiver = create(RECEIVERS, actor=None, values={"side": "inspection", "person": court.inspector, "starts": day})
    notice = services.draw_up(actor=court.rectifier, no=f"{secret}通报", round=court.round, title=f"{secret}标题", signed_by="党组")
    entry, contact = notice.sections.filter(kind="entry").first(), notice.sections.get(kind="contact")
    services.edit_section(actor=court.rectifier, section=contact, heading="联系方式", text=f"{secret}电话")
    vetted = NOTICE_FLOW.perform(notice, "submit", actor=court.rectifier)
    given = {"body": "inspection", "by": f"{secret}单位", "replied_on": day, "document": f"{secret}文号", "result": "agreed"}
    reply = services.record_reply(actor=court.rectifier, notice=vetted, **given)
    pages = dict.fromkeys(("preview", "paper", "package", "compare", "reply"), vetted)
    pages |= dict.fromkeys(("section", "keep_out", "approve_ground"), entry) | {"identity": opinion}
    ledgers = {"opinions": opinion, "tasks": opinion.task, "receivers": receiver, "notices": vetted, "vetting_replies": reply}
    return {f"disclosure.{name}": row for name, row in ledgers.items()} | {f"disclosure:{name}": row for name, row in pages.items()}
