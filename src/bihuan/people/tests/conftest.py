"""The court of the tests."""

import pytest

from . import court as small


@pytest.fixture
def court(db):
    return small.build()


@pytest.fixture(autouse=True)
def _fresh_limits():
    """Rate limits live in the cache of the process."""
    from django.core.cache import cache

    cache.clear()
