"""What the browser tests of the whole house share."""

from typing import Any

import pytest

from tests.support.court import make_court


@pytest.fixture
def court(live_server: Any, tmp_path: Any, settings: Any) -> Any:
    """A small court in the database the live server uses; its evidence lies in a folder of the test."""
    settings.BIHUAN_EVIDENCE_FOLDER = tmp_path / "evidence"
    settings.BIHUAN_SIMULATION_WRITES = True
    return make_court()


@pytest.fixture
def desk(page: Any, sign_in: Any, court: Any, tmp_path: Any) -> Any:
    """A window at which people of the court sit down one after the other."""
    from tests.e2e.desk import Desk

    return Desk(page, sign_in, tmp_path)
