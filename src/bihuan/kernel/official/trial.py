"""Made-up contents for the trial of a template, and for the sample a clerk looks at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .places import PAPER


def made_up(known: Mapping[str, str]) -> dict[str, Any]:
    """Contents for every known name: the label itself, so that the sample shows what comes where."""
    context: dict[str, Any] = {"figures": {}, "texts": {}, "tables": {}, "paper": {}}
    for full, label in known.items():
        group, _dot, name = full.rpartition(".")
        shown = str(label) or name
        if group in ("", "figures"):
            context["figures"][name] = "0"
        if group in ("", "texts"):
            context["texts"][name] = [f"〔{shown}〕"]
        if group in ("", "tables"):
            context["tables"][name] = {"head": [shown, "…"], "rows": [["…", "0"], ["…", "0"]]}
    context["paper"] = {name: ["…"] if many else "…" for name, many in PAPER.items()}
    context["paper"]["issue"] = "1"
    return context
