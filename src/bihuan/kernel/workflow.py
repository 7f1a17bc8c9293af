"""Flow: states and transitions of one kind of object, with roles, guards, evidence and separation of persons.

A transition is performed by compare-and-set on the row's state and revision, so two people acting at once cannot both
succeed; every performed transition leaves a `FlowStep` and a log entry in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import F, Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import access, clock, log
from .errors import NotAllowed, Refused, Stale
from .models.org import Person
from .models.steps import FlowStep
from .wording import Message, wording
from .work import plain, unit_of_work

Tone = Literal["idle", "active", "wait", "good", "warn", "bad"]

WRONG_STATE = wording(
    "flow.wrong_state", _("当前状态为“%(state)s”，不能办理“%(transition)s”。请刷新页面查看最新状态。")
)
NEEDS_NOTE = wording("flow.needs_note", _("办理“%(transition)s”必须填写意见或理由。"))
SAME_PERSON = wording(
    "flow.same_person", _("“%(person)s”已办理过“%(earlier)s”，不能再办理“%(transition)s”：两个环节须由不同人员办理。")
)
CHANGED = wording("flow.changed", _("该事项刚被他人更新，您的操作未保存。请刷新后核对再办理。"))


@dataclass(frozen=True)
class State:
    """A state: `tone` chooses its colour and light; `final` ends the flow."""

    code: str
    label: str | Promise
    tone: Tone = "idle"
    final: bool = False


@dataclass(frozen=True)
class Context:
    """What a guard may look at."""

    obj: Any
    actor: Person | None
    note: str
    data: Mapping[str, Any]


Guard = Callable[[Context], "Message | list[Message] | None"]
Effect = Callable[[Context], None]
Prepare = Callable[[Context], Mapping[str, Any]]


@dataclass(frozen=True)
class Transition:
    """One step.

    `action` is the access action that allows it; `guards` return reasons to refuse; `not_by` names transitions whose actor on
    this object may not also do this one; `prepare` runs inside the transaction once the guards have passed and returns columns
    to be written by the very statement that moves the state (it may raise Refused); `effect` runs after the state moved; `fields` names
    form fields the page asks for (see `kernel.ledger.forms`); `by_system` steps are taken by jobs alone; `silent` steps ask for no
    note and keep none, where words may not be written down.
    """

    code: str
    label: str | Promise
    source: tuple[str, ...]
    target: str
    action: str
    guards: tuple[Guard, ...] = ()
    not_by: tuple[str, ...] = ()
    needs_note: bool = False
    prepare: Prepare | None = None
    effect: Effect | None = None
    form: str = ""
    by_system: bool = False
    silent: bool = False
    tone: Tone = "active"


@dataclass(frozen=True)
class Offer:
    """A transition as offered to a person now: with the reasons that stand against it, if any."""

    transition: Transition
    refusals: tuple[Message, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it can be done now."""
        return not self.refusals


@dataclass
class Flow:
    """A lifecycle. `authority` says who decides: the platform ("here") or another system ("external").

    `born`: the states an object may be made in (default: the first).
    """

    code: str
    model: type[Model]
    name: str | Promise
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    authority: Literal["here", "external"] = "here"
    born: tuple[str, ...] = ()
    _by_code: dict[str, Transition] = field(default_factory=dict, init=False)
    _states: dict[str, State] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._states = {state.code: state for state in self.states}
        for transition in self.transitions:
            unknown = {*transition.source, transition.target} - self._states.keys()
            if unknown:
                raise ValueError(
                    f"flow {self.code}: transition {transition.code} names unknown states {sorted(unknown)}"
                )
            if transition.code in self._by_code:
                raise ValueError(f"flow {self.code}: transition {transition.code} stands twice")
            self._by_code[transition.code] = transition
        for transition in self.transitions:
            strangers = set(transition.not_by) - self._by_code.keys()
            if strangers:
                raise ValueError(f"flow {self.code}: {transition.code} is not_by unknown {sorted(strangers)}")
        for state in self.states:
            wording(self.say_state(state.code), state.label)
        for transition in self.transitions:
            wording(self.say(transition.code), transition.label)
        log.event(f"flow.{self.code}", _("%(transition)s：%(source)s → %(target)s"))
        flows[self.code] = self

    @property
    def born_in(self) -> tuple[str, ...]:
        """The states an object may be made in."""
        return self.born or (self.states[0].code,)

    def state(self, obj: Any) -> State:
        """The object's state."""
        return self._states[obj.state]

    def named(self, code: str) -> State:
        """The state of that code."""
        return self._states[code]

    def label(self, code: str) -> str:
        """A state's label."""
        return str(self._states[code].label)

    def transition(self, code: str) -> Transition:
        """The transition of that code; KeyError when there is none."""
        return self._by_code[code]

    def steps(self, obj: Any) -> list[FlowStep]:
        """What was done to the object so far, oldest first."""
        return list(FlowStep.objects.filter(flow=self.code, object_id=obj.pk).select_related("actor", "acted_for"))

    def offers(self, person: Person, obj: Any) -> list[Offer]:
        """The transitions the person may do from the present state, each with what still stands against it."""
        found = []
        for transition in self.transitions:
            if transition.by_system or obj.state not in transition.source:
                continue
            if not access.may(person, transition.action, obj):
                continue
            context = Context(obj, person, "", {})
            found.append(Offer(transition, tuple(self._against(transition, context, asked=False))))
        return found

    def perform(
        self, obj: Any, code: str, *, actor: Person | None, note: str = "", data: Mapping[str, Any] | None = None
    ) -> Any:
        """Do a transition; returns the object, fresh from the database.

        Raises NotAllowed (rights, separation), Refused (state, guards, missing note), Stale (changed meanwhile). Guards are
        evaluated again inside the deciding transaction.
        """
        transition = self._by_code[code]
        context = Context(obj, actor, "" if transition.silent else note.strip(), data or {})
        with unit_of_work(actor) as uow:
            fresh = self.model._default_manager.filter(pk=obj.pk)
            # Locked (PostgreSQL), so that whoever comes second waits, and is then told instead of failing on a constraint.
            # Without the key: rows that only point here are not held up, else they, holding the log's lock, and we, waiting
            # for it, would wait for each other.
            if fresh.select_for_update(no_key=True).values_list("revision", flat=True).get() != obj.revision:
                raise Stale(Message(CHANGED))
            if transition.by_system and actor is not None:
                raise NotAllowed(Message(access.NOT_ALLOWED, {"person": str(actor), "action": str(transition.label)}))
            access.require(actor, transition.action, obj)
            if obj.state not in transition.source:
                params = {"state": self.label(obj.state), "transition": str(transition.label)}
                raise Refused(Message(WRONG_STATE, params))
            against = self._against(transition, context, asked=True)
            if against:
                raise Refused(against)
            source = obj.state
            values = transition.prepare(context) if transition.prepare is not None else {}
            moved = fresh.filter(state=source, revision=obj.revision).update(
                state=transition.target, revision=F("revision") + 1, **values
            )
            if not moved:
                raise Stale(Message(CHANGED))
            obj.refresh_from_db()
            FlowStep.objects.create(
                flow=self.code,
                object_id=obj.pk,
                transition=code,
                source=source,
                target=transition.target,
                actor=actor,
                day=clock.today(),
                at=clock.now(),
                note=context.note,
                data=plain(context.data),
            )
            uow.record(
                f"flow.{self.code}",
                obj,
                params={
                    "transition": {"code": self.say(code), "params": {}},
                    "source": {"code": self.say_state(source), "params": {}},
                    "target": {"code": self.say_state(transition.target), "params": {}},
                    "step": code,
                },
                changes={"state": (source, transition.target)},
                reason=context.note,
                covers=[FlowStep],
            )
            if transition.effect is not None:
                transition.effect(Context(obj, actor, context.note, context.data))
                obj.refresh_from_db()
        return obj

    def say(self, code: str) -> str:
        """The wording code of a transition's label."""
        return f"flow.{self.code}.step.{code}"

    def say_state(self, code: str) -> str:
        """The wording code of a state's label."""
        return f"flow.{self.code}.state.{code}"

    def _against(self, transition: Transition, context: Context, *, asked: bool) -> list[Message]:
        """Reasons against. A missing note counts only once the act is asked for, not while it is merely offered."""
        reasons: list[Message] = []
        label = str(transition.label)
        if transition.not_by and context.actor is not None:
            earlier = FlowStep.objects.filter(
                flow=self.code, object_id=context.obj.pk, transition__in=transition.not_by, actor=context.actor
            ).first()
            if earlier:
                done = str(self._by_code[earlier.transition].label)
                reasons.append(
                    Message(SAME_PERSON, {"person": str(context.actor), "earlier": done, "transition": label})
                )
        if asked and transition.needs_note and not context.note:
            reasons.append(Message(NEEDS_NOTE, {"transition": label}))
        for guard in transition.guards:
            found = guard(context)
            if isinstance(found, Message):
                reasons.append(found)
            elif found:
                reasons.extend(found)
        return reasons


flows: dict[str, Flow] = {}
