"""What the database itself refuses about closing and about what was agreed.

- An attempt is closed only behind a closure; a closure only behind verdicts on every standing criterion, all met, and behind
  an on-site check that passed, made by its verifier. Closures and verdicts are insert-only.
- What a closure stands on (check, meeting, review from outside) stays as it was.
- Copies that lists stand on (the light of a measure, the feedback day of its round) are kept by triggers too.
- What the plan froze changes only as a change request says that was agreed, approved and not yet applied.

The traps: SQLite's INSERT OR REPLACE and UPDATE OR REPLACE delete rows without firing DELETE triggers, so replacing inserts and
changed keys are refused too; PostgreSQL's TRUNCATE fires no row trigger, so it has one of its own; SQLite's PRAGMA ignore_check_constraints switches CHECKs off, so what
they say of a closure is said by triggers too. Whoever owns the tables can drop triggers: `bihuan serve` refuses to start then,
and `bihuan log verify` names what was written behind the log's back.
"""

from __future__ import annotations

from bihuan.kernel.triggers import Trigger, register

from .agreed import plan
from .closing import attempts, closures
from .kept import copies

TRIGGERS: tuple[Trigger, ...] = (*attempts(), *closures(), *plan(), *copies())
register(*TRIGGERS)
