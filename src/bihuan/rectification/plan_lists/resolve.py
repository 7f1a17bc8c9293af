"""The lists against the database: names to persons and departments, days to the round, codes to what is there already."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bihuan.kernel import access
from bihuan.kernel.models import Person, Unit
from bihuan.kernel.wording import Message

from .. import actions as a
from .. import wordings as rw
from ..flows import PLAN_FLOW
from ..models import Category, Figure, InspectionRound, Measure, Problem, ProblemKind, SubProblem
from . import columns
from . import wordings as w
from .dates import AT_ONCE, LONG_TERM, read_when, with_year
from .directory import Directory, choice
from .model import Item, Lists, MeasureItem, ProblemItem, SubItem
from .numbers import number_key, same_text
from .proposals import Proposal, propose

NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass
class Entry:
    """An item with what it will be: `values` for the services, the row it updates, remarks and faults."""

    item: Item
    values: dict[str, Any] = field(default_factory=dict)
    existing: Any = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    remarks: list[Message] = field(default_factory=list)
    faults: list[Message] = field(default_factory=list)

    @property
    def status(self) -> str:
        """new, changed or same."""
        return NEW if self.existing is None else CHANGED if self.changes else SAME


@dataclass
class MeasureEntry(Entry):
    """A measure; `co_units` stand beside the values, `proposals` wait for a person."""

    co_units: list[Unit] = field(default_factory=list)
    proposals: tuple[Proposal, ...] = ()


@dataclass
class SubEntry(Entry):
    """A part with its measures."""

    measures: list[MeasureEntry] = field(default_factory=list)


@dataclass
class ProblemEntry(Entry):
    """A problem with its parts."""

    subs: list[SubEntry] = field(default_factory=list)


@dataclass
class Resolved:
    """The lists as they would be loaded into `round`. Nothing was written; `faults` block loading, `remarks` do not."""

    lists: Lists
    round: InspectionRound
    problems: list[ProblemEntry] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)
    blocked: list[Message] = field(default_factory=list)

    def entries(self) -> Iterable[Entry]:
        """Problems, parts and measures, in order."""
        for problem in self.problems:
            yield problem
            for sub in problem.subs:
                yield sub
                yield from sub.measures

    def measures(self) -> Iterable[MeasureEntry]:
        """All measures, in order."""
        return (entry for entry in self.entries() if isinstance(entry, MeasureEntry))

    @property
    def faults(self) -> list[tuple[Entry, Message]]:
        """Every fault with the entry it stands at."""
        return [(entry, fault) for entry in self.entries() for fault in entry.faults]

    @property
    def ready(self) -> bool:
        """Whether it can be loaded."""
        return bool(self.problems) and not self.blocked and not self.faults

    @property
    def proposals(self) -> dict[str, Proposal]:
        """All criteria proposed, by key."""
        return {p.key: p for entry in self.measures() for p in entry.proposals}

    def count(self, status: str) -> dict[str, int]:
        """How many problems, parts and measures have the status."""
        kinds = {"problems": ProblemEntry, "subs": SubEntry, "measures": MeasureEntry}
        return {n: sum(1 for e in self.entries() if isinstance(e, k) and e.status == status) for n, k in kinds.items()}


def resolve(lists: Lists, actor: Person | None, round: InspectionRound) -> Resolved:
    """Match the lists with what `actor` sees. Raises NotAllowed when they may not edit the plan."""
    access.require(actor, a.PLAN_EDIT, round)
    return _Matcher(lists, actor, round).run()


class _Matcher:
    def __init__(self, lists: Lists, actor: Person | None, round_: InspectionRound) -> None:
        self.out = Resolved(lists, round_)
        self.round = round_
        self.directory = Directory(actor)
        live = {"round": round_, "voided_at__isnull": True}
        self.problems: list[Problem] = list(access.visible(actor, Problem).filter(**live))
        subs = access.visible(actor, SubProblem).filter(problem__in=self.problems, voided_at__isnull=True)
        self.subs: list[SubProblem] = list(subs)
        self.measures: list[Measure] = list(
            access.visible(actor, Measure).filter(**live).prefetch_related("co_units").select_related("sub_problem")
        )
        figures = access.visible(actor, Figure).filter(voided_at__isnull=True)
        self.figures = dict(figures.values_list("name", "code"))

    def run(self) -> Resolved:
        if self.round.state != "draft":
            told = {"round": str(self.round), "state": PLAN_FLOW.label(self.round.state)}
            self.out.blocked.append(Message(rw.PLAN_CLOSED, told))
        if not self.out.lists.problems:
            self.out.blocked.append(Message(w.NOTHING))
        for order, item in enumerate(self.out.lists.problems, 1):
            self.out.problems.append(self._problem(item, order))
        self._absent()
        return self.out

    # ---- problems ------------------------------------------------------------------------------------------------

    def _problem(self, item: ProblemItem, order: int) -> ProblemEntry:
        entry = ProblemEntry(item, remarks=list(item.remarks), faults=list(item.faults))
        entry.existing = _by_code(self.problems, item.code, lambda row: row.code)
        values = entry.values
        values["code"] = entry.existing.code if entry.existing else item.code
        values["verbatim"] = item.verbatim
        if item.title or entry.existing is None or not same_text(entry.existing.verbatim, item.verbatim):
            values["title"] = item.title or headline(item.verbatim)
        if len(values.get("title", "")) > 200:
            told = {"field": columns.label("problem_title"), "length": len(values["title"]), "limit": 200}
            entry.faults.append(Message(w.TOO_LONG, told))
        self._choose(entry, "category", item.category, Category, "category")
        if "category" not in values and entry.existing is None and not entry.faults:
            entry.remarks.append(Message(w.CATEGORY_OTHER, {"name": str(Category.OTHER.label)}))
        self._choose(entry, "kind", item.kind or self._kind_by_limits(item), ProblemKind, "kind")
        self._grade(entry, item.grade)
        if item.root_cause:
            values["root_cause"] = item.root_cause
        self._one_person(entry, "leader", item.leaders, "problem_leader")
        if entry.existing is None:
            values["order"] = order
        elif not same_text(entry.existing.verbatim, item.verbatim):
            entry.remarks.append(Message(w.VERBATIM_CHANGES))
        _compare(entry)
        for number, sub in enumerate(item.subs, 1):
            entry.subs.append(self._sub(entry, sub, number))
        return entry

    def _kind_by_limits(self, item: ProblemItem) -> str:
        """立行立改 or 长期坚持 where the time column of all its measures says so."""
        words = {m.due_words for m in item.measures()}
        return words.pop() if len(words) == 1 and words <= {AT_ONCE, LONG_TERM} else ""

    def _choose(self, entry: Entry, name: str, given: str, choices: Any, role: str) -> None:
        if not given:
            return
        code, fault = choice(given, choices, columns.label(role))
        if fault is not None:
            entry.faults.append(fault)
        else:
            entry.values[name] = str(code)

    def _grade(self, entry: Entry, given: str) -> None:
        if not given:
            return
        key = number_key(re.sub(r"级|类|等", "", given))
        if key in ("1", "2", "3"):
            entry.values["grade"] = int(key)
            return
        labels = [str(label) for _code, label in Problem.GRADES]
        told = {"field": columns.label("grade"), "name": given, "near": labels}
        entry.faults.append(Message(w.NO_CHOICE, told))

    def _sub(self, parent: ProblemEntry, item: SubItem, order: int) -> SubEntry:
        entry = SubEntry(item, remarks=list(item.remarks), faults=list(item.faults))
        rows = [row for row in self.subs if parent.existing is not None and row.problem_id == parent.existing.pk]
        exact = [row for row in rows if row.no == item.no and (item.no or len(rows) == 1 or not row.verbatim)]
        if not exact and item.no:
            exact = [row for row in rows if number_key(row.no) == number_key(item.no)]
        if not exact and item.verbatim:
            exact = [row for row in rows if same_text(row.verbatim, item.verbatim)]
        entry.existing = exact[0] if exact else None
        values: dict[str, Any] = {"no": entry.existing.no if entry.existing else item.no}
        values |= {name: text for name, text in (("title", item.title), ("verbatim", item.verbatim)) if text}
        if entry.existing is None:
            values["order"] = order
        if len(item.title) > 200:
            told = {"field": columns.label("sub_title"), "length": len(item.title), "limit": 200}
            entry.faults.append(Message(w.TOO_LONG, told))
        entry.values = values
        _compare(entry)
        kind = parent.values.get("kind") or (parent.existing.kind if parent.existing else ProblemKind.CONCENTRATED)
        entry.measures = [self._measure(entry, measure, kind) for measure in item.measures]
        return entry

    # ---- measures --------------------------------------------------------------------------------------------------

    def _measure(self, parent: SubEntry, item: MeasureItem, kind: str) -> MeasureEntry:
        entry = MeasureEntry(item, remarks=list(item.remarks), faults=list(item.faults))
        entry.existing = _by_code(self.measures, item.code, lambda row: row.code)
        values = entry.values
        values["code"] = entry.existing.code if entry.existing else item.code
        values["text"] = item.text
        if item.completion_standard:
            values["completion_standard"] = item.completion_standard
        self._one_person(entry, "leader", item.leaders, "leader")
        self._one_person(entry, "person", item.persons, "person")
        self._units(entry, item)
        self._days(entry, item, kind)
        for name, role in (("leader", "leader"), ("person", "person"), ("completion_standard", "standard")):
            lacking = name not in values and not getattr(entry.existing, name, None)
            if lacking and not any(f.params.get("field") == columns.label(role) for f in entry.faults):
                entry.remarks.append(Message(w.NO_OWNER, {"field": columns.label(role)}))
        _compare(entry)
        if entry.existing is not None:
            before = sorted(unit.pk for unit in entry.existing.co_units.all())
            if item.co_units or len(item.lead_units) > 1:
                after = sorted(unit.pk for unit in entry.co_units)
                if before != after:
                    entry.changes["co_units"] = (before, after)
            if parent.existing is None or entry.existing.sub_problem_id != parent.existing.pk:
                entry.changes["sub_problem"] = (entry.existing.sub_problem_id, parent.existing and parent.existing.pk)
        unit = values.get("lead_unit") or (entry.existing.lead_unit if entry.existing else None)
        name = unit.name if isinstance(unit, Unit) else ""
        context = f"{item.text}"
        entry.proposals = propose(item.code, item.completion_standard, self.figures, context=context, unit=name)
        return entry

    def _one_person(self, entry: Entry, name: str, given: tuple[str, ...], role: str) -> None:
        if not given:
            return
        label = columns.label(role)
        found, remarks, faults = self.directory.persons_of(given, label)
        entry.remarks.extend(remarks)
        entry.faults.extend(faults)
        if found:
            entry.values[name] = found[0]
        elif not faults:
            entry.faults.append(Message(w.MISSING, {"field": label}))
        if len(found) > 1:
            rest = [person.name for person in found[1:]]
            entry.remarks.append(Message(w.FIRST_OF_MANY, {"field": label, "first": found[0].name, "rest": rest}))

    def _units(self, entry: MeasureEntry, item: MeasureItem) -> None:
        label = columns.label("lead_unit")
        lead, remarks, faults = self.directory.units_of(item.lead_units, label)
        helping, said, wrong = self.directory.units_of(item.co_units, columns.label("co_unit"))
        entry.remarks.extend([*remarks, *said])
        entry.faults.extend([*faults, *wrong])
        if lead:
            entry.values["lead_unit"] = lead[0]
        elif not item.lead_units and entry.existing is None:
            entry.faults.append(Message(w.MISSING, {"field": label}))
        if len(lead) > 1:
            told = {"field": label, "first": lead[0].name, "rest": [unit.name for unit in lead[1:]]}
            entry.remarks.append(Message(w.FIRST_UNIT, told))
        entry.co_units = [unit for unit in dict.fromkeys([*lead[1:], *helping]) if unit not in lead[:1]]

    def _days(self, entry: MeasureEntry, item: MeasureItem, kind: str) -> None:
        due = item.due or self._due_from_words(entry, item)
        label = columns.label("due")
        if due is not None:
            entry.values["due"] = due
        elif entry.existing is None and not any(f.params.get("field") == label for f in entry.faults):
            entry.faults.append(Message(w.MISSING, {"field": label}))
        if item.starts is not None:
            entry.values["starts"] = item.starts
        starts = item.starts or (entry.existing.starts if entry.existing else None)
        feedback, end = self.round.feedback_on, self.round.period_end
        if due and starts and starts > due:
            told = {"due": due.isoformat(), "starts": starts.isoformat()}
            entry.faults.append(Message(w.DUE_BEFORE_START, told))
        for day, role in ((item.starts, "starts"), (due, "due")):
            if day is not None and day < feedback:
                told = {"field": columns.label(role), "day": day.isoformat(), "feedback": feedback.isoformat()}
                entry.remarks.append(Message(w.BEFORE_FEEDBACK, told))
        if due and due > end and kind != ProblemKind.LONG_TERM:
            entry.remarks.append(Message(w.AFTER_PERIOD, {"day": due.isoformat(), "end": end.isoformat()}))

    def _due_from_words(self, entry: MeasureEntry, item: MeasureItem) -> dt.date | None:
        if not item.due_words:
            return None
        if item.due_words in (AT_ONCE, LONG_TERM):
            if entry.existing is not None:
                return None
            end = self.round.period_end
            entry.remarks.append(Message(w.DUE_ASSUMED, {"given": item.due_words, "day": end.isoformat()}))
            return end
        when = read_when(item.due_words)
        found = with_year(*when.yearless, self.round.feedback_on) if when.yearless else None
        if found is None:
            told = {"field": columns.label("due"), "given": item.due_words}
            entry.faults.append(Message(w.NOT_A_DAY, told))
            return None
        entry.remarks.append(Message(w.YEAR_ASSUMED, {"given": item.due_words, "day": found.isoformat()}))
        return found

    def _absent(self) -> None:
        """What the round holds and the lists do not: it stays as it is, and that is said."""
        held = {e.existing.pk for e in self.out.measures() if e.existing is not None}
        codes = [row.code for row in self.measures if row.pk not in held]
        if codes:
            self.out.remarks.append(Message(w.ABSENT, {"codes": codes}))
        seen = {e.existing.pk for e in self.out.problems if e.existing is not None}
        codes = [row.code for row in self.problems if row.pk not in seen]
        if codes:
            self.out.remarks.append(Message(w.ABSENT_PROBLEMS, {"codes": codes}))


def headline(verbatim: str) -> str:
    """A title for a problem that was given none: its first clause, without its number; at most 60 characters."""
    first = re.split(r"[。；;\n]", verbatim.strip(), maxsplit=1)[0].strip()
    if len(first) > 60:
        first = re.split(r"[，,：:]", first, maxsplit=1)[0]
    return first if len(first) <= 60 else first[:59] + "…"


def _by_code(rows: Iterable[Any], code: str, of: Any) -> Any:
    held = list(rows)
    exact = [row for row in held if of(row) == code]
    near = exact or [row for row in held if number_key(code) and number_key(of(row)) == number_key(code)]
    return near[0] if len(near) == 1 else None


def _compare(entry: Entry) -> None:
    """What would change in the row that is there."""
    if entry.existing is None:
        return
    for name, after in entry.values.items():
        before = getattr(entry.existing, name)
        if before != after:
            entry.changes[name] = (before, after)
