"""What the tests of the pages share: the real addresses, and asking for a page as a person."""

import re

import pytest

from bihuan.kernel import clock

#: What a page holds at random: a short code may stand in it by chance ("M3" in a token).
_RANDOM = re.compile(r'(?:csrfmiddlewaretoken" value|"X-CSRFToken": |nonce)=?"[^"]*"')


@pytest.fixture(autouse=True)
def addresses(day, settings):
    """The product's own addresses."""
    settings.ROOT_URLCONF = "bihuan.urls"


def page(client, person, url, status=200, data=None, **more):
    """The answer to a person's request (a POST when `data` is given), which must have the status."""
    client.force_login(person, backend="bihuan.people.backends.PeopleBackend")
    session = client.session  # requests take their day from the session: the tests' day, whatever today is
    session["simulated_day"] = clock.today().isoformat()
    session.save()
    response = client.get(url, **more) if data is None else client.post(url, data, **more)
    shown = "" if response.streaming else response.content.decode(errors="replace")
    assert response.status_code == status, (response.status_code, shown[:6000])
    return response


def text(response):
    """What the page says, without the tokens of this one answer."""
    return _RANDOM.sub("", response.content.decode())
