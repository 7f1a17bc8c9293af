"""Addresses of the cases pages that are not a ledger's."""

from django.urls import URLPattern, path

from .diary.urls import urlpatterns as diary
from .notices.urls import urlpatterns as notices
from .opening.urls import urlpatterns as opening
from .pages import exclusions, extensions, pending, what_if
from .workload.urls import urlpatterns as workload

app_name = "cases"
urlpatterns: list[URLPattern] = [
    *diary,
    *notices,
    *opening,
    *workload,
    path("cases/<int:pk>/extension/", extensions.ExtensionAsk.as_view(), name="extension"),
    path("extensions/<int:pk>/form.docx", extensions.ExtensionPrint.as_view(), name="extension_print"),
    path("extensions/<int:pk>/withdraw/", extensions.ExtensionWithdraw.as_view(), name="extension_withdraw"),
    path("cases/<int:pk>/exclusion/", exclusions.ExclusionAsk.as_view(), name="exclusion"),
    path("exclusions/<int:pk>/form.docx", exclusions.ExclusionPrint.as_view(), name="exclusion_print"),
    path("exclusions/<int:pk>/withdraw/", exclusions.ExclusionWithdraw.as_view(), name="exclusion_withdraw"),
    path("cases/<int:pk>/pending/", pending.PendingRecord.as_view(), name="pending"),
    path("cases/<int:pk>/what-if/", what_if.WhatIfPage.as_view(), name="what_if"),
]
