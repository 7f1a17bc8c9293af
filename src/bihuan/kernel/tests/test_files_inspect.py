"""What may enter: kinds by content, names, containers, macros, encryption."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile

import pytest

from bihuan.kernel.files import SHEET_ALLOWED, FileRefused, inspect_upload
from bihuan.kernel.tests.files_samples import (
    BMP,
    GIF,
    JPG,
    OFD,
    PNG,
    changed,
    classic,
    packed,
    pdf,
    refused,
    sheet,
    word,
)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("报告.docx", word("正文"), "docx"),
        ("台账.xlsx", sheet(), "xlsx"),
        ("台账.et", classic(), "xls"),
        ("台账.XLS", classic(), "xls"),
        ("文件.pdf", pdf(), "pdf"),
        ("图.png", PNG, "png"),
        ("图.jpeg", JPG, "jpg"),
        ("图.gif", GIF, "gif"),
        ("图.bmp", BMP, "bmp"),
        ("公文.ofd", OFD, "ofd"),
        ("说明.txt", "说明".encode(), "txt"),
        ("说明.txt", "说明文字".encode("gbk"), "txt"),
        ("表.csv", "甲,乙\n".encode("utf-8-sig"), "csv"),
    ],
)
def test_ordinary_files_enter(name, data, kind):
    seen = inspect_upload(data, filename=name)
    assert seen.kind == kind
    assert seen.size == len(data)
    assert seen.sha256 == hashlib.sha256(data).hexdigest()
    assert len(seen.sm3) == 64


def test_sm3_is_the_standards():
    # GB/T 32905-2016, example 1.
    seen = inspect_upload(b"abc", filename="a.txt")
    assert seen.sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_paths_and_open_files(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    assert inspect_upload(path, filename="a.png").kind == "png"
    with path.open("rb") as handle:
        assert inspect_upload(handle, filename="a.png").kind == "png"
        assert handle.tell() == 0


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", PNG, "content_mismatch"),
        ("a.png", pdf(), "content_mismatch"),
        ("a.docx", sheet(), "content_mismatch"),
        ("a.xlsx", "甲,乙".encode(), "content_mismatch"),
        ("a.xlsx", classic(), "content_mismatch"),
        ("无扩展名", PNG, "content_mismatch"),
        ("a.jpg", b"<html><script>alert(1)</script></html>", "html_disguised"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "html_disguised"),
        ("a.txt", b"\xef\xbb\xbf<!DOCTYPE html><p>x", "html_disguised"),
        ("a.pdf", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "html_disguised"),
        ("a.html", b"<html><table></table></html>", "kind_not_allowed"),
        ("a.zip", packed({"a.txt": "x"}), "kind_not_allowed"),
        ("a.rar", b"Rar!\x1a\x07\x00" + b"x" * 50, "kind_not_allowed"),
        ("a.rtf", b"{\\rtf1 x}", "kind_not_allowed"),
        ("a.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 40, "kind_not_allowed"),
        ("a.bin", bytes(range(256)) * 4, "unknown_kind"),
        ("a.exe", b"x", "executable"),
        ("报告.pdf.exe", pdf(), "executable"),
        ("报告.exe. ", pdf(), "executable"),
        ("a.docx", b"MZ\x90\x00" + b"\0" * 100, "executable"),
        ("a.txt", b"#!/bin/sh\nrm", "executable"),
        ("a.pdf", b"\x7fELF" + b"\0" * 60, "executable"),
        ("a.zip", packed({"META-INF/MANIFEST.MF": "x", "A.class": "x"}), "executable"),
        ("", PNG, "bad_name"),
        ("报告\u202efdp.png", PNG, "bad_name"),
        ("../a.png", PNG, "bad_name"),
        ("a\x00.png", PNG, "bad_name"),
        ("长" * 120 + ".png", PNG, "bad_name"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"abc\x00def", "nul_bytes"),
        ("a.txt", "文".encode("gbk") + b"\xff\xff\xff", "bad_encoding"),
        ("a.png", PNG[:-12], "damaged"),
        ("a.pdf", pdf()[:-40], "damaged"),
        ("a.pdf", b"%PDF-1.7 nonsense %%EOF", "damaged"),
        ("a.pdf", pdf(password="x"), "encrypted"),
    ],
)
def test_what_may_not_enter(name, data, code):
    assert refused(data, name).code == code


def test_size_is_judged_before_reading():
    class Untouched(io.BytesIO):
        size = 60 * 1024 * 1024

        def read(self, *_args):
            raise AssertionError("read")

    exc = refused(Untouched(), "a.pdf")
    assert exc.code == "too_large"
    assert exc.params == {"size_mb": 60.0, "limit_mb": 50.0}


def test_a_size_that_lied_is_caught_while_hashing():
    class Liar(io.BytesIO):
        size = 10

    assert refused(Liar(b"x" * 5000), "a.txt", max_bytes=1000).code == "too_large"


@pytest.mark.parametrize(
    ("name", "data", "other"),
    [
        ("a.pdf", pdf() + packed({"a.txt": "x"}), "zip"),
        ("a.png", PNG + packed({"a.txt": "x"}), "zip"),
        ("a.jpg", JPG[:40] + b"%PDF-1.4" + JPG[40:], "pdf"),
        ("a.gif", GIF[:20] + b"<script>x</script>" + GIF[20:], "html"),
        ("a.zip", packed({"a.pdf": "%PDF-1.4"}, zipfile.ZIP_STORED), "pdf"),
    ],
)
def test_two_files_in_one_are_refused(name, data, other):
    exc = refused(data, name)
    assert (exc.code, exc.params["other"]) == ("polyglot", other)


def test_macros_are_refused():
    with_macro = changed(word("正文"), {"word/vbaProject.bin": b"x"})
    assert refused(with_macro, "a.docx").code == "macro"
    with zipfile.ZipFile(io.BytesIO(sheet())) as archive:
        types = archive.read("[Content_Types].xml").decode()
    enabled = types.replace("spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main")
    assert refused(changed(sheet(), {"[Content_Types].xml": enabled}), "a.xlsx").code == "macro"
    assert refused(changed(sheet(), {"xl/macrosheets/sheet1.xml": "<a/>"}), "a.xlsx").code == "macro"
    inner = changed(sheet(), {"xl/vbaProject.bin": b"x"})
    nested = changed(word("正文"), {"word/embeddings/Sheet1.xlsx": inner})
    assert refused(nested, "a.docx").code == "macro"


def renamed(data: bytes, name: str) -> bytes:
    """A classic file whose Workbook stream's neighbour is called something else."""
    old = "Root Entry".encode("utf-16-le")
    at = data.rfind("Workbook".encode("utf-16-le"))
    assert at > 0 and old in data
    entry = bytearray(128)
    raw = name.encode("utf-16-le")
    entry[: len(raw)] = raw
    struct.pack_into("<H", entry, 64, len(raw) + 2)
    entry[66] = 1
    # The directory sector has four entries; xlwt leaves the last ones unused.
    return data[: at + 128] + bytes(entry) + data[at + 256 :]


@pytest.mark.parametrize(
    ("storage", "code"), [("_VBA_PROJECT_CUR", "macro"), ("Macros", "macro"), ("EncryptedPackage", "encrypted")]
)
def test_classic_files_with_macros_or_encryption(storage, code):
    assert refused(renamed(classic(), storage), "a.xls").code == code


def test_remote_templates_are_refused_and_links_noted():
    link = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        'Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
        'Target="http://example.org/x" TargetMode="External"/></Relationships>'
    )
    remote = changed(word("正文"), {"word/_rels/settings.xml.rels": link.format("attachedTemplate")})
    assert refused(remote, "a.docx").code == "external_template"
    picture = changed(word("正文"), {"word/_rels/footer9.xml.rels": link.format("image")})
    seen = inspect_upload(picture, filename="a.docx")
    assert [m.code for m in seen.warnings] == ["file.remark.external_link"]
    assert str(seen.warnings[0])


def test_nested_archives():
    chart = changed(word("正文"), {"word/embeddings/Sheet1.xlsx": sheet()})
    assert inspect_upload(chart, filename="a.docx").warnings[0].code == "file.remark.embedded_file"
    hidden = changed(word("正文"), {"word/media/a.zip": packed({"a": "b"})})
    assert refused(hidden, "a.docx").code == "nested_archive"
    deep = changed(sheet(), {"xl/embeddings/b.xlsx": changed(sheet(), {"xl/embeddings/c.xlsx": sheet()})})
    assert refused(deep, "a.xlsx").code == "nested_archive"


def test_an_embedded_program_is_refused():
    assert refused(changed(word("x"), {"word/media/a.png": b"MZ\x90\x00"}), "a.docx").code == "executable"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..\\..\\evil.dll", "C:\\evil.dll", "word/../../x"]
)
def test_paths_that_leave_the_container(name):
    assert refused(changed(word("x"), {name: b"x"}), "a.docx").code == "zip_path"


def test_containers_with_entities_are_refused():
    bad = changed(word("x"), {"word/comments.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})
    assert refused(bad, "a.docx").code == "xml_dtd"


def test_too_many_entries():
    parts = {f"word/media/{n}.xml": b"" for n in range(6000)}
    assert refused(changed(word("x"), parts), "a.docx").code == "zip_entries"


def test_encrypted_entries_and_unknown_methods():
    data = bytearray(word("x"))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refused(bytes(data), "a.docx").code == "encrypted"
    with_lzma = io.BytesIO()
    with zipfile.ZipFile(with_lzma, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("[Content_Types].xml", "x")
    assert refused(with_lzma.getvalue(), "a.docx").code == "zip_method"


def test_overlapping_and_doubled_entries():
    data = bytearray(packed({"a.txt": b"x" * 500, "b.txt": b"y" * 500}, zipfile.ZIP_STORED))
    second = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, second + 42, 0)  # both entries now point at the same data
    assert refused(bytes(data), "a.zip").code == "zip_damaged"
    with pytest.warns(UserWarning, match="Duplicate"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a.txt", "x")
            archive.writestr("a.txt", "y")
    assert refused(out.getvalue(), "a.zip").code == "zip_damaged"


def test_loose_names_for_imports():
    page = b"<html><table><tr><td>1</td></tr></table></html>"
    assert inspect_upload(page, filename="a.xls", allow=SHEET_ALLOWED, loose_names=True).kind == "html"
    assert inspect_upload("甲\t乙".encode("gbk"), filename="a.xls", allow=SHEET_ALLOWED, loose_names=True).kind == "csv"
    assert refused(page, "a.docx", allow=SHEET_ALLOWED, loose_names=True).code == "html_disguised"


def test_any_flipped_byte_is_accepted_or_refused_but_never_an_error():
    for original, name in ((word("正文"), "a.docx"), (classic(), "a.xls"), (pdf(), "a.pdf")):
        for position in range(0, len(original), max(1, len(original) // 61)):
            data = bytearray(original)
            data[position] ^= 0x5A
            try:
                inspect_upload(bytes(data), filename=name)
            except FileRefused as exc:
                assert str(exc.reasons[0])
