"""The closed lists of the law as choices of fields: codes of `law/data/vocabulary.yaml` with their names.

They are functions, so that a migration names the list and not its entries: the law's data may grow without one.
"""

from __future__ import annotations

from functools import lru_cache

from django.utils.functional import Promise, lazystr

from bihuan.kernel import law_words
from bihuan.kernel.wording import say
from bihuan.law.limits.book import current_limits
from bihuan.law.limits.words import vocabulary

Choices = list[tuple[str, str | Promise]]


def _named(kind: str, ids: tuple[str, ...]) -> Choices:
    return [(id_, lazystr(_Spoken(str(law_words.name(kind, id_)["code"])))) for id_ in ids]


class _Spoken:
    """A word that is looked up when it is shown, in the reader's language."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __str__(self) -> str:
        return say(self.code)


@lru_cache(maxsize=1)
def procedures() -> Choices:
    """Procedures (适用程序)."""
    return _named("procedure", tuple(vocabulary().procedures))


@lru_cache(maxsize=1)
def grounds() -> Choices:
    """Grounds of a pause (扣除、中止事由), those on no list among them."""
    return _named("ground", tuple(vocabulary().grounds))


@lru_cache(maxsize=1)
def approvers() -> Choices:
    """Who may grant an extension (批准人)."""
    return _named("approver", tuple(vocabulary().approvers))


@lru_cache(maxsize=1)
def facts() -> Choices:
    """Facts a limit may depend on; those a case has a column of its own for are left out."""
    return _named("fact", tuple(id_ for id_ in vocabulary().facts if id_ not in {"custody", "foreign"}))


@lru_cache(maxsize=1)
def events() -> Choices:
    """Events that start a limit."""
    return _named("event", tuple(vocabulary().events))


@lru_cache(maxsize=1)
def turns() -> Choices:
    """What may turn a clock: a procedure converted to, or a restart."""
    return [*procedures(), *_named("restart", tuple(rule.id for rule in current_limits().restarts))]


OF_OTHERS = frozenset({"F-11.1", "F-11.2", "F-14.1", "F-17", "F-18", "F-19"})
"""Limits of the filing family that run beside a receipt, after it or against others."""


@lru_cache(maxsize=1)
def filing_limits() -> Choices:
    """Limits of a receipt (收件): those of the filing family that decide on filing."""
    of_receipts = (x for x in current_limits() if x.family == "filing" and x.kind != "consequence" and x.id not in OF_OTHERS)
    return [(limit.id, lazystr(_Spoken(f"law.limit.{limit.id}"))) for limit in of_receipts]


@lru_cache(maxsize=1)
def limits() -> Choices:
    """All limits a case may fall under."""
    return [(limit.id, lazystr(_Spoken(f"law.limit.{limit.id}"))) for limit in current_limits() if limit.applies]
