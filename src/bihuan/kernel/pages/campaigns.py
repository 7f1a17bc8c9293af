"""Campaigns: a domain's old backlog, worked off by stages; how far it came, starting one, taking one back."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import access, clock
from .. import alerts_campaigns as campaigns
from ..alerts_campaigns import Course
from ..errors import NotAllowed, Refused
from ..models.alerts import STANDING, Alert, Campaign
from .base import PersonView, day_of

STAGES = 6
STAGE_TONES = {"ahead": "idle", "kept": "good", "missed": "bad", "unknown": "wait"}
WIDTH, HEIGHT, EDGE = 640, 180, 8


class CampaignList(PersonView):
    """All campaigns with what remains; those taken back last."""

    template = "alerts/campaigns.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        today = clock.today()
        rows = []
        for campaign in access.visible(self.person, Campaign).order_by("voided_at", "-baseline_on", "pk"):
            found = campaigns.course(campaign, on=today, person=self.person)
            following = next((stage for stage in found.stages if stage.state == "ahead"), None)
            rows.append({"campaign": campaign, "domain": campaigns.domain_name(campaign.domain), "course": found,
                         "next": following})  # fmt: skip
        return self.show({"rows": rows, "may_start": access.may(self.person, "alert.campaign")})


class CampaignDetail(PersonView):
    """One campaign: backlog against targets, by patrolled day; what remains; POST takes it back."""

    template = "alerts/campaign.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page."""
        return self._page(self.seen(Campaign, pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Void it. A refusal keeps what was typed."""
        campaign = self.seen(Campaign, pk)
        reason = request.POST.get("reason", "")
        try:
            campaign.revision = int(request.POST.get("revision", ""))
            campaigns.void(actor=self.person, campaign=campaign, reason=reason)
        except ValueError:
            return self._page(self.seen(Campaign, pk), reason, [_("页面内容无法识别，请刷新页面后重试。")])
        except NotAllowed:
            raise
        except Refused as refusal:
            return self._page(self.seen(Campaign, pk), reason, [str(r) for r in refusal.reasons])
        self.done(_("已作废存量清理“%(title)s”，未消除的预警自今日起恢复逐级升级。") % {"title": campaign.title})
        return HttpResponseRedirect(reverse("campaign_detail", args=[pk]))

    def _page(self, campaign: Campaign, reason: str = "", reasons: list[str] | None = None) -> HttpResponse:
        today = clock.today()
        found = campaigns.course(campaign, on=today, person=self.person)
        rows = access.visible(self.person, Alert).filter(campaign=campaign, breach_state__in=STANDING)
        context = {
            "campaign": campaign,
            "domain": campaigns.domain_name(campaign.domain),
            "course": found,
            "done": found.total - found.remaining,
            "drawing": draw(found, today),
            "days": list(reversed(found.points))[:60],
            "tones": STAGE_TONES,
            "page_obj": self.page(rows.select_related("owner", "unit").order_by("due", "pk")),
            "may_void": not campaign.is_void and access.may(self.person, "alert.campaign"),
            "today": today,
            "reason": reason,
            "reasons": reasons or [],
        }
        return self.show(context, status=409 if reasons else 200)


class CampaignAdd(PersonView):
    """Start a campaign: baseline day and up to six staged targets."""

    template = "alerts/campaign_add.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The empty form."""
        access.require(self.person, "alert.campaign")
        return self._form({"baseline_on": clock.today().isoformat()})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Start it. A refusal keeps what was typed."""
        access.require(self.person, "alert.campaign")
        given = {name: str(value) for name, value in request.POST.items()}
        baseline, targets, wrong = self._read(given)
        if wrong or baseline is None:
            return self._form(given, wrong)
        try:
            campaign = campaigns.start(
                actor=self.person,
                domain=given.get("domain", ""),
                title=given.get("title", ""),
                baseline_on=baseline,
                targets=targets,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            return self._form(given, [str(reason) for reason in refusal.reasons])
        self.done(_("已设定存量清理“%(title)s”，基线以前到期的预警不再逐级升级。") % {"title": campaign.title})
        return HttpResponseRedirect(reverse("campaign_detail", args=[campaign.pk]))

    def _read(self, given: dict[str, str]) -> tuple[dt.date | None, list[dict[str, Any]], list[str]]:
        wrong: list[str] = []
        baseline = None
        with suppress(ValueError):
            baseline = day_of(given.get("baseline_on"))
        if baseline is None:
            wrong.append(_("请填写基线日期，格式如 2025-03-01。"))
        targets: list[dict[str, Any]] = []
        for n in range(1, STAGES + 1):
            day, left = given.get(f"on{n}", "").strip(), given.get(f"remaining{n}", "").strip()
            if not day and not left:
                continue
            try:
                on = day_of(day)
                remaining = int(left)
            except ValueError:
                on = None
            if on is None:
                wrong.append(_("第 %(n)s 个阶段请同时填写日期和剩余条数（整数）。") % {"n": n})
            else:
                targets.append({"on": on, "remaining": remaining})
        return baseline, targets, wrong

    def _form(self, given: dict[str, str], reasons: list[str] | None = None) -> HttpResponse:
        held = set(
            access.visible(self.person, Campaign).filter(voided_at__isnull=True).values_list("domain", flat=True)
        )
        context = {
            "given": given,
            "reasons": reasons or [],
            "domains": [(code, campaigns.domain_name(code), code in held) for code in campaigns.domains()],
            "stages": [(n, given.get(f"on{n}", ""), given.get(f"remaining{n}", "")) for n in range(1, STAGES + 1)],
            "today": clock.today(),
            "tomorrow": clock.today() + dt.timedelta(days=1),
        }
        return self.show(context, status=409 if reasons else 200)


@dataclass(frozen=True)
class Drawing:
    """The course as a drawing: the steps of what remained, the marks of the targets, in the units of the view box."""

    width: int
    height: int
    line: str
    marks: tuple[tuple[float, float, str], ...]
    last: tuple[float, float]
    today: float


def draw(found: Course, today: dt.date) -> Drawing | None:
    """The drawing of a course, or None where nothing was patrolled yet."""
    if not found.points:
        return None
    days = [*(p.on for p in found.points), *(s.on for s in found.stages), today]
    first, span = min(days), max((max(days) - min(days)).days, 1)
    most = max([p.remaining for p in found.points] + [s.target for s in found.stages] + [1])

    def x(day: dt.date) -> float:
        return round(EDGE + (day - first).days / span * (WIDTH - 2 * EDGE), 1)

    def y(count: int) -> float:
        return round(HEIGHT - EDGE - count / most * (HEIGHT - 2 * EDGE), 1)

    steps: list[str] = []
    for before, point in zip([found.points[0], *found.points], found.points, strict=False):
        steps += [f"{x(point.on)},{y(before.remaining)}", f"{x(point.on)},{y(point.remaining)}"]
    steps.append(f"{x(max(today, found.points[-1].on))},{y(found.points[-1].remaining)}")
    marks = tuple((x(s.on), y(s.target), STAGE_TONES[s.state]) for s in found.stages)
    last = found.points[-1]
    return Drawing(WIDTH, HEIGHT, " ".join(steps), marks, (x(last.on), y(last.remaining)), x(today))
