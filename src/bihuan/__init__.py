"""Bihuan: a court's supervision as one loop that data closes."""

__version__ = "0.1.0"
