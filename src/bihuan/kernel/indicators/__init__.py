"""Indicators (质效指标): declared once, computed from visible facts, drilled to exactly their rows. Never a ranking."""

from .declaring import DIVISION, SETS, Dimension, Indicator, Population, forget, get, indicator, indicators
from .figures import Figure, Range, Standing, range_of, rounded
from .measuring import WHOLE, View, listable, measure, measure_by, rows_of, view_for, views_of
from .periods import EARLIEST, Span, month_of, months_until, quarter_of, year_of

__all__ = [
    "DIVISION",
    "EARLIEST",
    "SETS",
    "WHOLE",
    "Dimension",
    "Figure",
    "Indicator",
    "Population",
    "Range",
    "Span",
    "Standing",
    "View",
    "forget",
    "get",
    "indicator",
    "indicators",
    "listable",
    "measure",
    "measure_by",
    "month_of",
    "months_until",
    "quarter_of",
    "range_of",
    "rounded",
    "rows_of",
    "view_for",
    "views_of",
    "year_of",
]
