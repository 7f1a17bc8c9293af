"""The addresses of all ledgers, built from the registry when the addresses are first needed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, path
from django.utils.module_loading import import_string

from . import registry, views
from .declaration import Ledger

# name: (address under the ledger's path, view). "import" is the sheets wizard's; an override may still name it.
STANDARD: dict[str, tuple[str, Any]] = {
    "list": ("", views.LedgerList),
    "add": ("add/", views.LedgerAdd),
    "export": ("export/", views.LedgerExport),
    "template": ("template/", views.LedgerTemplate),
    "bulk": ("bulk/", views.LedgerBulk),
    "saved": ("saved/", views.LedgerSaved),
    "detail": ("<int:pk>/", views.LedgerDetail),
    "change": ("<int:pk>/change/", views.LedgerChange),
    "void": ("<int:pk>/void/", views.LedgerVoid),
    "history": ("<int:pk>/history/", views.LedgerHistory),
    "do": ("<int:pk>/do/<str:step>/", views.LedgerDo),
}


def patterns_of(ledger: Ledger) -> list[URLPattern]:
    """The ledger's addresses, named `<code>.<view>`. A view replaced by a string is imported here, so a wrong path
    fails at start."""
    found = []
    for name, (address, standard) in STANDARD.items():
        found.append(_pattern(ledger, name, address, ledger.views.get(name, standard)))
    for name, view in ledger.views.items():
        if name not in STANDARD:
            address = "import/" if name == "import" else f"{name}/"
            found.append(_pattern(ledger, name, address, view))
    return found


def _pattern(ledger: Ledger, name: str, address: str, view: Any) -> URLPattern:
    if isinstance(view, str):
        try:
            view = import_string(view)
        except ImportError as error:
            raise ImproperlyConfigured(f"ledger {ledger.code}: view {name} cannot be imported: {error}") from error
    keywords = {"ledger": ledger} if hasattr(view, "ledger") else {}
    made: URLPattern = path(f"l/{ledger.path}/{address}", view.as_view(**keywords), name=f"{ledger.code}.{name}")
    return made


def build() -> list[URLPattern]:
    """Check and close the registry, put ledgers into the menu, return all addresses."""
    registry.freeze()
    return [pattern for ledger in registry.ledgers().values() for pattern in patterns_of(ledger)]


urlpatterns = build()
