"""A PDF as text: page numbers and running heads taken out, the lines of a paragraph joined again."""

from __future__ import annotations

import itertools
import json
import re
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .marks import read_mark
from .model import LeftOut, Remark, Source, UnreadableNotice
from .normalise import LABEL_COLON, normalise
from .pdf_child import MAX_PAGES, SECONDS
from .radicals import unified

_CHILD = Path(__file__).with_name("pdf_child.py")
_PAGE_NUMBER = re.compile(r"[-\s·.]*(?:第?\s*\d{1,4}\s*页?(?:\s*[/,]?\s*共?\s*\d{1,4}\s*页?)?|[ivxIVX]{1,6})[-\s·.]*")
_EDGE_LINES = 2
_FULL = 1.8
"""A line that ends nearer to the right margin than this many letters is full: the next one may go on with it."""


@dataclass(slots=True)
class Line:
    """A printed line: its page from 1, its left and right end and height in points, the size of its letters."""

    page: int
    x: float
    right: float
    y: float
    size: float
    text: str


def pdf_source(data: bytes, name: str) -> Source:
    """The text of a PDF. Raises UnreadableNotice: file.scanned, file.locked, file.broken, file.slow, file.pages, file.size."""
    pages = _letters(data, name)
    lines = [_lines(runs, number) for number, runs in enumerate(pages, start=1)]
    if not any(lines):
        raise UnreadableNotice("file.scanned", name=name)
    source = Source("")
    empty = [number for number, held in enumerate(lines, start=1) if not held]
    if empty:
        source.remarks.append(Remark("pdf.pages", None, {"pages": "、".join(map(str, empty))}))
    kept = _without_edges(lines, source)
    source.text = "\n".join(_paragraphs(kept))
    return source


def _letters(data: bytes, name: str) -> list[list[Any]]:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_CHILD)], input=data, capture_output=True, timeout=SECONDS * 2, check=False
        )
    except subprocess.TimeoutExpired:
        raise UnreadableNotice("file.slow", name=name, limit=SECONDS) from None
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise UnreadableNotice("file.slow", name=name, limit=SECONDS)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        found = {"error": "file.broken"}
    if "error" in found:
        limit = {"file.pages": MAX_PAGES, "file.slow": SECONDS, "file.size": 10}.get(found["error"], 0)
        raise UnreadableNotice(found["error"], name=name, limit=limit)
    pages: list[list[Any]] = found["pages"]
    return pages


def _lines(runs: list[Any], page: int) -> list[Line]:
    """The runs of a page as lines from top to bottom; a wide gap inside one becomes a tab (the columns of a table)."""
    found: list[Line] = []
    rows: list[list[Any]] = []
    for run in sorted(runs, key=lambda r: (-r[1], r[0])):
        if rows and abs(rows[-1][0][1] - run[1]) <= max(2.0, 0.4 * run[2]):
            rows[-1].append(run)
        else:
            rows.append([run])
    for row in rows:
        row.sort(key=lambda r: r[0])  # stable: a run without a place of its own has that of the run before it
        text, right, last = "", row[0][0], row[0][0] - 1
        for x, _y, size, shown in row:
            begins = x if x > last + 0.1 else right
            if text.strip() and begins - right > 2 * size:
                text += "\t"
            elif text.strip() and begins - right > 0.3 * size and _latin(text[-1]) and _latin(shown[0]):
                text += " "
            text += shown
            right, last = begins + _width(shown, size), x
        text = unified(text)
        if text.strip():
            blank = len(text) - len(text.lstrip())
            x = row[0][0] + _width(text[:blank], row[0][2])
            size = max(r[2] for r in row)
            found.append(Line(page, x, right, row[0][1], size, text.strip()))
    return found


def _width(text: str, size: float) -> float:
    return sum(size if ord(char) > 0x2E7F else size / 2 for char in text)


def _without_edges(pages: list[list[Line]], source: Source) -> list[Line]:
    """The lines without page numbers and without what stands again and again at the top or bottom of the pages."""
    counted = Counter(_pattern(line) for held in pages for line in _edges(held))
    often = max(2, (len(pages) + 1) // 2)
    kept: list[Line] = []
    for held in pages:
        edges = {id(line) for line in _edges(held)}
        for line in held:
            plain = normalise(line.text)
            number = id(line) in edges and bool(_PAGE_NUMBER.fullmatch(plain))
            running = id(line) in edges and counted[_pattern(line)] >= often and len(pages) > 1
            if number or running:
                reason = "page_number" if number else "running_head"
                source.left_out.append(LeftOut(line.text, reason, line.page))
            else:
                kept.append(line)
    return kept


def _edges(held: list[Line]) -> list[Line]:
    """The first and last lines of a page, where heads and numbers stand."""
    return held if len(held) <= 2 * _EDGE_LINES else [*held[:_EDGE_LINES], *held[-_EDGE_LINES:]]


def _pattern(line: Line) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", normalise(line.text)))


def _paragraphs(lines: list[Line]) -> list[str]:
    if not lines:
        return []
    starts = Counter(round(line.x) for line in lines)
    left = min(x for x, times in starts.items() if times * 8 >= max(starts.values()))
    right = sorted(line.right for line in lines)[max(0, int(len(lines) * 0.9) - 1)]
    indented = sum(line.x - left > 0.8 * line.size for line in lines) * 20 >= len(lines)
    found = [lines[0].text]
    for before, line in itertools.pairwise(lines):
        if _goes_on(before, line, left, right, indented=indented):
            found[-1] += (" " if _latin(found[-1][-1]) and _latin(line.text[0]) else "") + line.text
        else:
            found.append(line.text)
    return found


def _goes_on(before: Line, line: Line, left: float, right: float, *, indented: bool) -> bool:
    """Whether a line continues the paragraph of the line before it."""
    if "\t" in before.text or "\t" in line.text or abs(before.size - line.size) > 0.2 * line.size:
        return False
    if before.right < right - _FULL * before.size or line.x - left > 0.8 * line.size:
        return False
    plain = normalise(line.text)
    if re.match(LABEL_COLON, plain):
        return False
    opens = read_mark(plain) is not None
    return not (opens and (not indented or before.text[-1] in "。；;！!？?：:"))


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
