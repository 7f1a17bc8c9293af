"""Which limit a case falls under. Asked once for each kind of case, however many of the kind there are."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from functools import lru_cache

from bihuan.law.errors import UnknownLimit
from bihuan.law.limits.book import LimitBook


class Chooser:
    """Chooses limits by type code, procedure, facts and the day the case began; remembers what it was asked."""

    def __init__(self, book: LimitBook) -> None:
        self.book = book
        rules = [rule for limit in book for rule in limit.applies]
        after = {rule.end + dt.timedelta(days=1) for rule in rules if rule.end < dt.date.max}
        #: The days on which another limit may begin to apply.
        self.cuts = sorted({rule.start for rule in rules if rule.start > dt.date.min} | after)
        self._known: dict[tuple[str, str, frozenset[str], int], str] = {}

    def limit(self, type_code: str, procedure: str, facts: frozenset[str], began: dt.date) -> str:
        """The limit's id; "" where none fits."""
        asked = (type_code, procedure, facts, bisect_right(self.cuts, began))
        found = self._known.get(asked)
        if found is None:
            try:
                found = self.book.limit_for(type_code, procedure, facts, began).id
            except UnknownLimit:
                found = ""
            self._known[asked] = found
        return found


@lru_cache(maxsize=2)
def chooser(book: LimitBook) -> Chooser:
    """The chooser of a book of limits."""
    return Chooser(book)
