"""Signing in and out leave their entry in the log; there is no sign-up and no reset by mail."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest

from bihuan.kernel import keys
from bihuan.kernel.models import Person
from bihuan.kernel.work import unit_of_work

from .services import accounts


class AccountAdapter(DefaultAccountAdapter):
    """Ties the account pages to the house's services."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by the system administrator."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Failed passwords are counted by django-axes alone, which keeps a record over restarts."""

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nothing was counted."""

    def login(self, request: HttpRequest, user: Person) -> None:
        """Sign in, and record it."""
        super().login(request, user)
        with unit_of_work(user) as uow:
            uow.record("account.signed_in", user)

    def logout(self, request: HttpRequest) -> None:
        """Sign out, and record it."""
        person = request.user
        if isinstance(person, Person):
            with unit_of_work(person) as uow:
                uow.record("account.signed_out", person)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record a failed sign-in; the name tried is kept short and without the password."""
        super().authentication_failed(request, **credentials)
        with unit_of_work(None) as uow:
            uow.record("account.refused", params={"username": str(credentials.get("username", ""))[:40]})

    def clean_password(self, password: str, user: Person | None = None) -> str:
        """The rules of the form: those of the settings, and not the password in use."""
        cleaned: str = super().clean_password(password, user)
        if user is not None:
            accounts.check_new_password(user, cleaned)
        return cleaned

    def set_password(self, user: Person, password: str) -> None:
        """The person's own change of password."""
        accounts.change_password(person=user, password=password)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Back to the sign-in page."""
        return "/account/login/"


class SecondFactorAdapter(DefaultMFAAdapter):
    """One-time code secrets are stored encrypted under a key of this installation, kept outside the database."""

    def encrypt(self, text: str) -> str:
        """The text as it goes into the database."""
        return self._box().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """The text again."""
        return self._box().decrypt(encrypted_text.encode("ascii")).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Administrators keep their second factor outside the demo."""
        return bool(settings.BIHUAN_DEMO) or not authenticator.user.admin_role

    def _box(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(keys.secret("second-factor.key", 32)))
