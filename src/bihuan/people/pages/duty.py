"""Standing in, being away, handing over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel import access, clock
from bihuan.kernel.models import Delegation, HandOver, Leave, Person
from bihuan.kernel.pages.base import row_id

from ..forms import DelegationForm, EndDayForm, GiverForm, LeaveForm, TakerForm
from ..scopes import DELEGATE, HAND_OVER, PERSONNEL, SEE_COURT
from ..services import duty, open_duty
from .common import WRONG_INPUT, attempt, guarded, one, person_of, show_form

SHOWN = 200


def _others(person: Person, *roles: str) -> bool:
    """Whether the person may act for others: the personnel office."""
    return access.viewer(person).has(*roles)


def _current(rows: Any) -> tuple[list[Any], list[Any]]:
    """Those that hold or are to come, and those that are over."""
    today = clock.today()
    running = rows.filter(Q(ends__isnull=True) | Q(ends__gte=today)).order_by("starts", "id")
    return list(running[:SHOWN]), list(rows.filter(ends__lt=today).order_by("-ends", "-id")[:50])


@require_http_methods(["GET", "POST"])
@guarded(SEE_COURT)
def delegations(request: HttpRequest) -> HttpResponse:
    """One's own stand-ins and those one stands in for (all of them for the personnel office), and a new one."""
    actor = person_of(request)
    others = _others(actor, "political")
    asked = request.GET.get("person", "")
    initial = {"person": asked} if row_id(asked) else {}
    form = DelegationForm(request.POST or None, actor=actor, others=others, initial=initial or None)
    if request.method == "POST":
        done, row = attempt(form, lambda values: duty.delegate(actor=actor, **values))
        if done:
            messages.success(request, _("已登记：%(deputy)s 代理 %(person)s。") % _pair(row))
            return redirect("people:delegations")
    rows = access.visible(actor, Delegation).select_related("person", "deputy")
    running, over = _current(rows)
    context = {
        "form": form,
        "running": [(row, access.may(actor, DELEGATE, row.person)) for row in running],
        "over": over,
        "others": others,
    }
    return render(request, "people/delegations.html", context, status=WRONG_INPUT if form.errors else 200)


def _pair(row: Delegation) -> dict[str, str]:
    return {"person": row.person.name, "deputy": row.deputy.name}


@require_POST
@guarded(SEE_COURT)
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation with today."""
    actor = person_of(request)
    row: Delegation = one(actor, Delegation, pk, "person", "deputy")
    duty.end_delegation(actor=actor, row=row)
    messages.success(request, _("已结束：%(deputy)s 不再代理 %(person)s。") % _pair(row))
    return redirect("people:delegations")


@require_http_methods(["GET", "POST"])
@guarded(SEE_COURT)
def leaves(request: HttpRequest) -> HttpResponse:
    """Leaves one may see, and a new one."""
    actor = person_of(request)
    others = _others(actor, "political")
    asked = request.GET.get("person", "")
    initial = {"person": asked} if row_id(asked) else {}
    form = LeaveForm(request.POST or None, actor=actor, others=others, initial=initial or None)
    if request.method == "POST":
        done, row = attempt(form, lambda values: duty.be_away(actor=actor, **values))
        if done:
            messages.success(request, _("已登记离岗：%(person)s。") % {"person": row.person.name})
            return redirect("people:leaves")
    running, over = _current(access.visible(actor, Leave).select_related("person"))
    context = {
        "form": form,
        "running": [(row, access.may(actor, DELEGATE, row.person)) for row in running],
        "over": over,
        "others": others,
        "personnel": _others(actor, *PERSONNEL),
        "kinds": dict(LeaveForm.base_fields["kind"].choices),  # type: ignore[attr-defined]
    }
    return render(request, "people/leaves.html", context, status=WRONG_INPUT if form.errors else 200)


@require_http_methods(["GET", "POST"])
@guarded(SEE_COURT)
def leave_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Back again: correct the last day of a leave."""
    actor = person_of(request)
    row: Leave = one(actor, Leave, pk, "person")
    access.require(actor, DELEGATE, row.person)
    initial = {"ends": min(filter(None, [clock.today(), row.ends]))}
    form = EndDayForm(request.POST or None, initial=initial)
    if request.method == "POST":
        done, _row = attempt(form, lambda values: duty.end_leave(actor=actor, row=row, ends=values["ends"]))
        if done:
            messages.success(request, _("已销假：%(person)s。") % {"person": row.person.name})
            return redirect("people:leaves")
    return show_form(
        request,
        form,
        title=_("销假：%(person)s") % {"person": row.person.name},
        back=reverse("people:leaves"),
        button=_("确认销假"),
        lede=_("填写离岗的最后一日。"),
    )


@require_GET
@guarded(SEE_COURT)
def hand_overs(request: HttpRequest) -> HttpResponse:
    """Hand-overs one took part in (all, for the offices that watch over duty)."""
    rows = access.visible(person_of(request), HandOver).select_related("giver", "taker", "unit")[:SHOWN]
    return render(request, "people/hand_overs.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@guarded(HAND_OVER)
def hand_over(request: HttpRequest) -> HttpResponse:
    """The wizard: whose work -> what is open, to whom, why -> look again -> done. Nothing is written before the last."""
    actor = person_of(request)
    source = request.POST if request.method == "POST" else request.GET
    others = _others(actor, "political", "rectification_office")
    first = GiverForm(source if "giver" in source else None, actor=actor, others=others, initial={"giver": actor})
    if not first.is_bound or not first.is_valid():
        status = WRONG_INPUT if first.is_bound else 200
        return render(request, "people/hand_over.html", {"step": 1, "form": first}, status=status)
    giver, unit = first.cleaned_data["giver"], first.cleaned_data["unit"]
    access.require(actor, HAND_OVER, giver)
    counts = duty.open_items(giver, unit)
    second = TakerForm(request.POST if request.method == "POST" else None, actor=actor, giver=giver)
    context = {
        "step": 2,
        "giver": giver,
        "unit": unit,
        "counts": counts,
        "total": sum(count for _items, count in counts),
        "form": second,
    }
    if request.method == "GET":
        return render(request, "people/hand_over.html", context)
    if not second.is_valid():
        return render(request, "people/hand_over.html", context, status=WRONG_INPUT)
    values = second.cleaned_data
    if request.POST.get("step") != "do":
        return render(request, "people/hand_over.html", {**context, "step": 3, "values": values})
    done, row = attempt(second, lambda v: duty.hand_over(actor=actor, giver=giver, unit=unit, **v))
    if not done:
        return render(request, "people/hand_over.html", context, status=WRONG_INPUT)
    return redirect("people:hand_over_done", pk=row.pk)


@require_GET
@guarded(SEE_COURT)
def hand_over_done(request: HttpRequest, pk: int) -> HttpResponse:
    """A hand-over with its list."""
    row: HandOver = one(person_of(request), HandOver, pk, "giver", "taker", "unit")
    by_kind: dict[str, list[str]] = {}
    for item in row.items:
        by_kind.setdefault(open_duty.kind_name(item["kind"]), []).append(item["label"])
    return render(request, "people/hand_over_done.html", {"row": row, "by_kind": by_kind})
