"""A draft's figures held against the system's, and its arithmetic reckoned after. Nothing is kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access, figure_check
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.figure_check import Report, Status
from bihuan.kernel.files import inspect_upload
from bihuan.kernel.ledger.views.base import WRONG_INPUT
from bihuan.kernel.pages.base import PersonView
from bihuan.kernel.wording import Message

from ..notice import UnreadableNotice, source_of
from ..notice.render import describe
from .notices import ALLOW, LIMIT_MB, NoticeForm

LONGEST = 50_000
"""Letters of a draft; a public notice has five to ten thousand."""


class DraftForm(NoticeForm):
    """A draft as a file or as pasted text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = gettext_lazy("文稿")
        self.fields["text"].label = gettext_lazy("或粘贴文稿全文")

    def clean(self) -> dict[str, Any]:
        """Not longer than can be checked at once."""
        given = super().clean()
        if len(str(given.get("text", ""))) > LONGEST:
            self.add_error("text", _("文稿超过 %(limit)s 字，请分段核对。") % {"limit": LONGEST})
        return given


class NoticeCheck(PersonView):
    """Upload or paste a draft, see each figure with what was found."""

    template = "rectification/notice_check.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for it."""
        self._for_those_at_work()
        return self.draw(DraftForm(person=self.person))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check it; say why a file cannot be read."""
        self._for_those_at_work()
        form = DraftForm(request.POST, request.FILES, person=self.person)
        if not form.is_valid():
            return self.draw(form, status=WRONG_INPUT)
        try:
            name, text = self.text_of(form)
        except UnreadableNotice as error:
            form.add_error(None, describe(error))
            return self.draw(form, status=WRONG_INPUT)
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error("file", str(reason))
            return self.draw(form, status=WRONG_INPUT)
        return self.draw(form, figure_check.check(text, person=self.person), name)

    def _for_those_at_work(self) -> None:
        viewer = access.viewer(self.person)
        if viewer.admin_role or not viewer.roles:
            raise NotAllowed(Message(access.NOT_ALLOWED, {"person": str(self.person), "action": _("核对文稿数据")}))

    def text_of(self, form: DraftForm) -> tuple[str, str]:
        """Name and text of the draft. Raises UnreadableNotice, FileRefused."""
        upload = form.cleaned_data.get("file")
        if upload is None:
            return _("粘贴的文字"), form.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n")
        inspect_upload(upload, filename=upload.name, allow=ALLOW, max_bytes=LIMIT_MB * 1024 * 1024)
        upload.seek(0)
        text = source_of(upload.read(), name=upload.name).text
        if len(text) > LONGEST:
            raise UnreadableNotice("file.size", name=upload.name, limit=LIMIT_MB)
        return upload.name, text

    def draw(self, form: DraftForm, report: Report | None = None, name: str = "", status: int = 200) -> HttpResponse:
        """The page, with the report once there is one."""
        context: dict[str, Any] = {
            "form": form,
            "report": report,
            "name": name,
            "again": reverse("rectification:notice_check"),
        }
        if report is not None:
            context["counts"] = [(one, n) for one, n in report.counts.items()]
            context["to_do"] = _to_do(report)
            context["rows"] = [_row(report, one) for one in report.figures]
        return self.show(context, status=status)


def _row(report: Report, one: figure_check.Checked) -> dict[str, Any]:
    return {
        "line": one.line,
        "around": report.around(one.mention.at, one.mention.stop),
        "status": one.status,
        "bound": one.bound,
        "says": [remark.message for remark in one.remarks],
    }


def _to_do(report: Report) -> list[dict[str, Any]]:
    """What somebody has to look at, in the order of the text."""
    rows = [
        (one.mention.at, _row(report, one))
        for one in report.figures
        if one.status not in (Status.EQUAL, Status.UNBOUND)
    ]
    for remark in report.others:
        row = {
            "line": report.line_of(remark.start), "around": report.around(remark.start, remark.end), "status": remark.status,
            "bound": None, "says": [remark.message],
        }  # fmt: skip
        rows.append((remark.start, row))
    return [row for _at, row in sorted(rows, key=lambda pair: pair[0])]
