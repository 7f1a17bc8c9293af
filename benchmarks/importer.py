"""`python -m benchmarks.importer FILE`: check and merge a sheet of readings, as the job worker does; says how long it took."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .counting import counting


def main(path: Path) -> None:
    """Receive, check, merge."""
    import datetime as dt

    from bihuan.kernel import clock
    from bihuan.kernel.ledger import registry
    from bihuan.kernel.models import Person
    from bihuan.kernel.sheets import drafts, dryrun, merging
    from bihuan.kernel.sheets.columns import suggest

    from .court.around import CUT_OFF
    from .stages.patrolling import NEXT

    actor = Person.objects.get(username="keeper1")
    ledger = registry.get("rectification.readings")
    with clock.simulate(NEXT), counting(), path.open("rb") as file:
        draft = drafts.receive(actor=actor, ledger=ledger, file=file, filename=path.name, cut_off=CUT_OFF + dt.timedelta(0))
        mapping = suggest(ledger, drafts.read(draft).headings, actor).mapping
        draft = dryrun.check(actor=actor, draft=draft, mapping=mapping)
        if draft.refused:
            row = draft.rows.filter(action="refused").first()
            raise SystemExit(f"{draft.refused} rows are refused, e.g. {row and row.problems}")
        merging.merge(actor=actor, draft=draft)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    import django

    django.setup()
    main(Path(sys.argv[1]))
