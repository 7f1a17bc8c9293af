"""`python -m benchmarks.casework import FILE | patrol | recompute`: what the program does with many cases, each in a process of its own.

Says how long it took, of the processor and by the clock.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from .counting import counting


def bring(path: Path) -> None:
    """Receive, check, merge a sheet of cases; then what the job worker does after it: people and due dates."""
    from django.utils.module_loading import import_string
    from django_q.models import OrmQ

    from bihuan.kernel import clock
    from bihuan.kernel.ledger import registry
    from bihuan.kernel.models import Person
    from bihuan.kernel.sheets import drafts, dryrun, merging
    from bihuan.kernel.sheets.columns import suggest

    from .stages.patrolling import NEXT

    actor = Person.objects.get(username="keeper1")
    ledger = registry.get("cases.cases")
    OrmQ.objects.all().delete()
    with clock.simulate(NEXT), counting(), path.open("rb") as file:
        draft = drafts.receive(actor=actor, ledger=ledger, file=file, filename=path.name, cut_off=NEXT)
        mapping = suggest(ledger, draft.headings, actor).mapping  # as the page does, which does not open the sheet again
        draft = dryrun.check(actor=actor, draft=draft, mapping=mapping)
        if draft.refused:
            row = draft.rows.filter(action="refused").first()
            raise SystemExit(f"{draft.refused} rows are refused, e.g. {row and row.problems}")
        merging.merge(actor=actor, draft=draft)
        for waiting in OrmQ.objects.order_by("pk"):
            task: Any = waiting.task
            import_string(task["func"])(*task["args"], **task["kwargs"])
        OrmQ.objects.all().delete()


def patrol() -> None:
    """The rules of cases over all of them."""
    from bihuan.kernel import clock, patrol, rules

    from .stages.patrolling import NEXT

    chosen = [code for code in rules.rules() if code.startswith("cases.")]
    with clock.simulate(NEXT), counting():
        done = patrol.run(only=chosen)
    if done.failed:
        raise SystemExit(f"failed: {[(report.rule.code, report.error) for report in done.failed]}")


def recompute() -> None:
    """All cases anew with another calendar, as after a notice of the State Council."""
    from bihuan.cases.clock import refresh
    from bihuan.kernel import clock
    from bihuan.law.calendar import install_calendar

    from .law import grown_calendar
    from .stages.patrolling import NEXT

    install_calendar(grown_calendar())
    with clock.simulate(NEXT), counting():
        done = refresh()
    print(f"{done.cases} cases, {done.changed} changed, {done.unanswered} unanswered")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    import django

    django.setup()
    {"import": lambda: bring(Path(sys.argv[2])), "patrol": patrol, "recompute": recompute}[sys.argv[1]]()
