"""Addresses of the engine's own pages."""

from django.urls import path

from .alerts import AlertAct, AlertDetail, AlertList
from .campaigns import CampaignAdd, CampaignDetail, CampaignList
from .duties import DutyFulfil, DutyList
from .duties_manage import DutyAdd, DutyDetail, DutyPreview
from .evidence import EvidenceAdd, EvidenceDownload, EvidenceVoid
from .inbox import Inbox, InboxOpen
from .indicators import IndicatorDetail, IndicatorList, IndicatorRows
from .indicators_sets import IndicatorSet
from .parameters import ParameterDetail, ParameterList
from .search import SearchPage
from .sources import SourceDetail, SourceList

urlpatterns = [
    path("search/", SearchPage.as_view(), name="search"),
    path("alerts/", AlertList.as_view(), name="alert_list"),
    path("alerts/<int:pk>/", AlertDetail.as_view(), name="alert_detail"),
    path("alerts/<int:pk>/act/", AlertAct.as_view(), name="alert_act"),
    path("alerts/campaigns/", CampaignList.as_view(), name="campaign_list"),
    path("alerts/campaigns/add/", CampaignAdd.as_view(), name="campaign_add"),
    path("alerts/campaigns/<int:pk>/", CampaignDetail.as_view(), name="campaign_detail"),
    path("duties/", DutyList.as_view(), name="duty_list"),
    path("duties/<int:pk>/fulfil/", DutyFulfil.as_view(), name="duty_fulfil"),
    path("duties/add/", DutyAdd.as_view(), name="duty_add"),
    path("duties/preview/", DutyPreview.as_view(), name="duty_preview"),
    path("duties/<int:pk>/", DutyDetail.as_view(), name="duty_detail"),
    path("sources/<str:code>/", SourceDetail.as_view(), name="source_detail"),
    path("sources/", SourceList.as_view(), name="source_list"),
    path("inbox/", Inbox.as_view(), name="inbox"),
    path("inbox/<int:pk>/open/", InboxOpen.as_view(), name="inbox_open"),
    path("evidence/<int:pk>/", EvidenceDownload.as_view(), name="evidence_download"),
    path("evidence/<int:pk>/void/", EvidenceVoid.as_view(), name="evidence_void"),
    path("evidence/add/<str:kind>/<int:pk>/", EvidenceAdd.as_view(), name="evidence_add"),
    path("indicators/", IndicatorList.as_view(), name="indicators"),
    path("indicators/sets/<str:code>/", IndicatorSet.as_view(), name="indicator_set"),
    path("indicators/<str:code>/", IndicatorDetail.as_view(), name="indicator"),
    path("indicators/<str:code>/rows/", IndicatorRows.as_view(), name="indicator_rows"),
    path("parameters/", ParameterList.as_view(), name="parameters"),
    path("parameters/<str:id>/", ParameterDetail.as_view(), name="parameter"),
]
