"""A round as proposed from a notice, as a person edits it before anything is saved."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.models import Unit
from bihuan.kernel.pages.base import row_id

from ..models import Category, ProblemKind, RoundKind
from ..notice import Figure, Notice, Problem, Span, Subproblem
from ..notice.render import figure_label
from . import notice_places as places
from .notice_places import PieceDraft

CODE_LENGTH, NO_LENGTH, TITLE_LENGTH = 20, 10, 200
MOST = 400
"""Rows of one kind under one heading that a form may name."""
_CATEGORIES = (
    (Category.EARLIER, "以往|上轮|上一轮|历次|审计|整改落实"),
    (Category.CONDUCT, "群众身边|不正之风|腐败|作风|廉洁|廉政"),
    (Category.ORGANISATION, "党组织建设|组织建设|选人用人|干部队伍|班子|党建"),
    (Category.DECISIONS, "决策部署|路线方针|政治|职责|上级部署|理论"),
)
_KINDS = (
    (RoundKind.LOOK_BACK, "回头看"),
    (RoundKind.CROSS, "交叉"),
    (RoundKind.SPECIAL, "专项"),
    (RoundKind.LINKED, "联动"),
    (RoundKind.PROVINCIAL, "巡视"),
)


@dataclass
class ClauseDraft:
    """A proposed measure."""

    key: str
    take: bool
    text: str
    unit: str = ""
    due: str = ""
    read: bool = False
    """Whether it came from the text (and has a place there)."""


@dataclass
class SubDraft:
    """A proposed part of a problem."""

    key: str
    no: str
    title: str
    status: str = ""
    label: str = ""
    rules: list[str] = field(default_factory=list)
    figures: list[tuple[str, Figure, str]] = field(default_factory=list)
    """(key, figure, its kind in words)."""
    clauses: list[ClauseDraft] = field(default_factory=list)
    read: bool = False
    result: str = ""
    details: dict[str, str] = field(default_factory=dict)


@dataclass
class ProblemDraft:
    """A proposed problem."""

    key: str
    take: bool
    code: str
    title: str
    category: str
    kind: str
    subs: list[SubDraft] = field(default_factory=list)
    read: bool = False
    span: Span | None = None


@dataclass
class Draft:
    """The whole proposal. Days are texts as typed; `errors` maps field names to what is wrong with them."""

    fields: dict[str, str]
    problems: list[ProblemDraft]
    pieces: list[PieceDraft]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def waiting(self) -> list[PieceDraft]:
        """Pieces nobody has placed yet."""
        return places.waiting(self.pieces)

    @property
    def fields_needed(self) -> int:
        """How many fields the form of this draft sends, so that one too big is refused before somebody fills it in."""
        subs = [sub for problem in self.problems for sub in problem.subs]
        return 20 + len(self.pieces) + 6 * len(self.problems) + 4 * len(subs) + 4 * sum(len(s.clauses) for s in subs)

    @property
    def taken(self) -> tuple[int, int, int]:
        """(problems, parts, measures) that would be saved."""
        problems = [p for p in self.problems if p.take]
        clauses = sum(c.take for p in problems for s in p.subs for c in s.clauses)
        return len(problems), sum(len(p.subs) for p in problems), clauses


FIELDS = ("code", "name", "body", "kind", "inspected_from", "inspected_to", "feedback_on", "note", "unit", "due")


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _guess(words: str, table: Any, otherwise: str) -> str:
    return next((str(value) for value, pattern in table if re.search(pattern, words)), otherwise)


def propose(notice: Notice) -> Draft:
    """The proposal as read, everything taken."""
    year = (notice.feedback_on or notice.published_on or dt.date(1, 1, 1)).year
    fields = {
        "code": f"{year}-B" if year > 1 else "",
        "name": (notice.title or _("历史轮次"))[:120],
        "body": (notice.inspecting_body or "")[:80],
        "kind": _guess(f"{notice.inspection_kind or ''}{notice.inspecting_body or ''}", _KINDS, RoundKind.ROUTINE),
        "inspected_from": _iso(notice.inspection_from),
        "inspected_to": _iso(notice.inspection_to),
        "feedback_on": _iso(notice.feedback_on),
        "note": _("据公开通报补录") + (f"（{_iso(notice.published_on)}）" if notice.published_on else ""),
        "unit": "",
        "due": "",
    }
    titles = {part.label: part.title for part in notice.parts if part.role == "group"}
    problems = [_problem(i, p, titles.get(p.section or "", "")) for i, p in enumerate(notice.problems)]
    _number(problems)
    return Draft(fields, problems, places.pieces_of(notice.unplaced))


def _problem(i: int, problem: Problem, group: str) -> ProblemDraft:
    key = f"p{i}"
    subs = [_sub(f"{key}s{j}", sub) for j, sub in enumerate(problem.subproblems)]
    category = _guess(f"{group}{problem.title}", _CATEGORIES, Category.OTHER)
    code = f"{_plain(problem.section)}-{_plain(problem.no)}".strip("-")
    kind = ProblemKind.CONCENTRATED
    return ProblemDraft(key, True, code[:CODE_LENGTH], problem.title, category, kind, subs, read=True, span=problem.span)


def _sub(key: str, sub: Subproblem) -> SubDraft:
    clauses = [ClauseDraft(f"{key}c{k}", True, c.text.strip(), read=True) for k, c in enumerate(sub.clauses)]
    figures = [(f"{key}f{k}", figure, figure_label(figure)) for k, figure in enumerate(sub.figures)]
    no = _plain(sub.no)[:NO_LENGTH]
    return SubDraft(
        key, no, sub.title or "", sub.status or "", sub.label or "", list(sub.rules_named), figures, clauses, True,
        sub.result_text or "", dict(sub.details),
    )  # fmt: skip


def _plain(mark: str | None) -> str:
    """A printed number without brackets, points and the words around it."""
    return re.sub(r"[^0-9A-Za-z一二三四五六七八九十百]", "", re.sub(r"反馈问题|问题|第", "", mark or ""))


def _number(problems: list[ProblemDraft]) -> None:
    """Give a number to what has none, and tell apart what has the same; parts of one problem as well."""
    used: set[str] = set()
    for order, problem in enumerate(problems, 1):
        code = problem.code or str(order)
        problem.code = code if code not in used else f"{code}-{order}"[:CODE_LENGTH]
        used.add(problem.code)
        seen: set[str] = set()
        for place, sub in enumerate(problem.subs, 1):
            if sub.no in seen:
                sub.no = str(place)
            seen.add(sub.no)


# ---- as edited ---------------------------------------------------------------------------------------------------


def edited(notice: Notice, post: Mapping[str, str]) -> Draft:
    """The proposal as the form sent it back. Rows are never dropped by the form, only unticked."""
    draft = propose(notice)
    draft.fields = {name: str(post.get(name, "")).strip() for name in FIELDS}
    for i in range(_count(post, "problems", len(draft.problems))):
        key = f"p{i}"
        if i >= len(draft.problems):
            draft.problems.append(ProblemDraft(key, True, "", "", Category.OTHER, ProblemKind.CONCENTRATED))
        problem = draft.problems[i]
        problem.take = f"{key}-take" in post
        for name in ("code", "title", "category", "kind"):
            setattr(problem, name, _typed(post, f"{key}-{name}", getattr(problem, name)))
        for j in range(_count(post, f"{key}-subs", len(problem.subs))):
            _edit_sub(problem, f"{key}s{j}", j, post)
    offered = places.known(draft.problems)
    for piece in draft.pieces:
        chosen = post.get(f"{piece.key}-place", "")
        piece.place = chosen if chosen in offered else ""
    return draft


def _edit_sub(problem: ProblemDraft, key: str, j: int, post: Mapping[str, str]) -> None:
    if j >= len(problem.subs):
        problem.subs.append(SubDraft(key, "", ""))
    sub = problem.subs[j]
    for name in ("no", "title"):
        setattr(sub, name, _typed(post, f"{key}-{name}", getattr(sub, name)))
    for k in range(_count(post, f"{key}-clauses", len(sub.clauses))):
        name = f"{key}c{k}"
        if k >= len(sub.clauses):
            sub.clauses.append(ClauseDraft(name, True, ""))
        clause = sub.clauses[k]
        clause.take = f"{name}-take" in post
        clause.text = _typed(post, f"{name}-text", clause.text)
        clause.unit, clause.due = _typed(post, f"{name}-unit", ""), _typed(post, f"{name}-due", "")


def _typed(post: Mapping[str, str], name: str, otherwise: str) -> str:
    return str(post[name]).strip() if name in post else otherwise


def _count(post: Mapping[str, str], name: str, least: int) -> int:
    given = str(post.get(f"{name}-count", ""))
    return max(least, min(row_id(given), least + MOST))


def add_row(draft: Draft, what: str) -> None:
    """Add an empty problem ("problem"), part ("p2") or measure ("p2s0"); or leave out all words without a place ("leave_out")."""
    if what == "leave_out":
        for piece in draft.waiting:
            piece.place = places.LEFT_OUT
    if what == "problem":
        key = f"p{len(draft.problems)}"
        row = ProblemDraft(key, True, str(len(draft.problems) + 1), "", Category.OTHER, ProblemKind.CONCENTRATED)
        row.subs.append(SubDraft(f"{key}s0", "", ""))
        draft.problems.append(row)
        return
    for problem in draft.problems:
        if problem.key == what:
            problem.subs.append(SubDraft(f"{what}s{len(problem.subs)}", str(len(problem.subs) + 1), ""))
        for sub in problem.subs:
            if sub.key == what:
                sub.clauses.append(ClauseDraft(f"{what}c{len(sub.clauses)}", True, ""))


def place_pieces(draft: Draft) -> None:
    """Move the words a person placed: into a problem, a part or a measure, as a measure of its own, or to the round's note."""
    note = {places.ORGANISATION: _("组织整改情况：%(text)s"), places.ENDING: _("结尾：%(text)s")}
    problems = {problem.key: problem for problem in draft.problems}
    subs = {sub.key: sub for problem in draft.problems for sub in problem.subs}
    clauses = {clause.key: clause for sub in subs.values() for clause in sub.clauses}
    for piece in draft.pieces:
        if piece.place in note:
            draft.fields["note"] = f"{draft.fields['note']}\n{note[piece.place] % {'text': piece.text}}".strip()
        elif piece.place in problems:
            problems[piece.place].title = f"{problems[piece.place].title}\n{piece.text}".strip()
        elif piece.place in clauses:
            clauses[piece.place].text = f"{clauses[piece.place].text}{piece.text}"
        elif piece.place.removesuffix("+") in subs:
            sub = subs[piece.place.removesuffix("+")]
            if piece.place.endswith("+"):
                sub.clauses.append(ClauseDraft(f"{sub.key}c{len(sub.clauses)}", True, piece.text))
            else:
                sub.title = f"{sub.title}\n{piece.text}".strip()


# ---- judged ----------------------------------------------------------------------------------------------------------


@dataclass
class Judged:
    """What is to be written: days and departments in place of the texts."""

    days: dict[str, dt.date | None]
    units: dict[str, Unit]


def judge(draft: Draft, units: Mapping[str, Unit]) -> Judged:
    """Check everything that was typed; what is wrong stands in `draft.errors` by field name."""
    errors = draft.errors = {}
    days: dict[str, dt.date | None] = {}
    for name in ("inspected_from", "inspected_to", "feedback_on", "due"):
        days[name] = _day(draft.fields[name], name, errors)
    for name in ("code", "name", "body", "feedback_on"):
        if not draft.fields[name]:
            errors[name] = _("请填写。")
    if draft.fields["kind"] not in RoundKind.values:
        errors["kind"] = _("请从列表中选择。")
    taken = [p for p in draft.problems if p.take]
    if not taken:
        errors["problems"] = _("至少要保留一个问题。")
    codes: set[str] = set()
    for problem in taken:
        _judge_problem(problem, codes, errors)
        for sub in problem.subs:
            for clause in sub.clauses:
                if not clause.take:
                    continue
                days[clause.key] = _day(clause.due, f"{clause.key}-due", errors)
                if not clause.text:
                    errors[f"{clause.key}-text"] = _("请填写，或取消勾选。")
                chosen = clause.unit or draft.fields["unit"]
                if chosen not in units:
                    errors["unit" if not clause.unit else f"{clause.key}-unit"] = _("请选择责任部门。")
    _judge_pieces(draft, units, errors)
    return Judged(days, dict(units))


def _judge_pieces(draft: Draft, units: Mapping[str, Unit], errors: dict[str, str]) -> None:
    """Every piece needs a place that is saved; a new measure needs the default department."""
    untaken = {p.key for p in draft.problems if not p.take}
    untaken |= {c.key for p in draft.problems for s in p.subs for c in s.clauses if not c.take}
    for piece in draft.pieces:
        if not piece.place:
            errors[f"{piece.key}-place"] = _("第 %(line)s 行的文字：请选择归入何处，或选“不采用”。") % {"line": piece.line}
        elif piece.place in untaken or piece.place.partition("s")[0] in untaken:
            errors[f"{piece.key}-place"] = _("所选的问题或措施没有勾选采用，请另选。")
        elif piece.place.endswith("+") and draft.fields["unit"] not in units:
            errors["unit"] = _("请选择责任部门。")


def _judge_problem(problem: ProblemDraft, codes: set[str], errors: dict[str, str]) -> None:
    if not problem.title:
        errors[f"{problem.key}-title"] = _("请填写，或取消勾选。")
    if not problem.code or len(problem.code) > CODE_LENGTH:
        errors[f"{problem.key}-code"] = _("编号须有，且不超过 %(most)s 字。") % {"most": CODE_LENGTH}
    elif problem.code in codes:
        errors[f"{problem.key}-code"] = _("编号重复，请更换。")
    codes.add(problem.code)
    if problem.category not in Category.values:
        errors[f"{problem.key}-category"] = _("请从列表中选择。")
    if problem.kind not in ProblemKind.values:
        errors[f"{problem.key}-kind"] = _("请从列表中选择。")
    seen: set[str] = set()
    for sub in problem.subs:
        if len(sub.no) > NO_LENGTH:
            errors[f"{sub.key}-no"] = _("序号不超过 %(most)s 字。") % {"most": NO_LENGTH}
        elif sub.no in seen:
            errors[f"{sub.key}-no"] = _("序号重复，请更换。")
        seen.add(sub.no)


def _day(text: str, name: str, errors: dict[str, str]) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        errors[name] = _("日期格式如 2025-03-01。")
        return None
