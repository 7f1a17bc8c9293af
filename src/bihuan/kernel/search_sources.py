"""What of supervision the search over everything finds: alerts, by what they are about."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from . import access, rules
from .ledger.cells import Badge
from .models.alerts import Alert
from .models.org import Person
from .search import everywhere

TONES = {"serious": "bad", "warning": "warn", "notice": "idle"}


def _badge(alert: Alert) -> Badge:
    """The rule, in the colour of its gravity."""
    rule = rules.get(alert.rule)
    return Badge(TONES[alert.severity], str(rule.title) if rule is not None else alert.rule)


def _all_at(text: str) -> str:
    return f"{reverse('alert_list')}?{urlencode({'scope': 'all', 'q': text})}"


def has_business(person: Person) -> bool:
    """Whether the person is none of the administrators."""
    return not access.viewer(person).admin_role


everywhere.register(
    everywhere.Source(
        model=Alert,
        title=_("未消除的预警"),
        fields=("subject",),
        name=lambda alert: alert.subject,
        address=lambda alert: reverse("alert_detail", args=[alert.pk]),
        shown=has_business,
        badge=_badge,
        all_at=_all_at,
        only=Q(cleared_on__isnull=True),
        order=300,
    )
)
