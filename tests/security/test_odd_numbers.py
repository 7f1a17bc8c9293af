"""What is typed where a number belongs is no fault of the program, whatever it is: every address, with numbers that are none."""

import pytest

from .walk import addresses, client_of

NAMES = (
    "pk", "case", "meeting", "version", "drop", "person", "unit", "before", "measure", "round", "compare-round", "view", "value",
    "year", "page", "void", "division", "judge", "m-1", "size", "after", "month", "first", "last", "from", "to",
)  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize(("name", "odd"), [("keeper", "²"), ("rectifier", "9" * 5000)])
def test_every_address_answers(world, name, odd):
    client, data = client_of(getattr(world.court, name)), dict.fromkeys(NAMES, odd)
    for page, address in addresses(world):
        if page == "account_logout":
            continue
        for method in ("get", "post"):
            status = getattr(client, method)(address, data).status_code
            assert status < 500, (page, method, status)
