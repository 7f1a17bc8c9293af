"""The ledger of bulletins: the list of what was drafted and issued, and the way to each."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..ledger import Column, Filter, Ledger, Menu, StateColumn, register
from ..models.bulletins import Bulletin
from . import access_rules as rules
from .declaring import get, kinds
from .flow import BULLETIN_FLOW

PAGES = "bihuan.kernel.pages"


def kind_name(row: Bulletin) -> str:
    """What kind it is, in the reader's language."""
    kind = get(row.kind)
    return str(kind.title) if kind is not None else row.kind


def _kinds() -> list[tuple[str, Any]]:
    return [(code, kind.title) for code, kind in kinds().items()]


PAPERS = register(
    Ledger(
        code="bulletins.papers",
        path="bulletins",
        model=Bulletin,
        key="title",
        title=pgettext_lazy("ledger", "通报与简报"),
        about=_("数字取自台账和指标，印发时固定；点开已印发的数字，可以看到当时计入的各行。"),
        menu=Menu("figures", icon="file-text", order=20),
        columns=(
            Column("title", _("标题")),
            Column("number", css="nowrap"),
            Column("kind", _("种类"), value=kind_name, minor=True),
            Column("starts", css="nowrap", minor=True),
            Column("ends", css="nowrap"),
            StateColumn(),
            Column("unit", minor=True),
            Column("issued_on", css="nowrap"),
        ),
        filters=(
            Filter("kind", _("种类"), kind="choice", choices=_kinds),
            "state",
            Filter("ends", _("统计期至"), kind="dates"),
            Filter("unit"),
        ),
        search=("title", "number"),
        ordering=("-ends", "-pk"),
        void=rules.VOID,
        flow=BULLETIN_FLOW,
        facts=(
            "kind",
            "starts",
            "ends",
            "unit",
            "drafted_by",
            "drafted_on",
            "number",
            "signed_by",
            "signed_on",
            "issued_by",
            "issued_on",
        ),
        views={"list": f"{PAGES}.bulletins.BulletinList", "detail": f"{PAGES}.bulletins.BulletinPage"},
    )
)
