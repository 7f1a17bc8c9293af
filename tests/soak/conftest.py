"""The long runs write down what they found."""

from dataclasses import replace

import pytest
from django.db import connection

from tests.soak import report

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@pytest.fixture
def soak_report():
    """Call with a `Row`; the database is the one the tests run on, unless a server of its own was killed."""

    def add(row):
        vendor = "postgresql" if row.victim == "postgres" else connection.vendor
        report.add(replace(row, database=NAMES[vendor]))

    return add
