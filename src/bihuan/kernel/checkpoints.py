"""Signed checkpoints of the log, made to leave the machine: a file for another host, or a line to print."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from . import clock, keys, verify
from .errors import Refused
from .models.log import LogEntry
from .wording import Message


def public_key_path() -> Path:
    """Where the public key of this installation lies; copy it to the machine that verifies."""
    path = keys.key_folder() / "checkpoint.pub"
    if not path.exists():
        raw = (
            _private()
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
        path.write_bytes(raw)
    return path


def make() -> str:
    """A signed checkpoint of the log as it stands, as one line of JSON. An empty log has none: ValueError."""
    last = LogEntry.objects.order_by("-seq").first()
    if last is None:
        raise ValueError("the log is empty")
    body = {
        "size": last.seq,
        "head": last.hash,
        "head2": last.hash2,
        "at": clock.now().astimezone(dt.UTC).isoformat(timespec="seconds"),
    }
    signature = _private().sign(_bytes(body))
    return json.dumps({**body, "signature": base64.b64encode(signature).decode()}, sort_keys=True)


def store(folder: Path | None = None) -> Path:
    """Append a checkpoint to the day's file under BIHUAN_HOME/checkpoints (or `folder`), synced to disk."""
    folder = folder or Path(settings.BIHUAN_HOME) / "checkpoints"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{clock.real_today().isoformat()}.jsonl"
    line = make()
    with path.open("a", encoding="ascii") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def read(path: Path, public_key: Path) -> list[verify.Checkpoint]:
    """The checkpoints of a file, every signature checked. Refused names the file and what is wrong with it."""
    try:
        key = serialization.load_pem_public_key(public_key.read_bytes())
        lines = [json.loads(line) for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
        if not isinstance(key, Ed25519PublicKey) or not lines:
            raise ValueError("no checkpoint, or not an Ed25519 key")
        found = []
        for line in lines:
            signature = base64.b64decode(line.pop("signature"))
            key.verify(signature, _bytes(line))
            found.append(verify.Checkpoint(line["size"], line["head"], line["head2"], line["at"]))
    except InvalidSignature as error:
        raise Refused(Message(verify.FORGED)) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(Message(verify.UNREADABLE, {"name": path.name, "why": str(error)})) from error
    return found


def _bytes(body: dict[str, object]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode("ascii")


def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.secret("checkpoint.key", 32))
