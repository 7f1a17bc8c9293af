"""Who sees what, who may do what. `visible()` is the only way for a person to a row.

Roles come with posts. A domain registers for each model a scope (a condition inside the query, never a list of row ids) and
for each action the roles and the relation to the object that allow it. What is not registered is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import clock
from .errors import NotAllowed
from .models.org import Assignment, Delegation, Grant, Lead, Person
from .wording import Message, wording

M = TypeVar("M", bound=Model)
NOTHING = Q(pk__in=[])
EVERYTHING = Q()


@dataclass(frozen=True)
class Role:
    """What a post is: `heads` marks a head of its unit, `leads` a leader who may be in charge of other units."""

    code: str
    name: str | Promise
    heads: bool = False
    leads: bool = False
    clerk: bool = False


_roles: dict[str, Role] = {}


def register_role(role: Role) -> Role:
    """Register a role code; twice the same code is an error."""
    if role.code in _roles:
        raise ImproperlyConfigured(f"role {role.code!r} is registered twice")
    _roles[role.code] = role
    return role


def roles() -> dict[str, Role]:
    """All roles by code."""
    return dict(_roles)


def role_name(code: str) -> str:
    """The role's name in the reader's language."""
    return str(_roles[code].name) if code in _roles else code


@dataclass(frozen=True)
class Viewer:
    """A person as the rules of access see them on a day: a handful of roles and unit ids, their own and those of the persons
    who delegated to them."""

    person: Person
    day: dt.date
    admin_role: str
    roles: frozenset[str]
    units: frozenset[int]
    headed: frozenset[int]
    led: frozenset[int]
    acts_for: frozenset[int]
    tracks: frozenset[str]
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What a scope found out about the viewer, for the length of a request."""

    def has(self, *codes: str) -> bool:
        """Whether the person holds one of the roles."""
        return not self.roles.isdisjoint(codes)

    def knows(self, track: str) -> bool:
        """Whether an explicit grant opens the closed track."""
        return track in self.tracks

    def is_me(self, person_id: int | None) -> bool:
        """Whether the id is the person's own or that of somebody they stand in for."""
        return person_id is not None and person_id in self.acts_for


def viewer(person: Person, day: dt.date | None = None) -> Viewer:
    """The viewer of `person` on `day` (today). Kept on the person object for the length of a request."""
    day = day or clock.today()
    held: Viewer | None = getattr(person, "_viewer", None)
    if held is not None and held.day == day:
        return held
    if not person.is_active or person.admin_role:
        made = _bare(person, day)
    else:
        made = _business(person, day)
    person._viewer = made  # type: ignore[attr-defined]
    return made


def _bare(person: Person, day: dt.date) -> Viewer:
    """An administrator or a disabled account: no business at all."""
    none: frozenset[Any] = frozenset()
    role = person.admin_role if person.is_active else ""
    return Viewer(person, day, role, none, none, none, none, none, none)


def _business(person: Person, day: dt.date) -> Viewer:
    principals = {
        person.pk,
        *Delegation.objects.filter(Delegation.on(day), deputy=person).values_list("person_id", flat=True),
    }
    posts = list(
        Assignment.objects.filter(Assignment.on(day), person__in=principals, person__is_active=True).values_list(
            "post_id", "post__role", "post__unit_id"
        )
    )
    leads = Lead.objects.filter(Lead.on(day), post__in=[post for post, _role, _unit in posts]).values_list(
        "unit_id", flat=True
    )
    tracks = Grant.objects.filter(Grant.on(day), person=person).values_list("track", flat=True)
    return Viewer(
        person=person,
        day=day,
        admin_role="",
        roles=frozenset(role for _post, role, _unit in posts),
        units=frozenset(unit for _post, _role, unit in posts),
        headed=frozenset(unit for _post, role, unit in posts if role in _roles and _roles[role].heads),
        led=frozenset(leads),
        acts_for=frozenset(principals),
        tracks=frozenset(tracks),
    )


def forget(person: Person) -> None:
    """Drop the viewer kept on the person, after posts or grants changed."""
    if hasattr(person, "_viewer"):
        del person._viewer


Scope = Callable[[Viewer], Q]
_scopes: dict[type[Model], Scope] = {}


def scope(model: type[Model]) -> Callable[[Scope], Scope]:
    """Decorator: register the condition under which a viewer sees rows of `model`."""

    def register(function: Scope) -> Scope:
        _scopes[model] = function
        return function

    return register


def scoped_models() -> frozenset[type[Model]]:
    """All models somebody may see rows of."""
    return frozenset(_scopes)


def visible(person: Person | None, model: type[M]) -> QuerySet[M]:
    """The rows of `model` that `person` may see, as a query whose condition the database evaluates.

    `None` is the system itself (patrol, jobs), which sees all. A model without a scope raises ImproperlyConfigured:
    forgetting to decide who sees it must not open it.
    """
    manager = model._default_manager
    if person is None:
        return manager.all()
    if model not in _scopes:
        raise ImproperlyConfigured(f"{model._meta.label} has no access scope: register one with @access.scope")
    return manager.filter(_scopes[model](viewer(person)))


Relation = Callable[[Viewer, Any], bool]


@dataclass(frozen=True)
class Action:
    """An act on an object: allowed to holders of `roles`, or where `relation(viewer, obj)` holds."""

    code: str
    name: str | Promise
    roles: frozenset[str]
    relation: Relation | None
    admin: str = ""


_actions: dict[str, Action] = {}


def action(
    code: str, name: str | Promise, *, roles: Iterable[str] = (), relation: Relation | None = None, admin: str = ""
) -> str:
    """Register an action. `admin` names the one administrator who may do it instead of business roles."""
    if code in _actions:
        raise ImproperlyConfigured(f"action {code!r} is registered twice")
    _actions[code] = Action(code, name, frozenset(roles), relation, admin)
    return code


def actions() -> dict[str, Action]:
    """All actions by code."""
    return dict(_actions)


def may(person: Person | None, code: str, obj: Any = None) -> bool:
    """Whether `person` may do the action to `obj` (None: to some object, for menus). The system may do everything."""
    if person is None:
        return True
    act = _actions.get(code)
    if act is None:
        raise ImproperlyConfigured(f"action {code!r} is not registered")
    who = viewer(person)
    if act.admin:
        return who.admin_role == act.admin
    if who.admin_role or not person.is_active:
        return False
    if who.has(*act.roles):
        return True
    return act.relation is not None and (obj is None or act.relation(who, obj))


NOT_ALLOWED = wording(
    "access.not_allowed", _("“%(person)s”没有“%(action)s”的权限。需要办理的，请联系所在部门负责人或安全管理员。")
)


def require(person: Person | None, code: str, obj: Any = None) -> None:
    """Raise NotAllowed, naming person and action, unless `may`."""
    if not may(person, code, obj):
        name = str(_actions[code].name)
        raise NotAllowed(Message(NOT_ALLOWED, {"person": str(person), "action": name}))
