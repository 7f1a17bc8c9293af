"""Who sees which rows, counted row by row in plain words, for every role over random ledgers: the conditions in the queries must
give the same, whether they find a person's few rows by whose they are or sift the many.
"""

import datetime as dt
import random

import pytest

from bihuan.kernel import access, clock
from bihuan.kernel.models import Assignment, Delegation, Lead, Person, Post, Unit
from bihuan.kernel.work import unit_of_work
from bihuan.rectification import scopes
from bihuan.rectification.models import (
    Attempt,
    Closure,
    Criterion,
    LookBack,
    Measure,
    Problem,
    Progress,
    SupervisionLetter,
    Verification,
)

from .factory import ONSITE, TODAY, Court

ALL = {"president", "rectification_office", "office", "inspection_office", "party_discipline", "stationed_discipline"}
HEADS = {role.code for role in access.roles().values() if role.heads}
LONG_AGO = dt.date(2020, 1, 1)


class Naive:
    """A person's posts on the day, their own and those of whom they stand in for; and what follows from them, by loops."""

    def __init__(self, person):
        self.people = {person.pk}
        for row in Delegation.objects.filter(deputy=person):
            if row.starts <= TODAY and (row.ends is None or row.ends >= TODAY):
                self.people.add(row.person_id)
        held = [a.post for a in Assignment.objects.select_related("post") if a.person_id in self.people]
        self.roles = {post.role for post in held}
        self.units = {post.unit_id for post in held if post.role in HEADS}
        if "dept_clerk" in self.roles:
            self.units |= {post.unit_id for post in held}
        self.units |= {lead.unit_id for lead in Lead.objects.all() if lead.post_id in {post.pk for post in held}}

    @property
    def all(self):
        return bool(self.roles & ALL)

    def measure(self, row):
        if self.all:
            return True
        if not self.roles:
            return False
        concerned = {row.lead_unit_id, *(unit.pk for unit in row.co_units.all())}
        return row.person_id in self.people or row.leader_id in self.people or bool(concerned & self.units)

    def problem(self, row):
        led = bool(self.roles) and row.leader_id in self.people
        return self.all or led or any(self.measure(one) for one in Measure.objects.filter(problem=row))

    def by_measure(self, row):
        return self.measure(row.measure if hasattr(row, "measure_id") else row.attempt.measure)

    def look_back(self, row):
        return self.all or (row.done_on is not None and self.measure(row.measure))

    def letter(self, row):
        return self.all or row.to_unit_id in self.units


RECKONED = {
    Measure: Naive.measure,
    Problem: Naive.problem,
    LookBack: Naive.look_back,
    SupervisionLetter: Naive.letter,
    **dict.fromkeys([Attempt, Criterion, Progress, Closure, Verification], Naive.by_measure),
}


def posts(court, dice):
    """A person for every role there is in a random department, some standing in for another, some without a post."""
    people, units = [], list(court.units.values())
    with unit_of_work(None) as uow:
        for role in access.roles().values():
            for number in range(2):
                person = Person.objects.create(username=f"{role.code}-{number}", name=role.code)
                post, _made = Post.objects.get_or_create(unit=dice.choice(units), role=role.code, title=role.code)
                Assignment.objects.create(person=person, post=post, starts=LONG_AGO)
                if role.leads:
                    Lead.objects.get_or_create(post=post, unit=dice.choice(units), starts=LONG_AGO)
                people.append(person)
        people.append(Person.objects.create(username="without", name="没有岗位"))
        for _number in range(6):
            one, other = dice.sample(people, 2)
            ends = dice.choice([dt.date(2026, 5, 1), dt.date(2026, 6, 30)])
            Delegation.objects.create(person=one, deputy=other, starts=LONG_AGO, ends=ends, reason="外出")
        uow.record("test.made", covers=[Person, Unit, Post, Assignment, Lead, Delegation], params={"what": "people"})
    return list(Person.objects.all())


def ledger(court, dice, people):
    """Measures with owners, leaders and helping departments at random."""
    units = list(court.units)
    for _number in range(4):
        leader = dice.choice([None, dice.choice(people)])
        problem = court.problem(leader=leader)
        for _measure in range(4):
            helping = [court.units[unit] for unit in dice.sample(units, dice.randrange(3))]
            who = {"person": dice.choice(people), "leader": dice.choice(people), "co_units": helping}
            court.measure(problem, unit=dice.choice(units), criteria=[ONSITE], **who)
    court.approve()
    return court


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("sifted", ["few", "many"])
def test_what_is_seen_equals_the_rows_counted_one_by_one(db, monkeypatch, seed, sifted):
    if sifted == "many":
        monkeypatch.setattr(scopes, "SIFTED", -1)
    dice = random.Random(seed)
    with clock.simulate(TODAY):
        court = Court()
        for state in ("in_progress", "verified", "internally_closed", "internally_closed"):
            court.at(state)
        court.__dict__["round"] = court._new_round()
        people = posts(court, dice)
        ledger(court, dice, people)
        rows = {model: list(model.objects.all()) for model in RECKONED}
        assert len(rows[Measure]) >= 16 and rows[Closure] and rows[Verification]
        some = 0
        for person in people:
            access.forget(person)
            naive = Naive(person)
            for model, may in RECKONED.items():
                wanted = {row.pk for row in rows[model] if may(naive, row)}
                found = list(access.visible(person, model).values_list("pk", flat=True))
                assert sorted(found) == sorted(wanted), f"{person.username}: {model.__name__}"
                some += 0 < len(wanted) < len(rows[model])
        assert some >= 20, "too few who see a part: the test would prove little"
