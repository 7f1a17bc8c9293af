"""The clock of cases: days computed by `law`, for all cases by columns, for one with its reasons. No date is computed here."""

from .history import history_of, reckon_case
from .lamps import CaseLamp, lamp_of
from .run import Ran, refresh, version

__all__ = ["CaseLamp", "Ran", "history_of", "lamp_of", "reckon_case", "refresh", "version"]
