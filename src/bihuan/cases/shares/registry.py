"""Fills the registries with what shares bring."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import parameter_words, patrol
from bihuan.kernel.wording import wording

from . import events, ledgers, rules, scopes, triggers  # noqa: F401
from .services import refresh

NAMES = {
    "president": _("院长 %(value)s%%"), "president_from": _("院长下限 %(value)s%%"), "president_to": _("院长上限 %(value)s%%"),
    "leader": _("院领导 %(value)s%%"), "leader_from": _("院领导下限 %(value)s%%"), "leader_to": _("院领导上限 %(value)s%%"),
    "head": _("庭长 %(value)s%%"), "head_from": _("庭长下限 %(value)s%%"), "head_to": _("庭长上限 %(value)s%%"),
}  # fmt: skip
parameter_words.NAMES.update({key: wording(f"law.key.{key}", text) for key, text in NAMES.items()})
patrol.before(refresh)
