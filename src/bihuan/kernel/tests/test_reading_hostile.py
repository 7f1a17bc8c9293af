"""Broken and hostile workbooks: each is refused with a reason, in bounded memory, and none ends the process."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
import zipfile

import openpyxl
import pytest
import xlwt

from bihuan.kernel.sheets.reading import Limits, SheetRefused, guard, read_table

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(sheet: bytes, *, extra: dict[str, bytes] | None = None, drop: str = "") -> bytes:
    """A minimal workbook around a sheet part written by hand."""
    parts = {
        "[Content_Types].xml": (
            b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            b'<Default Extension="xml" ContentType="application/xml"/>'
            b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            b'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            b'spreadsheetml.sheet.main+xml"/></Types>'
        ),
        "_rels/.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        "xl/workbook.xml": (
            f'<workbook {NS} xmlns:r="{REL}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        ).encode(),
        "xl/worksheets/sheet1.xml": sheet,
        **(extra or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in parts.items():
            if name != drop:
                archive.writestr(name, data)
    return out.getvalue()


def sheet(cells: str, before: str = "") -> bytes:
    return f"{before}<worksheet {NS}><sheetData>{cells}</sheetData></worksheet>".encode()


HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c><c r="B1" t="inlineStr"><is><t>乙</t></is></c></row>'


def refused(data: bytes, name: str = "a.xlsx", **kwargs) -> SheetRefused:
    with pytest.raises(SheetRefused) as caught:
        read_table(data, name, **kwargs)
    assert str(caught.value.reasons[0])
    return caught.value


def test_the_handmade_workbook_is_read():
    data = workbook(sheet(HEAD + '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>'))
    assert read_table(data, "a.xlsx").rows[0].cells == (1, 2)


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_truncated_workbook(keep):
    data = workbook(sheet(HEAD))
    exc = refused(data[: int(len(data) * keep)])
    assert (exc.code, exc.params["file_code"]) == ("file_refused", "zip_damaged")
    assert "损坏" in str(exc.reasons[0])


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r = "1048576"><c s="1" r = "XFD1048576" ><v>1</v></c></row>',
        '<row><c r="XFD1"><v>1</v></c></row><row r="900000"><c><v>1</v></c></row>',
        '<row r="9"><c r="xfd9"><v>1</v></c><c r="A1048576"><v>1</v></c></row>',
    ],
)
def test_two_cells_far_apart_do_not_end_the_process(far):
    """calamine would ask for half a terabyte and abort."""
    exc = refused(workbook(sheet(HEAD + far)))
    assert exc.code == "area_too_large"


def test_far_cells_in_another_part_are_seen_too():
    far = sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + HEAD)
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{REL}/worksheet" Target="/xl/elsewhere/data.xml"/></Relationships>'
    ).encode()
    data = workbook(sheet(HEAD), extra={"xl/elsewhere/data.xml": far, "xl/_rels/workbook.xml.rels": links})
    assert refused(data).code == "area_too_large"


def test_formatted_but_empty_cells_far_away_do_no_harm():
    far = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    data = workbook(sheet(HEAD + '<row r="2"><c r="A2"><v>1</v></c></row>' + far))
    assert read_table(data, "a.xlsx").rows[0].cells == (1, None)


def test_positions_are_followed_across_pieces():
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><f>A{n}+1</f></c></row>' for n in range(2, 4002)
    )
    table = read_table(workbook(sheet(HEAD + rows)), "a.xlsx")
    assert len(table.rows) == 4000
    assert all(len(row.problems) == 1 for row in table.rows)


def test_a_bomb_of_200_mb_is_refused_in_little_memory():
    filler = b" " * (200 * 1024 * 1024)
    data = workbook(b"<worksheet>" + filler + b"</worksheet>")
    del filler
    assert len(data) < 300_000
    tracemalloc.start()
    try:
        exc = refused(data)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert exc.params["file_code"] == "zip_ratio"
    assert peak < 8 * 1024 * 1024


def test_a_bomb_that_lies_about_its_size():
    data = bytearray(workbook(b"<worksheet>" + b" " * (64 * 1024 * 1024) + b"</worksheet>"))
    at = data.rfind(b"PK\x01\x02")  # the sheet is the last entry of the directory
    struct.pack_into("<L", data, at + 24, 1000)
    assert refused(bytes(data)).params["file_code"] in ("zip_ratio", "zip_damaged")


def test_an_unpacked_limit():
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 2000))
    exc = refused(workbook(sheet(HEAD + rows)), limits=Limits(unpacked_bytes=10_000))
    assert exc.params["file_code"] == "zip_too_large"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (workbook(sheet(HEAD, '<!DOCTYPE x [<!ENTITY a "aaaa">]>')), "xml_dtd"),
        (workbook(sheet(HEAD), extra={"../evil.xml": b"<a/>"}), "zip_path"),
        (workbook(sheet(HEAD), drop="xl/workbook.xml"), None),
        (workbook(b"<worksheet"), None),
        (workbook(b"\x00\xff\x00"), None),
        (workbook(sheet(HEAD), extra={"xl/workbook.xml": b"nonsense"}), None),
    ],
)
def test_nonsense_inside_a_sound_zip(data, code):
    exc = refused(data)
    assert exc.code in ("file_refused", "damaged", "empty")
    if code:
        assert exc.params["file_code"] == code


def test_overlapping_merges_of_the_whole_sheet_are_bounded():
    merges = "<mergeCells>" + '<mergeCell ref="A1:GR200000"/>' * 50 + "</mergeCells>"
    body = f"<worksheet {NS}><sheetData>{HEAD}" + "".join(
        f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, 3000)
    )
    exc = refused(workbook((body + f"</sheetData>{merges}</worksheet>").encode()))
    assert exc.code == "area_too_large"


def xls(change=None) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("S")
    for column, name in enumerate(["甲", "乙"]):
        page.write(0, column, name)
        page.write(1, column, 3.14159265358979)
    out = io.BytesIO()
    book.save(out)
    data = out.getvalue()
    return change(bytearray(data)) if change else data


def test_a_classic_cell_beyond_the_format():
    def far(data):
        at = data.find(struct.pack("<4H", 0x0203, 14, 1, 1))
        assert at > 0
        struct.pack_into("<2H", data, at + 4, 65535, 65535)
        return bytes(data)

    assert refused(xls(far), "a.xls").code == "damaged"


def test_a_classic_area_too_large():
    def far(data):
        at = data.find(struct.pack("<4H", 0x0203, 14, 1, 1))
        assert at > 0
        struct.pack_into("<2H", data, at + 4, 65535, 255)
        return bytes(data)

    assert refused(xls(far), "a.xls").code == "area_too_large"


def test_classic_dimensions_that_lie():
    def lie(data):
        at = data.find(struct.pack("<2H", 0x0200, 14))
        struct.pack_into("<2L2H", data, at + 4, 0, 0xFFFFFFFF, 0, 0xFFFF)
        return bytes(data)

    assert refused(xls(lie), "a.xls").code == "damaged"


@pytest.mark.parametrize("keep", [100, 600, 2000, 4000])
def test_a_truncated_classic_workbook(keep):
    exc = refused(xls()[:keep], "a.xls")
    assert exc.code in ("file_refused", "damaged", "not_a_table")


def test_an_encrypted_classic_workbook():
    def locked(data):
        # FILEPASS in the place of the first record behind BOF.
        at = data.find(struct.pack("<2H", 0x0809, 16)) + 20
        struct.pack_into("<H", data, at, 0x002F)
        return bytes(data)

    assert refused(xls(locked), "a.xls").code == "encrypted"


def test_any_flipped_byte_is_read_or_refused():
    book = openpyxl.Workbook()
    book.active.append(["甲", "乙"])
    book.active.append([1, 2])
    out = io.BytesIO()
    book.save(out)
    for original, name in ((out.getvalue(), "a.xlsx"), (xls(), "a.xls")):
        for position in range(0, len(original), len(original) // 97):
            data = bytearray(original)
            data[position] ^= 0x5A
            try:
                read_table(bytes(data), name)
            except SheetRefused as exc:
                assert str(exc.reasons[0])


def ods(table: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="S">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def cell(text: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>'


def test_an_open_document_sheet_with_merged_cells():
    spanned = 'table:number-rows-spanned="2"'
    rows = (
        f"<table:table-row>{cell('甲')}{cell('乙')}</table:table-row>"
        f"<table:table-row>{cell('一', spanned)}{cell('二')}</table:table-row>"
        f"<table:table-row><table:covered-table-cell/>{cell('三')}</table:table-row>"
    )
    assert [row.cells for row in read_table(ods(rows), "a.ods").rows] == [("一", "二"), ("一", "三")]


@pytest.mark.parametrize("what", ["columns", "rows"])
def test_repetition_in_an_open_document_is_bounded(what):
    repeated = f'table:number-{what}-repeated="2000000000"'
    rows = f"<table:table-row>{cell('甲')}{cell('乙')}</table:table-row>"
    if what == "columns":
        rows += f"<table:table-row>{cell('一', repeated)}</table:table-row>"
    else:
        rows += f"<table:table-row {repeated}>{cell('一')}{cell('二')}</table:table-row>"
    assert refused(ods(rows), "a.ods").code == "area_too_large"


FORMS = (
    '<c r="{at}"><v>{n}</v></c>', '<c r="{at}" s="1"><v>{n}</v></c>', '<c r="{at}" t="inlineStr"><is><t>{n}</t></is></c>',
    '<c r="{at}" s="1"/>', "<c><v>{n}</v></c>", '<c s="1"/>', '<c r="{at}"><f>A1</f></c>', '<c r="{at}" t="e"><v>#N/A</v></c>',
    '<c s="2" r="{at}"><v>{n}</v></c>', "<c r='{at}'><v>{n}</v></c>", '<x:c r="{at}"><x:v>{n}</x:v></x:c>', '<c r="{at}"></c>',
)  # fmt: skip


def test_cells_taken_many_at_once_stand_where_they_stand_one_by_one(monkeypatch):
    """Whatever forms are mixed, and wherever the pieces are cut."""
    dice = random.Random(20250301)
    for _round in range(150):
        odd = dice.choice([0, 0.0005, 0.01, 0.2])
        rows = []
        for row in range(1, dice.randint(2, 60)):
            cells = []
            for column in sorted(dice.sample(range(26), dice.randint(1, 12))):
                form = dice.choice(FORMS) if dice.random() < odd else dice.choice(FORMS[:4])
                cells.append(form.format(at=f"{chr(65 + column)}{row * 3}", n=dice.randint(0, 99)))
            rows.append(dice.choice([f'<row r="{row * 3}">', f'<row r="{row * 3}">', "<row>"]) + "".join(cells) + "</row>")
        data = sheet("".join(rows))
        size = dice.choice([200, 1000, 5000])
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        quick = guard._scan_part(iter(pieces))
        with monkeypatch.context() as patch:
            patch.setattr(guard, "_usual_cells", lambda text, scan: False)
            assert guard._scan_part(iter(pieces)) == quick
