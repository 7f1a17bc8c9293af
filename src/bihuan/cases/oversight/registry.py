"""Fills the registries with what oversight brings."""

from bihuan.kernel import parameter_words
from bihuan.kernel.wording import wording

from ..models import MeasureKind
from ..services.keeping import check_change
from . import flows, ledgers, panel, rules, scopes, triggers  # noqa: F401
from .services import keep_from_result

parameter_words.spell("measures", {kind.value: wording(f"cases.measure.{kind.value}", kind.label) for kind in MeasureKind})
check_change(keep_from_result)
