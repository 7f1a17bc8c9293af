"""What the database itself refuses about shares: a target stays as it was set, and nothing is deleted."""

from __future__ import annotations

from bihuan.kernel.trigger_shapes import differs, no_truncate, refuse
from bihuan.kernel.triggers import Trigger, register

TARGET, RECORD = "cases_sharetarget", "cases_sharerecord"
SET = ("year", "post_id", "person_id", "in_quota", "count", "set_on", "set_by_id", "reference")


def triggers() -> list[Trigger]:
    """All of them."""
    changed = {on: differs(SET, postgres=on) for on in (False, True)}
    made = [
        *refuse(
            "share_target_stays",
            TARGET,
            "UPDATE",
            changed[False],
            "a target stays as it was set",
            postgres=changed[True],
        )
    ]
    for table in (TARGET, RECORD):
        made += [
            *refuse(f"{table}_kept", table, "DELETE", "1 = 1", "rows of shares are never deleted"),
            no_truncate(table, table),
        ]
    return made


register(*triggers())
