"""The application for an exclusion (扣除审限申请表), to be registered in the case system: the ground, the days, what they stand on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..models import ExclusionRequest
from ..words import facts
from .application import application, checked, day


def exclusion_application(row: ExclusionRequest) -> bytes:
    """The document as .docx."""
    named = dict(facts())
    until = day(row.last) if row.last else _("尚未结束")
    rows = [
        (_("事由"), row.get_ground_display()),
        (_("起止日期"), f"{day(row.first)} — {until}"),
        (_("已证明的情形"), "、".join(str(named.get(fact, fact)) for fact in row.facts) or "—"),
        (_("依据的文书或材料"), row.reference),
        (_("理由"), row.reason),
        (_("核查"), checked(row)),
    ]
    return application(row, _("扣除审限申请表"), rows)
