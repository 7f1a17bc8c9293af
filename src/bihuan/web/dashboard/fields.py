"""Whose loop one looks at: the court, the field one is in charge of, a division one heads. There is no view of a single person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access
from bihuan.kernel.errors import NotAllowed
from bihuan.kernel.indicators.history import Units
from bihuan.kernel.indicators.measuring import COURT, NO_VIEW
from bihuan.kernel.models import Person, Unit
from bihuan.kernel.supervision_access import DATA_ROLE, TOP_ROLE
from bihuan.kernel.wording import Message

FIELD = "field"


@dataclass(frozen=True)
class Field:
    """What a dashboard is of: `units` are counted together (None: the court)."""

    code: str
    label: str | Promise
    units: Units

    @property
    def view(self) -> str:
        """The view of the indicators' pages that shows the same; "" where none does (several divisions together)."""
        return "" if self.code == FIELD else self.code


def has_dashboard(viewer: access.Viewer) -> bool:
    """Who has one: who watches over the court, who is in charge of divisions, who heads one."""
    return not viewer.admin_role and (viewer.has(TOP_ROLE, DATA_ROLE) or bool(viewer.led or viewer.headed))


def fields_of(person: Person) -> list[Field]:
    """The fields of a person, the widest first, divisions in the order of the house. Empty for who has none."""
    viewer = access.viewer(person)
    if not has_dashboard(viewer):
        return []
    if viewer.has(TOP_ROLE, DATA_ROLE):
        return [Field(COURT, _("全院"), None)]
    units = Unit.objects.filter(pk__in=viewer.led | viewer.headed).order_by("order", "pk")
    each = [Field(str(unit.pk), unit.name, [unit.pk]) for unit in units]
    if len(viewer.led) > 1:
        return [Field(FIELD, _("分管领域"), sorted(viewer.led)), *each]
    return each


def field_for(person: Person, code: str, known: Sequence[Field]) -> Field:
    """The field named, else the first. Raises NotAllowed for one the person has not."""
    for one in known:
        if code in ("", one.code):
            return one
    raise NotAllowed(Message(NO_VIEW, {"person": str(person), "view": code or str(_("闭环一览"))}))
