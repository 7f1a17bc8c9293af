"""Signing in, one's own password and second factor. Sign-up, mail and reset by mail do not exist here."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from .pages import account


def absent(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """A page of the account library that this house does not have."""
    raise Http404


urlpatterns = [
    path("login/", account.SignIn.as_view(), name="account_login"),
    path("signup/", absent, name="account_signup"),
    path("email/", absent, name="account_email"),
    path("password/reset/", absent, name="account_reset_password"),
    path("password/set/", absent, name="account_set_password"),
    path("me/", account.me, name="me"),
    path("2fa/authenticate/", account.SecondStep.as_view(), name="mfa_authenticate"),
    path("2fa/totp/activate/", account.ActivateTotp.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", account.DeactivateTotp.as_view(), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/generate/", account.RecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("2fa/", include("allauth.mfa.urls")),
    path("", include("allauth.account.urls")),
]
