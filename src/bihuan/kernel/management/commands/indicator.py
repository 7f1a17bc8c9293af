"""`bihuan indicator`: figures and counts of an indicator; or the day's count of all of them."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from bihuan.kernel import clock, indicators
from bihuan.kernel.indicators import snapshots
from bihuan.kernel.models import Unit

from ..base import HouseCommand


class Command(HouseCommand):
    """One line a figure: value, counts, the last period, the same period last year. Counts over all rows, as the court itself."""

    help = _("质效指标：计算一项指标，或统计某日全部指标")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", nargs="?", metavar="CODE", help=_("指标编号；不写则列出全部指标"))
        parser.add_argument(
            "--from", dest="starts", type=dt.date.fromisoformat, metavar="DATE", help=_("自（默认统计年度首日）")
        )
        parser.add_argument("--to", dest="ends", type=dt.date.fromisoformat, metavar="DATE", help=_("至（默认今天）"))
        parser.add_argument("--by", metavar="DIMENSION", help=_("分列：division 部门、line 条线、cause 案由"))
        parser.add_argument("--json", action="store_true", help=_("以 JSON 输出"))
        parser.add_argument(
            "--snapshot", type=dt.date.fromisoformat, metavar="DATE", help=_("统计这一天的全部指标并保存，可重复")
        )

    def act(self, options: dict[str, Any]) -> None:
        """Count."""
        if options["snapshot"]:
            kept = snapshots.take(options["snapshot"])
            self.tell(_("已保存 %(day)s 的 %(count)s 个数。") % {"day": options["snapshot"].isoformat(), "count": kept})
            return
        if not options["code"]:
            for one in indicators.indicators().values():
                self.tell(f"{one.code:<28} {one.title}")
            return
        found = indicators.get(options["code"])
        if found is None:
            raise CommandError(_("没有编号为“%(code)s”的指标，不写编号可列出全部。") % {"code": options["code"]})
        ends = options["ends"] or clock.today()
        starts = options["starts"] or indicators.year_of(ends).starts
        if starts > ends:
            raise CommandError(_("起始日 %(from)s 晚于截止日 %(to)s。") % {"from": starts, "to": ends})
        if starts < indicators.EARLIEST:
            raise CommandError(
                _("起始日 %(from)s 过早，请用不早于 %(first)s 的日期。") % {"from": starts, "first": indicators.EARLIEST}
            )
        if ends > clock.today():
            raise CommandError(_("截止日 %(to)s 在今天之后，请用不晚于今天的日期。") % {"to": ends})
        span = indicators.Span(starts, ends)
        spans = [span, span.last(), span.last_year()]
        if options["by"]:
            groups = indicators.measure_by(found, spans, options["by"])
            names = _names(found, options["by"], groups)
        else:
            groups, names = {"": indicators.measure(found, spans)}, {"": str(found.title)}
        if options["json"]:
            self.tell(
                json.dumps([_data(names[key], key, figures) for key, figures in groups.items()], ensure_ascii=False)
            )
            return
        self.tell(_("%(name)s，%(from)s 至 %(to)s") % {"name": found.title, "from": starts, "to": ends})
        for key, (now, last, year) in groups.items():
            self.tell(
                _("%(name)s：%(value)s；上期 %(last)s，%(gap_last)s；上年同期 %(year)s，%(gap_year)s")
                % {"name": names[key], "value": f"{now.shown}（{now.counts}）" if now.counts else now.shown, "last": last.shown,
                   "gap_last": now.against(last), "year": year.shown, "gap_year": now.against(year)}
            )  # fmt: skip


def _names(found: Any, by: str, groups: Any) -> dict[Any, str]:
    if by == indicators.DIVISION:
        known = dict(Unit.objects.filter(pk__in=[key for key in groups if key]).values_list("pk", "name"))
        return {key: known.get(key, "—") for key in groups}
    return {key: str(found.of.dimensions[by].name(key)) for key in groups}


def _data(name: str, key: Any, figures: Any) -> dict[str, Any]:
    now, last, year = (figure.as_json() for figure in figures)
    return {"name": name, "key": key, **now, "last": last, "last_year": year}
