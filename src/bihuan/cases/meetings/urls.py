"""Addresses of the pages of meetings that are not a ledger's."""

from django.urls import URLPattern, path

from .pages import agenda, meetings

app_name = "meetings"
urlpatterns: list[URLPattern] = [
    path("agenda/", agenda.Agenda.as_view(), name="agenda"),
    path("agenda/list.docx", agenda.AgendaPrint.as_view(), name="agenda_print"),
    path("add/", meetings.Convene.as_view(), name="convene"),
    path("<int:pk>/roll/", meetings.Roll.as_view(), name="roll"),
    path("<int:pk>/cases/add/", meetings.ListCase.as_view(), name="list_case"),
    path("<int:pk>/sign/", meetings.Sign.as_view(), name="sign"),
    path("<int:pk>/agenda.docx", agenda.MeetingPrint.as_view(), name="print"),
]
