"""The house's addresses and those of the import tests' own ledgers."""

from django.urls import include, path

from bihuan.kernel.ledger import urls as ledger_urls
from bihuan.kernel.sheets import urls as sheet_urls

from .sheet_world import TALLIES, WHOLE

urlpatterns = [
    *[pattern for one in (TALLIES, WHOLE) for pattern in sheet_urls.patterns_of(one)],
    *[pattern for one in (TALLIES, WHOLE) for pattern in ledger_urls.patterns_of(one)],
    path("", include("bihuan.urls")),
]
