"""The application for an extension (延长审限申请表), to be approved in the case system: what is asked, why, and the days as computed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.kernel import law_words
from bihuan.kernel.wording import Message, wording

from ..models import ExtensionRequest
from ..words import facts
from .application import application, checked, day

PLAIN = wording("cases.print.plain", "%(text)s")


def extension_application(row: ExtensionRequest) -> bytes:
    """The document as .docx."""
    asked = (row.until and _("延长至 %(day)s") % {"day": day(row.until)}) or str(
        Message(PLAIN, {"text": law_words.term(row.term)})
    )
    named = dict(facts())
    rows = [
        (_("批准人"), row.get_by_display()),
        (_("申请延长"), asked),
        (_("所据情形"), "、".join(str(named.get(fact, fact)) for fact in row.facts) or "—"),
        (_("理由"), row.reason),
        (_("核查"), checked(row)),
        (_("迟延的原因"), row.late_reason or "—"),
    ]
    return application(row, _("延长审限申请表"), rows)
