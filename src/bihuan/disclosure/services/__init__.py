"""Writes of the domain. Keyword arguments only; each checks the right, writes in a unit of work, and leaves an entry."""

from .opinions import Identity, Received, look_up, open_identity, receive

__all__ = ["Identity", "Received", "look_up", "open_identity", "receive"]
