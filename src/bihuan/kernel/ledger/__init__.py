"""The ledger engine: a declaration becomes list, detail, forms, export, batch handling and history."""

from . import scopes as _scopes  # noqa: F401  registers who sees saved filters
from .declaration import Bulk, Column, Due, Filter, Ledger, Menu, Panel, Sheet, SheetColumn, StateColumn
from .forms import LedgerForm, StepForm, step_form
from .registry import get, ledgers, of_model, register
from .steps import bulk_step

__all__ = [
    "Bulk",
    "Column",
    "Due",
    "Filter",
    "Ledger",
    "LedgerForm",
    "Menu",
    "Panel",
    "Sheet",
    "SheetColumn",
    "StateColumn",
    "StepForm",
    "bulk_step",
    "get",
    "ledgers",
    "of_model",
    "register",
    "step_form",
]
