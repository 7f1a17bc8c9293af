"""Files as courts have them: text in two encodings, Word, saved web pages; others are refused by name."""

import ast
import io
import json
import re
import zipfile
from pathlib import Path

import docx
import pytest

import bihuan.rectification.notice as package
from bihuan.rectification.notice import UnreadableNotice, load_text, main_json, read_file, read_notice, text_of
from bihuan.rectification.notice.messages import MESSAGES

TEXT = (Path(__file__).parent / "data" / "items.txt").read_text("utf-8")
WANTED = read_notice(TEXT)


def facts(notice):
    return (
        notice.title, notice.inspection_from, notice.feedback_on, notice.measures_count,
        [(p.no, p.title, [(s.no, s.title, [f.text for f in s.figures]) for s in p.subproblems]) for p in notice.problems],
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_any_usual_encoding(tmp_path, encoding):
    file = tmp_path / "通报.txt"
    file.write_bytes(TEXT.encode(encoding))
    assert facts(read_file(file)) == facts(WANTED)


def test_word_document(tmp_path):
    document = docx.Document()
    for line in TEXT.split("\n"):
        document.add_paragraph(line)
    file = tmp_path / "通报.docx"
    document.save(str(file))
    assert facts(read_file(file)) == facts(WANTED)


def test_word_table_cells_become_lines():
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "1.登记不全"
    table.cell(1, 0).text = "整改情况:"
    table.cell(1, 1).text = "补登5件。"
    stream = io.BytesIO()
    document.save(stream)
    assert text_of(stream.getvalue(), name="a.docx").split("\n") == ["1.登记不全", "整改情况:", "补登5件。"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_saved_page(tmp_path, encoding):
    body = "".join(f"<p><span>{line[:7]}</span>{line[7:]}</p>\n" for line in TEXT.split("\n"))
    page = (
        f"<?xml version='1.0' encoding='x'?><html><head><title>页</title><style>p{{}}</style></head><body>"
        f"<!-- 注 --><script>var a = '1.假问题';</script><div>{body}</div></body></html>"
    )
    file = tmp_path / "通报.html"
    file.write_bytes(page.encode(encoding))
    assert facts(read_file(file)) == facts(WANTED)
    assert "假问题" not in load_text(file)


def test_a_page_nested_deeply_is_no_trap():
    deep = "<div>" * 3000 + "文字" + "</div>" * 3000
    assert isinstance(text_of(f"<html><body><p>开头</p>{deep}</body></html>".encode(), name="a.html"), str)


@pytest.mark.parametrize(("name", "data", "code"), [
    ("a.pdf", b"%PDF", "file.broken"),
    ("a.ofd", b"PK", "file.kind"),
    ("a.doc", b"\xd0\xcf", "file.kind"),
    ("a.txt", b"\x00\x01\x02\xff", "file.encoding"),
    ("a.docx", b"not a zip", "file.broken"),
    ("a.html", b"   ", "file.broken"),
    ("a.txt", b"x" * (11 * 1024 * 1024), "file.size"),
])
def test_other_files_are_refused_by_name(name, data, code):
    with pytest.raises(UnreadableNotice) as caught:
        text_of(data, name=name)
    assert caught.value.code == code
    assert name in str(caught.value)


def test_a_word_file_that_unpacks_to_too_much_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * (61 * 1024 * 1024))
    with pytest.raises(UnreadableNotice) as caught:
        text_of(stream.getvalue(), name="a.docx")
    assert caught.value.code == "file.size"


@pytest.mark.parametrize("name", ["长.docx", "长.html"])
def test_a_file_with_more_text_than_any_notice_is_refused_on_the_way(name):
    if name.endswith("html"):
        data = b"<html><body>" + b"<p>x</p>" * 50_000
    else:
        document = docx.Document()
        for _ in range(3):
            document.add_paragraph("补" * 150_000)
        stream = io.BytesIO()
        document.save(stream)
        data = stream.getvalue()
    with pytest.raises(UnreadableNotice) as caught:
        text_of(data, name=name)
    assert caught.value.code == "file.long" and name in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnreadableNotice, match=r"没有\.txt"):
        load_text(tmp_path / "没有.txt")


def test_json_of_a_file(tmp_path):
    file = tmp_path / "通报.txt"
    file.write_text(TEXT, "utf-8")
    got = json.loads(main_json(file))
    assert got["name"] == "通报.txt"
    assert got["problems"][0]["title"] == WANTED.problems[0].title


def test_the_reader_needs_no_django():
    folder = Path(package.__file__).parent
    for file in sorted(folder.glob("*.py")):
        imported = {
            (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else alias.name.split(".")[0]
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert file.name == "render.py" or "django" not in imported, file.name


def test_every_code_has_its_sentence():
    folder = Path(package.__file__).parent
    source = "".join(p.read_text("utf-8") for p in sorted(folder.glob("*.py")) if p.name != "messages.py")
    raised = set(re.findall(r'(?:Remark|NotThisGenre|UnreadableNotice)\(\s*"([a-z._]+)"', source))
    assert raised <= set(MESSAGES)
    assert {code for code in MESSAGES if f'"{code}"' not in source} == set(), "sentences nobody says"
