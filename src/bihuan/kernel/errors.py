"""What the engine refuses. Each error carries messages that name the input, say why, and say what to do."""

from __future__ import annotations

from collections.abc import Iterable

from .wording import Message


class Refused(Exception):
    """An act was refused for one or more stated reasons; nothing was changed."""

    def __init__(self, reasons: Message | Iterable[Message]) -> None:
        self.reasons: tuple[Message, ...] = (reasons,) if isinstance(reasons, Message) else tuple(reasons)
        super().__init__("; ".join(f"{r.code} {dict(r.params)}" for r in self.reasons))


class NotAllowed(Refused):
    """The person may not do this."""


class Stale(Refused):
    """Somebody else changed the row since it was read; reload, look, and try again."""
