"""What the calculus of limits finds, in words: refusals and breaches of a case's history, lamps, wrong case numbers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.law.errors import CaseNumberError
from bihuan.law.limits import findings as f
from bihuan.law.limits import plain
from bihuan.law.limits.lamps import Lamp

from . import law_words
from .wording import Message, wording

SENTENCES = {
    f.PAUSE_UNLISTED: _("%(first)s 至 %(last)s“%(ground)s”不在不计入期间的清单内，不扣除，计为隐性暂停 %(days)s 日（%(article)s）。"),
    f.PAUSE_UNPROVED: _("%(first)s 至 %(last)s“%(ground)s”没有“%(needs)s”的证明，不扣除，计为隐性暂停 %(days)s 日（%(article)s）。"),
    f.PAUSE_CAPPED: _("“%(ground)s”每次最多扣除%(max)s，至 %(counted_to)s 止；其后 %(days)s 日不扣除，计为隐性暂停（%(article)s）。"),
    f.PAUSE_SKIPPED: _("“%(ground)s”的最初%(skip)s仍计入期间，自 %(counted_from)s 起才扣除（%(article)s）。"),
    f.PAUSE_RUNNING: _("“%(ground)s”自 %(first)s 起仍在进行，暂算至 %(on)s；结束后重新计算。"),
    f.GRANT_NONE: _("该期限不得延长，批准的延长不认（%(cited)s）。"),
    f.GRANT_APPROVER: _("延长应由%(expected)s批准，%(by)s批准的不认（%(cited)s）。"),
    f.GRANT_UNRECORDED: _("延长没有记载批准人，按%(assumed)s批准计算，请补记%(ref)s。"),
    f.GRANT_ORDER: _("须先有前一次延长，才能再报%(by)s延长，不认（%(cited)s）。"),
    f.GRANT_TIMES: _("%(by)s的延长只有 %(times)s 次，超出的不认（%(cited)s）。"),
    f.GRANT_CONDITION: _("延长的条件是：%(needs)s；没有记载，不认（%(cited)s）。"),
    f.GRANT_NO_LENGTH: _(
        "法律没有规定延长的长度，须写明批准的届满日，不认（%(cited)s）。旧规定为%(legacy_term)s（%(legacy)s），仅供参考。"
    ),
    f.GRANT_NOTHING: _("批准的届满日 %(until)s 不晚于原届满日 %(end)s，没有延长%(ref)s。"),
    f.GRANT_OVER: _("批准至 %(asked)s，超过法定的最长期限；只算到 %(allowed)s，超出的不认（%(cited)s）。"),
    f.GRANT_UNDER: _("批准至 %(asked)s，短于规定的最短延长（至 %(least)s）（%(cited)s）。"),
    f.GRANT_AFTER_EXPIRY: _("%(applied)s 申请延长，期限已于 %(due)s 届满，不认（%(cited)s）。"),
    f.GRANT_LATE: _("%(applied)s 才申请延长，应在 %(raw)s 届满的 %(days)s 日前、即 %(wanted)s 以前申请（%(cited)s）。"),
    f.GRANT_UNDATED: _("延长没有申请日期，无法判断是否在届满前申请%(ref)s。"),
    f.GRANT_PENDING: _("%(applied)s 申请的延长还没有批准的记载，不计算%(ref)s。"),
    f.GRANT_DECIDED_AFTER: _("%(decided)s 才批准延长，期限已于 %(due)s 届满；仍计算，记为违规（%(cited)s）。"),
    f.GRANT_DECIDED_REFUSED: _("%(decided)s 才批准延长，期限已于 %(due)s 届满，不认（%(cited)s）。"),
    f.GRANT_DECIDED_LATE: _("%(decided)s 才决定延长，应在 %(raw)s 届满的 %(days)s 日前、即 %(wanted)s 以前决定（%(cited)s）。"),
    f.GRANT_DAYS: _("延长的批准日 %(decided)s 早于申请日 %(applied)s，请核对%(ref)s。"),
    f.GRANT_LEGACY: _("该延长只有旧规定作依据，法律没有规定（%(cited)s）。"),
    f.TURN_UNKNOWN: _("%(on)s 的“%(turn)s”对%(limit)s没有依据，不改变期限的计算。"),
    f.TURN_TIMES: _("%(on)s 的“%(turn)s”已超过 %(times)s 次，不再重新计算（%(article)s）。"),
    f.TURN_LATE: _("%(on)s 才转为%(turn)s，原期限已于 %(due)s 届满；转换应在届满以前（%(article)s）。"),
    f.TURN_AWAY: _("“%(turn)s”自 %(sent)s 至 %(on)s，超过%(away)s（%(article)s）。"),
    f.TURN_GRANTS_DROPPED: _("转换以前批准的延长（%(count)s 次）不再计算，期限按新程序自原起算日计算（%(article)s）。"),
    f.EXCEEDED: _("期限已于 %(due)s 届满，至 %(on)s 超过 %(days)s 日（%(article)s）。"),
    f.EXCEEDED_CLOSED: _("期限已于 %(due)s 届满，%(closed)s 才办结，超过 %(days)s 日（%(article)s）。"),
    f.EXCEEDED_EARLIER: _("重新计算以前，期限已于 %(due)s 届满，至 %(on)s 超过 %(days)s 日（%(article)s）。"),
    f.PAST_ORDINARY: _("已过通常的期限 %(due)s，至迟不得超过 %(hard_due)s（%(article)s）。"),
    f.AT_EXPIRY: _("届满后：%(limit)s（%(article)s）。"),
    f.UNCONFIRMED: _("依据未经核实（%(article)s，%(tag)s），请与法院核对原文。"),
    plain.ADJOURNED_TOO_OFTEN: _("%(on)s 是第 %(count)s 次延期开庭，最多 %(times)s 次（%(article)s）。"),
    plain.ADJOURNED_TOO_LONG: _("%(on)s 与 %(to)s 两次开庭的间隔超过一个月，最迟 %(latest)s（%(article)s）。"),
    plain.ADJOURNED_UNAPPROVED: _("%(on)s 以其他事由延期开庭，没有院长批准的记载（%(article)s）。"),
    plain.ADJOURNED_OTHER: _("%(on)s 以其他事由延期开庭，不属于不可抗力或意外事件（%(article)s）。"),
}
for _code, _sentence in SENTENCES.items():
    wording(_code, _sentence)

EFFECTS = {
    "refused": wording("law.effect.refused", _("不认")),
    "breach": wording("law.effect.breach", _("违规")),
    "unproven": wording("law.effect.unproven", _("未证明")),
    "note": wording("law.effect.note", pgettext_lazy("finding", "提示")),
}
LIGHTS = {
    "green": wording("law.lamp.green", _("正常，距届满 %(days)s 日")),
    "near": wording("law.lamp.near", _("临期，距届满 %(days)s 日（%(step)s 日档）")),
    "past_ordinary": wording("law.lamp.past_ordinary", _("已过通常期限，距至迟之日 %(days)s 日")),
    "overdue": wording("law.lamp.overdue", _("超期")),
    "stopped": wording("law.lamp.stopped", _("暂停中，不计入期限")),
    "closed_in_time": wording("law.lamp.closed_in_time", _("期限内办结")),
    "closed_late": wording("law.lamp.closed_late", _("超期办结")),
    "not_yet": wording("law.lamp.not_yet", _("尚不可进行，还差 %(days)s 日")),
    "allowed": wording("law.lamp.allowed", _("已可进行")),
    "none": wording("law.lamp.none", _("没有期限")),
}
NUMBERS = {
    "number.year.missing": _("年度：开头没有收案年度，应写成（2025）鄂0000民初1号。"),
    "number.year.brackets": _("年度：%(found)s 没有写在一对括号里。"),
    "number.year.range": _("年度：“%(found)s”不是收案年度，应为1949至2099年间的四位数。"),
    "number.court.unknown": _("法院代字：“%(found)s”不是法院代字，应以省份简称（如鄂0000）或“%(supreme)s”开头。"),
    "number.court.digits": _("法院代字：“%(found)s”带 %(count)s 位数字；高级法院没有数字，中级法院两位，基层法院四位。"),
    "number.type.missing": _("类型代字：法院代字与编号之间没有类型代字（民初、刑初、行初、执等）。"),
    "number.type.unknown": _("类型代字：不认识“%(found)s”；相近的有：%(near)s。"),
    "number.serial.missing": _("编号：“号”之前没有编号，应为自1起的整数。"),
    "number.serial.long": _("编号：%(found)s 太长。"),
    "number.mark.missing": _("末尾：没有“号”字。"),
    "number.suffix.unread": _("后缀：“%(found)s”不是“之一”“之二”一类。"),
}
for _code, _sentence in NUMBERS.items():
    wording(_code, _sentence)


def lamp_message(lamp: Lamp) -> Message:
    """The lamp in words."""
    return Message(LIGHTS[lamp.light], {"days": lamp.days, "step": lamp.step})


def effect_message(effect: str) -> Message:
    """What a finding means for the answer, in a word."""
    return Message(EFFECTS[effect])


def number_message(error: CaseNumberError) -> Message:
    """Which part of a case number is wrong, and how."""
    return Message(error.code, error.params)


def finding_message(found: Any) -> Message:
    """A finding (or its stored form) in words."""
    stored = found if isinstance(found, dict) else {"code": found.code, "params": dict(found.params)}
    return law_words.message(stored)
