"""The figures of a notice against what the ledger knows: readings of the month, and outcomes of the measures."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel import access
from bihuan.kernel.models import Person

from ..ledgers import MEASURES, READINGS
from ..models import Figure, Outcome, OutcomeKind, Reading
from ..notice import Figure as NoticeFigure

_TIMES = {"亿": Decimal(100_000_000), "万": Decimal(10_000), "千": Decimal(1_000), "百": Decimal(100)}
_KINDS: tuple[tuple[str, str, str], ...] = (
    # kind of outcome, its units, the words beside the figure
    (OutcomeKind.MONEY_RECOVERED, r"元$", "追回|追缴|收回|清退|退还|退缴|退赔|上缴|挽回|清收|返还|退付|发还|补缴|收缴"),
    (OutcomeKind.PERSON_HELD, r"人次?$|名$", "处分|问责|追责|处理|批评|诫勉|约谈|谈话|提醒|警告|通报|形态|教育"),
    (OutcomeKind.RULE_MADE, r"[项个部件条]$", "制度|规定|办法|机制|细则|规程"),
    (OutcomeKind.CASE_FIXED, r"[件起宗]$", "纠正|办结|结案|清结|整改|执结|审结|补正|改正|清理"),
)


@dataclass
class FigurePair:
    """A figure of the notice and what the ledger has of it. `status`: equal, about, differs, no_reading, no_outcome."""

    status: str
    name: str
    said: str
    printed: str
    as_of: str
    held: str
    url: str
    problem: str = ""


class Known:
    """What the person sees of figures and readings, read once."""

    def __init__(self, person: Person) -> None:
        self.figures = sorted(access.visible(person, Figure).filter(voided_at=None), key=lambda row: -len(row.name))
        self.readings = {
            (r.figure_id, r.period): r
            for r in access.visible(person, Reading).filter(figure__in=self.figures, unit=None, voided_at=None)
        }


def compare_figure(text: str, figure: NoticeFigure, known: Known, outcomes: Sequence[Outcome]) -> FigurePair | None:
    """The pair for a figure; None when it is no result, or nothing of the ledger is about it."""
    if figure.kind not in ("result", "approximate"):
        return None
    named = _named(text, figure, known.figures)
    if named is not None:
        return _with_reading(figure, named, known)
    kind = _outcome_kind(text, figure)
    return _with_outcomes(figure, kind, [o for o in outcomes if o.kind == kind]) if kind else None


def _named(text: str, figure: NoticeFigure, known: list[Figure]) -> Figure | None:
    """The ledger's figure of the same unit whose name stands in the sentence; the longest name wins."""
    sentence = re.sub(r"\s+", "", _sentence(text, figure))
    for one in known:
        if one.name in sentence and one.unit_of_measure.strip() == figure.unit.strip():
            return one
    return None


def _sentence(text: str, figure: NoticeFigure) -> str:
    start = max(text.rfind(mark, 0, figure.span[0]) for mark in "。；;\n") + 1
    ends = [place for mark in "。；;\n" if (place := text.find(mark, figure.span[1])) >= 0]
    return text[start : min(ends, default=len(text))]


def _month(as_of: str | None) -> dt.date | None:
    """The month of a day or month; the last month of a quarter or half-year."""
    if found := re.fullmatch(r"(\d{4})-(\d{2})(?:-\d{2})?", as_of or ""):
        return dt.date(int(found[1]), int(found[2]), 1)
    if found := re.fullmatch(r"(\d{4})-([QH])(\d)", as_of or ""):
        return dt.date(int(found[1]), int(found[3]) * (3 if found[2] == "Q" else 6), 1)
    return None


def _with_reading(figure: NoticeFigure, named: Figure, known: Known) -> FigurePair:
    month = _month(figure.as_of)
    reading = known.readings.get((named.pk, month)) if month else None
    status = "no_reading" if reading is None else _judged(figure, Decimal(str(figure.value)), [reading.value])
    held = f"{_plain(reading.value)}{named.unit_of_measure}" if reading else ""
    url = f"{READINGS.url('list')}?figure={named.pk}"
    return FigurePair(status, named.name, _said(figure), figure.text, figure.as_of or "", held, url)


def _outcome_kind(text: str, figure: NoticeFigure) -> str:
    words = figure.text + _sentence(text, figure)[: figure.span[0]]
    for kind, units, said in _KINDS:
        if re.search(units, figure.unit) and re.search(said, figure.text if kind != OutcomeKind.RULE_MADE else words):
            return kind
    return ""


def _with_outcomes(figure: NoticeFigure, kind: str, held: Sequence[Outcome]) -> FigurePair:
    value = Decimal(str(figure.value))
    unit = figure.unit
    if kind == OutcomeKind.MONEY_RECOVERED:
        times = next((many for word, many in _TIMES.items() if word in unit), Decimal(1))
        values = [Decimal(o.amount or 0) for o in held]
        shown = [f"{_plain(v / times)}{unit}" for v in values]
        values = [v / times for v in values]
    else:
        values = [Decimal(o.number) for o in held]
        shown = [f"{v}{unit}" for v in values]
    total = sum(values, Decimal(0))
    status = "no_outcome" if not held else _judged(figure, value, [*values, total])
    several = _("%(total)s（%(n)s 项合计）") % {"total": f"{_plain(total)}{unit}", "n": len(held)}
    near = next((s for v, s in zip(values, shown, strict=True) if v == value), "")
    url = MEASURES.url("detail", held[0].measure_id) if held else ""
    text = near or (shown[0] if len(shown) == 1 else several if shown else "")
    label = str(OutcomeKind(kind).label)
    return FigurePair(status, label, _said(figure), figure.text, figure.as_of or "", text, url)


def _judged(figure: NoticeFigure, value: Decimal, held: Iterable[Decimal]) -> str:
    """Whether one of the values is the figure's; a rounded figure agrees with what lies within a tenth of it,
    one with fewer decimals with what it is printed for."""
    values = list(held)
    if value in values:
        return "equal"
    # A notice prints fewer decimals than the ledger keeps: rounded, or (two of them) simply cut off.
    decimals = len(str(figure.value).partition(".")[2])
    step = Decimal(1).scaleb(-decimals)
    ways = (ROUND_HALF_UP, ROUND_DOWN) if decimals > 1 else (ROUND_HALF_UP,)
    printed = any(v.quantize(step, how) == value for v in values for how in ways)
    near = figure.approximate and any(abs(v - value) * 10 <= abs(value) for v in values)
    return "about" if near or printed else "differs"


def _said(figure: NoticeFigure) -> str:
    return f"{figure.value}{figure.unit}"


def _plain(value: Any) -> str:
    return f"{Decimal(value).normalize():f}"
