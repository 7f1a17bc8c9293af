"""Addresses of the pages of the domain that are not a ledger's."""

from django.urls import URLPattern, path

from .pages import opinions

app_name = "disclosure"
urlpatterns: list[URLPattern] = [
    path("opinions/register/", opinions.Register.as_view(), name="register"),
    path("opinions/receipt/", opinions.LookUp.as_view(), name="receipt"),
    path("opinions/<int:pk>/identity/", opinions.OpenIdentity.as_view(), name="identity"),
]
