"""The folder of the public process: what it may hold, made by the court's process. Nothing in it opens an envelope or the court's data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

NAMED = "BIHUAN_PUBLIC_HOME"
IDENTITY, RECEIPT, DJANGO = "identity.pub", "receipt.key", "django-secret.key"


def folder() -> Path:
    """BIHUAN_PUBLIC_HOME, else `public` in the court's own folder."""
    named = os.environ.get("BIHUAN_PUBLIC_HOME")
    if named:
        return Path(named).expanduser().resolve()
    from django.conf import settings

    return Path(settings.BIHUAN_HOME) / "public"


def database() -> Path:
    """The public process' own SQLite file."""
    return folder() / "public.sqlite3"


def prepare() -> Path:
    """Make the folder and put into it the public half that closes envelopes and the key of receipt digests. By the court's process."""
    from bihuan.kernel import keys

    from .. import sealing, vault

    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = {
        IDENTITY: sealing.public_half(keys.secret(vault.IDENTITY)).hex(),
        RECEIPT: keys.secret(vault.RECEIPT).hex(),
    }
    if not (place / DJANGO).exists():
        held[DJANGO] = secrets.token_urlsafe(50)
    for name, text in held.items():
        descriptor = os.open(place / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
    return place


def identity() -> bytes:
    """The public half that closes envelopes."""
    return bytes.fromhex((folder() / IDENTITY).read_text(encoding="ascii").strip())


def receipts() -> bytes:
    """The key of receipt digests."""
    return bytes.fromhex((folder() / RECEIPT).read_text(encoding="ascii").strip())


def django_key() -> str:
    """The key of form tokens."""
    return (folder() / DJANGO).read_text(encoding="ascii").strip()
