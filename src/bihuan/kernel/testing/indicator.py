"""What every indicator must do: count what a slow counter counts, in one statement, drill to just its rows, and line up nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .. import indicators as i
from ..errors import NotAllowed, Refused
from ..indicators.declaring import Indicator
from ..models import Person


class IndicatorSuite:
    """Inherit, set `prefix` (the domain's codes begin with it) and `spans`, and write `sample`, `recount`, `readers`, `outsider`.

    `sample` makes rows on both sides of every condition; `recount(code, span)` counts numerator and denominator from the rows by
    plain Python, sharing nothing with the declarations.
    """

    prefix: ClassVar[str]
    spans: ClassVar[tuple[i.Span, ...]]

    def sample(self) -> None:
        """Rows on both sides of every condition."""
        raise AssertionError(f"{type(self).__name__}.sample() is to be written")

    def recount(self, code: str, span: i.Span) -> tuple[int, int | None]:
        """Numerator and denominator, slowly."""
        raise AssertionError(f"{type(self).__name__}.recount() is to be written")

    def readers(self) -> Iterable[Person]:
        """Who has a view: of the court, of a division, of their own."""
        raise AssertionError(f"{type(self).__name__}.readers() is to be written")

    def outsider(self) -> Person:
        """Who does not see the court's figures."""
        raise AssertionError(f"{type(self).__name__}.outsider() is to be written")

    def declared(self) -> list[Indicator]:
        """The indicators under test."""
        found = [one for code, one in i.indicators().items() if code.startswith(self.prefix)]
        assert found, f"no indicator begins with {self.prefix!r}"
        return found

    def test_a_slow_counter_comes_to_the_same(self, db: None) -> None:
        self.sample()
        for one in self.declared():
            counted = [(f.numerator, f.denominator) for f in i.measure(one, self.spans)]
            assert counted == [self.recount(one.code, span) for span in self.spans], one.code
            assert any(above for above, _below in counted), f"{one.code}: the sample has no row of the numerator"

    def test_it_drills_to_exactly_its_rows(self, db: None) -> None:
        self.sample()
        for person in (None, *self.readers()):
            view = i.view_for(person)
            for one in self.declared():
                figure = i.measure(one, self.spans[:1], person=person, view=view)[0]
                above = set(i.rows_of(one, self.spans[0], person=person, view=view).values_list("pk", flat=True))
                if one.amount is None:
                    assert len(above) == figure.numerator, one.code
                if one.denominator is None:
                    continue
                below = set(
                    i.rows_of(one, self.spans[0], "denominator", person=person, view=view).values_list("pk", flat=True)
                )
                assert len(below) == figure.denominator, one.code
                assert not one.within or above <= below, one.code

    def test_the_parts_add_up_and_a_figure_is_one_statement(self, db: None) -> None:
        self.sample()
        for one in self.declared():
            with CaptureQueriesContext(connection) as asked:
                whole = i.measure(one, self.spans)
                parts = i.measure_by(one, self.spans, i.DIVISION) if one.of.unit else {}
            assert len(asked) == 1 + bool(one.of.unit), one.code
            if not one.of.unit:
                continue
            for place, figure in enumerate(whole):
                assert sum(part[place].numerator for part in parts.values()) == figure.numerator, one.code

    def test_nobody_is_lined_up_and_strangers_are_refused(self, db: None) -> None:
        self.sample()
        for one in self.declared():
            with pytest.raises(Refused):
                i.measure_by(one, self.spans, "judge")
        with pytest.raises(NotAllowed):
            i.view_for(self.outsider(), "court")

    def test_each_has_its_range_as_a_dated_parameter(self) -> None:
        for one in self.declared():
            assert one.formula
            assert i.range_of(one, self.spans[0].ends) is not None, one.basis
