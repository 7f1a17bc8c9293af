"""Flow steps as batch acts."""

from __future__ import annotations

from typing import Any

from ..models.org import Person
from ..workflow import Flow
from .declaration import Bulk
from .forms import step_forms


def bulk_step(flow: Flow, code: str, *, icon: str = "checks") -> Bulk:
    """A batch act that performs the flow's step on every selected row; rights, guards and state are the flow's."""
    step = flow.transition(code)

    def apply(*, actor: Person, obj: Any, data: dict[str, Any], reason: str) -> None:
        flow.perform(obj, code, actor=actor, note=reason, data=data)

    form = step_forms()[step.form] if step.form else None
    return Bulk(code, step.label, step.action, apply, form=form, needs_reason=step.needs_note, icon=icon)
