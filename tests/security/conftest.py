"""The small court of the rectification tests, with its three administrators, on a fixed day."""

from collections.abc import Iterator
from typing import Any

import pytest

from bihuan.kernel import clock
from bihuan.rectification.tests.factory import TODAY, Court

from . import walk


@pytest.fixture(autouse=True)
def day(settings: Any) -> Iterator[None]:
    """The business day; writing on it is allowed as in the demo."""
    settings.BIHUAN_SIMULATION_WRITES = True
    with clock.simulate(TODAY):
        yield


@pytest.fixture
def court(db: Any, tmp_path: Any, settings: Any) -> Court:
    """A court with persons and posts."""
    settings.BIHUAN_EVIDENCE_FOLDER = tmp_path / "evidence"
    return Court()


@pytest.fixture
def admins(court: Court) -> dict[str, Any]:
    """The three administrators by kind."""
    return walk.administrators()


@pytest.fixture
def world(db: Any, tmp_path: Any, settings: Any) -> walk.World:
    """A court of its own with a row behind every address."""
    settings.BIHUAN_HOME = tmp_path
    settings.BIHUAN_EVIDENCE_FOLDER = tmp_path / "evidence"
    return walk.made()
