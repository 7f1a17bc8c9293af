"""Documents are made of the ledger's own court."""

from bihuan.rectification.tests.conftest import court, day

__all__ = ["court", "day"]
