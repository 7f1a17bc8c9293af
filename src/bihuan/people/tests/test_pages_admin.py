"""Three consoles: each administrator's own, closed to the other two and to everybody else."""

import json
import re

import pytest
from django.urls import reverse

from bihuan.kernel.models import Assignment, Grant, InboxItem, Lead, LogEntry, Person, Post, Unit
from bihuan.kernel.work import unit_of_work
from bihuan.people.services import audit, posts

from .court import protect, signed_in, unguarded

CONSOLES = {
    "system": ["accounts", "account_add"],
    "security": ["posts", "unit_add", "post_add", "grants", "grant_add", "administrators", "rights", "policy"],
    "audit": ["log", "log_verify"],
}
PAIRS = [(kind, name) for kind, names in CONSOLES.items() for name in names]


@pytest.mark.parametrize("kind, name", PAIRS)
def test_each_console_is_one_administrators(court, kind, name):
    url = reverse(f"people:{name}")
    for who in ("system", "security", "audit", "political", "judge"):
        response = signed_in(getattr(court, who)).get(url)
        assert response.status_code == (200 if who == kind else 403), who


def test_the_writes_of_each_are_refused_to_the_others(court):
    held, lead, post = Assignment.objects.get(person=court.judge), Lead.objects.get(), Post.objects.get(role="judge")
    day = "2026-03-02"
    writes = {
        "system": [
            ("account_add", [], {"name": "新人", "username": "newone"}),
            ("account_disable", [court.clerk.pk], {"reason": "调离"}),
            ("account_reset", [court.clerk.pk], {}),
        ],
        "security": [
            ("unit_add", [], {"name": "新庭", "code": "new", "parent": court.top.pk, "order": 5}),
            ("post_add", [], {"unit": court.civil.pk, "role": "judge", "title": "审判员"}),
            ("assign", [post.pk], {"person": court.head.pk, "starts": day}),
            ("assignment_end", [held.pk], {"ends": day, "reason": "调离"}),
            ("lead_end", [lead.pk], {"ends": day}),
            ("lead_add", [court.office.pk], {"post": lead.post_id, "starts": day}),
            ("grant_add", [], {"person": court.judge.pk, "track": "discipline", "starts": day, "reason": "专案"}),
        ],
        "audit": [("log_verify", [], {}), ("log_checkpoint", [], {}), ("log_export", [], {})],
    }
    clients = {who: signed_in(getattr(court, who)) for who in (*writes, "political")}
    for kind, acts in writes.items():
        for name, args, data in acts:
            url = reverse(f"people:{name}", args=args)
            for who, client in clients.items():
                if who != kind:
                    assert client.post(url, data).status_code == 403, (who, name)
            assert clients[kind].post(url, data).status_code in {200, 302}, (kind, name)
    assert Unit.objects.filter(code="new").exists() and Grant.objects.count() == 1


# -- the system administrator ------------------------------------------------------------------------------------------


def test_an_account_is_made_and_its_password_shown_once(court):
    client = signed_in(court.system)
    page = client.post(reverse("people:account_add"), {"name": "新人", "username": "newone", "number": "3100"})
    password = re.search(r'id="password"[^>]*value="([^"]+)"', page.content.decode())[1]
    made = Person.objects.get(username="newone")
    assert made.check_password(password) and made.must_change_password
    assert "no-store" in page["Cache-Control"]
    assert password not in client.get(reverse("people:account", args=[made.pk])).content.decode()
    taken = client.post(reverse("people:account_add"), {"name": "另一人", "username": "newone"})
    assert taken.status_code == 422 and "已被使用" in taken.content.decode() and "另一人" in taken.content.decode()
    assert client.post(reverse("people:account_add"), {"name": "甲", "username": "A B"}).status_code == 422


def test_an_administrators_account_waits_for_the_security_administrator(court):
    page = signed_in(court.system).post(
        reverse("people:account_add"), {"name": "审计二", "username": "audit2", "admin_role": "audit"}
    )
    made = Person.objects.get(username="audit2")
    assert "安全管理员确认" in page.content.decode() and not made.is_active
    security = signed_in(court.security)
    assert "审计二" in security.get(reverse("people:administrators")).content.decode()
    confirm = reverse("people:administrator_confirm", args=[made.pk])
    assert signed_in(court.system).post(confirm).status_code == 403
    assert security.post(confirm).status_code == 302
    assert Person.objects.get(pk=made.pk).is_active
    assert security.post(confirm).status_code == 409


def test_accounts_are_found_by_word_state_and_kind(court):
    client, url = signed_in(court.system), reverse("people:accounts")
    client.post(reverse("people:account_disable", args=[court.clerk.pk]), {"reason": "调离"})

    def names(**query):
        return set(re.findall(r'/people/accounts/\d+/">([^<]+)</a>', client.get(url, query).content.decode()))

    assert names(q="法官") == {"陆法官"} and names(q="HEAD") == {"宋庭长"}
    assert names(state="disabled") == {"方书记"} and "方书记" not in names(state="in_use")
    assert names(kind="audit") == {"audit员"} and len(names(kind="any")) == 3
    assert names(q="查无此人") == set() and names(state="first") == set()
    assert len(names(kind="nonsense", state="nonsense", page="77")) == 8


def test_an_account_goes_off_and_on_with_reasons(court):
    client = signed_in(court.system)
    off, on = (reverse(f"people:account_{act}", args=[court.clerk.pk]) for act in ("disable", "enable"))
    assert client.get(off).status_code == 200
    assert client.post(off, {"reason": ""}).status_code == 422
    assert client.post(off, {"reason": "调离"}).status_code == 302
    assert client.post(on, {"reason": "返岗"}, follow=True).status_code == 200
    assert [e.data["reason"] for e in LogEntry.objects.filter(type__in=["account.disabled", "account.enabled"])] == [
        "返岗",
        "调离",
    ]
    own = client.post(reverse("people:account_disable", args=[court.system.pk]), {"reason": "休假"})
    assert own.status_code == 422 and "不能停用自己" in own.content.decode()
    assert client.get(reverse("people:account_disable", args=[999_999])).status_code == 404


def test_a_reset_shows_the_new_password_once(court):
    client, url = signed_in(court.system), reverse("people:account_reset", args=[court.audit.pk])
    assert "其他管理员会收到通知" in client.get(url).content.decode()
    page = client.post(url).content.decode()
    password = re.search(r'id="password"[^>]*value="([^"]+)"', page)[1]
    court.audit.refresh_from_db()
    assert court.audit.check_password(password)


# -- the security administrator ----------------------------------------------------------------------------------------


def test_forms_of_posts_keep_what_was_typed_when_refused(court):
    client = signed_in(court.security)
    post = Post.objects.get(role="judge")
    answer = client.post(reverse("people:assign", args=[post.pk]), {"person": court.judge.pk, "starts": "2026-03-02"})
    assert answer.status_code == 422 and "已担任" in answer.content.decode()
    assert client.get(reverse("people:post_add") + f"?unit={court.civil.pk}").status_code == 200
    for name, pk in [("assign", post.pk), ("lead_add", court.civil.pk), ("assignment_end", 1), ("lead_end", 1)]:
        assert client.get(reverse(f"people:{name}", args=[pk])).status_code in {200, 404}


def test_the_console_of_posts_lists_units_posts_and_vacancies(court):
    posts.make_post(actor=None, unit=court.office, role="clerk", title="干事")
    page = signed_in(court.security).get(reverse("people:posts")).content.decode()
    assert "干事" in page and "空缺" in page and "免去陆法官" in page and "余院领导" in page


def test_grants_are_given_and_taken_back_on_the_page(court):
    client = signed_in(court.security)
    data = {"person": court.judge.pk, "track": "discipline", "starts": "2026-03-02", "reason": "专案"}
    assert client.post(reverse("people:grant_add"), data).status_code == 302
    again = client.post(reverse("people:grant_add"), data)
    assert again.status_code == 422 and "已有“纪律监督”的授权" in again.content.decode()
    page = client.get(reverse("people:grants")).content.decode()
    assert "纪律监督" in page and "专案" in page
    end = reverse("people:grant_end", args=[Grant.objects.get().pk])
    assert client.post(end, {"ends": "2026-03-05", "reason": ""}).status_code == 422
    assert client.post(end, {"ends": "2026-03-05", "reason": "结案"}).status_code == 302
    assert "已收回或到期" in client.get(reverse("people:grants")).content.decode()


def test_a_lost_second_factor_is_cleared_on_the_page(court):
    protect(court.judge)
    client, url = signed_in(court.security), reverse("people:factor_clear", args=[court.judge.pk])
    assert "陆法官" in client.get(reverse("people:administrators")).content.decode()
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": "手机丢失"}).status_code == 302
    assert client.post(url, {"reason": "手机丢失"}).status_code == 422
    assert InboxItem.objects.filter(person=court.judge).exists()


def test_rights_are_listed_as_declared(court):
    client, url = signed_in(court.security), reverse("people:rights")
    page = client.get(url).content.decode()
    assert "people.accounts" in page and "系统管理员" in page and "people.hand_over" in page
    one = client.get(url, {"role": "political"}).content.decode()
    assert "people.hand_over" in one and "people.accounts" not in one
    assert "没有专属操作" in client.get(url, {"role": "nobody"}).content.decode()


def test_the_policy_shows_what_is_in_force(court, settings):
    settings.BIHUAN_IDLE_MINUTES, settings.BIHUAN_PASSWORD_DAYS = 17, 0
    page = signed_in(court.security).get(reverse("people:policy")).content.decode()
    assert "17 分钟" in page and "不强制更换" in page and "10 位" in page and "15 分钟" in page


# -- the audit administrator -------------------------------------------------------------------------------------------


def _numbers(page):
    return [int(n) for n in re.findall(r'/people/log/(\d+)/">', page.content.decode())]


def test_the_log_is_read_newest_first_and_by_pages_without_gaps(court):
    client, url = signed_in(court.audit), reverse("people:log")
    with unit_of_work(None) as uow:
        for _i in range(120):
            uow.record("account.signed_in", court.judge)
    total = LogEntry.objects.count()
    seen, query = [], {}
    while True:
        page = client.get(url, query)
        numbers = _numbers(page)
        seen += numbers
        older = re.search(r'before=(\d+)">更早', page.content.decode())
        if not older:
            break
        query = {"before": older[1]}
    assert seen == list(range(total, 0, -1))


def test_the_log_is_narrowed_by_person_type_object_and_day(court):
    client, url = signed_in(court.audit), reverse("people:log")
    with unit_of_work(court.judge) as uow:
        uow.record("account.signed_in", court.judge)
    last = LogEntry.objects.latest("seq").seq
    assert _numbers(client.get(url, {"person": "陆法"})) == [last]
    assert _numbers(client.get(url, {"person": "judge", "type": "account.signed_in"})) == [last]
    assert _numbers(client.get(url, {"type": "account.signed_out"})) == []
    made = _numbers(client.get(url, {"kind": "kernel.unit"}))
    assert len(made) == 3
    assert len(_numbers(client.get(url, {"kind": "kernel.unit", "object": str(court.civil.pk)}))) == 1
    assert _numbers(client.get(url, {"since": "2999-01-01"})) == []
    assert _numbers(client.get(url, {"until": "2000-01-01"})) == []
    assert _numbers(client.get(url, {"since": "not a day", "before": "x"}))[0] == last


def test_an_entry_shows_before_and_after_and_hides_restricted_text(court):
    with unit_of_work(None) as uow:
        uow.record(
            "account.enabled",
            court.judge,
            params={"name": "陆法官"},
            changes={"is_active": (False, True), "gone_field": (1, 2)},
            restricted={"note": "极其秘密的话"},
            reason="返岗",
        )
    entry = LogEntry.objects.latest("seq")
    page = signed_in(court.audit).get(reverse("people:log_entry", args=[entry.seq])).content.decode()
    assert "在用" in page and "gone_field" in page and "false" in page and "返岗" in page
    assert "极其秘密" not in page and entry.data["restricted"]["note"] in page
    assert signed_in(court.audit).get(reverse("people:log_entry", args=[999_999])).status_code == 404


def test_verifying_leaves_its_result_in_the_log(court):
    client = signed_in(court.audit)
    page = client.post(reverse("people:log_verify"), follow=True).content.decode()
    assert "未发现问题" in page and "没有可比对的检查点" in page
    entry = LogEntry.objects.get(type="log.verified")
    assert entry.actor == court.audit and entry.data["params"]["found"] == 0
    assert entry.data["params"]["sound_to"] == entry.seq - 1
    assert "未发现问题" in client.get(reverse("people:log_verify")).content.decode()
    assert client.get(reverse("people:log_verified", args=[1])).status_code == 404


def test_an_altered_entry_is_found_and_said(court):
    unguarded("UPDATE kernel_logentry SET actor_name = %s WHERE seq = 3", "somebody")
    page = signed_in(court.audit).post(reverse("people:log_verify"), follow=True).content.decode()
    assert "日志校验未通过" in page and "第 3 条日志的内容与其校验值不符" in page


def test_a_checkpoint_taken_away_shows_a_cut_tail(court, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = signed_in(court.audit)
    taken = client.post(reverse("people:log_checkpoint"))
    assert "attachment" in taken["Content-Disposition"]
    size = json.loads(taken.content)["size"]
    assert LogEntry.objects.get(seq=size).type == "log.checkpoint_taken"
    good = client.post(
        reverse("people:log_verify"), {"checkpoint": SimpleUploadedFile("kept.jsonl", taken.content)}, follow=True
    ).content.decode()
    assert f"第 1 至 {size} 条与签名检查点一致" in good and "另行提供 1 个" in good
    unguarded("DELETE FROM kernel_logentry WHERE seq >= %s", size - 1)
    cut = client.post(
        reverse("people:log_verify"), {"checkpoint": SimpleUploadedFile("kept.jsonl", taken.content)}, follow=True
    ).content.decode()
    assert "末尾的日志被截去" in cut


@pytest.mark.parametrize("content", [b"rubbish", b"{}\n", b'{"size": 1}'])
def test_a_file_that_is_no_checkpoint_is_named(court, content):
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = signed_in(court.audit).post(
        reverse("people:log_verify"), {"checkpoint": SimpleUploadedFile("kept.jsonl", content)}
    )
    assert page.status_code == 422 and "kept.jsonl" in page.content.decode()
    assert not LogEntry.objects.filter(type="log.verified").exists()


def test_stored_checkpoints_are_used_and_bad_files_named(court, settings, tmp_path):
    from bihuan.kernel import checkpoints

    settings.BIHUAN_CHECKPOINT_FOLDER = tmp_path
    checkpoints.store(tmp_path)
    (tmp_path / "2020-01-01.jsonl").write_text("rubbish")
    result = audit.verify_log(actor=court.audit)
    assert result.data["params"]["outside_to"] > 0 and result.data["params"]["found"] == 1
    page = signed_in(court.audit).get(reverse("people:log_verified", args=[result.seq])).content.decode()
    assert "2020-01-01.jsonl" in page and "同一台机器" in page


def test_a_long_log_is_verified_by_the_job_and_the_inbox_tells(court, monkeypatch):
    monkeypatch.setattr(audit, "SMALL", 1)
    queued = []
    monkeypatch.setattr(audit, "async_task", lambda *args: queued.append(args))
    page = signed_in(court.audit).post(reverse("people:log_verify"), follow=True).content.decode()
    assert "转入后台" in page and not LogEntry.objects.filter(type="log.verified").exists()
    (name, *arguments) = queued[0]
    assert name == "bihuan.people.services.audit.verify_job"
    audit.verify_job(*arguments)
    assert LogEntry.objects.filter(type="log.verified").count() == 1
    assert InboxItem.objects.get(person=court.audit).code == audit.VERIFIED


def test_the_export_is_the_whole_log_and_is_in_it(court, tmp_path):
    from bihuan.kernel import verify

    answer = signed_in(court.audit).post(reverse("people:log_export"))
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(answer.streaming_content))
    with path.open(encoding="utf-8") as file:
        verdict = verify.verify(verify.exported(file))
    assert verdict.sound and verdict.found == LogEntry.objects.count()
    assert LogEntry.objects.latest("seq").type == "log.exported"
