"""What the tests of the domain share: a court on a fixed day, under the product's own addresses."""

from collections.abc import Iterator

import pytest

from bihuan.kernel import clock

from .factory import TODAY, NoticeCourt


@pytest.fixture(autouse=True)
def day(settings) -> Iterator[None]:
    """The business day of these tests; writing on it is allowed as in the demo."""
    settings.BIHUAN_SIMULATION_WRITES = True
    settings.ROOT_URLCONF = "bihuan.urls"
    with clock.simulate(TODAY):
        yield


@pytest.fixture
def court(db, tmp_path, settings) -> NoticeCourt:
    """A court with persons and posts."""
    settings.BIHUAN_EVIDENCE_FOLDER = tmp_path / "evidence"
    return NoticeCourt()
