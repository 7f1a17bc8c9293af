# ruff: noqa: S608  (statements are put together from names of our own tables; nothing of a user enters them)
"""What the database refuses about bulletins: numbers, figures, rows, seals, and papers are only ever inserted, figures and
paper only before the bulletin is out, and of a bulletin that is out nothing moves but whether it still stands."""

from __future__ import annotations

from collections.abc import Iterator

from ..models.bulletins import OUT
from ..trigger_shapes import differs, no_truncate, refuse, sqlite_only
from ..triggers import Trigger, insert_only, register

TABLE = "kernel_bulletin"
FIGURE, ROWS, PAPER = "kernel_bulletinfigure", "kernel_bulletinrows", "kernel_bulletinpaper"
NUMBER, SERIES, OPINION = "kernel_bulletinnumber", "kernel_bulletinseries", "kernel_bulletinopinion"
KEPT = (
    "kind", "title", "starts", "ends", "unit_id", "occurrence_id", "supersedes_id", "number", "numbered_on", "report_to", "send_to",
    "issue_to", "texts", "computed", "computed_at", "drafted_by_id", "drafted_on", "signed_by_id", "signed_on", "signed_digest",
    "issued_by_id", "issued_on", "changed", "round", "voided_at", "void_reason",
)  # fmt: skip
GIVEN = ("bulletin_id", "round", "unit_id", "asked_at", "agrees", "text", "by_id", "at")
_OUT = "(" + ", ".join(f"'{state}'" for state in OUT) + ")"


def _stays(name: str, table: str, guard: str, columns: tuple[str, ...], message: str) -> Iterator[Trigger]:
    yield from refuse(
        name, table, "UPDATE", f"{guard} AND ({differs(columns, postgres=False)})", message,
        postgres=f"{guard} AND ({differs(columns, postgres=True)})",
    )  # fmt: skip


def bulletins() -> Iterator[Trigger]:
    """What a bulletin may not do."""
    yield from _stays(
        "bulletin_out_stays", TABLE, f"OLD.state IN {_OUT}", KEPT, "a bulletin that is out stays as it is"
    )
    yield from refuse(
        "bulletin_stays_out", TABLE, "UPDATE",
        f"(OLD.state IN {_OUT} AND NEW.state NOT IN {_OUT}) OR (OLD.state IN ('superseded', 'withdrawn') AND NEW.state <> OLD.state)",
        "a bulletin that is out is never taken back into work: withdraw or supersede it",
    )  # fmt: skip
    yield from refuse("bulletin_born_draft", TABLE, "INSERT", "NEW.state <> 'draft'", "a bulletin begins as a draft")
    whole = (
        f"EXISTS (SELECT 1 FROM {PAPER} p WHERE p.bulletin_id = NEW.id) "
        f"AND EXISTS (SELECT 1 FROM {NUMBER} n WHERE n.bulletin_id = NEW.id)"
    )
    yield from refuse(
        "bulletin_out_with_paper", TABLE, "UPDATE", f"NEW.state IN {_OUT} AND NOT ({whole})",
        "a bulletin goes out with its number, its frozen figures and its paper",
    )  # fmt: skip
    yield from refuse("bulletin_no_delete", TABLE, "DELETE", "1 = 1", "a bulletin is never deleted", postgres="true")
    yield sqlite_only(
        "bulletin_no_replace", TABLE, "INSERT", f"NEW.id IN (SELECT id FROM {TABLE})", "a bulletin is never replaced"
    )
    yield no_truncate("bulletin", TABLE)


def figures() -> Iterator[Trigger]:
    """Nothing is added to what went out."""
    out = f"EXISTS (SELECT 1 FROM {TABLE} b WHERE b.id = NEW.bulletin_id AND b.state IN {_OUT})"
    message = "nothing is added to a bulletin that is out"
    for name, table in (
        ("bulletin_figure", FIGURE),
        ("bulletin_paper", PAPER),
        ("bulletin_seal", "kernel_bulletinseal"),
    ):
        yield from insert_only(name, table)
        yield from refuse(f"{name}_before_issue", table, "INSERT", out, message)
    yield from insert_only("bulletin_rows", ROWS)
    of_figure = (
        f"EXISTS (SELECT 1 FROM {FIGURE} f JOIN {TABLE} b ON b.id = f.bulletin_id "
        f"WHERE f.id = NEW.figure_id AND b.state IN {_OUT})"
    )
    yield from refuse("bulletin_rows_before_issue", ROWS, "INSERT", of_figure, message)


def numbers() -> Iterator[Trigger]:
    """A register only counts on, one by one."""
    yield from insert_only("bulletin_number", NUMBER)
    yield from refuse(
        "bulletin_series_counts", SERIES, "UPDATE",
        "NEW.last <> OLD.last + 1 OR NEW.register <> OLD.register OR NEW.year <> OLD.year OR NEW.id <> OLD.id",
        "a register counts on one by one",
    )  # fmt: skip
    yield from refuse(
        "bulletin_series_begins", SERIES, "INSERT", "NEW.last <> 0", "a register begins before the first number"
    )
    yield from refuse(
        "bulletin_series_no_delete", SERIES, "DELETE", "1 = 1", "a register is never deleted", postgres="true"
    )
    yield no_truncate("bulletin_series", SERIES)
    yield from refuse(
        "bulletin_number_is_next", NUMBER, "INSERT",
        f"NOT EXISTS (SELECT 1 FROM {SERIES} s WHERE s.id = NEW.series_id AND s.last = NEW.no)",
        "a number is the last of its register",
    )  # fmt: skip


def opinions() -> Iterator[Trigger]:
    """An opinion given stays."""
    yield from _stays("bulletin_opinion_stays", OPINION, "OLD.agrees IS NOT NULL", GIVEN, "an opinion given stays")
    yield from refuse(
        "bulletin_opinion_no_delete", OPINION, "DELETE", "1 = 1", "an opinion is never deleted", postgres="true"
    )
    yield no_truncate("bulletin_opinion", OPINION)


register(*bulletins(), *figures(), *numbers(), *opinions())
