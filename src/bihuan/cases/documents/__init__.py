"""Printable documents of the cases domain."""

from .extension import extension_application

__all__ = ["extension_application"]
