"""The house's addresses and those of the import tests' own ledger."""

from django.urls import include, path

from bihuan.kernel.ledger import urls as ledger_urls
from bihuan.kernel.sheets import urls as sheet_urls

from .sheet_world import TALLIES

urlpatterns = [
    *sheet_urls.patterns_of(TALLIES),
    *ledger_urls.patterns_of(TALLIES),
    path("", include("bihuan.urls")),
]
