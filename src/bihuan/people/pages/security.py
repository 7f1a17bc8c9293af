"""The security administrator's console: grants, administrators, who may do what, the rules of sessions and passwords."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel import access, clock
from bihuan.kernel.models import AdminRole, Assignment, Grant, Person

from ..forms import EndForm, GrantForm, ReasonForm
from ..scopes import CONFIRM_ADMIN, MANAGE_POSTS
from ..services import accounts
from ..services import posts as service
from ..tracks import track_name
from .common import attempt, guarded, one, person_of, show_form


@require_GET
@guarded(MANAGE_POSTS)
def grants(request: HttpRequest) -> HttpResponse:
    """Need-to-know grants: running ones, and those that ended."""
    today = clock.today()
    rows = access.visible(person_of(request), Grant).select_related("person", "granted_by")
    running = rows.filter(Q(ends__isnull=True) | Q(ends__gte=today)).order_by("track", "person__name")
    over = rows.filter(ends__lt=today).order_by("-ends")[:100]
    context = {
        "running": [(row, track_name(row.track)) for row in running],
        "over": [(row, track_name(row.track)) for row in over],
    }
    return render(request, "people/grants.html", context)


@require_http_methods(["GET", "POST"])
@guarded(MANAGE_POSTS)
def grant_add(request: HttpRequest) -> HttpResponse:
    """A new grant."""
    actor = person_of(request)
    form = GrantForm(request.POST or None, actor=actor)
    if request.method == "POST":
        done, row = attempt(form, lambda values: service.grant(actor=actor, **values))
        if done:
            said = {"person": row.person.name, "track": track_name(row.track)}
            messages.success(request, _("已授权：%(person)s 可查看“%(track)s”。") % said)
            return redirect("people:grants")
    return show_form(
        request,
        form,
        title=_("新增专项授权"),
        back=reverse("people:grants"),
        button=_("授权"),
        lede=_("按需知情：纪律、人事、车辆等限定范围的内容，只对有授权的人员可见。"),
    )


@require_http_methods(["GET", "POST"])
@guarded(MANAGE_POSTS)
def grant_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a grant back."""
    actor = person_of(request)
    row: Grant = one(actor, Grant, pk, "person")
    form = EndForm(request.POST or None)
    if request.method == "POST":
        done, _nothing = attempt(form, lambda values: service.end_grant(actor=actor, row=row, **values))
        if done:
            messages.success(request, _("已收回授权：%(person)s。") % {"person": row.person.name})
            return redirect("people:grants")
    facts = [(_("人员"), row.person.name), (_("限定范围"), track_name(row.track)), (_("理由"), row.reason)]
    return show_form(
        request,
        form,
        title=_("收回授权"),
        back=reverse("people:grants"),
        button=_("确认收回"),
        facts=facts,
        danger=True,
    )


@require_GET
@guarded(CONFIRM_ADMIN)
def administrators(request: HttpRequest) -> HttpResponse:
    """Administrators to be confirmed, and everybody who has a second factor to lose."""
    rows = access.visible(person_of(request), Person)
    factors = set(Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("user_id", flat=True))
    context = {
        "admins": [(one, one.pk in factors) for one in rows.exclude(admin_role="").order_by("admin_role", "username")],
        "others": rows.filter(admin_role="", pk__in=factors).order_by("name"),
    }
    return render(request, "people/administrators.html", context)


@require_POST
@guarded(CONFIRM_ADMIN)
def administrator_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an administrator account in."""
    shown: Person = one(person_of(request), Person, pk)
    accounts.confirm_administrator(actor=person_of(request), person=shown)
    messages.success(request, _("已确认启用管理员账号：%(name)s。") % {"name": shown.name})
    return redirect("people:administrators")


@require_http_methods(["GET", "POST"])
@guarded(CONFIRM_ADMIN)
def factor_clear(request: HttpRequest, pk: int) -> HttpResponse:
    """Clear the second factor of somebody who lost the device."""
    actor = person_of(request)
    shown: Person = one(actor, Person, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        done, _nothing = attempt(
            form, lambda values: accounts.clear_second_factor(actor=actor, person=shown, reason=values["reason"])
        )
        if done:
            messages.success(request, _("已解除 %(name)s 的双因素认证。") % {"name": shown.name})
            return redirect("people:administrators")
    return show_form(
        request,
        form,
        title=_("解除双因素认证：%(name)s") % {"name": shown.name},
        back=reverse("people:administrators"),
        button=_("确认解除"),
        danger=True,
        lede=_("仅用于本人丢失验证设备且恢复代码不可用；须当面核实身份。其登录立即终止，本人和其他管理员会收到通知。"),
    )


@dataclass(frozen=True)
class Right:
    """One action as the audit of rights shows it."""

    code: str
    name: str
    roles: list[str]
    by_relation: bool
    admin: str


@require_GET
@guarded(MANAGE_POSTS)
def rights(request: HttpRequest) -> HttpResponse:
    """Roles and actions as they are declared in the program: what is not listed for a role is refused."""
    asked = request.GET.get("role", "")
    found = []
    for act in sorted(access.actions().values(), key=lambda one: one.code):
        if asked and asked not in act.roles:
            continue
        names = [access.role_name(code) for code in access.roles() if code in act.roles]
        admin = str(AdminRole(act.admin).label) if act.admin else ""
        found.append(Right(act.code, str(act.name), names, act.relation is not None, admin))
    today = clock.today()
    held = Assignment.objects.filter(Assignment.on(today), person__is_active=True)
    holders: dict[str, int] = {}
    for role in held.values_list("post__role", flat=True):
        holders[role] = holders.get(role, 0) + 1
    roles = [(code, str(role.name), holders.get(code, 0)) for code, role in access.roles().items()]
    return render(request, "people/rights.html", {"rights": found, "roles": roles, "role": asked})


@require_GET
@guarded(MANAGE_POSTS)
def policy(request: HttpRequest) -> HttpResponse:
    """The rules in force. They are set in the environment of the service, not on a page, and so need its operator too."""
    return render(request, "people/policy.html", {"rules": [(n, v(), where) for n, v, where in _rules()]})


def _rules() -> list[tuple[str, Callable[[], Any], str]]:
    return [
        (_("密码最短长度"), lambda: _("%(n)s 位") % {"n": _shortest()}, ""),
        (
            _("密码组成"),
            lambda: _("小写字母、大写字母、数字、其他符号至少三类；不得与用户名、姓名相近，不得为常见密码"),
            "",
        ),
        (_("密码有效期"), lambda: _days(settings.BIHUAN_PASSWORD_DAYS), "BIHUAN_PASSWORD_DAYS"),
        (_("连续输错密码锁定"), lambda: _("%(n)s 次") % {"n": settings.AXES_FAILURE_LIMIT}, "BIHUAN_LOGIN_ATTEMPTS"),
        (_("锁定时长"), lambda: _("%(n)s 分钟") % {"n": round(settings.AXES_COOLOFF_TIME * 60)}, ""),
        (_("无操作退出"), lambda: _("%(n)s 分钟") % {"n": settings.BIHUAN_IDLE_MINUTES}, "BIHUAN_IDLE_MINUTES"),
        (_("关闭浏览器即退出"), lambda: _yes(settings.SESSION_EXPIRE_AT_BROWSER_CLOSE), ""),
        (_("管理员须启用双因素认证"), lambda: _yes(not settings.BIHUAN_DEMO), ""),
        (_("登录凭据只经加密通道传送"), lambda: _yes(settings.BIHUAN_TLS), "BIHUAN_TLS"),
    ]


def _shortest() -> int:
    for validator in settings.AUTH_PASSWORD_VALIDATORS:
        if validator["NAME"].endswith("MinimumLengthValidator"):
            return int(validator["OPTIONS"]["min_length"])
    return 0


def _days(days: int) -> str:
    return _("%(n)s 天") % {"n": days} if days > 0 else _("不强制更换")


def _yes(value: bool) -> str:
    return _("是") if value else _("否")
