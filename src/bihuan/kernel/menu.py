"""The menu: domains register their entries, the shell draws those a person may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from .access import Viewer


@dataclass(frozen=True)
class Group:
    """A heading of the menu; an empty label stands at the top without one. `under`: the heading it stands beneath, of a long one."""

    code: str
    label: str | Promise
    order: int
    under: str = ""


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


def group(code: str, label: str | Promise, order: int = 100, *, under: str = "") -> None:
    """Register a heading, or one beneath a registered heading that itself stands beneath none."""
    if under and (under not in _groups or _groups[under].under):
        raise ImproperlyConfigured(f"menu group {code!r} cannot stand under {under!r}")
    _groups[code] = Group(code, label, order, under)


def item(entry: Item) -> None:
    """Register an entry under a registered heading."""
    if entry.group not in _groups:
        raise ImproperlyConfigured(f"menu group {entry.group!r} is not registered")
    _items.append(entry)


def for_viewer(viewer: Viewer) -> list[tuple[Group, list[Item]]]:
    """The headings with the entries the viewer may open, in order, each followed by those beneath it; empty headings fall away."""
    held = {code: sorted((e for e in _items if e.group == code and e.shown(viewer)), key=lambda e: e.order) for code in _groups}
    ordered = sorted(_groups.values(), key=lambda g: g.order)
    found = []
    for heading in ordered:
        if heading.under:
            continue
        beneath = [(one, held[one.code]) for one in ordered if one.under == heading.code and held[one.code]]
        if held[heading.code] or beneath:
            found += [(heading, held[heading.code]), *beneath]
    return found
