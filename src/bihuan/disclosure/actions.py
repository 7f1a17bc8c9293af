"""Who may do what with opinions. The sender's identity is a right of its own, given by name and for a time."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.access import Viewer, action
from bihuan.people.tracks import register_track

from .receivers import receives

IDENTITY_TRACK = register_track("opinion_identity", _("意见来信人身份"))
CLERK = "dept_clerk"
SIDES = ("inspection_office", "stationed_discipline")
DESKS = (*SIDES, "office", "rectification_office", "petition_office")
"""Where a call, a letter or a visitor may arrive."""


def has_it(viewer: Viewer, obj: Any) -> bool:
    """The receiver with whom the opinion (or that of the task) lies."""
    return receives(viewer, getattr(obj, "opinion", obj))


def opens(viewer: Viewer, obj: Any) -> bool:
    """The receiver, if the right was given to them by name."""
    return viewer.knows(IDENTITY_TRACK) and has_it(viewer, obj)


def answers(viewer: Viewer, obj: Any) -> bool:
    """Head or clerk of the department the task was given to."""
    return obj.unit_id in viewer.headed or (viewer.has(CLERK) and obj.unit_id in viewer.units)


def heads_side(viewer: Viewer, obj: Any) -> bool:
    """The head of the side's own unit."""
    return bool(viewer.headed) and viewer.has(*SIDES)


NAME_RECEIVER = action("disclosure.receiver.name", _("指定意见接收人"), relation=heads_side)
REGISTER = action("disclosure.opinion.register", _("登记群众意见"), roles=DESKS)
IMPORT = action("disclosure.opinion.import", _("导入群众意见"), roles=SIDES)
ROUTE = action("disclosure.opinion.route", _("交办群众意见"), relation=has_it)
SET_ASIDE = action("disclosure.opinion.set-aside", _("作不予受理处理"), relation=has_it)
HAND_ON = action("disclosure.opinion.hand-on", _("移交派驻纪检监察组"), relation=has_it)
VOID = action("disclosure.opinion.void", _("作废群众意见"), relation=has_it)
ANSWERED = action("disclosure.opinion.answered", _("意见办结"))
IDENTITY = action("disclosure.opinion.identity", _("查看来信人身份"), relation=opens)
LOOK_UP = action("disclosure.opinion.look-up", _("凭回执查询答复"), roles=DESKS)
WRITE = action("disclosure.task.write", _("起草答复"), relation=answers)
REVIEW = action("disclosure.task.review", _("审核答复"), relation=has_it)

OFFICE = ("rectification_office", "office")
DRAW_UP = action("disclosure.notice.draw-up", _("起草公开通报"), roles=OFFICE)
EDIT = action("disclosure.notice.edit", _("修改公开通报"), roles=OFFICE)
KEEP_OUT = action("disclosure.notice.keep-out", _("批准不公开的事项"), roles=["president"])
REPLY = action("disclosure.notice.reply", _("登记审核答复"), roles=OFFICE)
SUBMIT = action("disclosure.notice.submit", _("公开通报送审"), roles=OFFICE)
LOCK = action("disclosure.notice.lock", _("公开通报定稿"), roles=["president"])
PUBLISH = action("disclosure.notice.publish", _("登记公开"), roles=OFFICE)
WITHDRAW = action("disclosure.notice.withdraw", _("撤下已公开的通报"), roles=["president"])
