"""The demo court's monthly analyses of trial quality: two issued, with number and seal; the cases were filled in before."""

from __future__ import annotations

import datetime as dt

from bihuan.kernel import clock
from bihuan.kernel.bulletins import cadence, covered, services
from bihuan.kernel.bulletins.flow import BULLETIN_FLOW
from bihuan.kernel.models import Bulletin, Person
from bihuan.people.sample.load import Court

from ..bulletins import MONTHLY

HEAD, CLERK, OFFICE, SECRETARY, SIGNER = "shenghuaiyuan", "quanjingyi", "yingcailan", "lingshuangxu", "wenruochuan"
FIRST, SECOND = dt.date(2026, 10, 12), dt.date(2026, 11, 9)
BEGIN = dt.date(2026, 11, 8)
ANALYSIS = {
    FIRST: "与上月相比结案放缓，主要是国庆放假以前集中开庭、文书尚未送达；长期未结案件以鉴定、审计未完结的为主。",
    SECOND: "本月收结基本平衡。超审限未结案件的原因已逐案登记；均衡结案情况与本院去年同期相当。",
}


def fill_bulletins(court: Court) -> None:
    """Issue the analysis of September, and that of October as the duty asks."""
    with clock.simulate(BEGIN):
        cadence.put_to_use(actor=_person(HEAD), kind=MONTHLY, starts=BEGIN)
    with clock.simulate(FIRST):
        _issue(services.draft(actor=_person(CLERK), kind=MONTHLY, span=covered("month", FIRST)), FIRST)
    with clock.simulate(SECOND):
        due = cadence.occurrences(MONTHLY, SECOND)[0]
        _issue(services.for_occurrence(actor=_person(CLERK), kind=MONTHLY, occurrence=due), SECOND)


def _person(username: str) -> Person:
    """The person, fresh: posts held on the simulated day are read anew."""
    found: Person = Person.objects.get(username=username)
    return found


def _issue(made: Bulletin, day: dt.date) -> None:
    texts = made.texts | {"analysis": ANALYSIS[day]}
    made = services.edit(actor=_person(CLERK), bulletin=made, values={"texts": texts})
    ways = (
        ("submit", CLERK),
        ("review", OFFICE),
        ("sign", SIGNER),
        ("number", SECRETARY),
        ("seal", SECRETARY),
        ("issue", SECRETARY),
    )
    for step, who in ways:
        note = "同意" if who in (OFFICE, SIGNER) else ""
        data = {"seal": "院印", "copies": 18} if step == "seal" else {}
        made = BULLETIN_FLOW.perform(made, step, actor=_person(who), note=note, data=data)
