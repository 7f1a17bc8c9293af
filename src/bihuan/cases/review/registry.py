"""Fills the registries with what reviews bring."""

from bihuan.kernel import evidence, parameter_words, patrol
from bihuan.kernel.wording import wording

from .. import actions as a
from ..models import Conduct
from . import events, flows, ledgers, rules, rules_share, scopes, triggers  # noqa: F401
from .services import open_reversed

evidence.attachable("cases.CaseReview", add=a.REVIEW_KEEP)
parameter_words.spell("conduct", {one.value: wording(f"cases.conduct.{one.value}", one.label) for one in Conduct})
patrol.before(open_reversed)
