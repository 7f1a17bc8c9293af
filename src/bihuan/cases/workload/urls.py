"""Addresses of the pages on how the work stands."""

from django.urls import URLPattern, path

from . import pages

urlpatterns: list[URLPattern] = [
    path("work/", pages.OwnCard.as_view(), name="work"),
    path("division/", pages.DivisionPage.as_view(), name="division"),
    path("balance/", pages.BalancePage.as_view(), name="balance"),
]
