"""The menu: domains register their entries, the shell draws those a person may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from .access import Viewer


@dataclass(frozen=True)
class Group:
    """A heading of the menu; an empty label stands at the top without one."""

    code: str
    label: str | Promise
    order: int


@dataclass(frozen=True)
class Item:
    """An entry: `shown` decides by the viewer alone, without a query; `prefix` marks the pages it is current for."""

    group: str
    label: str | Promise
    url_name: str
    icon: str
    order: int = 100
    shown: Callable[[Viewer], bool] = field(default=lambda viewer: not viewer.admin_role)
    url_args: tuple[str, ...] = ()


_groups: dict[str, Group] = {}
_items: list[Item] = []


def group(code: str, label: str | Promise, order: int = 100) -> None:
    """Register a heading."""
    _groups[code] = Group(code, label, order)


def item(entry: Item) -> None:
    """Register an entry under a registered heading."""
    if entry.group not in _groups:
        raise ImproperlyConfigured(f"menu group {entry.group!r} is not registered")
    _items.append(entry)


def for_viewer(viewer: Viewer) -> list[tuple[Group, list[Item]]]:
    """The headings with the entries the viewer may open, in order; empty headings fall away."""
    found = []
    for heading in sorted(_groups.values(), key=lambda g: g.order):
        entries = [e for e in _items if e.group == heading.code and e.shown(viewer)]
        if entries:
            found.append((heading, sorted(entries, key=lambda e: e.order)))
    return found
