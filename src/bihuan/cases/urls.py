"""Addresses of the cases pages that are not a ledger's."""

from django.urls import URLPattern, path

from .pages import extensions, what_if

app_name = "cases"
urlpatterns: list[URLPattern] = [
    path("cases/<int:pk>/extension/", extensions.ExtensionAsk.as_view(), name="extension"),
    path("extensions/<int:pk>/form.docx", extensions.ExtensionPrint.as_view(), name="extension_print"),
    path("extensions/<int:pk>/withdraw/", extensions.ExtensionWithdraw.as_view(), name="extension_withdraw"),
    path("cases/<int:pk>/what-if/", what_if.WhatIfPage.as_view(), name="what_if"),
]
