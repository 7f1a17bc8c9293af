"""The drill of an upgrade: it saves first, says how to go back when a step fails, and going back works; on both databases."""

import re
from pathlib import Path

import pytest

LATER = {"DJANGO_SETTINGS_MODULE": "tests.operations.later.settings"}
SAME = ("attempts", "closures", "evidence", "cut_off", "log", "missing", "sound")


@pytest.fixture
def drilled(request, court):
    """The court; on PostgreSQL moved there, under the owner's role."""
    from django.db import connection

    if connection.vendor == "postgresql":
        roles = request.getfixturevalue("postgres")
        file = court.path.parent / "move.tar"
        court.bihuan("backup", file)
        court.url = roles.owner
        court.bihuan("restore", file, "--reason", "迁移到 PostgreSQL")
    return court


@pytest.mark.django_db
def test_an_upgrade_that_fails_goes_back_and_then_succeeds(drilled):
    court, later = drilled, drilled.with_(**LATER)
    before = court.look()
    assert "bihuan upgrade" in later.refused("serve", "--port", "1")

    # The second of two steps fails: what it wrote is undone, the first one stands, and the way back is said.
    said = later.refused("upgrade", LATER_STUMBLES="1")
    assert "later.0002_number" in said and "the data are not as this step expects" in said
    saved = Path(re.search(r"bihuan restore (\S+\.tar) --replace", said)[1])
    assert saved.is_file() and saved.parent == court.path / "backups"
    newer = court.refused("serve", "--port", "1")
    assert "较新的版本" in newer and "later.0001_initial" in newer
    assert "较新的版本" in court.refused("upgrade")

    court.bihuan("restore", saved, "--replace", "--reason", "升级失败退回")
    found = court.look()
    assert found["type"] == "system.restored" and found["params"]["size"] == before["log"]
    assert {name: found[name] for name in SAME if name != "log"} == {name: before[name] for name in SAME if name != "log"}

    said = later.bihuan("upgrade")
    assert "→ 9.9.0，升级步骤 2 个" in said and "later.0001_initial、later.0002_number" in said
    assert "核对无误" in said
    found = later.look()
    assert found["type"] == "system.upgraded" and found["sound"] and found["missing"] == []
    assert found["params"]["steps"] == ["later.0001_initial", "later.0002_number"] and found["params"]["backup"]
    assert "无须升级" in later.bihuan("upgrade")
