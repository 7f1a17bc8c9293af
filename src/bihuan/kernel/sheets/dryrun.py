"""The dry run: every row is converted and judged, and what was found is staged; the ledger is not touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from .. import access, background, bulk, inbox
from ..background import Progress
from ..errors import Refused, Stale
from ..heap import many_rows
from ..ledger.declaration import Ledger
from ..models.background import BackgroundJob
from ..models.imports import ColumnMapping, ImportDraft, ImportRow, ImportState, RowAction
from ..models.org import Person
from ..wording import Message
from ..work import unit_of_work
from . import messages as say
from .cells import Converter
from .columns import given, remember
from .constraints import Verdict
from .drafts import OPEN, is_sealed, ledger_of, mine, name_of, not_open, read
from .judging import Judge
from .looks import look_at
from .reading import Opened
from .rights import require_import
from .staging import CHUNK, STAGED, STARTED, TAKEN, Staged, as_json, bound
from .values import stored
from .ways import as_a_whole, require_fitting

T = TypeVar("T")
KIND = "import.check"


def check(
    *,
    actor: Person,
    draft: ImportDraft,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    heading_rows: str | None = None,
    progress: Progress | None = None,
) -> ImportDraft:
    """Try the import. `mapping` has a field name (or "") for each heading; by default the draft's own, as for another try after
    the ledger changed. Returns the draft with its counts.

    Raises NotAllowed, Refused (a key column is missing, no rows ...), Stale when the draft is merged, dropped or checked elsewhere;
    Cancelled when the job it is was given up.
    """
    with many_rows():
        return _check(actor, draft, mapping, sheet, heading_rows, progress or Progress())


def _check(
    actor: Person, draft: ImportDraft, mapping: Mapping[str, str] | None, sheet: str | None, heading_rows: str | None, progress: Progress
) -> ImportDraft:
    ledger = ledger_of(draft)
    require_import(actor, ledger)
    progress.report(0, phase="reading")
    table = read(draft, sheet, heading_rows)
    matched = given(ledger, table.headings, draft.mapping if mapping is None else mapping)
    matched.require()
    if not table.count:
        raise Refused(Message(say.NO_ROWS, {"file": draft.filename, "sheet": table.sheet}))
    require_fitting(ledger, table.count)
    chosen = dict(matched.mapping)
    converter = Converter(ledger, actor, matched.fields, table, chosen)
    progress.report(0, table.count, "looking_up")
    doubles = converter.survey(table.data_rows())
    run = _Run(actor, draft, ledger, progress)
    run.begin(table, chosen, heading_rows)
    judge = Judge(ledger, actor, matched.fields, matched.used)
    done = 0
    for chunk in _pieces(table.data_rows(), STAGED):
        progress.report(done, table.count, "judging")
        rows = converter.convert(chunk)
        doubles.mark(rows)
        run.stage(judge.judge(rows))
        done += len(rows)
    return run.finish()


def check_later(
    *, actor: Person, draft: ImportDraft, mapping: Mapping[str, str] | None, sheet: str | None, rows: int
) -> BackgroundJob:
    """Have the job worker try the import. Raises NotAllowed, Refused for columns that cannot be tried, too many rows, or a draft
    that is over; what only the rows tell comes with the job."""
    ledger = ledger_of(draft)
    require_import(actor, ledger)
    if draft.state not in OPEN:
        raise Stale(not_open(draft))
    chosen = dict(draft.mapping if mapping is None else mapping)
    given(ledger, list(chosen), chosen).require()
    require_fitting(ledger, rows)
    args = {"mapping": chosen, "sheet": sheet or ""}
    return background.ask(KIND, actor=actor, obj=draft, args=args, total=rows)


class _Run:
    """One dry run of a draft, under a number of its own."""

    def __init__(self, actor: Person, draft: ImportDraft, ledger: Ledger, progress: Progress) -> None:
        self.actor, self.draft, self.ledger, self.progress = actor, draft, ledger, progress
        self.number = draft.check_no + 1
        self.counts: Counter[str] = Counter()
        self.whole = as_a_whole(ledger)
        self.named: dict[str, Any] = {"ledger": name_of(ledger), "file": draft.filename}

    def begin(self, table: Opened, mapping: Mapping[str, str], heading_rows: str | None) -> None:
        """Claim the next number, so that two tries at once do not mix, and remember the mapping. The entry is the mark from
        which on the merge asks what was written meanwhile."""
        look = look_at(table, sealed=is_sealed(self.ledger))
        place = {"sheet": look.sheet[:120], "headings": look.headings, "reading": look.as_json(), "mapping": dict(mapping)}
        if heading_rows is not None:
            place["heading_rows"] = heading_rows.strip()
        with unit_of_work(self.actor, job=self.progress.job) as uow:
            rows = mine(self.actor, self.draft).filter(check_no=self.draft.check_no, state__in=OPEN)
            if not rows.update(check_no=self.number, state=ImportState.UPLOADED, counts={}, **place):
                raise Stale(self._moved_on())
            remember(self.ledger, table.headings, mapping, self.actor)
            last = access.visible(None, self.ledger.model).order_by("-pk").values_list("pk", flat=True).first()
            params = {**self.named, "check_no": self.number, "last_id": last if isinstance(last, int) else 0}
            uow.record(STARTED, self.draft, params=params, covers=[ColumnMapping])

    def stage(self, verdicts: list[Verdict]) -> None:
        """Stage a chunk of judged rows. Everything is ready before the transaction begins."""
        self.counts.update(v.action for v in verdicts)
        if self.whole:
            new = [v for v in verdicts if v.action == RowAction.NEW]
            for verdict, pk in zip(new, bulk.reserve_ids(self.ledger.model, len(new)), strict=True):
                verdict.object_id = pk
        made = [self._row(verdict) for verdict in verdicts]
        said = [as_json([p.as_json() for p in v.row.problems]) if v.row.problems else "[]" for v in verdicts]
        ready = [(self.draft.pk, self.number, *row, text) for row, text in zip(made, said, strict=True)]
        params = {**self.named, "check_no": self.number, "first": made[0].number, "last": made[-1].number}
        params["digest"] = bound(row for row in made if row.action in TAKEN).digest
        with unit_of_work(self.actor, job=self.progress.job) as uow:
            bulk.insert_ready(ImportRow, ("draft_id", "check_no", *Staged._fields, "problems"), ready)
            uow.record(CHUNK, self.draft, params=params, covers=[ImportRow])

    def finish(self) -> ImportDraft:
        """All rows are staged: the draft can be merged."""
        totals = {action: int(self.counts.get(action, 0)) for action in RowAction.values}
        with unit_of_work(self.actor, job=self.progress.job) as uow:
            rows = mine(self.actor, self.draft).filter(check_no=self.number, state=ImportState.UPLOADED)
            if not rows.update(state=ImportState.CHECKED, counts=totals):
                raise Stale(self._moved_on())
            uow.record("import.checked", self.draft, params={**self.named, **totals})
            if self.progress.tells:
                told = Message(say.CHECKED, {"file": self.draft.filename, **totals})
                inbox.send(self.actor, told, url=self.ledger.url("import_check", self.draft.pk))
            self.progress.settle()
        self.draft.refresh_from_db()
        return self.draft

    def _row(self, verdict: Verdict) -> Staged:
        taken = verdict.action in TAKEN
        return Staged(
            number=verdict.row.number,
            key=verdict.row.label,
            action=str(verdict.action),
            object_id=verdict.object_id,
            version=verdict.version,
            before=as_json(stored(verdict.before)) if taken and verdict.before else "{}",
            values=as_json(stored({**verdict.row.values, **verdict.filled})) if taken else "{}",
        )

    def _moved_on(self) -> Message:
        now = mine(self.actor, self.draft).first() or self.draft
        return not_open(now) if now.state not in OPEN else Message(say.NOT_CHECKED)


def _pieces(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    going = iter(rows)
    while piece := list(islice(going, size)):
        yield piece
