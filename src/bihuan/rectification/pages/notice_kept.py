"""What is kept of a notice between its pages: the text, what was typed and placed, and which rows were matched by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from ..notice import Source
from . import uploads

PURPOSE = "notice"
_NOT_KEPT = {"csrfmiddlewaretoken", "add", "save", "keep", "compare"}


@dataclass
class Kept:
    """`posted`: the form as last sent (empty before). `matches`: round number -> key of the notice's row -> row of the ledger
    (0 for none)."""

    source: Source
    posted: dict[str, str] = field(default_factory=dict)
    matches: dict[str, dict[str, int]] = field(default_factory=dict)

    def content(self) -> bytes:
        """As a file."""
        whole = {"source": self.source.to_json(), "posted": self.posted, "matches": self.matches}
        return json.dumps(whole, ensure_ascii=False).encode()


def keep(request: HttpRequest, source: Source, name: str) -> str:
    """Keep a notice that was read; returns its token."""
    return uploads.keep(request, Kept(source).content(), filename=name, purpose=PURPOSE)


def take(request: HttpRequest, token: str) -> tuple[uploads.Upload, Kept]:
    """The kept notice. Raises Http404 as uploads.take does."""
    upload = uploads.take(request, token, purpose=PURPOSE)
    held: dict[str, Any] = json.loads(upload.content())
    return upload, Kept(Source.from_json(held["source"]), held["posted"], held["matches"])


def remember_form(upload: uploads.Upload, kept: Kept, post: Mapping[str, str]) -> None:
    """Keep the form as it was sent: nothing typed or placed is lost on the way to another page."""
    kept.posted = {name: str(post[name]) for name in post if name not in _NOT_KEPT}
    uploads.replace(upload, kept.content())


def remember_matches(upload: uploads.Upload, kept: Kept, round_id: int, matches: Mapping[str, int]) -> None:
    """Keep what was matched by hand with a round."""
    kept.matches[str(round_id)] = dict(matches)
    uploads.replace(upload, kept.content())
