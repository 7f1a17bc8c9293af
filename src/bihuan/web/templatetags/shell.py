"""Small pieces that every page draws: icons, badges, explanations, dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bihuan.kernel import access, clock
from bihuan.kernel.wording import Message, message_of, say

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """An icon of the sprite. Decorative unless `label` says what it means."""
    return _icon(name, str(label), extra)


@lru_cache(maxsize=1024, typed=True)
def _icon(name: str, label: str, extra: str) -> SafeString:
    """Kept, because a page draws the same two dozen again and again."""
    sprite = static("vendor/icons.svg")
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', extra, label, sprite, name
        )
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', extra, sprite, name
    )


@register.simple_tag
def tone(tone_code: str, label: Any) -> SafeString:
    """A badge: its tone shows as colour and shape, its meaning stands in words."""
    return format_html('<span class="tone tone-{}">{}</span>', tone_code or "idle", label)


@register.simple_tag
def light(tone_code: str, label: Any) -> SafeString:
    """A light for trees and boards, with its meaning in words for those who do not see the colour."""
    return format_html(
        '<span class="light light-{0}" title="{1}"><span class="visually-hidden">{1}</span></span>', tone_code, label
    )


@register.simple_tag
def spoken(message: Any) -> str:
    """A Message, stored or living, as a sentence."""
    if isinstance(message, Message):
        return str(message)
    if isinstance(message, Mapping) and "code" in message:
        return str(message_of(message))
    return "" if message is None else str(message)


@register.inclusion_tag("shell/parts/why.html")
def why(*messages: Any, label: str = "") -> dict[str, Any]:
    """“Why?” beside a computed date or state: opens the sentences that answer it."""
    lines: list[str] = []
    for message in messages:
        if isinstance(message, list | tuple):
            lines.extend(spoken(m) for m in message)
        elif message:
            lines.append(spoken(message))
    return {"lines": lines, "label": label}


@register.simple_tag(takes_context=True)
def query(context: Any, **changes: Any) -> str:
    """The present query string with changes; None drops a key."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None:
            params.pop(key, None)
        else:
            params[key] = value
    return "?" + params.urlencode() if params else "?"


@register.simple_tag
def may(person: Any, action: str, obj: Any = None) -> bool:
    """Whether the person may do the action: for hiding what would be refused."""
    return access.may(person, action, obj)


@register.filter
def role(code: str) -> str:
    """A role's name."""
    return access.role_name(code)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`mapping[key]`, or nothing."""
    try:
        return mapping.get(key)
    except AttributeError:
        return None


@register.filter
def words(code: str) -> str:
    """The sentence of a wording code without parameters."""
    return say(code)


@register.filter
def days_left(day: dt.date | None) -> int | None:
    """Calendar days from the business day to `day`; negative when past."""
    return (day - clock.today()).days if day else None


@register.filter
def urlpairs(pairs: Mapping[str, Any]) -> str:
    """A mapping as a query string."""
    return urlencode(pairs)
