"""Fills the registries at start: access, flows, rules, ledgers."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import patrol
from bihuan.kernel.alerts_campaigns import name_domain
from bihuan.kernel.supervision_access import let_read

from . import actions, flows, flows_notice, ledgers, ledgers_notice, rules, scopes  # noqa: F401
from .services.intake import nightly

name_domain("disclosure", _("公开通报与群众意见"))
patrol.before(nightly)
let_read("disclosure", ("rectification_office",))
