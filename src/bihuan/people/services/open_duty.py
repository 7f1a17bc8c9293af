"""What is open in a person's name, by kind: domains register their kinds, a hand-over moves them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock, inbox, org
from bihuan.kernel.models import Person, Unit
from bihuan.kernel.wording import Message, wording

ORPHANS = wording(
    "people.inbox.orphans", _("%(name)s 的岗位或账号有变动，名下仍有 %(count)s 项工作未结，请办理工作移交。")
)
WATCHERS = ("political", "rectification_office")


@dataclass(frozen=True)
class Items:
    """A kind of open item that moves at a hand-over.

    `count(giver, unit)` says how many are open; `move(giver, taker, unit, on)` moves them inside the running unit of work,
    records each, and returns a short label per item.
    """

    code: str
    name: str | Promise
    count: Callable[[Person, Unit | None], int]
    move: Callable[[Person, Person, Unit | None, dt.date], list[str]]


_items: dict[str, Items] = {}


def register_items(items: Items) -> None:
    """Register a kind of item that a hand-over moves."""
    _items[items.code] = items


def kinds() -> tuple[Items, ...]:
    """All kinds, in the order of registration."""
    return tuple(_items.values())


def open_items(giver: Person, unit: Unit | None = None) -> list[tuple[Items, int]]:
    """What a hand-over would move, by kind."""
    return [(items, items.count(giver, unit)) for items in _items.values()]


def kind_name(code: str) -> str:
    """The name of a kind, as stored in an old hand-over."""
    return str(_items[code].name) if code in _items else code


def warn(person: Person, url: str = "") -> None:
    """Tell the offices that watch over hand-overs when somebody whose post or account ended still owns open items.

    Inside the unit of work that ended it.
    """
    count = sum(number for _items_of, number in open_items(person))
    if not count:
        return
    today = clock.today()
    watchers = [w for role in WATCHERS for w in org.holders(role, today) if w.pk != person.pk]
    inbox.send(watchers, Message(ORPHANS, {"name": person.name, "count": count}), url=url)
