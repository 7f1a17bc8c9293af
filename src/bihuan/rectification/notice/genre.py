"""Is this a published notice of inspection rectification at all? Its neighbours are refused with a reason."""

from __future__ import annotations

import re

from .model import NotThisGenre

_HAS_INSPECTION = re.compile(r"巡察|巡视")
_PUBLISHES = re.compile(
    r"(?:现将|现就|予以)[^。]{0,60}(?:公布|通报|公告|公示|报告)|整改[^。,]{0,16}(?:通报|报告|公告|公示)$", re.M
)
_START = re.compile(r"进驻|动员(?:会|部署会)|开展.{0,12}(?:巡察|巡视)的?公告|受理.{0,20}(?:来信|来电|来访)")
_FEEDBACK = re.compile(r"反馈会|反馈会议|召开.{0,40}反馈|作表态发言|表态发言")


def check_genre(norm: str, title: str | None, *, has_text: bool, labels: int) -> None:
    """Raise :class:`NotThisGenre` unless the text publishes what came of an inspection's findings.

    ``labels`` is the number of rectification texts found.
    """
    first = next((line.strip() for line in norm.split("\n") if line.strip()), "")
    shown = {"title": title or first[:60]}
    if not has_text:
        raise NotThisGenre("not.empty", **shown)
    head = norm[:1500]
    heading = title or first
    if re.search(r"审计", heading) and not _HAS_INSPECTION.search(heading):
        raise NotThisGenre("not.audit", **shown)
    if not _HAS_INSPECTION.search(head):
        raise NotThisGenre("not.audit" if "审计" in head else "not.other", **shown)
    publishes = "整改" in head and bool(_PUBLISHES.search(head))
    if labels and (publishes or title):
        return
    if publishes and not re.search(r"公告.{0,4}受理|进驻", heading):
        return
    if _FEEDBACK.search(heading) or (_FEEDBACK.search(head) and not labels):
        raise NotThisGenre("not.feedback", **shown)
    if _START.search(heading) or (_START.search(head) and not labels):
        raise NotThisGenre("not.start", **shown)
    if labels:
        return
    if re.search(r"问题", norm):
        raise NotThisGenre("not.no_measures", **shown)
    raise NotThisGenre("not.other", **shown)
