"""The pages of shares that are not a ledger's: how one record was reckoned, and the cases behind each of its numbers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from bihuan.kernel import access
from bihuan.kernel.ledger.views import LedgerDetail
from bihuan.kernel.pages.base import PersonView
from bihuan.kernel.pages.form_page import ActList
from bihuan.kernel.pages.parameters import LABELS, TAGS
from bihuan.kernel.parameter_words import said
from bihuan.law.dated import current_parameters

from .. import actions as a
from ..ledgers import CASES
from ..models import Case, ShareRecord
from ..scopes import opened
from .counting import Handling, count
from .hard import HARD
from .ledgers import RECORDS, TARGETS, standing
from .services import MINIMUM, RANGE

PARTS = {
    "own": gettext_lazy("本人办理的案件"),
    "hard": gettext_lazy("本人办理的重大疑难复杂案件"),
    "average": gettext_lazy("计入平均办案量的案件"),
}
ON_PAGE = 50


class RecordList(ActList):
    """The list of what was counted, with the way to the targets."""

    acts = ((a.SHARE_TARGET, gettext_lazy("年度任务"), "target", "cases.share_targets.list"),)


def hard_ways(on: dt.date) -> tuple[list[str], str]:
    """(by what a case is known to be hard on the day, in words; the tag of the list)."""
    held = current_parameters().get(HARD).find_on(on)
    if held is None:
        return [], ""
    told = [gettext("%(label)s：%(values)s") % {"label": LABELS[name], "values": said(name, value)} for name, value in held.content.items() if value]
    return told, str(TAGS.get(held.tag, held.tag))


class RecordDetail(LedgerDetail):
    """One person's share with its reckoning."""

    template_name = "cases/share.html"

    def detail_context(self, obj: Any) -> dict[str, Any]:
        """Adds the numbers in the order they are reckoned, with the cases behind them and the sources of the percentages."""
        params = current_parameters()
        held = params.version_on(RANGE, obj.last)
        role = obj.role
        return super().detail_context(obj) | {
            "record": obj, "badge": standing(obj), "targets_url": TARGETS.url("list"),
            "links": {part: reverse("shares:cases", args=[obj.pk, part]) for part in PARTS},
            "range": (held.values[f"{role}_from"], held.values[f"{role}_to"]), "source": f"{gettext(held.source)} {gettext(held.article)}",
            "local": params.version_on(MINIMUM, obj.last), "hard_ways": hard_ways(obj.last), "hard_url": reverse("parameter", args=[HARD]),
        }  # fmt: skip


class RecordCases(PersonView):
    """The cases behind a number: exactly those counted, as far as they are open to the person; how many are not is said."""

    template = "cases/share_cases.html"

    def get(self, request: HttpRequest, pk: int, part: str) -> HttpResponse:
        """Show a page of them."""
        record = get_object_or_404(access.visible(self.person, ShareRecord).select_related("post", "person"), pk=pk)
        if part not in PARTS:
            raise Http404
        found = behind(record, part)
        times = Counter(one.case for one in found)
        charge = {one.case for one in found if one.in_charge}
        viewer = access.viewer(self.person)
        rows = access.visible(self.person, Case).filter(
            opened(viewer), closed_on__gte=record.first, closed_on__lte=record.last
        )
        shown = [
            case for case in rows.order_by("closed_on", "pk").only("pk", "number", "closed_on") if case.pk in times
        ]
        page = Paginator(shown, ON_PAGE).get_page(request.GET.get("page"))
        return self.show({
            "record": record, "part": part, "title": PARTS[part], "page_obj": page, "total": len(found), "cases": len(times),
            "hidden": len(times) - len(shown), "back": RECORDS.url("detail", record.pk), "list_url": RECORDS.url("list"),
            "rows": [(case, CASES.url("detail", case.pk), times[case.pk], case.pk in charge) for case in page.object_list],
            "stale": len(found) != {"own": record.handled, "hard": record.hard, "average": record.cases}[part],
        })  # fmt: skip


def behind(record: ShareRecord, part: str) -> list[Handling]:
    """What a number of a record counts, read anew from the facts."""
    counted = count(record.first, record.last)
    if part == "average":
        return counted.of_judges(record.role, record.post.unit_id)
    own = counted.own(record.person_id, record.post) if (record.person_id, record.post) in counted.posts else []
    return [one for one in own if one.case in counted.hard] if part == "hard" else own
