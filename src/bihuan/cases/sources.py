"""Where the facts of cases come from."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.sources import register_source

CASES = "cases"
register_source(
    CASES,
    name=_("案件系统导出的案件数据"),
    owner_role="trial_management",
    every="weekly",
    grace_days=None,
    models=("cases.Case", "cases.CasePause", "cases.CaseGrant", "cases.CaseTurn", "cases.Hearing", "cases.Appeal", "cases.CaseParty"),
)
