"""Addresses of the pages of shares that are not a ledger's."""

from django.urls import URLPattern, path

from . import pages

app_name = "shares"
urlpatterns: list[URLPattern] = [
    path("<int:pk>/<slug:part>/", pages.RecordCases.as_view(), name="cases"),
]
