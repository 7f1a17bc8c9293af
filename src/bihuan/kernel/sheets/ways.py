"""Two ways to merge: as a whole, with an entry for each chunk of rows; or row by row, with an entry for each row.

As a whole goes what needs nothing of its own for a row. A ledger that creates or changes rows by a service of its own (unless its
sheet says that imports need it not), one that keeps texts out of the log (restricted fields), and one whose rows carry no
revision are merged row by row, under a limit: the whole merge is one transaction, and everybody else's writes wait for it.
"""

from __future__ import annotations

from django.conf import settings
from django.db.models import AutoField

from ..errors import Refused
from ..ledger.declaration import Ledger
from ..wording import Message
from . import messages as say

#: Rows that are merged one by one within the five seconds others may be made to wait, by what was measured (twenty columns, a
#: processor to itself): 0.6 ms a row with an entry of its own, 4 ms a row that goes through a service of the ledger's own.
ROW_BY_ROW, BY_SERVICE = 5_000, 1_000
#: A sheet of more rows is tried and merged by the job worker, not while the page waits.
AT_ONCE = 2_000


def as_a_whole(ledger: Ledger) -> bool:
    """Whether the ledger is merged by statements over all rows."""
    model = ledger.model
    plain = ledger.keeps and isinstance(model._meta.pk, AutoField) and not model._meta.parents
    return plain and not own_services(ledger) and not ledger.restricted


def own_services(ledger: Ledger) -> bool:
    """Whether an import goes through services of the ledger's own, row by row."""
    whole = ledger.sheet is not None and ledger.sheet.whole
    return bool({"create", "change"} & set(ledger.services)) and not whole


def most_rows(ledger: Ledger) -> int:
    """How many rows one import into the ledger may hold."""
    most = int(settings.BIHUAN_MAX_IMPORT_ROWS)
    if as_a_whole(ledger):
        return most
    return min(most, BY_SERVICE if own_services(ledger) else ROW_BY_ROW)


def require_fitting(ledger: Ledger, rows: int) -> None:
    """Raise Refused for more rows than the ledger takes at once."""
    limit = most_rows(ledger)
    if rows > limit:
        code = say.TOO_MANY if limit == settings.BIHUAN_MAX_IMPORT_ROWS else say.TOO_MANY_HERE
        raise Refused(Message(code, {"rows": rows, "limit": limit, "parts": -(-rows // limit), "ledger": str(ledger.title)}))


def in_background(rows: int) -> bool:
    """Whether so many rows are left to the job worker."""
    return rows > AT_ONCE
