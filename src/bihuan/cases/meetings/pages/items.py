"""The pages of one item and of one defect."""

from __future__ import annotations

from typing import Any

from bihuan.kernel import access
from bihuan.kernel.ledger.cells import state_of
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.wording import Message

from ...models import Meeting, MeetingDefect
from .. import terms
from ..ledgers import DEFECTS, ITEMS, MEETINGS, detail_of


class ItemDetail(LedgerDetail):
    """The item: what came of it, what is wrong, and the meeting for those who see meetings."""

    template_name = "cases/agenda_item.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the meeting and the defects."""
        context = super().detail_context(obj)
        meeting = obj.meeting
        rows = access.visible(self.person, MeetingDefect).filter(meeting=meeting).select_related("meeting")
        own = [row for row in rows.order_by("pk") if row.item_id in (None, obj.pk)]
        opens = access.visible(self.person, Meeting).filter(pk=meeting.pk).exists()
        context.update(
            meeting=meeting,
            meeting_url=MEETINGS.url("detail", meeting.pk) if opens else "",
            defects=[
                {"row": row, "badge": state_of(DEFECTS, row), "said": detail_of(row), "url": DEFECTS.url("detail", row.pk)}
                for row in own
            ],
        )
        return context


class DefectDetail(LedgerDetail):
    """The defect: what exactly, by which article, how it is to be settled."""

    template_name = "cases/meeting_defect.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the sentence and the basis."""
        context = super().detail_context(obj)
        said: Message = detail_of(obj)
        opens = access.visible(self.person, Meeting).filter(pk=obj.meeting_id).exists()
        context.update(
            said=said,
            basis=terms.cited(obj.basis, obj.meeting.held_on),
            meeting_url=MEETINGS.url("detail", obj.meeting_id) if opens else "",
            item_url=ITEMS.url("detail", obj.item_id) if obj.item_id else "",
        )
        return context
