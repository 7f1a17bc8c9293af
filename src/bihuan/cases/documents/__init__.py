"""Printable documents of the cases domain."""

from .exclusion import exclusion_application
from .extension import extension_application

__all__ = ["exclusion_application", "extension_application"]
