"""The court's own templates: in use from their day on, history kept, going back, and who may."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction
from django.urls import reverse

from bihuan.kernel import access, clock, evidence, official
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.files import FileRefused
from bihuan.kernel.models import LogEntry, PaperTemplate
from bihuan.kernel.official import store
from bihuan.kernel.testing import pinned_queries
from bihuan.kernel.tests import org_factory as make

from .papers import KNOWN, docx, texts

pytestmark = pytest.mark.django_db
KIND = "test.paper"


@pytest.fixture(autouse=True)
def kind(settings, tmp_path, monkeypatch):
    settings.BIHUAN_EVIDENCE_FOLDER = tmp_path
    monkeypatch.setattr(store, "_papers", dict(store._papers))
    return official.paper(KIND, title="试验周报", layout="briefing", known=lambda: KNOWN)


@pytest.fixture
def office(db):
    person = make.person("甲")
    make.post(person, "office", make.unit("办公室"))
    return person


@pytest.fixture
def judge(db):
    person = make.person("乙")
    make.post(person, "judge", make.unit("民一庭"))
    return person


def put(actor, text, kind=KIND, **given):
    given = {"filename": "周报.docx", "active_from": clock.today()} | given
    return store.upload(actor=actor, kind=kind, template=docx(text), **given)


def shown(code=KIND, on=None):
    return texts(official.active(code, on))


def test_what_is_in_use(office):
    assert "texts.summary" in "".join(shown()), "the house's own names what the kind offers"
    put(office, "版式 {{ paper.title }}", kind="briefing")
    assert shown() == ["版式 {{ paper.title }}"], "the court's template of the layout"
    first = put(office, "一 {{ figures.closed }}")
    assert shown() == ["一 {{ figures.closed }}"], "the court's template of the kind comes first"
    later = clock.today() + dt.timedelta(days=3)
    second = put(office, "二", active_from=later, note="换版")
    assert shown() == ["一 {{ figures.closed }}"]
    assert shown(on=later) == ["二"]
    assert (first.version, second.version) == (1, 2)
    entry = LogEntry.objects.filter(type="paper_template.uploaded").latest("seq")
    assert entry.data["params"]["version"] == 2


def test_going_back_is_a_new_version(office):
    first = put(office, "一")
    put(office, "二")
    back = store.go_back(actor=office, kind=KIND, to=first, active_from=clock.today(), seen=2)
    assert (back.version, back.restores, shown()) == (3, first, ["一"])
    store.go_back(actor=office, kind=KIND, to=None, active_from=clock.today(), seen=3)
    assert "texts.summary" in "".join(shown())
    assert [row.version for row in PaperTemplate.objects.filter(kind=KIND)] == [4, 3, 2, 1]
    with pytest.raises(Refused) as refused:
        store.go_back(actor=office, kind=KIND, to=first, active_from=clock.today(), seen=3)
    assert refused.value.reasons[0].code == "official.faster"


def test_an_earlier_version_whose_names_have_gone_is_not_restored(office, monkeypatch):
    first = put(office, "一 {{ figures.closed }}")
    put(office, "二")
    monkeypatch.setitem(store._papers, KIND, store.Paper(KIND, "试验周报", "briefing", dict))
    with pytest.raises(official.TemplateFault):
        store.go_back(actor=office, kind=KIND, to=first, active_from=clock.today(), seen=2)
    assert shown() == ["二"]


def test_what_is_refused_leaves_nothing(office, judge):
    put(office, "一")
    with pytest.raises(NotAllowed):
        put(judge, "二")
    with pytest.raises(official.TemplateFault):
        put(office, "{{ figures.nothing }}")
    with pytest.raises(FileRefused):
        put(office, "二", filename="周报.exe")
    with pytest.raises(Refused):
        put(office, "二", active_from=clock.today() - dt.timedelta(days=1))
    with pytest.raises(Refused):
        put(office, "二", kind="nothing")
    same = official.active(KIND)
    with pytest.raises(Refused) as refused:
        store.upload(actor=office, kind=KIND, template=same, filename="x.docx", active_from=clock.today())
    assert refused.value.reasons[0].code == "official.same"
    assert PaperTemplate.objects.count() == 1
    with pytest.raises(NotAllowed):
        store.go_back(actor=judge, kind=KIND, to=None, active_from=clock.today(), seen=1)


def test_a_lost_file_is_said_and_never_replaced_by_the_house_s_own(office):
    row = put(office, "一")
    evidence.path_of(row.file.sha256).unlink()
    with pytest.raises(Refused) as refused:
        official.active(KIND)
    assert refused.value.reasons[0].code == "official.template_lost"


def test_the_database_keeps_the_history(office):
    put(office, "一")
    for statement in ("UPDATE kernel_papertemplate SET note = 'x'", "DELETE FROM kernel_papertemplate"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert PaperTemplate.objects.get().note == ""


def test_a_kind_is_declared_once_and_over_a_known_layout():
    with pytest.raises(Exception, match="twice"):
        official.paper(KIND, title="x", layout="briefing")
    with pytest.raises(Exception, match="layout"):
        official.paper("test.other", title="x", layout="nothing")


# ---- pages --------------------------------------------------------------------------------------------------


def send(client, text, name="周报.docx", **given):
    upload = SimpleUploadedFile(name, docx(text))
    given = {"active_from": clock.today().isoformat(), "note": ""} | given
    return client.post(reverse("paper_template", args=[KIND]), {"file": upload, **given})


def test_uploading_downloading_and_going_back_on_the_page(client, office):
    client.force_login(office)
    page = reverse("paper_template", args=[KIND])
    assert "系统自带格式" in client.get(page).content.decode()
    refused = send(client, "结案 {{ figures.closd }} 件")
    body = refused.content.decode()
    assert refused.status_code == 422
    for told in ("正文第 1 段", "figures.closd", "figures.closed"):
        assert told in body
    assert send(client, "一").status_code == 302
    assert send(client, "二").status_code == 302
    got = client.get(reverse("paper_template_file", args=[KIND, 1]))
    assert texts(got.content) == ["一"]
    assert "texts.summary" in "".join(texts(client.get(reverse("paper_template_file", args=[KIND, 0])).content))
    assert client.get(reverse("paper_template_file", args=[KIND, 9])).status_code == 404
    assert client.post(page, {"back": "1", "seen": "1"}).status_code == 409
    assert client.post(page, {"back": "7", "seen": "2"}).status_code == 404
    assert client.post(page, {"back": "1", "seen": "2"}).status_code == 302
    assert shown() == ["一"]
    listed = client.get(reverse("paper_templates")).content.decode()
    assert "试验周报" in listed
    assert "周报.docx" in listed
    assert send(client, "三", name="周报.txt").status_code in (409, 422)
    assert client.get(reverse("paper_template", args=["nothing"])).status_code == 404


def test_the_pages_ask_as_much_however_long_the_history_is(client, office):
    client.force_login(office)
    for number in range(6):
        put(office, f"第{number}版")
    pages = {"papers.list": reverse("paper_templates"), "papers.detail": reverse("paper_template", args=[KIND])}
    for name, address in pages.items():
        client.get(address)
        with pinned_queries(Path(__file__).parent, name):
            assert client.get(address).status_code == 200


def test_others_look_and_do_not_touch(client, judge):
    client.force_login(judge)
    body = client.get(reverse("paper_template", args=[KIND])).content.decode()
    assert "检查并上传" not in body
    assert send(client, "一").status_code == 403
    assert not PaperTemplate.objects.exists()


def test_without_a_post_there_is_no_business_here(client, office):
    put(office, "一")
    admin = make.person("丙", admin_role="system")
    assert not access.visible(admin, PaperTemplate).exists()
    client.force_login(make.person("丁"))
    for address, *args in (("paper_templates",), ("paper_template", KIND), ("paper_template_file", KIND, 1)):
        assert client.get(reverse(address, args=args)).status_code == 403
