"""Addresses of the engine's own pages."""

from django.urls import path

from .alerts import AlertAct, AlertDetail, AlertList
from .duties import DutyFulfil, DutyList
from .evidence import EvidenceAdd, EvidenceDownload, EvidenceVoid
from .inbox import Inbox, InboxOpen
from .sources import SourceList

urlpatterns = [
    path("alerts/", AlertList.as_view(), name="alert_list"),
    path("alerts/<int:pk>/", AlertDetail.as_view(), name="alert_detail"),
    path("alerts/<int:pk>/act/", AlertAct.as_view(), name="alert_act"),
    path("duties/", DutyList.as_view(), name="duty_list"),
    path("duties/<int:pk>/fulfil/", DutyFulfil.as_view(), name="duty_fulfil"),
    path("sources/", SourceList.as_view(), name="source_list"),
    path("inbox/", Inbox.as_view(), name="inbox"),
    path("inbox/<int:pk>/open/", InboxOpen.as_view(), name="inbox_open"),
    path("evidence/<int:pk>/", EvidenceDownload.as_view(), name="evidence_download"),
    path("evidence/<int:pk>/void/", EvidenceVoid.as_view(), name="evidence_void"),
    path("evidence/add/<str:kind>/<int:pk>/", EvidenceAdd.as_view(), name="evidence_add"),
]
