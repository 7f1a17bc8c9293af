"""A locked notice as one signed file that leaves the house: the province's site is on another network.

A zip of the page, the Word document, the plain text, a manifest of their digests (SM3, SHA-256), the manifest's signature and the
public key. Whoever checks it should hold the key by another way: the one inside proves nothing but that the file is whole.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import checkpoints, log
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import Person
from bihuan.kernel.paper import day
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from .models import PublicNotice
from .notice import papers, versions

MANIFEST, SIGNATURE, KEY = "manifest.json", "manifest.sig", "public-key.pem"
PAGE, PAPER, TEXT = "notice.html", "notice.docx", "notice.txt"
FORMAT = 1
MOST = 50 * 1024 * 1024
"""A larger member is no notice of ours."""
NOT_LOCKED = wording("disclosure.package.not_locked", _("“%(no)s”还没有定稿，不能打包。"))
UNREADABLE = wording("disclosure.package.unreadable", _("不是公开通报的离线包，或者已经损坏：%(why)s"))
FORGED = wording("disclosure.package.forged", _("签名与公钥不符：清单被改动，或者不是该院签发的。"))
ALTERED = wording("disclosure.package.altered", _("%(name)s 与清单不符：内容被改动。"))
MISSING = wording("disclosure.package.missing", _("缺少 %(name)s。"))
STRANGE = wording("disclosure.package.strange", _("多出清单里没有的 %(name)s。"))
log.event("disclosure.package.made", _("导出公开通报离线包：%(no)s，SM3 %(sm3)s"))


@dataclass(frozen=True)
class Checked:
    """What a package says of itself, once everything agreed."""

    no: str
    title: str
    locked_on: str
    text_sm3: str
    key: str


def make(*, actor: Person | None, notice: PublicNotice) -> bytes:
    """The package of a locked notice's public version. Raises Refused."""
    if not notice.locked or notice.locked_on is None:
        raise Refused(Message(NOT_LOCKED, {"no": notice.no}))
    made, shown = versions.version(notice, versions.PUBLIC), day(notice.locked_on)
    files = {PAGE: papers.html(made, shown).encode(), PAPER: papers.docx(made, shown), TEXT: f"{made.text}\n".encode()}
    listed = {}
    for name, content in files.items():
        sm3, sha256 = log.digests(content)
        listed[name] = {"size": len(content), "sm3": sm3, "sha256": sha256}
    manifest: dict[str, Any] = {
        "format": FORMAT, "no": notice.no, "title": notice.title, "locked_on": notice.locked_on.isoformat(), "text_sm3": notice.public_sm3, "files": listed,
    }  # fmt: skip
    told = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        inside = {**files, MANIFEST: told, SIGNATURE: checkpoints.sign(told).encode(), KEY: checkpoints.public_key()}
        for name, content in inside.items():
            archive.writestr(zipfile.ZipInfo(name, _moment(notice.locked_on)), content)
    with unit_of_work(actor) as uow:
        uow.record("disclosure.package.made", notice, params={"no": notice.no, "sm3": log.digests(told)[0]})
    return out.getvalue()


def check(file: IO[bytes], public_key: bytes | None = None) -> Checked:
    """Whether a package is whole and signed: by the holder of the key given, else of the key inside. Raises Refused, naming what is wrong."""
    try:
        with zipfile.ZipFile(file) as archive:
            held = {info.filename: archive.read(info) for info in archive.infolist() if info.file_size <= MOST}
        told = held[MANIFEST]
        manifest = json.loads(told)
        files, signature = dict(manifest["files"]), held[SIGNATURE].decode("ascii")
        said = Checked(
            manifest["no"],
            manifest["title"],
            manifest["locked_on"],
            manifest["text_sm3"],
            checkpoints.fingerprint(public_key or held[KEY]),
        )
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, NotImplementedError, RuntimeError) as error:
        raise Refused(Message(UNREADABLE, {"why": str(error)})) from error
    if not checkpoints.signed_by(public_key or held[KEY], told, signature):
        raise Refused(Message(FORGED))
    wrong = [Message(MISSING, {"name": name}) for name in files if name not in held]
    wrong += [Message(STRANGE, {"name": name}) for name in held if name not in {*files, MANIFEST, SIGNATURE, KEY}]
    for name, content in held.items():
        if name in files and log.digests(content) != (files[name].get("sm3"), files[name].get("sha256")):
            wrong.append(Message(ALTERED, {"name": name}))
    if wrong:
        raise Refused(wrong)
    return said


def _moment(day: dt.date) -> tuple[int, int, int, int, int, int]:
    return (day.year, day.month, day.day, 0, 0, 0)
