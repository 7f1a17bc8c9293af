"""Freezing what a bulletin says when it is issued, and reading it again as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.db import DatabaseError, transaction
from django.utils import translation

from .. import clock
from ..errors import Refused
from ..indicators import WHOLE, Span
from ..models.bulletins import Bulletin, BulletinFigure, BulletinRows
from ..wording import Message
from . import keys
from .computing import FAILED, Part, Result, parts_of, statement
from .declaring import COURT_LANGUAGE, Bound, Kind


def freeze(bulletin: Bulletin, kind: Kind, results: Mapping[str, Result]) -> list[BulletinFigure]:
    """Store the figures and their rows. To be called inside a unit of work that records them. Raises Refused."""
    span = Span(bulletin.starts, bulletin.ends)
    return [_freeze(bulletin, kind, span, one, results[one.name], order) for order, one in enumerate(kind.all_bound)]


def _freeze(bulletin: Bulletin, kind: Kind, span: Span, one: Bound, held: Result, order: int) -> BulletinFigure:
    try:
        with transaction.atomic(), translation.override(COURT_LANGUAGE):
            parts = parts_of(kind, one, span)
            asked = "\n".join(f"-- {part.code}\n{statement(part.rows)}" for part in parts)
            packed = [(part, keys.keys_of(part.rows)) for part in parts]
            made: BulletinFigure = BulletinFigure.objects.create(
                bulletin=bulletin, order=order, name=held.name, sort=held.sort, title=held.title, shown=held.shown, value=held.value,
                numerator=held.numerator, denominator=held.denominator, starts=held.span.starts, ends=held.span.ends,
                view=str(WHOLE.label), query=held.query, statement=asked,
                statement_sha256=hashlib.sha256(asked.encode()).hexdigest(), content=dict(held.content), drills=held.drills,
                as_of=clock.now(),
            )  # fmt: skip
            BulletinRows.objects.bulk_create([_rows(made, part, found) for part, found in packed])
    except DatabaseError as error:
        said = {"title": held.title, "name": held.name, "why": type(error).__name__}
        raise Refused(Message(FAILED, said)) from error
    return made


def _rows(made: BulletinFigure, part: Part, found: keys.Keys) -> BulletinRows:
    return BulletinRows(
        figure=made, part=part.code, about=part.of.about, count=len(found), keys=keys.pack(found) if made.drills else b"",
        sha256=keys.digest(pk for pk, _version in found),
    )  # fmt: skip


def frozen(bulletin: Bulletin) -> dict[str, Result]:
    """What the bulletin says, by name, as it was issued."""
    return {row.name: result_of(row) for row in bulletin.figures.order_by("order")}


def result_of(row: BulletinFigure) -> Result:
    """A frozen figure as it was computed."""
    return Result(
        row.name, row.sort, row.title, Span(row.starts, row.ends), row.query, row.shown, row.value, row.numerator, row.denominator,
        row.content, row.drills,
    )  # fmt: skip
