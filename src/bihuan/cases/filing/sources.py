"""Where the facts of filing come from: receipts by sheets, complaints and checks on the platform itself."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.sources import LIVE, register_source

RECEIPTS = "filing"
register_source(
    RECEIPTS,
    name=_("立案收件登记"),
    owner_role="filing_head",
    every="weekly",
    grace_days=None,
    models=("cases.Receipt", "cases.ReceiptSupplement"),
)
COMPLAINTS = "filing-complaints"
register_source(
    COMPLAINTS,
    name=_("不立案投诉登记、立案定期检查"),
    owner_role="filing_head",
    every=LIVE,
    models=("cases.FilingComplaint", "cases.FilingCheck", "cases.FilingCheckItem"),
)
