"""Writes of the domain. Keyword arguments only; each checks the right, writes in a unit of work, and leaves an entry."""

from .intake import take_in
from .notices import approve_ground, draw_up, edit_section, keep_out, record_reply
from .opinions import Identity, Received, look_up, open_identity, receive

__all__ = [
    "Identity",
    "Received",
    "approve_ground",
    "draw_up",
    "edit_section",
    "keep_out",
    "look_up",
    "open_identity",
    "receive",
    "record_reply",
    "take_in",
]
