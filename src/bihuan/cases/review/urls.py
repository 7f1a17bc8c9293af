"""Addresses of the pages of reviews that are not a ledger's."""

from django.urls import URLPattern, path

from . import pages

app_name = "reviews"
urlpatterns: list[URLPattern] = [
    path("draw/", pages.Draw.as_view(), name="draw"),
    path("shares/", pages.Rates.as_view(), name="rates"),
]
