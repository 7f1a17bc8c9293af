"""A published notice: read, shown beside its proposed structure, edited, then saved as an old round or compared."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel import access
from bihuan.kernel.errors import NotAllowed, Refused
from bihuan.kernel.files import inspect_upload
from bihuan.kernel.ledger.views.base import WRONG_INPUT, status_of
from bihuan.kernel.models import Person, Unit
from bihuan.kernel.pages.base import PersonView, row_id
from bihuan.kernel.pages.form_page import FormPage, HouseForm
from bihuan.kernel.wording import Message
from bihuan.kernel.work import unit_of_work
from bihuan.law.errors import LawError

from .. import actions as a
from .. import services
from .. import wordings as w
from ..ledgers import ROUNDS
from ..models import Category, InspectionRound, ProblemKind, RoundKind, SubProblem
from ..notice import Notice, NotThisGenre, Source, UnreadableNotice, read_notice, source_of
from ..notice.render import count_label, describe, left_out_label, part_label, reason_label
from . import notice_draft, notice_kept, notice_places, uploads
from .notice_draft import TITLE_LENGTH, Draft, Judged
from .notice_text import marked, marks_of
from .rounds import default_due

LIMIT_MB = 10
ALLOW = frozenset({"txt", "docx", "html", "pdf"})
MOST_FIELDS = 4_500
"""Fields of a form that the server takes, with some to spare (DATA_UPLOAD_MAX_NUMBER_FIELDS)."""
_DATE_DOUBTS = ("date.", "year.carried", "period.", "feedback.missing", "published.")


class NoticeForm(HouseForm):
    """A notice as a file or as pasted text."""

    file = forms.FileField(
        label=gettext_lazy("通报文件"),
        required=False,
        help_text=gettext_lazy("文本（.txt）、Word（.docx）、保存的网页（.html）或 PDF（有文字的，不是扫描件），不超过 10 MB。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,.docx,.html,.htm,.pdf"}),
    )
    text = forms.CharField(
        label=gettext_lazy("或粘贴通报全文"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 6})
    )

    def clean(self) -> dict[str, Any]:
        """One of the two; the file within the limit, before it is read."""
        given = super().clean() or {}
        upload = given.get("file")
        if upload is not None and upload.size > LIMIT_MB * 1024 * 1024:
            self.add_error("file", _("文件超过 %(limit)s MB，请只保留正文。") % {"limit": LIMIT_MB})
        elif upload is None and not str(given.get("text", "")).strip() and "file" not in self.errors:
            self.add_error("file", _("请选择文件，或在下面粘贴全文。"))
        return given


class NoticeRead(FormPage):
    """Upload or paste a notice."""

    heading = gettext_lazy("读取整改通报")
    lede = gettext_lazy("读取本院公开过的巡察整改进展情况通报，用于补录旧轮次，或与台账核对。读出的内容先供核对修改，确认前不保存。")
    button = gettext_lazy("读取")
    icon = "file-search"
    ledger = ROUNDS

    def prepare(self, **kwargs: Any) -> None:
        """Only who keeps the rounds."""
        access.require(self.person, a.ROUND)

    def form(self, *args: Any, **kwargs: Any) -> NoticeForm:
        """Its form."""
        return NoticeForm(*args, person=self.person)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read it; say why a text is not such a notice."""
        try:
            return super().post(request, **kwargs)
        except (NotThisGenre, UnreadableNotice) as error:
            form = self.form(request.POST)
            form.is_valid()
            form.errors.clear()
            form.add_error(None, describe(error))
            return self.ask(form, WRONG_INPUT)

    def save(self, form: Any) -> str:
        """Read it once, keep the text for the next page."""
        upload, text = form.cleaned_data.get("file"), form.cleaned_data.get("text", "")
        name = _("粘贴的文字")
        source = Source(text.replace("\r\n", "\n").replace("\r", "\n"))
        if upload is not None:
            name = upload.name
            inspect_upload(upload, filename=name, allow=ALLOW, max_bytes=LIMIT_MB * 1024 * 1024)
            upload.seek(0)
            source = source_of(upload.read(), name=name)
        notice = read_notice(source, name=name)
        if notice_draft.propose(notice).fields_needed > MOST_FIELDS:
            raise Refused(Message(w.NOTICE_TOO_LONG, {"problems": len(notice.problems), "pieces": len(notice.unplaced)}))
        return reverse("rectification:notice", args=[notice_kept.keep(self.request, source, name)])


class Held(PersonView):
    """A page about a notice that was read before."""

    def held(self, token: str) -> Notice:
        """The notice. Raises NotAllowed, Http404."""
        access.require(self.person, a.ROUND)
        self.upload, self.kept = notice_kept.take(self.request, token)
        return read_notice(self.kept.source, name=self.upload.filename)

    def draft(self, notice: Notice) -> Draft:
        """The proposal as last sent, or as read."""
        return notice_draft.edited(notice, self.kept.posted) if self.kept.posted else notice_draft.propose(notice)


class NoticePage(Held):
    """Text and proposal side by side; everything may be edited; then it becomes an old round."""

    template = "rectification/notice.html"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The proposal."""
        notice = self.held(token)
        return self.draw(token, notice, self.draft(notice))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Add a row, keep, or save; what was typed and placed stays."""
        notice = self.held(token)
        draft = notice_draft.edited(notice, request.POST)
        notice_kept.remember_form(self.upload, self.kept, request.POST)
        if "add" in request.POST:
            notice_draft.add_row(draft, request.POST["add"])
            if request.POST["add"] == "leave_out":
                places = {f"{piece.key}-place": piece.place for piece in draft.pieces}
                notice_kept.remember_form(self.upload, self.kept, {**request.POST.dict(), **places})
            return self.draw(token, notice, draft)
        if "compare" in request.POST and row_id(request.POST.get("compare-round", "")):
            address = reverse("rectification:notice_compare", args=[token])
            return HttpResponseRedirect(f"{address}?round={request.POST['compare-round']}")
        if "keep" in request.POST:
            self.done(_("已暂存，24 小时内可继续核对。"))
            return HttpResponseRedirect(request.path)
        units = {str(unit.pk): unit for unit in self.units()}
        judged = notice_draft.judge(draft, units)
        if draft.errors:
            return self.draw(token, notice, draft, status=WRONG_INPUT)
        try:
            row = backfill(self.person, notice_draft.edited(notice, request.POST), judged)
        except NotAllowed:
            raise
        except Refused as refusal:
            return self.draw(token, notice, draft, refusal.reasons, status_of(refusal))
        except LawError as error:
            draft.errors["feedback_on"] = str(error)
            return self.draw(token, notice, draft, status=WRONG_INPUT)
        uploads.drop(self.upload)
        self.done(_("已补录“%(row)s”，请核对后办理“归档备查”。") % {"row": row})
        return HttpResponseRedirect(ROUNDS.url("detail", row.pk))

    def units(self) -> list[Unit]:
        """Departments to choose from."""
        return list(access.visible(self.person, Unit).filter(closed_on=None).order_by("order", "name"))

    def draw(
        self, token: str, notice: Notice, draft: Draft, reasons: Any = (), status: int = 200
    ) -> HttpResponse:
        """Both sides."""
        rounds = access.visible(self.person, InspectionRound).filter(voided_at=None)
        context = {
            "notice": notice,
            "draft": draft,
            "fields": draft.fields,
            "errors": draft.errors,
            "reasons": reasons,
            "text": marked(notice.text, marks_of(notice)),
            "warnings": [(r.line, describe(r)) for r in notice.warnings],
            "doubts": [describe(r) for r in notice.warnings if r.code.startswith(_DATE_DOUBTS)],
            "counts": [(f"n{n}", count_label(c.of), c) for n, c in enumerate(notice.stated_counts)],
            "found": found(notice),
            "pieces": [
                (piece, reason_label(piece.reason), notice_places.options(draft.problems, piece)) for piece in draft.pieces
            ],
            "parts": [(part_label(p.role), p, f"g{n}") for n, p in enumerate(notice.parts) if p.role not in ("group", "list")],
            "around": [(left_out_label(one.reason), one) for one in notice.left_out],
            "kinds": RoundKind.choices,
            "categories": Category.choices,
            "problem_kinds": ProblemKind.choices,
            "units": [(str(unit.pk), unit.name) for unit in self.units()],
            "rounds": list(rounds),
            "ledger": ROUNDS,
            "list_url": ROUNDS.url("list"),
            "again": reverse("rectification:notice_read"),
        }
        return self.show(context, status=status)


def found(notice: Notice) -> list[tuple[str, int]]:
    """What was counted in the text itself."""
    subs = [sub for problem in notice.problems for sub in problem.subproblems]
    return [
        (_("问题"), len(notice.problems)),
        (_("具体问题"), sum(1 for sub in subs if sub.title)),
        (_("整改分句"), sum(len(sub.clauses) for sub in subs)),
        (_("写明名称的制度"), len({rule for sub in subs for rule in sub.rules_named})),
        (_("数据"), sum(len(sub.figures) for sub in subs)),
    ]


def backfill(actor: Person, draft: Draft, judged: Judged) -> InspectionRound:
    """Write an edited and judged draft as an old round, in one unit of work. Raises NotAllowed, Refused, LawError."""
    notice_draft.place_pieces(draft)
    feedback = judged.days["feedback_on"]
    assert feedback is not None, "judge() refuses a draft without it"
    due = judged.days["due"] or default_due(feedback)
    given = draft.fields
    with unit_of_work(actor):
        round_ = services.create_round(
            actor=actor,
            code=given["code"],
            name=given["name"],
            body=given["body"],
            kind=given["kind"],
            feedback_on=feedback,
            inspected_from=judged.days["inspected_from"],
            inspected_to=judged.days["inspected_to"],
            is_backfilled=True,
            note=given["note"],
        )
        for problem in draft.problems:
            if problem.take:
                _write_problem(actor, round_, problem, draft, judged, due)
    return round_


def _one_line(title: str) -> str:
    return " ".join(title.split("\n"))[:TITLE_LENGTH]


def _write_problem(actor: Person, round_: InspectionRound, problem: Any, draft: Draft, judged: Judged, due: Any) -> None:
    parts = [{"no": s.no, "title": _one_line(s.title), "verbatim": s.title} for s in problem.subs]
    row = services.create_problem(
        actor=actor,
        round=round_,
        code=problem.code,
        title=_one_line(problem.title),
        verbatim=problem.title,
        category=problem.category,
        kind=problem.kind,
        subs=parts,
    )
    rows: list[SubProblem] = list(row.subs.order_by("order", "pk"))
    number = 0
    for sub, part in zip(problem.subs, rows, strict=False):
        for clause in sub.clauses:
            if not clause.take:
                continue
            number += 1
            services.create_measure(
                actor=actor,
                problem=row,
                sub_problem=part,
                code=f"{problem.code}-{number:02d}",
                text=clause.text,
                lead_unit=judged.units[clause.unit or draft.fields["unit"]],
                due=judged.days.get(clause.key) or due,
            )
