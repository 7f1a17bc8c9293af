"""Requests made here and decided in the case system, as a ledger that nobody types into."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.ledger import Column, Filter, Ledger, Menu, StateColumn, register
from bihuan.kernel.workflow import Tone

from ..models import ExclusionRequest, ExtensionRequest
from ..opening.need import about_case

TONES: dict[str, Tone] = {"open": "wait", "granted": "good", "differs": "warn", "refused": "bad"}

EXTENSIONS = register(
    Ledger(
        code="cases.extensions",
        path="cases/extensions",
        model=ExtensionRequest,
        key="pk",
        row_title="case",
        title=_("延长审限申请"),
        about=_("在案件页面预检、登记、打印；审批在案件系统，结果导入后自动核对。"),
        menu=Menu("cases_limits", icon="file-text", order=30),
        columns=(
            "case",
            "asked_on",
            "asked_by",
            "by",
            "term",
            "until",
            Column("late"),
            StateColumn("state", tones=TONES),
        ),
        filters=("state", "late", Filter("asked_on", kind="dates")),
        search=("case__number",),
        ordering=("-asked_on", "-id"),
        facts=(
            "case", "asked_on", "asked_by", "by", "term", "until", "reason", "late", "late_reason", "raw_due", "due_on",
            "settled_on", "grant",
        ),
        views={"detail": "bihuan.cases.pages.extensions.ExtensionDetail"},
        need=about_case("asked_on", "asked_by", "by", "term", "until", "late", "raw_due", "due_on", "settled_on", "grant", "state"),
    )
)  # fmt: skip
EXCLUSIONS = register(
    Ledger(
        code="cases.exclusions",
        path="cases/exclusions",
        model=ExclusionRequest,
        key="pk",
        row_title="case",
        title=_("扣除审限申请"),
        about=_("在案件页面按法定清单预检、登记、打印；扣除在案件系统办理，登记结果导入后自动核对。"),
        menu=Menu("cases_limits", icon="hourglass", order=32),
        columns=(
            "case",
            "asked_on",
            "asked_by",
            "ground",
            "first",
            "last",
            Column("reference", minor=True),
            StateColumn("state", tones=TONES),
        ),
        filters=("state", "ground", Filter("asked_on", kind="dates")),
        search=("case__number", "reference"),
        ordering=("-asked_on", "-id"),
        facts=(
            "case", "asked_on", "asked_by", "ground", "first", "last", "reference", "reason", "raw_due", "due_on", "settled_on", "pause",
        ),
        views={"detail": "bihuan.cases.pages.exclusions.ExclusionDetail"},
        need=about_case("asked_on", "asked_by", "ground", "first", "last", "raw_due", "due_on", "settled_on", "pause", "state"),
    )
)  # fmt: skip
