"""The public pages: what they show, what they take, what they refuse; what is taken in; what the role may do (PostgreSQL)."""

import html
import re
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from bihuan.disclosure import public as package
from bihuan.disclosure import vault
from bihuan.disclosure.ledgers import OPINIONS
from bihuan.disclosure.models import Opinion, Publication, PublicFeedback, PublishedAnswer
from bihuan.disclosure.public import captcha, exchange, home, limits, store
from bihuan.disclosure.public.role import grants
from bihuan.disclosure.services import take_in
from bihuan.kernel import clock
from bihuan.kernel.ledger import service as ledger_service
from bihuan.kernel.work import unit_of_work
from bihuan.rectification.tests.pages_support import page

from .factory import CONTACT, NAME, TEXT

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="token" value="([^"]+)"')


@pytest.fixture
def outside(settings, tmp_path, monkeypatch):
    """A visitor: the public process' pages over this test's database."""
    monkeypatch.setenv(home.NAMED, str(tmp_path / "public"))
    home.prepare()
    from bihuan.disclosure.public import settings as public_settings  # reads its key from the folder

    settings.ROOT_URLCONF = "bihuan.disclosure.public.urls"
    settings.MIDDLEWARE = public_settings.MIDDLEWARE
    settings.CONTENT_SECURITY_POLICY = public_settings.CONTENT_SECURITY_POLICY
    settings.FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
    settings.TEMPLATES = [
        {**public_settings.TEMPLATES[0], "APP_DIRS": False, "DIRS": [Path(package.__file__).parent / "templates"]}
    ]
    settings.CSRF_FAILURE_VIEW = public_settings.CSRF_FAILURE_VIEW
    settings.BIHUAN_PUBLIC_COURT = "临江区法院"
    settings.BIHUAN_TLS = False
    limits.OPINIONS.forget(), limits.LOOK_UPS.forget()
    return Client()


def _form(visitor, **more):
    """The form as a person fills it in, the question answered."""
    token = html.unescape(TOKEN.search(visitor.get("/opinion/").content.decode())[1])
    first, second, _once = captcha.signing.loads(token, salt=captcha.SALT)
    return {
        "text": TEXT,
        "name": NAME,
        "contact": CONTACT,
        "website": "",
        "token": token,
        "answer": str(first + second),
    } | more


def _send(visitor, status=200, **more):
    answer = visitor.post("/opinion/", _form(visitor, **more))
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def _code(shown):
    return re.search(r'id="receipt">([^<]+)<', shown)[1]


def test_what_is_published_is_read_and_nothing_else(court, outside):
    row = court.notice("published")
    other = court.notice("locked")
    made = Publication.objects.get()
    front = outside.get("/").content.decode()
    assert row.title in front and f"/notices/{made.pk}/" in front
    shown = outside.get(f"/notices/{made.pk}/").content.decode()
    assert "完成率50.00%" in shown and row.public_sm3 in shown
    assert outside.get(f"/notices/{made.pk + 1}/").status_code == 404
    assert not Publication.objects.filter(notice=other).exists()
    for path in ("/account/login/", "/l/disclosure/opinions/", "/people/accounts/", "/alerts/"):
        assert outside.get(path).status_code == 404


def test_what_is_withdrawn_or_voided_is_gone_from_the_public(court, outside):
    row = court.notice("withdrawn")
    made = Publication.objects.get(notice=row)
    assert row.title not in outside.get("/").content.decode()
    assert outside.get(f"/notices/{made.pk}/").status_code == 404
    assert made.withdrawn_on and row.published_on and row.locked, "what was published stays on record"
    code = _code(_send(outside, about_office=""))
    take_in()
    opinion = Opinion.objects.get()
    assert "已由接收人收阅" in outside.post("/answer/", {"receipt": code}).content.decode()
    ledger_service.void(OPINIONS, actor=court.inspector, obj=opinion, reason="重复登记")
    assert "没有查到" in outside.post("/answer/", {"receipt": code}).content.decode()
    with exchange.opened() as file:
        exchange.lay_open()
        assert [file.execute(f"SELECT count(*) FROM {one}").fetchone()[0] for one in store.READS] == [0, 0]


def test_pages_are_strict(court, outside):
    for path in ("/", "/opinion/", "/answer/", "/none/"):
        answer = outside.get(path)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "script-src" not in policy and "unsafe" not in policy
        assert "<script" not in answer.content.decode() and "style=" not in answer.content.decode()
        assert answer["X-Frame-Options"] == "DENY" and answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in outside.get("/opinion/")["Cache-Control"]
    english = outside.get("/opinion/?lang=en").content.decode()
    assert '<html lang="en">' in english and "Say what you think" in english
    assert '<html lang="en">' in outside.get("/").content.decode(), "the choice is kept"
    assert '<html lang="zh-CN">' in outside.get("/?lang=zh-hans").content.decode()


def test_an_opinion_goes_round_from_the_form_to_the_answer(court, outside, client, settings):
    code = _code(_send(outside, about_office=""))
    stored = PublicFeedback.objects.get()
    assert TEXT not in stored.text_sealed and NAME not in stored.name_sealed and code not in stored.receipt
    found = outside.post("/answer/", {"receipt": code})
    assert "没有查到" in found.content.decode()
    assert take_in() == (1, 0) and take_in() == (0, 0)
    row = Opinion.objects.get()
    assert (row.channel, row.receiver, row.text, vault.unseal(row.contact_sealed)) == (
        "form",
        court.inspector,
        TEXT,
        CONTACT,
    )
    assert "已由接收人收阅" in outside.post("/answer/", {"receipt": code.lower().replace("-", " ")}).content.decode()
    task = court.route(row).task
    assert "已交承办部门办理" in outside.post("/answer/", {"receipt": code}).content.decode()
    for step in ("write", "approve", "give"):
        task = court.take(task, step)
    shown = outside.post("/answer/", {"receipt": code}).content.decode()
    assert "双重通知" in shown and NAME not in shown and TEXT not in shown
    assert (
        "没有查到"
        in outside.post("/answer/", {"receipt": "7K3M9QXATB2WHNR" + package_check("7K3M9QXATB2WHNR")}).content.decode()
    )


def package_check(body):
    from bihuan.disclosure.codes import check

    return check(body)


def test_one_about_the_office_reaches_the_discipline_team(court, outside):
    _send(outside, about_office="on", name="", contact="")
    take_in()
    row = Opinion.objects.get()
    assert (row.side, row.receiver, row.named) == ("stationed", court.stationed, False)


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(court, outside):
    shown = _send(outside, 422, text=" ")
    assert "请写明意见" in shown or "必填" in shown
    assert NAME in shown
    shown = _send(outside, 422, answer="99")
    assert "回答不对" in shown and TEXT in shown
    assert TOKEN.search(shown), "a new question stands there"
    _send(outside, 422, text="长" * 5001)
    _send(outside, 422, token="made up")
    assert outside.post("/answer/", {"receipt": "不是回执"}).status_code == 422
    assert not PublicFeedback.objects.exists()


def test_a_question_is_answered_once(court, outside):
    typed = _form(outside)
    assert outside.post("/opinion/", typed).status_code == 200
    assert outside.post("/opinion/", typed).status_code == 422
    wide = _form(outside)
    wide["answer"] = "".join(chr(ord(one) + 0xFEE0) for one in wide["answer"])
    assert outside.post("/opinion/", wide).status_code == 200
    assert PublicFeedback.objects.count() == 2


def test_a_robot_is_thanked_and_not_stored(court, outside):
    assert _code(_send(outside, website="https://example.invalid"))
    assert not PublicFeedback.objects.exists()


def test_one_address_does_not_flood_and_is_not_kept(court, outside):
    for _n in range(limits.OPINIONS.times):
        _send(outside)
    assert "太频繁" in _send(outside, 429)
    assert PublicFeedback.objects.count() == limits.OPINIONS.times
    other = Client(REMOTE_ADDR="10.0.0.9")
    assert other.post("/opinion/", _form(other)).status_code == 200
    for _n in range(limits.LOOK_UPS.times):
        assert outside.post("/answer/", {"receipt": "x"}).status_code == 422
    assert outside.post("/answer/", {"receipt": "x"}).status_code == 429
    kept = repr(vars(limits.OPINIONS)) + repr(vars(limits.LOOK_UPS))
    assert "127.0.0.1" not in kept and "10.0.0.9" not in kept


def test_a_form_of_another_site_is_refused(court, outside):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/opinion/", _form(outside))
    assert answer.status_code == 403 and "过期" in answer.content.decode()
    assert not PublicFeedback.objects.exists()


def test_what_cannot_be_opened_stays_and_is_said(court, outside):
    _send(outside)
    with unit_of_work(None) as uow:
        bad = PublicFeedback.objects.create(
            at=clock.now(),
            receipt="0" * 64,
            about_office=False,
            text_sealed="s1.AAAA",
            name_sealed="",
            contact_sealed="",
            fault="",
        )
        uow.record("test.made", bad, params={"what": "feedback"})
    assert take_in() == (1, 1) and take_in() == (0, 0)
    bad.refresh_from_db()
    assert (bad.fault, bad.opinion) == ("sealed", None)


def test_a_limit_forgets_what_is_old_and_never_grows_without_end(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(limits, "MOST", 3)
    limit = limits.Limit(2, 10)
    assert [limit.allows("a"), limit.allows("a"), limit.allows("a"), limit.allows("b")] == [True, True, False, True]
    now[0] = 11
    assert limit.allows("a")
    for name in "cdefg":
        limit.allows(name)
    assert len(limit._seen) == 3


def test_the_receiver_takes_in_from_the_page(court, outside, client, settings):
    _send(outside)
    settings.ROOT_URLCONF = "bihuan.urls"
    from bihuan import settings as house

    settings.FORM_RENDERER = house.FORM_RENDERER
    settings.MIDDLEWARE, settings.TEMPLATES = house.MIDDLEWARE, house.TEMPLATES
    page(client, court.judge, reverse("disclosure:take_in"), 403, {})
    answer = page(client, court.inspector, reverse("disclosure:take_in"), 302, {})
    assert answer.url == OPINIONS.url("list") and Opinion.objects.count() == 1


@pytest.mark.sqlite
def test_the_file_of_the_public_pages_holds_what_is_published_and_gives_up_what_came(
    court, outside, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        court.notice("published")
        answered = court.opinion("answered")
    with exchange.opened() as file:
        assert [row[1] for row in file.execute(f"SELECT * FROM {store.PUBLICATION}")] == ["关于整改进展的通报"]
        assert [row[:2] for row in file.execute(f"SELECT * FROM {store.ANSWER}")] == [(answered.receipt, "answered")]
        held = "".join(file.iterdump())
        assert TEXT not in held and NAME not in held
        row = (clock.now().isoformat(), "f" * 64, 0, vault.seal("旁听座位太少"), "", "")
        with file:
            file.execute(
                f"INSERT INTO {store.FEEDBACK} ({', '.join(store.WRITES[store.FEEDBACK])}) VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )
    assert take_in() == (1, 0)
    with exchange.opened() as file:
        assert file.execute(f"SELECT count(*) FROM {store.FEEDBACK}").fetchone() == (0,)
        assert file.execute(f"SELECT state FROM {store.ANSWER} WHERE receipt = ?", ["f" * 64]).fetchone() == (
            "received",
        )
    assert oct(home.database().stat().st_mode)[-3:] == "600"


def test_the_folder_holds_nothing_that_opens_an_envelope(court, outside):
    from bihuan.kernel import keys

    held = "".join(file.read_text() for file in home.folder().iterdir() if file.suffix != ".sqlite3")
    assert home.identity().hex() in held
    for name in (vault.IDENTITY, "log-digest.key", "checkpoint.key"):
        assert keys.secret(name).hex() not in held


@pytest.mark.postgres
def test_the_role_reads_what_is_published_adds_an_opinion_and_does_nothing_else(court):
    court.notice("published")
    court.opinion("answered")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
        cursor.execute("CREATE ROLE bihuan_public_test NOLOGIN")
        for line in grants("bihuan_public_test", connection.settings_dict["NAME"]):
            cursor.execute(line)
        assert store.too_much(), "the owner may do more, and would be refused"
        cursor.execute("SET LOCAL ROLE bihuan_public_test")
        assert store.too_much() == []
        assert [one.title for one in store.notices()] == ["关于整改进展的通报"]
        assert store.notice(store.notices()[0].id).blocks[0][0] == "title"
        row = {
            "at": clock.now().isoformat(),
            "receipt": "a" * 64,
            "about_office": True,
            "text_sealed": "s1.x",
            "name_sealed": "",
            "contact_sealed": "",
        }
        assert store.add(row)
        refused = [
            "SELECT * FROM disclosure_publicfeedback",
            "SELECT notice_id FROM disclosure_publication",
            "SELECT opinion_id FROM disclosure_publishedanswer",
            "UPDATE disclosure_publication SET title = 'x'",
            "DELETE FROM disclosure_publishedanswer",
            "INSERT INTO disclosure_publication (title) VALUES ('x')",
            "INSERT INTO disclosure_publicfeedback (id, at, receipt) VALUES (1, now(), 'x')",
            "INSERT INTO disclosure_publicfeedback (at, receipt, about_office, text_sealed, name_sealed, contact_sealed, opinion_id) VALUES (now(), 'b', true, '', '', '', 1)",
            "TRUNCATE disclosure_publicfeedback",
            "CREATE TABLE public.mine (id int)",
            "CREATE TEMPORARY TABLE mine (id int)",
        ]
        cursor.execute("RESET ROLE")
        tables = [name for name in connection.introspection.table_names(cursor) if name not in store.READS]
        refused += [f'SELECT count(*) FROM "{name}"' for name in tables]
        for statement in refused:
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute("SET LOCAL ROLE bihuan_public_test")
                cursor.execute(statement)
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == owner
    assert PublicFeedback.objects.get(receipt="a" * 64).about_office


def test_a_role_is_named_plainly():
    for wrong in ("Robert'; --", "", "A", "1a", "a b"):
        with pytest.raises(ValueError):
            grants(wrong, "bihuan")


def test_answers_are_laid_open_for_receipts_alone(court):
    court.opinion()
    bare = Opinion.objects.get()
    assert PublishedAnswer.objects.get().receipt == bare.receipt
    from bihuan.disclosure.services.opinions import receive_sealed

    receive_sealed(actor=court.secretary, channel="site", text=TEXT, sealed={})
    assert PublishedAnswer.objects.count() == 1
