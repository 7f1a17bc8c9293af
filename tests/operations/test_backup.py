"""A backup is consistent, whole, checked, and never half there; both databases write the same file."""

import errno
import gzip
import io
import json
import os
import tarfile
import threading
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections, transaction

from bihuan.kernel import checkpoints, evidence, keys
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import LogEntry, Unit
from bihuan.kernel.operations import archive, backup, keyfile
from bihuan.kernel.tests import org_factory as make
from bihuan.kernel.work import unit_of_work

pytestmark = pytest.mark.django_db(transaction=True)


def codes(refusal):
    return [reason.code for reason in refusal.value.reasons]


def members(path):
    with tarfile.open(path) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar.getmembers()}


def rewritten(path, change):
    """The same archive with its members changed, as somebody without the key would."""
    held = change(members(path))
    with tarfile.open(path, "w") as tar:
        for name, content in held.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def test_everything_is_in_it_and_nothing_of_the_keys(inside, folder):
    made = backup.make(folder)
    assert made.path.stat().st_mode & 0o777 == 0o600 and backup.AUTOMATIC.fullmatch(made.path.name)
    held = members(made.path)
    told = json.loads(held["manifest.json"])
    rows = gzip.decompress(held["tables/kernel_logentry.jsonl.gz"]).splitlines()
    assert len(rows) == LogEntry.objects.count() == told["log"]["size"] == made.log_size
    assert held["templates/函.docx"] == b"docx"
    (content,) = [name for name in held if name.startswith("evidence/")]
    assert held[content] == "情况".encode() and not made.faults
    line = held["checkpoint.jsonl"].decode()
    assert checkpoints.signed_line(checkpoints.public_key())(line) and json.loads(line)["size"] == made.log_size
    secrets = [path.read_bytes().strip() for path in keys.key_folder().glob("*.key")]
    assert secrets and not any(secret in content for secret in secrets for content in held.values())
    assert not {"tables/django_session.jsonl.gz", "tables/django_migrations.jsonl.gz"} & set(held)
    assert told["migrations"] and told["database"].startswith(connection.vendor)
    backup.check(made.path, checkpoints.public_key())


def test_writers_neither_wait_nor_show(inside, folder):
    """A transaction stands open for as long as the backup takes; what it wrote is not in it."""
    done = []

    def run():
        try:
            done.append(backup.make(folder / "b.tar"))
        finally:
            connections.close_all()

    before = LogEntry.objects.count()
    with transaction.atomic():
        make.unit("未提交")
        worker = threading.Thread(target=run)
        worker.start()
        worker.join(timeout=60)
        assert done, "the backup waited for a writer"
    assert done[0].log_size == before
    assert "未提交" not in gzip.decompress(members(done[0].path)["tables/kernel_unit.jsonl.gz"]).decode()
    assert Unit.objects.filter(name="未提交").exists()


def without(name):
    return lambda held: {other: content for other, content in held.items() if other != name}


def manifest(old, new):
    return lambda held: held | {"manifest.json": held["manifest.json"].replace(old, new)}


WRONG = [
    (lambda held: held | {"README.txt": b"another"}, archive.DAMAGED),
    (without("README.txt"), archive.LACKING),
    (lambda held: held | {"extra.txt": b"x"}, archive.STRANGER),
    (manifest(b'"demo"', b'"damo"'), archive.FORGED),
    (without("manifest.json"), archive.NOT_A_BACKUP),
    (without("manifest.sig"), archive.NOT_A_BACKUP),
    (lambda held: held | {"manifest.json": b"[]"}, archive.NOT_A_BACKUP),
    (manifest(b'"version": 1', b'"version": 2'), archive.NEWER_FORMAT),
    (manifest(b'"README.txt"', b'"../x"'), archive.NOT_A_BACKUP),
    (manifest(b'"kernel_unit"', b'"kernel_unot"'), archive.FORGED),
]


def test_whatever_was_done_to_it_is_named(inside, folder):
    path = backup.make(folder / "b.tar").path
    whole = path.read_bytes()
    for number, (change, code) in enumerate(WRONG):
        path.write_bytes(whole)
        rewritten(path, change)
        with pytest.raises(Refused) as refusal:
            backup.check(path, checkpoints.public_key())
        assert code in codes(refusal), number
    for content in (whole[: len(whole) // 2], b"", b"text", whole[:-12000]):
        path.write_bytes(content)
        with pytest.raises(Refused) as refusal:
            backup.check(path, None)
        assert codes(refusal) == [archive.NOT_A_BACKUP]
    path.unlink()
    with pytest.raises(Refused):
        backup.check(path, None)


def full(monkeypatch, at):
    """The disk is full after `at` calls of fsync or write have passed."""
    passed = {"n": 0}
    really = os.fsync

    def fsync(descriptor):
        passed["n"] += 1
        if passed["n"] > at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)


def test_a_full_disk_leaves_nothing_behind(inside, folder, monkeypatch):
    full(monkeypatch, 0)
    with pytest.raises(Refused) as refusal:
        backup.make(folder / "b.tar")
    assert codes(refusal) == [archive.CANNOT_WRITE] and "No space left" in str(refusal.value.reasons[0])
    assert list(folder.iterdir()) == []
    monkeypatch.setattr(archive.Writer, "add_rows", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(Refused):
        backup.make(folder / "b.tar")
    assert list(folder.iterdir()) == []


def test_no_room_is_said_before_anything_is_written(inside, folder, monkeypatch):
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda path: type("Usage", (), {"free": backup.RESERVE, "total": 1})())
    with pytest.raises(Refused) as refusal:
        backup.make(folder)
    assert codes(refusal) == [backup.NO_ROOM] and list(folder.iterdir()) == []


def test_a_database_whose_court_was_never_set_up_is_no_backup(inside, folder, monkeypatch):
    monkeypatch.setattr(backup.Snapshot, "log_end", lambda seen: None)
    with pytest.raises(Refused) as refusal:
        backup.make(folder)
    assert codes(refusal) == [backup.NO_COURT] and list(folder.iterdir()) == []


def test_nothing_is_written_over_and_leftovers_of_killed_backups_go(inside, folder):
    (folder / "b.tar").write_bytes(b"mine")
    with pytest.raises(Refused) as refusal:
        backup.make(folder / "b.tar")
    assert codes(refusal) == [archive.EXISTS] and (folder / "b.tar").read_bytes() == b"mine"
    with pytest.raises(Refused) as refusal:
        backup.make(folder / "none" / "b.tar")
    assert codes(refusal) == [archive.NO_FOLDER]
    (folder / ".bihuan-x.tar.partial").write_bytes(b"half")
    with archive.writing(folder / "other.tar"):
        backup.make(folder)
        assert sorted(path.name for path in folder.glob(".*")) == [".other.tar.partial"], "one under way stays"
        with pytest.raises(FileExistsError):
            archive.Writer(folder / "other.tar")


def test_lost_and_altered_contents_are_said_and_the_rest_is_saved(inside, folder, capsys):
    (row,) = evidence.EvidenceFile.objects.all()
    place = evidence.path_of(row.sha256)
    place.write_bytes("情形".encode())
    made = backup.make(folder / "altered.tar")
    assert [fault.code for fault in made.faults] == [backup.CHANGED]
    place.write_bytes(b"x")
    assert [fault.code for fault in backup.make(folder / "short.tar").faults] == [backup.CHANGED]
    place.unlink()
    with pytest.raises(CommandError, match="1 个佐证材料或上传文件缺失"):
        call_command("backup", str(folder / "lost.tar"))
    assert (folder / "lost.tar").exists() and row.sha256 in capsys.readouterr().err
    assert LogEntry.objects.filter(type="system.backed_up").get().data["params"]["faults"] == 1


def test_the_newest_are_kept_and_only_those_named_automatically_go(inside, folder, capsys):
    others = ["bihuan-20260101T000000Z.tar", "bihuan-20260102T000000Z.tar"]
    for name in [*others, "mine.tar", "bihuan-notes.txt"]:
        (folder / name).write_bytes(b"x")
    call_command("backup", str(folder), "--keep", "2")
    left = sorted(path.name for path in folder.iterdir())
    assert others[0] not in left and {others[1], "mine.tar", "bihuan-notes.txt"} < set(left) and len(left) == 4
    assert "已删除较早的备份" in capsys.readouterr().out
    for wrong in (["--keep", "0"], ["--keep", "x"]):
        with pytest.raises(CommandError):
            call_command("backup", str(folder), *wrong)
    with pytest.raises(CommandError, match="请写明"):
        call_command("backup")
    (automatic,) = [name for name in left if name not in {*others, "mine.tar", "bihuan-notes.txt"}]
    call_command("backup", "--verify", str(folder / automatic))
    call_command("backup", "--list-contents", str(folder / automatic))
    said = capsys.readouterr().out
    assert "完好" in said and "签名有效" in said and "kernel_logentry" in said
    with pytest.raises(CommandError, match="不是完整的备份"):
        call_command("backup", "--verify", str(folder / "mine.tar"))


# -- keys --------------------------------------------------------------------------------------------------------------


def test_keys_go_into_a_file_that_needs_its_passphrase(inside, folder, tmp_path, capsys):
    phrase = tmp_path / "phrase"
    phrase.write_text("correct horse battery\n")
    path = folder / "court.keys"
    call_command("backup", "--keys", str(path), "--passphrase-file", str(phrase))
    assert path.stat().st_mode & 0o777 == 0o600
    secrets = {one.name: one.read_text() for one in keys.key_folder().iterdir()}
    assert secrets and not any(text.strip() in path.read_text() for text in secrets.values())
    assert keyfile.read(path, "correct horse battery").files == secrets
    assert keyfile.read(path, "correct horse battery").public == checkpoints.public_key()
    for passphrase, code in (("another passphrase", keyfile.WRONG_PASSPHRASE), (None, keyfile.NEEDS_PASSPHRASE)):
        with pytest.raises(Refused) as refusal:
            keyfile.read(path, passphrase)
        assert codes(refusal) == [code]
    with pytest.raises(Refused) as refusal:
        keyfile.write(path, "correct horse battery")
    assert codes(refusal) == [archive.EXISTS]
    with pytest.raises(Refused) as refusal:
        keyfile.write(folder / "short.keys", "short")
    assert codes(refusal) == [keyfile.TOO_SHORT] and not (folder / "short.keys").exists()
    call_command("backup", "--keys", str(folder / "plain.keys"), "--keys-in-plain")
    assert "没有加密" in capsys.readouterr().err
    assert keyfile.read(folder / "plain.keys", None).files == secrets


@pytest.mark.parametrize("content", [b"", b"[]", b'{"format": "x", "version": 1}', b'{"format": "bihuan-keys", "version": 1}'])
def test_what_is_no_file_of_keys_is_said(folder, content):
    path = folder / "x.keys"
    path.write_bytes(content)
    with pytest.raises(Refused) as refusal:
        keyfile.read(path, "correct horse battery")
    assert codes(refusal) == [keyfile.NOT_KEYS]


def test_who_takes_the_data_away_stands_in_the_log(inside, folder):
    with unit_of_work(None) as uow:
        uow.record("test.made", params={"what": "x"})
    call_command("backup", str(folder / "b.tar"))
    entry = LogEntry.objects.order_by("-seq").first()
    assert entry.type == "system.backed_up" and entry.data["params"]["file"] == "b.tar"
    assert entry.data["params"]["size"] == entry.seq - 1
    assert entry.data["params"]["other_disk"] is (
        folder.stat().st_dev != Path(keys.key_folder()).stat().st_dev
    )
