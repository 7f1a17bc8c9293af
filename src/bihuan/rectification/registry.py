"""Fills the registries at start: access, events, triggers, flows, criteria, rules, evidence."""

from bihuan.kernel import evidence

from . import actions, criteria, events, flows, scopes, triggers, wordings  # noqa: F401
from .closure import used_for_closing

evidence.attachable("rectification.Measure", add=actions.EVIDENCE, frozen=used_for_closing)
evidence.attachable("rectification.LookBack", add=actions.LOOK_BACK)
