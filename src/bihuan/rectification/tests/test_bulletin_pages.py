"""The pages of bulletins: what is due, writing, the paper, its files, and the rows behind its figures under the reader's own rights."""

import io
import re

import docx
import pytest
from django.urls import reverse

from bihuan.kernel import clock, official
from bihuan.kernel.bulletins import Figure, cadence, forget, services
from bihuan.kernel.bulletins import kind as declare
from bihuan.kernel.ledger.service import void
from bihuan.kernel.models import Bulletin, DutyOccurrence
from bihuan.kernel.pages import bulletins_papers
from bihuan.rectification.bulletins import LETTER
from bihuan.rectification.ledgers import LETTERS

from . import bulletin_ways as ways
from .bulletin_ways import MONTHLY, WEEKLY, at, begin, step
from .factory import TODAY
from .pages_support import addresses, page, text  # noqa: F401  the addresses are the product's


def behind(row, name, **query):
    address = reverse("bulletin_figure", args=[row.pk, name])
    return f"{address}?{'&'.join(f'{key}={value}' for key, value in query.items())}"


def test_what_is_due_is_begun_from_its_page(court, client):
    cadence.put_to_use(actor=court.rectifier, kind=ways.kind(WEEKLY), starts=ways.monday(1))
    due = DutyOccurrence.objects.filter(duty__code=f"bulletin.{WEEKLY}").order_by("due_on").first()
    said = text(page(client, court.rectifier, reverse("bulletin_calendar")))
    assert "巡察整改工作简报" in said and "每周" in said and "未启用" in said and "2026年5月11日到期" in said
    draft = reverse("bulletin_draft", args=[WEEKLY])
    page(client, court.stranger, draft, 403, {"occurrence": due.pk})
    page(client, court.rectifier, draft, 404, {"occurrence": 999999})
    page(client, court.rectifier, draft, 302, {"occurrence": due.pk})
    made = Bulletin.objects.get()
    assert made.occurrence == due
    assert made.get_absolute_url() in text(page(client, court.rectifier, reverse("bulletin_calendar")))
    assert draft not in text(page(client, court.stranger, reverse("bulletin_calendar")))


def test_a_kind_is_put_to_use_and_a_bulletin_begun_out_of_turn(court, client):
    use = reverse("bulletin_use", args=[WEEKLY])
    page(client, court.stranger, use, 403)
    assert "每周" in text(page(client, court.rectifier, use))
    page(client, court.rectifier, use, 302, {"day": TODAY.isoformat()})
    assert cadence.duty_of(ways.kind(WEEKLY)).starts == TODAY
    page(client, court.rectifier, use, 422, {"day": TODAY.isoformat()})
    start = reverse("bulletin_begin", args=[WEEKLY])
    page(client, court.stranger, start, 403)
    assert page(client, court.rectifier, start).context["form"]["day"].value() == ways.monday(0) - clock.dt.timedelta(
        days=1
    )
    page(client, court.rectifier, start, 302, {"day": "2026-05-06"})
    made = Bulletin.objects.get()
    assert (made.starts.isoformat(), made.ends.isoformat()) == ("2026-05-04", "2026-05-10")
    page(client, court.rectifier, start, 422, {"day": "2026-05-06"})
    page(client, court.rectifier, reverse("bulletin_begin", args=["no.such"]), 404)


def test_another_cadence_is_followed_from_tomorrow(court, client, monkeypatch):
    kind = ways.kind(WEEKLY)
    duty = cadence.put_to_use(actor=court.rectifier, kind=kind, starts=ways.monday(2))
    held = {**kind.held(TODAY), "rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"}
    monkeypatch.setattr(type(kind), "held", lambda self, on: held)
    follow = reverse("bulletin_follow", args=[WEEKLY])
    assert follow in text(page(client, court.rectifier, reverse("bulletin_calendar")))
    page(client, court.stranger, follow, 403, {})
    page(client, court.rectifier, follow, 302, {})
    duty.refresh_from_db()
    fresh = cadence.duty_of(kind) or cadence.duties_of(kind).last()
    assert (duty.ends, cadence.duties_of(kind).last().rrule) == (TODAY, held["rrule"])
    assert fresh is not None
    with clock.simulate(TODAY + clock.dt.timedelta(days=1)):
        assert cadence.duty_of(kind).rrule == held["rrule"]
        assert cadence.follow(actor=court.rectifier, kind=kind) is None


def test_words_are_written_and_what_was_typed_stays(court, client):
    made = begin(court)
    edit = reverse("bulletin_edit", args=[made.pk])
    page(client, court.stranger, edit, 404)
    page(client, court.secretary, edit, 403)
    asked = page(client, court.rectifier, edit)
    assert "{措施完成率}" in text(asked)
    typed = {field.name: field.value() or "" for field in asked.context["form"]}
    typed |= {"text_lead": "完成率为{措施完成率}，<b>加粗</b>。", "text_next": "写 {不存在的数}"}
    refused = page(client, court.rectifier, edit, 422, typed)
    assert "不存在的数" in text(refused) and "完成率为{措施完成率}" in text(refused)
    page(client, court.rectifier, edit, 302, typed | {"text_next": "抓紧"})
    said = text(page(client, court.rectifier, made.get_absolute_url()))
    assert re.search(r"完成率为<a [^>]*>n/a</a>，&lt;b&gt;加粗", said)
    page(client, court.rectifier, edit, 409, typed | {"text_next": "又改"})


def test_a_draft_shows_what_changed_and_is_computed_anew(court, client):
    attempt = court.at("verified")
    made = begin(court)
    court.at("internally_closed", attempt)
    address = made.get_absolute_url()
    said = text(page(client, court.rectifier, address))
    assert "措施完成率：0.00% (0 / 1) → 100.00% (1 / 1)" in said
    act = reverse("bulletin_act", args=[made.pk, "compute"])
    page(client, court.secretary, act, 403, {})
    page(client, court.rectifier, act, 302, {})
    assert "→ 100.00%" not in text(page(client, court.rectifier, address)).split("办理记录")[0]
    page(client, court.rectifier, reverse("bulletin_act", args=[made.pk, "nothing"]), 404, {})


def test_who_sees_what(court, client):
    draft, out = begin(court, WEEKLY, 2), at(court, "issued", WEEKLY)
    for person, sees in ((court.rectifier, 200), (court.secretary, 200), (court.president, 200), (court.stranger, 404)):
        page(client, person, draft.get_absolute_url(), sees)
        page(client, person, reverse("bulletin_file", args=[draft.pk, "docx"]), sees)
        page(client, person, behind(draft, "rate"), sees)
        page(client, person, out.get_absolute_url(), 200)
    asked = at(court, "countersigning", MONTHLY)
    page(client, court.head, asked.get_absolute_url(), 200)
    page(client, court.stranger, asked.get_absolute_url(), 404)


def test_a_figure_leads_to_its_rows_as_they_were_counted_under_the_reader_s_rights(court, client):
    mine = court.at("internally_closed")
    other = court.approved(unit="filing", person=court.stranger)
    made = at(court, "issued", WEEKLY)
    below = behind(made, "rate", part="denominator")
    whole = page(client, court.rectifier, below)
    assert [line["name"] for line in whole.context["lines"]] == [str(mine.measure), str(other.measure)]
    assert "共 2 行" in text(whole) and whole.context["rows"].withheld == 0
    part = page(client, court.judge, below)
    assert [line["name"] for line in part.context["lines"]] == [str(mine.measure)]
    assert "其中 1 行不在您的查看范围" in text(part) and str(other.measure.code) not in [
        line["name"].split()[0] for line in part.context["lines"]
    ]
    above = page(client, court.judge, behind(made, "rate"))
    assert [line["name"] for line in above.context["lines"]] == [str(mine.measure)]
    court.at("internally_closed", court.approved())
    again = page(client, court.rectifier, below)
    assert again.context["rows"].count == 2 and len(again.context["lines"]) == 2
    assert "SHA-256" in text(again) and "100.00%" not in text(again)
    page(client, court.rectifier, behind(made, "none"), 404)


def test_rows_changed_or_voided_since_are_marked(court, client):
    from bihuan.rectification import services as s

    with clock.simulate(ways.monday(1)):
        due = TODAY + clock.dt.timedelta(days=3)
        rows = [
            s.issue_letter(
                actor=court.rectifier, no=f"督办{n}", to_unit=court.units["civil"], title="催办", text="请办理", due=due
            )
            for n in range(3)
        ]
    made = at(court, "issued", WEEKLY)
    assert made.figures.get(name="letters").numerator == 3
    s.receive_letter(actor=court.head, letter=rows[1])
    with_void = LETTERS.void
    if with_void:
        void(LETTERS, actor=court.rectifier, obj=rows[2], reason="重复制发")
    lines = page(client, court.rectifier, behind(made, "letters")).context["lines"]
    marks = {line["name"].split()[0]: str(line["mark"]) for line in lines}
    assert marks[str(rows[0]).split()[0]] == "" and marks[str(rows[1]).split()[0]] == "印发后有改动"
    if with_void:
        assert marks[str(rows[2]).split()[0]] == "印发后作废"


@pytest.fixture
def discipline(monkeypatch):
    """A kind whose figure is of discipline: it never drills, and only who holds the track reads it."""
    held = ways.kind(WEEKLY)
    made = declare(
        "test.discipline", title="试验通报", domain="rectification", period="week", layout="briefing", drafters=held.drafters,
        reviewers=held.reviewers, signers=held.signers, readers=("leader",), figures=(Figure("letters", "督办", LETTER, drills=False),),
    )  # fmt: skip
    params = {
        "report_to": "",
        "send_to": "",
        "issue_to": "",
        "code_word": "",
        "rrule": "FREQ=WEEKLY",
        "grace_days": 0,
        "owner": "office",
    }
    monkeypatch.setattr(type(made), "held", lambda self, on: params)
    yield made
    forget(made.code)


def test_a_figure_of_discipline_never_drills_and_keeps_no_keys(court, client, discipline):
    from bihuan.kernel.bulletins.flow import BULLETIN_FLOW
    from bihuan.rectification import services as s

    with clock.simulate(ways.monday(1)):
        s.issue_letter(
            actor=court.rectifier, no="督办1", to_unit=court.units["civil"], title="催办", text="请办理", due=TODAY
        )
    span = services.Span(ways.monday(1), ways.monday(0) - clock.dt.timedelta(days=1))
    made = services.draft(actor=court.rectifier, kind=discipline, span=span)
    assert page(client, court.rectifier, behind(made, "letters")).context["rows"] is None
    for one in ("submit", "review", "sign", "number", "issue"):
        who = {"review": court.secretary, "sign": court.president}.get(one, court.rectifier)
        made = BULLETIN_FLOW.perform(made, one, actor=who)
    figure = made.figures.get()
    assert (figure.numerator, bytes(figure.parts.get().keys), figure.parts.get().count) == (1, b"", 1)
    said = page(client, court.rectifier, behind(made, "letters"))
    assert said.context["lines"] == [] and "不提供明细" in text(said) and "督办1" not in text(said)
    page(client, court.leader, made.get_absolute_url(), 200)
    page(client, court.judge, made.get_absolute_url(), 404)


def test_the_files_say_what_the_page_says(court, client, monkeypatch):
    court.at("internally_closed")
    made = at(court, "issued", WEEKLY)
    answer = page(client, court.judge, reverse("bulletin_file", args=[made.pk, "docx"]))
    assert answer.content == bytes(made.paper.content)
    assert "attachment" in answer["Content-Disposition"]
    words = [p.text for p in docx.Document(io.BytesIO(answer.content)).paragraphs]
    assert any("完成率 100.00%" in line for line in words) and any("第 1 期" in line for line in words)
    whole = page(client, court.judge, reverse("bulletin_file", args=[made.pk, "html"])).content.decode()
    assert "完成率 100.00%" in whole and "<a " not in whole and "<script" not in whole
    monkeypatch.setattr(bulletins_papers.official, "to_pdf", lambda content: b"%PDF-" + content[:4])
    assert page(client, court.judge, reverse("bulletin_file", args=[made.pk, "pdf"])).content.startswith(b"%PDF-PK")

    def none(content):
        raise official.NoConverter(services.Message("bulletins.not_out", {"state": "—"}))

    monkeypatch.setattr(bulletins_papers.official, "to_pdf", none)
    page(client, court.judge, reverse("bulletin_file", args=[made.pk, "pdf"]), 302)
    page(client, court.judge, reverse("bulletin_file", args=[made.pk, "exe"]), 404)


def test_a_new_issue_takes_the_old_one_s_place(court, client):
    made = at(court, "issued", WEEKLY)
    act = reverse("bulletin_act", args=[made.pk, "supersede"])
    page(client, court.stranger, act, 403, {})
    page(client, court.rectifier, act, 302, {})
    fresh = Bulletin.objects.get(supersedes=made)
    assert made.get_absolute_url() in text(page(client, court.rectifier, fresh.get_absolute_url()))
    assert (
        "更新重发"
        not in text(page(client, court.rectifier, made.get_absolute_url())).split("<article")[0].split("alert")[0]
    )
    step(court, fresh, "submit")
    assert fresh.get_absolute_url() not in text(page(client, court.stranger, made.get_absolute_url()))
