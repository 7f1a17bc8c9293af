"""What a notice says about the inspection as a whole, against the round: who, when, how many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..models import InspectionRound, OutcomeKind
from ..notice import Notice
from .notice_likeness import bare


@dataclass
class Fact:
    """A statement with both values. `status`: same, differs, unsaid."""

    label: str
    said: str
    held: str
    status: str


def compare_facts(notice: Notice, round_: InspectionRound, ledger: Any, problems: Iterable[Any]) -> list[Fact]:
    """Who inspected, when, and the totals the notice states beside the numbers of the ledger."""
    taken = list(problems)
    outcomes = [o for held in ledger.outcomes.values() for o in held if o.kind == OutcomeKind.RULE_MADE]
    return [
        _words(_("巡察机构"), notice.inspecting_body, round_.body),
        _day(_("进驻日期"), notice.inspection_from, round_.inspected_from),
        _day(_("撤离日期"), notice.inspection_to, round_.inspected_to),
        _day(_("反馈日期"), notice.feedback_on, round_.feedback_on),
        _number(_("问题数（通报逐条列出的）"), len(taken) or None, len(ledger.problems)),
        _number(_("问题数（通报自称的）"), _stated(notice, "problems"), len(ledger.problems)),
        _number(_("整改措施数（通报自称的）"), notice.measures_count, sum(len(m) for m in ledger.measures.values())),
        _number(_("制度数（通报自称的）"), notice.rules_made_count, sum(o.number for o in outcomes)),
    ]


def _stated(notice: Notice, of: str) -> int | None:
    return next((int(count.value) for count in notice.stated_counts if count.of == of), None)


def _words(label: str, said: str | None, held: str) -> Fact:
    one, other = bare(said or ""), bare(held)
    # A notice leaves out what its readers know: 市委第五巡察组 of 中共某某市委第五巡察组.
    same = bool(one) and (other.endswith(one) or one.endswith(other))
    return Fact(label, said or "", held, "same" if same else "differs" if said else "unsaid")


def _day(label: str, said: dt.date | None, held: dt.date | None) -> Fact:
    status = "unsaid" if said is None else "same" if said == held else "differs"
    return Fact(label, _shown(said), _shown(held), status)


def _shown(day: dt.date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def _number(label: str, said: int | None, held: int) -> Fact:
    status = "unsaid" if said is None else "same" if said == held else "differs"
    return Fact(label, "" if said is None else str(said), str(held), status)
