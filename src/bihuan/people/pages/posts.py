"""The security administrator's console: units, posts, who holds them, who is in charge of what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel import access, clock
from bihuan.kernel.models import Assignment, Lead, Post, Unit
from bihuan.kernel.pages.base import row_id

from .. import selectors
from ..forms import AssignForm, EndDayForm, EndForm, LeadForm, PostForm, UnitForm
from ..scopes import MANAGE_POSTS
from ..services import posts as service
from .common import attempt, day_of, guarded, one, person_of, show_form


@require_GET
@guarded(MANAGE_POSTS)
def posts(request: HttpRequest) -> HttpResponse:
    """The tree of units with posts and holders, each with its acts."""
    day = day_of(request)
    units = selectors.organisation(person_of(request), day)
    return render(request, "people/posts.html", {"day": day, "units": units, "today": clock.today()})


@require_http_methods(["GET", "POST"])
@guarded(MANAGE_POSTS)
def unit_add(request: HttpRequest) -> HttpResponse:
    """A new unit."""
    actor = person_of(request)
    form = UnitForm(request.POST or None, actor=actor)
    if request.method == "POST":
        done, made = attempt(form, lambda values: service.make_unit(actor=actor, **values))
        if done:
            messages.success(request, _("已设立部门：%(name)s。") % {"name": made.name})
            return redirect("people:posts")
    return _form(request, form, _("设立部门"), _("设立"))


@require_http_methods(["GET", "POST"])
@guarded(MANAGE_POSTS)
def post_add(request: HttpRequest) -> HttpResponse:
    """A new post."""
    actor = person_of(request)
    asked = request.GET.get("unit", "")
    form = PostForm(request.POST or None, actor=actor, initial={"unit": asked} if row_id(asked) else None)
    if request.method == "POST":
        done, made = attempt(form, lambda values: service.make_post(actor=actor, **values))
        if done:
            messages.success(request, _("已设立岗位：%(name)s。") % {"name": str(made)})
            return redirect("people:posts")
    return _form(request, form, _("设立岗位"), _("设立"))


@require_http_methods(["GET", "POST"])
@guarded(MANAGE_POSTS)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody takes the post."""
    actor = person_of(request)
    post: Post = one(actor, Post, pk, "unit")
    form = AssignForm(request.POST or None, actor=actor)
    if request.method == "POST":
        done, made = attempt(form, lambda values: service.assign(actor=actor, post=post, **values))
        if done:
            said = {"person": made.person.name, "post": str(post)}
            messages.success(request, _("已登记：%(person)s 任 %(post)s。") % said)
            return redirect("people:posts")
    facts = [(_("岗位"), str(post)), (_("角色"), access.role_name(post.role))]
    return _form(request, form, _("登记任职"), _("登记"), facts=facts)


@require_http_methods(["GET", "POST"])
@guarded(MANAGE_POSTS)
def assignment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody leaves a post."""
    actor = person_of(request)
    row: Assignment = one(actor, Assignment, pk, "person", "post__unit")
    form = EndForm(request.POST or None)
    if request.method == "POST":
        done, _nothing = attempt(form, lambda values: service.end_assignment(actor=actor, assignment=row, **values))
        if done:
            said = {"person": row.person.name, "post": str(row.post)}
            messages.success(request, _("已登记：%(person)s 不再任 %(post)s。名下未结工作请相关部门办理移交。") % said)
            return redirect("people:posts")
    facts = [(_("人员"), row.person.name), (_("岗位"), str(row.post)), (_("任职日期"), row.starts)]
    return _form(request, form, _("免去任职"), _("确认免去"), facts=facts, danger=True)


@require_http_methods(["GET", "POST"])
@guarded(MANAGE_POSTS)
def lead_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A leader's post takes charge of the unit."""
    actor = person_of(request)
    unit: Unit = one(actor, Unit, pk)
    form = LeadForm(request.POST or None, actor=actor)
    if request.method == "POST":
        done, made = attempt(form, lambda values: service.put_in_charge(actor=actor, unit=unit, **values))
        if done:
            said = {"post": str(made.post), "unit": unit.name}
            messages.success(request, _("已登记：%(post)s 分管 %(unit)s。") % said)
            return redirect("people:posts")
    return _form(request, form, _("登记分管领导"), _("登记"), facts=[(_("部门"), unit.name)])


@require_http_methods(["GET", "POST"])
@guarded(MANAGE_POSTS)
def lead_end(request: HttpRequest, pk: int) -> HttpResponse:
    """A leader's post is no longer in charge of the unit."""
    actor = person_of(request)
    row: Lead = one(actor, Lead, pk, "post__unit", "unit")
    form = EndDayForm(request.POST or None, initial={"ends": clock.today()})
    if request.method == "POST":
        done, _nothing = attempt(form, lambda values: service.end_charge(actor=actor, lead=row, **values))
        if done:
            said = {"post": str(row.post), "unit": row.unit.name}
            messages.success(request, _("已登记：%(post)s 不再分管 %(unit)s。") % said)
            return redirect("people:posts")
    facts = [(_("领导岗位"), str(row.post)), (_("部门"), row.unit.name), (_("开始日期"), row.starts)]
    return _form(request, form, _("结束分管"), _("确认结束"), facts=facts, danger=True)


def _form(request: HttpRequest, form: Any, title: str, button: str, **more: Any) -> HttpResponse:
    return show_form(request, form, title=title, button=button, back=reverse("people:posts"), **more)
