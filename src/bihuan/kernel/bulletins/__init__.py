"""Bulletins (通报、简报): declared once, computed until they are issued, frozen then with the rows behind every figure."""

from .declaring import Figure, Kind, Listed, Parts, Trend, Words, counted, forget, get, kind, kinds
from .spans import covered, week_of, year_so_far

__all__ = [
    "Figure",
    "Kind",
    "Listed",
    "Parts",
    "Trend",
    "Words",
    "counted",
    "covered",
    "forget",
    "get",
    "kind",
    "kinds",
    "week_of",
    "year_so_far",
]
