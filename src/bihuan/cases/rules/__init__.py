"""The rules of the cases domain: each one query over facts, its rows the breaches, each with its article."""

from . import adjournments, limits, pending, requests  # noqa: F401
