"""The kinds of file the house knows: their names, media types and extensions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of file. `loose` extensions are lies commonly told by other systems' exports."""

    code: str
    mime: str
    extensions: frozenset[str]
    loose: frozenset[str] = frozenset()


_OOXML = "application/vnd.openxmlformats-officedocument."


def _codes(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _kind(code: str, mime: str, extensions: str, loose: str = "") -> Kind:
    return Kind(code, mime, _codes(extensions), _codes(loose))


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        _kind("pdf", "application/pdf", "pdf"),
        _kind("docx", _OOXML + "wordprocessingml.document", "docx wps", "doc"),
        _kind("xlsx", _OOXML + "spreadsheetml.sheet", "xlsx et", "xls"),
        _kind("pptx", _OOXML + "presentationml.presentation", "pptx dps", "ppt"),
        # The classic formats of WPS (.wps, .et, .dps) are the same OLE containers.
        _kind("doc", "application/msword", "doc wps", "docx"),
        _kind("xls", "application/vnd.ms-excel", "xls et", "xlsx"),
        _kind("ppt", "application/vnd.ms-powerpoint", "ppt dps", "pptx"),
        _kind("ofd", "application/ofd", "ofd"),
        _kind("odt", "application/vnd.oasis.opendocument.text", "odt"),
        _kind("ods", "application/vnd.oasis.opendocument.spreadsheet", "ods"),
        _kind("png", "image/png", "png"),
        _kind("jpg", "image/jpeg", "jpg jpeg"),
        _kind("gif", "image/gif", "gif"),
        _kind("tiff", "image/tiff", "tif tiff"),
        _kind("bmp", "image/bmp", "bmp"),
        _kind("mp4", "video/mp4", "mp4 m4v"),
        _kind("txt", "text/plain", "txt"),
        _kind("csv", "text/csv", "csv tsv", "xls txt"),
        _kind("html", "text/html", "html htm", "xls xlsx"),
        # Recognised in order to be named in a refusal; no default allow-list holds them.
        _kind("xml", "application/xml", "xml svg"),
        _kind("rtf", "application/rtf", "rtf"),
        _kind("mht", "message/rfc822", "mht mhtml eml"),
        _kind("zip", "application/zip", "zip"),
        _kind("xlsb", "application/vnd.ms-excel.sheet.binary.macroEnabled.12", "xlsb"),
        _kind("archive", "application/octet-stream", "rar 7z gz tar bz2 xz"),
        _kind("ole", "application/octet-stream", ""),
    )
}

#: What may be filed as evidence unless a caller says otherwise.
DEFAULT_ALLOWED: frozenset[str] = _codes("pdf docx xlsx pptx doc xls ppt ofd png jpg gif tiff bmp txt csv")

#: What may be imported as a table.
SHEET_ALLOWED: frozenset[str] = _codes("xlsx xls ods html csv")

#: Extensions nobody may bring in, whatever the content is.
EXECUTABLE_EXTENSIONS: frozenset[str] = _codes(
    "exe com bat cmd scr pif msi msp dll sys cpl ocx lnk url js jse vbs vbe wsf wsh ps1 psm1 hta jar class "
    "sh bash py pl php jsp asp aspx apk app deb rpm reg inf chm iso img vhd appref-ms scf"
)

IMAGE_KINDS: frozenset[str] = _codes("png jpg gif tiff bmp")
TEXT_KINDS: frozenset[str] = _codes("txt csv html xml")
OOXML_KINDS: frozenset[str] = _codes("docx xlsx pptx")
OLE_KINDS: frozenset[str] = _codes("doc xls ppt ole")
