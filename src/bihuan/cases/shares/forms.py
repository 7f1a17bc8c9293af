"""The form of a target."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock
from bihuan.kernel.ledger.forms import LedgerForm
from bihuan.kernel.models import Assignment, Person, Post

from ..models import ShareTarget
from .counting import JUDGE, ROLES


class TargetForm(LedgerForm):
    """A new target; who set it and when follows from the act."""

    class Meta:
        model = ShareTarget
        fields: ClassVar = ["year", "person", "in_quota", "count", "reference"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.initial.setdefault("year", today.year)
        self.instance.set_on, self.instance.set_by = today, self.person
        people: Any = self.fields["person"]
        of_judges = Q(post__role__in=("president", "leader")) | Q(
            post__unit__in=Post.objects.filter(role=JUDGE).values("unit")
        )
        held = Assignment.objects.filter(Assignment.on(today), of_judges, post__role__in=ROLES).values("person")
        people.queryset = Person.objects.filter(pk__in=held, is_active=True).order_by("username")
        people.help_text = _("院长、院领导、庭长。再次登记同一年度的，以后一次为准，原来的仍然保留。")
        self.fields["in_quota"].help_text = _("院领导是否入额要登记；未入额的不计最低比例，件数填 0。")

    def values(self) -> dict[str, Any]:
        """What was given, with the day and the person."""
        return super().values() | {"set_on": clock.today(), "set_by": self.person}
