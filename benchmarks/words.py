# ruff: noqa: S608  (words and tables are our own)
"""The bare statements of a search, worded for the database: a phrase of an FTS5 table, a lexeme of a tsvector."""

from __future__ import annotations

from django.db import connection

from bihuan.kernel.search import indexes
from bihuan.rectification.models import Measure, Problem

from .court import words

FIRST = 6
"""Rows of each kind that the search over everything reads."""
ASKED = {"rare": words.RARE, "common": words.COMMON, "common_problem": words.COMMON_PROBLEM, "absent": words.ABSENT}


def known() -> dict[str, str]:
    """What the words in braces of the scenes stand for: the word itself (`rare`), and conditions on rows (`m_rare`, `q_rare`),
    counts (`counted_rare`) and the newest of every index (`every_rare`)."""
    found = dict(ASKED)
    for name, word in ASKED.items():
        for alias, model in (("m", Measure), ("q", Problem)):
            index = indexes.of(model)
            assert index is not None
            found[f"{alias}_{name}"] = f"{alias}.id IN (SELECT {_row()} FROM {index.table} WHERE {_holds(index.table, word)})"
            found[f"{alias}_counted_{name}"] = (
                f"SELECT COUNT(*) FROM (SELECT 1 FROM {index.table} WHERE {_holds(index.table, word)} LIMIT 1001) t"
            )
        found[f"every_{name}"] = " UNION ALL ".join(
            f"SELECT * FROM (SELECT {_row()} FROM {index.table} WHERE {_holds(index.table, word)} ORDER BY 1 DESC LIMIT {FIRST}) t{place}"
            for place, index in enumerate(indexes.indexes())
        )
    return found


def _row() -> str:
    return "rowid" if connection.vendor == "sqlite" else "id"


def _holds(table: str, word: str) -> str:
    """The words are our own and hold no quotes."""
    if connection.vendor == "sqlite":
        return f"{table} MATCH '\"{' '.join(word)}\"'"
    return f"vector @@ '''{word[0]} {word[1]}'''::tsquery"
