"""The keys of an installation in a file of their own, locked with a passphrase.

Never beside the data: whoever holds both could read what is stored under the keys, and sign a forged log so that it verifies.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.utils.translation import gettext_lazy as _

from .. import checkpoints, clock, keys
from ..errors import Refused
from ..wording import Message, wording
from .archive import CANNOT_WRITE, EXISTS, NO_FOLDER, sync_folder

FORMAT = "bihuan-keys"
SHORTEST = 12
_WORK = {"n": 2**15, "r": 8, "p": 1}

TOO_SHORT = wording("operations.passphrase", _("口令至少 %(length)s 个字符。"))
WRONG_PASSPHRASE = wording("operations.wrong_passphrase", _("口令不对，打不开密钥备份文件“%(path)s”。"))
NOT_KEYS = wording("operations.not_keys", _("“%(path)s”不是密钥备份文件：%(why)s。"))
NEEDS_PASSPHRASE = wording("operations.needs_passphrase", _("密钥备份文件“%(path)s”有口令保护，请提供口令。"))


@dataclass(frozen=True)
class Keys:
    """Keys by file name, and the name of the installation they are of."""

    files: dict[str, str]
    installation: str

    @property
    def public(self) -> bytes:
        """The public key that goes with them."""
        return checkpoints.public_of(bytes.fromhex(self.files[checkpoints.KEY].strip()))


def write(path: Path, passphrase: str | None) -> int:
    """Write all keys of this installation to a new file; returns how many. Without a passphrase they stand there in plain.

    Refused for a short passphrase, an existing file, a folder that is not there, a disk that refuses.
    """
    if passphrase is not None and len(passphrase) < SHORTEST:
        raise Refused(Message(TOO_SHORT, {"length": SHORTEST}))
    if path.exists():
        raise Refused(Message(EXISTS, {"path": str(path)}))
    if not path.parent.is_dir():
        raise Refused(Message(NO_FOLDER, {"path": str(path.parent)}))
    public = checkpoints.public_key()  # made now where it was never asked for
    held = {one.name: one.read_text(encoding="ascii") for one in sorted(keys.key_folder().iterdir()) if one.is_file()}
    told: dict[str, Any] = {
        "format": FORMAT,
        "version": 1,
        "made_at": clock.now().astimezone(dt.UTC).isoformat(timespec="seconds"),
        "installation": checkpoints.fingerprint(public),
    }
    if passphrase is None:
        told["keys"] = held
    else:
        salt = secrets.token_bytes(16)
        told |= {"kdf": "scrypt", "salt": salt.hex(), **_WORK}
        told["box"] = _box(passphrase, salt, _WORK).encrypt(json.dumps(held).encode()).decode("ascii")
    _write(path, json.dumps(told, indent=1).encode())
    return len(held)


def is_locked(path: Path) -> bool:
    """Whether the file needs a passphrase. Refused when it is no file of keys."""
    return "box" in _told(path)


def needs_passphrase(path: Path) -> Message:
    """That the file cannot be opened without its passphrase."""
    return Message(NEEDS_PASSPHRASE, {"path": str(path)})


def read(path: Path, passphrase: str | None) -> Keys:
    """The keys of the file. Refused when it is none, or for a wrong passphrase."""
    told = _told(path)
    try:
        if "keys" in told:
            held = told["keys"]
        elif passphrase is None:
            raise Refused(needs_passphrase(path))
        else:
            work = {name: int(told[name]) for name in _WORK}
            if work["n"] > 2**20 or work["r"] > 32 or work["p"] > 16:
                raise ValueError("scrypt")
            held = json.loads(_box(passphrase, bytes.fromhex(told["salt"]), work).decrypt(told["box"].encode("ascii")))
        found = Keys({str(name): str(text) for name, text in held.items()}, str(told["installation"]))
        if any("/" in name or name.startswith(".") for name in found.files):
            raise ValueError("name")
        if checkpoints.fingerprint(found.public) != found.installation:
            raise ValueError("installation")
    except InvalidToken as error:
        raise Refused(Message(WRONG_PASSPHRASE, {"path": str(path)})) from error
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Refused(Message(NOT_KEYS, {"path": str(path), "why": str(error)})) from error
    return found


def _told(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_bytes())
        if told["format"] != FORMAT or told["version"] != 1:
            raise ValueError(f"format {told['format']!r} {told['version']!r}")
    except OSError as error:
        raise Refused(Message(NOT_KEYS, {"path": str(path), "why": error.strerror or str(error)})) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(Message(NOT_KEYS, {"path": str(path), "why": str(error)})) from error
    return dict(told)


def _box(passphrase: str, salt: bytes, work: dict[str, int]) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(Scrypt(salt=salt, length=32, **work).derive(passphrase.encode())))


def _write(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}.partial")
    try:
        aside.unlink(missing_ok=True)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.rename(path)
        finally:
            aside.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise Refused(Message(CANNOT_WRITE, {"path": str(path), "why": error.strerror or str(error)})) from error
