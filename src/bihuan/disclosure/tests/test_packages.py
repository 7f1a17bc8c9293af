"""The signed file that leaves the house: whole, altered, forged, of somebody else; by page and by command."""

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from bihuan.disclosure import packages
from bihuan.disclosure.notice import versions
from bihuan.kernel import checkpoints, log
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import LogEntry
from bihuan.rectification.tests.pages_support import page

pytestmark = pytest.mark.django_db
OTHER_KEY = bytes(range(32))


def _changed(content, **members):
    """The package with members replaced (None: left out)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        held = {name: old.read(name) for name in old.namelist()} | members
        for name, body in held.items():
            if body is not None:
                new.writestr(name, body)
    return io.BytesIO(out.getvalue())


def _why(file, key=None):
    with pytest.raises(Refused) as refusal:
        packages.check(file, key)
    return {reason.code.rpartition(".")[2] for reason in refusal.value.reasons}


def test_a_package_is_whole_and_says_whose_it_is(court):
    row = court.notice("locked")
    content = packages.make(actor=court.rectifier, notice=row)
    said = packages.check(io.BytesIO(content), checkpoints.public_key())
    assert (said.no, said.text_sm3, said.locked_on) == (row.no, row.public_sm3, "2026-05-20")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names, words = set(archive.namelist()), archive.read(packages.TEXT).decode()
    assert names == {"notice.html", "notice.docx", "notice.txt", "manifest.json", "manifest.sig", "public-key.pem"}
    assert words == versions.version(row, versions.PUBLIC).text + "\n"
    assert log.digests(words[:-1].encode())[0] == row.public_sm3
    assert LogEntry.objects.filter(type="disclosure.package.made", actor=court.rectifier).exists()


def test_every_alteration_is_named(court):
    content = packages.make(actor=None, notice=court.notice("locked"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    told = json.dumps(manifest | {"title": "另一份通报"}, ensure_ascii=False, sort_keys=True, indent=1)
    assert _why(_changed(content, **{"notice.txt": "另一份通报\n"})) == {"altered"}
    assert _why(_changed(content, **{"notice.docx": None})) == {"missing"}
    assert _why(_changed(content, **{"more.html": "x"})) == {"strange"}
    assert _why(_changed(content, **{"manifest.json": told})) == {"forged"}
    assert _why(_changed(content, **{"manifest.sig": None})) == {"unreadable"}
    assert _why(_changed(content, **{"manifest.json": "[]"})) == {"unreadable"}
    assert _why(io.BytesIO(b"no package")) == {"unreadable"}
    assert _why(io.BytesIO(content[:-40])) == {"unreadable"}


def test_another_s_key_is_told_from_the_court_s(court):
    """A package that somebody signs with a key of his own is whole by itself; the court's key refuses it."""
    content = packages.make(actor=None, notice=court.notice("locked"))
    assert _why(io.BytesIO(content), checkpoints.public_of(OTHER_KEY)) == {"forged"}
    assert _why(_changed(content, **{"public-key.pem": checkpoints.public_of(OTHER_KEY)})) == {"forged"}
    assert _why(io.BytesIO(content), b"no key") == {"forged"}


def test_what_is_not_locked_does_not_leave(court, client):
    row = court.notice("vetting")
    with pytest.raises(Refused, match="not_locked"):
        packages.make(actor=None, notice=row)
    row = court.advance(row, "lock")
    page(client, court.president, f"/disclosure/notices/{row.pk}/package.zip", 403)
    answer = page(client, court.rectifier, f"/disclosure/notices/{row.pk}/package.zip")
    assert packages.check(io.BytesIO(answer.content)).no == row.no


def test_the_command_makes_and_checks(court, tmp_path, capsys):
    row = court.notice("locked")
    file, key = tmp_path / "out.zip", tmp_path / "key.pem"
    call_command("disclosure", "package", row.no, str(file))
    key.write_bytes(checkpoints.public_key())
    call_command("disclosure", "verify", str(file))
    assert "须知" in capsys.readouterr().out
    call_command("disclosure", "verify", str(file), "--public-key", str(key))
    said = capsys.readouterr().out
    assert row.public_sm3 in said and "须知" not in said
    for wrong in (
        ["package", "没有", str(tmp_path / "x.zip")],
        ["package", row.no, str(file)],
        ["verify", str(tmp_path / "none.zip")],
    ):
        with pytest.raises(CommandError):
            call_command("disclosure", *wrong)
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(CommandError, match="离线包"):
        call_command("disclosure", "verify", str(file))
