"""Who may sign in with a password, and who may stay signed in."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.hashers import verify_password
from django.http import HttpRequest

from bihuan.kernel.models import Person

from . import demo
from .services import accounts


class PeopleBackend(AuthenticationBackend):
    """User name and password. Asked again at every request, so a disabled account has no session left."""

    def user_can_authenticate(self, user: Person | None) -> bool:
        """Active, and not a demo account outside the demo."""
        return super().user_can_authenticate(user) and user is not None and demo.may_enter(user)

    def _check_password(self, user: Person | None, password: str) -> Person | None:
        """As the library does, but a hash of an older strength is renewed by the service, with its log entry."""
        if user is None:
            return None
        self._did_check_password = True
        correct, outdated = verify_password(password, user.password)
        if not correct or not demo.may_enter(user):
            return None
        if not self.user_can_authenticate(user):
            self._stash_user(user)  # the library then shows the page for disabled accounts
            return None
        if outdated:
            accounts.renew_hash(person=user, password=password)
        return user

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        """The person, or None."""
        return cast("Person | None", super().authenticate(request, **credentials))
