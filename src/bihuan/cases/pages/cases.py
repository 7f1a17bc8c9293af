"""The list of cases and the page of a case, over the ledger's. What is sealed stays sealed: in search, filters, export, history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from bihuan.kernel import access, alerts, clock, law_words
from bihuan.kernel.law_findings import lamp_message
from bihuan.kernel.ledger.cells import EMPTY, show_value
from bihuan.kernel.ledger.views import LedgerDetail, LedgerExport, LedgerList
from bihuan.kernel.models import Alert
from bihuan.kernel.parameter_words import term_message
from bihuan.kernel.wording import Message, message_of
from bihuan.law.dated import current_parameters
from bihuan.law.limits.clocks import tiers

from ..clock import lamp_of
from ..ledgers import APPEALS, GRANTS, HEARINGS, PAUSES, TURNS
from ..meetings.terms import lines
from ..models import Case
from ..opening.nodes import only_nodes
from ..opening.pages import ReasonForm, looks
from ..opening.scopes import is_whole_to
from ..scopes import is_open_to
from .drawing import draw
from .sealed import SEALED
from .why import hearings_wrong, why

TELLING = ("q", "judge", "enterprise", "procedure")
"""What narrows a list by the contents of its cases: sealed ones are left out, or their contents could be guessed."""


class CaseList(LedgerList):
    """Sealed cases stand in the list by number and days; whatever asks for contents passes them over."""

    def rows(self) -> QuerySet[Any]:
        """The rows the person may see."""
        rows = super().rows()
        return rows.filter(sealed="") if any(self.request.GET.get(name) for name in TELLING) else rows


class CaseExport(LedgerExport):
    """Without sealed cases, whoever exports; with what is beyond nodes only where all of every case is open to the person.

    The columns are left out whole: an empty cell of a sheet that is brought back would take the parties away.
    """

    def rows(self) -> QuerySet[Any]:
        """The open rows."""
        return super().rows().filter(sealed="")


class CaseDetail(LedgerDetail):
    """The case: facts, its time drawn to scale, why, and what is wrong. Of a sealed one number and days, of another's the nodes."""

    template_name = "cases/case.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show the case."""
        obj = self.get_object()
        if not is_open_to(access.viewer(self.person), obj):
            told = Message(SEALED, {"number": obj.number})
            return self.show("cases/sealed.html", object=obj, name=obj.number, lamp=lamp_of(obj, clock.today()), why=told)
        context = self.detail_context(obj)
        if not is_whole_to(access.viewer(self.person), obj):
            context = only_nodes(context) | {"reason_form": ReasonForm()}
        return self.show(self.template_name, **context)

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the days with their reasons, what the case system recorded, alerts and tiers."""
        context = super().detail_context(obj)
        on = clock.today()
        answer = why(obj, on)
        found = answer.reckoning
        seen = access.visible(self.person, Alert).values("pk")
        context |= {
            "lamp": lamp_of(obj, on),
            "why": answer,
            "wrong": [*answer.wrong, *hearings_wrong(obj)],
            "drawing": draw(obj, found, on) if found else None,
            "limit_name": message_of(law_words.limit_name(found.limit.id)) if found else "",
            "lamp_text": lamp_message(found.lamp) if found else "",
            "records": records(self.person, obj),
            "open_alerts": list(alerts.of(obj).filter(pk__in=seen)),
            "tiers": passed_tiers(obj, on),
            "facts": [fact for fact in context["facts"] if str(fact.value) not in {EMPTY, ""}],
            "acts": acts_on(self.person, obj),
            "looks": looks(self.person, obj),
        }
        return context


@dataclass(frozen=True)
class Tier:
    """A tier of long-pending cases as the page shows it."""

    title: str
    term: Message | None
    since: dt.date
    passed: bool


def passed_tiers(case: Case, on: dt.date) -> list[Tier]:
    """The tiers of an open case: those passed, and the next."""
    if case.filed_on is None or case.closed_on is not None or case.line not in lines(on):
        return []
    parameters = current_parameters()
    found = [Tier(gettext(parameters.get(t.parameter).title), term_message(str(t.term)), t.since, t.passed) for t in tiers(case.filed_on, on)]
    ahead = [tier for tier in found if not tier.passed]
    return [*(tier for tier in found if tier.passed), *ahead[:1]]


@dataclass(frozen=True)
class Record:
    """A row of the case system about the case."""

    kind: str
    text: str
    days: str
    url: str


def records(person: Any, case: Case) -> list[Record]:
    """What the case system recorded of the case, in the order of days: five statements."""
    found: list[tuple[Any, Record]] = []
    for ledger, first, last, text in (
        (PAUSES, "first", "last", lambda row: row.ground_text or row.get_ground_display()),
        (GRANTS, "applied_on", "decided_on", lambda row: f"{row.get_by_display()} {row.get_decision_display()}".strip()),
        (TURNS, "sent_on", "on", lambda row: row.get_to_display()),
        (HEARINGS, "at", "", lambda row: " ".join(filter(None, [row.get_kind_display(), row.adjourned and row.get_adjourned_display()]))),
        (APPEALS, "appealed_on", "decided_on", lambda row: f"{row.upper_number} {row.get_outcome_display()}".strip()),
    ):  # fmt: skip
        model: Any = ledger.model
        for row in access.visible(person, model).filter(case=case.pk, voided_at=None):
            days = [getattr(row, name) for name in (first, last) if name]
            days = [timezone.localtime(d).date() if isinstance(d, dt.datetime) else d for d in days]
            shown = " – ".join(show_value(day) for day in days)
            kind = str(model._meta.verbose_name)
            found.append((days[0] or days[-1] or dt.date.min, Record(kind, str(text(row)) or kind, shown, ledger.url("detail", row.pk))))
    return [record for _day, record in sorted(found, key=lambda one: one[0])]


@dataclass(frozen=True)
class Act:
    """What may be done about a case, as a button."""

    label: Any
    icon: str
    url: str


Offer = Callable[[Any, Case], "Act | None"]
_offers: list[Offer] = []


def act_on(offer: Offer) -> None:
    """Register an act for the page of a case; it answers None where the person may not or it makes no sense."""
    _offers.append(offer)


def acts_on(person: Any, case: Case) -> list[Act]:
    """What the person may do about the case."""
    return [act for offer in _offers if (act := offer(person, case)) is not None]
