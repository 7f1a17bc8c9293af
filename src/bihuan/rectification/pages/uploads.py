"""Files between two steps of an import: kept under BIHUAN_HOME/imports, for the person and session that sent them."""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from bihuan.kernel import clock

KEEP_HOURS = 24
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")


@dataclass(frozen=True)
class Upload:
    """A kept file: its name, what it is for (`purpose`, e.g. "lists:3"), and the content's place."""

    token: str
    filename: str
    purpose: str
    path: Path

    def content(self) -> bytes:
        """The bytes."""
        return self.path.read_bytes()


@dataclass(frozen=True)
class _About:
    owner: str
    filename: str
    purpose: str


def folder() -> Path:
    """Where the files lie; made with mode 0700."""
    place = Path(settings.BIHUAN_HOME) / "imports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def keep(request: HttpRequest, content: bytes, *, filename: str, purpose: str) -> str:
    """Keep a content for the next step; returns its token. Files older than a day are dropped on the way."""
    place = folder()
    _drop_old(place)
    token = secrets.token_urlsafe(18)
    about = _About(_owner(request), filename, purpose)
    _write(place / f"{token}.bin", content)
    _write(place / f"{token}.json", json.dumps(asdict(about), ensure_ascii=False).encode())
    return token


def take(request: HttpRequest, token: str, *, purpose: str) -> Upload:
    """The kept file. Raises Http404 for one that is gone, another person's, another session's or for something else."""
    if not _TOKEN.fullmatch(token):
        raise Http404("no such upload")
    path = folder() / f"{token}.bin"
    try:
        about = _About(**json.loads((folder() / f"{token}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise Http404("no such upload") from None
    mine = constant_time_compare(about.owner, _owner(request))
    if not mine or about.purpose != purpose or not path.is_file():
        raise Http404("no such upload")
    return Upload(token, about.filename, about.purpose, path)


def replace(upload: Upload, content: bytes) -> None:
    """Keep another content in the place of the first, for whoever may take it. The whole file changes at once."""
    fresh = upload.path.with_name(f"{secrets.token_urlsafe(18)}.bin")
    _write(fresh, content)
    fresh.replace(upload.path)


def drop(upload: Upload) -> None:
    """Forget a file that has been used."""
    upload.path.unlink(missing_ok=True)
    upload.path.with_suffix(".json").unlink(missing_ok=True)


def _owner(request: HttpRequest) -> str:
    """The person and session, as a digest that says neither."""
    if request.session.session_key is None:
        request.session.save()
    return salted_hmac("bihuan.imports", f"{request.user.pk}:{request.session.session_key}").hexdigest()


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _drop_old(place: Path) -> None:
    oldest = clock.now().timestamp() - KEEP_HOURS * 3600
    for path in place.iterdir():
        if _TOKEN.fullmatch(path.stem) and path.suffix in {".bin", ".json"} and _age(path) < oldest:
            path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # another request dropped it meanwhile
        return float("inf")
