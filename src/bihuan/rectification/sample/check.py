"""Prove the sample against itself: every reference exists, stories can be replayed, separation of persons holds. No Django.

`faults(sample)` returns sentences for the developer, each naming the file's row; an empty list is a sound sample.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from bihuan.people.sample.load import HEAD_ROLES, Administrator, Court, Person

from .load import Sample
from .shapes import Criterion, Problem
from .stories import story_faults
from .verdicts import COUNTS, KEYS

ROLES = {
    *("president", "leader", "head", "judge", "clerk", "dept_clerk", "rectification_office", "trial_management"),
    *("filing_head", "enforcement_head", "fund_keeper", "finance", "committee_member", "committee_secretary"),
    *("petition_office", "inspection_office", "party_discipline", "stationed_discipline", "political"),
    *("party_committee", "office", "archive"),
}
CATEGORIES = {"decisions", "conduct", "organisation", "earlier", "other"}
KINDS = {"at_once", "concentrated", "long_term"}


def faults(sample: Sample) -> list[str]:
    """Everything that does not fit. Stories are walked once all they refer to exists."""
    found = [
        *court_faults(sample.court),
        *_frame(sample),
        *_readings(sample),
        *_duties(sample),
        *(fault for problem in sample.problems for fault in _problem(sample, problem)),
    ]
    return found or [f for problem, measure in sample.measures() for f in story_faults(sample, problem, measure)]


def court_faults(court: Court) -> Iterator[str]:
    """What does not fit in the court itself."""
    accounts: list[Person | Administrator] = [*court.people, *court.administrators]
    for what, values in {
        "unit": [u.code for u in court.units],
        "post": [p.code for p in court.posts],
        "user name": [p.username for p in accounts],
        "name": [p.name for p in accounts],
        "number": [p.number for p in accounts],
    }.items():
        yield from (f"court: {what} {value} stands {n} times" for value, n in Counter(values).items() if n > 1)
    for post in court.posts:
        yield from _unknown(f"post {post.code}: unit", [post.unit], court.unit)
        yield from _unknown(f"post {post.code}: role", post.roles, ROLES)
    for person in court.people:
        yield from _unknown(f"{person.username}: post", (held.post for held in person.posts), court.post)
        if not person.posts:
            yield f"{person.username}: holds no post"
        last = [held.until for held in person.posts]
        if person.left and (None in last or person.left < max(day for day in last if day)):
            yield f"{person.username}: left on {person.left} but holds a post after it"
    if sorted(a.admin_role for a in court.administrators) != ["audit", "security", "system"]:
        yield "court: there have to be just the three administrators system, security and audit"
    for unit in court.units:
        if unit.kind == "body":
            continue
        heads = [
            p.username
            for p in court.people
            if any(
                post.unit == unit.code and HEAD_ROLES & set(post.roles)
                for post in court.posts_of(p.username, court.as_of)
            )
        ]
        if len(heads) != 1:
            yield f"unit {unit.code}: heads {heads} on {court.as_of}, there has to be one"
        if court.leader_of(unit.code, court.as_of) is None:
            yield f"unit {unit.code}: no leader in charge on {court.as_of}"
    for lead in court.leads:
        yield from _unknown("leads: post", [lead.post], court.post)
        yield from _unknown(f"leads of {lead.post}: unit", lead.units, court.unit)
    for row in court.delegations:
        yield from _unknown("delegations", [row.person, row.deputy], court.person)
    yield from _unknown("leaves", (row.person for row in court.leaves), court.person)
    for given in court.handovers:
        yield from _unknown("handovers", [given.giver, given.taker], court.person)
        yield from _unknown("handovers: unit", [given.unit], court.unit)


def _unknown(what: str, values: Iterable[str], known: Any) -> Iterator[str]:
    yield from (f"{what} {value} does not exist" for value in values if value not in known)


def _in_court(court: Court, where: str, username: str, day: dt.date) -> Iterator[str]:
    if username not in court.person:
        yield f"{where}: person {username} does not exist"
    elif not court.in_court(username, day):
        yield f"{where}: {username} holds no post on {day}"


def _frame(sample: Sample) -> Iterator[str]:
    court = sample.court
    for row in sample.rounds:
        days = [row.inspected_from, row.inspected_to, row.feedback_on, row.plan.approved_on, row.period_end]
        if days != sorted(days):
            yield f"round {row.code}: inspection, feedback, approval and end of the period are not in order"
        if row.plan.meeting not in sample.meeting:
            yield f"round {row.code}: meeting {row.plan.meeting} does not exist"
        elif sample.meeting[row.plan.meeting].day != row.plan.approved_on:
            yield f"round {row.code}: the plan was approved on another day than its meeting"
        yield from _in_court(court, f"plan of {row.code}", row.plan.submitted_by, row.plan.submitted_on)
        if "president" not in court.roles_of(row.plan.approved_by, row.plan.approved_on):
            yield f"round {row.code}: the plan is approved by the president, not by {row.plan.approved_by}"
        for node in row.milestones:
            yield from _in_court(court, f"milestone {node.kind} of {row.code}", node.by, node.done_on)
        twice = [kind for kind, n in Counter(node.kind for node in row.milestones).items() if n > 1]
        if twice:
            yield f"round {row.code}: milestones {twice} stand twice"
    for meeting in sample.meetings:
        for username in (meeting.chair, meeting.recorder):
            yield from _in_court(court, f"meeting {meeting.code}", username, meeting.day)
    for what, values in {
        "minutes number": [m.minutes_no for m in sample.meetings],
        "problem": [f"{p.round} {p.code}" for p in sample.problems],
        "measure": [f"{p.round} {m.code}" for p, m in sample.measures()],
    }.items():
        yield from (f"{what} {value} stands {n} times" for value, n in Counter(values).items() if n > 1)


def _readings(sample: Sample) -> Iterator[str]:
    court = sample.court
    sources = {row.code: row for row in sample.sources}
    for source in sample.sources:
        yield from _unknown(f"source {source.code}: unit", [source.unit], court.unit)
        if source.owner_role not in court.roles_of(source.owner, sample.as_of):
            yield f"source {source.code}: {source.owner} does not have the role {source.owner_role}"
    for row in sample.imports:
        yield from _in_court(court, f"import of {row.period}", row.by, row.day)
        if not f"{row.day:%Y-%m}" > row.period:
            yield f"import of {row.period} on {row.day} came before the month was over"
    for figure in sample.figures:
        yield from _unknown(f"figure {figure.code}: source", [figure.source], sources)
        yield from _unknown(f"figure {figure.code}: period", figure.values, sample.imported_on)
        if figure.direction not in ("lower", "higher", "range"):
            yield f"figure {figure.code}: direction {figure.direction} is not known"
        wanted = 2 if figure.denominator else 1
        wrong = [period for period, numbers in figure.values.items() if len(numbers) != wanted]
        if wrong:
            yield f"figure {figure.code}: periods {wrong} do not have {wanted} numbers"


def _duties(sample: Sample) -> Iterator[str]:
    for duty in sample.duties:
        yield from _unknown(f"duty {duty.code}: unit", [duty.unit], sample.court.unit)
        yield from _unknown(f"duty {duty.code}: role", [duty.owner_role], ROLES)
        yield from _in_court(sample.court, f"duty {duty.code}", duty.records.by, duty.records.until)
        days = set(duty.occurrences(sample.as_of))
        stray = [str(day) for day in (*duty.records.missed, *duty.records.late) if day not in days]
        if stray:
            yield f"duty {duty.code}: {stray} are no days of its rule"


def _problem(sample: Sample, problem: Problem) -> Iterator[str]:
    court, where = sample.court, f"problem {problem.code}"
    yield from _unknown(f"{where}: round", [problem.round], sample.round)
    yield from _unknown(f"{where}: category", [problem.category], CATEGORIES)
    yield from _unknown(f"{where}: kind", [problem.kind], KINDS)
    yield from _unknown(f"{where}: unit", [problem.lead_unit], court.unit)
    approved = sample.round[problem.round].plan.approved_on
    if not court.roles_of(problem.leader, approved) & {"president", "leader"}:
        yield f"{where}: {problem.leader} is not a leader"
    numbers = {sub.number for sub in problem.subproblems}
    for measure in problem.measures:
        here = f"measure {measure.code}"
        yield from _unknown(f"{here}: sub-problem", [measure.subproblem], numbers)
        yield from _unknown(f"{here}: unit", (measure.lead_unit, *measure.co_units), court.unit)
        if measure.lead_unit in measure.co_units:
            yield f"{here}: the lead unit stands among the others too"
        if not approved <= measure.starts <= measure.due:
            yield f"{here}: plan approved, start and due day are not in order"
        if court.leader_of(measure.lead_unit, measure.starts) != measure.leader:
            yield f"{here}: {measure.leader} is not in charge of {measure.lead_unit}"
        if measure.lead_unit not in court.units_of(measure.person, measure.starts):
            yield f"{here}: {measure.person} does not belong to {measure.lead_unit}"
        if not measure.criteria:
            yield f"{here}: has no criterion"
        for criterion in measure.criteria:
            yield from _criterion(sample, here, criterion)
        if problem.kind == "long_term" and not measure.targets:
            yield f"{here}: a long-term measure needs a staged target"
        if problem.kind != "long_term" and measure.due > sample.round[problem.round].period_end:
            yield f"{here}: due after the concentrated period; plan it inside and extend it by a change"
    unused = numbers - {measure.subproblem for measure in problem.measures}
    if unused:
        yield f"{where}: sub-problems {sorted(unused)} have no measure"


def _criterion(sample: Sample, where: str, criterion: Criterion) -> Iterator[str]:
    if criterion.kind not in KEYS:
        yield f"{where}: criterion kind {criterion.kind} does not exist"
        return
    must, may = KEYS[criterion.kind]
    given = criterion.params
    if not must <= given.keys() <= must | may:
        yield f"{where}: {criterion.kind} has {sorted(given)}, it needs {sorted(must)} and may have {sorted(may)}"
        return
    known: dict[str, Any] = {
        "figure": sample.figure,
        "rule": {rule.code for rule in sample.rules},
        "level": {"unit", "court"},
        "duty": sample.duty,
        "kind": {row.code for row in sample.evidence_kinds},
        "count": COUNTS,
        "person": {"", *sample.court.person},
    }
    for key, values in known.items():
        if key in given:
            yield from _unknown(f"{where}: {criterion.kind}: {key}", [given[key]], values)
    if criterion.kind == "reading_range" and not {"low", "high"} & given.keys():
        yield f"{where}: reading_range needs low or high"
