"""The sentences of the log about meetings."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.log import event

event("cases.meeting.convened", _("筹备会议：%(meeting)s，%(day)s，应到 %(members)s 人"))
event("cases.meeting.rolled", _("登记到会与发言：%(meeting)s，到会 %(present)s 人"))
event("cases.meeting.listed", _("列入议题：%(meeting)s，%(case)s"))
event("cases.meeting.signed", _("登记会议记录签名：%(meeting)s，%(count)s 人"))
event("cases.meeting.defects", _("核查会议：%(meeting)s，新发现瑕疵 %(found)s 条"))
