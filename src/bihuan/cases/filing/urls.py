"""Addresses of the pages of filing supervision that are not a ledger's."""

from django.urls import URLPattern, path

from .pages import checks, complaints

app_name = "filing"
urlpatterns: list[URLPattern] = [
    path("complaints/register.docx", complaints.RegisterPrint.as_view(), name="register"),
    path("complaints/<int:pk>/reply.docx", complaints.ReplyPrint.as_view(), name="reply"),
    path("checks/establish/", checks.Establish.as_view(), name="establish"),
    path("checks/draw/", checks.Draw.as_view(), name="draw"),
    path("checks/<int:pk>/findings/", checks.Findings.as_view(), name="findings"),
]
