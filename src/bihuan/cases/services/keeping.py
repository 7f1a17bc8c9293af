"""What follows when facts of cases are imported, corrected or voided: the clock, and the persons a sheet names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import log
from bihuan.kernel.heap import many_rows
from bihuan.kernel.ledger import Ledger, service
from bihuan.kernel.models import Person
from bihuan.kernel.sheets.staging import numbers_of, spans
from bihuan.kernel.work import batches, unit_of_work

from .. import reading
from ..clock import jobs, refresh
from ..models import Case, CaseFact

log.event("cases.people.found", _("按姓名对应承办人、助理、合议庭成员：%(count)s 件"))

Services = dict[str, Callable[..., Any]]
_steps: dict[str, Callable[[Sequence[int]], object]] = {}
_checks: list[Callable[..., None]] = []


def check_change(check: Callable[..., None]) -> None:
    """Register what may stand against a correction: called with `actor`, `case` and the `fields` that differ; raises NotAllowed."""
    _checks.append(check)


def services(cases_of: Callable[[Any], Sequence[int]], after: Callable[[Sequence[int]], object] | None = None) -> Services:
    """Services of a ledger whose rows belong to cases: what the engine does, and then the clock of those cases.

    `cases_of(rows)` are the cases of merged rows; `after` is done with them before the clock.
    """

    if after is not None:
        _steps[after.__name__] = after

    def told(rows: Any) -> None:
        follow(list(cases_of(rows)), after)

    return following(told)


def follow(ids: Sequence[int], after: Callable[[Sequence[int]], object] | None) -> None:
    """What is done about cases of which facts came in: `after` (one that is registered), then the clock. Within the unit of work, or by
    the job worker when there are many."""
    if len(ids) > jobs.AT_ONCE:  # others wait for the transaction: no more in it than the rows themselves
        jobs.later("bihuan.cases.services.keeping.afterwards", spans(sorted(ids)), after.__name__ if after is not None else "")
        return
    if after is not None:
        after(ids)
    jobs.came_in(ids)


def following(told: Callable[[Any], None], *, made: bool = False) -> Services:
    """Services of a ledger that do what the engine does, and then tell `told` of the rows within the same unit of work.

    `made`: also of rows added by hand.
    """

    def merged(*, actor: Person | None, rows: Any, intake: Any) -> None:
        told(rows)

    def create(*, ledger: Ledger, actor: Person | None, values: Mapping[str, Any], reason: str = "") -> Any:
        with unit_of_work(actor):
            row = service.create(replace(ledger, services={}), actor=actor, values=values, reason=reason)
            told([row])
        row.refresh_from_db()
        return row

    def change(*, ledger: Ledger, actor: Person | None, obj: Any, values: Mapping[str, Any], reason: str, version: str) -> Any:
        with unit_of_work(actor):
            differing = [name for name, value in values.items() if getattr(obj, name, None) != value]
            case = obj if isinstance(obj, Case) else obj.case if isinstance(obj, CaseFact) else None
            for check in _checks if case is not None else ():  # receipts and complaints are no facts of a case
                check(actor=actor, case=case, fields=differing)
            bare = replace(ledger, services={})
            row = service.change(bare, actor=actor, obj=obj, values=values, reason=reason, version=version)
            told([row])
        return row

    def void(*, ledger: Ledger, actor: Person | None, obj: Any, reason: str, version: str) -> Any:
        with unit_of_work(actor):
            row = service.void(replace(ledger, services={}), actor=actor, obj=obj, reason=reason, version=version)
            told([row])
        return row

    found: Services = {"merged": merged, "change": change, "void": void}
    return found | {"create": create} if made else found


def seat(ids: Sequence[int]) -> None:
    """The panels of these new cases, within the unit of work that writes them, or by the job worker when there are many."""
    if len(ids) > jobs.AT_ONCE:
        jobs.later("bihuan.cases.services.keeping.seated", spans(sorted(ids)))
        return
    find_people(ids)


def seated(day: str, named: str) -> None:
    """What the job worker does for `seat`. It may be delivered twice."""
    with many_rows(), jobs.as_of(day):
        find_people(numbers_of(named))


def afterwards(day: str, named: Sequence[int] | str, step: str) -> None:
    """What the job worker does after a large import of these cases (ids, or "1-999,1002"): the ledger's own step, then the clock. It may
    be delivered twice."""
    ids = list(numbers_of(named)) if isinstance(named, str) else named
    with many_rows(), jobs.as_of(day):
        for part in batches(ids, 2000) if step else ():
            _steps[step](part)
        refresh(ids)


def ids_of(rows: Any) -> list[int]:
    """The cases that were merged themselves, but new ones of which all is known (see `ahead`)."""
    if hasattr(rows, "ids"):
        return list(rows.changed if rows.complete else rows.ids)
    return [row.pk for row in rows]


def find_people(ids: Iterable[int]) -> None:
    """Persons named on a sheet, found on the roll where the name is that of one person alone. Within a unit of work."""
    known = roll()
    with unit_of_work(None) as uow:
        found = sum(_find(part, known) for part in batches(ids, 2000))
        if found:
            uow.record("cases.people.found", params={"count": found}, covers=[Case])


def roll() -> dict[str, int]:
    """Persons by the names that are those of one person alone."""
    named: dict[str, list[int]] = defaultdict(list)
    for pk, name in Person.objects.filter(is_active=True, admin_role="").values_list("pk", "name"):
        named[reading.plain(name)].append(pk)
    return {name: pks[0] for name, pks in named.items() if len(pks) == 1}


def _find(ids: Sequence[int], known: Mapping[str, int]) -> int:
    rows = Case.objects.filter(pk__in=ids).values_list("pk", "judge_name", "judge", "assistant_name", "assistant", "panel_names")
    judges: dict[int, list[int]] = defaultdict(list)
    assistants: dict[int, list[int]] = defaultdict(list)
    panels: dict[int, set[int]] = {}
    for pk, judge_name, judge, assistant_name, assistant, panel in rows:
        for name, held, found in ((judge_name, judge, judges), (assistant_name, assistant, assistants)):
            person = known.get(reading.plain(name)) if name else None
            if person is not None and person != held:
                found[person].append(pk)
        if panel:
            names = (reading.plain(name) for name in reading.names(panel))
            panels[pk] = {known[name] for name in names if name in known}
    for field, groups in (("judge", judges), ("assistant", assistants)):
        for person, pks in groups.items():
            Case.objects.filter(pk__in=pks).update(**{field: person})
    sat = _sit(panels)
    return sum(map(len, judges.values())) + sum(map(len, assistants.values())) + sat


def _sit(panels: Mapping[int, set[int]]) -> int:
    """The panels as the sheet has them; how many changed."""
    through: Any = Case.panel.through
    held: dict[int, set[int]] = defaultdict(set)
    for case, person in through.objects.filter(case__in=list(panels)).values_list("case_id", "person_id"):
        held[case].add(person)
    changed = [case for case, people in panels.items() if people != held[case]]
    gone = [(case, person) for case in changed for person in held[case] - panels[case]]
    for case, person in gone:
        through.objects.filter(case_id=case, person_id=person).delete()
    rows = [through(case_id=case, person_id=person) for case in changed for person in sorted(panels[case] - held[case])]
    if rows:
        through.objects.bulk_create(rows, batch_size=500)
    return len(changed)
