"""The three lists as tables: the same headings and merges for Word and the sheet, so that what goes out comes back in."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from bihuan.kernel import paper as layout

from ..plan_lists.columns import ALIASES
from ..plan_lists.model import Lists, MeasureItem, ProblemItem, SubItem

_PROBLEMS = ("problem_no", "category", "problem_title", "problem", "sub_no", "sub_title", "sub", "cause", "kind", "grade",
             "problem_leader")  # fmt: skip
_TASKS = ("problem_no", "sub_no", "measure_no", "measure", "standard", "starts", "due")
_OWNERS = ("measure_no", "leader", "lead_unit", "co_unit", "person")
#: Columns of a problem or part, whose equal neighbours are one merged cell.
_MERGED = {"problem_no", "category", "problem_title", "problem", "cause", "kind", "grade", "problem_leader", "sub_no",
           "sub_title", "sub"}  # fmt: skip
_OF_PROBLEM = _MERGED - {"sub_no", "sub_title", "sub"}
_WIDTHS = {  # mm on A4 across (225 mm); sheets use half as many characters
    "problem_no": 15, "category": 22, "problem_title": 26, "problem": 42, "sub_no": 14, "sub_title": 18, "sub": 32,
    "cause": 26, "kind": 14, "grade": 12, "problem_leader": 14, "measure_no": 22, "measure": 74, "standard": 54,
    "starts": 27, "due": 27, "leader": 34, "lead_unit": 52, "co_unit": 73, "person": 40,
}  # fmt: skip
_CENTRED = {"problem_no", "sub_no", "kind", "grade", "problem_leader", "measure_no", "starts", "due", "leader", "person",
            "lead_unit"}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One list: its title, the roles of its columns, rows of values, and for each row the ids its merges follow."""

    title: str
    roles: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    groups: list[tuple[int, int]]

    @property
    def headings(self) -> list[str]:
        """Headings the reader knows. They are the file's format, hence not translated."""
        return ["牵头领导" if role == "problem_leader" else ALIASES[role][0] for role in self.roles]

    def merges(self) -> list[tuple[int, int, int]]:
        """(column, first row, last row) of cells to be merged, rows from 0."""
        found = []
        for column, role in enumerate(self.roles):
            if role not in _MERGED:
                continue
            level = 0 if role in _OF_PROBLEM else 1
            start = 0
            for n in range(1, len(self.rows) + 1):
                if n == len(self.rows) or self.groups[n][: level + 1] != self.groups[start][: level + 1]:
                    if n - start > 1:
                        found.append((column, start, n - 1))
                    start = n
        return found


def sheets(lists: Lists) -> list[Sheet]:
    """问题清单, 任务清单, 责任清单."""
    problems, tasks, owners = ([] for _n in range(3))  # type: list[Any], list[Any], list[Any]
    groups: list[list[tuple[int, int]]] = [[], [], []]
    for p, problem in enumerate(lists.problems):
        for s, sub in enumerate(problem.subs):
            problems.append(_problem(problem, sub))
            groups[0].append((p, s))
            for measure in sub.measures:
                tasks.append((problem.code, sub.no, *_task(measure)))
                groups[1].append((p, s))
                owners.append(_owner(measure))
                groups[2].append((p, s))
    return [
        Sheet("问题清单", _PROBLEMS, problems, groups[0]),
        Sheet("任务清单", _TASKS, tasks, groups[1]),
        Sheet("责任清单", _OWNERS, owners, groups[2]),
    ]


def _problem(problem: ProblemItem, sub: SubItem) -> tuple[Any, ...]:
    return (
        problem.code, problem.category, problem.title, problem.verbatim, sub.no, sub.title, sub.verbatim,
        problem.root_cause, problem.kind, problem.grade, "、".join(problem.leaders),
    )  # fmt: skip


def _task(measure: MeasureItem) -> tuple[Any, ...]:
    due: Any = measure.due or measure.due_words
    if measure.due and measure.due_words:
        due = f"{measure.due_words}，{layout.day(measure.due)}前"
    return measure.code, measure.text, measure.completion_standard, measure.starts, due


def _owner(measure: MeasureItem) -> tuple[Any, ...]:
    names = (measure.leaders, measure.lead_units, measure.co_units, measure.persons)
    return measure.code, *("、".join(held) for held in names)


def shown(value: Any) -> str:
    """A value as the Word table prints it."""
    if isinstance(value, dt.date):
        return layout.day(value)
    return "" if value is None else str(value)


def as_docx(lists: Lists, *, title: str, below: str = "") -> bytes:
    """The three lists on A4 across, each on a page of its own, merged as they belong together."""
    document = layout.new_document(title=title, landscape=True)
    layout.title(document, title, below)
    for number, sheet in enumerate(sheets(lists)):
        head = layout.heading(document, f"{number + 1}. {sheet.title}")
        head.paragraph_format.page_break_before = number > 0
        _word_table(document, sheet)
    if not lists.problems:
        layout.paragraph(document, _("（尚未录入反馈问题）"), indent=2)
    return layout.content(document)


def _word_table(document: Any, sheet: Sheet) -> None:
    widths = _fitted(sheet.roles, 225)
    centred = [n for n, role in enumerate(sheet.roles) if role in _CENTRED]
    rows = [[shown(value) for value in row] for row in sheet.rows]
    covered = {(row, column) for column, first, last in sheet.merges() for row in range(first + 1, last + 1)}
    blanked = [["" if (r, c) in covered else v for c, v in enumerate(row)] for r, row in enumerate(rows)]
    made = layout.table(document, sheet.headings, blanked, widths, size=layout.SIZE_5, centred=centred)
    grid = list(made.rows)
    for column, first, last in sheet.merges():
        for n in range(first, last + 1):
            layout.merge_down(grid[n + 1]._tr.tc_lst[column], restart=n == first)


def _fitted(roles: Sequence[str], total: float) -> list[float]:
    wanted = [float(_WIDTHS[role]) for role in roles]
    return [width * total / sum(wanted) for width in wanted]


def as_xlsx(lists: Lists) -> bytes:
    """The three lists as three sheets with merged cells; days are real dates, text is never a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    head = book.add_format({"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True})
    body = {"border": 1, "valign": "vcenter", "text_wrap": True, "num_format": "@"}
    text, day = book.add_format(body), book.add_format(body | {"num_format": 'yyyy"年"m"月"d"日"', "align": "center"})
    for sheet in sheets(lists):
        page = book.add_worksheet(sheet.title)
        page.set_landscape()
        page.set_paper(9)
        page.repeat_rows(0)
        page.freeze_panes(1, 0)
        page.fit_to_pages(1, 0)
        for column, heading in enumerate(sheet.headings):
            page.set_column(column, column, _WIDTHS[sheet.roles[column]] / 2 + 2)
            page.write_string(0, column, heading, head)
        merges = sheet.merges()
        covered = {(r, c) for c, first, last in merges for r in range(first + 1, last + 1)}
        for r, row in enumerate(sheet.rows):
            for c, value in enumerate(row):
                if (r, c) in covered:
                    continue
                if isinstance(value, dt.date):
                    page.write_datetime(r + 1, c, dt.datetime.combine(value, dt.time()), day)
                elif value:
                    page.write_string(r + 1, c, layout.clean(value), text)
                else:
                    page.write_blank(r + 1, c, None, text)
        for c, first, last in merges:
            value = sheet.rows[first][c]
            page.merge_range(first + 1, c, last + 1, c, "", text)
            if value:
                page.write_string(first + 1, c, layout.clean(value), text)
    book.close()
    return out.getvalue()
