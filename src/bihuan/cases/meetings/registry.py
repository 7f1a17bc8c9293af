"""Fills the registries with what searches and meetings bring."""

from bihuan.kernel import evidence

from .. import actions as a
from . import rules_searches, scopes, searches  # noqa: F401

evidence.attachable("cases.SearchRecord", add=a.SEARCH)
