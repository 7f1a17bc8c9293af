"""The court of the tests."""

from types import SimpleNamespace

import pytest

from . import court as small


@pytest.fixture
def court(db):
    return small.build()


@pytest.fixture(autouse=True)
def _still_codes():
    """One-time codes stand still: their half minute may end between a code and its check."""
    from allauth.mfa.totp.internal import auth

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "time", SimpleNamespace(time=lambda: 1_790_000_000.0))
        yield


@pytest.fixture(autouse=True)
def _fresh_limits():
    """Rate limits live in the cache of the process."""
    from django.core.cache import cache

    cache.clear()
