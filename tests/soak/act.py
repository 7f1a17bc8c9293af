# ruff: noqa: E402  Django is set up before its models are imported
"""What the soak test runs in processes of their own, so that they can be killed: `python -m tests.soak.act WHAT...`.

prepare: fill the home with a court whose plan is overdue, and stage an import.   patrol: one patrol.   merge: merge the
staged import.   count: the facts that must be there once and only once, as JSON.
Several are done one after the other. `ready` is printed before the work begins, `done` when it is over.
"""

import datetime as dt
import io
import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from bihuan.kernel import clock, patrol, triggers
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger import registry
from bihuan.kernel.models import Alert, AlertStep, LogEntry, SourceIntake
from bihuan.kernel.models.imports import ImportDraft
from bihuan.kernel.sheets import drafts, dryrun, merging
from bihuan.kernel.sheets.columns import suggest
from bihuan.kernel.verify import stored, verify
from bihuan.rectification.models import Reading
from bihuan.rectification.plan_lists.tests.made import xlsx
from bihuan.rectification.tests.factory import TODAY, Court

MEASURES, MONTHS = 80, 60


def prepare() -> None:
    call_command("migrate", verbosity=0)
    court = Court()
    problem = court.problem()
    for _number in range(MEASURES):
        court.measure(problem, due=dt.date(2026, 4, 1))
    court.approve()
    rows = [
        [court.figure.name, f"{2021 + month // 12}-{month % 12 + 1:02}", unit.name, 3 + month / 10]
        for unit in court.units.values()
        for month in range(MONTHS)
    ]
    ledger = registry.get("rectification.readings")
    content = xlsx(("读数", [["数据项", "期间", "部门", "数值"], *rows]))
    draft = drafts.receive(
        actor=court.keeper, ledger=ledger, file=io.BytesIO(content), filename="读数.xlsx", cut_off=dt.date(2025, 12, 31)
    )
    chosen = suggest(ledger, drafts.read(draft).headings, court.keeper).mapping
    done = dryrun.check(actor=court.keeper, draft=draft, mapping=chosen)
    assert done.taken == len(rows), done.counts


def merge() -> None:
    draft = ImportDraft.objects.get()
    try:
        merging.merge(actor=draft.person, draft=draft)
    except Refused as refusal:  # merged before the kill: said, not done again
        print("refused", refusal)


def count() -> None:
    keys = list(Alert.objects.values_list("rule", "about", "object_id"))
    cursor = connection.cursor()
    cursor.execute("PRAGMA integrity_check")
    facts = {
        "integrity": cursor.fetchone()[0],
        "missing": triggers.missing(connection),
        "alerts": len(keys),
        "double_alerts": len(keys) - len(set(keys)),
        "opened": AlertStep.objects.filter(kind="opened").count(),
        "readings": Reading.objects.count(),
        "intakes": SourceIntake.objects.count(),
        "state": str(ImportDraft.objects.get().state),
        "entries": LogEntry.objects.count(),
        "merged_entries": LogEntry.objects.filter(type="import.merged").count(),
        "log": [str(problem) for problem in verify(stored()).problems],
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    acts = {"prepare": prepare, "patrol": lambda: patrol.run(TODAY), "merge": merge, "count": count}
    with clock.simulate(TODAY):
        connection.ensure_connection()
        print("ready", flush=True)
        for what in sys.argv[1:]:
            acts[what]()
        print("done", flush=True)
