"""From the rows of a table to problems: a merged or empty problem cell goes on with the problem above it."""

from __future__ import annotations

import re

from .clauses import read_rules, split_clauses
from .figures import read_figures
from .headings import bare_title, read_label
from .marks import read_mark
from .model import Notice, Part, Placed, Problem, Remark, Span, Subproblem
from .tables import Row, Table


def add_table(notice: Notice, norm: str, table: Table, section: str | None) -> None:
    """Add the table's problems to the notice; ``section`` is the printed mark of the group it stands in."""
    notice.marks += [Placed(cell, "table_head") for cell in dict.fromkeys(table.head)]
    notice.table_spans.append(table.span)
    line = norm.count("\n", 0, table.span[0]) + 1
    heads = [*(norm[slice(*table.head[at])] for at in table.columns.values() if at < len(table.head))]
    notice.warnings.append(Remark("table.columns", line, {"columns": "、".join(heads)}))
    problem: Problem | None = None
    cells: dict[str, Span] = {}
    for index, row in enumerate(table.rows):
        if index in table.sections:
            section = _section(notice, norm, table.sections[index])
            problem = None
            continue
        before, cells = cells, _named(row, table.columns)
        if "group" in cells and notice.text[slice(*cells["group"])] != notice.text[slice(*before.get("group", (0, 0)))]:
            section = _section(notice, norm, cells["group"])
        asked = cells.get("problem")
        if problem is None or (asked and asked != before.get("problem", asked if problem is None else None)):
            if asked is None:
                for cell in cells.values():
                    notice.marks.append(Placed(cell, "table_head"))
                continue
            problem = _problem(notice, norm, asked, cells, section)
            notice.problems.append(problem)
        elif asked is None:
            cells["problem"] = before.get("problem", problem.title_span)
        if "group" in cells:
            problem.marks.append(cells["group"])
        sub = _sub(notice, norm, row, cells, table)
        problem.subproblems.append(sub)
        problem.span = (problem.span[0], max(problem.span[1], sub.span[1]))


def _named(row: Row, columns: dict[str, int]) -> dict[str, Span]:
    return {role: row[at] for role, at in columns.items() if at < len(row) and row[at][0] < row[at][1]}


def _section(notice: Notice, norm: str, cell: Span) -> str:
    words = norm[slice(*cell)]
    mark = read_mark(words)
    length = mark.length if mark else 0
    label = notice.text[cell[0] : cell[0] + length].strip() or notice.text[slice(*cell)]
    title = notice.text[cell[0] + length : cell[1]] if mark else notice.text[slice(*cell)]
    if not any((part.label, part.title) == (label, title) for part in notice.parts):
        notice.parts.append(Part(label, title, cell, "group", cell))
    return label


def _titled(notice: Notice, norm: str, cell: Span) -> tuple[str | None, str, Span]:
    """(number, title, its span) of a cell: its mark, then its words without 关于…的问题 and line breaks."""
    words = norm[slice(*cell)]
    mark = read_mark(words)
    skip = mark.length if mark else 0
    begin, end = bare_title(words[skip:].replace("\n", " "))
    span = (cell[0] + skip + begin, cell[0] + skip + end)
    if span[0] >= span[1]:
        span = cell
    title = re.sub(r"\s*\n\s*", "", notice.text[slice(*span)])
    return (mark.printed if mark else None), title, span


def _problem(notice: Notice, norm: str, cell: Span, cells: dict[str, Span], section: str | None) -> Problem:
    no, title, span = _titled(notice, norm, cell)
    if "no" in cells:
        no = norm[slice(*cells["no"])].strip(" .、()") or no
    marks = [cells[role] for role in ("no", "group", "problem") if role in cells]
    return Problem(section, no, title, (min(m[0] for m in marks), cell[1]), span, marks=marks)


def _sub(notice: Notice, norm: str, row: Row, cells: dict[str, Span], table: Table) -> Subproblem:
    no: str | None = None
    title: str | None = None
    title_span: Span | None = None
    if "sub" in cells:
        no, title, title_span = _titled(notice, norm, cells["sub"])
    measures = cells.get("measures") or cells.get("result") or (row[-1][1], row[-1][1])
    result = cells.get("result") if "measures" in cells else None
    # A cell may repeat its label.
    marks = [cells[role] for role in ("no", "sub", "status") if role in cells]
    texts = []
    for span in (measures, result):
        label = read_label(norm[slice(*span)], awaited=False) if span else None
        if span and label:
            marks.append((span[0], span[0] + label.length))
            span = (span[0] + label.length, span[1])
        texts.append(span)
    measures, result = texts[0] or measures, texts[1]
    details = {}
    for at, words in table.details.items():
        if at < len(row) and row[at][0] < row[at][1]:
            details[words] = notice.text[slice(*row[at])]
            marks.append(row[at])
    sub = Subproblem(
        no=no, title=title, measures_text=notice.text[slice(*measures)],
        span=(min(c[0] for c in (*marks, measures)), max(c[1] for c in (*marks, measures, result or measures))),
        title_span=title_span, measures_span=measures,
        status=notice.text[slice(*cells["status"])] if "status" in cells else None,
        result_text=notice.text[slice(*result)] if result else None, result_span=result,
        details=details, marks=marks,
    )  # fmt: skip
    for span in (measures, result):
        if span is not None:
            _fill(notice, norm, sub, span)
    if not sub.measures_text:
        notice.warnings.append(Remark("measures.empty", norm.count("\n", 0, sub.span[0]) + 1, {"title": title or ""}))
    return sub


def _fill(notice: Notice, norm: str, sub: Subproblem, span: Span) -> None:
    line = norm.count("\n", 0, span[0]) + 1
    figures, remarks = read_figures(
        norm, notice.text, span, line, reference=notice.published_on, earliest=notice.feedback_on
    )
    notice.warnings += remarks
    sub.figures += figures
    sub.rules_named += [n for n in read_rules(norm, notice.text, span) if n not in sub.rules_named]
    if span == sub.measures_span:
        sub.clauses = split_clauses(norm, notice.text, span)
