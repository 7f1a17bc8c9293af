"""Rules of a session: idle sign-out, password to be changed first, second factor for administrators."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel import clock
from bihuan.kernel.models import Person

from . import passwords

SEEN = "seen_at"
SLACK = 60


class SessionPolicyMiddleware:
    """Checks each request of a signed-in person; pages of the account itself stay reachable."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if not isinstance(person, Person):
            return self.get_response(request)
        if self._idle(request):
            logout(request)
            messages.info(request, _("您已较长时间没有操作，为安全起见已退出登录，请重新登录。"))
            return HttpResponseRedirect(f"{reverse('account_login')}?next={request.path}")
        if not request.path.startswith(("/account/", "/preference/", "/static/")):
            if passwords.is_expired(person):
                messages.warning(request, _("请先设置新密码，再继续使用。"))
                return HttpResponseRedirect(reverse("account_change_password"))
            if person.admin_role and not settings.BIHUAN_DEMO and not is_mfa_enabled(person):
                messages.warning(request, _("管理员账号须启用双因素认证，请先完成设置。"))
                return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)

    def _idle(self, request: HttpRequest) -> bool:
        moment = clock.now().timestamp()
        seen = request.session.get(SEEN)
        if seen is not None and moment - seen > settings.BIHUAN_IDLE_MINUTES * 60:
            return True
        if request.headers.get("HX-Trigger") == "poll":
            return False  # a page that asks again by itself is nobody's doing
        if seen is None or moment - seen > SLACK:
            request.session[SEEN] = moment  # at most one session write a minute
        return False
