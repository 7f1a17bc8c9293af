"""The sentences of a due date's trace: what the law package stores as codes (see bihuan.law.steps)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.wording import known, wording
from bihuan.law import steps

_SENTENCES = {
    steps.START: _("起算：%(trigger)s 当日不计入，自 %(first_counted)s 起计算（%(article)s）。"),
    steps.DAYS: _("自 %(from)s 起 %(count)s 日，至 %(to)s。"),
    steps.YEARS: _("自 %(from)s 起 %(count)s 年，至 %(to)s（%(article)s）。"),
    steps.MONTHS: _("自 %(from)s 起 %(count)s 个月，至 %(to)s（%(article)s）。"),
    steps.CRIMINAL_MONTHS: _("自 %(from)s 起 %(count)s 个月，至 %(to)s（%(article)s）。"),
    steps.HALF_MONTH: _("自 %(from)s 起 %(count)s 个半月（%(days)s 日），至 %(to)s（%(article)s）。"),
    steps.WORKDAYS: _("自 %(from)s 起 %(count)s 个工作日，至 %(to)s（%(article)s）。"),
    steps.EXTENSION: _("经批准延长 %(term)s：由 %(from)s 延至 %(to)s（%(article)s %(reference)s）。"),
    steps.EXTENSION_UNTIL: _("经批准由 %(from)s 延至 %(to)s（%(article)s %(reference)s）。"),
    steps.EXCLUSION: _("扣除 %(first)s 至 %(last)s（%(grounds)s）：由 %(from)s 顺延至 %(to)s。"),
    steps.EXCLUSION_IGNORED: _("%(first)s 至 %(last)s（%(grounds)s）不在期间内，不扣除。"),
    steps.ROLL: _("%(from)s 为休息日，顺延至 %(to)s（%(article)s）。"),
    steps.NO_ROLL: _("%(day)s 为工作日，不顺延（%(article)s）。"),
    steps.CUSTODY: _("在押期间不因休息日顺延，仍为 %(day)s（%(article)s）。"),
    steps.PROVISIONAL: _("放假安排只公布到 %(published_to)s 年，此后按周末推算，公布后重新计算。"),
}
for _code, _sentence in _SENTENCES.items():
    if not known(_code):
        wording(_code, _sentence)
