"""Keeping what was counted: the quarter that runs and the one that ended last, before each patrol; only what changed is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Targets:
    """The targets of a year that hold on a day: the latest of each post, and the latest that names each person."""

    of_post: Mapping[int, ShareTarget]
    of_person: Mapping[int, ShareTarget]

    def number(self, person: int, post: int) -> int | None:
        """How many hard cases are owed this year: the number of the post, whoever held it when it was set; nothing by somebody outside
        the quota. None where nothing was set."""
        own, row = self.of_person.get(person), self.of_post.get(post)
        if own is not None and not own.in_quota:
            return 0
        if row is not None:
            return row.count
        return own.count if own is not None and own.post_id is None else None

    def quota(self, person: int, role: ShareRole) -> Quota:
        """Whether the person is within the quota, as was said of them; of a leader nobody spoke of it is not known."""
        own = self.of_person.get(person)
        if own is not None:
            return Quota.YES if own.in_quota else Quota.NO
        return Quota.UNKNOWN if role == ShareRole.LEADER else Quota.YES


def targets(year: int, on: dt.date) -> Targets:
    """The targets of a year that hold on the day. What was said of somebody outside the quota is no number of their post."""
    rows = ShareTarget.objects.filter(year=year, set_on__lte=on, voided_at=None).order_by("set_on", "pk")
    of_post = {row.post_id: row for row in rows if row.post_id is not None and row.in_quota}
    return Targets(of_post, {row.person_id: row for row in rows})


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
        values = figures(counted, person, post, set_, percents)
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
    counted: Counts, person: int, post: Post, set_: Targets, percents: dict[str, Any]
) -> dict[str, Any] | None:
    """The columns of one person's record; None where there are no judges to be measured by."""
    role = ROLES[post.role]
    judge_days = sum(days(spans) for spans in counted.base(role, post.unit_id).values())
    if not judge_days:
        return None
    own = counted.own(person, post)
    return {
        "role": role.value, "place": PLACES.index(role), "quota": set_.quota(person, role).value, "first": counted.first, "last": counted.last,
        "handled": len(own), "in_charge": sum(one.in_charge for one in own), "cases": len(counted.of_judges(role, post.unit_id)),
        "judge_days": judge_days, "own_days": days(counted.posts[person, post]), "percent": percents[role.value],
        "hard": sum(one.case in counted.hard for one in own), "hard_post": counted.hard_of_post(post),
        "hard_target": set_.number(person, post.pk),
    }  # fmt: skip


def owes(person: Person) -> bool:
    """Whether anything was ever counted of the person."""
    return ShareRecord.objects.filter(person=person).exists()
