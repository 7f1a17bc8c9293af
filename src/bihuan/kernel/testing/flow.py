"""What every flow must do, once for each of its steps. Refusals share their set-up with the allowed case."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, ClassVar

import pytest

from .. import clock
from ..errors import NotAllowed, Refused, Stale
from ..models import FlowStep, LogEntry, Person
from ..work import unit_of_work
from ..workflow import Flow, Transition

HISTORIES, ACTS = 6, 25


class FlowSuite:
    """Inherit as `class TestX(FlowSuite)`, set `flow`, and write `make`, `actor`, `outsider`.

    `make(state)` returns a new object in that state. `actor(step, obj)` may take the step; `outsider(step, obj)` may not.
    `ready(step, obj, actor)` brings about what the step's guards ask for; `data(step, obj)` is what its form holds.
    `first` is the state objects begin in (default: the first declared).
    """

    flow: ClassVar[Flow]
    first: ClassVar[str] = ""

    def make(self, state: str) -> Any:
        """A new object in the state."""
        raise AssertionError(f"{type(self).__name__}.make() is to be written")

    def actor(self, step: Transition, obj: Any) -> Person:
        """A person who may take the step."""
        raise AssertionError(f"{type(self).__name__}.actor() is to be written")

    def outsider(self, step: Transition, obj: Any) -> Person:
        """A person who may not."""
        raise AssertionError(f"{type(self).__name__}.outsider() is to be written")

    def ready(self, step: Transition, obj: Any, actor: Person | None) -> None:
        """Bring about what the guards ask for."""

    def data(self, step: Transition, obj: Any) -> Mapping[str, Any]:
        """What the step's form holds."""
        return {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "flow" not in vars(cls):
            return
        steps = list(cls.flow.transitions)
        chosen = {
            "taken": steps,
            "kept_from_outsiders": [s for s in steps if not s.by_system],
            "kept_from_persons": [s for s in steps if s.by_system],
            "refused_elsewhere": [s for s in steps if len(s.source) < len(cls.flow.states)],
            "noted": [s for s in steps if s.needs_note],
            "separated": [s for s in steps if s.not_by and not s.by_system],
            "taken_once": steps,
        }
        for name, some in chosen.items():
            if some:
                setattr(cls, f"test_step_{name}", _each(getattr(cls, f"_{name}"), some))

    # ---- the whole

    def test_every_state_can_be_reached_and_an_end_is_an_end(self) -> None:
        reached = {self.first or self.flow.states[0].code}
        while True:
            more = {t.target for t in self.flow.transitions if reached & set(t.source)} - reached
            if not more:
                break
            reached |= more
        assert reached == {state.code for state in self.flow.states}
        ends = {state.code for state in self.flow.states if state.final}
        assert not [t.code for t in self.flow.transitions if ends & set(t.source)], "a step leaves a final state"

    @pytest.mark.parametrize("seed", range(HISTORIES))
    def test_no_history_reaches_what_the_declaration_forbids(self, seed: int, db: None) -> None:
        """Anybody tries anything, on an object as it is or as it was: what goes through is declared, offered and recorded; what is
        refused leaves no trace."""
        dice, people = random.Random(seed), list(Person.objects.order_by("pk"))
        first = self.first or self.flow.states[0].code
        obj = self.make(dice.choice([first, *(state.code for state in self.flow.states)]) if seed else first)
        stale = self.flow.model._default_manager.get(pk=obj.pk)
        for act in range(ACTS):
            obj.refresh_from_db()
            fits = [step for step in self.flow.transitions if obj.state in step.source]
            # Half the acts are as they should be, the very first one always: whoever else there is, histories go somewhere.
            right = bool(fits) and ((not seed and not act) or dice.random() < 0.5)
            step = dice.choice(fits if right or (fits and dice.random() < 0.5) else list(self.flow.transitions))
            actor = None
            if not step.by_system:
                actor = self.actor(step, obj) if right else dice.choice([self.outsider(step, obj), *people])
            if obj.state in step.source and (right or dice.random() < 0.7):
                self.ready(step, obj, actor)
                obj.refresh_from_db()
            tried = stale if not right and dice.random() < 0.2 else self.flow.model._default_manager.get(pk=obj.pk)
            data = self.data(step, obj)
            before, steps, entries = obj.state, self._steps(obj), LogEntry.objects.count()
            offered = step.by_system or step.code in {
                o.transition.code for o in self.flow.offers(self._person(actor), obj) if o.open
            }
            stale = self.flow.model._default_manager.get(pk=obj.pk)
            try:
                self.flow.perform(tried, step.code, actor=actor, note="情况属实", data=data)
            except Refused:
                obj.refresh_from_db()
                assert (obj.state, self._steps(obj), LogEntry.objects.count()) == (before, steps, entries)
                continue
            obj.refresh_from_db()
            assert (before in step.source, offered) == (True, True), f"{step.code} from {before} by {actor}"
            assert self._steps(obj) == [*steps, (step.code, before, step.target)]
            assert obj.state == step.target
        chain = self._steps(obj)
        assert seed or chain, "nothing went through: the history proves nothing"
        assert all(one[2] == next_[1] for one, next_ in pairwise(chain)), chain

    def _steps(self, obj: Any) -> list[tuple[str, str, str]]:
        rows = FlowStep.objects.filter(flow=self.flow.code, object_id=obj.pk).order_by("id")
        return list(rows.values_list("transition", "source", "target"))

    # ---- each step

    def _taken(self, step: Transition) -> None:
        obj, actor = self._set_up(step)
        source = obj.state
        assert step.by_system or step.code in {
            o.transition.code for o in self.flow.offers(self._person(actor), obj) if o.open
        }
        self._perform(step, obj, actor)
        obj.refresh_from_db()
        assert obj.state == step.target
        row = FlowStep.objects.filter(flow=self.flow.code, object_id=obj.pk).latest("id")
        assert (row.transition, row.source, row.actor) == (step.code, source, actor)
        entry = LogEntry.objects.filter(type=f"flow.{self.flow.code}", object_id=str(obj.pk)).first()
        assert entry is not None
        assert entry.actor == actor
        assert entry.data["params"]["step"] == step.code

    def _kept_from_outsiders(self, step: Transition) -> None:
        obj, _actor = self._set_up(step)
        self._refused(NotAllowed, step, obj, self.outsider(step, obj))

    def _kept_from_persons(self, step: Transition) -> None:
        obj, _actor = self._set_up(step)
        self._refused(NotAllowed, step, obj, self.outsider(step, obj))

    def _refused_elsewhere(self, step: Transition) -> None:
        other = next(state.code for state in self.flow.states if state.code not in step.source)
        obj = self.make(other)
        actor = None if step.by_system else self.actor(step, obj)
        self._refused(Refused, step, obj, actor)

    def _noted(self, step: Transition) -> None:
        obj, actor = self._set_up(step)
        self._refused(Refused, step, obj, actor, note=" ")

    def _separated(self, step: Transition) -> None:
        for earlier in step.not_by:
            obj, actor = self._set_up(step)
            with unit_of_work(actor) as uow:
                at, day = clock.now(), clock.today()
                names = {"flow": self.flow.code, "object_id": obj.pk, "transition": earlier}
                FlowStep.objects.create(**names, source="-", target="-", actor=actor, day=day, at=at)
                uow.record("ledger.suite", obj, covers=[FlowStep])
            self._refused(Refused, step, obj, actor)

    def _taken_once(self, step: Transition) -> None:
        obj, actor = self._set_up(step)
        old = self.flow.model._default_manager.get(pk=obj.pk)
        self._perform(step, obj, actor)
        with pytest.raises((Stale, Refused)):
            self._perform(step, old, actor)

    # ---- helpers

    def _set_up(self, step: Transition) -> tuple[Any, Person | None]:
        obj = self.make(step.source[0])
        actor = None if step.by_system else self.actor(step, obj)
        self.ready(step, obj, actor)
        obj.refresh_from_db()
        return obj, actor

    def _perform(self, step: Transition, obj: Any, actor: Person | None, note: str = "情况属实") -> None:
        self.flow.perform(obj, step.code, actor=actor, note=note, data=self.data(step, obj))

    def _refused(
        self, kind: type[Refused], step: Transition, obj: Any, actor: Person | None, note: str = "情况属实"
    ) -> None:
        before, steps = obj.state, FlowStep.objects.count()
        with pytest.raises(kind) as refusal:
            self._perform(step, obj, actor, note)
        assert all(str(reason) for reason in refusal.value.reasons)
        obj.refresh_from_db()
        assert obj.state == before
        assert FlowStep.objects.count() == steps

    def _person(self, actor: Person | None) -> Person:
        assert actor is not None
        return actor


def _each(check: Any, steps: list[Transition]) -> Any:
    """A test method that runs the check for each step."""

    def run(self: Any, step: Transition, db: None) -> None:
        check(self, step)

    run.__doc__ = check.__doc__
    return pytest.mark.parametrize("step", steps, ids=[step.code for step in steps])(run)
