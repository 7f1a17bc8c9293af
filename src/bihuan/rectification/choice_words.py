"""Choices inside stored sentences: kept by code, spoken in the language of whoever reads them later."""

from __future__ import annotations

from typing import Any

from django.db.models import TextChoices

from bihuan.kernel.wording import wording

from .models import Assessment, LookBackResult, MilestoneKind, OnSite, Result

CHOICES: tuple[type[TextChoices], ...] = (Assessment, LookBackResult, MilestoneKind, OnSite, Result)

for _choices in CHOICES:
    for _choice in _choices:
        wording(f"rectification.choice.{_choices.__name__}.{_choice.value}", _choice.label)


def chosen(choice: TextChoices) -> dict[str, Any]:
    """The choice as a parameter of a message; ValueError for one whose kind is not listed in CHOICES."""
    if type(choice) not in CHOICES:
        raise ValueError(f"{type(choice).__name__} is not in rectification.choice_words.CHOICES")
    return {"code": f"rectification.choice.{type(choice).__name__}.{choice.value}", "params": {}}
