# ruff: noqa: E402  Django is set up before its models are imported
"""What the soak tests of large imports run in processes of their own: `python -m tests.soak.whole WHAT...`.

prepare [ROWS]: a wide ledger of which a third of the sheet's rows are held already, the sheet taken in, its dry run asked for.
perform: what the job worker does with the newest job.   merge: ask for the merge.   dead: let time go by, so that the worker that
held the job is taken for dead.   count: what must hold whenever the power goes, as JSON.   others: sign in and save until the file
`stop` lies in the home; the longest time it took, as JSON.
Several are done one after the other. `ready` is printed before the work begins, `done` when it is over.
"""

import csv
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from bihuan.kernel import background, clock, soundness, triggers
from bihuan.kernel.ledger import registry, service
from bihuan.kernel.models import BackgroundJob, ImportDraft, ImportRow, InboxItem, JobState, LogEntry, Person
from bihuan.kernel.sheets import drafts, dryrun, merging
from bihuan.kernel.sheets.columns import suggest
from bihuan.kernel.verify import stored, verify
from tests.load import world
from tests.load.world import WIDE, Wide

COLUMNS = 12
ROWS = 3000


def taken_in(actor: Person, rows: int) -> ImportDraft:
    """A text file of the first columns of the wide sheet, uploaded."""
    path = settings.BIHUAN_HOME / "sheet.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(world.HEAD[:COLUMNS])
        writer.writerows(world.row(number)[:COLUMNS] for number in range(rows))
    with path.open("rb") as content:
        return drafts.receive(actor=actor, ledger=WIDE, file=content, filename=path.name)


def prepare() -> None:
    rows = int(os.environ.get("BIHUAN_SOAK_ROWS", ROWS))
    call_command("migrate", verbosity=0)
    world.make_tables()
    world.make_people()
    actor = world.office()
    first, whole = taken_in(actor, rows // 3), taken_in(actor, rows)
    chosen = suggest(WIDE, whole.headings, actor).mapping
    # Held already without their amounts: the whole sheet corrects every one of them.
    first = dryrun.check(actor=actor, draft=first, mapping={**chosen, "标的额": ""})
    merging.merge(actor=actor, draft=first)
    dryrun.check_later(actor=actor, draft=whole, mapping=chosen, sheet=None, rows=rows)


def perform() -> None:
    background.perform(BackgroundJob.objects.latest("pk").pk)


def merge() -> None:
    merging.merge_later(actor=world.office(), draft=ImportDraft.objects.latest("pk"), reason="更新", partial=False)


def dead() -> None:
    rows = BackgroundJob.objects.filter(state=JobState.RUNNING)
    rows.update(beat_at=clock.now() - 2 * background.STALE)


def count() -> None:
    draft, job = ImportDraft.objects.latest("pk"), BackgroundJob.objects.latest("pk")
    codes = Wide.objects.count()
    integrity = "ok"
    if connection.vendor == "sqlite":
        cursor = connection.cursor()
        cursor.execute("PRAGMA integrity_check")
        integrity = cursor.fetchone()[0]
    facts = {
        "integrity": integrity,
        "missing": triggers.missing(connection),
        "rows": codes,
        "corrected": Wide.objects.filter(revision=1).count(),
        "state": str(draft.state),
        "check_no": draft.check_no,
        "counts": draft.counts,
        "staged": ImportRow.objects.filter(draft=draft, check_no=draft.check_no).count(),
        "job": str(job.state),
        "kind": job.kind,
        "notices": InboxItem.objects.filter(code=f"import.inbox.{'merged' if job.kind == merging.KIND else 'checked'}").count(),
        "merged_entries": LogEntry.objects.filter(type="import.merged", object_id=str(draft.pk)).count(),
        "bound": sum(
            data["params"]["new"] + data["params"]["changed"]
            for data in LogEntry.objects.filter(type="tests.wide.imported", object_id=str(draft.pk)).values_list("data", flat=True)
        ),
        "log": [str(problem) for problem in verify(stored()).problems],
        "unsound": [str(problem) for problem in soundness.problems()],
    }
    print(json.dumps(facts))


def others() -> None:
    """Sign in (which writes a session) and correct a row that the sheet does not name, again and again."""
    actor = world.office()
    mine = service.create(
        WIDE, actor=actor, values={"code": "别的案件", "cause": "x", "filed_on": clock.today(), "unit": actor.assignments.get().post.unit}
    )
    longest, times, stop = 0.0, 0, Path(settings.BIHUAN_HOME) / "stop"
    while not stop.exists():
        began = time.monotonic()
        Client().force_login(actor, backend=settings.AUTHENTICATION_BACKENDS[-1])
        mine = service.change(WIDE, actor=actor, obj=mine, values={"remark": f"第{times}次"}, reason="更正")
        longest, times = max(longest, time.monotonic() - began), times + 1
        time.sleep(0.05)
    print(json.dumps({"longest": round(longest, 2), "times": times, "revision": mine.revision}))


if __name__ == "__main__":
    acts = {"prepare": prepare, "perform": perform, "merge": merge, "dead": dead, "count": count, "others": others}
    with registry.open_for_tests(WIDE):
        connection.ensure_connection()
        print("ready", flush=True)
        for what in sys.argv[1:]:
            acts[what]()
        print("done", flush=True)
