"""Tables of the public notice and of the public's opinions."""

from .opinions import Channel, Opinion, OpinionState, OpinionTask, Receiver, Side, TaskState

__all__ = ["Channel", "Opinion", "OpinionState", "OpinionTask", "Receiver", "Side", "TaskState"]
