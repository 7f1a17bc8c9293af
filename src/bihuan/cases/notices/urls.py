"""Addresses of loading a holiday notice."""

from django.urls import URLPattern, path

from . import pages

urlpatterns: list[URLPattern] = [path("holidays/", pages.NoticePage.as_view(), name="notice")]
