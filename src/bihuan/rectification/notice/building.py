"""From the tree of headings and the tables to the problems and parts of a notice."""

from __future__ import annotations

from typing import Any

from .clauses import read_rules, split_clauses
from .figures import read_figures
from .headings import Node, bare_title, read_detail, read_status
from .lines import Piece
from .marks import printed_with
from .model import Figure, Notice, Part, PartRole, Problem, Remark, Span, Subproblem, Unplaced
from .structure import Roles, Tree, is_group, is_next, part_role
from .table_problems import add_table
from .tables import Table


class Builder:
    """Turns the tree of headings into problems and parts of one notice."""

    def __init__(self, notice: Notice, norm: str, tree: Tree, roles: Roles, tables: list[Table]) -> None:
        self.notice, self.norm, self.tree, self.roles, self.tables = notice, norm, tree, roles, tables
        self.used: set[Node] = set()
        self.hosts: set[Node] = set()
        self.groups: set[Node] = set()
        self.nodes = tree.nodes()
        self.first_labelled = next((n for n in self.nodes if n.label is not None), None)
        self.told: set[Span] = set()
        self.labelled: set[Node] = set()
        self.labelled_below: dict[Node | None, set[str]] = {}
        for node in reversed(self.nodes):  # children come before their parents
            if node.label is not None or node in self.labelled_below:
                self.labelled.add(node)
                self.labelled_below.setdefault(node.parent, set()).add(node.mark.style)

    def build(self) -> None:
        """Fill problems, sections, parts; what is left of the tree goes to ``unplaced``."""
        for node in self.nodes:
            if self._is_problem(node):
                self._problem(node)
        # A rectification text outside the usual layout still becomes a problem of its own.
        for node in self.nodes:
            if node.label is not None and node not in self.used:
                self._problem(node)
        for table in self.tables:
            self._table(table)
        self.notice.problems.sort(key=lambda p: p.span)
        if not self.notice.problems:
            self.notice.warnings.append(Remark("problems.none"))
        if self.tree.lead:
            span = (self.tree.lead[0].start, self.tree.lead[-1].end)
            self.notice.parts.append(Part("", "", span, "organisation"))
        self._parts()
        self.notice.parts.sort(key=lambda part: (part.span[0], -part.span[1]))
        self.notice.sections = [part.label for part in self.notice.parts if part.role == "group"]
        self._check_numbers()

    def _table(self, table: Table) -> None:
        """A table stands under the heading before it, which then is its group, or frames the whole list."""
        above = [n for n in self.nodes if n.start < table.span[0] and n not in self.used and not is_next(n)]
        host = above[-1] if above else None
        group = None
        if host is not None:
            self.hosts.update(host.chain())
            group = host if is_group(host) else None
            self.groups.update([group] if group else [])
        add_table(self.notice, self.norm, table, self._printed(group) if group else None)

    # Problems ---------------------------------------------------------------------------------------------------

    def _is_problem(self, node: Node) -> bool:
        if node.mark.style != self.roles.problem_style or node in self.roles.frames:
            return False
        if any(n in self.used for n in node.chain()):
            return False
        if node in self.labelled:
            return True
        beside = node.mark.style in self.labelled_below.get(node.parent, set())
        beside = beside or node.mark.style == "item" or any(n in self.roles.frames for n in node.chain())
        first = self.first_labelled
        if first is not None and node.start < first.start and node.mark.style != "item":
            return beside and "问题" in node.words
        return beside and not is_next(node)

    def _problem(self, node: Node) -> None:
        group = next((n for n in reversed(node.chain()[:-1]) if n not in self.roles.frames), None)
        if group is not None:
            self.groups.add(group)
        title, title_span = self._title(node)
        problem = Problem(
            self._printed(group) if group else None, node.mark.printed or None, title,
            (node.start, node.end), title_span, marks=[(p.start, p.end) for p in node.pieces],
        )
        if not problem.no and node.mark.style == "item" and node.parent and node.parent not in self.roles.frames:
            problem.no = node.parent.mark.printed
        self.used.update(node.walk())
        if node.label is not None or not node.children:
            problem.subproblems.append(self._sub(node, None))
        else:
            problem.marks += [(p.start, p.end) for p in (*node.statuses, *node.details)]
            for piece in node.notes:
                self._unplaced(piece, "under_heading")
        for child in node.children:
            self._subs_of(child, problem, None)
        self.notice.problems.append(problem)

    def _subs_of(self, node: Node, problem: Problem, above: Node | None) -> None:
        if node.label is not None or not node.children:
            problem.subproblems.append(self._sub(node, above or node))
        else:
            problem.marks += [(p.start, p.end) for p in node.pieces]
            problem.marks += [(p.start, p.end) for p in (*node.statuses, *node.details)]
            for piece in node.notes:
                self._unplaced(piece, "under_heading")
        for child in node.children:
            self._subs_of(child, problem, node)

    def _sub(self, node: Node, above: Node | None) -> Subproblem:
        """``above`` is None for text directly under the problem, the node itself for an ordinary sub-problem."""
        title: str | None = None
        title_span: Span | None = None
        no, parent = None, None
        if above is not None:
            title, title_span = self._title(node)
            no = node.mark.printed
            if above is not node:
                parent = {"no": above.mark.printed, "title": self._title(above)[0]}
                no = f"{above.mark.printed}({no})"
        shown = title or self._title(node)[0]
        span = self._body(node, shown)
        line = node.pieces[0].line
        body = self.notice.text[span[0] : span[1]]
        result = self._result(node)
        figures: list[Figure] = []
        rules: list[str] = []
        for part in (span, result):
            if part is None:
                continue
            row = node.pieces[0].line + self.norm.count("\n", node.start, part[0])
            here, remarks = read_figures(
                self.norm, self.notice.text, part, row,
                reference=self.notice.published_on, earliest=self.notice.feedback_on,
            )  # fmt: skip
            figures += here
            rules += [name for name in read_rules(self.norm, self.notice.text, part) if name not in rules]
            self.notice.warnings += remarks
        if not body:
            self.notice.warnings.append(Remark("measures.empty", line, {"title": shown}))
        return Subproblem(
            no=no, title=title, measures_text=body,
            span=(node.start if above is not None else span[0], max(span[1], node.end if node.label else node.pieces[-1].end)),
            title_span=title_span, measures_span=span,
            label=(node.label.word or None) if node.label else None,
            status="；".join(self._value(p) for p in node.statuses) or None, parent=parent, figures=figures,
            details=dict(found for p in node.details if (found := read_detail(p.norm))), marks=self._marks(node, above),
            rules_named=rules, result_span=result, result_text=self.notice.text[slice(*result)] if result else None,
            clauses=split_clauses(self.norm, self.notice.text, span),
        )

    def _result(self, node: Node) -> Span | None:
        if node.result_label is None:
            return None
        end = node.result[-1].end if node.result else node.result_label.end
        start = node.result_start
        while start < end and self.norm[start] in " \n":
            start += 1
        return (start, end) if start < end else None

    def _value(self, piece: Piece) -> str:
        return read_status(piece.norm) or piece.norm

    @staticmethod
    def _marks(node: Node, above: Node | None) -> list[Span]:
        """The heading (of a part of its own), its status lines and its label."""
        pieces = [*(node.pieces if above is not None else []), *node.statuses, *node.details]
        found = [(p.start, p.end) for p in pieces]
        if node.label is not None:
            found.append((node.label_start, node.label_start + node.label.length))
        if node.result_label is not None:
            found.append((node.result_label.start, node.result_start))
        return found

    def _body(self, node: Node, shown: str) -> Span:
        line = node.pieces[0].line
        if node.label is not None:
            for piece in node.notes:
                self._unplaced(piece, "under_heading")
            if not node.label.colon:
                self.notice.warnings.append(Remark("label.colon", node.label_row, {"label": node.label.word}))
            if node.label.lost:
                self.notice.warnings.append(Remark("label.lost", node.label_row, {"label": node.label.word}))
            assert node.body_start is not None
            start, end = node.body_start, node.body[-1].end if node.body else node.body_start
        elif node.notes:
            self.notice.warnings.append(Remark("label.missing", line, {"title": shown}))
            start, end = node.notes[0].start, node.notes[-1].end
        else:
            start = end = node.pieces[-1].end
        while start < end and self.norm[start] in " \n":
            start += 1
        return (start, max(start, end))

    def _title(self, node: Node) -> tuple[str, Span]:
        words = node.words
        begin, stop = bare_title(words)
        if begin >= stop:
            begin, stop = 0, len(words)
        # Position k of the joined words is a position in one of the wrapped lines.
        places: list[int] = []
        for index, piece in enumerate(node.pieces):
            skip = node.mark.length if index == 0 else 0
            places.extend(range(piece.start + skip, piece.end))
        span = (places[begin], places[stop - 1] + 1) if places else (node.start, node.start)
        return "".join(self.notice.text[i] for i in places[begin:stop]), span

    # Parts ------------------------------------------------------------------------------------------------------

    def _printed(self, node: Node) -> str:
        """The mark as printed, or whole again where its first character was lost; a heading without one is named whole."""
        if node.mark.lost:
            return printed_with(node.mark.style, node.mark.printed)
        start = node.pieces[0].start
        length = node.mark.length or len(node.pieces[0].norm)
        return self.notice.text[start : start + length].strip()

    def _parts(self) -> None:
        inside = [n for n in self.nodes if n in self.used]
        first = min((n.start for n in inside), default=None)
        holders = {a for n in inside for a in n.chain()} | self.hosts
        for node in self.nodes:
            if node in self.used:
                continue
            above = node.parent
            if above is not None and above not in holders:
                continue  # its whole part is already named
            if node in holders:
                role: PartRole = "group" if node in self.groups else "list"
                for piece in node.notes:
                    self._unplaced(piece, "under_heading")
            else:
                role = part_role(node, first)
            title = self.notice.text[node.start + node.mark.length : node.pieces[-1].end].strip()
            heading = (node.start, node.pieces[-1].end)
            self.notice.parts.append(Part(self._printed(node), title, (node.start, node.end), role, heading))

    def _unplaced(self, piece: Piece, reason: str) -> None:
        span = (piece.start, piece.end)
        if span not in self.told:
            self.told.add(span)
            self.notice.unplaced.append(Unplaced(piece.line, piece.of(self.notice.text), span, reason))

    def _check_numbers(self) -> None:
        for siblings in [self.tree.roots, *(n.children for n in self.nodes)]:
            last: dict[str, Node] = {}
            for node in siblings:
                before = last.get(node.mark.style)
                last[node.mark.style] = node
                if not before or node not in self.used or not before.mark.number or not node.mark.number:
                    continue
                # Problems may be numbered through all groups, so only a step inside one list can be a gap.
                if node.mark.number != before.mark.number + 1:
                    params: dict[str, Any] = {"before": before.mark.printed, "after": node.mark.printed}
                    self.notice.warnings.append(Remark("number.gap", node.pieces[0].line, params))
