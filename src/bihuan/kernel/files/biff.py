"""A pass over the records of a classic .xls: encryption, macro sheets and the area its cells span."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_BOF, _BOUNDSHEET, _FILEPASS, _DIMENSIONS, _MULRK = 0x0809, 0x0085, 0x002F, 0x0200, 0x00BD
#: Records of one cell: FORMULA, NUMBER, LABEL, RK, LABELSST, BOOLERR, RSTRING.
_CELLS = frozenset({0x0006, 0x0203, 0x0204, 0x027E, 0x00FD, 0x0205, 0x00D6})
#: What the format can hold.
MAX_ROWS, MAX_COLS = 65_536, 256


@dataclass(frozen=True)
class BiffScan:
    """`area` is the largest rectangle (in cells) that the filled cells of one sheet span."""

    encrypted: bool
    macro_sheet: bool
    area: int
    rows: int
    cols: int
    sound: bool


def scan_biff(stream: bytes) -> BiffScan:
    """Walk the records of a Workbook/Book stream. sound=False: it makes no sense."""
    encrypted = macro = False
    sound = len(stream) >= 8
    box: list[int] | None = None
    area = rows = cols = 0
    at, end = 0, len(stream)
    while at + 4 <= end:
        code, size = struct.unpack_from("<2H", stream, at)
        body = at + 4
        at = body + size
        if at > end:
            sound = False
            break
        if code in _CELLS or code == _MULRK:
            if size < 4:
                sound = False
                continue
            row, first = struct.unpack_from("<2H", stream, body)
            last = struct.unpack_from("<H", stream, at - 2)[0] if code == _MULRK else first
            if last >= MAX_COLS or first >= MAX_COLS:
                sound = False
            if box is None:
                box = [row, row, first, last]
            else:
                box = [min(box[0], row), max(box[1], row), min(box[2], first), max(box[3], last)]
        elif code == _BOF:
            area, rows, cols = _wider(box, area, rows, cols)
            box = None
        elif code == _FILEPASS:
            # What follows is cipher text; its lengths are still plain but its contents are not.
            return BiffScan(True, macro, 0, 0, 0, sound)
        elif code == _BOUNDSHEET and size >= 6:
            macro = macro or stream[body + 5] == 1
        elif code == _DIMENSIONS:
            sound = sound and _dimensions_sound(stream[body:at])
    area, rows, cols = _wider(box, area, rows, cols)
    return BiffScan(encrypted, macro, area, rows, cols, sound)


def _wider(box: list[int] | None, area: int, rows: int, cols: int) -> tuple[int, int, int]:
    if box is None:
        return area, rows, cols
    height, width = box[1] - box[0] + 1, box[3] - box[2] + 1
    return max(area, height * width), max(rows, box[1] + 1), max(cols, box[3] + 1)


def _dimensions_sound(data: bytes) -> bool:
    """The announced size must be one the format can hold: readers reserve memory by it."""
    if len(data) >= 14:
        first_row, last_row, first_col, last_col = struct.unpack_from("<2L2H", data)
    elif len(data) >= 8:
        first_row, last_row, first_col, last_col = struct.unpack_from("<4H", data)
    else:
        return False
    return bool(last_row <= MAX_ROWS and last_col <= MAX_COLS and first_row <= MAX_ROWS and first_col <= MAX_COLS)
