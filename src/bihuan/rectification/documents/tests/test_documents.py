"""What the documents hold, who may have them, and what hostile names come to."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile
from typing import IO, cast

import pytest
from docx import Document
from docx.oxml.ns import qn

from bihuan.kernel import clock, evidence
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.models import LogEntry
from bihuan.rectification import documents
from bihuan.rectification import services as s
from bihuan.rectification.documents import templates
from bihuan.rectification.documents.archive_names import Unique, safe
from bihuan.rectification.models import Measure
from bihuan.rectification.plan_lists import load, read_lists, resolve

pytestmark = pytest.mark.once
HOSTILE = '<b>&"甲"</b> {{ 7*7 }} {% raw %} ]]> \x07'


def text_of(content: bytes) -> str:
    """All text of a .docx, cells too."""
    body = Document(io.BytesIO(content)).element.body
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


def page_of(content: bytes) -> tuple[float, ...]:
    section = Document(io.BytesIO(content)).sections[0]
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    return tuple(round(edge.mm) for edge in edges if edge is not None)


@pytest.fixture
def closed(court):
    return court.at(
        "internally_closed", criteria=(("onsite_check", {}), ("evidence_kind", {"kind": "statistics", "least": 1}))
    )


def test_the_closing_form_tells_everything(court, closed) -> None:
    content = documents.closing_form(court.rectifier, closed)
    text = text_of(content)
    measure = closed.measure
    closure = closed.closure
    held = evidence.of(measure).get()
    for wanted in (
        measure.code, measure.text, measure.completion_standard, measure.problem.verbatim, "2026年6月30日",
        closure.minutes_no, "达标", "销号时冻结", "实地验收合格", held.title, held.file.sm3[:16], "head", "leader", "inspector",
        "部门负责人审核通过", "分管领导审核通过", "验收通过", "查阅卷宗、现场核对", "2/2", "2026年5月20日",
    ):  # fmt: skip
        assert wanted in text, wanted
    assert page_of(content) == (37, 35, 28, 26)
    fonts = {r.get(qn("w:eastAsia")) for r in Document(io.BytesIO(content)).element.body.iter(qn("w:rFonts"))}
    assert fonts <= {"仿宋", "方正小标宋简体", "黑体", "楷体"}
    assert Document(io.BytesIO(content)).settings.odd_and_even_pages_header_footer


def test_an_open_item_shows_the_facts_as_they_stand_and_leaves_room_to_sign(court) -> None:
    attempt = court.at("applied")
    text = text_of(documents.closing_form(court.judge, attempt))
    assert "按当前数据核验" in text
    assert "无法判断" in text
    assert "分管领导" in text
    assert "月度数据读数" in text


def test_who_does_not_see_the_row_gets_no_document(court, closed) -> None:
    letter = s.issue_letter(
        actor=court.rectifier, no="督〔2026〕1号", to_unit=court.units["civil"], title="督办", text="请办理。",
        due=dt.date(2026, 6, 1), measures=[closed.measure],
    )  # fmt: skip
    assert documents.closing_form(court.head, closed)
    assert documents.supervision_letter(court.head, letter)
    with pytest.raises(NotAllowed):
        documents.closing_form(court.stranger, closed)
    with pytest.raises(NotAllowed):
        documents.supervision_letter(court.stranger, letter)
    with pytest.raises(NotAllowed):
        documents.problem_file(court.stranger, closed.measure.problem, io.BytesIO())
    assert not LogEntry.objects.filter(type="rectification.file.exported").exists()
    hidden = documents.lists_of(court.stranger, closed.measure.round)
    assert hidden.problems == []
    assert documents.lists_of(court.head, closed.measure.round).problems != []


def test_the_letter_has_its_receipt(court, closed) -> None:
    letter = s.issue_letter(
        actor=court.rectifier, no="督〔2026〕1号", to_unit=court.units["civil"], title="关于尽快办理的督办函",
        text="第一段。\n第二段。", due=dt.date(2026, 6, 1), measures=[closed.measure],
    )  # fmt: skip
    text = text_of(documents.supervision_letter(court.rectifier, letter))
    for wanted in (
        "督〔2026〕1号",
        "民一庭：",
        "第一段。",
        "第二段。",
        "2026年6月1日",
        closed.measure.code,
        "回　　执",
        "签收人",
    ):
        assert wanted in text
    letter = s.receive_letter(actor=court.head, letter=letter)
    letter = s.reply_letter(actor=court.head, letter=letter, reply="已逐案核查完毕。")
    text = text_of(documents.supervision_letter(court.head, letter))
    assert "已逐案核查完毕。" in text
    assert "head" in text


def test_hostile_text_stays_text(court) -> None:
    attempt = court.at("applied", text=HOSTILE, completion_standard=HOSTILE)
    text = text_of(documents.closing_form(court.judge, attempt))
    assert '<b>&"甲"</b> {{ 7*7 }} {% raw %} ]]>' in text
    assert "49" not in text


def test_the_lists_go_out_and_come_back(court) -> None:
    problem = court.problem(subs=[{"no": "（1）", "verbatim": "开庭不及时"}, {"no": "（2）", "verbatim": "送达不及时"}])
    court.measure(problem, co_units=[court.units["filing"], court.units["trial"]])
    court.measure(problem, sub_problem=problem.subs.get(no="（2）"), text='=HYPERLINK("x")\n第二行 <&>')
    court.measure()
    made = documents.lists_of(court.rectifier, court.round)
    for write, name in ((documents.plan_lists_docx, "清单.docx"), (documents.plan_lists_xlsx, "清单.xlsx")):
        read = read_lists(write(court.rectifier, court.round), name)
        assert read.problems == made.problems
        assert read.leftovers == []
        found = resolve(read, court.rectifier, court.round)
        assert found.faults == []
        assert found.count("same") == {"problems": 2, "subs": 3, "measures": 3}
        assert load(found, court.rectifier, court.round).changed == {"problems": 0, "subs": 0, "measures": 0}
    assert Measure.objects.count() == 3


def archive(court, problem, who=None) -> tuple[zipfile.ZipFile, list[str]]:
    out = io.BytesIO()
    documents.problem_file(who or court.rectifier, problem, out)
    made = zipfile.ZipFile(out)
    return made, made.namelist()


def test_one_problem_one_file(court, closed) -> None:
    measure = closed.measure
    made, names = archive(court, measure.problem)
    assert made.testzip() is None
    top = names[0].split("/")[0]
    assert names[0] == f"{top}/目录.docx"
    assert all(name.startswith(f"{top}/") for name in names)
    below = [name.removeprefix(f"{top}/") for name in names]
    assert below[1:5] == ["01-问题与措施.docx", "02-销号标准判定.docx", "02-销号标准判定.json", "03-办理过程.docx"]
    assert f"04-销号审批表/{measure.code}-第1次.docx" in below
    (filed,) = [name for name in names if "05-佐证材料" in name]
    row = evidence.of(measure).get()
    assert filed.endswith(f"{measure.code}/001-{row.filename}")
    assert hashlib.sha256(made.read(filed)).hexdigest() == row.file.sha256
    catalogue = text_of(made.read(names[0]))
    for wanted in (row.file.sm3, row.filename, "2026年5月20日", "03-办理过程.docx"):
        assert wanted in catalogue, wanted
    snapshot = json.loads(made.read(names[3]))
    assert [c["finding"]["verdict"] for c in snapshot["attempts"][0]["criteria"]] == ["met", "met"]
    timeline = text_of(made.read(names[4]))
    assert "申请销号" in timeline
    assert "上传佐证材料" in timeline
    entry = LogEntry.objects.get(type="rectification.file.exported")
    assert (entry.actor, entry.data["params"]["files"]) == (court.rectifier, 1)
    assert entry.object_id == str(measure.problem_id)


class Pipe(io.RawIOBase):
    """A stream that can only be written forward, as a response is."""

    def __init__(self) -> None:
        self.held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece) -> int:
        self.held += bytes(piece)
        return len(piece)


def test_the_archive_streams(court, closed) -> None:
    pipe = Pipe()
    documents.problem_file(court.rectifier, closed.measure.problem, cast(IO[bytes], pipe))
    assert zipfile.ZipFile(io.BytesIO(bytes(pipe.held))).testzip() is None


@pytest.mark.parametrize(
    "filename", ["CON.txt", "统计 . 表.txt", "a" * 200 + ".txt", "%2e%2e%2fetc.txt", "~$x.txt", "-rf.txt"]
)
def test_hostile_names_stay_inside_and_the_catalogue_keeps_the_original(court, filename) -> None:
    attempt = court.at("in_progress")
    for content in (b"eins\n", b"zwei\n"):
        evidence.add(
            actor=court.clerk, obj=attempt.measure, file=io.BytesIO(content), filename=filename, kind="statistics",
            title=HOSTILE, effective_on=clock.today(),
        )  # fmt: skip
    made, names = archive(court, attempt.measure.problem)
    filed = [name for name in names if "05-佐证材料" in name]
    assert len(set(filed)) == 2
    for name in names:
        assert not name.startswith("/")
        assert ".." not in name.split("/")
        assert "\\" not in name
        assert len(name.split("/")[-1].encode()) <= 160
    assert filename in text_of(made.read(names[0]))


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\x.exe",
        "/abs",
        "C:\\x",
        "nul",
        "a\u202egpj.exe",
        "",
        "...",
        "x\x00y",
        "甲" * 300 + ".pdf",
        "\ud800",
    ],
)
def test_any_name_becomes_one_safe_component(name) -> None:
    made = safe(name)
    assert made
    assert "/" not in made
    assert "\\" not in made
    assert made not in (".", "..")
    assert not made.endswith((".", " "))
    assert len(made.encode()) <= 150
    assert made.isprintable()
    assert safe(made) == made


def test_names_are_given_out_once() -> None:
    names = Unique()
    given = [names.name("f", name) for name in ("a.pdf", "A.pdf", "a.pdf", "b")]
    assert given == ["f/a.pdf", "f/A（2）.pdf", "f/a（3）.pdf", "f/b"]


def test_a_lost_or_altered_file_stops_the_export(court, closed) -> None:
    row = evidence.of(closed.measure).get()
    path = evidence.path_of(row.file.sha256)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"?")
    with pytest.raises(Refused) as altered:
        documents.problem_file(court.rectifier, closed.measure.problem, io.BytesIO())
    assert altered.value.reasons[0].code == "documents.altered"
    path.unlink()
    out = io.BytesIO()
    with pytest.raises(Refused):
        documents.problem_file(court.rectifier, closed.measure.problem, out)
    assert out.getvalue() == b""


def test_the_courts_own_template_is_filled_escaped_and_sandboxed(court, settings, tmp_path) -> None:
    settings.BIHUAN_HOME = tmp_path
    attempt = court.at("applied", text=HOSTILE)
    path = templates.path_of("closing_form")
    path.parent.mkdir()
    template = Document()
    template.add_paragraph("本院样式 {{ measure.text }} / {{ criteria[0].verdict }} / {{ opinions|length }}")
    template.save(str(path))
    text = text_of(documents.closing_form(court.judge, attempt))
    assert text.startswith('本院样式 <b>&"甲"</b> {{ 7*7 }}')
    assert "无法判断" in text
    for wrong in ("{{ nothing.here }}", "{{ measure.__class__.__mro__ }}", "{% for %}"):
        template = Document()
        template.add_paragraph(wrong)
        template.save(str(path))
        with pytest.raises(Refused) as refusal:
            documents.closing_form(court.judge, attempt)
        assert refusal.value.reasons[0].params["name"] == "closing_form.docx"
    path.write_bytes(b"no word file")
    with pytest.raises(Refused):
        documents.closing_form(court.judge, attempt)
