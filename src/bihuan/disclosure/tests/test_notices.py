"""The public notice: drawn up in the genre's order, figures that stay bound, what stays out, vetting, the locked version, the comparison."""

import io
import json

import pytest
from django.db import IntegrityError, connection, transaction
from docx import Document

from bihuan.disclosure import services
from bihuan.disclosure.flows_notice import NOTICE_FLOW
from bihuan.disclosure.ledgers_notice import NOTICES, REPLIES
from bihuan.disclosure.models import NoticeSection, PublicNotice
from bihuan.disclosure.notice import figures, papers, versions
from bihuan.kernel import clock
from bihuan.kernel.errors import NotAllowed, Refused, Stale
from bihuan.kernel.testing import FlowSuite, LedgerSuite
from bihuan.rectification.tests.pages_support import page, text

from .factory import TODAY

pytestmark = pytest.mark.django_db


class _Court:
    @pytest.fixture(autouse=True)
    def _court(self, court):
        self.court = court


class TestNoticeFlow(_Court, FlowSuite):
    flow = NOTICE_FLOW

    def make(self, state):
        return self.court.notice(state)

    def actor(self, step, obj):
        return self.court.president if step.code in {"lock", "withdraw"} else self.court.rectifier

    def outsider(self, step, obj):
        return self.court.head

    def ready(self, step, obj, actor):
        if step.code == "lock" and obj.state == "vetting":
            self.court.vet(obj)

    def data(self, step, obj):
        return self.court.publish_data(obj) if step.code == "publish" else {}


class TestNotices(_Court, LedgerSuite):
    ledger = NOTICES

    def editor(self):
        return self.court.rectifier

    def outsider(self):
        return self.court.judge

    def make(self):
        return self.court.notice()


class TestReplies(_Court, LedgerSuite):
    ledger = REPLIES

    def editor(self):
        return self.court.rectifier

    def outsider(self):
        return self.court.judge

    def make(self):
        row = self.court.notice("vetting")
        self.court.vet(row, bodies=("inspection",))
        return row.replies.get()


def _lines(row, which=versions.PUBLIC):
    return versions.version(row, which).text.split("\n")


def test_it_is_drawn_up_in_the_order_of_the_genre_with_the_figures_of_the_ledger(court):
    row = court.notice()
    kinds = list(row.sections.order_by("order").values_list("kind", flat=True))
    assert kinds == ["opening", "duty", "entry", "entry", "next", "contact"]
    said = versions.version(row, versions.PUBLIC)
    heads = [block.text for block in said.blocks if block.kind in {"heading", "entry"}]
    assert heads == [
        "一、组织整改情况", "二、整改事项进展", "（一）办案时限管理不严", "（二）窗口服务不规范", "三、巩固整改成果", "四、联系方式",
    ]  # fmt: skip
    assert "已完成整改措施1条，完成率50.00%" in said.text and "完成的事项1项" in said.text
    assert "截至2026年5月20日" in said.text and "{" not in said.text
    assert "反馈问题：窗口一次性告知不到位。" in said.text and "（正在推进）" in said.text and "（已完成）" in said.text


def test_a_figure_follows_the_ledger_until_the_notice_is_locked_and_then_never(court):
    row = court.notice()
    other = court.round.measures.exclude(code=court.round.measures.order_by("order", "pk").first().code).get()
    before = _lines(row)
    court.at("accepted", court.attempt(other))
    assert "完成率100.00%" in "".join(_lines(row)) and before != _lines(row)
    assert any("（正在推进）" in line for line in before) and not any("（正在推进）" in line for line in _lines(row))
    locked = court.advance(court.advance(row, "submit"), "lock")
    held = {one["name"]: one for one in locked.locked["public"]["figures"]}["措施完成率"]
    assert (held["shown"], held["numerator"], held["denominator"], held["as_of"]) == ("100.00%", 2, 2, "2026-05-20")
    assert len(held["keys_sm3"]) == 64
    kept = _lines(locked)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rectification_outcome SET title = 'x'")
    locked.refresh_from_db()
    assert _lines(locked) == kept
    assert versions.version(locked, versions.PUBLIC).digests[0] == locked.public_sm3


def test_what_stays_out_leaves_no_gap_and_no_figure_that_shows_one(court):
    row = court.notice()
    first = row.sections.filter(kind="entry").order_by("order").first()
    services.keep_out(actor=court.rectifier, section=first, ground="leads", note="线索正在初核")
    public, internal = versions.version(row, versions.PUBLIC), versions.version(row, versions.INTERNAL)
    assert [b.text for b in public.blocks if b.kind == "entry"] == ["（一）窗口服务不规范"]
    assert [b.text for b in internal.blocks if b.kind == "entry"] == ["（一）办案时限管理不严", "（二）窗口服务不规范"]
    assert "整改事项1项、整改措施1条" in public.text and "整改事项2项、整改措施2条" in internal.text
    assert "办案时限" not in public.text and "初核" not in public.text
    assert public.values["措施完成率"].shown == "0.00%" and internal.values["措施完成率"].shown == "50.00%"


def test_it_stays_out_on_a_ground_with_approval_only(court):
    row = court.notice()
    opening, first = row.sections.get(kind="opening"), row.sections.filter(kind="entry").first()
    with pytest.raises(Refused, match="not_entry"):
        services.keep_out(actor=court.rectifier, section=opening, ground="leads", note="线索正在初核")
    for ground, note in (("embarrassing", "不好看"), ("leads", " ")):
        with pytest.raises(Refused, match="say_why"):
            services.keep_out(actor=court.rectifier, section=first, ground=ground, note=note)
    with pytest.raises(Refused, match="no_ground"):
        services.approve_ground(actor=court.president, section=first, document="纪要3号")
    first = services.keep_out(actor=court.rectifier, section=first, ground="leads", note="线索正在初核")
    row = court.advance(row, "submit")
    court.vet(row)
    with pytest.raises(Refused, match="unapproved"):
        NOTICE_FLOW.perform(row, "lock", actor=court.president)
    with pytest.raises(NotAllowed):
        services.approve_ground(actor=court.rectifier, section=first, document="纪要3号")
    with pytest.raises(Refused, match="no_document"):
        services.approve_ground(actor=court.president, section=first, document=" ")
    services.approve_ground(actor=court.president, section=first, document="巡察领导小组纪要〔2026〕3号")
    row.refresh_from_db()
    locked = NOTICE_FLOW.perform(row, "lock", actor=court.president)
    assert len([one for one in locked.locked["public"]["blocks"] if one[0] == "entry"]) == 1
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE disclosure_noticesection SET ground = 'embarrassing' WHERE id = %s", [first.pk])


def test_an_approval_falls_when_the_ground_is_changed(court):
    section = court.notice().sections.filter(kind="entry").first()
    section = services.keep_out(actor=court.rectifier, section=section, ground="leads", note="线索正在初核")
    section = services.approve_ground(actor=court.president, section=section, document="纪要3号")
    section = services.keep_out(actor=court.rectifier, section=section, ground="secret", note="涉密")
    assert section.ground_approved_by is None and section.ground_document == ""


def test_every_vetting_body_agrees_last(court):
    row = court.notice("vetting")
    court.vet(row, bodies=("inspection", "discipline"))
    with pytest.raises(Refused, match="no_reply"):
        NOTICE_FLOW.perform(row, "lock", actor=court.president)
    court.vet(row, "changed", bodies=("organisation",))
    with pytest.raises(Refused, match="not_agreed"):
        NOTICE_FLOW.perform(row, "lock", actor=court.president)
    court.vet(row, bodies=("organisation",))
    assert NOTICE_FLOW.perform(row, "lock", actor=court.president).state == "locked"
    with pytest.raises(Refused, match="not_open"):
        court.vet(row, bodies=("inspection",))
    with pytest.raises(Refused, match="not_sent"):
        court.vet(court.notice(), bodies=("inspection",))


def test_nothing_is_edited_while_it_is_vetted_or_locked_nor_by_two_at_once(court):
    row = court.notice()
    section = row.sections.get(kind="next")
    old = NoticeSection.objects.get(pk=section.pk)
    services.edit_section(actor=court.rectifier, section=section, heading="巩固整改成果", text="制度{制度数}项。")
    with pytest.raises(Stale):
        services.edit_section(actor=court.rectifier, section=old, heading="巩固整改成果", text="另一段。")
    for words, code in (("制度{规章数}项。", "unknown_place"), ("制度{制度数项。", "brace"), (" ", "blank")):
        with pytest.raises(Refused, match=code):
            services.edit_section(actor=court.rectifier, section=section, heading="巩固整改成果", text=words)
    odd = services.edit_section(actor=court.rectifier, section=section, heading="巩固整改成果", text="{状态：无此措施}")
    with pytest.raises(Refused, match="unfilled"):
        NOTICE_FLOW.perform(row, "submit", actor=court.rectifier)
    section = services.edit_section(actor=court.rectifier, section=odd, heading="巩固整改成果", text="制度{制度数}项。")
    with pytest.raises(NotAllowed):
        services.edit_section(actor=court.head, section=section, heading="巩固整改成果", text="另一段。")
    row = court.advance(row, "submit")
    with pytest.raises(Refused, match="not_draft"):
        services.edit_section(actor=court.rectifier, section=section, heading="巩固整改成果", text="另一段。")
    court.advance(row, "lock")
    with pytest.raises(Refused, match="not_open"):
        services.edit_section(actor=court.rectifier, section=section, heading="巩固整改成果", text="另一段。")


def test_what_is_published_is_the_locked_text_line_by_line(court, client):
    row = court.notice("locked")
    vetted = versions.version(row, versions.PUBLIC).text
    data = court.publish_data(row)
    with pytest.raises(Refused, match="differs") as refusal:
        NOTICE_FLOW.perform(
            row, "publish", actor=court.rectifier, data=data | {"text": vetted.replace("50.00%", "60.00%")}
        )
    assert "60.00%" in str(refusal.value.reasons[0]) and "50.00%" in str(refusal.value.reasons[0])
    with pytest.raises(Refused, match="differs"):
        NOTICE_FLOW.perform(row, "publish", actor=court.rectifier, data=data | {"text": vetted + "\n另加一行"})
    with pytest.raises(Refused, match="notice.day"):
        NOTICE_FLOW.perform(
            row, "publish", actor=court.rectifier, data=data | {"published_on": clock.today().replace(day=1)}
        )
    where = f"/disclosure/notices/{row.pk}/compare/text/"
    assert "一致" in text(page(client, court.rectifier, where, 200, {"text": vetted.replace("\n", "\n\n  ")}))
    page(client, court.rectifier, where, 422, {"text": vetted[:-1]})
    spaced = "\r\n\r\n".join(f"　　{line} " for line in vetted.split("\n"))
    done = NOTICE_FLOW.perform(row, "publish", actor=court.rectifier, data=data | {"text": spaced})
    assert (done.state, done.published_on) == ("published", TODAY)


def test_both_versions_are_read_and_printed_with_the_same_figures(court, client):
    row = court.notice("locked")
    for which in versions.PUBLIC, versions.INTERNAL:
        shown = text(page(client, court.rectifier, f"/disclosure/notices/{row.pk}/{which}/"))
        assert "完成率50.00%" in shown and row.locked[which]["sm3"][:16] in shown
        answer = page(client, court.rectifier, f"/disclosure/notices/{row.pk}/{which}/notice.docx")
        words = [one.text for one in Document(io.BytesIO(answer.content)).paragraphs if one.text.strip()]
        assert [line for line in versions.version(row, which).text.split("\n") if line not in words] == []
    assert "<script" not in papers.html(versions.version(row, versions.PUBLIC))
    page(client, court.rectifier, f"/disclosure/notices/{row.pk}/secret/", 404)
    page(client, court.judge, f"/disclosure/notices/{row.pk}/public/", 404)


def test_the_pages_lead_through_it(court, client):
    court.told()
    page(client, court.head, "/disclosure/notices/draw-up/", 403)
    typed = {
        "no": "通报〔2026〕1号",
        "round": court.round.pk,
        "title": "关于整改进展的通报",
        "signed_by": "中共临江法院党组",
    }
    answer = page(client, court.rectifier, "/disclosure/notices/draw-up/", 302, typed)
    row = PublicNotice.objects.get()
    assert answer.url == NOTICES.url("detail", row.pk)
    page(client, court.rectifier, "/disclosure/notices/draw-up/", 422, typed)
    entry, contact = row.sections.filter(kind="entry").first(), row.sections.get(kind="contact")
    assert "{制度数}" in text(page(client, court.rectifier, f"/disclosure/sections/{contact.pk}/"))
    page(
        client,
        court.rectifier,
        f"/disclosure/sections/{contact.pk}/",
        422,
        {"heading": "联系方式", "text": "{电话}", "version": 0},
    )
    page(
        client,
        court.rectifier,
        f"/disclosure/sections/{contact.pk}/",
        302,
        {"heading": "联系方式", "text": "电话：1", "version": 0},
    )
    page(
        client,
        court.rectifier,
        f"/disclosure/sections/{entry.pk}/keep-out/",
        302,
        {"ground": "leads", "note": "初核", "version": 0},
    )
    page(client, court.rectifier, f"/disclosure/sections/{entry.pk}/approve/", 403, {"document": "纪要", "version": 1})
    page(client, court.president, f"/disclosure/sections/{entry.pk}/approve/", 302, {"document": "纪要", "version": 1})
    court.advance(row, "submit")
    reply = {
        "body": "inspection",
        "by": "市委巡察办",
        "replied_on": "2026-05-20",
        "document": "复1号",
        "result": "refused",
        "note": "",
    }
    page(client, court.rectifier, f"/disclosure/notices/{row.pk}/vetting/reply/", 422, reply)
    page(client, court.rectifier, f"/disclosure/notices/{row.pk}/vetting/reply/", 302, reply | {"result": "agreed"})
    shown = text(page(client, court.president, NOTICES.url("detail", row.pk)))
    assert "不公开，已批准" in shown and "复1号" in shown


def test_places_are_checked_and_filled():
    figures.check("截至{截止日}，{问题数}项")
    assert figures.used(["{问题数}项{截止日}", "{问题数}"]) == {"问题数", "截止日"}
    assert json.dumps(figures.Filled("a", "1", 1, None, "", "2026-05-20").as_json())
    assert [versions.in_chinese(n) for n in (1, 10, 11, 20, 21, 99)] == ["一", "十", "十一", "二十", "二十一", "九十九"]
