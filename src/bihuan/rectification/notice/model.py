"""What a published rectification notice says, as plain data.

Every ``span`` is a pair of character offsets ``(start, end)`` into the text that was read, so that a page can show the
text and the proposed structure side by side. Strings are printed as in the notice; nothing is re-worded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from .messages import MESSAGES

Span = tuple[int, int]
FigureKind = Literal["result", "standard", "threshold", "plan", "approximate"]
PartRole = Literal["group", "list", "organisation", "next", "other"]


class NotThisGenre(ValueError):
    """The text is readable, but it is not a published notice of inspection rectification.

    ``code`` is one of the ``not.*`` keys of :data:`~.messages.MESSAGES`; ``params`` fills its template.
    """

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params: dict[str, object] = params
        super().__init__(MESSAGES[code] % params)


class UnreadableNotice(ValueError):
    """The file cannot be turned into text (``file.*`` codes of :data:`~.messages.MESSAGES`)."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params: dict[str, object] = params
        super().__init__(MESSAGES[code] % params)


@dataclass(frozen=True, slots=True)
class Remark:
    """A doubt about the reading: a code of ``messages.MESSAGES``, its parameters and the line (from 1)."""

    code: str
    line: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, "line": self.line, "params": dict(self.params)}


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A piece of text that found no place in the structure; kept so that a person can decide."""

    line: int
    text: str
    span: Span
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {"line": self.line, "text": self.text, "span": list(self.span), "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Placed:
    """A span of the text and what it is (title, opening, heading, label, measures, contacts, signature ...)."""

    span: Span
    role: str

    def to_json(self) -> dict[str, Any]:
        return {"span": list(self.span), "role": self.role}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a file held around the notice and was not taken into its text: page numbers, running heads, navigation."""

    text: str
    reason: str
    page: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "reason": self.reason, "page": self.page}


@dataclass(slots=True)
class Source:
    """A file as text. ``levels``: level of each heading known by style, by the offset of its line. ``tables``: rows of
    cells as spans of the text (a cell merged over rows or columns is the same span again). ``remarks``: doubts about the
    file itself. ``facts``: what a page's head says (title, published), where the text does not.
    """

    text: str
    levels: dict[int, int] = field(default_factory=dict)
    tables: list[list[list[Span]]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """A structure for ``json.dumps``, read again by :meth:`from_json`."""
        return {
            "text": self.text,
            "levels": sorted(self.levels.items()),
            "tables": self.tables,
            "left_out": [one.to_json() for one in self.left_out],
            "remarks": [one.to_json() for one in self.remarks],
            "facts": self.facts,
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Source:
        """The source that :meth:`to_json` wrote."""
        return cls(
            given["text"],
            {int(at): int(level) for at, level in given["levels"]},
            [[[(int(a), int(b)) for a, b in row] for row in table] for table in given["tables"]],
            [LeftOut(**one) for one in given["left_out"]],
            [Remark(one["code"], one["line"], one["params"]) for one in given["remarks"]],
            dict(given["facts"]),
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit. ``as_of`` is ISO (year, year-month or day) or, when no year is known, as printed."""

    text: str
    value: float | int
    unit: str
    as_of: str | None
    kind: FigureKind
    span: Span
    year_inferred: bool = False
    approximate: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "value": self.value,
            "unit": self.unit,
            "as_of": self.as_of,
            "kind": self.kind,
            "span": list(self.span),
            "year_inferred": self.year_inferred,
            "approximate": self.approximate,
        }


@dataclass(frozen=True, slots=True)
class Clause:
    """One step of the rectification text: a proposal for a measure (never counted as one by itself)."""

    text: str
    span: Span
    mark: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "span": list(self.span), "mark": self.mark}


@dataclass(slots=True)
class Subproblem:
    """A numbered sub-problem, or (``no`` and ``title`` None) the text that stands directly under a problem.

    ``result_text`` is a column of its own in a table; everywhere else measures and results are one text. ``details``
    are named lines or cells such as 责任部门. ``marks`` are the spans of headings, labels, numbers and status lines: with
    the texts they are all that this part holds of the notice.
    """

    no: str | None
    title: str | None
    measures_text: str
    span: Span
    title_span: Span | None
    measures_span: Span
    label: str | None = None
    status: str | None = None
    parent: dict[str, Any] | None = None
    figures: list[Figure] = field(default_factory=list)
    rules_named: list[str] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    result_text: str | None = None
    result_span: Span | None = None
    details: dict[str, str] = field(default_factory=dict)
    marks: list[Span] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "no": self.no,
            "title": self.title,
            "measures_text": self.measures_text,
            "figures": [f.to_json() for f in self.figures],
            "rules_named": list(self.rules_named),
            "clauses": [c.to_json() for c in self.clauses],
            "label": self.label,
            "status": self.status,
            "parent": self.parent,
            "result_text": self.result_text,
            "details": dict(self.details),
            "span": list(self.span),
            "title_span": list(self.title_span) if self.title_span else None,
            "measures_span": list(self.measures_span),
            "result_span": list(self.result_span) if self.result_span else None,
        }


@dataclass(slots=True)
class Problem:
    """A problem as fed back, under its section (the printed mark of its group), with its parts."""

    section: str | None
    no: str | None
    title: str
    span: Span
    title_span: Span
    subproblems: list[Subproblem] = field(default_factory=list)
    marks: list[Span] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "section": self.section,
            "no": self.no,
            "title": self.title,
            "subproblems": [s.to_json() for s in self.subproblems],
            "span": list(self.span),
            "title_span": list(self.title_span),
        }


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with all that stands under it: a group of problems, or a part that is no problem at all.

    ``label`` and ``title`` are empty where paragraphs stand without a heading. ``heading`` is the heading's own span.
    """

    label: str
    title: str
    span: Span
    role: PartRole
    heading: Span | None = None

    def to_json(self) -> dict[str, Any]:
        return {"label": self.label, "title": self.title, "span": list(self.span), "role": self.role}


@dataclass(frozen=True, slots=True)
class StatedCount:
    """A total the notice states about itself: ``of`` problems, aspects, kinds, measures, rules, done, staged, undone, rate."""

    of: str
    value: float | int
    unit: str
    text: str
    span: Span

    def to_json(self) -> dict[str, Any]:
        return {
            "of": self.of,
            "value": self.value,
            "unit": self.unit,
            "text": self.text,
            "span": list(self.span),
        }


@dataclass(slots=True)
class Contacts:
    phone: str | None = None
    mail: str | None = None
    post: str | None = None
    postcode: str | None = None
    phones: list[str] = field(default_factory=list)
    span: Span | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "phone": self.phone,
            "mail": self.mail,
            "post": self.post,
            "postcode": self.postcode,
            "phones": list(self.phones),
            "span": list(self.span) if self.span else None,
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


@dataclass(slots=True)
class Notice:
    """The whole notice. What it does not say is None (with a warning), never guessed."""

    name: str
    text: str
    title: str | None = None
    title_span: Span | None = None
    document_word: str | None = None
    organisation: str | None = None
    inspecting_body: str | None = None
    inspection_kind: str | None = None
    inspection_round: str | None = None
    inspection_period: str | None = None
    inspection_from: date | None = None
    inspection_to: date | None = None
    feedback_on: date | None = None
    published_on: date | None = None
    signed_on: date | None = None
    signed_by: str | None = None
    opening_span: Span | None = None
    sections: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rules_made_count: int | None = None
    measures_count: int | None = None
    stated_counts: list[StatedCount] = field(default_factory=list)
    contacts: Contacts = field(default_factory=Contacts)
    marks: list[Placed] = field(default_factory=list)
    table_spans: list[Span] = field(default_factory=list)
    page: list[Unplaced] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """A structure for ``json.dumps``; dates are ISO strings, spans are two-element lists."""
        return {
            "title": self.title,
            "inspecting_body": self.inspecting_body,
            "inspection_kind": self.inspection_kind,
            "inspection_from": _iso(self.inspection_from),
            "inspection_to": _iso(self.inspection_to),
            "feedback_on": _iso(self.feedback_on),
            "published_on": _iso(self.published_on),
            "sections": list(self.sections),
            "problems": [p.to_json() for p in self.problems],
            "rules_made_count": self.rules_made_count,
            "measures_count": self.measures_count,
            "contacts": self.contacts.to_json(),
            "name": self.name,
            "organisation": self.organisation,
            "document_word": self.document_word,
            "inspection_round": self.inspection_round,
            "inspection_period": self.inspection_period,
            "signed_on": _iso(self.signed_on), "signed_by": self.signed_by,
            "title_span": list(self.title_span) if self.title_span else None,
            "opening_span": list(self.opening_span) if self.opening_span else None,
            "parts": [p.to_json() for p in self.parts],
            "stated_counts": [c.to_json() for c in self.stated_counts],
            "marks": [p.to_json() for p in self.marks],
            "page": [u.to_json() for u in self.page],
            "left_out": [u.to_json() for u in self.left_out],
            "warnings": [w.to_json() for w in self.warnings],
            "unplaced": [u.to_json() for u in self.unplaced],
        }
