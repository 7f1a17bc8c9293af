"""Fills the registries with what shares bring."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import law_words, parameter_words, patrol
from bihuan.kernel.pages.parameters import LABELS
from bihuan.kernel.wording import wording
from bihuan.law.limits.words import vocabulary

from ..models import Body, OversightKind
from . import events, ledgers, rules, scopes, triggers  # noqa: F401
from .services import refresh

NAMES = {
    "president": _("院长 %(value)s%%"), "president_from": _("院长下限 %(value)s%%"), "president_to": _("院长上限 %(value)s%%"),
    "leader": _("院领导 %(value)s%%"), "leader_from": _("院领导下限 %(value)s%%"), "leader_to": _("院领导上限 %(value)s%%"),
    "head": _("庭长 %(value)s%%"), "head_from": _("庭长下限 %(value)s%%"), "head_to": _("庭长上限 %(value)s%%"),
}  # fmt: skip
parameter_words.NAMES.update({key: wording(f"law.key.{key}", text) for key, text in NAMES.items()})
parameter_words.spell("hard_marks", {kind.value: wording(f"cases.hard.mark.{kind.value}", kind.label) for kind in OversightKind})
parameter_words.spell("hard_bodies", {body.value: wording(f"cases.hard.body.{body.value}", body.label) for body in Body})
parameter_words.spell("hard_facts", {code: str(law_words.name("fact", code)["code"]) for code in vocabulary().facts})
LABELS.update(hard_marks=_("确认为“四类案件”的类别"), hard_bodies=_("经讨论的会议"), hard_facts=_("案件的情形"))
patrol.before(refresh)
