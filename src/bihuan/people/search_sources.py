"""People are found by the search over everything: who they are is known to all who work in the court."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access
from bihuan.kernel.models import Person
from bihuan.kernel.search import everywhere

from .scopes import SEE_COURT

everywhere.register(
    everywhere.Source(
        model=Person,
        title=_("人员"),
        fields=("name", "username", "number"),
        name=lambda person: f"{person.name} {person.number}".strip(),
        address=lambda person: reverse("people:person", args=[person.pk]),
        shown=lambda person: access.may(person, SEE_COURT),
        only=Q(is_active=True, admin_role=""),
        order=450,
    )
)
