"""Tables of the public notice and of the public's opinions."""

from .notices import (
    Ground,
    NoticeSection,
    NoticeState,
    PublicNotice,
    SectionKind,
    VettingBody,
    VettingReply,
    VettingResult,
)
from .opinions import Channel, Opinion, OpinionState, OpinionTask, Receiver, Side, TaskState
from .public import Publication, PublicFeedback, PublishedAnswer

__all__ = [
    "Channel",
    "Ground",
    "NoticeSection",
    "NoticeState",
    "Opinion",
    "OpinionState",
    "OpinionTask",
    "PublicFeedback",
    "PublicNotice",
    "Publication",
    "PublishedAnswer",
    "Receiver",
    "SectionKind",
    "Side",
    "TaskState",
    "VettingBody",
    "VettingReply",
    "VettingResult",
]
