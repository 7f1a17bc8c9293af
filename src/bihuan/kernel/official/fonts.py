"""The fonts a document names, and which of them the machine has not got: reported, never replaced in silence."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from typing import Any

from docx.oxml.ns import qn
from lxml import etree

_PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_FACES = [qn(f"w:{name}") for name in ("ascii", "hAnsi", "eastAsia", "cs")]
_STYLES = [qn(f"w:{name}") for name in ("pStyle", "rStyle", "tblStyle")]
_VAL = qn("w:val")
SECONDS = 20


def named_fonts(docx: bytes) -> list[str]:
    """The fonts named by the document's text and by the styles it uses, in the order of their first use."""
    found: dict[str, None] = {}
    styles: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        names = archive.namelist()
        for name in (one for one in names if _PART.fullmatch(one)):
            root = _parsed(archive.read(name))
            styles |= {one.get(_VAL, "") for one in root.iter(*_STYLES)}
            _faces(root, found)
        if "word/styles.xml" in names:
            _styles(_parsed(archive.read("word/styles.xml")), styles, found)
    return list(found)


def _parsed(data: bytes) -> Any:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False))


def _faces(root: Any, found: dict[str, None]) -> None:
    for one in root.iter(qn("w:rFonts")):
        for face in _FACES:
            if one.get(face):
                found.setdefault(one.get(face))


def _styles(root: Any, used: set[str], found: dict[str, None]) -> None:
    held = {one.get(qn("w:styleId")): one for one in root.iter(qn("w:style"))}
    for one in root.iter(qn("w:docDefaults")):
        _faces(one, found)
    waiting = [*used, *(name for name, one in held.items() if one.get(qn("w:default")) == "1")]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        style = held.get(name)
        if style is None or name in seen:
            continue
        seen.add(name)
        _faces(style, found)
        waiting += [one.get(_VAL, "") for one in style.iter(qn("w:basedOn"))]


def installed() -> frozenset[str] | None:
    """The families the machine has, in lower case; None where it cannot be asked (no fc-list)."""
    program = shutil.which("fc-list")
    if program is None:
        return None
    try:
        done = subprocess.run([program, ":", "family"], capture_output=True, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    text = done.stdout.decode("utf-8", "replace")
    return frozenset(name.strip().lower() for line in text.splitlines() for name in line.split(","))


def missing_fonts(docx: bytes) -> list[str]:
    """The fonts the document names that are not installed here; all of them where that cannot be told."""
    held = installed()
    return [name for name in named_fonts(docx) if held is None or name.lower() not in held]
