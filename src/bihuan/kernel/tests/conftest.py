"""What tests of the engine share: the tables of their own models (sheet_world, ledger_world), made once a process."""

import pytest

from . import ledger_world, sheet_world


@pytest.fixture(scope="session")
def sheet_tables(django_db_setup, django_db_blocker):
    """The tables that sheets are imported into."""
    with django_db_blocker.unblock():
        sheet_world.make_tables()


@pytest.fixture(scope="session")
def gadget_tables(django_db_setup, django_db_blocker):
    """The tables of the ledger of gadgets."""
    with django_db_blocker.unblock():
        ledger_world.make_tables()


@pytest.fixture
def office():
    """Who imports sheets."""
    return sheet_world.clerk("office")
