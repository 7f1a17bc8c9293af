"""The system administrator's console: accounts. No business data here: names, accounts, whether they are in use."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel import access
from bihuan.kernel.models import AdminRole, Person

from ..forms import AccountForm, HouseForm, ReasonForm
from ..scopes import MANAGE_ACCOUNTS
from ..services import accounts as service
from .common import attempt, guarded, one, person_of, show_form

PAGE = 50
STATES = {"in_use": Q(is_active=True), "disabled": Q(is_active=False), "first": Q(must_change_password=True)}


@require_GET
@guarded(MANAGE_ACCOUNTS)
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts: search by name, user name or number; by state; by kind of administrator."""
    rows: QuerySet[Person] = access.visible(person_of(request), Person).order_by("username")
    words = request.GET.get("q", "").strip()[:40]
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(username__icontains=words) | Q(number__icontains=words))
    if state in STATES:
        rows = rows.filter(STATES[state])
    if kind == "any":
        rows = rows.exclude(admin_role="")
    elif kind in AdminRole.values and kind:
        rows = rows.filter(admin_role=kind)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    protected = set(
        Authenticator.objects.filter(user__in=[person.pk for person in page], type=Authenticator.Type.TOTP).values_list(
            "user_id", flat=True
        )
    )
    context = {
        "page": page,
        "words": words,
        "state": state,
        "kind": kind,
        "kinds": AdminRole.choices[1:],
        "protected": protected,
    }
    return render(request, "people/accounts.html", context)


@require_http_methods(["GET", "POST"])
@guarded(MANAGE_ACCOUNTS)
@sensitive_variables("password")
def account_add(request: HttpRequest) -> HttpResponse:
    """A new account; its first password is shown on the answer to this very request and nowhere else."""
    actor = person_of(request)
    form = AccountForm(request.POST or None)
    if request.method == "POST":
        password = service.first_password()
        done, made = attempt(form, lambda values: service.make(actor=actor, password=password, **values))
        if done:
            return render(request, "people/account_password.html", {"shown": made, "password": password, "new": True})
    return show_form(
        request,
        form,
        title=_("新建账号"),
        back=reverse("people:accounts"),
        button=_("建立账号"),
        lede=_("账号建立后由安全管理员安排岗位；没有岗位的账号可以登录，但看不到业务事项。"),
    )


@require_GET
@guarded(MANAGE_ACCOUNTS)
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account, and what may be done to it."""
    shown: Person = one(person_of(request), Person, pk)
    factor = Authenticator.objects.filter(user=shown, type=Authenticator.Type.TOTP).exists()
    return render(request, "people/account.html", {"shown": shown, "second_factor": factor})


@require_http_methods(["GET", "POST"])
@guarded(MANAGE_ACCOUNTS)
def account_disable(request: HttpRequest, pk: int) -> HttpResponse:
    """Disable, with a reason; the person's sessions end at once."""
    return _switch(request, pk, on=False)


@require_http_methods(["GET", "POST"])
@guarded(MANAGE_ACCOUNTS)
def account_enable(request: HttpRequest, pk: int) -> HttpResponse:
    """Enable again, with a reason."""
    return _switch(request, pk, on=True)


def _switch(request: HttpRequest, pk: int, *, on: bool) -> HttpResponse:
    actor = person_of(request)
    shown: Person = one(actor, Person, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        act = service.enable if on else service.disable
        done, _nothing = attempt(form, lambda values: act(actor=actor, person=shown, reason=values["reason"]))
        if done:
            said = _("已启用账号：%(name)s。") if on else _("已停用账号：%(name)s，其登录已全部终止。")
            messages.success(request, said % {"name": shown.name})
            return redirect("people:account", pk=pk)
    title = _("启用账号：%(name)s") if on else _("停用账号：%(name)s")
    return show_form(
        request,
        form,
        title=title % {"name": shown.name},
        back=reverse("people:account", args=[pk]),
        button=_("确认启用") if on else _("确认停用"),
        danger=not on,
        lede="" if on else _("停用后立即不能登录；其名下未结工作须另行办理移交。人员记录和日志不会删除。"),
        facts=[(_("用户名"), shown.username), (_("姓名"), shown.name)],
    )


@require_http_methods(["GET", "POST"])
@guarded(MANAGE_ACCOUNTS)
@sensitive_variables("password")
def account_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A new first password, shown once."""
    actor = person_of(request)
    shown: Person = one(actor, Person, pk)
    if request.method == "POST":
        password = service.reset_password(actor=actor, person=shown)
        return render(request, "people/account_password.html", {"shown": shown, "password": password, "new": False})
    lede = _("将生成新的初始密码，只显示一次；原密码立即失效，其登录全部终止，首次登录须修改。")
    if shown.admin_role:
        lede += _("其他管理员会收到通知。")
    return show_form(
        request,
        HouseForm(),
        title=_("重置密码：%(name)s") % {"name": shown.name},
        back=reverse("people:account", args=[pk]),
        button=_("重置密码"),
        danger=True,
        lede=lede,
    )
