"""Read a published notice of inspection rectification (巡察整改进展情况通报) into its structure, by general rules."""

from __future__ import annotations

from typing import Any, Literal, cast

from .clauses import read_rules, split_clauses
from .contacts import read_ending, split_ending
from .figures import read_figures
from .genre import check_genre
from .headings import Node, bare_title, read_label
from .model import Notice, NotThisGenre, Part, Problem, Remark, Span, Subproblem, Unplaced
from .normalise import Piece, normalise, pieces
from .opening import Head, check_order, read_head, split_head
from .structure import Roles, Tree, assign_roles, grow, is_next, part_role
from .totals import read_totals

MAX_CHARACTERS = 200_000  # the longest notices have some 30 000; more is not one document
_PartRole = Literal["group", "list", "organisation", "next", "other"]


def read_notice(text: str, *, name: str = "") -> Notice:
    """Read the text of one notice.

    ``name`` only labels the result (a file name). Every span in the result counts characters of ``text``.
    What is absent stays None with a warning; lines without a place are in ``unplaced``. Raises
    :class:`NotThisGenre` when the text is something else (news of a feedback meeting, an audit report ...).
    """
    if len(text) > MAX_CHARACTERS:
        raise NotThisGenre("not.too_long", title=f"{text.strip()[:40]}…", limit=MAX_CHARACTERS)
    norm = normalise(text)
    lines = pieces(norm)
    notice = Notice(name=name, text=text)
    head = split_head(lines)
    labels = [i for i, p in enumerate(lines) if i >= head.rest and read_label(p.norm, awaited=False)]
    check_genre(norm, "".join(p.norm for p in head.title) or None, has_text=bool(lines), labels=len(labels))
    ending = split_ending(lines, max(labels[-1] if labels else head.rest - 1, head.rest - 1))
    # The signature dates the notice where the page does not, and months without a year need that day.
    read_ending(notice, norm, lines[ending:])
    read_head(notice, head)
    notice.organisation = notice.organisation or notice.signed_by
    _settle_dates(notice)
    tree = grow(lines[head.rest : ending])
    _Builder(notice, norm, tree, assign_roles(tree)).build()
    read_totals(notice, norm, _outside(notice, head, tree))
    return notice


def _settle_dates(notice: Notice) -> None:
    page, signed = notice.published_on, notice.signed_on
    if page and signed and page != signed:
        notice.warnings.append(
            Remark("published.differ", None, {"page": page.isoformat(), "signed": signed.isoformat()})
        )
    notice.published_on = page or signed
    if notice.published_on is None:
        notice.warnings.append(Remark("published.missing"))
    check_order(notice)


def _outside(notice: Notice, head: Head, tree: Tree) -> list[Span]:
    spans = [(head.opening[0].start, head.opening[-1].end)] if head.opening else []
    spans += [(p.start, p.end) for p in tree.lead]
    spans += [part.span for part in notice.parts if part.role in ("organisation", "next", "other")]
    spans += [u.span for u in notice.unplaced if u.reason == "under_heading"]
    return spans


class _Builder:
    """Turns the tree of headings into problems and parts of one notice."""

    def __init__(self, notice: Notice, norm: str, tree: Tree, roles: Roles) -> None:
        self.notice, self.norm, self.tree, self.roles = notice, norm, tree, roles
        self.used: set[int] = set()

    def build(self) -> None:
        """Fill problems, sections, parts; what is left of the tree goes to ``unplaced``."""
        for node in self.tree.nodes():
            if self._is_problem(node):
                self._problem(node)
        # A rectification text outside the usual layout still becomes a problem of its own.
        for node in self.tree.nodes():
            if node.label is not None and id(node) not in self.used:
                self._problem(node)
        self.notice.problems.sort(key=lambda p: p.span)
        if not self.notice.problems:
            self.notice.warnings.append(Remark("problems.none"))
        self._parts()
        for piece in self.tree.lead:
            self._unplaced(piece, "before_list")
        self._check_numbers()

    # Problems ---------------------------------------------------------------------------------------------------

    def _is_problem(self, node: Node) -> bool:
        if node.mark.style != self.roles.problem_style or node in self.roles.frames:
            return False
        if any(id(n) in self.used for n in node.chain()):
            return False
        if node.labelled():
            return True
        siblings = node.parent.children if node.parent else self.tree.roots
        beside = any(s.labelled() for s in siblings if s is not node and s.mark.style == node.mark.style)
        beside = beside or node.mark.style == "item" or any(n in self.roles.frames for n in node.chain())
        first = next((n for n in self.tree.nodes() if n.label is not None), None)
        if first is not None and node.start < first.start and node.mark.style != "item":
            return beside and "问题" in node.words
        return beside and not is_next(node)

    def _problem(self, node: Node) -> None:
        group = next((n for n in reversed(node.chain()[:-1]) if n not in self.roles.frames), None)
        title, title_span = self._title(node)
        problem = Problem(
            self._printed(group) if group else None, node.mark.printed or None, title,
            (node.start, node.end), title_span,
        )
        if not problem.no and node.mark.style == "item" and node.parent and node.parent not in self.roles.frames:
            problem.no = node.parent.mark.printed
        self.used.update(id(n) for n in node.walk())
        if node.label is not None or not node.children:
            problem.subproblems.append(self._sub(node, None))
        else:
            for piece in node.notes:
                self._unplaced(piece, "under_heading")
        for child in node.children:
            self._subs_of(child, problem, None)
        self.notice.problems.append(problem)

    def _subs_of(self, node: Node, problem: Problem, above: Node | None) -> None:
        if node.label is not None or not node.children:
            problem.subproblems.append(self._sub(node, above or node))
        else:
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
        figures, remarks = read_figures(
            self.norm, self.notice.text, span, self.norm.count("\n", 0, span[0]) + 1,
            reference=self.notice.published_on, earliest=self.notice.feedback_on,
        )
        self.notice.warnings += remarks
        if not body:
            self.notice.warnings.append(Remark("measures.empty", line, {"title": shown}))
        return Subproblem(
            no=no, title=title, measures_text=body,
            span=(node.start, max(span[1], node.pieces[-1].end)) if above is not None else span,
            title_span=title_span, measures_span=span,
            label=node.label.word if node.label else None,
            status="；".join(node.statuses) or None, parent=parent, figures=figures,
            rules_named=read_rules(self.norm, self.notice.text, span),
            clauses=split_clauses(self.norm, self.notice.text, span),
        )

    def _body(self, node: Node, shown: str) -> Span:
        line = node.pieces[0].line
        if node.label is not None:
            for piece in node.notes:
                self._unplaced(piece, "under_heading")
            if not node.label.colon:
                self.notice.warnings.append(Remark("label.colon", line, {"label": node.label.word}))
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
        start = node.pieces[0].start
        return self.notice.text[start : start + node.mark.length].strip()

    def _parts(self) -> None:
        inside = [n for n in self.tree.nodes() if id(n) in self.used]
        first = min((n.start for n in inside), default=None)
        holders = {id(a) for n in inside for a in n.chain()}
        for node in self.tree.nodes():
            if id(node) in self.used:
                continue
            above = node.parent
            if above is not None and id(above) not in holders:
                continue  # its whole part is already named
            if id(node) in holders:
                role = "list" if node in self.roles.frames else "group"
                for piece in node.notes:
                    self._unplaced(piece, "under_heading")
            else:
                role = part_role(node, first)
            title = self.notice.text[node.start + node.mark.length : node.pieces[-1].end].strip()
            self.notice.parts.append(
                Part(self._printed(node), title, (node.start, node.end), cast(_PartRole, role))
            )
            if role == "group":
                self.notice.sections.append(self._printed(node))

    def _unplaced(self, piece: Piece, reason: str) -> None:
        found = Unplaced(piece.line, piece.of(self.notice.text), (piece.start, piece.end), reason)
        if found not in self.notice.unplaced:
            self.notice.unplaced.append(found)

    def _check_numbers(self) -> None:
        for siblings in [self.tree.roots, *(n.children for n in self.tree.nodes())]:
            last: dict[str, Node] = {}
            for node in siblings:
                before = last.get(node.mark.style)
                last[node.mark.style] = node
                if not before or id(node) not in self.used or not before.mark.number or not node.mark.number:
                    continue
                # Problems may be numbered through all groups, so only a step inside one list can be a gap.
                if node.mark.number != before.mark.number + 1:
                    params: dict[str, Any] = {"before": before.mark.printed, "after": node.mark.printed}
                    self.notice.warnings.append(Remark("number.gap", node.pieces[0].line, params))
