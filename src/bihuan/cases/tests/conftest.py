"""What the tests of cases share: a court on a fixed day."""

from collections.abc import Iterator

import pytest

from bihuan.kernel import clock

from .factory import TODAY, Court


@pytest.fixture(autouse=True)
def day(settings) -> Iterator[None]:
    """The business day of these tests; writing on it is allowed as in the demo."""
    settings.BIHUAN_SIMULATION_WRITES = True
    with clock.simulate(TODAY):
        yield


@pytest.fixture
def court(db, tmp_path, settings) -> Court:
    """A court with persons and posts."""
    settings.BIHUAN_EVIDENCE_FOLDER = tmp_path / "evidence"
    return Court()
