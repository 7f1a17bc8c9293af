"""Who works on an item does not stop those who write something about it: on PostgreSQL that would end in a deadlock.

Whoever records something about an item ends by taking the log's lock and then has its references checked; whoever moves
the item holds its row and then waits for the log's lock. A row lock that held up references would make them wait for each other.
"""

import threading

import pytest
from django.db import connections

from bihuan.kernel import clock
from bihuan.kernel.models import LogEntry
from bihuan.kernel.work import unit_of_work
from bihuan.rectification import services as s
from bihuan.rectification.flows import ATTEMPT_FLOW
from bihuan.rectification.models import Attempt, Verification
from bihuan.rectification.tests.factory import TODAY, Court

PATIENCE = 120  # seconds; only one who waits for the other takes them
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_a_check_is_recorded_while_somebody_moves_the_item(tmp_path, settings):
    settings.BIHUAN_SIMULATION_WRITES = True
    settings.BIHUAN_EVIDENCE_FOLDER = tmp_path
    court = Court()
    attempt = court.at("leader_passed")
    failed: list[BaseException] = []

    def record() -> None:
        try:
            with clock.simulate(TODAY):
                s.record_verification(
                    actor=court.inspector,
                    attempt=Attempt.objects.get(pk=attempt.pk),
                    result="passed",
                    method="查阅卷宗",
                    note="逐案核对",
                )
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=record)
    with unit_of_work(court.inspector):
        # The step holds the row to the end of this unit of work, and only then asks for the log's lock.
        ATTEMPT_FLOW.perform(attempt, "withdraw", actor=attempt.applicant, note="补充材料")
        other.start()
        other.join(timeout=PATIENCE)
        waiting = other.is_alive()
    other.join(timeout=PATIENCE)
    assert not waiting, "recording a check waits for whoever moves the item"
    assert not failed
    assert Verification.objects.filter(attempt=attempt).count() == 1
    assert LogEntry.objects.filter(type="rectification.verification.recorded").count() == 1
