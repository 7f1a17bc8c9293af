"""The letters of a PDF with their places, read in a process of its own: a hostile file then ends that process and nothing else.

Run as a script: the file's bytes come in, one JSON object goes out. `{"pages": [[[x, y, size, text], ...], ...]}` in points
from the lower left corner, or `{"error": code}` with a code of ``messages.MESSAGES``.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys

SECONDS = 20
MEMORY = 1024 * 1024 * 1024
MAX_PAGES = 200
MAX_LETTERS = 400_000
Run = tuple[float, float, float, str]
"""x, y, size of the letters, text."""


def bound() -> None:
    """Limit this process's time and memory where the system knows how."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def letters(data: bytes) -> dict[str, object]:
    """Every run of text of every page."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return {"error": "file.locked"}
    if len(reader.pages) > MAX_PAGES:
        return {"error": "file.pages"}
    pages: list[list[Run]] = []
    left = MAX_LETTERS
    for page in reader.pages:
        runs: list[Run] = []

        def visit(
            text: str, cm: list[float], tm: list[float], _font: object, size: float, runs: list[Run] = runs
        ) -> None:
            shown = text.replace("\n", "")
            if shown:
                x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                scale = abs(tm[3] * cm[3]) or abs(tm[1] * cm[2]) or 1.0
                runs.append((round(x, 1), round(y, 1), round(size * scale, 1), shown))

        page.extract_text(visitor_text=visit)
        left -= sum(len(run[3]) for run in runs)
        if left < 0:
            return {"error": "file.size"}
        pages.append(runs)
    return {"pages": pages}


def main() -> None:
    """Read the file from standard input; whatever goes wrong with it is one word."""
    bound()
    logging.disable(logging.CRITICAL)
    data = sys.stdin.buffer.read()
    try:
        found = letters(data)
    except MemoryError:
        found = {"error": "file.slow"}
    except Exception:  # a hostile file makes the parser fail in any way there is
        found = {"error": "file.broken"}
    sys.stdout.buffer.write(json.dumps(found).encode())


if __name__ == "__main__":
    main()
