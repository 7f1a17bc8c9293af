"""Who may take a document out: rows are read through `visible`, the whole file of a problem needs an action."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access
from bihuan.kernel.access import Viewer
from bihuan.kernel.errors import NotAllowed
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message, wording

from ..actions import OVERSEERS, responsible
from ..models import Measure, Problem

M = TypeVar("M", bound=Model)
NOT_VISIBLE = wording("documents.not_visible", _("没有可供导出的内容：该%(what)s不在您的查看范围内。请联系整改办。"))


def answers_for_problem(viewer: Viewer, problem: Any) -> bool:
    """Its leader, or whoever is responsible for one of its measures."""
    if not isinstance(problem, Problem):
        return False
    rows = Measure.objects.filter(problem=problem, voided_at__isnull=True)
    return viewer.is_me(problem.leader_id) or any(responsible(viewer, row) for row in rows)


EXPORT = access.action("rectification.file.export", _("导出一问题一档"), roles=OVERSEERS, relation=answers_for_problem)


def seen(actor: Person | None, obj: M, *related: str) -> M:
    """The row again, as `actor` sees it, with `related` rows. Raises NotAllowed when they do not see it."""
    found = access.visible(actor, type(obj)).select_related(*related).filter(pk=obj.pk).first()
    if found is None:
        raise NotAllowed(Message(NOT_VISIBLE, {"what": str(obj._meta.verbose_name)}))
    return found
