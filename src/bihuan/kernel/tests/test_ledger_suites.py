"""The inherited suites on the tests' own ledger and flow: what a domain's test class looks like."""

import pytest

from bihuan.kernel.testing import FlowSuite, LedgerSuite

from . import ledger_world as world
from . import org_factory

pytestmark = pytest.mark.urls("bihuan.kernel.tests.ledger_urls")


@pytest.fixture(autouse=True)
def _registered(gadget_tables):
    with world.register():
        yield


class TestGadgets(LedgerSuite):
    ledger = world.GADGETS
    correction = {"title": "更正后的名称", "grade": "a"}

    def editor(self):
        return world.holder("office")

    def outsider(self):
        return world.holder("judge")

    def make(self):
        return world.gadget(due_on="2026-05-01")

    def values(self):
        return {"code": "新1", "title": "新器物", "unit": org_factory.unit().pk, "grade": "b", "secret": "线索一则"}


class TestGadgetFlow(FlowSuite):
    flow = world.FLOW

    def make(self, state):
        return world.gadget(state=state, due_on="2026-05-01")

    def actor(self, step, obj):
        return world.holder("office")

    def outsider(self, step, obj):
        return world.holder("judge")
