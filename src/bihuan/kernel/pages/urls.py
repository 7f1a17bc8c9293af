"""Addresses of the engine's own pages."""

from django.urls import path

from .alerts import AlertAct, AlertDetail, AlertList
from .bulletins import BulletinFigurePage
from .bulletins_acts import (
    BulletinAct,
    BulletinBegin,
    BulletinCalendar,
    BulletinDraft,
    BulletinEdit,
    BulletinFollow,
    BulletinUse,
)
from .bulletins_papers import BulletinDownload
from .campaigns import CampaignAdd, CampaignDetail, CampaignList
from .duties import DutyFulfil, DutyList
from .duties_manage import DutyAdd, DutyDetail, DutyPreview
from .evidence import EvidenceAdd, EvidenceDownload, EvidenceVoid
from .inbox import Inbox, InboxOpen
from .indicators import IndicatorDetail, IndicatorList, IndicatorRows
from .indicators_sets import IndicatorSet
from .papers import PaperTemplateDetail, PaperTemplateFile, PaperTemplateList
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
    path("bulletins/calendar/", BulletinCalendar.as_view(), name="bulletin_calendar"),
    path("bulletins/draft/<str:code>/", BulletinDraft.as_view(), name="bulletin_draft"),
    path("bulletins/begin/<str:code>/", BulletinBegin.as_view(), name="bulletin_begin"),
    path("bulletins/use/<str:code>/", BulletinUse.as_view(), name="bulletin_use"),
    path("bulletins/follow/<str:code>/", BulletinFollow.as_view(), name="bulletin_follow"),
    path("bulletins/<int:pk>/edit/", BulletinEdit.as_view(), name="bulletin_edit"),
    path("bulletins/<int:pk>/act/<str:act>/", BulletinAct.as_view(), name="bulletin_act"),
    path("bulletins/<int:pk>/figures/<str:name>/", BulletinFigurePage.as_view(), name="bulletin_figure"),
    path("bulletins/<int:pk>/file/<str:form>/", BulletinDownload.as_view(), name="bulletin_file"),
    path("papers/", PaperTemplateList.as_view(), name="paper_templates"),
    path("papers/<str:code>/", PaperTemplateDetail.as_view(), name="paper_template"),
    path("papers/<str:code>/<int:version>/", PaperTemplateFile.as_view(), name="paper_template_file"),
    path("parameters/", ParameterList.as_view(), name="parameters"),
    path("parameters/<str:id>/", ParameterDetail.as_view(), name="parameter"),
]
