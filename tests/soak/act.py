# ruff: noqa: E402  Django is set up before its models are imported
"""What the soak test runs in processes of their own, so that they can be killed: `python -m tests.soak.act WHAT...`.

prepare: fill the home with a court whose plan is overdue, with items that a meeting may close, and stage an import.
patrol: one patrol.   merge: merge the staged import.   close: the meeting closes what it may.   migrate: make the tables.
count: the facts that must be there once and only once, as JSON.   tables: what the database consists of, as JSON.
Several are done one after the other. `statements N` is printed in the end: how many were sent to the database.

BIHUAN_SOAK_KILL=N:PID kills a process (kill -9) when statement N is about to be sent: this one where PID is 0, else the database
server of that pid with all its children. Counted statements fall at the same place of the work on every machine.
"""

import datetime as dt
import io
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from bihuan.kernel import clock, patrol, triggers
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger import registry
from bihuan.kernel.models import Alert, AlertStep, FlowStep, LogEntry, Person, SourceIntake
from bihuan.kernel.models.imports import ImportDraft
from bihuan.kernel.sheets import drafts, dryrun, merging
from bihuan.kernel.sheets.columns import suggest
from bihuan.kernel.verify import stored, verify
from bihuan.rectification.models import Attempt, Closure, PartyGroupMeeting, Reading
from bihuan.rectification.plan_lists.tests.made import xlsx
from bihuan.rectification.services import decide
from bihuan.rectification.tests.factory import TODAY, Court

MEASURES, MONTHS, CLOSING = 40, 20, 8


def prepare() -> None:
    call_command("migrate", verbosity=0)
    court = Court()
    problem = court.problem()
    for _number in range(MEASURES):
        court.measure(problem, due=dt.date(2026, 4, 1))
    closing = [court.measure(problem) for _number in range(CLOSING)]
    court.approve()
    for measure in closing:
        court.at("verified", court.attempt(measure))
    court.meeting("纪要〔2026〕1号")
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


def close() -> None:
    """As the page does it: what waits for the meeting is decided, each item by itself."""
    waiting = list(Attempt.objects.filter(state="verified").select_related("measure").order_by("pk"))
    meeting = PartyGroupMeeting.objects.get(minutes_no="纪要〔2026〕1号")
    done = decide(actor=Person.objects.get(username="secretary"), attempts=waiting, meeting=meeting)
    assert not done.refused, done.refused


def count() -> None:
    keys = list(Alert.objects.values_list("rule", "about", "object_id"))
    closed = Attempt.objects.filter(state="internally_closed")
    facts = {
        "integrity": integrity(),
        "missing": triggers.missing(connection),
        "alerts": len(keys),
        "double_alerts": len(keys) - len(set(keys)),
        "closed": closed.count(),
        "closures": Closure.objects.count(),
        "unmatched": closed.exclude(pk__in=Closure.objects.values("attempt")).count(),
        "decided": FlowStep.objects.filter(transition="decide").count(),
        "opened": AlertStep.objects.filter(kind="opened").count(),
        "readings": Reading.objects.count(),
        "intakes": SourceIntake.objects.count(),
        "state": str(ImportDraft.objects.get().state),
        "entries": LogEntry.objects.count(),
        "merged_entries": LogEntry.objects.filter(type="import.merged").count(),
        "log": [str(problem) for problem in verify(stored()).problems],
    }
    print(json.dumps(facts))


def integrity() -> str:
    """Whether the database's own structure is sound; PostgreSQL says so by having started."""
    if connection.vendor != "sqlite":
        return "ok"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return str(cursor.fetchone()[0])


def tables() -> None:
    """Every table with its columns, every index, every trigger."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
        else:
            cursor.execute(
                "SELECT 'column', table_name || '.' || column_name, data_type || is_nullable FROM information_schema.columns "
                "WHERE table_schema = 'public' UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
                "UNION ALL SELECT 'trigger', t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT tgisinternal "
                "ORDER BY 1, 2, 3"
            )
        found = cursor.fetchall()
    print(json.dumps({"tables": found, "integrity": integrity(), "missing": triggers.missing(connection)}))


class Dying:
    """Counts what is sent to the database, and kills where it is told to."""

    def __init__(self) -> None:
        at, _colon, pid = os.environ.get("BIHUAN_SOAK_KILL", "0:0").partition(":")
        self.at, self.pid, self.count = int(at), int(pid), 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        if self.count == self.at:
            self.kill()
        return execute(sql, params, many, context)

    def kill(self) -> None:
        if not self.pid:
            os.kill(os.getpid(), signal.SIGKILL)
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        for pid in (self.pid, *map(int, children)):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    acts = {"prepare": prepare, "patrol": lambda: patrol.run(TODAY), "merge": merge, "close": close, "count": count}
    acts |= {"tables": tables, "migrate": lambda: call_command("migrate", verbosity=0)}
    dying = Dying()
    with clock.simulate(TODAY), connection.execute_wrapper(dying):
        for what in sys.argv[1:]:
            acts[what]()
    print("statements", dying.count)
