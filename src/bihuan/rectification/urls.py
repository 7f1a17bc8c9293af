"""Addresses of the rectification pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
