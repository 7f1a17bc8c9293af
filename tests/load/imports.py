# ruff: noqa: E402  Django is set up before its models are imported
"""How fast and in how much memory a wide sheet is imported: `python -m tests.load.imports --rows 100000`.

On SQLite in a temporary home, or on the empty database of DATABASE_URL (`python -m tests.support.postgres run -- ...`). What the web
process does (taking the upload in) and what the job worker does (dry run and merge) run in processes of their own, as they
would. Prints one JSON object a process: seconds by the wall and by the processor, rows a second, peak memory in MB, and for how
long the merging transaction was open (on PostgreSQL the lock that keeps others from committing is taken only at its end).
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--folder", type=Path, help="where the sheets lie or are made (default: a temporary folder)")
    options.add_argument("--correct", action="store_true", help="import the same keys with other figures afterwards")
    options.add_argument("--act", choices=["prepare", "web", "worker"])
    options.add_argument("--shift", type=int, default=0)
    given = options.parse_args()
    if given.act:
        act(given.act, given.rows, given.shift, Path(os.environ["BIHUAN_LOAD_FOLDER"]))
        return
    with tempfile.TemporaryDirectory() as home:
        folder = given.folder or Path(home)
        environment = os.environ | {"BIHUAN_HOME": home, "BIHUAN_DEMO": "1", "BIHUAN_LOAD_FOLDER": str(folder)}

        def run(what: str, shift: int) -> None:
            command = [sys.executable, "-m", "tests.load.imports", "--act", what, "--rows", str(given.rows)]
            subprocess.run([*command, "--shift", str(shift)], env=environment, check=True)

        run("prepare", 0)
        for shift in (0, 1) if given.correct else (0,):
            run("web", shift)
            run("worker", shift)


def act(what: str, rows: int, shift: int, folder: Path) -> None:
    """One process' part."""
    import django

    django.setup()
    from django.core.management import call_command

    from bihuan.kernel.ledger import registry

    from . import world

    path = folder / f"wide-{rows}-{shift}.xlsx"
    if what == "prepare":
        call_command("migrate", verbosity=0)
        world.make_tables()
        world.make_people()
        for one in (0, 1):
            target = folder / f"wide-{rows}-{one}.xlsx"
            if not target.exists():
                world.write(target, rows, one)
        return
    with registry.open_for_tests(world.WIDE):
        measured: dict[str, Any] = {"process": what, "rows": rows, "shift": shift}
        started, busy = time.monotonic(), time.process_time()
        measured |= _receive(path) if what == "web" else _work()
        measured["seconds"] = round(time.monotonic() - started, 1)
        measured["processor"] = round(time.process_time() - busy, 1)
    measured["rows_a_second"] = round(rows / (time.monotonic() - started))
    measured["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(measured), flush=True)


def _receive(path: Path) -> dict[str, Any]:
    from bihuan.kernel.sheets import drafts

    from . import world

    with path.open("rb") as file:
        drafts.receive(actor=world.office(), ledger=world.WIDE, file=file, filename=path.name)
    return {}


def _work() -> dict[str, Any]:
    from bihuan.kernel.models import ImportDraft
    from bihuan.kernel.sheets import dryrun, merging
    from bihuan.kernel.sheets.columns import suggest

    from . import world

    draft, actor = ImportDraft.objects.latest("pk"), world.office()
    began = time.monotonic()
    draft = dryrun.check(actor=actor, draft=draft, mapping=suggest(world.WIDE, draft.headings, actor).mapping)
    checked = time.monotonic() - began
    busy: list[float] = []
    write = merging._write

    def timed(*args: Any) -> merging.Outcome:
        at = time.process_time()
        outcome = write(*args)
        busy.append(time.process_time() - at)
        return outcome

    merging._write = timed
    outcome = merging.merge(actor=actor, draft=draft, reason="更新")
    held = {"lock_held": round(outcome.held, 2), "lock_processor": round(busy[0], 2)}
    return {"counts": draft.counts, "check": round(checked, 1), **held}


if __name__ == "__main__":
    main()
