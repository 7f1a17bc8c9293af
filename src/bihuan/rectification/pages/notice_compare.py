"""A notice beside a round of the ledger: problems, parts, measures and rules in pairs, facts and figures with both values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access
from bihuan.kernel.models import Person

from ..ledgers import MEASURES, PROBLEMS
from ..models import InspectionRound, Measure, Outcome, OutcomeKind, Problem, SubProblem
from ..notice import Notice
from .notice_draft import ClauseDraft, Draft, ProblemDraft, propose
from .notice_facts import Fact, compare_facts
from .notice_figures import FigurePair, Known, compare_figure
from .notice_likeness import ALIKE_MEASURES, Segments, bare, both_sides, matched

STATUS: dict[str, tuple[str, Any]] = {
    "same": ("good", _("一致")),
    "reworded": ("warn", _("表述不同")),
    "missing": ("bad", _("台账中没有")),
    "extra": ("wait", _("通报中没有")),
    "equal": ("good", _("一致")),
    "about": ("good", _("约数相符")),
    "differs": ("bad", _("不一致")),
    "no_reading": ("idle", _("台账没有该月读数")),
    "no_outcome": ("idle", _("台账没有登记成果")),
    "unsaid": ("idle", _("通报未写明")),
}
LEVELS: dict[str, Any] = {
    "problem": _("反馈问题"), "part": _("具体问题"), "measure": _("整改措施"), "rule": _("制度"),
}  # fmt: skip
_SHOWN = ("same", "reworded", "missing", "extra")


@dataclass
class Pair:
    """A row of the notice and a row of the ledger; one of the two may be missing.

    `key`: the notice's row, by which a person chooses another of `choices` (row, its words) for it; `chosen` is that choice, -1 when
    the likeness (in per cent) decided.
    """

    level: str
    status: str
    key: str = ""
    notice: Segments = field(default_factory=list)
    ledger: Segments = field(default_factory=list)
    url: str = ""
    likeness: int = 0
    chosen: int = -1
    choices: list[tuple[int, str]] = field(default_factory=list)
    parts: list[Pair] = field(default_factory=list)

    @property
    def tone(self) -> str:
        """Its colour."""
        return STATUS[self.status][0]

    @property
    def label(self) -> Any:
        """Its status in words."""
        return STATUS[self.status][1]

    @property
    def level_label(self) -> Any:
        """What it is."""
        return LEVELS[self.level]

    @property
    def quiet(self) -> bool:
        """Whether it and all below it agree."""
        return self.status == "same" and all(part.quiet for part in self.parts)

    def walk(self) -> Iterable[Pair]:
        """It and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass
class Comparison:
    """Everything compared. `unmatched`: figures of the notice the ledger knows nothing about."""

    facts: list[Fact]
    problems: list[Pair]
    figures: list[FigurePair]
    unmatched: int

    @property
    def counts(self) -> list[tuple[Any, list[tuple[str, Any, int]]]]:
        """For each level its numbers by status, as (tone, label, number)."""
        pairs = [pair for problem in self.problems for pair in problem.walk()]
        found = []
        for level, label in LEVELS.items():
            here = [pair.status for pair in pairs if pair.level == level]
            if here:
                found.append((label, [(*STATUS[s], here.count(s)) for s in _SHOWN]))
        return found

    @property
    def differences(self) -> int:
        """How many rows, facts and figures do not agree."""
        pairs = sum(pair.status != "same" for problem in self.problems for pair in problem.walk())
        facts = sum(fact.status == "differs" for fact in self.facts)
        return pairs + facts + sum(figure.status == "differs" for figure in self.figures)


class Ledger:
    """What the person sees of the round, read once, by problem."""

    def __init__(self, person: Person, round_: InspectionRound) -> None:
        rows = access.visible(person, Problem).filter(round=round_, voided_at=None)
        self.problems = list(rows.order_by("order", "pk"))
        self.subs = self._held(person, SubProblem, "problem_id")
        self.measures = self._held(person, Measure, "problem_id")
        measures = {m.pk: m.problem_id for held in self.measures.values() for m in held}
        self.outcomes: dict[int, list[Outcome]] = {}
        for row in access.visible(person, Outcome).filter(measure__in=measures, voided_at=None).order_by("pk"):
            self.outcomes.setdefault(measures[row.measure_id], []).append(row)

    def _held(self, person: Person, model: Any, by: str) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = {}
        for row in access.visible(person, model).filter(problem__in=self.problems, voided_at=None).order_by("order", "pk"):
            found.setdefault(getattr(row, by), []).append(row)
        return found


def compare(
    person: Person, notice: Notice, round_: InspectionRound, *, draft: Draft | None = None,
    chosen: Mapping[str, int] | None = None,
) -> Comparison:  # fmt: skip
    """Compare with what the person sees of the round. `draft`: the notice as corrected and placed; `chosen`: matches by hand."""
    chosen = chosen or {}
    ledger, known = Ledger(person, round_), Known(person)
    said = [p for p in (draft or propose(notice)).problems if p.take]
    pairs: list[Pair] = []
    figures: list[FigurePair] = []
    unmatched = 0
    rows = _Rows("problem", [(p.key, p.title) for p in said], ledger.problems, lambda row: [row.verbatim, row.title])
    for pair, i, j in rows.pairs(chosen, lambda row: PROBLEMS.url("detail", row.pk)):
        problem = said[i] if i is not None else None
        row = ledger.problems[j] if j is not None else None
        pair.parts = _below(problem, row, ledger, chosen)
        pairs.append(pair)
        if problem is None:
            continue
        outcomes = ledger.outcomes.get(row.pk, []) if row else []
        for sub in problem.subs:
            for _key, figure, _label in sub.figures:
                found = compare_figure(notice.text, figure, known, outcomes)
                if found is None:
                    unmatched += 1
                else:
                    found.problem = f"{problem.code} {sub.no}".strip()
                    figures.append(found)
    return Comparison(compare_facts(notice, round_, ledger, said), pairs, figures, unmatched)


def _below(
    problem: ProblemDraft | None, row: Problem | None, ledger: Ledger, chosen: Mapping[str, int]
) -> list[Pair]:
    """Parts, measures and rules of a pair of problems."""
    subs = [s for s in problem.subs if s.title] if problem else []
    clauses: list[ClauseDraft] = [c for s in problem.subs for c in s.clauses if c.take] if problem else []
    held = [s for s in ledger.subs.get(row.pk, []) if s.title or s.verbatim] if row else []
    measures = ledger.measures.get(row.pk, []) if row else []
    rules = [o for o in ledger.outcomes.get(row.pk, []) if o.kind == OutcomeKind.RULE_MADE] if row else []
    named = list(dict.fromkeys(name for s in problem.subs for name in s.rules)) if problem else []
    parts = _Rows("part", [(s.key, s.title) for s in subs], held, lambda s: [s.verbatim or s.title, s.title])
    steps = _Rows("measure", [(c.key, c.text) for c in clauses], measures, lambda m: [m.text], ALIKE_MEASURES)
    made = _Rows("rule", [("", name) for name in named], rules, lambda o: [o.title])
    found = [pair for pair, _i, _j in parts.pairs(chosen, lambda _row: "")]
    found += [pair for pair, _i, _j in steps.pairs(chosen, lambda m: MEASURES.url("detail", m.pk))]
    return found + [pair for pair, _i, _j in made.pairs({}, lambda o: MEASURES.url("detail", o.measure_id))]


@dataclass
class _Rows:
    """The rows of one level on both sides: (key, words) of the notice, rows of the ledger and their wordings."""

    level: str
    said: Sequence[tuple[str, str]]
    held: Sequence[Any]
    wordings: Callable[[Any], list[str]]
    least: float = 0.55

    def pairs(self, chosen: Mapping[str, int], url: Callable[[Any], str]) -> list[tuple[Pair, int | None, int | None]]:
        """Each pair with its two positions, in the notice's order, then what only the ledger has."""
        places = {row.pk: j for j, row in enumerate(self.held)}
        fixed: dict[int, int | None] = {}
        for place, (key, _words) in enumerate(self.said):
            wanted = chosen.get(key, -1)
            at = places.get(wanted)
            if wanted == 0 or (at is not None and at not in fixed.values()):
                fixed[place] = at
        texts = [words for _key, words in self.said]
        wordings = [[w for w in dict.fromkeys(self.wordings(row)) if w] or [""] for row in self.held]
        found: list[tuple[Pair, int | None, int | None]] = []
        for i, j, alike in matched(texts, wordings, fixed=fixed, least=self.least):
            pair = self._pair(i, j, wordings)
            pair.likeness = round(alike * 100)
            if i is not None:
                pair.key = self.said[i][0]
                pair.choices = [(row.pk, _short(row)) for row in self.held] if pair.key else []
                if i in fixed:
                    pair.chosen = chosen[pair.key]
            if j is not None:
                pair.url = url(self.held[j])
            found.append((pair, i, j))
        return found

    def _pair(self, i: int | None, j: int | None, wordings: list[list[str]]) -> Pair:
        if i is None:
            return Pair(self.level, "extra", ledger=[("same", wordings[j or 0][0])])
        words = self.said[i][1]
        if j is None:
            return Pair(self.level, "missing", notice=[("same", words)])
        same = next((w for w in wordings[j] if bare(w) == bare(words)), None)
        if same is not None:
            return Pair(self.level, "same", notice=[("same", words)], ledger=[("same", same)])
        nearest = max(wordings[j], key=lambda w: sum(len(t) for k, t in both_sides(words, w)[0] if k == "same"))
        one, other = both_sides(words, nearest)
        return Pair(self.level, "reworded", notice=one, ledger=other)


def _short(row: Any) -> str:
    words = " ".join(str(row).split())
    return words if len(words) <= 40 else f"{words[:39]}…"
