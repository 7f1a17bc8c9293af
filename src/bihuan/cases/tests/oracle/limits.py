"""What the articles say of each limit, and the reckoning of one case by them, day by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from .days import ONE, PUBLISHED, Day, days_on, months_on, rolled

NEVER = dt.date.max
MANY = 99
COMPLEX = {"death_penalty_possible", "incidental_civil_action", "complex_158"}


@dataclass(frozen=True)
class Extension:
    """Who may extend, by how many months at most (None: to a day he names), how often, after whom, on which of the conditions."""

    by: str
    months: int | None = None
    times: int = 1
    after: str = ""
    any_of: frozenset[str] = frozenset()
    total: int | None = None  # months from the beginning that may not be passed
    least: int = 0
    days: int | None = None


@dataclass(frozen=True)
class Limit:
    """A limit: `months` and `days` of its length, those "at the latest", what it excludes, who extends it and how early one must ask."""

    months: int = 0
    days: int = 0
    latest: int = 0
    line: str = "civil"
    listed: frozenset[str] = frozenset()
    extensions: tuple[Extension, ...] = ()
    ask: int = 0  # days before the end by which the application must be made
    decide: int = 0
    above: int = 0  # the same where a higher court decides
    term: bool = True  # False: the law sets none


# 3.3, the closed lists. The extended part of mediation counts in civil cases only with everybody's consent (民事调解规定4).
CIVIL = frozenset({"announcement", "appraisal", "audit", "jurisdiction", "settlement", "mediation", "suspension"})
SUMMARY = CIVIL - {"announcement"}  # 9号4: no service by announcement in summary procedure
ADMINISTRATIVE = frozenset({"announcement", "appraisal", "audit", "jurisdiction", "mediation", "suspension", "underlying_civil_dispute"})
CRIMINAL = frozenset({"psychiatric_appraisal", "suspension", "new_counsel", "new_evidence", "supplementary_investigation"})
# The six months of 民诉法237 exclude more; the limit of the case itself only what 29号9(8)-(12) lists (a reading, the strict one).
ENFORCEMENT = frozenset({"audit", "suspension", "enforcement_settlement", "superior_stay", "auction"})
CAPS = {"new_counsel": (0, 10), "new_evidence": (1, 0), "supplementary_investigation": (1, 0)}
STILL_COUNTED = {"CV-02": 7, "CV-03": 7}
OTHERWISE_COUNTED = 15

_SUPERIOR = Extension("superior", 3, any_of=frozenset(COMPLEX))
_SUPREME = Extension("supreme", 3, MANY, after="superior", least=1)
_PUBLIC: dict[str, Any] = {"line": "criminal", "listed": CRIMINAL, "ask": 15}
LIMITS = {
    # 民诉法152, 9号1
    "CV-01": Limit(6, listed=CIVIL, extensions=(Extension("president", 6), Extension("superior", None, MANY, "president")), ask=15, decide=5, above=5),
    # 民诉法164, 民诉解释258
    "CV-02": Limit(3, listed=SUMMARY, extensions=(Extension("president", 1, total=4),), ask=15, decide=5, above=5),
    # 民诉法168
    "CV-03": Limit(2, listed=SUMMARY, extensions=(Extension("president", 1),), ask=15, decide=5, above=5),
    # 民诉法187
    "CV-06": Limit(0, 30, listed=CIVIL, extensions=(Extension("president", None, MANY),), ask=15, decide=5, above=5),
    # 民诉法287
    "CV-12": Limit(term=False),
    # 企业破产法10; no limit for the bankruptcy itself
    "CV-13": Limit(0, 15, listed=frozenset({"supplement"}), extensions=(Extension("superior", days=15),)),
    "CV-14": Limit(term=False),
    # 刑诉法208, 刑解210; 刑诉法220; 225; 212
    "CR-01": Limit(2, latest=3, extensions=(_SUPERIOR, _SUPREME), **_PUBLIC),
    "CR-02": Limit(0, 20, line="criminal", listed=CRIMINAL),
    "CR-02-over": Limit(1, 15, line="criminal", listed=CRIMINAL),
    "CR-03": Limit(0, 10, line="criminal", listed=CRIMINAL),
    "CR-03-over": Limit(0, 15, line="criminal", listed=CRIMINAL),
    "CR-04": Limit(2, latest=3, extensions=(_SUPERIOR, _SUPREME), **_PUBLIC),
    "CR-05": Limit(6, line="criminal", listed=CRIMINAL, extensions=(Extension("president", 3),), ask=10),
    # 行诉法81, 29号13, 14; 行诉法83
    "AD-01": Limit(6, line="administrative", listed=ADMINISTRATIVE, extensions=(Extension("high_court", None, MANY),), ask=10, decide=3, above=3),
    "AD-02": Limit(0, 45, line="administrative", listed=ADMINISTRATIVE),
    # 行政强制法57
    "NE-01": Limit(0, 7, line="administrative"),
    # 29号5, 35号1
    "EX-01": Limit(6, line="enforcement", listed=ENFORCEMENT, extensions=(Extension("president", 3), Extension("high_court_record", None, MANY, "president")), ask=5),
    "EX-02": Limit(3, line="enforcement", listed=ENFORCEMENT, extensions=(Extension("president", 3), Extension("high_court_record", None, MANY, "president")), ask=5),
    "EX-03": Limit(6, line="enforcement", listed=ENFORCEMENT, extensions=(Extension("president", None, MANY),)),
    "EX-04": Limit(0, 15, line="enforcement"),
    # 国家赔偿法23
    "SC-01": Limit(2),
}  # fmt: skip
ABOVE = {"superior", "high_court", "high_court_record", "supreme"}
CONTINUES = {("CV-02", "CV-01"), ("CV-03", "CV-01"), ("CV-03", "CV-02"), ("AD-02", "AD-01")}  # 民诉解释258(3), 行诉解释105
BEGINS_ANEW = {("CR-02", "CR-01"), ("CR-03", "CR-01"), ("CR-03", "CR-02")}  # 刑解368, 376
RESTARTS = {"supplementary_investigation": ({"CR-01"}, 2), "jurisdiction_changed": ({"CR-01", "CR-02", "CR-03", "CR-04"}, MANY)}


def limit_of(type_code: str, procedure: str, facts: frozenset[str]) -> str:
    """The row of 3.1 a case falls under; "" where none does."""
    if type_code == "民初":
        if "foreign" in facts:
            return "CV-12"
        return {"ordinary": "CV-01", "ordinary_single": "CV-01", "summary": "CV-02", "small": "CV-03"}.get(procedure, "")
    if type_code == "刑初":
        private = "CR-04" if "custody" in facts else "CR-05"
        return {"ordinary": "CR-01", "summary": "CR-02", "fast_track": "CR-03", "private": private}.get(procedure, "")
    if type_code == "行初":
        return {"ordinary": "AD-01", "summary": "AD-02"}.get(procedure, "")
    if type_code in {"执", "执恢"}:
        return "EX-03" if "criminal_property" in facts else "EX-02" if "administrative_title" in facts else "EX-01"
    return {"民特": "CV-06", "破": "CV-14", "破申": "CV-13", "执异": "EX-04", "行审": "NE-01", "法赔": "SC-01"}.get(type_code, "")


@dataclass
class Facts:
    """A case as the case system tells it; pauses, grants and turns in any order."""

    key: int
    type_code: str
    procedure: str
    filed: Day | None
    received: Day | None = None
    closed: Day | None = None
    custody: bool = False
    facts: frozenset[str] = frozenset()
    dates: dict[str, Day] = field(default_factory=dict)
    pauses: list[tuple[str, Day, Day | None, frozenset[str]]] = field(default_factory=list)
    grants: list[dict[str, Any]] = field(default_factory=list)
    turns: list[dict[str, Any]] = field(default_factory=list)
    line: str = ""
    manner: str = ""


@dataclass
class Answer:
    """What the oracle says of a case; `limit` is "" and all days None where the facts allow no answer."""

    limit: str = ""
    trigger: Day | None = None
    raw: Day | None = None
    due: Day | None = None
    expires: Day | None = None
    stopped: bool = False
    hidden: int = 0
    extended: int = 0
    provisional: bool = False
    late: bool = False
    refused: bool = False
    problem: bool = False


@dataclass
class _Stretch:
    limit: str
    trigger: Day
    since: Day
    grants: list[dict[str, Any]] = field(default_factory=list)


def reckon(case: Facts, on: Day) -> Answer:
    """All of it, as of a day."""
    trigger = case.filed
    converted = sorted((t for t in case.turns if t["kind"] == "convert"), key=lambda t: t["on"])
    first = converted[0]["was"] or case.procedure if converted else case.procedure
    name = limit_of(case.type_code, first, case.facts)
    if trigger is None or not name:
        return Answer(problem=True)
    limit = LIMITS[name]
    if case.custody and limit.line != "criminal":
        return Answer(problem=True)
    if name == "CV-06" and "announcement_ended" in case.dates:
        trigger = case.dates["announcement_ended"]
    if not limit.term:
        return Answer(name, trigger)
    until = min(on, case.closed) if case.closed else on
    stretches = _stretches(case, name, trigger)
    right, wrong = _paused(case, stretches, until)
    answer = Answer(name, trigger)
    for stretch in stretches:
        _run(case, stretch, right, wrong, answer)
    answer.limit = stretches[-1].limit
    last = stretches[-1].trigger
    answer.stopped = case.closed is None and on in right and on > last
    return answer


def _stretches(case: Facts, name: str, trigger: Day) -> list[_Stretch]:
    found, counts = [_Stretch(name, trigger, dt.date.min)], dict.fromkeys(RESTARTS, 0)
    for turn in sorted((t for t in case.turns if t["on"]), key=lambda t: t["on"]):
        held = found[-1]
        if turn["kind"] == "convert":
            to = limit_of(case.type_code, turn["to"], case.facts)
            if (held.limit, to) in CONTINUES:
                found.append(_Stretch(to, held.trigger, turn["on"]))
            elif (held.limit, to) in BEGINS_ANEW:
                found.append(_Stretch(to, turn["on"], turn["on"]))
            continue
        of, times = RESTARTS.get(turn["to"], (set(), 0))
        if held.limit in of:
            counts[turn["to"]] += 1
            if counts[turn["to"]] <= times:
                found.append(_Stretch(held.limit, turn["on"], turn["on"]))
    for grant in sorted(case.grants, key=lambda g: g["decided"] or g["applied"]):
        at = grant["decided"] or grant["applied"]
        [stretch for stretch in found if stretch.since <= at][-1].grants.append(grant)
    return found


def _paused(case: Facts, stretches: list[_Stretch], until: Day) -> tuple[set[Day], set[Day]]:
    """(days that do not count, days wrongly said not to count): each pause by the list that held when it began."""
    right: set[Day] = set()
    wrong: set[Day] = set()
    away = [("supplementary_investigation", t["sent"], None, frozenset[str]()) for t in case.turns if not t["on"]]
    for ground, first, last, proved in [*case.pauses, *away]:
        name = [s for s in stretches if s.since <= first][-1].limit
        limit = LIMITS[name]
        end = last or max(until, first)
        days = {first + ONE * n for n in range((end - first).days + 1)}
        civil_talks = ground == "mediation" and limit.line == "civil"
        if ground not in limit.listed or (civil_talks and "all_parties_consent" not in proved | case.facts):
            wrong |= days
            continue
        if civil_talks:  # the day of consent is not among the days still counted (a reading)
            days = {day for day in days if (day - first).days > STILL_COUNTED.get(name, OTHERWISE_COUNTED)}
        if ground in CAPS:
            months, more = CAPS[ground]
            last_day = months_on(first - ONE, months, criminal=True) if months else first - ONE + ONE * more
            wrong |= {day for day in days if day > last_day}
            days = {day for day in days if day <= last_day}
        right |= days
    return right, wrong - right


def _length(name: str, facts: frozenset[str]) -> Limit:
    over = {"CR-02": "over_three_years", "CR-03": "over_one_year"}.get(name)
    return LIMITS[f"{name}-over"] if over in facts else LIMITS[name]


def _run(case: Facts, stretch: _Stretch, right: set[Day], wrong: set[Day], answer: Answer) -> None:
    """One stretch of the clock: its end, its extensions, the days; the last stretch is the answer, breaches of all of them are kept."""
    limit, criminal = _length(stretch.limit, case.facts), LIMITS[stretch.limit].line == "criminal"

    def after(months: int, days: int, begun: Day) -> Day:
        return (months_on(begun, months, criminal=criminal) if months else begun) + ONE * days

    def expiry(end: Day) -> tuple[Day, Day]:
        raw = days_on(stretch.trigger, (end - stretch.trigger).days, right.__contains__)
        return raw, raw if case.custody else rolled(raw)

    base = after(limit.months, limit.days, stretch.trigger)
    latest = after(limit.latest, 0, stretch.trigger) if limit.latest else None
    end, used = latest or base, dict[str, int]()
    for grant in stretch.grants:
        rule = _rule(limit, grant, used, case.facts)
        if rule is None:
            answer.refused = True
            continue
        raw, due = expiry(end)
        applied, decided = grant["applied"], grant["decided"]
        if applied is not None and applied > due:
            answer.refused = True
            continue
        if limit.ask and applied is not None and applied > raw - ONE * limit.ask:
            answer.late = True
        if decided is None:
            continue
        ahead = limit.above if grant["by"] in ABOVE else limit.decide
        if decided > due or (ahead and decided > raw - ONE * ahead):
            answer.late = True  # kept all the same: who asked in time is not to blame (a reading)
        most = _most(rule, end, stretch.trigger, after)
        asked = grant["until"] or (after(*grant["length"], end) if grant["length"] else most)
        if asked is None:
            answer.refused = True
            continue
        new = min(asked, most) if most else asked
        if new > end:
            used[rule.by] = used.get(rule.by, 0) + 1
            end = new
    extended = sum(used.values())
    counted = end if extended or latest is None else base
    answer.trigger, answer.extended = stretch.trigger, extended
    answer.raw, answer.due = expiry(counted)
    answer.expires = expiry(latest)[1] if latest and not extended else answer.due
    answer.provisional = not case.custody and answer.expires > PUBLISHED
    answer.hidden = sum(1 for day in wrong if day > stretch.trigger)


def _rule(limit: Limit, grant: dict[str, Any], used: dict[str, int], facts: frozenset[str]) -> Extension | None:
    """The article that knows this extension: by this approver, after the one it follows, not too often, its condition shown."""
    for rule in limit.extensions:
        if rule.by == grant["by"]:
            ready = not rule.after or used.get(rule.after)
            shown = not rule.any_of or rule.any_of & (facts | grant["facts"])
            return rule if ready and shown and used.get(rule.by, 0) < rule.times else None
    return None


def _most(rule: Extension, end: Day, trigger: Day, after: Any) -> Day | None:
    ends = [after(rule.months or 0, rule.days or 0, end)] if rule.months or rule.days else []
    if rule.total:
        ends.append(after(rule.total, 0, trigger))
    return min(ends) if ends else None


__all__ = ["LIMITS", "Answer", "Facts", "limit_of", "reckon"]
