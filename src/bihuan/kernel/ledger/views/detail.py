"""One row: its facts, where it stands, what may be done, its panels, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import View

from ... import access, evidence
from ...wording import Message
from .. import need
from ..cells import Badge, DueText, answers, cell, label_of, show, state_of
from ..declaration import Due, Ledger, Panel, StateColumn
from ..timeline import timeline
from .base import RowMixin

RECENT = 12
ALL = 500


@dataclass(frozen=True)
class Fact:
    """A field on the detail page. `locked`: frozen now, and why; `why` answers where the value comes from."""

    name: str
    label: str
    value: Any
    locked: bool = False
    locked_why: str = ""
    why: tuple[Message, ...] = ()

    @property
    def badge(self) -> Badge | None:
        """The value if it is a state."""
        return self.value if isinstance(self.value, Badge) else None

    @property
    def due(self) -> DueText | None:
        """The value if it is a due date."""
        return self.value if isinstance(self.value, DueText) else None


@dataclass(frozen=True)
class Part:
    """A panel, drawn."""

    panel: Panel
    html: str


def facts_of(ledger: Ledger, obj: Any) -> list[Fact]:
    """The row's facts, in the declared order."""
    columns = {column.name: column for column in ledger.all_columns}
    names = ledger.facts or tuple(dict.fromkeys([*ledger.form_fields, *columns]))
    frozen = ledger.frozen_now(obj)
    found = []
    for name in names:
        column = columns.get(name)
        if isinstance(column, StateColumn) and not ledger.facts:
            continue  # stands beside the title
        special = column if column is not None and (isinstance(column, Due | StateColumn) or column.value) else None
        value = cell(ledger, special, obj) if special is not None else show(obj, name)
        reason = frozen.get(name)
        own = answers(ledger.why.get(name), obj)
        found.append(
            Fact(
                name=name,
                label=str((column.label if column else "") or label_of(ledger.model, name)),
                value="—" if value is None else value,
                locked=name in frozen,
                locked_why=str(reason) if reason else "",
                why=own or (value.why if isinstance(value, DueText) else ()),
            )
        )
    return found


class LedgerDetail(RowMixin, View):
    """The page of a row."""

    template_name = "ledger/detail.html"
    nodes_suffice = True

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show the row."""
        obj = self.get_object()
        if need.is_shut(self.ledger, self.person, obj):
            return self.show("ledger/nodes.html", **self.nodes_context(obj))
        return self.show(self.template_name, **self.detail_context(obj))

    def nodes_context(self, obj: Any) -> dict[str, Any]:
        """The context of a row the rest of which is not open to the person."""
        ledger, held, viewer = self.ledger, self.ledger.need, access.viewer(self.person)
        assert held is not None
        way = held.way(viewer, obj)
        return {
            "object": obj,
            "name": ledger.name_of(obj),
            "badge": state_of(ledger, obj),
            "facts": [fact for fact in facts_of(ledger, obj) if fact.name in held.nodes],
            "told": held.refusal(viewer, obj),
            "way": f"{way}?{urlencode({'next': self.request.path})}" if way else "",
        }

    def paths(self) -> list[str]:
        """What the facts show."""
        return list(dict.fromkeys([*super().paths(), *self.ledger.facts]))

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """The template's context."""
        ledger, person = self.ledger, self.person
        items, more = timeline(ledger, person, obj, RECENT)
        parts = self.parts(obj)
        return {
            "object": obj,
            "name": ledger.name_of(obj),
            "badge": state_of(ledger, obj),
            "void": getattr(obj, "is_void", False),
            "facts": facts_of(ledger, obj),
            "offers": self.offers(obj),
            "wide_parts": [part for part in parts if part.panel.wide],
            "side_parts": [part for part in parts if not part.panel.wide],
            "timeline": items,
            "timeline_more": more,
            "urls": self.urls(obj),
        }

    def offers(self, obj: Any) -> list[dict[str, Any]]:
        """The steps the person may take now, each with its address and what stands against it."""
        flow = self.ledger.flow
        if flow is None or getattr(obj, "is_void", False):
            return []
        return [
            {"offer": offer, "step": offer.transition, "url": self.ledger.url("do", obj.pk, step=offer.transition.code)}
            for offer in flow.offers(self.person, obj)
        ]

    def urls(self, obj: Any) -> dict[str, str]:
        """The addresses of what the person may do to the row; what they may not is missing."""
        ledger, person = self.ledger, self.person
        urls = {"list": ledger.url("list"), "history": ledger.url("history", obj.pk)}
        if getattr(obj, "is_void", False):
            return urls
        for name, action in (("change", ledger.change), ("void", ledger.void)):
            if action and access.may(person, action, obj):
                urls[name] = ledger.url(name, obj.pk)
        return urls

    def parts(self, obj: Any) -> list[Part]:
        """The panels, drawn; the evidence panel last."""
        found = []
        for panel in self.panels(obj):
            if panel.shown is not None and not panel.shown(self.person, obj):
                continue
            more = dict(panel.context(self.person, obj)) if panel.context else {}
            context = {"object": obj, "ledger": self.ledger, "panel": panel, "person": self.person, **more}
            found.append(Part(panel, render_to_string(panel.template, context, self.request)))
        return found

    def panels(self, obj: Any) -> list[Panel]:
        """The declared panels, and the evidence panel where the ledger asks for it."""
        panels = list(self.ledger.panels)
        asked = self.ledger.evidence
        if asked(self.person, obj) if callable(asked) else asked:
            panels.append(Panel("evidence", _("佐证材料"), "evidence/panel.html", _evidence))
        return panels


def _evidence(_person: Any, obj: Any) -> dict[str, Any]:
    return {"evidence": list(evidence.of(obj)), "object_kind": obj._meta.label_lower}


class LedgerHistory(RowMixin, View):
    """All that happened to a row."""

    template_name = "ledger/history.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show the timeline."""
        obj = self.get_object()
        items, more = timeline(self.ledger, self.person, obj, ALL)
        name = self.ledger.name_of(obj)
        back = self.ledger.url("detail", obj.pk)
        return self.show(self.template_name, object=obj, name=name, timeline=items, timeline_more=more, back=back)
