"""Test suites written once and inherited by each domain: a ledger's, flow's or rule's test class is about ten lines.

    class TestProblems(LedgerSuite):
        ledger = PROBLEMS
        def editor(self): return people.rectification_office()
        def outsider(self): return people.judge()
        def make(self): return factory.problem()
        def values(self): return {"code": "3", "title": "..."}
        correction = {"title": "更正后的标题"}
"""

from .flow import FlowSuite
from .indicator import IndicatorSuite
from .ledger import LedgerSuite
from .pinned import pinned_queries
from .rule import RuleSuite

__all__ = ["FlowSuite", "IndicatorSuite", "LedgerSuite", "RuleSuite", "pinned_queries"]
