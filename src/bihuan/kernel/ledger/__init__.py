"""The ledger engine: a declaration becomes list, detail, forms, export, batch handling and history."""

from .declaration import Bulk, Column, Due, Filter, Ledger, Menu, Panel, Sheet, SheetColumn, StateColumn
from .registry import get, ledgers, of_model, register

__all__ = [
    "Bulk",
    "Column",
    "Due",
    "Filter",
    "Ledger",
    "Menu",
    "Panel",
    "Sheet",
    "SheetColumn",
    "StateColumn",
    "get",
    "ledgers",
    "of_model",
    "register",
]
