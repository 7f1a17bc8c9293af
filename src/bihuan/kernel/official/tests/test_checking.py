"""What is found wrong with a template: the place, the reason, the remedy. And files that may not come in."""

import io
import zipfile

import pytest
from docx import Document

from bihuan.kernel.official import NoConverter, TemplateFault, check_template, converting, render, to_pdf

from .papers import KNOWN, altered, context, docx

pytestmark = pytest.mark.once


def codes(template):
    return [fault.why.code.removeprefix("official.why.") for fault in check_template(template, KNOWN)]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{{ figures.nothing }}", "unknown"),
        ("{{ nothing }}", "unknown"),
        ("{{ paper.nothing }}", "unknown"),
        ("{{ tables.due.columns }}", "no_part"),
        ("{{ texts.summary }}", "is_list"),
        ("{{ tables.due.rows }}", "is_list"),
        ("{% for x in figures.closed %}{{ x }}{% endfor %}", "not_list"),
        ("{{ figures.closed", "unclosed_tag"),
        ("figures.closed }}", "unclosed_tag"),
        ("{｛ figures.closed ｝}", "full_width"),
        ("｛｛ figures.closed ｝｝", "full_width"),
        ("{{ figures.closed figures.rate }}", "syntax"),
        ("{% for x of texts.summary %}{% endfor %}", "syntax"),
        ("{% if figures.closed %}甲", "open"),
        ("甲{% endif %}", "no_start"),
        ("{% else %}", "no_start"),
        ("{{ figures.closed * 2 }}", "expression"),
        ("{%p if figures.closed %}甲", "not_alone"),
        ("{%tr for x in tables.due.rows %}", "not_in_row"),
        ("{% for x in texts.summary %}{{ x.y }}{% endfor %}", "no_part"),
    ],
)
def test_each_fault_is_found_at_its_place(line, code):
    faults = check_template(docx("第一段", line), KNOWN)
    found = {fault.why.code.removeprefix("official.why."): fault for fault in faults}
    assert code in found
    assert (found[code].part, found[code].paragraph) == ("body", 2)
    assert found[code].around.strip()
    assert all(str(fault) for fault in faults)


def test_a_loop_over_paragraphs_needs_its_own_paragraphs():
    assert codes(docx("{% for x in texts.summary %}", "{{ x }}", "{% endfor %}")) == ["crosses"]
    assert codes(docx("{%p for x in texts.summary %}", "{{ x }}", "{% endfor %}")) == ["kinds_differ"]
    assert codes(docx("{%p for x in texts.summary %}", "{{ x }}", "{%p endfor %}")) == []


def test_the_rest_of_the_text_is_looked_at_after_a_fault():
    template = docx(
        "{{ figures.one }}", "{%p for x in texts.two %}", "{{ x }}", "{%p endfor %}", "{{ figures.closed }}"
    )
    assert [(f.paragraph, f.why.params["name"]) for f in check_template(template, KNOWN)] == [
        (1, "figures.one"),
        (2, "texts.two"),
    ]


def test_the_names_of_a_loop_end_with_it():
    assert codes(docx("{%p for x in texts.summary %}", "{{ x }}", "{%p endfor %}", "{{ x }}")) == ["unknown"]


def test_headers_are_looked_at_too():
    (fault,) = check_template(docx("x", header="{{ figures.nothing }}"), KNOWN)
    assert (fault.part, fault.paragraph) == ("header", 1)
    assert "页眉" in fault.place


def test_a_line_break_within_a_placeholder():
    document = Document()
    made = document.add_paragraph().add_run("{{ figures.")
    made.add_break()
    made.add_text("closed }}")
    out = io.BytesIO()
    document.save(out)
    assert codes(out.getvalue()) == ["broken_tag"]


def test_typographic_quotation_marks_do_no_harm():
    template = docx("{{ texts.summary | join(“、”) }}")
    assert codes(template) == []
    assert render(template, context())


def test_a_row_that_loses_text_is_named():
    document = Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "{%tr for x in tables.due.rows %}", "别的"
    table.cell(1, 0).text = "{%tr endfor %}"
    out = io.BytesIO()
    document.save(out)
    assert codes(out.getvalue()) == ["not_alone"]


# ---- hostile files ------------------------------------------------------------------------------------------

_RELATION = (
    b'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" '
    b'Target="http://example.invalid/x" TargetMode="External"/></Relationships>'
)


def _related(kind):
    return altered(
        docx("x"),
        "word/_rels/document.xml.rels",
        lambda data: data.replace(b"</Relationships>", _RELATION % kind),
    )


def _field(code):
    return altered(
        docx("x"),
        "word/document.xml",
        lambda data: data.replace(b"<w:t>x</w:t>", b"<w:instrText>" + code + b"</w:instrText>"),
    )


def _bomb():
    out = io.BytesIO(docx("x"))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/x.bin", b"\0" * (40 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        lambda: altered(docx("x"), "word/vbaProject.bin", lambda data: b"\xd0\xcf\x11\xe0"),
        lambda: _related(b"attachedTemplate"),
        lambda: _related(b"image"),
        lambda: _field(b" DDEAUTO c:\\\\x "),
        lambda: _field(b" INCLUDEPICTURE x "),
        lambda: _field(b"DDE</w:instrText><w:instrText>AUTO x"),
        _bomb,
        lambda: altered(
            docx("x"),
            "word/document.xml",
            lambda data: b"<!DOCTYPE x [<!ENTITY y 'z'>]>" + data[data.index(b"<w:document") :],
        ),
        lambda: b"no docx",
        lambda: docx("x")[:-200],
        lambda: b"",
    ],
    ids=["macro", "template", "image", "dde", "picture", "cut", "bomb", "entity", "text", "half", "empty"],
)
def test_a_hostile_file_is_refused_by_all_three(make, monkeypatch):
    template = make()
    (fault,) = check_template(template, KNOWN)
    assert fault.paragraph == 0
    assert str(fault)
    with pytest.raises(TemplateFault):
        render(template, context())
    monkeypatch.setattr(converting, "converter", lambda: "/bin/false")
    with pytest.raises(TemplateFault):
        to_pdf(template)


def test_a_link_for_the_reader_is_let_in():
    assert check_template(_related(b"hyperlink"), KNOWN) == []


# ---- PDF without LibreOffice --------------------------------------------------------------------------------


def test_without_libreoffice_there_is_a_clear_message(monkeypatch):
    monkeypatch.setattr(converting.shutil, "which", lambda name: None)
    monkeypatch.setattr(converting, "PLACES", ())
    with pytest.raises(NoConverter) as refused:
        to_pdf(docx("x"))
    assert refused.value.reasons[0].code == "official.no_converter"


def _program(folder, body):
    path = folder / "soffice"
    path.write_text("#!/bin/sh\n" + body, encoding="utf-8")
    path.chmod(0o700)
    return str(path)


@pytest.mark.parametrize(
    ("body", "code"),
    [("echo no; exit 3", "official.converter_failed"), ("exit 0", "official.converter_failed"),
     ("sleep 600 & wait", "official.converter_slow")],
)  # fmt: skip
def test_a_converter_that_fails_or_hangs_is_ended_and_said(body, code, monkeypatch, tmp_path, settings):
    settings.BIHUAN_HOME = tmp_path
    children = []
    real = converting.subprocess.Popen
    monkeypatch.setattr(converting.subprocess, "Popen", lambda *a, **k: children.append(real(*a, **k)) or children[-1])
    monkeypatch.setattr(converting, "converter", lambda: _program(tmp_path, body))
    monkeypatch.setattr(converting, "SECONDS", 0.5 if "sleep" in body else 30)
    with pytest.raises(NoConverter) as refused:
        to_pdf(docx("x"))
    assert refused.value.reasons[0].code == code
    assert children[0].poll() is not None
