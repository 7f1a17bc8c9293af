"""Restoring: what speaks against it is said before anything is touched, and it is all or nothing, on both databases."""

import gzip
import io
import json
import shutil
import sqlite3
import tarfile
from contextlib import closing

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection, connections, transaction

from bihuan.kernel import checkpoints, evidence, keys, triggers, verify
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import InboxItem, LogEntry, Unit
from bihuan.kernel.operations import archive, backup, files, keyfile, loading, restore, rows, service, standing
from bihuan.kernel.tests import org_factory as make
from bihuan.people.services import accounts

pytestmark = pytest.mark.django_db(transaction=True)
PHRASE = "correct horse battery"


@pytest.fixture
def file(inside, folder):
    """A backup of the court, and a file of its keys beside it."""
    keyfile.write(folder / "court.keys", PHRASE)
    with pytest.MonkeyPatch.context() as patch:  # of its own: a test may undo its patches
        if connection.vendor == "sqlite":
            # A page test's server lives in this process and may still have the file open: that is refused in a test of its own.
            patch.setattr(service, "_check_file", lambda path: connections.close_all())
        yield backup.make(folder / "b.tar").path


def plan(file, **more):
    return restore.Plan(file, "试", **more)


def refused(file, **more):
    """The codes of the reasons; the database and the home are as they were."""
    before = state()
    with pytest.raises(Refused) as refusal:
        restore.run(plan(file, **more))
    assert state() == before
    assert not list(keys.key_folder().parent.glob(".restore-*"))
    return [reason.code for reason in refusal.value.reasons]


def state():
    """The database and the home, as far as a restore touches them."""
    home = keys.key_folder().parent
    held = {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.name != service.LOCK and "backups" not in path.parts
    }
    return contents(), triggers.missing(connection), held


def contents():
    """Every row of every table."""
    from bihuan.kernel.operations.snapshot import look

    with look() as seen:
        return {table.name: [rows.line_of(values) for values in seen.values(table)] for table in seen.tables}


def test_what_speaks_against_it_is_said_and_nothing_is_touched(file, folder, tmp_path, monkeypatch):
    opened = keyfile.read(folder / "court.keys", PHRASE)
    assert refused(file) == [restore.NOT_EMPTY]
    with pytest.raises(Refused) as refusal:
        restore.run(restore.Plan(file, " ", replace=True))
    assert refusal.value.reasons[0].code == restore.NEEDS_REASON
    with service.serving():
        assert refused(file, replace=True) == [service.SERVES]
    with tarfile.open(file) as tar:
        manifest = json.loads(tar.extractfile("manifest.json").read())
    assert refused(folder / "none.tar", replace=True) == [archive.NOT_A_BACKUP]
    # a backup of a later program
    later = [*manifest["migrations"], ["kernel", "9999_later"]]
    assert refused(changed(file, tmp_path / "later.tar", migrations=later, program="9.9"), replace=True) == [restore.NEWER]
    # one that was altered, with digests that fit again: the signature does not
    forged = changed(file, tmp_path / "forged.tar", demo=not manifest["demo"])
    assert archive.FORGED in refused(forged, replace=True)
    # no room
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 1, "total": 1})())
    assert refused(file, replace=True) == [backup.NO_ROOM]
    monkeypatch.undo()
    # an outside checkpoint that the backup contradicts
    last = LogEntry.objects.order_by("-seq").first()
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text(checkpoints.statement(last.seq, "0" * 64, last.hash2) + "\n")
    assert refused(file, replace=True, outside=[wrong], keys=opened) == [restore.CONTRADICTED]
    # keys: another installation's here, another's in the file
    shutil.move(keys.key_folder(), tmp_path / "keys")
    keys.forget()
    assert refused(file, replace=True) == [restore.NO_KEYS]
    keyfile.write(tmp_path / "other.keys", None)
    other = keyfile.read(tmp_path / "other.keys", None)
    assert refused(file, replace=True, keys=other, keys_path=tmp_path) == [restore.OTHER_KEYS]


def changed(file, target, **values):
    """A backup with another manifest, its digests and form right."""
    with tarfile.open(file) as tar, tarfile.open(target, "w") as out:
        for info in tar.getmembers():
            content = tar.extractfile(info).read()
            if info.name == archive.MANIFEST:
                content = json.dumps(json.loads(content) | values).encode()
                info.size = len(content)
            out.addfile(info, io.BytesIO(content))
    return target


def test_it_fails_at_any_point_and_everything_is_as_it_was(file, monkeypatch):
    """A restore that breaks off while building, while verifying, and at the very end."""

    def broken(*_arguments, **_more):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TABLE half_way (id integer)")
        raise Refused(verify.Message("test.broken"))

    for owner, name in ((loading, "fill"), (restore.soundness, "problems"), (restore, "_record")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, broken)
            assert refused(file, replace=True) == ["test.broken"], name
    with monkeypatch.context() as patch:
        patch.setattr(backup, "make", lambda *_, **__: (_ for _ in ()).throw(Refused(verify.Message("test.broken"))))
        assert refused(file, replace=True) == [restore.CANNOT_SAVE]


def test_every_row_comes_back_and_the_next_number_too(file, folder, settings):
    """The tables are the same to the byte, but for what the restore itself says."""
    at_backup = contents()
    number = make.unit("之后").pk
    (row,) = evidence.EvidenceFile.objects.all()
    evidence.path_of(row.sha256).unlink()
    (settings.BIHUAN_HOME / "templates" / "函.docx").write_bytes(b"changed")
    done = restore.run(plan(file, replace=True))
    assert done.saved is not None and done.lost == 1 and not done.problems
    assert triggers.missing(connection) == [] and standing.standing().current
    found = contents()
    entry = LogEntry.objects.order_by("-seq").first()
    assert entry.type == "system.restored" and len(found["kernel_logentry"]) == len(at_backup["kernel_logentry"]) + 1
    for table, kept in at_backup.items():
        own = {"kernel_logentry": 1, "kernel_inboxitem": len(found["kernel_inboxitem"]) - len(kept)}.get(table, 0)
        assert found[table][: len(found[table]) - own] == kept, table
    assert evidence.path_of(row.sha256).read_bytes() == "情况".encode(), "a lost file comes back"
    assert (settings.BIHUAN_HOME / "templates" / "函.docx").read_bytes() == b"docx"
    assert [path.name.partition(".")[0] for path in done.put_aside] == ["templates"]
    assert not Unit.objects.filter(name="之后").exists()
    assert make.unit("新").pk in {number, number + 1}, "automatic keys go on"
    assert backup.check(done.saved, checkpoints.public_key())["log"]["size"] == entry.seq
    points, faults = checkpoints.stored()
    assert points[-1].size == entry.seq and not faults


def test_without_its_keys_what_they_guarded_is_given_up_and_said(file, settings, tmp_path):
    admin = accounts.make(actor=None, username="sys", name="sys", admin_role="system", password="Bamboo-river-2026")
    Authenticator.objects.create(user=admin, type="totp", data={"secret": "x"})
    file = backup.make(tmp_path / "with-factor.tar").path
    shutil.move(keys.key_folder(), tmp_path / "keys")
    keys.forget()
    done = restore.run(plan(file, replace=True, without_keys=True))
    assert done.given_up and not Authenticator.objects.exists()
    entry = LogEntry.objects.get(type="system.restored")
    assert entry.data["params"]["new_keys"] is True
    assert LogEntry.objects.get(seq=entry.seq + 1).type == "account.factor_cleared"
    assert InboxItem.objects.filter(person=admin, code="operations.restored_told").exists()
    signed = checkpoints.signed_line(checkpoints.public_key())
    assert verify.verify(verify.stored(), signed=signed).sound


def test_contents_are_only_put_where_their_digest_says(settings, tmp_path):
    settings.BIHUAN_HOME, settings.BIHUAN_EVIDENCE_FOLDER = tmp_path, tmp_path / "evidence"
    digest = "ab" * 32
    for name in (f"evidence/{digest}", f"evidence/cd/{digest}", f"keys/ab/{digest}", f"evidence/ab/{digest}/x", "evidence/ab/../x"):
        assert not files.is_content(name)
    name = f"evidence/ab/{digest}"
    assert files.is_content(name)
    with pytest.raises(ValueError):
        files.put(name, io.BytesIO(b"another content"), 15)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_row_that_fits_no_table_is_refused(file, folder):
    """The database the backup was made of had been altered behind the program's back."""
    with tarfile.open(file) as tar:
        manifest = json.loads(tar.extractfile("manifest.json").read())
        lines = gzip.decompress(tar.extractfile(archive.table_member("kernel_unit")).read())
    assert lines
    manifest["tables"]["kernel_unit"]["columns"].append(["extra", "text"])
    tampered = changed(file, folder / "columns.tar", tables=manifest["tables"])
    with archive.Backup(tampered) as found, pytest.raises(Refused) as refusal, loading.aside():
        loading.fill(found)
    assert [reason.code for reason in refusal.value.reasons] == [loading.OTHER_COLUMNS]


@pytest.mark.sqlite
def test_a_file_that_somebody_has_open_is_not_exchanged(inside, folder):
    made = backup.make(folder / "b.tar").path
    before = state()
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("SELECT count(*) FROM kernel_unit").fetchone()
        with pytest.raises(Refused) as refusal:
            restore.run(plan(made, replace=True))
    assert [reason.code for reason in refusal.value.reasons] == [service.IN_USE]
    assert state() == before
