"""The number of SQL statements of a page, pinned as data beside the tests: an N+1 fails the suite."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

WRITE = "WRITE_QUERY_COUNTS"


@contextmanager
def pinned_queries(folder: Path, name: str) -> Iterator[None]:
    """The block may use exactly the statements that `folder`/query_counts.json holds under `name` (on PostgreSQL: at
    most). With WRITE_QUERY_COUNTS=1 the file is written instead of checked."""
    file = folder / "query_counts.json"
    pinned: dict[str, int] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    with CaptureQueriesContext(connection) as captured:
        yield
    used = len(captured)
    if os.environ.get(WRITE) == "1":
        pinned[name] = used
        file.write_text(json.dumps(pinned, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
        return
    assert name in pinned, (
        f"{name} used {used} statements, none are pinned: run once with {WRITE}=1 and look at the change"
    )
    right = used == pinned[name] if connection.vendor == "sqlite" else used <= pinned[name]
    statements = "\n".join(q["sql"][:300] for q in captured.captured_queries)
    assert right, f"{name}: {used} statements, pinned {pinned[name]}\n{statements}"
