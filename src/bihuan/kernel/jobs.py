"""Work done by the clock. Jobs are redelivered after a crash, so each may run twice without harm."""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_q.models import Schedule

from . import checkpoints, clock, inbox, journal, log, soundness
from .errors import Refused
from .models.org import Person
from .wording import Message, wording
from .work import unit_of_work

UNSOUND = wording("soundness.told", _("数据与日志核对发现 %(found)s 处不一致，请到“日志校验”查看并核查。"))
log.event("log.unsound", _("数据与日志核对：发现 %(found)s 处不一致"))
logger = logging.getLogger("bihuan.jobs")

DAILY: dict[str, tuple[str, time]] = {
    "patrol": ("bihuan.kernel.jobs.patrol", time(1, 10)),
    "indicators": ("bihuan.kernel.jobs.count_indicators", time(1, 40)),
    "checkpoint": ("bihuan.kernel.jobs.checkpoint", time(2, 0)),
    "soundness": ("bihuan.kernel.jobs.compare", time(2, 30)),
    "search": ("bihuan.kernel.jobs.mend_search", time(0, 40)),
    "imports": ("bihuan.kernel.jobs.purge_imports", time(3, 0)),
}


def patrol() -> None:
    """The nightly patrol over the facts as known now."""
    from .patrol import run

    try:
        done = run(on=clock.today())
    except Refused as refusal:
        # Somebody has patrolled a later day (a demo looked at from there): asking again would be refused again.
        logger.warning("no patrol", extra=journal.told(problems=[reason.code for reason in refusal.reasons]))
        return
    for report in done.failed:
        logger.error("rule failed", extra=journal.told(rule=report.rule.code))


def count_indicators(on: date | None = None) -> None:
    """Nightly: the indicators as they stand on the day, kept beside what the pages count, and the standing alerts."""
    from .indicators import snapshots

    snapshots.take(on)


def checkpoint() -> None:
    """The daily signed checkpoint, to the folder that leaves the host (BIHUAN_CHECKPOINTS), else BIHUAN_HOME."""
    try:
        checkpoints.store(settings.BIHUAN_CHECKPOINT_FOLDER)
    except ValueError:
        logger.info("no checkpoint: the log is empty")


def compare() -> None:
    """The nightly comparison of tables and log; the audit administrators are told of what it found."""
    found = soundness.problems()
    if not found:
        return
    logger.error("tables and log differ", extra=journal.told(problems=[problem.code for problem in found[:100]], count=len(found)))
    with unit_of_work(None, job="soundness") as uow:
        uow.record("log.unsound", params={"found": len(found), "problems": [p.as_json() for p in found[:100]]})
        inbox.send(Person.objects.filter(admin_role="audit", is_active=True), Message(UNSOUND, {"found": len(found)}))


def purge_imports() -> None:
    """Nightly: what was staged for imports that were given up goes when its time is over."""
    from .sheets import retention

    gone = retention.purge()
    if gone:
        logger.info("staged rows of imports that were given up were cleared away", extra=journal.told(count=gone))


def mend_search() -> None:
    """Nightly: the full-text indexes take in what still waits (a process may have ended before it came to that), and are compared
    with the rows they are made of."""
    from .search import indexes, upkeep

    upkeep.drain()
    for index in indexes.indexes():
        mended = upkeep.rebuild(index)
        if mended:
            logger.warning("an index of words held rows otherwise than they are: mended", extra=journal.told(job=index.table, count=mended))


def ensure_schedules() -> None:
    """Put the daily jobs on the schedule, once each, at their hour; an hour a court has moved stays moved."""
    for name, (function, hour) in DAILY.items():
        first = timezone.make_aware(datetime.combine(clock.real_today() + timedelta(days=1), hour))
        Schedule.objects.get_or_create(
            name=name, defaults={"func": function, "schedule_type": Schedule.DAILY, "next_run": first, "repeats": -1}
        )
