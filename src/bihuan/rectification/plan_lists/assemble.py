"""Lines of one, two or three tables into problems, parts and measures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from bihuan.kernel.wording import Message

from . import wordings as w
from .blocks import Block
from .fields import MEASURE_ROLES, is_lead, set_measure, set_names, set_text
from .model import Item, Leftover, Lists, MeasureItem, ProblemItem, SubItem
from .numbers import leading_number, number_key, numbered_parts, same_text, text_key
from .table import Line, PlacedTable, place

LIMITS = {"problem": 20, "sub": 10, "measure": 30}


def assemble(blocks: Iterable[Block], lists: Lists) -> Lists:
    """Fill `lists` from the blocks of a file: problem lists first, then measures, then who answers for them."""
    placed = []
    for block in blocks:
        if is_lead(block.title) or is_lead(block.name):
            lists.notes.append(Message(w.TABLE_LEADS, {"table": block.name}))
            continue
        placed.append(place(block))
    for table in placed:
        lists.tables.append(table.seen)
        lists.notes.extend(table.notes)
        lists.leftovers.extend(table.leftovers)
    maker = _Maker(lists)
    rank = {id(t): 0 if t.has("problem", "problem_title") else 1 if t.has("measure", "sub") else 2 for t in placed}
    for table in sorted(placed, key=lambda t: rank[id(t)]):
        maker.take(table)
    maker.finish()
    return lists


class _Maker:
    """Holds what is known so far while the tables are walked."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.defaults: list[tuple[ProblemItem | SubItem, Line]] = []
        self.made_in: dict[int, int] = {}
        self.relative: set[int] = set()

    def take(self, table: PlacedTable) -> None:
        """Walk a table's lines."""
        lines = [line for line in table.lines if not self._refused(line)]
        if table.has("problem", "problem_title", "sub", "measure"):
            for line in lines:
                self._content(line, table)
        else:
            self._owners(lines, table)

    def _refused(self, line: Line) -> bool:
        given = next(
            (line.get(r) for r in ("category", "kind", "problem_title", "problem", "sub") if is_lead(line.get(r))), ""
        )
        given = given or (line.section if is_lead(line.section) else "")
        if not given:
            return False
        shown = given if len(given) <= 20 else _("问题线索")  # the lead's own text is not kept, not even here
        self.lists.leftovers.append(Leftover(line.place, (), Message(w.LEADS, {"given": shown}), refused=True))
        return True

    # ---- problems, parts, measures -----------------------------------------------------------------------------

    def _content(self, line: Line, table: PlacedTable) -> None:
        problem = self._problem(line, table)
        if problem is None:
            self._left(line)
            return
        sub = self._sub(problem, line, table)
        set_text(problem, line, "category", "category", line.section)
        for role, name in (("kind", "kind"), ("grade", "grade"), ("cause", "root_cause")):
            set_text(problem, line, role, name)
        if not table.has("measure"):
            set_names(problem, "leaders", line, "problem_leader" if table.has("problem_leader") else "leader")
            if any(line.get(role) for role in MEASURE_ROLES if role != "leader"):
                self.defaults.append((sub or problem, line))
        elif table.has("problem_leader"):
            set_names(problem, "leaders", line, "problem_leader")
        if line.get("measure"):
            self._measures(problem, sub or self._implicit(problem, line), line, table)
        elif sub is None and table.has("sub", "sub_no") and not table.has("measure"):
            self._implicit(problem, line)  # the problem as a whole may have measures beside its parts
        if line.faults:
            (problem if not line.get("measure") else list(problem.measures())[-1]).faults.extend(line.faults)

    def _problem(self, line: Line, table: PlacedTable) -> ProblemItem | None:
        text, title = line.get("problem"), line.get("problem_title")
        number = line.get("problem_no")
        if not number and text:
            number = leading_number(text)[0]
        found = self._known_problem(number, text, title, line)
        if found is None and not (text or title):
            found = self._by_measure(line) or self._by_part(line)
            if found is None and len(self.lists.problems) == 1:
                found = self.lists.problems[0]
        if found is None and (text or title):
            found = self._new_problem(number, text or title, title, line)
            self.made_in[id(found)] = id(table)
        elif found is not None:
            _stood(found, line)
            if text and not same_text(text, found.verbatim):
                found.remarks.append(Message(w.WORDED_DIFFERENTLY, {"text": text[:80]}))
        return found

    def _known_problem(self, number: str, text: str, title: str, line: Line) -> ProblemItem | None:
        rows = self.lists.problems
        key = number_key(number)
        if text or title:
            for problem in reversed(rows):
                same = same_text(text, problem.verbatim) if text else same_text(title, problem.title)
                same = same and (not text or not title or not problem.title or same_text(title, problem.title))
                if same and (not key or not problem.code or key == number_key(problem.code)):
                    return problem
        if not key:
            return None
        near = [p for p in rows if number_key(p.code) == key]
        if len(near) > 1:
            near = [p for p in near if line.section and p.category == line.section] or near
        if len(near) != 1:
            return None
        here = near[0]
        whole = text or title
        own = whole and not (text_key(here.verbatim).startswith(text_key(whole)[:12]) or same_text(whole, here.title))
        # The same number over another text is another problem, unless a list shortens the text.
        return None if own and here.places and here.places[-1].table == line.place.table else here

    def _new_problem(self, number: str, text: str, title: str, line: Line) -> ProblemItem:
        code = number.strip()
        problem = ProblemItem(code=code, verbatim=text, title=title)
        rows = self.lists.problems
        if not code:
            problem.code = code = str(len(rows) + 1)
            problem.remarks.append(Message(w.NUMBERED, {"code": code}))
        if any(number_key(p.code) == number_key(code) for p in rows):
            head = leading_number(line.section or line.get("category"))[0]
            better = f"{head.strip('（）()')}-{code}" if head else ""
            if better and not any(number_key(p.code) == number_key(better) for p in rows):
                problem.code = better
                problem.remarks.append(Message(w.RENUMBERED, {"given": code, "code": better}))
            else:
                problem.faults.append(Message(w.CODE_TWICE, {"code": code}))
        _stood(problem, line)
        rows.append(problem)
        return problem

    def _by_measure(self, line: Line) -> ProblemItem | None:
        """The problem whose number begins the measure's."""
        key = number_key(line.get("measure_no") or line.get("serial"))
        near = [p for p in self.lists.problems if key.startswith(number_key(p.code) + "-")]
        return max(near, key=lambda p: len(number_key(p.code)), default=None)

    def _by_part(self, line: Line) -> ProblemItem | None:
        text = line.get("sub")
        near = [p for p in self.lists.problems if any(text and same_text(text, s.verbatim) for s in p.subs)]
        return near[0] if len(near) == 1 else None

    def _sub(self, problem: ProblemItem, line: Line, table: PlacedTable) -> SubItem | None:
        text, title, number = line.get("sub"), line.get("sub_title"), line.get("sub_no")
        if not (text or title or number):
            return None
        key = number_key(number or leading_number(text)[0])
        for sub in problem.subs:
            told = [(text, sub.verbatim), (title, sub.title)]
            if (key and number_key(sub.no) == key) or (
                not (key and sub.no) and all(same_text(*pair) for pair in told if pair[0]) and (text or title)
            ):
                if not sub.verbatim and text:
                    sub.verbatim = text
                if text and not same_text(text, sub.verbatim):
                    sub.remarks.append(Message(w.WORDED_DIFFERENTLY, {"text": text[:80]}))
                _stood(sub, line)
                return sub
        sub = SubItem(no=(number or leading_number(text)[0]).strip(), title=title, verbatim=text)
        _stood(sub, line)
        problem.subs.append(sub)
        return sub

    def _implicit(self, problem: ProblemItem, line: Line) -> SubItem:
        """The part a measure belongs to where the lists name none: the only one, else an unnamed one of the problem."""
        if len(problem.subs) == 1:
            return problem.subs[0]
        unnamed = next((sub for sub in problem.subs if not (sub.no or sub.title or sub.verbatim)), None)
        if unnamed is None:
            unnamed = SubItem()
            _stood(unnamed, line)
            problem.subs.append(unnamed)
        return unnamed

    def _measures(self, problem: ProblemItem, sub: SubItem, line: Line, table: PlacedTable) -> None:
        number, text = line.get("measure_no"), line.get("measure")
        parts = numbered_parts(text) if not number else []
        for part in parts or [text]:
            self._measure(problem, sub, number, part, line, table)
        if parts:
            sub.measures[-1].remarks.append(Message(w.SPLIT, {"count": len(parts)}))

    def _measure(
        self, problem: ProblemItem, sub: SubItem, number: str, text: str, line: Line, table: PlacedTable
    ) -> None:
        key = number_key(number)
        for held in problem.measures():
            other_table = self.made_in.get(id(held)) != id(table)
            last = not other_table and held is list(problem.measures())[-1]
            same = same_text(held.text, text) and (not key or key == number_key(held.code) or id(held) in self.relative)
            if same and (other_table or last or key):
                held.remarks.append(Message(w.CONTINUED, {"row": line.place.row}))
                _stood(held, line)
                set_measure(held, line)
                return
        code = number.strip()
        made = MeasureItem(code=code, text=text)
        if not code:
            code = leading_number(text)[0] or str(sum(1 for _m in problem.measures()) + 1)
            made.code = f"{problem.code}-{number_key(code) or code}"
            made.remarks.append(Message(w.NUMBERED, {"code": made.code}))
            taken = {number_key(m.code) for m in problem.measures()}
            if number_key(made.code) in taken:
                made.code = f"{problem.code}-{len(taken) + 1}"
        _stood(made, line)
        self.made_in[id(made)] = id(table)
        made.remarks.extend(line.remarks)
        sub.measures.append(made)
        set_measure(made, line)

    # ---- who answers ---------------------------------------------------------------------------------------------

    def _owners(self, lines: Sequence[Line], table: PlacedTable) -> None:
        """A list without texts: joined by measure number, part or problem number, else by order."""
        measures = list(self.lists.measures())
        by_order = len(lines) == len(measures) and not table.has("measure_no", "problem_no", "sub_no", "serial")
        for position, line in enumerate(lines):
            targets = self._targets(line, measures)
            if not targets and by_order:
                targets = [measures[position]]
            if not targets:
                self._left(line)
            for measure in targets:
                _stood(measure, line)
                set_measure(measure, line, weak=len(targets) > 1)
            if targets:
                targets[0].faults.extend(line.faults)

    def _targets(self, line: Line, measures: Sequence[MeasureItem]) -> list[MeasureItem]:
        whole, problem_key = line.get("measure_no") or line.get("serial"), number_key(line.get("problem_no"))
        key = number_key(whole)
        within = [p for p in self.lists.problems if not problem_key or number_key(p.code) == problem_key]
        inside = [m for p in within for m in p.measures()]
        if key:
            hit = [m for m in inside if number_key(m.code) == key]
            hit = hit or (
                [m for p in within for m in p.measures() if number_key(m.code) == f"{number_key(p.code)}-{key}"]
            )
            if len(hit) == 1:
                return hit
            if line.get("measure_no") or hit:
                return []
        part = number_key(line.get("sub_no"))
        if part and problem_key:
            return [m for p in within for s in p.subs if number_key(s.no) == part for m in s.measures]
        if problem_key:
            return inside
        return [m for p in self.lists.problems if key and number_key(p.code) == key for m in p.measures()]

    def _left(self, line: Line) -> None:
        number = next((line.get(r) for r in ("measure_no", "problem_no", "serial", "sub_no") if line.get(r)), "")
        why = Message(w.ROW_UNJOINED, {"no": number}) if any(line.values.values()) else Message(w.ROW_EMPTY)
        self.lists.leftovers.append(Leftover(line.place, line.row.texts(), why))

    # ---- at the end ------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Defaults of problems, doubled numbers, lengths, what is missing."""
        for owner, line in self.defaults:
            below = owner.measures if isinstance(owner, SubItem) else list(owner.measures())
            for measure in below:
                set_measure(measure, line, weak=True, told=w.TAKEN_FROM_PROBLEM)
        self._unique_measures()
        for problem in self.lists.problems:
            named = [sub for sub in problem.subs if sub.measures or sub.no or sub.title or sub.verbatim]
            problem.subs[:] = named or problem.subs[:1] or [SubItem(places=list(problem.places))]
            _lengths(problem, problem.code, LIMITS["problem"], _("问题编号"))
            for sub in problem.subs:
                _lengths(sub, sub.no, LIMITS["sub"], _("具体问题编号"))
                _twice([s for s in problem.subs if s.no], sub)
                for measure in sub.measures:
                    _lengths(measure, measure.code, LIMITS["measure"], _("措施编号"))

    def _unique_measures(self) -> None:
        """Numbers that begin anew in each problem get the problem's number in front."""
        held: dict[str, list[tuple[ProblemItem, MeasureItem]]] = {}
        for problem in self.lists.problems:
            for measure in problem.measures():
                held.setdefault(number_key(measure.code) or measure.code, []).append((problem, measure))
        if not any(len({id(p) for p, _m in group}) > 1 for group in held.values()):
            for group in held.values():
                for _p, measure in group[1:]:
                    measure.faults.append(Message(w.CODE_TWICE, {"code": measure.code}))
            return
        seen: set[str] = set()
        for problem in self.lists.problems:
            for measure in problem.measures():
                prefix = number_key(problem.code)
                if not number_key(measure.code).startswith(prefix + "-"):
                    given = measure.code
                    measure.code = f"{problem.code}-{given.strip('（）()、.．')}"
                    measure.remarks.append(Message(w.RENUMBERED, {"given": given, "code": measure.code}))
                if (key := number_key(measure.code)) in seen:
                    measure.faults.append(Message(w.CODE_TWICE, {"code": measure.code}))
                seen.add(key)


def _stood(item: Item, line: Line) -> None:
    if line.place not in item.places:
        item.places.append(line.place)


def _lengths(item: Item, text: str, limit: int, name: str) -> None:
    if len(text) > limit:
        item.faults.append(Message(w.TOO_LONG, {"field": name, "length": len(text), "limit": limit}))


def _twice(subs: Sequence[SubItem], sub: SubItem) -> None:
    if sub.no and sum(1 for s in subs if s.no == sub.no) > 1:
        sub.faults.append(Message(w.CODE_TWICE, {"code": sub.no}))
