"""The documents of a problem's file: overview, verdicts, timeline, catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel import access, log
from bihuan.kernel import paper as layout
from bihuan.kernel.models import FlowStep, LogEntry, Person
from bihuan.kernel.paper import day

from ..flows import ATTEMPT_FLOW
from ..models import (
    Attempt,
    ChangeRequest,
    LookBack,
    Measure,
    NewSituation,
    Outcome,
    Problem,
    Progress,
    Rebound,
    StagedTarget,
    SubProblem,
)
from . import contexts


def overview(
    problem: Problem, subs: Sequence[SubProblem], measures: Sequence[Measure], attempts: Sequence[Attempt]
) -> bytes:
    """The problem in the feedback's words, its parts, and each measure with where it stands."""
    held = contexts.problem(problem)
    document = layout.new_document(title=f"{held['code']} {held['title']}", landscape=True)
    layout.title(document, _("巡察反馈问题整改档案"), f"{held['code']}　{held['title']}")
    widths = (36.0, 189.0)
    table = layout.table(document, (), (), widths)
    rows = (
        (_("巡察轮次"), f"{held['round']}（{held['body']}，{held['feedback_on']}）"),
        (_("反馈原文"), held["verbatim"]),
        (_("监督重点"), held["category"]),
        (_("整改类型"), f"{held['kind']}　{held['grade']}"),
        (_("原因分析"), held["root_cause"]),
        (_("牵头领导"), held["leader"]),
        (_("具体问题"), "\n".join(f"{s.no} {s.title} {s.verbatim}".strip() for s in subs if s.no or s.verbatim)),
    )
    for row in rows:
        layout.add_row(table, row, widths=widths, centred=(0,))
    layout.paragraph(document, "", line=12)
    newest = {attempt.measure_id: attempt for attempt in attempts}
    lines = []
    for one in measures:
        shown, attempt = contexts.measure(one), newest.get(one.pk)
        state = ATTEMPT_FLOW.label(attempt.state) if attempt else ""
        result = attempt.get_result_display() if attempt and attempt.result else ""
        owners = f"{shown['unit']}\n{shown['leader']}　{shown['person']}"
        lines.append(
            (shown["code"], shown["text"], shown["standard"], owners, shown["due"], f"{state}\n{result}".strip())
        )
    heads = (_("措施编号"), _("整改措施"), _("完成标准"), _("责任部门、领导、责任人"), _("完成期限"), _("状态"))
    layout.table(document, heads, lines, (22, 70, 48, 30, 32, 23), size=layout.SIZE_5, centred=(0, 3, 4, 5))
    return layout.content(document)


def verdicts(problem: Problem, found: Iterable[tuple[Attempt, list[dict[str, Any]]]]) -> bytes:
    """For each attempt what every criterion found, and on which facts."""
    document = layout.new_document(title=f"{problem.code} {_('销号标准判定')}")
    layout.title(document, _("销号标准判定"), problem.code)
    heads = (_("销号标准"), _("结论"), _("依据的事实"), _("核验日期"))
    for attempt, rows in found:
        told = {"code": attempt.measure.code, "number": attempt.number, "state": ATTEMPT_FLOW.label(attempt.state)}
        layout.heading(document, _("%(code)s　第%(number)s次整改（%(state)s）") % told)
        if not rows:
            layout.paragraph(document, _("（没有销号标准）"), indent=2)
            continue
        lines = [
            (
                row["sentence"],
                row["verdict"],
                "\n".join([row["reason"], *row["facts"]]).strip(),
                f"{row['on']}\n{_('销号时冻结') if row['frozen'] else _('按当前数据核验')}",
            )
            for row in rows
        ]
        layout.table(document, heads, lines, (42, 20, 62, 32), size=layout.SIZE_5, centred=(1, 3))
    return layout.content(document)


def timeline(
    actor: Person,
    problem: Problem,
    subs: Sequence[SubProblem],
    measures: Sequence[Measure],
    attempts: Sequence[Attempt],
) -> bytes:
    """Every event of the problem and what belongs to it, oldest first, as the log tells it, with what people wrote."""
    document = layout.new_document(title=f"{problem.code} {_('办理过程')}", landscape=True)
    layout.title(document, _("办理过程"), problem.code)
    of_measures: dict[Any, Any] = {"measure__in": measures}
    of_attempts: dict[Any, Any] = {"attempt__in": attempts}
    objects: list[tuple[str, list[int]]] = [
        ("rectification.problem", [problem.pk]),
        ("rectification.subproblem", [row.pk for row in subs]),
        ("rectification.measure", [row.pk for row in measures]),
        ("rectification.attempt", [row.pk for row in attempts]),
    ]
    for model, condition in (
        (Progress, of_measures),
        (Outcome, of_measures),
        (StagedTarget, of_measures),
        (ChangeRequest, of_measures),
        (LookBack, of_measures),
        (Rebound, of_attempts),
        (NewSituation, {"problem": problem}),
    ):
        ids = list(access.visible(actor, model).filter(**condition).values_list("pk", flat=True))
        objects.append((model._meta.label_lower, ids))
    asked = Q(pk__in=[])
    for kind, ids in objects:
        asked |= Q(kind=kind, object_id__in=[str(pk) for pk in ids])
    names = {("rectification.measure", str(m.pk)): m.code for m in measures}
    names |= {("rectification.attempt", str(a.pk)): f"{a.measure.code} #{a.number}" for a in attempts}
    notes = _notes(attempts)
    rows = []
    # The events of a row are as visible as the row; each id above was read through `visible`.
    for entry in LogEntry.objects.filter(asked).select_related("actor").order_by("seq").iterator():
        params = entry.data.get("params", {})
        note = notes.get((entry.object_id, str(params.get("step", "")), entry.actor_id)) or entry.data.get("reason", "")
        at = timezone.localtime(entry.at)
        rows.append(
            (
                entry.seq,
                f"{day(at)}\n{at:%H:%M}",
                names.get((entry.kind, entry.object_id), problem.code),
                f"{log.sentence(entry)}\n{note}".strip(),
                str(entry.actor) if entry.actor else _("系统"),
            )
        )
    heads = (_("日志序号"), _("时间"), _("事项"), _("内容"), _("办理人"))
    layout.table(document, heads, rows, (22, 34, 32, 109, 28), size=layout.SIZE_5, centred=(0, 1, 2, 4))
    return layout.content(document)


def _notes(attempts: Sequence[Attempt]) -> dict[tuple[str, str, int | None], str]:
    """What people wrote with their steps; of several alike the last."""
    steps = FlowStep.objects.filter(flow=ATTEMPT_FLOW.code, object_id__in=[a.pk for a in attempts]).order_by("at", "id")
    return {(str(step.object_id), step.transition, step.actor_id): step.note for step in steps if step.note}


def catalogue(context: Mapping[str, Any]) -> bytes:
    """目录: every file of the archive with its digest and dates."""
    problem = context["problem"]
    document = layout.new_document(title=f"{problem['code']} {_('目录')}", landscape=True)
    layout.title(document, _("一问题一档目录"), f"{problem['code']}　{problem['title']}")
    rows = [
        (
            one["no"],
            one["title"],
            one["name"] + (f"\n{_('原文件名')}：{one['original']}" if one["original"] else ""),
            one["sm3"],
            one["effective_on"],
            one["received_on"],
        )
        for one in context["files"]
    ]
    heads = (_("序号"), _("材料名称"), _("文件名"), "SM3", _("生效日期"), _("收到日期"))
    layout.table(document, heads, rows, (12, 40, 66, 43, 32, 32), size=layout.SIZE_5, centred=(0, 4, 5))
    told = {"court": context["court"], "day": context["made_on"], "name": context["made_by"]}
    layout.paragraph(document, _("%(court)s　%(day)s　导出人：%(name)s") % told, size=layout.SIZE_S4, line=24)
    return layout.content(document)
