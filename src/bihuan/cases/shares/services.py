"""Keeping what was counted: the quarter that runs and the one that ended last, before each patrol; only what changed is written."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bihuan.kernel.models import Person, Post
from bihuan.kernel.work import unit_of_work
from bihuan.law.dated import current_parameters

from ..models import Quota, ShareRecord, ShareRole, ShareTarget
from .counting import ROLES, Counts, count, days

RANGE, MINIMUM = "shares.minimum", "local.shares.minimum"
PLACES = list(ShareRole)


def quarter_of(on: dt.date) -> tuple[int, int]:
    """The year and quarter a day is in."""
    return on.year, (on.month + 2) // 3


def quarter_end(year: int, quarter: int) -> dt.date:
    """The last day of a quarter."""
    return dt.date(year + quarter // 4, quarter * 3 % 12 + 1, 1) - dt.timedelta(days=1)


def ended(on: dt.date) -> tuple[int, int]:
    """The quarter that ended last before the day."""
    year, quarter = quarter_of(on)
    return (year - 1, 4) if quarter == 1 else (year, quarter - 1)


def targets(year: int, on: dt.date) -> dict[int, ShareTarget]:
    """The targets of a year that hold on the day, by person: the latest of each."""
    rows = ShareTarget.objects.filter(year=year, set_on__lte=on, voided_at=None).order_by("set_on", "pk")
    return {row.person_id: row for row in rows}


def refresh(on: dt.date) -> int:
    """Count anew as of `on` the running quarter and the one before; how many records changed or are new."""
    return sum(
        _refresh(year, quarter, min(quarter_end(year, quarter), on), on)
        for year, quarter in (ended(on), quarter_of(on))
    )


def _refresh(year: int, quarter: int, last: dt.date, on: dt.date) -> int:
    held_percents = current_parameters().get(MINIMUM).find_on(last)
    if held_percents is None:
        return 0
    percents = held_percents.values
    counted = count(dt.date(year, 1, 1), last)
    set_ = targets(year, on)
    held = {(row.person_id, row.post_id): row for row in ShareRecord.objects.filter(year=year, quarter=quarter)}
    new, changed = [], []
    for person, post in counted.posts:
        values = figures(counted, person, post, set_.get(person), percents)
        if values is None:
            continue
        row = held.get((person, post.pk))
        if row is None:
            new.append(ShareRecord(year=year, quarter=quarter, person_id=person, post=post, **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    if new or changed:
        with unit_of_work(None, job="shares") as uow:
            for row in (*new, *changed):
                row.save()
            told = {"year": year, "quarter": quarter, "count": len(new) + len(changed)}
            uow.record("cases.shares.counted", covers=[ShareRecord], params=told)
    return len(new) + len(changed)


def figures(
    counted: Counts, person: int, post: Post, target: ShareTarget | None, percents: dict[str, Any]
) -> dict[str, Any] | None:
    """The columns of one person's record; None where there are no judges to be measured by."""
    role = ROLES[post.role]
    judge_days = sum(days(spans) for spans in counted.base(role, post.unit_id).values())
    if not judge_days:
        return None
    own = counted.own(person, post)
    if target is not None:
        quota = Quota.YES if target.in_quota else Quota.NO
    else:
        quota = Quota.UNKNOWN if role == ShareRole.LEADER else Quota.YES
    return {
        "role": role.value, "place": PLACES.index(role), "quota": quota.value, "first": counted.first, "last": counted.last,
        "handled": len(own), "in_charge": sum(one.in_charge for one in own), "cases": len(counted.of_judges(role, post.unit_id)),
        "judge_days": judge_days, "own_days": days(counted.posts[person, post]), "percent": percents[role.value],
        "hard": sum(one.case in counted.hard for one in own), "hard_target": target.count if target is not None else None,
    }  # fmt: skip


def owes(person: Person) -> bool:
    """Whether anything was ever counted of the person."""
    return ShareRecord.objects.filter(person=person).exists()
