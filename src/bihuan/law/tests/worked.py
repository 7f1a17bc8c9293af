"""The worked cases beside the limits' data, as histories."""

from pathlib import Path
from typing import Any

from bihuan.law.limits.history import Grant, History, Pause, Turn
from bihuan.law.limits.reading import LIMIT_DATA
from bihuan.law.yamlfile import read_yaml

KEYS = {
    "id", "limit", "trigger", "moment", "ends", "on", "facts", "custody", "dates", "pauses", "grants", "turns", "under",
    "closed", "raw", "due", "hard_due", "findings", "hidden_days", "light", "error", "why",
}  # fmt: skip


def files() -> list[Path]:
    return sorted(LIMIT_DATA.glob("*.cases.yaml"))


def cases() -> list[dict[str, Any]]:
    return [case for file in files() for case in read_yaml(file)["cases"]]


def history(case: dict[str, Any]) -> History:
    return History(
        limit=case["limit"],
        trigger=case["trigger"],
        dates=case.get("dates", {}),
        facts=frozenset(case.get("facts", ())),
        custody=case.get("custody", False),
        pauses=tuple(
            Pause(ground, first, last, frozenset(*proved)) for ground, first, last, *proved in case.get("pauses", ())
        ),
        grants=tuple(Grant(**(g | {"facts": frozenset(g.get("facts", ()))})) for g in case.get("grants", ())),
        turns=tuple(Turn(kind, to, on, *sent) for kind, to, on, *sent in case.get("turns", ())),
        under=case.get("under"),
        closed=case.get("closed"),
    )
