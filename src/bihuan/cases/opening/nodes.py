"""What of a case is node data (节点信息), the one list; all else is beyond it.

Whoever sees a case at all sees its nodes: they say where it stands in time, not what it is about or who is in it.
"""

from __future__ import annotations

from typing import Any

NODES = frozenset({
    "number", "line", "procedure", "cause", "division", "judge", "received_on", "filed_on", "transferred_on", "heard_on", "closed_on",
    "closing_manner", "served_on", "effective_on", "lamp", "due_on", "expires_on", "sealed", "enterprise", "judge_name", "appealable",
})  # fmt: skip
"""Facts of the page of a case that are nodes. With them stand the limit and how it was reckoned, alerts and tiers."""
BEYOND = ("records", "wide_parts", "side_parts", "timeline")
"""Parts of the page that are beyond them: what the case system recorded, oversight and panels with persons, what happened to the row."""
FILTERS = ("state", "tier", "provisional")
"""What else narrows the list of cases without telling more."""


def only_nodes(context: dict[str, Any]) -> dict[str, Any]:
    """The context of the page of a case without what is beyond its nodes."""
    kept = {"facts": [fact for fact in context["facts"] if fact.name in NODES], "urls": {"list": context["urls"]["list"]}}
    return context | dict.fromkeys(BEYOND, ()) | kept | {"timeline_more": False}
