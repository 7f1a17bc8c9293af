"""A notice against a round of the ledger: problems missing, extra or reworded; figures against the readings."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access
from bihuan.kernel.models import Person

from ..ledgers import PROBLEMS, READINGS
from ..models import Figure, InspectionRound, Problem, Reading, SubProblem
from ..notice import Figure as NoticeFigure
from ..notice import Notice

ALIKE = 0.55
STATUS: dict[str, tuple[str, Any]] = {
    "same": ("good", _("一致")),
    "reworded": ("warn", _("表述不同")),
    "missing": ("bad", _("台账中没有")),
    "extra": ("wait", _("通报中没有")),
    "equal": ("good", _("一致")),
    "differs": ("bad", _("不一致")),
    "no_reading": ("idle", _("台账没有该月读数")),
}


@dataclass
class Pair:
    """A problem (or part) of the notice and of the ledger; one of the two may be missing."""

    status: str
    notice: str = ""
    ledger: str = ""
    url: str = ""
    diff: list[tuple[str, str]] = field(default_factory=list)
    parts: list[Pair] = field(default_factory=list)

    @property
    def tone(self) -> str:
        """Its colour."""
        return STATUS[self.status][0]

    @property
    def label(self) -> Any:
        """Its status in words."""
        return STATUS[self.status][1]


@dataclass
class FigurePair:
    """A figure of the notice and the reading of that month."""

    status: str
    name: str
    printed: str
    month: str
    reading: str
    url: str

    @property
    def tone(self) -> str:
        """Its colour."""
        return STATUS[self.status][0]

    @property
    def label(self) -> Any:
        """Its status in words."""
        return STATUS[self.status][1]


@dataclass
class Comparison:
    """All differences."""

    problems: list[Pair]
    figures: list[FigurePair]
    unmatched: int
    """Figures of the notice that no figure of the ledger names."""

    def count(self, status: str) -> int:
        """How many problems have the status."""
        return sum(1 for pair in self.problems if pair.status == status)

    @property
    def counts(self) -> list[tuple[str, Any, int]]:
        """(tone, label, number) of the problems."""
        return [(*STATUS[s], self.count(s)) for s in ("same", "reworded", "missing", "extra")]


def compare(person: Person, notice: Notice, round_: InspectionRound) -> Comparison:
    """Compare with what the person sees of the round."""
    rows = list(access.visible(person, Problem).filter(round=round_, voided_at=None).order_by("order", "pk"))
    subs: dict[int, list[SubProblem]] = {}
    for sub in access.visible(person, SubProblem).filter(problem__in=rows, voided_at=None).order_by("order", "pk"):
        subs.setdefault(sub.problem_id, []).append(sub)
    pairs = []
    for i, j in matched([p.title for p in notice.problems], [r.verbatim for r in rows], [r.title for r in rows]):
        said = notice.problems[i] if i is not None else None
        row = rows[j] if j is not None else None
        url = PROBLEMS.url("detail", row.pk) if row else ""
        pair = _pair(said.title if said else None, [row.verbatim, row.title] if row else None, url)
        if said is not None and row is not None:
            mine = [s for s in subs.get(row.pk, []) if s.title or s.verbatim]
            theirs = [s.title for s in said.subproblems if s.title]
            held = [s.verbatim or s.title for s in mine]
            for x, y in matched(theirs, held, [s.title for s in mine]):
                first = theirs[x] if x is not None else None
                second = [held[y], mine[y].title] if y is not None else None
                pair.parts.append(_pair(first, second, ""))
        pairs.append(pair)
    figures, unmatched = compare_figures(person, notice)
    return Comparison(pairs, figures, unmatched)


def bare(text: str) -> str:
    """The words alone: no punctuation, blanks, or the frame “关于……的问题”."""
    plain = re.sub(r"[\W_]+", "", text)
    return re.sub(r"^关于|(?:的|方面)*问题$", "", plain)


def likeness(first: str, second: str) -> float:
    """How alike two wordings are, from 0 to 1."""
    a, b = bare(first), bare(second)
    return 1.0 if a == b else SequenceMatcher(None, a, b, autojunk=False).ratio()


def matched(
    said: Sequence[str], *held: Sequence[str]
) -> list[tuple[int | None, int | None]]:
    """Pairs of positions, the most alike first taken; then what is left on either side. `held`: wordings of the same rows."""
    scores = sorted(
        (
            (max(likeness(text, wording[j]) for wording in held), -i, -j)
            for i, text in enumerate(said)
            for j in range(len(held[0]))
        ),
        reverse=True,
    )
    first: dict[int, int] = {}
    taken: set[int] = set()
    for score, i, j in scores:
        if score >= ALIKE and -i not in first and -j not in taken:
            first[-i] = -j
            taken.add(-j)
    left = [j for j in range(len(held[0])) if j not in taken]
    return [(i, first.get(i)) for i in range(len(said))] + [(None, j) for j in left]


def _pair(said: str | None, held: list[str] | None, url: str) -> Pair:
    if said is None:
        return Pair("extra", ledger=(held or [""])[0], url=url)
    if held is None:
        return Pair("missing", notice=said)
    nearest = max(held, key=lambda text: likeness(said, text))
    if bare(said) == bare(nearest):
        return Pair("same", said, nearest, url)
    return Pair("reworded", said, nearest, url, differences(nearest, said))


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """("same" | "gone" | "new", text) from the ledger's wording to the notice's."""
    found: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", before[a:b]))
            continue
        if b > a:
            found.append(("gone", before[a:b]))
        if d > c:
            found.append(("new", after[c:d]))
    return found


def compare_figures(person: Person, notice: Notice) -> tuple[list[FigurePair], int]:
    """The notice's figures whose sentence names a figure of the ledger, against the court's reading of that month."""
    known = list(access.visible(person, Figure).filter(voided_at=None))
    readings = {
        (r.figure_id, r.period): r
        for r in access.visible(person, Reading).filter(figure__in=known, unit=None, voided_at=None)
    }
    pairs, unmatched = [], 0
    for problem in notice.problems:
        for sub in problem.subproblems:
            for figure in sub.figures:
                named = _named(notice.text, figure, known)
                month = _month(figure.as_of)
                if named is None:
                    unmatched += 1
                    continue
                reading = readings.get((named.pk, month)) if month else None
                pairs.append(_figure_pair(figure, named, month, reading))
    return pairs, unmatched


def _named(text: str, figure: NoticeFigure, known: list[Figure]) -> Figure | None:
    """The ledger's figure of the same unit whose name stands in the sentence; the longest name wins."""
    start = max(text.rfind(mark, 0, figure.span[0]) for mark in "。；;\n") + 1
    ends = [place for mark in "。；;\n" if (place := text.find(mark, figure.span[1])) >= 0]
    sentence = re.sub(r"\s+", "", text[start : min(ends, default=len(text))])
    for one in sorted(known, key=lambda row: -len(row.name)):
        if one.name in sentence and one.unit_of_measure.strip() == figure.unit.strip():
            return one
    return None


def _month(as_of: str | None) -> dt.date | None:
    found = re.match(r"(\d{4})-(\d{2})", as_of or "")
    return dt.date(int(found[1]), int(found[2]), 1) if found else None


def _figure_pair(figure: NoticeFigure, named: Figure, month: dt.date | None, reading: Reading | None) -> FigurePair:
    status = "no_reading"
    if reading is not None:
        status = "equal" if reading.value == Decimal(str(figure.value)) else "differs"
    return FigurePair(
        status=status,
        name=named.name,
        printed=figure.text,
        month=f"{month:%Y-%m}" if month else "",
        reading=f"{reading.value.normalize():f}{named.unit_of_measure}" if reading else "",
        url=f"{READINGS.url('list')}?figure={named.pk}",
    )
