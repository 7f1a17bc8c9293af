"""Addresses of giving a reason."""

from django.urls import URLPattern, path

from . import pages

urlpatterns: list[URLPattern] = [path("cases/<int:pk>/whole/", pages.OpenWhole.as_view(), name="open_whole")]
