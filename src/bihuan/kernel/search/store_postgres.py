# ruff: noqa: S608  (names of our own tables; what a person typed goes in as a parameter)
"""An index on PostgreSQL: rows of (id, part, mark, vector), the vector a tsvector with a GIN index.

GIN knows which rows hold a lexeme and not where in them, so a phrase of two frequent characters would be looked up in every
row that holds both (measured over 100,000 rows: 35 to 67 ms for a phrase that nowhere stands). Two tokens side by side are
therefore a lexeme of their own: a word of two characters is one lookup, a longer phrase a `<->` of the pairs in it.

A tsvector keeps no more than 256 places of a lexeme; a text in which one stands more often is stored in parts that overlap.
The vectors are made here and not by PostgreSQL's parser, which has opinions on what a word is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.db import connection

from .indexes import PREFIX, Index
from .tokens import MAX_TOKENS, Phrase, Term

MOST_PLACES = 250
LONGEST_PART = 6000
PAIR = 2


def tables() -> set[str]:
    """Names of all tables of indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind = 'r' AND n.nspname = current_schema() AND left(c.relname, %s) = %s",
            [len(PREFIX), PREFIX],
        )
        return {name for (name,) in cursor.fetchall()}


def make(index: Index) -> None:
    """Make the empty table. Vectors up to a page's size stay in the row: they are looked at row by row."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {index.table} (id bigint NOT NULL, part smallint NOT NULL, mark char(16) NOT NULL, "
            "vector tsvector NOT NULL, PRIMARY KEY (id, part)) WITH (toast_tuple_target = 8160)"
        )
        cursor.execute(f"CREATE INDEX {_short(index)}_vector ON {index.table} USING gin (vector)")
        cursor.execute(f"CREATE INDEX {_short(index)}_parts ON {index.table} (id) WHERE part > 0")


def drop(table: str) -> None:
    """Remove a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)}")


def mark(document: Sequence[Sequence[str]]) -> str:
    """A digest of the document."""
    return hashlib.blake2b("\n".join(" ".join(part) for part in document).encode(), digest_size=8).hexdigest()


def marks(index: Index, pks: Sequence[int]) -> dict[int, str]:
    """The digests of what is stored of the rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, mark FROM {index.table} WHERE id = ANY(%s) AND part = 0", [list(pks)])
        return dict(cursor.fetchall())


def every(index: Index) -> Iterator[tuple[int, str]]:
    """Everything stored, by row."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, mark FROM {index.table} WHERE id > %s AND part = 0 ORDER BY id LIMIT 5000", [last]
            )
            rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
        last = rows[-1][0]


def write(index: Index, documents: Mapping[int, Sequence[Sequence[str]]]) -> None:
    """Store documents."""
    rows = [
        (pk, number, mark(document), vector)
        for pk, document in documents.items()
        for number, vector in enumerate(_vectors(document))
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {index.table} (id, part, mark, vector) VALUES (%s, %s, %s, %s::tsvector)", rows
        )


def remove(index: Index, pks: Sequence[int]) -> None:
    """Take rows out."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {index.table} WHERE id = ANY(%s)", [list(pks)])


def settle(index: Index) -> None:
    """Sort the list of fresh entries into the index, and count its words for the planner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [f"{_short(index)}_vector"])
        cursor.execute(f"ANALYZE {index.table}")


def hits(index: Index, terms: Sequence[Term], limit: int) -> list[int]:
    """Rows that hold every term, some `limit` of them if there are more."""
    asked = [_query(term) for term in terms]
    statement = f"SELECT id FROM {index.table} WHERE vector @@ %s::tsquery"
    params: list[Any] = [" & ".join(f"({one})" for one in asked)]
    if len(asked) > 1:  # of a text in parts each may hold another term
        everywhere = " AND ".join(["bool_or(vector @@ %s::tsquery)"] * len(asked))
        statement = (
            f"SELECT id FROM ({statement} UNION SELECT id FROM {index.table} WHERE id IN "
            f"(SELECT id FROM {index.table} WHERE part > 0) GROUP BY id HAVING {everywhere}) found"
        )
        params += asked
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} LIMIT %s", [*params, limit])
        return [pk for (pk,) in cursor.fetchall()]


def holds(index: Index, terms: Sequence[Term], row: str) -> tuple[str, list[Any]]:
    """A condition on one row: a subquery of its own, so that the planner does not look the whole phrase up."""
    everywhere = " AND ".join(["bool_or(s.vector @@ %s::tsquery)"] * len(terms))
    return (
        f"COALESCE((SELECT {everywhere} FROM {index.table} s WHERE s.id = {row}), false)",
        [_query(term) for term in terms],
    )


def among(index: Index, terms: Sequence[Term], pks: Sequence[int]) -> set[int]:
    """Of these rows, those that hold every term (of a text in parts each may hold another); the rows themselves are not read."""
    everywhere = " AND ".join(["bool_or(vector @@ %s::tsquery)"] * len(terms))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {index.table} WHERE id = ANY(%s) GROUP BY id HAVING {everywhere}",
            [list(pks), *(_query(term) for term in terms)],
        )
        return {pk for (pk,) in cursor.fetchall()}


def within(index: Index, terms: Sequence[Term], row: str) -> tuple[str, list[Any]]:
    """A condition on very many rows: the ids GIN gives for the pairs, as a hash table ("IS TRUE" keeps the planner from joining,
    which it does row by row); and for a phrase of more than a pair, a look at its places in the rows that are left."""
    conditions = [f"({row} IN (SELECT id FROM {index.table} WHERE vector @@ %s::tsquery)) IS TRUE"] * len(terms)
    params: list[Any] = [_query(term, " & ") for term in terms]
    long = [term for term in terms if any(len(phrase) > PAIR for phrase in term.phrases)]
    if long:
        condition, more = holds(index, long, row)
        conditions.append(condition)
        params += more
    return " AND ".join(conditions), params


def _short(index: Index) -> str:
    """The beginning of the names of what belongs to the table; PostgreSQL cuts names at 63 bytes."""
    return index.table[:50] + index.table[-7:] if len(index.table) > 55 else index.table


def _query(term: Term, then: str = " <-> ") -> str:
    """A term in tsquery's own language; `then` stands between the pairs of a phrase."""
    return " | ".join(f"({_phrase(phrase, term.prefix, then)})" for phrase in term.phrases)


def _phrase(phrase: Phrase, prefix: bool, then: str) -> str:
    lexemes = list(phrase) if len(phrase) == 1 else [_pair(a, b) for a, b in pairwise(phrase)]
    quoted = [_quote(lexeme) for lexeme in lexemes]
    quoted[-1] += ":*" if prefix else ""
    return then.join(quoted)


def _pair(first: str, second: str) -> str:
    return f"{first} {second}"


def _quote(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def _vectors(document: Sequence[Sequence[str]]) -> Iterator[str]:
    """The document as one tsvector, or as several that overlap by the longest phrase."""
    single: set[str] = set()
    places: dict[str, list[int]] = {}
    place = 0
    for part in document:
        start = 0
        for number, token in enumerate(part):
            single.add(token)
            if number == start:
                continue
            place += 1
            held = places.setdefault(_pair(part[number - 1], token), [])
            held.append(place)
            if len(held) >= MOST_PLACES or place >= LONGEST_PART:
                yield _vector(single, places)
                again = part[max(0, number - MAX_TOKENS) : number + 1]
                single, places, place = set(again), {}, 0
                for earlier, later in pairwise(again):
                    place += 1
                    places.setdefault(_pair(earlier, later), []).append(place)
        place += 2  # no phrase goes from one field into the next
    yield _vector(single, places)


def _vector(single: Iterable[str], places: Mapping[str, Sequence[int]]) -> str:
    alone = [_quote(token) for token in sorted(single)]
    paired = [f"{_quote(pair)}:{','.join(map(str, held))}" for pair, held in places.items()]
    return " ".join([*alone, *paired])
