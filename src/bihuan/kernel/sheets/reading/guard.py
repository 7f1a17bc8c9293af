"""Looking at a workbook before the reader does.

calamine keeps the whole rectangle between a sheet's first and last filled cell in memory, and Rust ends the
process when memory runs out: two cells far apart in a file of 5 KB would take the worker down. So positions are
read first, in a stream, and what would not fit is refused. The same pass finds formulas that were never
calculated and cells showing an error, which calamine gives as blanks.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from lxml import etree

from bihuan.kernel.files.archive import EntryReader, read_entry, stream_entry
from bihuan.kernel.files.biff import scan_biff
from bihuan.kernel.files.ole import OleDamagedError, OleFile
from bihuan.kernel.sheets.reading.errors import SheetRefused
from bihuan.kernel.sheets.reading.grid import Limits, Merge

_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>/])")
_REF = re.compile(rb"(?:^|\s)r\s*=\s*[\"']\s*([A-Za-z]{1,7})(\d{1,10})")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_ROW_REF = re.compile(rb"(?:^|\s)r\s*=\s*[\"']\s*(\d{1,10})")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")
_ERROR = re.compile(rb"(?:^|\s)t\s*=\s*[\"']e[\"']")
#: A cell as nearly every program writes it: its place first, then nothing but a value; and a cell without content.
_USUAL = re.compile(rb"<c r=\"([A-Z]{1,3})(\d{1,7})\"[^<>]*><(?:v>[^<]|is>)")
_BARE = re.compile(rb"<c r=\"[A-Z]{1,3}\d{1,7}\"[^<>]*/>")
#: What a piece must not hold to be taken at once: formulas, cells that show an error, marks of another form.
_UNUSUAL = (b"<f", b":f", b'"e"', b"'e'", b":c", b"<c>", b"<c/", b"<c\t", b"<c\n", b"<c\r")
_PLAIN_PARTS = re.compile(r"\.(?:rels|vml|bin|png|jpe?g|gif|emf|wmf)$|sharedstrings\.xml$|styles\.xml$", re.IGNORECASE)
_MAX_MARKS = 10_000
_PARSER: dict[str, Any] = {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}


@dataclass
class PartScan:
    """Filled positions of one sheet part, and its doubtful cells; (row, column) from 0."""

    top: int = 1 << 40
    bottom: int = -1
    left: int = 1 << 40
    right: int = -1
    valueless: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def area(self) -> int:
        """Cells in the rectangle that the filled cells span."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1) if self.bottom >= 0 else 0


@dataclass
class XlsxScan:
    """Scans by sheet name where the workbook's own list could be followed."""

    sheets: dict[str, PartScan]
    date1904: bool


def scan_xlsx(handle: IO[bytes], limits: Limits, filename: str) -> XlsxScan:
    """Read every cell position of a workbook. Raises SheetRefused area_too_large or damaged."""
    handle.seek(0)
    with zipfile.ZipFile(handle) as archive:
        names, date1904 = _sheet_parts(handle, archive, filename)
        by_part = {part.lower(): name for name, part in names.items()}
        scans: dict[str, PartScan] = {}
        for info in archive.infolist():
            if info.is_dir() or _PLAIN_PARTS.search(info.filename):
                continue
            scan = _scan_part(stream_entry(handle, info, filename=filename))
            title = by_part.get(info.filename.lower(), info.filename)
            if scan.area > limits.cells:
                raise SheetRefused("area_too_large", {"sheet": title, "rows": scan.bottom + 1, "cols": scan.right + 1})
            scans[title] = scan
    return XlsxScan(scans, date1904)


def guard_xls(handle: IO[bytes], limits: Limits, filename: str) -> None:
    """Check a classic workbook's records. Raises SheetRefused damaged, encrypted, area_too_large."""
    try:
        ole = OleFile(handle)
        stream = ole.read("Workbook", limits.file_bytes) or ole.read("Book", limits.file_bytes) or b""
    except OleDamagedError as exc:
        raise SheetRefused("damaged", {"filename": filename, "why": "unreadable"}) from exc
    scan = scan_biff(stream)
    if scan.encrypted:
        raise SheetRefused("encrypted", {"filename": filename})
    if not scan.sound:
        raise SheetRefused("damaged", {"filename": filename, "why": "records"})
    if scan.area > limits.cells:
        raise SheetRefused("area_too_large", {"sheet": filename, "rows": scan.rows, "cols": scan.cols})


def guard_ods(handle: IO[bytes], limits: Limits, filename: str) -> dict[str, list[Merge]]:
    """Add up an OpenDocument workbook's repetition counts; its merged cells by sheet.

    Raises SheetRefused area_too_large or damaged.
    """
    merges: dict[str, list[Merge]] = {}
    handle.seek(0)
    with zipfile.ZipFile(handle) as archive:
        info = next((i for i in archive.infolist() if i.filename == "content.xml"), None)
        if info is None:
            raise SheetRefused("damaged", {"filename": filename, "why": "unreadable"})
        bottom = right = width = row = 0
        title = filename
        try:
            for event, element in etree.iterparse(EntryReader(handle, info), events=("start", "end"), **_PARSER):
                tag = etree.QName(element).localname
                if tag == "table" and event == "start":
                    title = next((v for k, v in element.attrib.items() if k.endswith("}name")), filename)
                    bottom = right = row = width = 0
                if event == "start":
                    continue
                if tag in ("table-cell", "covered-table-cell"):
                    times = _count(element, "number-columns-repeated")
                    down, across = _count(element, "rows-spanned"), _count(element, "columns-spanned")
                    if down > 1 or across > 1:
                        area = (row, width, row + down - 1, width + across - 1)
                        merges.setdefault(title, []).append(area)
                    filled = len(element) > 0 or any(k.endswith("value") for k in element.attrib)
                    width += times
                    right = max(right, width if filled else 0)
                    bottom = bottom if not filled else row + 1
                elif tag == "table-row":
                    times = _count(element, "number-rows-repeated")
                    row += times
                    bottom = row if bottom > row - times else bottom
                    width = 0
                    element.clear()
                    if bottom * right > limits.cells or right > limits.cells:
                        raise SheetRefused("area_too_large", {"sheet": title, "rows": bottom, "cols": right})
        except etree.XMLSyntaxError as exc:
            raise SheetRefused("damaged", {"filename": filename, "why": "unreadable"}) from exc
    return merges


def _count(element: etree._Element, what: str) -> int:
    text = next((v for k, v in element.attrib.items() if str(k).endswith(what)), "1")
    return int(text) if str(text).isdecimal() else 1


def _sheet_parts(handle: IO[bytes], archive: zipfile.ZipFile, filename: str) -> tuple[dict[str, str], bool]:
    """Sheet names with the parts that hold them, and whether days count from 1904."""
    book = read_entry(handle, archive, "xl/workbook.xml", limit=8 * 1024 * 1024)
    links = read_entry(handle, archive, "xl/_rels/workbook.xml.rels", limit=8 * 1024 * 1024)
    if book is None:
        raise SheetRefused("damaged", {"filename": filename, "why": "unreadable"})
    parser = etree.XMLParser(**_PARSER)
    try:
        root = etree.fromstring(book, parser)
        relations = etree.fromstring(links, parser) if links else None
    except etree.XMLSyntaxError as exc:
        raise SheetRefused("damaged", {"filename": filename, "why": "unreadable"}) from exc
    targets = {
        str(item.get("Id")): posixpath.normpath(posixpath.join("/xl", str(item.get("Target")))).lstrip("/")
        for item in (relations if relations is not None else ())
        if isinstance(item.tag, str)
    }
    names: dict[str, str] = {}
    date1904 = False
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        tag = etree.QName(element).localname
        if tag == "workbookPr":
            date1904 = str(element.get("date1904", "")).lower() in ("1", "true")
        elif tag == "sheet":
            link = next((str(v) for k, v in element.attrib.items() if str(k).endswith("}id")), "")
            if link in targets:
                names[str(element.get("name"))] = targets[link]
    return names, date1904


def _scan_part(pieces: Iterator[bytes]) -> PartScan:
    """Follow the cells of a part; the piece behind the last cell mark waits for the next chunk."""
    scan = PartScan()
    row, column = -1, -1
    carry = b""
    for chunk in pieces:
        text = carry + chunk
        last = text.rfind(b"<c ")
        if last > 0 and _usual_cells(text[:last], scan):
            # The last of them says where the next one stands, should that one not name its place.
            before = text.rfind(b"<c ", 0, last)
            row = _follow_rows(text[: max(before, 0)], row)
            row, column = _one_cell(text[before + 2 : last], row, column, scan)
            carry = text[last:]
            continue
        parts = _CELL.split(text)
        if len(parts) == 1:
            # No cell yet: keep enough to see a mark or a row element cut in two.
            row = _follow_rows(parts[0][:-4096], row)
            carry = parts[0][-4096:]
            continue
        row = _follow_rows(parts[0], row)
        for part in parts[1:-1]:
            row, column = _one_cell(part, row, column, scan)
        carry = b"<c" + parts[-1]
        if len(carry) > 1 << 20:
            carry = carry[:4096] + carry[-4096:]
    rest = _CELL.split(carry)
    row = _follow_rows(rest[0], row)
    for part in rest[1:]:
        row, column = _one_cell(part, row, column, scan)
    return scan


def _usual_cells(text: bytes, scan: PartScan) -> bool:
    """Take all cells of a piece at once, if each names its place and none is doubtful; else nothing, and they are followed one by
    one. Cells are by far the most of a workbook, and nearly every program writes them in this form."""
    if any(mark in text for mark in _UNUSUAL):
        return False
    found = _USUAL.findall(text)
    if len(found) + len(_BARE.findall(text)) != text.count(b"<c "):
        return False
    for letters in {letters for letters, _number in found}:
        column = _column(letters)
        scan.left, scan.right = min(scan.left, column), max(scan.right, column)
    for number in {int(number) for _letters, number in found}:
        scan.top, scan.bottom = min(scan.top, number - 1), max(scan.bottom, number - 1)
    return True


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - 64
    return column - 1


def _one_cell(part: bytes, row: int, column: int, scan: PartScan) -> tuple[int, int]:
    head, _, body = part.partition(b">")
    if found := _REF.search(head):
        column, at = _column(found[1]), int(found[2]) - 1
    else:
        column += 1
        at = max(row, 0)
    if not head.endswith(b"/"):
        value = _VALUE.search(body)
        if value is not None or b"<is" in body or b":is" in body:
            scan.top, scan.bottom = min(scan.top, at), max(scan.bottom, at)
            scan.left, scan.right = min(scan.left, column), max(scan.right, column)
            if _ERROR.search(head) and value is not None and len(scan.errors) < _MAX_MARKS:
                scan.errors[(at, column)] = value[1][:20].decode("utf-8", "replace")
        elif b"f" in body and _FORMULA.search(body) and len(scan.valueless) < _MAX_MARKS:
            scan.valueless.add((at, column))
    if b"row" in body:
        before = row
        row = _follow_rows(body, row)
        column = column if row == before else -1
    return row, column


def _follow_rows(text: bytes, row: int) -> int:
    for found in _ROW.finditer(text):
        named = _ROW_REF.search(found[1])
        row = int(named[1]) - 1 if named else row + 1
    return row
