"""PDFs: page numbers and running heads out, paragraphs whole again; scans, passwords and hostile files are told."""

import io
import zlib
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from bihuan.rectification.notice import UnreadableNotice, pdf_child, read_notice, source_of
from bihuan.rectification.notice import pdf as module

from .papers import LEFT, SIZE, TOP, pdf, typeset, whole
from .test_layouts import check_spans, load
from .test_random import nothing_lost

DATA = Path(__file__).parent / "data"


def lines_of(name):
    return [line for line in (DATA / f"{name}.txt").read_text("utf-8").split("\n") if line.strip()]


@pytest.mark.parametrize("indent", [2, 0])
@pytest.mark.parametrize("name", ["status", "named"])
def test_a_printed_notice_reads_as_its_text(name, indent):
    """Broken into lines over several pages, with a head and a number on each."""
    source = source_of(pdf(typeset(lines_of(name), indent=indent)), name="通报.pdf")
    assert source.text.split("\n") == lines_of(name)
    assert {one.reason for one in source.left_out} == {"running_head", "page_number"}
    assert {one.page for one in source.left_out} == set(range(1, 1 + len(typeset(lines_of(name), indent=indent))))
    notice, (wanted, _) = read_notice(source), load(name)
    assert [p.to_json()["title"] for p in notice.problems] == [p.title for p in wanted.problems]
    assert [f.text for p in notice.problems for s in p.subproblems for f in s.figures] == [
        f.text for p in wanted.problems for s in p.subproblems for f in s.figures
    ]
    assert notice.unplaced == []
    check_spans(notice)
    nothing_lost(notice)


def test_radicals_that_only_look_like_characters():
    page = [(LEFT, TOP, "⼈⺠法院⽉⽇⻓⻔⻋⻚")]
    assert source_of(pdf([page]), name="a.pdf").text == "人民法院月日长门车页"


def test_columns_far_apart_are_a_table():
    head = [(LEFT, TOP, "序号"), (LEFT + 60, TOP, "反馈问题"), (LEFT + 220, TOP, "整改情况")]
    row = [(LEFT, TOP - 22, "1"), (LEFT + 60, TOP - 22, "值班不严"), (LEFT + 220, TOP - 22, "补课2次。")]
    before = typeset(lines_of("totals")[:2], running="")[0][:-1]
    moved = [(x, y - 22 * 6, words) for x, y, words in [*head, *row]]
    notice = read_notice(source_of(pdf([[*before, *moved]]), name="a.pdf"))
    assert [(p.no, p.title, p.subproblems[0].measures_text) for p in notice.problems] == [("1", "值班不严", "补课2次。")]


def test_a_number_that_is_no_page_number_stays():
    pages = [[(LEFT, TOP, "甲"), (LEFT, TOP - 22, "2024"), (LEFT, TOP - 44, "乙"), (LEFT, TOP - 66, "丙"), (LEFT, TOP - 88, "丁"),
              (LEFT, 40, "3")]]  # fmt: skip
    source = source_of(pdf(pages), name="a.pdf")
    assert source.text.split("\n") == ["甲", "2024", "乙", "丙", "丁"] or "2024" in {o.text for o in source.left_out}
    assert "3" in {one.text for one in source.left_out}


def test_pages_without_text_are_named_and_a_scan_is_told():
    first = typeset(lines_of("totals"), running="")
    source = source_of(pdf([*first, [], []]), name="a.pdf")
    assert [(r.code, r.params["pages"]) for r in source.remarks] == [("pdf.pages", f"{len(first) + 1}、{len(first) + 2}")]
    with pytest.raises(UnreadableNotice) as caught:
        source_of(pdf([[], []]), name="扫描.pdf")
    assert caught.value.code == "file.scanned" and "扫描.pdf" in str(caught.value)


def test_a_password_is_asked_away():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([[(LEFT, TOP, "甲")]]))))
    writer.encrypt("geheim", algorithm="AES-256")
    stream = io.BytesIO()
    writer.write(stream)
    with pytest.raises(UnreadableNotice) as caught:
        source_of(stream.getvalue(), name="a.pdf")
    assert caught.value.code == "file.locked"


def flate(data):
    packed = zlib.compress(data, 9)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


def one_page(content):
    return whole([
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>", content,
    ])  # fmt: skip


HOSTILE = {
    "cut": pdf([[(LEFT, TOP, "甲")]])[:300],
    "bomb": one_page(flate(b"\0" * 200_000_000)),
    "nested": one_page(flate(b"[" * 200_000)),
    "loop": whole([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"]),
    "pages": whole([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 999999999 /Kids [] >>"]),
    "noise": b"%PDF-1.7\n" + bytes(range(256)) * 400,
    "many": pdf([[(LEFT, TOP, "甲")]] * (pdf_child.MAX_PAGES + 1)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_by_name(name):
    with pytest.raises(UnreadableNotice) as caught:
        source_of(HOSTILE[name], name="坏.pdf")
    assert caught.value.code in {"file.broken", "file.scanned", "file.slow", "file.pages", "file.size"}
    assert "坏.pdf" in str(caught.value)


def test_a_reader_that_does_not_end_is_ended(monkeypatch, tmp_path):
    slow = tmp_path / "child.py"
    slow.write_text("import time\ntime.sleep(600)\n", "utf-8")
    monkeypatch.setattr(module, "_CHILD", slow)
    monkeypatch.setattr(module, "SECONDS", 0.2)
    with pytest.raises(UnreadableNotice) as caught:
        source_of(b"%PDF-1.7", name="慢.pdf")
    assert caught.value.code == "file.slow"


def test_letters_have_their_places():
    found = pdf_child.letters(pdf([[(LEFT, TOP, "甲乙"), (LEFT, TOP - 22, "丙")]]))
    assert found == {"pages": [[(LEFT, TOP, float(SIZE), "甲乙"), (LEFT, TOP - 22, float(SIZE), "丙")]]}
