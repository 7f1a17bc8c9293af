"""The drill: a court is backed up at work, lost, and restored from the file; what the log and a checkpoint outside say of it."""

import json
import shutil

import pytest

pytestmark = pytest.mark.sqlite
SAME = ("attempts", "closures", "evidence", "templates", "years", "cut_off", "factors", "next")


def size_of(path):
    return json.loads(path.read_text().splitlines()[-1])["size"]


def test_lost_and_restored_twice_from_the_same_file(court, phrase, tmp_path):
    backups, keys = tmp_path / "backups", tmp_path / "court.keys"
    backups.mkdir()
    at_backup = court.look("early")
    assert at_backup["sessions"] == 1
    said = court.bihuan("backup", backups, "--keys", keys, "--passphrase-file", phrase, "--keep", 2)
    (file,) = backups.glob("bihuan-*.tar")
    assert "备份已写入" in said and not [path for path in backups.iterdir() if path != file]
    court.act("work", "late")
    early, late = court.outside("early"), court.outside("late")
    lost = size_of(late) - at_backup["log"]
    assert lost > 3

    # Everything is gone: the machine is a new one.
    shutil.rmtree(court.path)
    opened = ("--keys", keys, "--passphrase-file", phrase)
    said = court.bihuan("restore", file, "--reason", "硬盘损坏", *opened, "--checkpoint", late, "--checkpoint", early)
    assert f"失去的日志：{lost} 条" in said
    found = court.look()
    assert {name: found[name] for name in SAME} == {name: at_backup[name] for name in SAME}
    assert found["sound"] and found["missing"] == [] and found["sessions"] == 0 and found["told"] == 3
    assert (found["type"], found["log"]) == ("system.restored", at_backup["log"] + 1)
    told = found["params"]
    assert (told["backup"], told["size"], told["lost"]) == (file.name, at_backup["log"], lost)
    assert told["before"]["size"] == size_of(late) and told["checkpoint"]

    # The newer checkpoint is explained by the entry that names it; the older one still vouches.
    said = court.bihuan("log", "verify", "--checkpoint", early, "--checkpoint", late)
    assert f"第 1 至 {size_of(early)} 条与外存检查点一致" in said
    assert f"第 {told['size'] + 1} 至 {size_of(late)} 条因第 {found['log']} 条所记的恢复" in said and "硬盘损坏" in said

    # A second time, over what is there now, which is saved first.
    later = court.look("work")
    said = court.bihuan("restore", file, "--reason", "误操作", "--replace", "--save-to", tmp_path / "saved")
    (saved,) = (tmp_path / "saved").glob("*.tar")
    assert saved.name in said and f"失去的日志：{later['log'] - at_backup['log']} 条" in said
    again = court.look()
    assert again["params"]["before"]["size"] == later["log"] and again["evidence"] == at_backup["evidence"]
    # This entry does not name the checkpoint of the first time: another one has to prove what lies before the point.
    assert "没有更早的检查点" in court.refused("log", "verify", "--checkpoint", late)
