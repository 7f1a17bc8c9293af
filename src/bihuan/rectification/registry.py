"""Fills the registries at start: access, events, triggers, flows, criteria, rules, evidence, ledgers, menu."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import evidence, patrol
from bihuan.kernel.alerts_campaigns import name_domain
from bihuan.kernel.supervision_access import let_manage_duties, let_read
from bihuan.people.services.open_duty import Items, register_items

from . import (  # noqa: F401
    actions,
    bulletins,
    criteria,
    detectors,
    documents,
    events,
    figure_checks,
    flows,
    indicators,
    jobs,
    ledgers,
    menu,
    plan_lists,
    rules,
    scopes,
    soundness,
    triggers,
    wordings,
)
from .closure import used_for_closing
from .models import Measure
from .services import count_items, move_items

evidence.attachable("rectification.Measure", add=actions.EVIDENCE, frozen=used_for_closing)
evidence.attachable("rectification.LookBack", add=actions.LOOK_BACK)
let_read("rectification", actions.OVERSEERS)
let_manage_duties("rectification", ("rectification_office",))
name_domain("rectification", _("巡察整改"))
patrol.before(jobs.watch)
register_items(Items("rectification.measure", Measure._meta.verbose_name or "", count=count_items, move=move_items))
