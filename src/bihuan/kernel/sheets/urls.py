"""The import wizard's addresses, one set for each ledger that has a sheet and people who may import."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from ..ledger import registry
from ..ledger.declaration import Ledger
from . import pages, progress
from .rights import import_action

STEPS: dict[str, tuple[str, Any]] = {
    "import": ("", pages.Upload),
    "import_map": ("<int:pk>/", pages.MapColumns),
    "import_check": ("<int:pk>/check/", pages.Check),
    "import_report": ("<int:pk>/report/", pages.Report),
    "import_progress": ("<int:pk>/progress/", progress.Progress),
    "import_result": ("<int:pk>/result/", pages.Result),
    "import_drop": ("<int:pk>/drop/", pages.Drop),
}


def patterns_of(ledger: Ledger) -> list[URLPattern]:
    """The addresses of one ledger's imports, named `<code>.<step>`; a step that the ledger's `views` names is its own."""
    if not import_action(ledger):
        return []
    found = []
    for name, (address, view) in STEPS.items():
        if name in ledger.views:
            continue
        made = view.as_view(ledger=ledger)
        if name == "import":
            made = pages.measured(made)
        found.append(path(f"import/{ledger.path}/{address}", made, name=f"{ledger.code}.{name}"))
    return found


def build() -> list[URLPattern]:
    """Check and close the registry, return the addresses of all imports."""
    registry.freeze()
    return [pattern for ledger in registry.ledgers().values() for pattern in patterns_of(ledger)]


urlpatterns = build()
