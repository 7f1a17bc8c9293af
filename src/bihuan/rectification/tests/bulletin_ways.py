"""Short ways to a bulletin in any state; every step goes through the flow."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bihuan.kernel.bulletins import Kind, get, services
from bihuan.kernel.bulletins.flow import BULLETIN_FLOW
from bihuan.kernel.bulletins.spans import before, period_of
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Bulletin, Person

from .factory import TODAY, Court

WEEKLY, MONTHLY, PROGRESS = "rectification.weekly", "cases.monthly", "rectification.progress"
WAY = {
    "countersigning": ("ask",),
    "reviewing": ("ask", "opine", "forward"),
    "signing": ("ask", "opine", "forward", "review"),
}
WAY["signed"] = (*WAY["signing"], "sign")
WAY["numbered"] = (*WAY["signed"], "number")
WAY["sealed"] = (*WAY["numbered"], "seal")
WAY["issued"] = (*WAY["sealed"], "issue")
WAY["withdrawn"] = (*WAY["issued"], "withdraw")
WAY["superseded"] = (*WAY["issued"], "supersede")


def kind(code: str) -> Kind:
    """The kind of that code."""
    found = get(code)
    assert found is not None
    return found


def drafter(court: Court, code: str) -> Person:
    """Who drafts bulletins of the kind."""
    return court.keeper if code == MONTHLY else court.rectifier


def begin(court: Court, code: str = WEEKLY, back: int = 1) -> Bulletin:
    """A draft of the period `back` periods before the tests' day, with words in every passage."""
    held = kind(code)
    span = before(held.period, period_of(held.period, TODAY), back)
    made = services.draft(actor=drafter(court, code), kind=held, span=span)
    texts = {one.name: made.texts.get(one.name) or "据实填写。" for one in held.words}
    return services.edit(actor=drafter(court, code), bulletin=made, values={"texts": texts})


def actor(court: Court, step: str, bulletin: Bulletin) -> Person | None:
    """Who takes the step."""
    own = drafter(court, bulletin.kind)
    keeper = own if bulletin.kind == WEEKLY else court.secretary
    if step == "return":
        hands = {"countersigning": own, "reviewing": court.secretary, "signing": court.president}
        return hands.get(bulletin.state, court.president)
    return {
        "ask": own, "submit": own, "forward": own, "opine": court.head, "review": court.secretary, "sign": court.president,
        "number": keeper, "seal": keeper, "issue": keeper, "withdraw": court.president, "supersede": None,
    }[step]  # fmt: skip


def data(court: Court, step: str) -> dict[str, Any]:
    """What the step's form holds."""
    unit = court.units["civil"]
    forms = {"ask": {"units": [unit]}, "opine": {"unit": unit, "agrees": True}, "seal": {"seal": "院印", "copies": 3}}
    return forms.get(step, {})


def step(court: Court, bulletin: Bulletin, code: str, note: str = "同意") -> Bulletin:
    """Take one step."""
    found: Bulletin = BULLETIN_FLOW.perform(
        bulletin, code, actor=actor(court, code, bulletin), note=note, data=data(court, code)
    )
    return found


def at(court: Court, state: str, code: str = MONTHLY, back: int = 1) -> Bulletin:
    """A bulletin in the state; a weekly one goes without countersigning and seal."""
    made = begin(court, code, back)
    way = WAY.get(state, ())
    if code == WEEKLY:
        way = tuple("submit" if one == "ask" else one for one in way if one not in ("opine", "forward", "seal"))
    for one in way:
        made = step(court, made, one)
    return made


def monday(weeks: int) -> dt.date:
    """The Monday so many weeks before that of the tests' day."""
    return TODAY - dt.timedelta(days=TODAY.weekday() + 7 * weeks)


def refused(code: str, act: Any, *args: Any, **kwargs: Any) -> str:
    """The act is refused for this reason; its sentence."""
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    told = {reason.code: str(reason) for reason in caught.value.reasons}
    assert code in told, told
    return told[code]
