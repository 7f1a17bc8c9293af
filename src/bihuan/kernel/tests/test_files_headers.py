"""How a stored file leaves the house."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.files import KINDS, download_headers


def test_an_attachment_with_both_names():
    headers = download_headers("整改 报告.docx", "docx")
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"file.docx\"; filename*=UTF-8''%E6%95%B4%E6%94%B9%20%E6%8A%A5%E5%91%8A.docx"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Content-Type"] == KINDS["docx"].mime


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_only_pictures_and_pdf_may_be_shown_and_only_when_asked(kind):
    assert download_headers("a", kind)["Content-Disposition"].startswith("attachment;")
    shown = download_headers("a", kind, inline=True)["Content-Disposition"].startswith("inline;")
    assert shown == (kind in {"png", "jpg", "pdf"})


@pytest.mark.parametrize("kind", ["html", "xml", "txt", "csv", "svg", "nonsense"])
def test_markup_leaves_as_bytes(kind):
    assert download_headers("a", kind)["Content-Type"] == "application/octet-stream"


@given(st.text(max_size=80))
def test_no_name_breaks_out_of_its_header(name):
    name = name.encode("utf-8", "ignore").decode()
    for value in download_headers(name, "pdf").values():
        assert value.isascii()
        assert not any(ord(c) < 32 for c in value)
    disposition = download_headers(name, "pdf")["Content-Disposition"]
    assert disposition.count('"') == 2
    assert disposition.count(";") == 2
