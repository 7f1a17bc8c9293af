"""The page on which the trial management office loads the holiday notice of a new year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.forms import dress
from bihuan.kernel.ledger.views.base import WRONG_INPUT, refuse
from bihuan.kernel.pages.base import PersonView
from bihuan.law.calendar import CALENDAR_DATA, current_calendar

from ..ledgers import CASES
from . import preview, services


class NoticeForm(forms.Form):
    """The dated file of a year."""

    file = forms.FileField(label=gettext_lazy("放假安排文件（YAML）"), help_text=gettext_lazy("照下面的样例写一份新年度的文件。"),
                           widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml"}))  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class NoticePage(PersonView):
    """Read and preview; then confirm what was previewed."""

    template = "cases/notice.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The years that are published, and the form."""
        access.require(self.person, services.LOAD)
        return self.page_of(NoticeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Preview a file, or load the text that was previewed (`seen`)."""
        access.require(self.person, services.LOAD)
        if "seen" in request.POST:
            return self.confirm(request)
        form = NoticeForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page_of(form, status=WRONG_INPUT)
        try:
            return self.page_of(form, notice=services.read(form.cleaned_data["file"].read()))
        except Refused as refusal:
            return self.page_of(form, status=refuse(form, refusal))

    def confirm(self, request: HttpRequest) -> HttpResponse:
        """Load it; the due dates follow by the job worker."""
        form = NoticeForm()
        try:
            notice = services.read(request.POST.get("text", "").encode())
            count = preview.of_cases(current_calendar(), notice.calendar, clock.today()).count
            services.load(actor=self.person, notice=notice, seen=request.POST["seen"], moved=count)
        except Refused as refusal:
            self.refuse(refusal)
            return self.page_of(form, status=WRONG_INPUT)
        self.done(
            _("已载入 %(year)s 年放假安排，案件、立案收件和投诉答复的届满日正在后台重新计算。")
            % {"year": notice.year.year}
        )
        return HttpResponseRedirect(reverse("cases:notice"))

    def page_of(self, form: NoticeForm, *, notice: services.Notice | None = None, status: int = 200) -> HttpResponse:
        """The page, with the preview of a notice if there is one."""
        held = current_calendar()
        sample = sorted(CALENDAR_DATA.glob("*.yaml"))[-1]
        context: dict[str, Any] = {
            "form": form, "notices": held.notices[:-6:-1], "to": held.published_to(), "list": CASES.url(),
            "sample": sample.read_text(encoding="utf-8"),
        }  # fmt: skip
        if notice is not None:
            on = clock.today()
            found = preview.of_cases(held, notice.calendar, on)
            context |= {
                "notice": notice, "seen": held.digest, "found": found, "rows": preview.listed(self.person, found),
                "others": preview.others(self.person, held, notice.calendar, on),
                "off": sorted(notice.year.off), "on_days": sorted(notice.year.on),
            }  # fmt: skip
        return self.show(context, status=status)
