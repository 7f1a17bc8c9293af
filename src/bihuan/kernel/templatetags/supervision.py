"""Pieces of supervision that other pages draw: the strip of sources, who may file evidence."""

from __future__ import annotations

from typing import Any

from django import template

from .. import duties_cycles, evidence, rules, sources

register = template.Library()


@register.inclusion_tag("sources/strip.html")
def source_strip(*models: Any) -> dict[str, Any]:
    """The sources of the tables a page is built from (labels or models), with a warning where one is stale."""
    return {"states": sources.for_models(models)}


@register.simple_tag
def may_file(person: Any, obj: Any) -> bool:
    """Whether the person may file evidence for the object."""
    return evidence.may_add(person, obj)


@register.simple_tag
def may_void(person: Any, row: Any, obj: Any) -> bool:
    """Whether the person may take the filing back now."""
    return evidence.may_void(person, row, obj)


@register.filter
def evidence_kind(code: str) -> str:
    """The name of a kind of material."""
    found = evidence.kinds().get(code)
    return str(found.name) if found else code


@register.filter
def alert_title(alert: Any) -> str:
    """What the alert's rule says, in the reader's language."""
    rule = rules.get(alert.rule)
    return str(rule.title) if rule else str(alert.rule)


@register.filter
def duty_cycle(rrule: str) -> str:
    """A duty's rule in words."""
    return duties_cycles.words(rrule)
