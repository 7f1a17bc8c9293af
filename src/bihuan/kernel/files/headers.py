"""Response headers under which a stored file may leave the house."""

from __future__ import annotations

import re
from urllib.parse import quote

from bihuan.kernel.files.kinds import KINDS, TEXT_KINDS

#: Only these may ever be shown in the browser; everything else is saved to disk.
INLINE_KINDS: frozenset[str] = frozenset({"png", "jpg", "pdf"})

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def download_headers(filename: str, kind: str, *, inline: bool = False) -> dict[str, str]:
    """Headers for sending a stored file.

    `filename` is the name the user gave (any characters), `kind` a code of KINDS. The file is an attachment
    unless `inline` is asked for and the kind is png, jpg or pdf. The name is sent twice: an ASCII fallback
    and RFC 5987 `filename*`. Markup kinds go out as bytes, so no browser runs them.
    """
    base = _CONTROL.sub("", filename).replace("\\", "/").rsplit("/", 1)[-1].strip() or "file"
    stem, dot, extension = base.rpartition(".")
    if not dot:
        stem, extension = base, ""
    plain = _UNSAFE.sub("_", stem).strip("._") or "file"
    plain_extension = _UNSAFE.sub("", extension)
    fallback = f"{plain}.{plain_extension}" if plain_extension else plain
    shown = inline and kind in INLINE_KINDS
    mime = "application/octet-stream" if kind in TEXT_KINDS or kind not in KINDS else KINDS[kind].mime
    # A sandboxed document gets no origin; a browser's own PDF viewer does not start in a sandbox.
    policy = "default-src 'none'; frame-ancestors 'self'"
    if not (shown and kind == "pdf"):
        policy = "sandbox; " + policy
    return {
        "Content-Type": mime,
        "Content-Disposition": (
            f"{'inline' if shown else 'attachment'}; filename=\"{fallback}\"; filename*=UTF-8''{quote(base, safe='')}"
        ),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": policy,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, no-store",
    }
