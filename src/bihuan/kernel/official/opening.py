"""The gate for templates: what may come in at all. The house's inspection of uploads, and stricter."""

from __future__ import annotations

import io
import re
import zipfile

from ..files import ArchiveLimits, FileRefused, inspect_upload
from ..wording import Message
from .faults import DO, WHY, Fault, TemplateFault, whole

MAX_BYTES = 5 * 1024 * 1024
MAX_PART = 4 * 1024 * 1024
_LIMITS = ArchiveLimits(entries=500, unpacked_bytes=32 * 1024 * 1024, ratio_from=2 * 1024 * 1024, embedded_bytes=1)
_FIELD = re.compile(
    rb"\b(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|RD|DATABASE|MACROBUTTON|AUTOTEXT)\b", re.IGNORECASE
)
_INSTRUCTIONS = re.compile(rb"<w:instrText[^>]*>([^<]*)|w:instr=\"([^\"]*)\"")


def opened(template: bytes, name: str = "模板.docx") -> bytes:
    """The template, if it may come in. Raises TemplateFault (macros, links to the outside, embedded files, bombs, no .docx)."""
    faults = refused(template, name)
    if faults:
        raise TemplateFault(faults)
    return template


def refused(template: bytes, name: str = "模板.docx") -> list[Fault]:
    """Why the file may not come in; empty if it may."""
    try:
        seen = inspect_upload(
            template, filename=name, allow=frozenset({"docx"}), max_bytes=MAX_BYTES, limits=_LIMITS, secrecy=True
        )
    except FileRefused as error:
        why = Message(WHY["file"], {"reason": error.reasons[0].as_json()})
        return [Fault("", 0, "", why, Message(DO["none"]))]
    for one in seen.warnings:
        if one.code == "file.remark.external_link":
            return [whole("outside", "outside", target=str(one.params.get("target", ""))[:120])]
        if one.code == "file.remark.embedded_file":
            return [whole("embedded", "outside", target=str(one.params.get("what", ""))[:120])]
    return _parts(template)


def _parts(template: bytes) -> list[Fault]:
    with zipfile.ZipFile(io.BytesIO(template)) as archive:
        if "word/document.xml" not in archive.namelist():
            return [whole("unreadable", "resave")]
        for info in archive.infolist():
            if not info.filename.endswith(".xml"):
                continue
            if info.file_size > MAX_PART:
                size = {"size_mb": round(info.file_size / 1048576, 1), "limit_mb": MAX_PART // 1048576}
                return [whole("part_size", "shrink", part=info.filename[:80], **size)]
            data = archive.read(info)
            if b"altChunk" in data:
                return [whole("embedded", "outside", target="altChunk")]
            code = [a or b for a, b in _INSTRUCTIONS.findall(data)]  # Word cuts an instruction into runs as it likes
            if found := _FIELD.search(b"".join(code)) or _FIELD.search(b" ".join(code)):
                return [whole("field", "outside", target=found[1].decode().upper())]
    return []
