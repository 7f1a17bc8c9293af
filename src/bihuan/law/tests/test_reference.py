"""The due dates of cases against the slow reference, and what must hold whatever the history."""

import datetime as dt
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bihuan.law.calendar import WorkCalendar
from bihuan.law.dated import Parameters
from bihuan.law.limits import findings as f
from bihuan.law.limits.book import LimitBook
from bihuan.law.limits.history import Grant, History, Pause, Turn
from bihuan.law.limits.reckon import reckon
from bihuan.law.periods import due

from .reference import CAPS, LIMITS, ONE, limit_due, walk_roll

SHIPPED, BOOK, PARAMETERS = WorkCalendar.load(), LimitBook.load(), Parameters.load()
TRIGGERS = st.dates(dt.date(2022, 1, 4), dt.date(2024, 6, 30))
NEVER = dt.date(2026, 12, 31)
GROUNDS = sorted({g for rule in LIMITS.values() for g in rule[1]} | {"awaiting_superior", "adjournment", "other"})
FACTS = ["death_penalty_possible", "incidental_civil_action", "complex_158", "foreign"]
BY = ["president", "superior", "high_court", "supreme", "high_court_record", "vice_president"]


def ask(history, on=NEVER):
    return reckon(history, on=on, book=BOOK, calendar=SHIPPED, parameters=PARAMETERS)


@st.composite
def pauses(draw, trigger, most=5):
    made = []
    for _ in range(draw(st.integers(0, most))):
        ground = draw(st.sampled_from(GROUNDS))
        first = trigger + ONE * draw(st.integers(-20, 220))
        made.append((ground, first, first + ONE * draw(st.integers(0, 60)), draw(st.booleans())))
    return made


@st.composite
def grants(draw, trigger):
    made = []
    for _ in range(draw(st.integers(0, 3))):
        applied = trigger + ONE * draw(st.integers(0, 260))
        decided = applied + ONE * draw(st.integers(0, 20))
        length = draw(st.sampled_from([None, 1, 2, 3, 6, 9]))
        until = decided + ONE * draw(st.integers(-5, 300)) if draw(st.booleans()) and length is None else None
        made.append((draw(st.sampled_from(BY)), length, until, applied, decided, set(draw(st.sets(st.sampled_from(FACTS))))))
    return sorted(made, key=lambda g: g[4])


def as_pauses(given_pauses):
    return tuple(
        Pause(ground, first, last, frozenset({"all_parties_consent"} if proved else ()))
        for ground, first, last, proved in given_pauses
    )


@settings(max_examples=400)
@given(st.data(), TRIGGERS, st.sampled_from(sorted(LIMITS)), st.booleans(), st.sets(st.sampled_from(FACTS)))
def test_cases_against_the_reference(data, trigger, limit, custody, facts):
    some, given_grants = data.draw(pauses(trigger)), data.draw(grants(trigger))
    assume(len({g[4] for g in given_grants}) == len(given_grants))  # the order of acts of one day is nobody's rule
    custody = custody and LIMITS[limit][2]
    history = History(
        limit, trigger, facts=frozenset(facts), custody=custody, pauses=as_pauses(some),
        grants=tuple(
            Grant(by, f"{length}m" if length else None, until, applied, decided, frozenset(held), str(place))
            for place, (by, length, until, applied, decided, held) in enumerate(given_grants)
        ),
    )  # fmt: skip
    raw, due_day, hidden, refused, late = limit_due(limit, trigger, some, given_grants, facts, custody)
    found = ask(history)
    assert (found.raw, found.due, found.hidden_days) == (raw, due_day, hidden)
    grant_refusals = {x.params["reference"] for x in found.of_effect("refused") if "reference" in x.params}
    nothing = {x.params["reference"] for x in found.findings if x.code == f.GRANT_NOTHING}
    assert {int(place) for place in grant_refusals | nothing} == refused
    assert {int(x.params["reference"]) for x in found.findings if x.code == f.GRANT_LATE} == late


@given(st.data(), TRIGGERS, st.sampled_from(sorted(LIMITS)))
def test_a_listed_pause_never_shortens_and_an_unlisted_one_never_moves(data, trigger, limit):
    some = data.draw(pauses(trigger, 3))
    one = data.draw(pauses(trigger, 1))
    before = ask(History(limit, trigger, pauses=as_pauses(some)))
    after = ask(History(limit, trigger, pauses=as_pauses([*some, *one])))
    assert after.raw >= before.raw
    stray = replace(History(limit, trigger, pauses=as_pauses(some)), pauses=(*as_pauses(some), Pause("other", trigger + ONE, NEVER)))
    assert ask(stray).raw == before.raw
    assert ask(stray).hidden_days >= before.hidden_days


@given(st.data(), TRIGGERS, st.sampled_from(sorted(LIMITS)))
def test_the_order_in_which_pauses_are_written_does_not_matter(data, trigger, limit):
    some = as_pauses(data.draw(pauses(trigger)))
    shuffled = tuple(data.draw(st.permutations(some)))
    one, other = ask(History(limit, trigger, pauses=some)), ask(History(limit, trigger, pauses=shuffled))
    assert (one.raw, one.due, one.hidden_days, one.digest) == (other.raw, other.due, other.hidden_days, other.digest)


@given(TRIGGERS, st.sampled_from(["CR-01", "CR-02", "CR-06"]), st.integers(0, 40))
def test_custody_is_never_later(trigger, limit, length):
    pause = Pause("psychiatric_appraisal", trigger + 3 * ONE, trigger + (3 + length) * ONE)
    held, free = (ask(History(limit, trigger, custody=custody, pauses=(pause,))) for custody in (True, False))
    assert held.raw == held.due == free.raw <= free.due == walk_roll(free.raw)


@given(TRIGGERS, st.integers(1, 19))
def test_a_criminal_conversion_is_a_fresh_start_and_a_civil_one_is_none(trigger, after):
    turn = trigger + after * ONE
    restarted = ask(History("CR-02", trigger, turns=(Turn("convert", "CR-01", turn),)))
    fresh = ask(History("CR-01", turn))
    assert (restarted.raw, restarted.hard_raw) == (fresh.raw, fresh.hard_raw)
    continued = ask(History("CV-02", trigger, turns=(Turn("convert", "CV-01", turn),)))
    assert continued.raw == ask(History("CV-01", trigger)).raw
    assert restarted.trigger == turn and continued.trigger == trigger


@given(TRIGGERS, st.sampled_from(["CV-01", "CV-02", "AD-01", "CR-03", "EX-04", "F-01", "F-12", "P-04"]))
def test_a_plain_limit_is_its_term(trigger, limit):
    assume(trigger >= BOOK.get(limit).versions[0].start)
    text = BOOK.version_on(limit, trigger)
    plain = due(trigger, text.term.term, system=BOOK.get(limit).system, calendar=SHIPPED)
    found = ask(History(limit, trigger), on=trigger)
    assert (found.raw, found.due, found.provisional) == (plain.raw, plain.due, plain.provisional)


def test_the_reference_knows_every_cap_of_the_lists_it_holds():
    capped = {g.ground for name in ("criminal-trial", "criminal-appeal") for g in BOOK.lists[name].grounds if g.max_each}
    assert capped == set(CAPS)
