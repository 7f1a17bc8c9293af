"""The audit administrator's acts on the log: verify, take a checkpoint away, export. Each is itself in the log."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from bihuan.kernel import access, checkpoints, inbox, soundness, verify
from bihuan.kernel.errors import Refused
from bihuan.kernel.models import LogEntry, Person
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import unit_of_work

from ..scopes import READ_LOG

SMALL = 20_000
"""Entries walked, and rows compared with them, while the page waits; a longer log is verified by the job worker."""
VERIFIED = wording("people.inbox.verified", _("日志校验完成：内部链至第 %(sound_to)s 条，发现问题 %(found)s 个。"))


def stored_checkpoints() -> tuple[list[verify.Checkpoint], list[Message]]:
    """The checkpoints in the folder they are written to, and what is wrong with files that cannot be used."""
    found: list[verify.Checkpoint] = []
    faults: list[Message] = []
    folder = Path(settings.BIHUAN_CHECKPOINT_FOLDER)
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else []:
        try:
            found += checkpoints.read(path, checkpoints.public_key_path())
        except Refused as refusal:
            faults += [Message(reason.code, {"name": path.name, **reason.params}) for reason in refusal.reasons]
    return found, faults


def read_checkpoint(content: bytes, name: str) -> list[verify.Checkpoint]:
    """The checkpoints of a file brought from outside. Refused when it is not signed by this installation."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "outside.jsonl"
        path.write_bytes(content)
        try:
            return checkpoints.read(path, checkpoints.public_key_path())
        except Refused as refusal:
            raise Refused([Message(r.code, {**r.params, "name": name}) for r in refusal.reasons]) from refusal


def verify_log(*, actor: Person, outside: list[verify.Checkpoint] | None = None) -> LogEntry | None:
    """Verify the log against the stored checkpoints and those brought along. Returns the entry that holds the result, or
    None when the log is long: then the job worker does it, and the inbox tells."""
    access.require(actor, READ_LOG)
    rows = [asdict(point) for point in outside or []]
    if LogEntry.objects.count() + soundness.rows() > SMALL:
        async_task("bihuan.people.services.audit.verify_job", actor.pk, rows)
        return None
    return _verify(actor, rows)


def verify_job(actor_id: int, rows: list[dict[str, Any]]) -> None:
    """The job; run twice it leaves two results and no harm."""
    actor = Person.objects.get(pk=actor_id)
    access.require(actor, READ_LOG)
    _verify(actor, rows, tell=True)


def _verify(actor: Person, rows: Iterable[dict[str, Any]], *, tell: bool = False) -> LogEntry:
    points, faults = stored_checkpoints()
    brought = [verify.Checkpoint(**row) for row in rows]
    verdict = verify.verify(verify.stored(), [*points, *brought])
    problems = [*verdict.problems, *faults, *soundness.problems()]
    params = {
        "sound_to": verdict.sound_to,
        "outside_to": verdict.outside_to,
        "found": len(problems),
        "stored": len(points),
        "brought": len(brought),
        "problems": [problem.as_json() for problem in problems],
    }
    with unit_of_work(actor) as uow:
        uow.record("log.verified", params=params)
        if tell:
            inbox.send(actor, Message(VERIFIED, {"sound_to": verdict.sound_to, "found": len(problems)}))
    return LogEntry.objects.filter(type="log.verified", actor=actor).order_by("-seq")[0]


def take_checkpoint(*, actor: Person) -> str:
    """A signed checkpoint to carry away, as one line. Its own entry is the last one it vouches for."""
    access.require(actor, READ_LOG)
    with unit_of_work(actor) as uow:
        uow.record("log.checkpoint_taken")
    return checkpoints.make()


def export_log(*, actor: Person) -> IO[bytes]:
    """The whole log, one JSON object a line, as `bihuan log verify --export` reads it; an open file without a name."""
    access.require(actor, READ_LOG)
    with unit_of_work(actor) as uow:
        uow.record("log.exported")
    Path(settings.BIHUAN_HOME).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.BIHUAN_HOME) as folder:
        path = Path(folder) / "log.jsonl"
        verify.export(path)
        return path.open("rb")


def shown(value: Any) -> str:
    """A logged value for reading: texts as they are, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
