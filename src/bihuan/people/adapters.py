"""Signing in and out leave their entry in the log; there is no sign-up and no reset by mail."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from bihuan.kernel.models import Person
from bihuan.kernel.work import unit_of_work

from .services import accounts


class AccountAdapter(DefaultAccountAdapter):
    """Ties the account pages to the house's services."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by the system administrator."""
        return False

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

    def set_password(self, user: Person, password: str) -> None:
        """The person's own change of password."""
        accounts.change_password(person=user, password=password)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Back to the sign-in page."""
        return "/account/login/"
