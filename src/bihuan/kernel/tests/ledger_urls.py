"""The house's addresses and those of the tests' own ledgers."""

from django.urls import include, path

from bihuan.kernel.ledger.urls import patterns_of

from .ledger_world import GADGETS, LOOSES

urlpatterns = [*patterns_of(GADGETS), *patterns_of(LOOSES), path("", include("bihuan.urls"))]
