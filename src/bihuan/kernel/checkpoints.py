"""Signed checkpoints of the log, made to leave the machine: a file for another host, or a line to print."""

from __future__ import annotations

import base64
import datetime as dt
import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from . import clock, keys, verify
from .errors import Refused
from .log import digest
from .models.log import LogEntry
from .wording import Message

KEY, PUBLIC = "checkpoint.key", "checkpoint.pub"
_FILES = b"bihuan file\n"
"""Before the content of a signed file: no signature of a file is ever one of a checkpoint."""


def public_key_path() -> Path:
    """Where the public key of this installation lies; copy it to the machine that verifies."""
    path = keys.key_folder() / PUBLIC
    if not path.exists():
        path.write_bytes(public_key())
    return path


def public_key() -> bytes:
    """The public key of this installation, in PEM."""
    return public_of(_private())


def public_of(key: Ed25519PrivateKey | bytes) -> bytes:
    """The public key, in PEM, of a private one (or of its 32 bytes)."""
    private = key if isinstance(key, Ed25519PrivateKey) else Ed25519PrivateKey.from_private_bytes(key)
    return private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def fingerprint(public: bytes) -> str:
    """A short name of a public key: which installation's keys these are."""
    return digest(hashes.SHA256(), public.strip())[:32]


def sign(content: bytes) -> str:
    """The signature of a file's content by this installation."""
    return base64.b64encode(_private().sign(_FILES + content)).decode("ascii")


def signed_by(public: bytes, content: bytes, signature: str) -> bool:
    """Whether the holder of the public key's private half signed the content."""
    try:
        key = serialization.load_pem_public_key(public)
        if not isinstance(key, Ed25519PublicKey):
            return False
        key.verify(base64.b64decode(signature), _FILES + content)
    except (InvalidSignature, ValueError):
        return False
    return True


def make() -> str:
    """A signed checkpoint of the log as it stands, as one line of JSON. An empty log has none: ValueError."""
    last = LogEntry.objects.order_by("-seq").first()
    if last is None:
        raise ValueError("the log is empty")
    return statement(last.seq, last.hash, last.hash2)


def statement(size: int, head: str, head2: str) -> str:
    """The signed statement that entry number `size` has these hashes now, as one line of JSON."""
    at = clock.now().astimezone(dt.UTC).isoformat(timespec="seconds")
    body: dict[str, object] = {"size": size, "head": head, "head2": head2, "at": at}
    signature = _private().sign(_bytes(body))
    return json.dumps({**body, "signature": base64.b64encode(signature).decode()}, sort_keys=True)


def store(folder: Path | None = None) -> Path:
    """Append a checkpoint to the day's file in `folder` (default: where the daily ones go), synced to disk."""
    folder = folder or Path(settings.BIHUAN_CHECKPOINT_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{clock.real_today().isoformat()}.jsonl"
    line = make()
    content = f"{line}\n".encode("ascii")
    with path.open("ab", buffering=0) as file:
        before = path.stat().st_size
        try:
            if file.write(content) != len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            os.fsync(file.fileno())
        except OSError:
            os.truncate(path, before)  # half a line would make the day's other checkpoints unreadable
            raise
    return path


def read(path: Path, public_key: Path | bytes) -> list[verify.Checkpoint]:
    """The checkpoints of a file, every signature checked. Refused names the file and what is wrong with it."""
    try:
        pem = public_key if isinstance(public_key, bytes) else public_key.read_bytes()
        key = serialization.load_pem_public_key(pem)
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


def stored() -> tuple[list[verify.Checkpoint], list[Message]]:
    """The checkpoints in the folder they are written to, and what is wrong with files that cannot be used."""
    found: list[verify.Checkpoint] = []
    faults: list[Message] = []
    folder = Path(settings.BIHUAN_CHECKPOINT_FOLDER)
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else []:
        try:
            found += read(path, public_key())
        except Refused as refusal:
            faults += [Message(reason.code, {"name": path.name, **reason.params}) for reason in refusal.reasons]
    return found, faults


def signed_line(public: bytes) -> Callable[[str], bool]:
    """What tells whether a checkpoint's line was signed by the holder of the public key's private half."""
    key = serialization.load_pem_public_key(public)

    def asked(line: str) -> bool:
        body = json.loads(line)
        try:
            signature = base64.b64decode(body.pop("signature"))
            assert isinstance(key, Ed25519PublicKey)
            key.verify(signature, _bytes(body))
        except InvalidSignature:
            return False
        return True

    return asked


def _bytes(body: dict[str, object]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode("ascii")


def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.secret(KEY, 32))
