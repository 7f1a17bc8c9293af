"""Evidence: by content, with its own day, refused before anything is stored; seen with its object."""

import datetime as dt
import io

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction

from bihuan.kernel import access, clock, evidence
from bihuan.kernel.errors import NotAllowed, Refused, Stale
from bihuan.kernel.files import FileRefused
from bihuan.kernel.models import Evidence, EvidenceFile, LogEntry, Unit
from bihuan.kernel.work import unit_of_work

from . import files_samples as samples
from . import org_factory as make

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 16)


@pytest.fixture
def place(settings, tmp_path):
    """Units take evidence from the holders of `head`; each sees the units they belong to."""
    settings.BIHUAN_SIMULATION_WRITES = True
    settings.BIHUAN_EVIDENCE_FOLDER = tmp_path / "evidence"
    held = access._scopes.get(Unit)
    access._scopes[Unit] = lambda viewer: access.Q(pk__in=viewer.units)
    if "test.file" not in access.actions():
        access.action("test.file", "上传", relation=lambda viewer, obj: obj.pk in viewer.headed)
    frozen = []
    evidence.attachable("kernel.Unit", add="test.file", frozen=lambda row: row.pk in frozen)
    unit, head, other = make.unit(), make.person("庭长"), make.person("旁人")
    make.post(head, "head", unit)
    make.post(other, "clerk", make.unit("二庭"))
    with clock.simulate(DAY):
        yield type("Place", (), {"unit": unit, "head": head, "other": other, "frozen": frozen, "root": tmp_path})
    evidence._attachable.pop("kernel.unit")
    if held is None:
        access._scopes.pop(Unit)
    else:
        access._scopes[Unit] = held


def add(place, data=None, **changes):
    given = {
        "actor": place.head,
        "obj": place.unit,
        "file": io.BytesIO(data or samples.pdf("signed")),
        "filename": "签到表.pdf",
        "kind": "sign_in",
        "title": "三月签到表",
        "effective_on": dt.date(2026, 3, 2),
    }
    return evidence.add(**(given | changes))


def nothing_stored(place):
    return not Evidence.objects.exists() and not EvidenceFile.objects.exists() and not list(stored(place))


def stored(place):
    return (
        [p for p in (place.root / "evidence").rglob("*") if p.is_file()] if (place.root / "evidence").exists() else []
    )


def test_a_file_is_stored_by_its_content_and_recorded_about_its_object(place):
    row = add(place)
    assert row.effective_on == dt.date(2026, 3, 2) and row.received_at.date() != row.effective_on
    assert [p.name for p in stored(place)] == [row.file.sha256]
    assert len(row.file.sm3) == 64
    with evidence.open_content(row) as content:
        assert content.read() == samples.pdf("signed")
    entry = LogEntry.objects.get(type="evidence.added")
    assert (entry.kind, entry.object_id) == ("kernel.unit", str(place.unit.pk))
    assert entry.data["params"]["sm3"] == row.file.sm3
    assert list(evidence.of(place.unit)) == [row] and evidence.has_outcome(place.unit)
    assert not evidence.has_outcome(place.unit, until=dt.date(2026, 3, 1))


def test_one_content_filed_for_two_objects_is_stored_once(place):
    second = make.unit("三庭")
    make.post(place.head, "head", second)
    add(place)
    add(place, obj=second)
    assert EvidenceFile.objects.count() == 1 and Evidence.objects.count() == 2 and len(stored(place)) == 1


def test_the_same_content_twice_for_one_object_is_refused_naming_the_first(place):
    add(place)
    with pytest.raises(Refused) as refusal:
        add(place, title="又一份")
    assert refusal.value.reasons[0].params["title"] == "三月签到表"


@pytest.mark.parametrize(
    "change, code",
    [
        ({"kind": "nothing"}, evidence.UNKNOWN_KIND),
        ({"title": "  "}, evidence.NEEDS_TITLE),
        ({"effective_on": dt.date(2026, 3, 17)}, evidence.IN_FUTURE),
    ],
)
def test_wrong_particulars_are_refused_and_nothing_is_stored(place, change, code):
    with pytest.raises(Refused) as refusal:
        add(place, **change)
    assert [r.code for r in refusal.value.reasons] == [code]
    assert nothing_stored(place)


@pytest.mark.parametrize(
    "data, name, code",
    [
        (b"MZ" + b"\0" * 100, "程序.exe", "executable"),
        (b"", "空.pdf", "empty"),
        (b"%PDF-1.4 not really", "名单.xlsx", None),
    ],
)
def test_a_content_that_may_not_enter_is_refused_and_nothing_is_stored(place, data, name, code):
    with pytest.raises(FileRefused) as refusal:
        add(place, file=io.BytesIO(data), filename=name)
    if code:
        assert refusal.value.code == code
    assert nothing_stored(place)


def test_a_file_marked_secret_is_refused(place):
    with pytest.raises(FileRefused) as refusal:
        add(place, samples.word("机密★5年", "会议纪要"), filename="纪要.docx")
    assert refusal.value.code == "state_secret" and nothing_stored(place)


def test_a_file_over_the_limit_is_refused_before_it_is_read(place, settings):
    settings.BIHUAN_MAX_UPLOAD = 10
    with pytest.raises(FileRefused) as refusal:
        add(place)
    assert refusal.value.code == "too_large" and nothing_stored(place)


def test_only_who_may_files_and_only_for_what_takes_evidence(place):
    with pytest.raises(NotAllowed):
        add(place, actor=place.other)
    with pytest.raises(Refused):
        add(place, obj=place.head)
    assert nothing_stored(place)


def test_the_content_is_there_before_the_row_and_a_failed_row_leaves_no_lie(place, monkeypatch):
    def broken(*args, **kwargs):
        assert len(stored(place)) == 1, "the content is on the disk first"
        raise ZeroDivisionError

    monkeypatch.setattr(Evidence.objects, "create", broken)
    with pytest.raises(ZeroDivisionError):
        add(place)
    assert not Evidence.objects.exists() and not LogEntry.objects.filter(type="evidence.added").exists()


def test_a_half_written_file_is_never_taken_for_the_content(place, monkeypatch):
    def broken(source):
        yield b"half"
        raise OSError("disk full")

    monkeypatch.setattr(evidence, "_pieces", broken)
    with pytest.raises(OSError):
        add(place)
    assert nothing_stored(place)


def test_a_lost_content_is_said_not_served(place):
    row = add(place)
    evidence.path_of(row.file.sha256).write_bytes(b"short")
    with pytest.raises(Refused) as refusal:
        evidence.open_content(row)
    assert "签到表.pdf" in str(refusal.value.reasons[0])


def test_voiding_needs_a_reason_keeps_the_row_and_happens_once(place):
    row, copy = add(place), Evidence.objects.get()
    with pytest.raises(Refused):
        evidence.void(actor=place.head, evidence=row, reason=" ")
    with pytest.raises(NotAllowed):
        evidence.void(actor=place.other, evidence=row, reason="x")
    evidence.void(actor=place.head, evidence=row, reason="传错")
    assert not evidence.of(place.unit).exists() and Evidence.objects.get().void_reason == "传错"
    with pytest.raises(Stale):
        evidence.void(actor=place.head, evidence=copy, reason="再来")
    assert add(place).pk != row.pk, "the content may be filed again"


def test_what_a_closure_stood_on_is_not_voided(place):
    row = add(place)
    place.frozen.append(row.pk)
    with pytest.raises(Refused) as refusal:
        evidence.void(actor=place.head, evidence=row, reason="传错")
    assert refusal.value.reasons[0].code == evidence.FROZEN
    assert not evidence.may_void(place.head, row, place.unit)


def test_who_sees_the_object_sees_its_evidence(place):
    add(place)
    assert access.visible(place.head, Evidence).count() == 1
    assert access.visible(place.other, Evidence).count() == 0
    assert access.visible(make.person("管理", admin_role="audit"), Evidence).count() == 0


def test_the_database_keeps_contents_as_they_came(place):
    add(place)
    with pytest.raises(DatabaseError), transaction.atomic(), unit_of_work(None):
        EvidenceFile.objects.update(sha256="0" * 64)


def test_a_kind_registered_twice_is_an_error():
    with pytest.raises(ImproperlyConfigured):
        evidence.kind("plan", "方案", outcome=False)
    assert "plan" not in evidence.outcome_kinds() and "sign_in" in evidence.outcome_kinds()
