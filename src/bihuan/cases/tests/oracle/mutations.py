"""Seeded changes to the facts of a court, of every kind the oracle knows: what a case system might export next."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from bihuan.cases.models import AgendaItem, Case, CaseGrant, CasePause, CaseTurn, Meeting, MeetingDefect, SearchRecord
from bihuan.kernel import clock

from .days import ONE, Day, ends_month, months_on
from .limits import CIVIL, CRIMINAL, ENFORCEMENT

COVERS = [Case, CasePause, CaseGrant, CaseTurn, SearchRecord, AgendaItem, MeetingDefect, Meeting]
GROUNDS = sorted(CIVIL | CRIMINAL | ENFORCEMENT | {"underlying_civil_dispute"})
UNLISTED = ["awaiting_superior", "judge_away", "panel_scheduling", "adjournment", "party_unreachable", "other"]
APPROVERS = ["president", "president", "president", "superior", "high_court", "supreme", "vice_president", "high_court_record", "division_head"]
PROCEDURES = {
    "民初": ["ordinary", "ordinary_single", "summary", "small"], "刑初": ["ordinary", "summary", "fast_track", "private"],
    "行初": ["ordinary", "summary"],
}  # fmt: skip
RIGHTLY = {"AD-01": "high_court", "CR-01": "superior", "CR-04": "superior", "CV-13": "superior"}
"""Who may extend first, where it is not the president."""
EDGES = [(16, 9), (15, 9), (14, 9), (14, 9), (60, 5), (60, 4), (60, 4), (60, 3), (60, 2), (11, 9), (10, 9), (9, 9), (5, 5), (4, 4), (30, -1)]
"""Days before the end on which an extension is applied for and decided: each lead time of 3.4, kept and missed by a day."""
EARLIEST = dt.date(2022, 1, 4)
"""The oracle's calendar begins here."""
CONDITIONS = ["death_penalty_possible", "incidental_civil_action", "complex_158", "over_three_years", "over_one_year"]


def _update(case: Case, **values: Any) -> None:
    Case.objects.filter(pk=case.pk).update(revision=case.revision + 1, **values)


def _between(draw: random.Random, first: Day, last: Day) -> Day:
    return first + ONE * draw.randint(0, max((last - first).days, 0))


def file_on_another_day(draw: random.Random, case: Case, on: Day) -> None:
    """Earlier, and now and then on the last of a month."""
    day = case.filed_on - ONE * draw.randint(1, 500)
    while draw.random() < 0.9 and not ends_month(day):
        day -= ONE
    day = max(day, EARLIEST)
    _update(case, filed_on=day, received_on=day)


def close(draw: random.Random, case: Case, on: Day) -> None:
    """Closed by a judgment."""
    _update(case, closed_on=_between(draw, case.filed_on, on), closing_manner="judgment")


def open_again(draw: random.Random, case: Case, on: Day) -> None:
    """The closing is taken back."""
    _update(case, closed_on=None, closing_manner="", effective_on=None)


def pause(draw: random.Random, case: Case, on: Day) -> None:
    """Days said not to count, on a ground of some list or of none, running or over."""
    first = _between(draw, case.filed_on - ONE * 5, min(on, case.closed_on or on))
    last = None if draw.random() < 0.25 else first + ONE * draw.randint(0, 90)
    ground = draw.choice(GROUNDS if draw.random() < 0.7 else UNLISTED)
    proved = ["all_parties_consent"] if draw.random() < 0.5 else []
    if not CasePause.objects.filter(case=case, ground=ground, first=first).exists():
        CasePause.objects.create(case=case, ground=ground, first=first, last=last, facts=proved)


def drop_a_pause(draw: random.Random, case: Case, on: Day) -> None:
    """A pause is voided."""
    CasePause.objects.filter(case=case, voided_at=None).update(voided_at=clock.now(), void_reason="误登")


def grant(draw: random.Random, case: Case, on: Day) -> None:
    """An extension around the end of the limit, by somebody, of some length, decided or not, granted or not."""
    near = case.raw_due or on
    applied = near - ONE * draw.choice([60, 30, 20, 16, 15, 14, 10, 9, 5, 4, 1, 0, -1, -5])
    decided = None if draw.random() < 0.15 else applied + ONE * draw.choice([0, 3, 9, 10, 11, 15, 30])
    length = draw.choice(["6m", "3m", "1m", "30d", "8m", "1.5m", ""])
    until = applied + ONE * draw.randint(10, 250) if draw.random() < 0.3 else None
    if CaseGrant.objects.filter(case=case, applied_on=applied).exists():
        return
    CaseGrant.objects.create(
        case=case, by=draw.choice(APPROVERS), term="" if until else length, until=until, applied_on=applied, decided_on=decided,
        decision="refused" if decided and draw.random() < 0.1 else "granted",
        facts=[draw.choice(CONDITIONS[:3])] if draw.random() < 0.6 else [],
    )  # fmt: skip


def grant_on_the_edge(draw: random.Random, case: Case, on: Day) -> None:
    """By whoever may, on the last day in time or the day after: of applying, or of deciding."""
    near = case.raw_due
    if near is None or CaseGrant.objects.filter(case=case).exists():
        return
    asked, decided = draw.choice(EDGES)
    CaseGrant.objects.create(
        case=case, by=RIGHTLY.get(case.limit_id, "president"), until=near + ONE * 20, applied_on=near - ONE * asked,
        decided_on=None if draw.random() < 0.1 else near - ONE * decided, facts=["complex_158"],
    )  # fmt: skip


def at_a_threshold(draw: random.Random, case: Case, on: Day) -> None:
    """Filed so that a tier or a trigger of the house is passed today, tomorrow, or was yesterday."""
    wanted, months = on + ONE * draw.choice([-1, 0, 1]), draw.choice([6, 10, 12, 18, 24, 36])
    day = wanted - ONE * (30 * months)
    while months_on(day, months) > wanted:
        day -= ONE
    while months_on(day + ONE, months) <= wanted:
        day += ONE
    _update(case, filed_on=day, received_on=day, closed_on=None, closing_manner="", effective_on=None)


def month_end(draw: random.Random, case: Case, on: Day) -> None:
    """Begun on the last of a short month, where criminal months differ from civil ones."""
    day = draw.choice([dt.date(2025, 2, 28), dt.date(2025, 4, 30), dt.date(2025, 6, 30), dt.date(2026, 2, 28), dt.date(2026, 9, 30)])
    if case.closed_on is None or case.closed_on >= day:
        _update(case, filed_on=day, received_on=day, procedure=draw.choice(PROCEDURES[case.type_code]))


def capped_pause(draw: random.Random, case: Case, on: Day) -> None:
    """Longer than the law lets a criminal case wait, by a day or a few."""
    first, ground = case.filed_on + ONE * draw.randint(1, 30), draw.choice(["new_counsel", "new_evidence", "supplementary_investigation"])
    last = first + ONE * draw.choice([9, 10, 27, 28, 29, 30, 31])
    if not CasePause.objects.filter(case=case, ground=ground, first=first).exists():
        CasePause.objects.create(case=case, ground=ground, first=first, last=last)


def convert(draw: random.Random, case: Case, on: Day) -> None:
    """To another procedure of its type, whether the law knows that way or not."""
    known = PROCEDURES.get(case.type_code, [])
    if case.procedure not in known or case.foreign:
        return
    to = draw.choice([code for code in known if code != case.procedure])
    day = _between(draw, case.filed_on + ONE, min(on, case.closed_on or on))
    CaseTurn.objects.create(case=case, kind="convert", was=case.procedure, to=to, on=day)
    _update(case, procedure=to)


def restart(draw: random.Random, case: Case, on: Day) -> None:
    """Sent back for investigation, returned or still away; or another court's case received."""
    sent = _between(draw, case.filed_on + ONE, min(on, case.closed_on or on))
    back = None if draw.random() < 0.3 else sent + ONE * draw.randint(1, 45)
    if draw.random() < 0.2:
        CaseTurn.objects.create(case=case, kind="restart", to="jurisdiction_changed", on=sent)
    else:
        CaseTurn.objects.create(case=case, kind="restart", to="supplementary_investigation", sent_on=sent, on=back)


def another_procedure(draw: random.Random, case: Case, on: Day) -> None:
    """The procedure corrected, now and then to none."""
    _update(case, procedure=draw.choice([*PROCEDURES.get(case.type_code, ["only"]), ""]))


def other_facts(draw: random.Random, case: Case, on: Day) -> None:
    """Custody, a foreign element, facts the limit depends on."""
    known = {"刑初": CONDITIONS, "执": ["criminal_property", "administrative_title"]}.get(case.type_code, ["all_parties_consent"])
    custody = draw.choice([True, False]) if case.line == "criminal" else draw.random() < 0.1 or None
    _update(case, custody=custody, foreign=case.line == "civil" and draw.random() < 0.2, facts=[draw.choice(known)])


def announce(draw: random.Random, case: Case, on: Day) -> None:
    """The period of announcement of a special procedure ended."""
    if case.type_code == "民特":
        _update(case, dates={"announcement_ended": (case.filed_on + ONE * draw.randint(20, 90)).isoformat()})


def lose_the_search(draw: random.Random, case: Case, on: Day) -> None:
    """The searches of the library are voided."""
    SearchRecord.objects.filter(case=case, gate="library", voided_at=None).update(voided_at=clock.now(), void_reason="误登")


_CRIMINAL = {"type_code": "刑初"}
KINDS: list[tuple[Callable[[random.Random, Case, Day], None], int, dict[str, Any]]] = [
    (file_on_another_day, 6, {}), (close, 2, {}), (open_again, 3, {}), (pause, 8, {}), (drop_a_pause, 2, {"casepause_rows__isnull": False}),
    (grant, 6, {}), (grant_on_the_edge, 10, {"raw_due__isnull": False, "closed_on": None, "casegrant_rows__isnull": True}), (convert, 4, {"type_code__in": list(PROCEDURES)}),
    (restart, 3, _CRIMINAL), (another_procedure, 2, {}), (other_facts, 3, {}), (announce, 1, {"type_code": "民特"}),
    (lose_the_search, 2, {"closing_manner": "judgment"}), (at_a_threshold, 6, {}), (month_end, 4, {"type_code__in": ["刑初", "民初"]}),
    (capped_pause, 3, _CRIMINAL),
]  # fmt: skip


def mutate(draw: random.Random, count: int, on: Day) -> list[int]:
    """`count` changes of cases and a few of meetings; returns the keys of the cases changed. Within a unit of work."""
    changed: list[int] = []
    standing = Case.objects.filter(voided_at=None).order_by("pk")
    held = {n: list(standing.filter(**which).distinct().values_list("pk", flat=True)) for n, (_do, _weight, which) in enumerate(KINDS)}
    weights = [weight for _do, weight, _which in KINDS]
    while len(changed) < count:
        number = draw.choices(range(len(KINDS)), weights)[0]
        keys = held[number]
        again = [key for key in changed if key in keys] if draw.random() < 0.3 else []
        key = draw.choice(again or keys)
        KINDS[number][0](draw, Case.objects.get(pk=key), on)
        changed.append(key)
    _meetings(draw, on)
    return changed


def _meetings(draw: random.Random, on: Day) -> None:
    """An item's day moved, a defect's day moved, a planned meeting put off or back."""
    for model, field, rows in (
        (AgendaItem, "execute_by", AgendaItem.objects.filter(state="concluded", execute_by__isnull=False)),
        (MeetingDefect, "due_on", MeetingDefect.objects.filter(state="open")),
        (Meeting, "held_on", Meeting.objects.filter(state="planned")),
    ):
        for row in rows.order_by("pk"):
            day: Any = on - dt.timedelta(days=draw.choice([-3, 0, 1, 5, 7, 8, 12]))
            model.objects.filter(pk=row.pk).update(**{field: day})
