"""A slow reference that walks day by day, written from the articles. It shares no code and no table with the engine.

Periods: 民法典200-203, 民诉法85, 刑诉法105, 刑解202. Limits: only the main ones, as the articles put them, for cases begun from
2022 on. Days of rest are asked of the package that knows the State Council's notices.
"""

import datetime as dt

import chinese_calendar

ONE = dt.timedelta(days=1)


def works(day: dt.date) -> bool:
    """The package's own answer where it knows the year; plain weekends elsewhere."""
    return chinese_calendar.is_workday(day) if 2004 <= day.year <= 2026 else day.weekday() < 5


def last_of_month(day: dt.date) -> bool:
    return (day + ONE).month != day.month


def walk_months(day: dt.date, count: int, criminal: bool) -> dt.date:
    """Day after day until the target month shows the corresponding date, or ends without one."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    end_to_end = criminal and last_of_month(day)
    here = day
    while True:
        here += ONE
        if (here.year, here.month) != (year, month + 1):
            continue
        if last_of_month(here) or (here.day == day.day and not end_to_end):
            return here


def walk_days(day: dt.date, count: int, skipped=lambda day: False, counts=lambda day: True) -> dt.date:
    """The day on which `count` counted days have passed; the starting day is not counted."""
    here = day
    while count:
        here += ONE
        if counts(here) and not skipped(here):
            count -= 1
    return here


def walk_roll(day: dt.date) -> dt.date:
    while not works(day):
        day += ONE
    return day


# ---- the main limits, as the articles put them ----

CIVIL = {"announcement", "appraisal", "audit", "jurisdiction", "settlement", "mediation", "suspension"}
ADMINISTRATIVE = {"announcement", "appraisal", "audit", "jurisdiction", "mediation", "suspension", "underlying_civil_dispute"}
CRIMINAL = {"psychiatric_appraisal", "suspension", "new_counsel", "new_evidence", "supplementary_investigation"}
ENFORCEMENT = {"audit", "suspension", "enforcement_settlement", "superior_stay", "auction"}
SERIOUS = {"death_penalty_possible", "incidental_civil_action", "complex_158"}

# limit: (months, days), list, criminal, extensions [(by, months or None = until, times, after, any of)], (apply, decide)
LIMITS = {
    "CV-01": ((6, 0), CIVIL, False, [("president", 6, 1, None, None), ("superior", None, 99, "president", None)], (15, 5)),
    "CV-02": ((3, 0), CIVIL - {"announcement"}, False, [("president", 1, 1, None, None)], (15, 5)),
    "CV-03": ((2, 0), CIVIL - {"announcement"}, False, [("president", 1, 1, None, None)], (15, 5)),
    "CR-02": ((0, 20), CRIMINAL, True, [], None),
    "CR-03": ((0, 10), CRIMINAL, True, [], None),
    "CR-06": ((2, 0), CRIMINAL - {"supplementary_investigation"} | {"procurator_reading"}, True,
              [("high_court", 2, 1, None, SERIOUS), ("supreme", None, 99, "high_court", None)], (15, 0)),
    "AD-01": ((6, 0), ADMINISTRATIVE, False, [("high_court", None, 99, None, None)], (10, 3)),
    "AD-02": ((0, 45), ADMINISTRATIVE, False, [], None),
    "EX-01": ((6, 0), ENFORCEMENT, False, [("president", 3, 1, None, None), ("high_court_record", None, 99, "president", None)], (5, 0)),
    "EX-04": ((0, 15), set(), False, [], None),
}  # fmt: skip
CAPS = {"new_counsel": (0, 10), "new_evidence": (1, 0), "supplementary_investigation": (1, 0), "procurator_reading": (1, 0)}


def excluded_days(limit, pauses, criminal):
    """(days that do not count, days wrongly treated as not counting), each day by day."""
    listed = LIMITS[limit][1]
    right, wrong = set(), set()
    for ground, first, last, proved in pauses:
        days = {first + ONE * n for n in range((last - first).days + 1)}
        if ground not in listed or (ground == "mediation" and limit.startswith("CV") and not proved):
            wrong |= days
            continue
        if ground == "mediation" and limit.startswith("CV"):
            still = 15 if limit == "CV-01" else 7  # the day of consent itself is not counted among them
            days = {day for day in days if (day - first).days > still}
        if ground in CAPS:
            months, more = CAPS[ground]
            before = first - ONE
            cap = walk_months(before, months, criminal) if months else before + ONE * more
            wrong |= {day for day in days if day > cap}
            days = {day for day in days if day <= cap}
        right |= days
    return right, wrong - right


def limit_due(limit, trigger, pauses, grants, facts, custody):
    """(raw, due, days wrongly paused, refused grants by place) of a case, grants in order of decision."""
    (months, days), _listed, criminal, rules, lead = LIMITS[limit]
    right, wrong = excluded_days(limit, pauses, criminal)
    end = walk_months(trigger, months, criminal) if months else trigger + ONE * days
    used, refused, late = {}, set(), set()

    def expiry(end):
        raw = walk_days(trigger, (end - trigger).days, right.__contains__)
        return raw, raw if custody else walk_roll(raw)

    for place, (by, length, until, applied, decided, held) in enumerate(grants):
        mine = [rule for rule in rules if rule[0] == by]
        raw, due = expiry(end)
        allowed = mine and (mine[0][3] is None or used.get(mine[0][3])) and used.get(by, 0) < mine[0][2]
        allowed = allowed and (mine[0][4] is None or (held | facts) & mine[0][4])
        if not allowed or applied > due:
            refused.add(place)
            continue
        most = walk_months(end, mine[0][1], criminal) if mine[0][1] else dt.date.max
        asked = until or (walk_months(end, length, criminal) if length else most if mine[0][1] else None)
        if asked is None or asked <= end:
            refused.add(place)
            continue
        if lead and applied > raw - ONE * lead[0]:
            late.add(place)
        used[by] = used.get(by, 0) + 1
        end = min(asked, most)
    raw, due = expiry(end)
    hidden = len([day for day in wrong if day > trigger])
    return raw, due, hidden, refused, late
