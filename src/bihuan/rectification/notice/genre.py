"""Is this a published notice of inspection rectification at all? Its neighbours are refused with a reason.

What decides is the heading first, then what the text does: it announces a publication (现将…整改…通报) and tells what was
put right (整改情况: under problems, or totals of problems and measures).
"""

from __future__ import annotations

import itertools
import re

from .model import NotThisGenre

_HAS_INSPECTION = re.compile(r"巡察|巡视")
_PUBLISHES = re.compile(
    r"(?:现将|现就|予以)[^。]{0,60}(?:公布|通报|公告|公示|报告|公开)|整改[^。,]{0,16}(?:通报|报告|公告|公示)$", re.M
)
_NOTICE = re.compile(r"整改.{0,30}(?:通报|报告|公告|公示|情况)[)\]]?$")
_AUDIT = re.compile(r"审计(?:查出|发现|反馈|报告|整改|署|厅|局|组|工作报告)")
_OTHER_SUPERVISION = re.compile(r"(?:生态环境保护|环保|环境保护|安全生产|食品安全|粮食|土地|自然资源)?督[察查](?:组|反馈|整改|发现)")
_START = re.compile(
    r"进驻|入驻|动员(?:会|部署|大会)|(?:开展|启动).{0,16}(?:巡察|巡视).{0,4}(?:公告|工作)$|(?:巡察|巡视)(?:工作)?(?:公告|预告)"
    r"|受理.{0,20}(?:来信|来电|来访)",
    re.M,
)
_FEEDBACK = re.compile(
    r"反馈会|反馈会议|召开.{0,40}反馈|作表态发言|表态发言|(?:向|对).{2,40}反馈.{0,12}(?:情况|意见|结果)?$|反馈.{0,8}(?:巡察|巡视)(?:情况|意见)$",
    re.M,
)
_PLAN = re.compile(r"整改(?:工作|落实|实施)?(?:方案|计划|清单|台账)(?:的通知)?[)\]]?$")
_RESULT = re.compile(r"整改措施\s*\d+|\d+\s*[条项个](?:整改)?(?:措施|举措)|已?(?:完成整改|整改完成|整改到位|销号)|整改(?:完成)?率")


def check_genre(norm: str, title: str | None, *, has_text: bool, labels: int) -> None:
    """Raise :class:`NotThisGenre` unless the text publishes what came of an inspection's findings.

    ``labels`` is the number of rectification texts found.
    """
    first = next((line.strip() for line in norm.split("\n") if line.strip()), "")
    shown = {"title": title or first[:60]}
    if not has_text:
        raise NotThisGenre("not.empty", **shown)
    heading = _heading(norm, title)
    head = norm[:1500]
    code = _by_subject(heading, head)
    if code:
        raise NotThisGenre(code, **shown)
    publishes = "整改" in head and bool(_PUBLISHES.search(head)) and not re.search(r"公告.{0,4}受理|进驻", heading)
    named = bool(title) or bool(_NOTICE.search(heading) and _HAS_INSPECTION.search(heading))
    if labels and (publishes or named):
        return
    # Without problems one by one, the totals at least must say what was put right.
    if publishes and (named or _RESULT.search(norm)) and not (_FEEDBACK.search(heading) or _START.search(heading)):
        return
    if labels and not (_FEEDBACK.search(heading) or _START.search(heading)):
        return
    raise NotThisGenre(_by_form(heading, head, norm), **shown)


def _heading(norm: str, title: str | None) -> str:
    """The title, or else the short lines the text begins with."""
    if title:
        return title
    lines = [line.strip() for line in norm.split("\n") if line.strip()][:3]
    short = list(itertools.takewhile(lambda line: len(line) <= 60 and not line.endswith("。"), lines))
    return "\n".join(short) or (lines[0][:60] if lines else "")


def _by_subject(heading: str, head: str) -> str | None:
    """Rectification of something else: an audit, another kind of inspection, a plan that tells no results."""
    inspected = bool(_HAS_INSPECTION.search(heading))
    if any("审计" in line and not _HAS_INSPECTION.search(line) for line in heading.split("\n")):
        return "not.audit"
    if not inspected and len(_AUDIT.findall(head)) > len(_HAS_INSPECTION.findall(head)):
        return "not.audit"
    if not _HAS_INSPECTION.search(head):
        if _OTHER_SUPERVISION.search(head) and "整改" in head:
            return "not.supervision"
        return "not.audit" if "审计" in head else "not.other"
    if not inspected and _OTHER_SUPERVISION.search(heading):
        return "not.supervision"
    if any(_PLAN.search(line) for line in heading.split("\n")):
        return "not.plan"
    return None


def _by_form(heading: str, head: str, norm: str) -> str:
    if _FEEDBACK.search(heading):
        return "not.feedback"
    if _START.search(heading):
        return "not.start"
    if _FEEDBACK.search(head):
        return "not.feedback"
    if _START.search(head):
        return "not.start"
    return "not.no_measures" if "问题" in norm else "not.other"
