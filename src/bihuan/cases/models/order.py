"""Days: none to come where something has happened; and a constraint on the order of two, judged in Python before the database is asked.

The database's own CHECK is the promise; but an import judges every row before it writes any, and one statement a row to ask
whether a day comes before another would cost more than all the rest.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from bihuan.kernel import clock


def to_come(row: Any, *names: str) -> dict[str, Any]:
    """A refusal beside each of the days of the row that is after today."""
    today = clock.today()
    late = [name for name in names if getattr(row, name) is not None and getattr(row, name) > today]
    return {name: _("日期晚于今天，请填写实际日期。") for name in late}


class InOrder(models.CheckConstraint):
    """`later` is not before `earlier`, where both are given. `message` is the refusal in words. `standing`: of rows that are not void
    alone, for what was voided is not corrected any more."""

    def __init__(self, *, name: str, earlier: str, later: str, message: Any, standing: bool = False) -> None:
        self.earlier, self.later, self.standing = earlier, later, standing
        missing = Q(**{f"{earlier}__isnull": True}) | Q(**{f"{later}__isnull": True})
        condition = missing | Q(**{f"{later}__gte": F(earlier)})
        if standing:
            condition |= Q(voided_at__isnull=False)
        super().__init__(condition=condition, name=name, violation_error_message=message)

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Raise ValidationError beside the later day."""
        first, second = getattr(instance, self.earlier, None), getattr(instance, self.later, None)
        if first is not None and second is not None and second < first:
            raise ValidationError({self.later: self.get_violation_error_message()})

    def deconstruct(self) -> tuple[str, Any, Any]:
        """For a migration an ordinary CHECK."""
        told = {"condition": self.condition, "name": self.name, "violation_error_message": self.violation_error_message}
        return "django.db.models.CheckConstraint", (), told

    def clone(self) -> InOrder:
        """A copy, as Django makes one for each model."""
        return InOrder(name=self.name, earlier=self.earlier, later=self.later, message=self.violation_error_message, standing=self.standing)
