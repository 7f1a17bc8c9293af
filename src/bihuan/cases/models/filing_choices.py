"""The closed lists of filing supervision: where complaints and checks stand, what a check finds."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ComplaintState(models.TextChoices):
    """Where a complaint about filing stands."""

    ACCEPTED = "accepted", _("已受理，待查明")
    FOUND = "found", _("已查明，待答复")
    REPLIED = "replied", pgettext_lazy("complaint", "已答复")


class CheckState(models.TextChoices):
    """Where a regular check stands."""

    DRAWN = "drawn", _("已抽取，检查中")
    DONE = "done", pgettext_lazy("filing check", "已检查")
    CANCELLED = "cancelled", pgettext_lazy("filing check", "已取消")


class CheckFinding(models.TextChoices):
    """What the check found of one receipt; empty while nobody looked at it."""

    SOUND = "sound", _("没有问题")
    LATE = "late", _("超期立案")
    NO_RECEIPT = "no_receipt", _("没有出具收件凭证")
    NOT_TOLD_AT_ONCE = "not_told_at_once", _("没有一次性告知补正内容")
    MEDIATION = "mediation", _("强制或者久拖的诉前调解")
    NEITHER = "neither", _("既不立案又不作出裁定")
    OTHER = "other", pgettext_lazy("filing check", "其他问题")
