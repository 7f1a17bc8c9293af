"""Keys of this installation, made on first use under BIHUAN_HOME/keys, readable by the service's user alone."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings


def key_folder() -> Path:
    """Where the keys live. Made with mode 0700 when missing."""
    folder = Path(settings.BIHUAN_HOME) / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret(name: str, size: int = 32) -> bytes:
    """The secret of that name, made at first use. Two processes that start at once get the same one."""
    return _secret(str(key_folder()), name, size)


@lru_cache
def _secret(folder: str, name: str, size: int) -> bytes:
    path = Path(folder) / name
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text().strip())
    value = secrets.token_bytes(size)
    with os.fdopen(descriptor, "w") as file:
        file.write(value.hex())
        file.flush()
        os.fsync(file.fileno())
    return value


def forget() -> None:
    """Read the keys anew from now on: others were put in their place."""
    _secret.cache_clear()


def log_key() -> bytes:
    """The key of keyed digests in the log."""
    return secret("log-digest.key")
