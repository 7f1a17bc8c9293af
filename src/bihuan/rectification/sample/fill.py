"""Load the demo court: its people, its rounds and plans, its readings and duties, and the two years of work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from bihuan.kernel import alerts_campaigns, clock, duties, sources
from bihuan.kernel.work import unit_of_work
from bihuan.law.calendar import current_calendar
from bihuan.people.sample.fill import fill as fill_people
from bihuan.people.services import accounts
from bihuan.people.services import duty as people_duty

from .. import services as s
from ..models import Figure
from . import bulletins
from .load import Sample, load
from .replay import Replay, criterion_params
from .shapes import Round

Event = tuple[dt.date, int, Callable[[], Any]]
SETUP, DUTY, READINGS, HAND_OVER, STORY, BULLETIN = range(6)


def fill(progress: Callable[[int, int], None] | None = None) -> Sample:
    """Fill an empty database with the demo court. `progress(done, total)` is called now and then."""
    sample = load()
    court = fill_people(sample.court)
    replay = Replay(sample, court)
    events: list[Event] = [*_rounds(replay), *_readings(replay), *_hand_overs(replay), *_departures(replay), *_duties(replay), *_backlog(replay)]
    events += [(day, STORY, act) for day, act in replay.events()]
    events += [(day, BULLETIN, act) for day, act in bulletins.events(replay.person, court.units)]
    events.sort(key=lambda event: event[:2])
    for number, (day, _kind, act) in enumerate(events):
        if progress is not None and number % 20 == 0:
            progress(number, len(events))
        with clock.simulate(day):
            act()
    if progress is not None:
        progress(len(events), len(events))
    return sample


def _rounds(replay: Replay) -> Iterator[Event]:
    for row in replay.sample.rounds:
        # The rectification office sits from the day the leading group was set up: then the plan is drafted.
        yield min(m.done_on for m in row.milestones), SETUP, lambda row=row: _draft(replay, row)  # type: ignore[misc]
        yield row.plan.submitted_on, SETUP, lambda row=row: _submit(replay, row)  # type: ignore[misc]
        yield row.plan.approved_on, SETUP, lambda row=row: _approve(replay, row)  # type: ignore[misc]
        for milestone in row.milestones:
            yield milestone.done_on, SETUP, lambda row=row, m=milestone: _milestone(replay, row, m)  # type: ignore[misc]


def _round_of(row: Round) -> Any:
    from ..models import InspectionRound

    return InspectionRound.objects.get(code=row.code)


def _draft(replay: Replay, row: Round) -> None:
    actor = replay.person(row.plan.submitted_by)
    if not Figure.objects.exists():
        _figures(replay)
    with unit_of_work(actor, job="demo"):
        made = s.create_round(
            actor=actor, code=row.code, name=row.name, body=row.body, kind=row.kind, feedback_on=row.feedback_on,
            inspected_from=row.inspected_from, inspected_to=row.inspected_to, note=row.document,
        )  # fmt: skip
        for problem in replay.sample.problems:
            if problem.round == row.code:
                _problem(replay, actor, made, problem)


def _problem(replay: Replay, actor: Any, round_: Any, row: Any) -> None:
    people, units = replay.court.people, replay.court.units
    problem = s.create_problem(
        actor=actor, round=round_, code=row.code, title=row.title, verbatim=row.verbatim, category=row.category,
        grade=row.grade, kind=row.kind, root_cause=row.root_cause, root_cause_code=row.root_cause_code,
        leader=people[row.leader],
        subs=[{"no": sub.number, "title": sub.verbatim.rstrip("。")[:200], "verbatim": sub.verbatim} for sub in row.subproblems],
    )  # fmt: skip
    subs = {sub.no: sub for sub in problem.subs.all()}
    for measure in row.measures:
        made = s.create_measure(
            actor=actor, problem=problem, code=measure.code, text=measure.text, lead_unit=units[measure.lead_unit],
            due=measure.due, sub_problem=subs[measure.subproblem], leader=people[measure.leader],
            person=people[measure.person], co_units=[units[code] for code in measure.co_units], starts=measure.starts,
            completion_standard=measure.completion_standard,
            criteria=[(c.kind, criterion_params(c.kind, dict(c.params))) for c in measure.criteria],
        )  # fmt: skip
        replay.measures[round_.code, measure.code] = made
        for target in measure.targets:
            replay.targets[made.pk, target.key] = s.add_target(actor=actor, measure=made, due=target.due, text=target.text)


def _submit(replay: Replay, row: Round) -> None:
    s.submit_plan(actor=replay.person(row.plan.submitted_by), round=_round_of(row))


def _approve(replay: Replay, row: Round) -> None:
    meeting = replay.meeting(row.plan.meeting)
    s.approve_plan(actor=replay.person(row.plan.approved_by), round=_round_of(row), meeting=meeting)


def _milestone(replay: Replay, row: Round, milestone: Any) -> None:
    s.record_milestone(
        actor=replay.person(milestone.by), round=_round_of(row), kind=milestone.kind, done_on=milestone.done_on,
        document=milestone.document, note=milestone.note,
    )  # fmt: skip


def _figures(replay: Replay) -> None:
    roles = {source.code: source.owner_role for source in replay.sample.sources}
    for figure in replay.sample.figures:
        parts = "／".join(part for part in (figure.numerator, figure.denominator) if part)
        s.create_figure(
            actor=None, code=figure.code, name=figure.name, unit_of_measure=figure.unit_of_measure,
            direction=figure.direction, owner_role=roles[figure.source], definition=parts,
        )  # fmt: skip


def _readings(replay: Replay) -> Iterator[Event]:
    batches: dict[dt.date, list[tuple[Any, str]]] = {}
    for figure in replay.sample.figures:
        for period in figure.values:
            batches.setdefault(replay.sample.received(figure, period), []).append((figure, period))
    importer = {row.day: row.by for row in replay.sample.imports}
    for day, rows in sorted(batches.items()):
        by = importer.get(day, replay.sample.imports[0].by)
        yield day, READINGS, lambda rows=rows, by=by, day=day: _merge(replay, rows, by, day)  # type: ignore[misc]


def _merge(replay: Replay, rows: list[tuple[Any, str]], by: str, day: dt.date) -> None:
    if not Figure.objects.exists():
        _figures(replay)
    titles = {source.code: source.title for source in replay.sample.sources}
    actor = replay.person(by)
    newest = max(period for _figure, period in rows)
    year, month = map(int, newest.split("-"))
    cut_off = dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
    batch = []
    for figure, period in rows:
        numbers = figure.values[period]
        row: dict[str, Any] = {
            "figure": figure.code, "period": dt.date.fromisoformat(f"{period}-01"), "unit": None,
            "value": figure.value(period), "source": titles[figure.source],
        }  # fmt: skip
        if len(numbers) == 2:
            row |= {"numerator": numbers[0], "denominator": numbers[1], "value": None}
        batch.append(row)
    held = sources.state("readings").cut_off
    late = "补报" if held is not None and cut_off < held else ""
    with unit_of_work(actor, job="demo"):
        intake = sources.record_intake(
            "readings", cut_off=cut_off, rows={"new": len(batch)}, filename=f"月度数据 {newest}.xlsx", reason=late
        )
        s.merge_readings(batch, intake, actor)


def _hand_overs(replay: Replay) -> Iterator[Event]:
    for row in replay.sample.court.handovers:
        yield row.day, HAND_OVER, lambda row=row: people_duty.hand_over(  # type: ignore[misc]
            actor=None, giver=replay.court.people[row.giver], taker=replay.court.people[row.taker], on=row.day,
            reason=row.reason, unit=replay.court.units[row.unit],
        )  # fmt: skip


def _departures(replay: Replay) -> Iterator[Event]:
    for row in replay.sample.court.people:
        if row.left is not None and row.left < replay.sample.as_of:
            yield row.left, STORY, lambda row=row: accounts.disable(  # type: ignore[misc]
                actor=None, person=replay.court.people[row.username], reason="调离本院"
            )


def _duties(replay: Replay) -> Iterator[Event]:
    plan = max(replay.sample.rounds, key=lambda row: row.feedback_on)
    yield plan.feedback_on, SETUP, lambda: _make_duties(replay)
    calendar = current_calendar()
    for row in replay.sample.duties:
        for nominal in row.occurrences(min(row.records.until, replay.sample.as_of)):
            if nominal in row.records.missed:
                continue
            due = calendar.next_workday_on_or_after(nominal) if row.roll == "next" else nominal
            day = row.records.late.get(nominal, due)
            if day <= replay.sample.as_of:
                yield day, DUTY, lambda row=row, nominal=nominal: _keep(replay, row, nominal)  # type: ignore[misc]


def _make_duties(replay: Replay) -> None:
    for row in replay.sample.duties:
        duties.create(
            actor=None, code=row.code, title=row.title, rrule=row.rrule, starts=row.starts, roll=row.roll,
            owner_role=row.owner_role, unit=replay.court.units[row.unit], domain="rectification",
            grace_days=row.grace_days,
        )  # fmt: skip
    duties.generate(replay.sample.as_of, 60)


def _keep(replay: Replay, row: Any, nominal: dt.date) -> None:
    from bihuan.kernel.models import DutyOccurrence

    occurrence = DutyOccurrence.objects.select_related("duty", "unit").get(duty__code=row.code, nominal_on=nominal)
    note = f"{row.records.title}（{replay.court.people[row.records.by].name}）"
    duties.fulfil(actor=None, occurrence=occurrence, note=note)


def _backlog(replay: Replay) -> Iterator[Event]:
    """On the last day, when patrols begin, the duties missed long ago become a campaign: they do not climb."""
    targets = [{"on": dt.date(2026, 12, 31), "remaining": 4}, {"on": dt.date(2027, 3, 31), "remaining": 0}]
    yield replay.sample.as_of, STORY, lambda: alerts_campaigns.start(
        actor=replay.person("shenghuaiyuan"), domain="duties", title="定期工作历史欠账清理",
        baseline_on=dt.date(2026, 10, 1), targets=targets,
    )  # fmt: skip
