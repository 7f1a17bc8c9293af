"""All addresses of the house."""

from django.urls import include, path

from bihuan.web import pages
from bihuan.web.dashboard import Dashboard
from bihuan.web.home import home

urlpatterns = [
    path("", home, name="home"),
    path("dashboard/", Dashboard.as_view(), name="dashboard"),
    path("preference/", pages.preference, name="preference"),
    path("simulate/", pages.simulate, name="simulate"),
    path("account/", include("bihuan.people.urls_account")),
    path("people/", include("bihuan.people.urls")),
    path("rectification/", include("bihuan.rectification.urls")),
    path("cases/filing/", include("bihuan.cases.filing.urls")),
    path("cases/meetings/", include("bihuan.cases.meetings.urls")),
    path("cases/reviews/", include("bihuan.cases.review.urls")),
    path("cases/shares/", include("bihuan.cases.shares.urls")),
    path("cases/", include("bihuan.cases.urls")),
    path("disclosure/", include("bihuan.disclosure.urls")),
    path("", include("bihuan.kernel.pages.urls")),
    path("", include("bihuan.kernel.sheets.urls")),
    path("", include("bihuan.kernel.ledger.urls")),
]
handler400 = "bihuan.web.pages.bad_request"
handler403 = "bihuan.web.pages.forbidden"
handler404 = "bihuan.web.pages.not_found"
handler429 = "bihuan.web.pages.too_many"
handler500 = "bihuan.web.pages.server_error"
